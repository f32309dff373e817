"""A known trap, and the contract that the kit keeps where others err in silence."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from flint import arb, fmpq

from proofs_check.checkers import check
from proofs_check.claims import AbstractClaim
from proofs_check.verdicts import Outcome, Verdict

from ..proofs_check.checkers.toys import toy_context


class Contract(enum.Enum):
    """What must happen."""

    RAISES = "an error that names the trouble"
    REFUSES = "a verdict other than HOLDS"
    REFUTES = "the verdict REFUTED"
    RIGHT_VALUE = "a ball that contains the truth, and is tight"
    HOLDS = "the verdict HOLDS: the trap must not frighten the checker off the truth"


@final
@dataclass(frozen=True, kw_only=True)
class Trap:
    """One case.

    Args:
        name: what goes wrong elsewhere. contract: what must happen here.
        run: what is tried; it gives a ball, a claim or a verdict, or raises `error`.
        truth: the exact value, for RIGHT_VALUE. error: the class of error, for RAISES. says: a word of its message.
    """

    name: str
    contract: Contract
    run: Callable[[], Any]
    truth: Fraction | Callable[[], arb] | None = None
    error: type[Exception] = Exception
    says: str = ""

    def verdict(self) -> Verdict:
        """The verdict on the claim that `run` makes, at the quick budget."""
        made = self.run()
        return check(made, toy_context()) if isinstance(made, AbstractClaim) else made

    def is_kept(self, verdict: Verdict) -> bool:
        """True if the outcome is the one of the contract."""
        return {
            Contract.REFUSES: verdict.outcome is not Outcome.HOLDS,
            Contract.REFUTES: verdict.outcome is Outcome.REFUTED,
            Contract.HOLDS: verdict.outcome is Outcome.HOLDS,
        }[self.contract]

    def exact(self) -> arb:
        """The truth as a ball."""
        if isinstance(self.truth, Fraction):
            return arb(fmpq(self.truth.numerator, self.truth.denominator))
        assert self.truth is not None
        return self.truth()

"""The examiner: bounds and claims checked from within a test suite, and assertions that fail on all but HOLDS."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn, final

import numpy as np

from numerics.data import Dataset, load_digits

from .checkers import property as properties
from .checkers.context import BUDGETS, CheckContext
from .claims import AbstractClaim, Bound
from .errors import MalformedClaim
from .verdicts import Counterexample, Outcome, Verdict
from .worker import judge

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    Data = Mapping[str, Any]


@final
@dataclass(frozen=True, kw_only=True)
class Examiner:
    """Checks what one test states.

    Args:
        name: the test, which names the random streams. budget: a key of `BUDGETS`. seed: root of all random streams.
        note: told of every verdict. report: told of the progress of a slow check.
    """

    name: str
    budget: str = "quick"
    seed: int = 0
    note: Callable[[Verdict], None] = field(default=lambda verdict: None, repr=False)
    report: Callable[[str], None] = field(default=lambda line: None, repr=False)

    def search(
        self,
        lhs: Callable[[Data], Any],
        rhs: Callable[[Data], Any],
        *,
        data: SearchStrategy[Any],
        given: Callable[[Data], bool] | None = None,
        examples: Sequence[Data] = (),
        precise: Callable[[Data, int], tuple[Any, Any]] | None = None,
        repair: Callable[[Data], Data] | None = None,
        strict: bool = False,
        assumes: tuple[str, ...] = (),
    ) -> Verdict:
        """The verdict on lhs(data) <= rhs(data) for all data that a strategy can draw.

        Args:
            lhs, rhs: data -> number. data: a strategy of dicts, see `proofs_check.strategies`.
            given: data -> bool, the assumptions that can be computed; other instances do not count.
            examples: instances tried first. precise, repair, strict, assumes: as in `proofs_check.claims.Bound`.

        Raises:
            MalformedClaim: if the functions fail, give nan or do not repeat themselves, naming the instance.

        Example:
            >>> from proofs_check.strategies import vectors
            >>> examiner = Examiner(name="doctest")
            >>> verdict = examiner.search(lambda d: d["v"] @ d["v"], lambda d: sum(abs(d["v"])) ** 2, data=vectors())
            >>> verdict.outcome.name
            'HOLDS'
        """
        if not callable(lhs) or not callable(rhs):
            raise MalformedClaim(f"lhs={lhs!r}, rhs={rhs!r}: give two functions of an instance")
        claim = Bound(
            slug="bound",
            locator=self.name,
            statement=r"\text{lhs} \le \text{rhs}",
            text="a bound stated in a test",
            source="derived",
            assumes=assumes,
            data=data,
            lhs=lhs,
            rhs=rhs,
            given=given,
            examples=lambda dataset: examples,
            precise=precise,
            repair=repair,
            strict=strict,
        )
        given_data = Dataset(name="the examples given", inputs=np.zeros((2, 1)), targets=None, digest="0" * 64)
        verdict = properties.check(claim, self._context(self.name, given_data))
        self.note(verdict)
        return verdict

    def verify(self, claim: AbstractClaim, *, name: str = "") -> Verdict:
        """The verdict on a claim of any kind, its false variants included, as the command line gives it.

        Args:
            claim: see `proofs_check.claims`. name: what names the random streams, "paper.slug" for a paper's claim.
        """
        if not isinstance(claim, AbstractClaim):
            raise MalformedClaim(f"claim={claim!r:.80}: give a claim, as Bound(...) or Identity(...)")
        verdict = judge(claim, self._context(name or f"{self.name}.{claim.slug}", load_digits()))
        self.note(verdict)
        return verdict

    def assert_holds(self, verdict: Verdict, *, tightness: float | None = None) -> None:
        """Fail unless the verdict is HOLDS, every false variant tried was refuted, and the bound is tight enough.

        Args:
            verdict: from `search` or `verify`. tightness: if given, the largest lhs / rhs seen must reach it.

        Raises:
            AssertionError: with the verdict in words.
        """
        __tracebackhide__ = True
        if verdict.outcome is not Outcome.HOLDS:
            _fail(f"{verdict.outcome.name} where HOLDS is asserted", verdict)
        if verdict.is_weakly_tested:
            _fail("HOLDS, but false variants of the claim survive the same check", verdict)
        if tightness is not None and (verdict.tightness is None or verdict.tightness < tightness):
            _fail(f"HOLDS, but lhs / rhs reached {verdict.tightness}, where {tightness} is asserted", verdict)

    def assert_refuted(self, verdict: Verdict) -> None:
        """Fail unless the verdict is REFUTED: for statements that must be found false.

        Raises:
            AssertionError: with the verdict in words.
        """
        __tracebackhide__ = True
        if verdict.outcome is not Outcome.REFUTED:
            _fail(f"{verdict.outcome.name} where REFUTED is asserted", verdict)

    def assert_expected(self, claim: AbstractClaim, verdict: Verdict) -> None:
        """`assert_holds`, or `assert_refuted` for a claim that is marked as a known error."""
        __tracebackhide__ = True
        if claim.expect == "refuted":
            self.assert_refuted(verdict)
        else:
            self.assert_holds(verdict)

    def _context(self, name: str, dataset: Dataset) -> CheckContext:
        if self.budget not in BUDGETS:
            raise MalformedClaim(f"budget={self.budget!r}: write one of {', '.join(BUDGETS)}")
        return CheckContext(
            claim_id=name, budget=BUDGETS[self.budget], dataset=dataset, seed_root=self.seed, report=self.report
        )


def headline(verdict: Verdict) -> str:
    """Outcome, evidence and reason in one line; steps down to weaker evidence and survivors are named."""
    evidence = f" {verdict.evidence.name}" if verdict.evidence else ""
    weak = ", WEAKLY TESTED" if verdict.is_weakly_tested else ""
    down = "".join(f" [{step}]" for step in verdict.fallbacks)
    return f"{verdict.outcome.name}{evidence}{weak}: {verdict.reason}{down}"


def describe_verdict(verdict: Verdict) -> str:
    """The verdict in words, a line for each thing that is known."""
    lines = [headline(verdict), f"  {verdict.outcome.name} means: {verdict.outcome.value}"]
    lines += [f"  scope: {verdict.scope}"] if verdict.scope else []
    lines += _counterexample(verdict.counterexample) if verdict.counterexample else []
    lines += [f"  largest lhs/rhs seen: {verdict.tightness:.9g}"] if verdict.tightness is not None else []
    lines += [f"  weaker than it looks: {step}" for step in verdict.fallbacks]
    lines += [f"  not checked: {item}" for item in verdict.not_checked]
    lines += [
        f"  false variant not refuted: {twin.label} ({twin.outcome.name}: {twin.reason})"
        for twin in verdict.twins
        if not twin.caught
    ]
    return "\n".join(lines)


def _counterexample(found: Counterexample) -> list[str]:
    return [
        *(f"  counterexample: {name} = {value}" for name, value in found.point.items()),
        f"  left side {found.lhs}",
        f"  right side {found.rhs}",
        f"  confirmed: {found.recheck}",
    ]


def _fail(what: str, verdict: Verdict) -> NoReturn:
    __tracebackhide__ = True
    raise AssertionError(f"{what}\n{describe_verdict(verdict)}")

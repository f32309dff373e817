"""Short claims and their checks, for the tests of the exact checkers."""

from fractions import Fraction
from typing import Any

import sympy

from proofs_check.checkers import enclosure, symbolic
from proofs_check.checkers.context import BUDGETS, CheckContext
from proofs_check.claims import Identity, Inequality
from proofs_check.verdicts import Verdict

Domain = dict[sympy.Symbol, sympy.Interval]


def quick_context(seed_root: int = 0) -> CheckContext:
    """A context with the quick budget; exact checks use no data set."""
    return CheckContext(claim_id="paper.slug", budget=BUDGETS["quick"], dataset=None, seed_root=seed_root)  # type: ignore[arg-type]


def judge_identity(lhs: Any, rhs: Any, domain: Domain, seed_root: int = 0, **fields: Any) -> Verdict:
    """The verdict on lhs = rhs."""
    claim = Identity(
        slug="slug",
        locator="here",
        statement="s",
        text="t",
        source="derived",
        lhs=lhs,
        rhs=rhs,
        domain=domain,
        **fields,
    )
    return symbolic.check(claim, quick_context(seed_root))


def judge_inequality(lhs: Any, rhs: Any, domain: Domain, slack: Fraction = Fraction(0), **fields: Any) -> Verdict:
    """The verdict on lhs <= rhs + slack."""
    if slack:
        fields = {"checked": "with slack", "difference": "equality occurs", **fields}
    claim = Inequality(
        slug="slug", locator="here", statement="s", text="t", source="derived", lhs=lhs, rhs=rhs, domain=domain,
        slack=slack, **fields,
    )  # fmt: skip
    return enclosure.check(claim, quick_context())

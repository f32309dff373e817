"""Statements broken by hand, and the search for their repair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy

from numerics.data import load_digits
from proofs_check.checkers.context import BUDGETS, CheckContext
from proofs_check.claims import AbstractClaim, Identity, Inequality
from proofs_check.repair import suggest
from proofs_check.repair.trial import Trials
from proofs_check.verdicts import Evidence, Outcome, Suggestion, Verdict

REFUTED = Verdict(outcome=Outcome.REFUTED, evidence=Evidence.CERTIFIED, reason="refuted")

Domain = Mapping[sympy.Symbol, sympy.Interval]


def make_context(name: str = "toy.claim", seed_root: int = 0) -> CheckContext:
    """A context of the quick budget."""
    return CheckContext(claim_id=name, budget=BUDGETS["quick"], dataset=load_digits(), seed_root=seed_root)


def make_trials(name: str = "toy.claim") -> Trials:
    """Trials in that context."""
    return Trials(make_context(name))


def described(**changes: Any) -> dict[str, Any]:
    """What every claim needs besides its content."""
    return {"slug": "claim", "locator": "eq. (1)", "statement": "x", "text": "a toy", "source": "derived", **changes}


def identity(lhs: sympy.Expr, rhs: sympy.Expr, domain: Domain, **changes: Any) -> Identity:
    """An identity, which need not be true."""
    return Identity(**described(lhs=lhs, rhs=rhs, domain=domain, **changes))


def inequality(lhs: sympy.Expr, rhs: sympy.Expr, domain: Domain, **changes: Any) -> Inequality:
    """An inequality, which need not be true."""
    return Inequality(**described(lhs=lhs, rhs=rhs, domain=domain, **changes))


def repair(claim: AbstractClaim, verdict: Verdict = REFUTED, seed_root: int = 0) -> tuple[Suggestion, ...]:
    """The suggestions for a claim taken as refuted."""
    return suggest(claim, verdict, make_context(seed_root=seed_root))

"""Covers the box of an inequality by enclosures, by whichever function settles it, within one budget of boxes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

import sympy

from theory.errors import TheoryError

from ..certificates.expressions import write_domain, write_expression
from ..certificates.reading import seal
from ..certificates.record import MalformedCertificate
from .branch_and_bound import Coverage, cover
from .collars import Plan
from .coverage_proof import Target, target_of
from .points import Point, describe, lies_in
from .touching import propose

KIND = "branch and bound"
_SCHEDULE = (("direct", 0.1), ("core", 0.25), ("compactified", 0.25), ("direct", 1.0))
"""Methods with their shares of the budget, the last one what is left: most succeed early or not at all."""
_FEWEST = 200


@final
@dataclass(frozen=True)
class Attempt:
    """One search: what was covered, how, and what came out."""

    method: str
    target: Target
    plans: tuple[Plan, ...]
    found: Coverage


@final
@dataclass(frozen=True)
class Covering:
    """The searches made for one inequality, the last one first in weight.

    Args:
        best: the search that proved it, else the one that proved the smallest slack. boxes: examined in all.
    """

    best: Attempt
    boxes: int


def cover_gap(
    gap: sympy.Expr,
    domain: Mapping[sympy.Symbol, sympy.Interval],
    *,
    budget: int,
    strict: bool,
    near: Point | None,
) -> Covering:
    """Try to prove that the gap is nonnegative (positive if `strict`) on the domain.

    Args:
        budget: boxes in all. near: a point where the gap is smallest so far, where it may touch zero.

    Raises:
        UnknownFunction: if the gap is outside the whitelist of balls.
    """
    spent, attempts = 0, []
    for method, share in _SCHEDULE:
        if method == "core" and gap.count_ops() > _LARGEST_CORE:
            continue
        target = target_of(gap, domain, method)
        if target is None or (strict and not target.strict):
            continue
        allowed = min(max(int(budget * share), _FEWEST), budget - spent)
        attempt = _attempt(method, target, domain, allowed, strict, near) if allowed > 0 else None
        if attempt is None:
            continue
        spent += attempt.found.boxes
        attempts.append(attempt)
        if attempt.found.status in ("proved", "violated"):
            return Covering(attempt, spent)
    return Covering(_best(attempts), spent)


_LARGEST_CORE = 400


def _best(attempts: list[Attempt]) -> Attempt:
    """The search of the gap itself that left the smallest slack, or else any."""
    direct = [one for one in attempts if one.method == "direct" and one.found.slack is not None]
    return min(direct, key=lambda one: one.found.slack or Fraction(0)) if direct else attempts[-1]


def _attempt(
    method: str,
    target: Target,
    domain: Mapping[sympy.Symbol, sympy.Interval],
    budget: int,
    strict: bool,
    near: Point | None,
) -> Attempt | None:
    renamed = None
    if near is not None and method != "compactified":
        renamed = dict(zip(target.domain, near.values(), strict=True))
    plans = tuple(propose(target.expression, target.domain, renamed))
    try:
        plans, bounds = target.usable(plans)
    except TheoryError:
        if method == "direct":
            raise
        return None
    whole = [bool(symbol.is_integer) for symbol in domain]
    found = cover(bounds, target.axes, budget=budget, whole=whole, strict=strict)
    return Attempt(method, target, plans, found)


def place_of(attempt: Attempt, domain: Mapping[sympy.Symbol, sympy.Interval]) -> Point | None:
    """The point that the search names, in the claim's variables; None if it is not inside the domain."""
    if attempt.found.place is None:
        return None
    point = dict(zip(domain, attempt.found.place, strict=True))
    if attempt.method == "compactified":
        return None
    return point if lies_in(point, domain) else None


def certificate_content(
    lhs: sympy.Expr,
    rhs: sympy.Expr,
    domain: Mapping[sympy.Symbol, sympy.Interval],
    attempt: Attempt,
    *,
    strict: bool,
    slack: Fraction,
) -> dict[str, Any] | None:
    """What `proofs-check recheck` needs to check lhs <= rhs + slack again; None if it cannot be written down."""
    try:
        trees = {"lhs": write_expression(lhs), "rhs": write_expression(rhs), "domain": write_domain(domain)}
    except MalformedCertificate:
        return None
    found = attempt.found
    content = {
        **trees,
        "statement": statement_of(lhs, rhs, domain, strict=strict, slack=slack),
        "slack": str(slack),
        "strict": strict,
        "method": attempt.method,
        "function": list(attempt.target.words),
        "collars": [write_plan(plan) for plan in attempt.plans],
        "tree": found.tree,
        "form": found.form,
        "boxes": found.boxes,
        "verified": found.tree.count("."),
        "undefined": found.undefined,
    }
    return seal(content)


def statement_of(
    lhs: sympy.Expr,
    rhs: sympy.Expr,
    domain: Mapping[sympy.Symbol, sympy.Interval],
    *,
    strict: bool,
    slack: Fraction,
) -> str:
    """The inequality in words."""
    added = f" + {slack}" if slack else ""
    return f"{lhs} {'<' if strict else '<='} {rhs}{added} for {describe(domain)}, wherever both sides are real"


def write_plan(plan: Plan) -> dict[str, Any]:
    """A plan as JSON-ready data."""
    return {
        "pins": [[pin.index, None if pin.value is None else str(pin.value), pin.other, pin.sign] for pin in plan.pins],
        "order": plan.order,
        "side": plan.side,
        "sheared": plan.sheared,
        "inner": [write_plan(one) for one in plan.inner],
    }

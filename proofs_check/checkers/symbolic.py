"""Checks an `Identity`: refute at exact points by balls, then prove by the normal form, then enclose over the box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, final

import sympy
from flint import arb, fmpq
from sympy.polys.polyerrors import BasePolynomialError

from theory.balls import BallFunction, compile_balls
from theory.errors import NotEnclosed, OutsideDomain, TheoryError, UnknownFunction
from theory.normal_form import Reduction, reduce_to_zero

from ..claims import Identity
from ..verdicts import Certificate, Counterexample, Evidence, Outcome, Verdict
from .closeness import KIND as TWO_INEQUALITIES
from .closeness import enclose_difference
from .context import CheckContext
from .exact_proofs import NORMAL_FORM, identity_content
from .points import Point, as_strings, describe, inner_ends, spread_points
from .recheck import look_again
from .simple_points import simple_points

DIGITS = 30
_ORACLE_DIGITS = 20
_FAINTER = 10
"""Factor by which a difference may shrink for the sake of a simpler point."""
_FALLBACK_SHARE = Fraction(1, 10**6)
"""A region is certified with a slack of this share of the largest |lhs| seen, the smallest change that a twin makes."""
_FALLBACK_PARAMETERS = 4


@final
@dataclass
class _Tally:
    """What the points have shown so far."""

    agreed: int = 0
    undefined: int = 0
    unresolved: int = 0
    oracle_agreed: int = 0
    radius: float = 0.0
    size: float = 0.0
    fallbacks: list[str] = field(default_factory=list)

    @property
    def skipped(self) -> str:
        """Points that tested nothing, in words."""
        parts = [(self.undefined, "where a side is not defined"), (self.unresolved, "that could not be enclosed")]
        return " and ".join(f"{number} points {why}" for number, why in parts if number)


def check(claim: Identity, context: CheckContext) -> Verdict:
    """Judge lhs = rhs on the claim's domain.

    Args:
        claim: the identity. context: `budget.points` random points, `budget.boxes` boxes for the fallback.

    Returns:
        REFUTED / CERTIFIED with a counterexample; HOLDS / EXACT with a normal form, cross-checked at the points;
        HOLDS / CERTIFIED with a slack, over a subdivision of the box; INAPPLICABLE if nothing is defined at the
        points; ERROR if two evaluations contradict one another; else UNDECIDED.

    Raises:
        MalformedClaim: if a side is no expression over the domain.
    """
    lhs, rhs = claim.sides()
    common: dict[str, Any] = {
        "scope": describe(claim.domain),
        "assumptions": claim.assumes,
        "not_checked": claim.not_checked,
        "seeds": (context.seed_root, context.claim_id),
    }
    try:
        sides = _compile(lhs, claim, context), _compile(rhs, claim, context)
    except UnknownFunction as error:
        return Verdict(outcome=Outcome.UNDECIDED, reason=f"no point can be tested: {error}", **common)
    tally = _Tally()
    if (refutation := _refute(claim, context, (lhs, rhs), sides, tally)) is not None:
        return _with(refutation, common)
    if not tally.agreed:
        outcome = Outcome.UNDECIDED if tally.unresolved else Outcome.INAPPLICABLE
        return Verdict(outcome=outcome, reason=f"no point tested anything: {tally.skipped or 'none found'}", **common)
    if tally.undefined or tally.unresolved:
        common["not_checked"] = (*claim.not_checked, f"{tally.skipped} were left out")
    proof = _prove(claim, lhs, rhs, tally)
    if proof is None and context.budget.boxes:
        proof = _enclose(claim, context, lhs, rhs, tally)
    return _with(proof or _undecided(tally), {**common, "fallbacks": tuple(tally.fallbacks)})


def _with(verdict: Mapping[str, Any], common: Mapping[str, Any]) -> Verdict:
    return Verdict(**{**common, **verdict})


def _compile(side: sympy.Expr, claim: Identity, context: CheckContext) -> BallFunction:
    symbols = tuple(claim.domain)
    return context.once(("balls", side, symbols), lambda: compile_balls(side, symbols))


def _refute(
    claim: Identity,
    context: CheckContext,
    expressions: tuple[sympy.Expr, sympy.Expr],
    sides: tuple[BallFunction, BallFunction],
    tally: _Tally,
) -> dict[str, Any] | None:
    for point in spread_points(claim.domain, context.budget.points, context.rng("points"), lambda: tally.agreed):
        exact = _exact(point)
        try:
            left, right = (side.at(exact, DIGITS) for side in sides)
        except OutsideDomain:
            tally.undefined += 1
            continue
        except NotEnclosed:
            tally.unresolved += 1
            continue
        if (gap := left - right) != 0:
            return _refutation(expressions, *_simplest(claim, expressions, sides, (point, left, right)))
        tally.agreed += 1
        tally.radius = max(tally.radius, float(arb(gap.rad())))
        tally.size = max(tally.size, float(abs(left.mid())))
        if (contradiction := _confront_oracle(claim, point, exact, right, tally)) is not None:
            return contradiction
    return None


def _exact(point: Point) -> dict[str, fmpq]:
    return {symbol.name: fmpq(value.numerator, value.denominator) for symbol, value in point.items()}


def _simplest(
    claim: Identity,
    expressions: tuple[sympy.Expr, sympy.Expr],
    sides: tuple[BallFunction, BallFunction],
    found: tuple[Point, arb, arb],
) -> tuple[Point, arb, arb]:
    """The first simple point near the one found where the sides differ as visibly, else the one found."""
    point, left, right = found
    enough = abs(left - right) / _FAINTER
    for simple in simple_points(point, claim.domain):
        try:
            one, two = (side.at(_exact(simple), DIGITS) for side in sides)
        except (OutsideDomain, NotEnclosed):
            continue
        if abs(one - two) > enough and look_again(*expressions, simple).resolved:
            return simple, one, two
    return found


def _refutation(expressions: tuple[sympy.Expr, sympy.Expr], point: Point, left: arb, right: arb) -> dict[str, Any]:
    second = look_again(*expressions, point)
    balls = f"lhs = {_decimal(left)}, rhs = {_decimal(right)}"
    where = ", ".join(f"{name} = {value}" for name, value in as_strings(point).items()) or "the only point"
    if not second.resolved:
        return {
            "outcome": Outcome.ERROR,
            "reason": f"two evaluations contradict one another at {where}: balls give {balls}, {second}",
        }
    return {
        "outcome": Outcome.REFUTED,
        "evidence": Evidence.CERTIFIED,
        "reason": f"lhs and rhs differ at {where}: {balls}",
        "counterexample": Counterexample(
            point=as_strings(point), lhs=_decimal(left), rhs=_decimal(right), recheck=str(second)
        ),
    }


def _decimal(ball: arb) -> str:
    return str(ball.str(20, radius=False))


def _confront_oracle(
    claim: Identity, point: Point, exact: Mapping[str, fmpq], right: arb, tally: _Tally
) -> dict[str, Any] | None:
    if claim.oracle is None:
        return None
    try:
        found = claim.oracle(exact, _ORACLE_DIGITS)
        if not found.is_finite() or found.overlaps(right):
            tally.oracle_agreed += bool(found.is_finite())
            return None
        again = claim.oracle(exact, 2 * _ORACLE_DIGITS)
    except TheoryError:
        return None
    where = ", ".join(f"{name} = {value}" for name, value in as_strings(point).items())
    if again.overlaps(right):
        reason = f"the oracle contradicts itself at {where}: {_decimal(found)}, then {_decimal(again)}"
        return {"outcome": Outcome.ERROR, "reason": reason}
    return {
        "outcome": Outcome.REFUTED,
        "evidence": Evidence.CERTIFIED,
        "reason": f"lhs and rhs agree at {where}, but the independent way to lhs gives {_decimal(found)}, "
        f"not {_decimal(right)}: the derived lhs is wrong as well, or the oracle is",
        "counterexample": Counterexample(
            point=as_strings(point),
            lhs=_decimal(found),
            rhs=_decimal(right),
            recheck=f"the oracle at twice the digits gives {_decimal(again)}",
        ),
    }


def _prove(claim: Identity, lhs: sympy.Expr, rhs: sympy.Expr, tally: _Tally) -> dict[str, Any] | None:
    try:
        reduction: Reduction | None = reduce_to_zero(lhs - rhs, claim.domain)
    except (TheoryError, BasePolynomialError) as error:
        reduction = None
        tally.fallbacks.append(f"the normal form does not cover this expression: {error}")
    if reduction is None:
        return None
    if not reduction.is_zero:
        tally.fallbacks.append("the normal form did not reduce to zero, which decides nothing")
        return None
    oracle = f" and {tally.oracle_agreed} with the oracle" if tally.oracle_agreed else ""
    return {
        "outcome": Outcome.HOLDS,
        "evidence": Evidence.EXACT,
        "reason": f"lhs - rhs reduces to zero in a normal form; {tally.agreed} ball evaluations agree{oracle}",
        "certificate": Certificate(
            kind=NORMAL_FORM,
            content=identity_content(
                lhs,
                rhs,
                claim.domain,
                reduction,
                points=tally.agreed,
                oracle_points=tally.oracle_agreed,
                largest_radius=f"{tally.radius:.3g}",
            ),
        ),
    }


def _enclose(
    claim: Identity, context: CheckContext, lhs: sympy.Expr, rhs: sympy.Expr, tally: _Tally
) -> dict[str, Any] | None:
    ends = [inner_ends(interval) for interval in claim.domain.values()]
    if not 0 < len(ends) <= _FALLBACK_PARAMETERS or any(None in pair for pair in ends) or not tally.size:
        tally.fallbacks.append("no enclosure over the region: it is a point, unbounded, or has over four parameters")
        return None
    slack = Fraction(tally.size).limit_denominator(10**12) * _FALLBACK_SHARE
    found = enclose_difference(lhs, rhs, claim.domain, slack=slack, budget=context.budget.boxes)
    if found.content is None:
        tally.fallbacks.append(f"the enclosure over the region stayed open after {found.boxes} boxes")
        return None
    return {
        "outcome": Outcome.HOLDS,
        "evidence": Evidence.CERTIFIED,
        "reason": f"|lhs - rhs| <= {float(slack):.3g} on the whole box, by enclosure; not proved equal",
        "slack": float(slack),
        "certificate": Certificate(kind=TWO_INEQUALITIES, content=found.content),
    }


def _undecided(tally: _Tally) -> dict[str, Any]:
    return {
        "outcome": Outcome.UNDECIDED,
        "reason": f"lhs and rhs agree to within {tally.radius:.2g} at {tally.agreed} points, but no proof was found: "
        "split the claim into steps, or raise the budget",
    }

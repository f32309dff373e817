"""Checks an `Inequality`: search a violation first, then cover the box by enclosures of rhs - lhs + slack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

import sympy
from flint import arb, fmpq
from sympy.polys.polyerrors import BasePolynomialError

from theory.balls import BallFunction, compile_balls
from theory.errors import NotEnclosed, OutsideDomain, TheoryError, UnknownFunction
from theory.normal_form import Sign, certify_sign
from theory.normal_form.polynomial_sign import decide_polynomial

from ..claims import Inequality
from ..verdicts import Certificate, Counterexample, Evidence, Outcome, Verdict
from .context import CheckContext
from .covering import KIND, Attempt, Covering, certificate_content, cover_gap, place_of
from .descent import descend
from .exact_proofs import POLYNOMIAL_SIGN, SIGN_OF_FACTORS, sign_content
from .points import Point, as_strings, describe, lies_in, spread_points
from .recheck import look_again

DIGITS = 30
_MOST_PARAMETERS = 4


@final
@dataclass(frozen=True)
class _Sides:
    """Both sides, their gap rhs - lhs + slack, and the gap compiled."""

    lhs: sympy.Expr
    rhs: sympy.Expr
    gap: sympy.Expr
    functions: tuple[BallFunction, BallFunction]
    compiled: BallFunction
    strict: bool
    slack: sympy.Rational

    def is_violated(self, value: arb) -> bool:
        """True if the gap certainly contradicts the claim."""
        return bool(value < 0 or (self.strict and value <= 0))


@final
@dataclass
class _Seen:
    """Gaps at the points so far."""

    tested: int = 0
    undefined: int = 0
    smallest: float = float("inf")
    is_zero: bool = False
    place: Point | None = None
    tightness: float | None = None


def check(claim: Inequality, context: CheckContext) -> Verdict:
    """Judge lhs <= rhs + slack (lhs < rhs + slack if strict) on the claim's box.

    Args:
        claim: the inequality. context: `budget.points` points, `budget.climbs` steps of the descent,
            `budget.boxes` boxes.

    Returns:
        REFUTED / CERTIFIED with a counterexample; HOLDS / EXACT by the signs of factors; HOLDS / CERTIFIED by boxes;
        INAPPLICABLE if no point is defined; ERROR if two evaluations contradict one another; else UNDECIDED, naming
        the box left open.

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
        sides = _sides(claim, lhs, rhs)
    except UnknownFunction as error:
        return Verdict(outcome=Outcome.UNDECIDED, reason=f"nothing can be enclosed: {error}", **common)
    seen = _Seen()
    if (refutation := _search(claim, context, sides, seen)) is not None:
        return Verdict(**{**common, **refutation})
    common["tightness"] = seen.tightness
    if not seen.tested:
        reason = f"no point tested anything: a side is not defined at {seen.undefined} points"
        return Verdict(outcome=Outcome.INAPPLICABLE, reason=reason, **common)
    if seen.undefined:
        common["not_checked"] = (*claim.not_checked, "points of the box where a side is not a real number")
    proof, fallback = _prove(claim, sides, seen)
    proof = proof or _decide(claim, sides, seen)
    if proof is not None:
        return Verdict(**{**common, **proof})
    common["fallbacks"] = (fallback,)
    if len(claim.domain) > _MOST_PARAMETERS:
        reason = f"{len(claim.domain)} parameters; boxes cover at most {_MOST_PARAMETERS}: fix some; {_gap(seen)}"
        return Verdict(outcome=Outcome.UNDECIDED, reason=reason, **common)
    return _cover(claim, context, sides, seen, common)


def _sides(claim: Inequality, lhs: sympy.Expr, rhs: sympy.Expr) -> _Sides:
    symbols = tuple(claim.domain)
    slack = sympy.Rational(claim.slack.numerator, claim.slack.denominator)
    gap = rhs - lhs + slack
    functions = compile_balls(lhs, symbols), compile_balls(rhs, symbols)
    return _Sides(lhs, rhs, gap, functions, compile_balls(gap, symbols), claim.strict, slack)


def _search(claim: Inequality, context: CheckContext, sides: _Sides, seen: _Seen) -> dict[str, Any] | None:
    starts: list[tuple[float, Point]] = []
    for point in spread_points(claim.domain, context.budget.points, context.rng("points"), lambda: seen.tested):
        value = _value(sides, point, seen)
        if value is None:
            continue
        if sides.is_violated(value):
            return _refutation(sides, point)
        starts.append((float(value), point))
    for point in descend(sides.compiled, claim.domain, starts, context.budget.climbs):
        value = _value(sides, point, seen)
        if value is not None and sides.is_violated(value):
            return _refutation(sides, point)
    return None


def _value(sides: _Sides, point: Point, seen: _Seen) -> arb | None:
    exact = {symbol: fmpq(value.numerator, value.denominator) for symbol, value in point.items()}
    try:
        left, right = (side.at(exact, DIGITS) for side in sides.functions)
        value = sides.compiled.at(exact, DIGITS)
    except (OutsideDomain, NotEnclosed):
        seen.undefined += 1
        return None
    seen.tested += 1
    if float(value) < seen.smallest:
        seen.smallest, seen.place, seen.is_zero = float(value), point, bool(value.contains(0))
    if right > 0:
        ratio = float(left / right)
        seen.tightness = ratio if seen.tightness is None else max(seen.tightness, ratio)
    return value


def _refutation(sides: _Sides, point: Point) -> dict[str, Any]:
    exact = {symbol: fmpq(value.numerator, value.denominator) for symbol, value in point.items()}
    left, right = (str(side.at(exact, DIGITS).str(20, radius=False)) for side in sides.functions)
    second = look_again(sides.lhs, sides.rhs, point, allowed=sides.slack)
    where = _where(point)
    if not second.violates(sides.strict):
        reason = f"two evaluations contradict one another at {where}: balls give {left} and {right}, {second}"
        return {"outcome": Outcome.ERROR, "reason": reason}
    return {
        "outcome": Outcome.REFUTED,
        "evidence": Evidence.CERTIFIED,
        "reason": _violation(sides, point, left, right),
        "counterexample": Counterexample(point=as_strings(point), lhs=left, rhs=right, recheck=str(second)),
    }


def _violation(sides: _Sides, point: Point, left: str, right: str) -> str:
    """The violation in words: an excess, or equality where a strict inequality is stated."""
    place = f" at {_where(point)}" if point else ""
    if sides.strict and not sides.slack and left == right:
        return f"both sides are equal, {left}{place}, where the statement says <"
    return f"lhs exceeds rhs{place}: {left} against {right}"


def _where(point: Point) -> str:
    return ", ".join(f"{name} = {value}" for name, value in as_strings(point).items()) or "the only point"


def _gap(seen: _Seen) -> str:
    if seen.place is None:
        return "no gap was measured"
    decimals = ", ".join(f"{symbol} = {float(value):.6g}" for symbol, value in seen.place.items())
    smallest = "0" if seen.is_zero else f"{seen.smallest:.3g}"
    return f"smallest gap found {smallest} at {decimals or 'the only point'}"


def _cover(claim: Inequality, context: CheckContext, sides: _Sides, seen: _Seen, common: dict[str, Any]) -> Verdict:
    covering = cover_gap(sides.gap, claim.domain, budget=context.budget.boxes, strict=claim.strict, near=seen.place)
    attempt = covering.best
    if attempt.target.words:
        common["scope"] += f"; covered after {'; '.join(attempt.target.words)}"
    if attempt.found.undefined and not seen.undefined:
        common["not_checked"] = (*common["not_checked"], "points of the box where a side is not a real number")
    if attempt.found.status == "proved":
        return _holds(claim, sides, covering, seen, common)
    point = place_of(attempt, claim.domain)
    if attempt.found.status == "violated" and point is not None:
        value = _value(sides, point, seen)
        if value is not None and sides.is_violated(value):
            return Verdict(**{**common, **_refutation(sides, point)})
    return _open(claim, sides, covering, point, seen, common)


def _open(
    claim: Inequality, sides: _Sides, covering: Covering, point: Point | None, seen: _Seen, common: dict[str, Any]
) -> Verdict:
    """Undecided, with the slack that is proved instead and where equality is suspected."""
    attempt, found = covering.best, covering.best.found
    middle = (
        f" around {', '.join(f'{symbol} = {float(value):.6g}' for symbol, value in point.items())}" if point else ""
    )
    counts = f"{found.verified} of {_boxes(found.boxes)} hold ({covering.boxes} examined in all)"
    if found.slack is None:
        trouble = f"rhs - lhs has no finite enclosure on {found.worst}{middle}: shrink the domain to stay off the pole"
        return Verdict(outcome=Outcome.UNDECIDED, reason=f"{counts}, but {trouble}; {_gap(seen)}", **common)
    if attempt.method != "direct" or claim.strict:
        trouble = f"rhs - lhs may touch 0 on {found.worst}{middle}: add slack= if equality occurs there, or cut it out"
        return Verdict(outcome=Outcome.UNDECIDED, reason=f"{counts}, but {trouble}; {_gap(seen)}", **common)
    proved = claim.slack + found.slack
    content = certificate_content(sides.lhs, sides.rhs, claim.domain, attempt, strict=False, slack=proved)
    certificate = None if content is None else Certificate(kind=KIND, content=content)
    trouble = (
        f"rhs - lhs may touch 0 on {found.worst}{middle}; proved is lhs <= rhs + {float(proved):.2g} on the whole box: "
        "if equality occurs there, say so with slack=, or cut that set out"
    )
    reason = f"{counts}, but {trouble}; {_gap(seen)}"
    return Verdict(outcome=Outcome.UNDECIDED, reason=reason, slack=float(proved), certificate=certificate, **common)


def _prove(claim: Inequality, sides: _Sides, seen: _Seen) -> tuple[dict[str, Any] | None, str]:
    """A verdict from the exact sign of the gap, or why there is none."""
    try:
        proof = certify_sign(sides.gap, claim.domain)
    except (TheoryError, BasePolynomialError) as error:
        return None, f"the normal form does not cover rhs - lhs: {error}"
    enough = (Sign.POSITIVE,) if claim.strict else (Sign.POSITIVE, Sign.NONNEGATIVE)
    if proof.sign not in enough:
        return None, "the sign of rhs - lhs did not follow from the factors of its normal form"
    content = sign_content(sides.lhs, sides.rhs, claim.domain, proof, strict=claim.strict, slack=claim.slack)
    if content is None:
        return None, "the sign of rhs - lhs is known, but the expressions cannot be written into a certificate"
    return {
        "outcome": Outcome.HOLDS,
        "evidence": Evidence.EXACT,
        "reason": f"every factor of rhs - lhs{' + slack' if claim.slack else ''} has a certain sign; "
        f"{seen.tested} ball evaluations agree; {_gap(seen)}",
        "slack": float(claim.slack),
        "certificate": Certificate(kind=SIGN_OF_FACTORS, content=content),
    }, ""


def _decide(claim: Inequality, sides: _Sides, seen: _Seen) -> dict[str, Any] | None:
    """A verdict by a decision procedure for polynomials; None if it does not apply."""
    decision = decide_polynomial(sides.gap, claim.domain, strict=claim.strict)
    if decision is None or decision.holds is None:
        return None
    if not decision.holds:
        point = dict(decision.witness or {})
        whole = all(value.denominator == 1 for symbol, value in point.items() if symbol.is_integer)
        value = _value(sides, point, seen) if whole and lies_in(point, claim.domain) else None
        return _refutation(sides, point) if value is not None and sides.is_violated(value) else None
    content = sign_content(sides.lhs, sides.rhs, claim.domain, decision, strict=claim.strict, slack=claim.slack)
    if content is None:
        return None
    return {
        "outcome": Outcome.HOLDS,
        "evidence": Evidence.EXACT,
        "reason": f"rhs - lhs{' + slack' if claim.slack else ''} is a quotient of polynomials, nonnegative at a point "
        f"of each of {decision.cells} cells on which it keeps its sign ({decision.method}); {_gap(seen)}",
        "slack": float(claim.slack),
        "certificate": Certificate(kind=POLYNOMIAL_SIGN, content=content),
    }


def _boxes(count: int) -> str:
    return f"{count} box{'' if count == 1 else 'es'}"


def _holds(claim: Inequality, sides: _Sides, covering: Covering, seen: _Seen, common: dict[str, Any]) -> Verdict:
    attempt: Attempt = covering.best
    content = certificate_content(sides.lhs, sides.rhs, claim.domain, attempt, strict=claim.strict, slack=claim.slack)
    if content is None:
        reason = "boxes hold, but the expressions cannot be written into a certificate; use functions of ALLOWED"
        return Verdict(outcome=Outcome.UNDECIDED, reason=reason, **common)
    plans = len(attempt.plans)
    collars = f", with {plans} collar{'s' if plans > 1 else ''} around sets where it touches 0" if plans else ""
    return Verdict(
        outcome=Outcome.HOLDS,
        evidence=Evidence.CERTIFIED,
        reason=f"rhs - lhs{' + slack' if claim.slack else ''} is enclosed on {_boxes(attempt.found.verified)}{collars} "
        f"({covering.boxes} examined); {_gap(seen)}",
        slack=float(claim.slack),
        certificate=Certificate(kind=KIND, content=content),
        **common,
    )

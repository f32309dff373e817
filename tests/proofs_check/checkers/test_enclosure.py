"""Inequalities: refuted by an exact point, proved by signs or boxes, or left open with the box named."""

import json
from fractions import Fraction

import pytest
import sympy
from sympy import (
    Abs,
    Heaviside,
    Interval,
    Piecewise,
    Rational,
    acos,
    atan2,
    cos,
    erf,
    erfc,
    exp,
    log,
    oo,
    pi,
    sin,
    sqrt,
    tan,
    tanh,
)

from proofs_check.certificates.branch_and_bound import recheck
from proofs_check.verdicts import Evidence, Outcome, Verdict

from .claimants import judge_inequality

x, y, z, w, u = sympy.symbols("x y z w u", real=True)
n = sympy.Symbol("n", integer=True, positive=True)
UNIT, LINE = Interval(0, 1), Interval(-oo, oo)
SLACK = Fraction(1, 10**6)
KAPPA = (sqrt(1 - x**2) + x * (pi - acos(x))) / pi


def test_equality_at_a_singular_end_needs_a_slack() -> None:
    """If this failed, a claim with equality would be called certified without saying by how much it may fail."""
    left, domain = sqrt(2) * sqrt(1 - x), {x: Interval(-1, 1)}
    tight = judge_inequality(left, acos(x), domain)
    assert tight.outcome is Outcome.UNDECIDED
    assert "slack" in tight.reason
    assert "boxes hold" in tight.reason
    assert tight.slack is not None
    assert 0 < tight.slack < 1e-3
    assert tight.certificate is not None
    proved = recheck(tight.certificate.content)
    assert proved.valid, proved.detail
    loose = judge_inequality(left, acos(x), domain, Fraction(1, 100))
    assert (loose.outcome, loose.evidence) == (Outcome.HOLDS, Evidence.CERTIFIED)
    assert loose.slack == 0.01
    assert loose.certificate is not None
    assert loose.certificate.content["boxes"] == len(loose.certificate.content["tree"])
    assert recheck(loose.certificate.content).valid
    assert "smallest gap found" in loose.reason
    assert Verdict.from_json(json.loads(json.dumps(loose.to_json()))) == loose


def test_midpoint_convexity_with_equality_on_the_diagonal() -> None:
    """If this failed, equality along a line would cost more boxes than a budget holds, or never end."""
    kappa = sympy.Lambda(u, (sqrt(1 - u**2) + u * (pi - acos(u))) / pi)
    square = {x: Interval(-1, 1), y: Interval(-1, 1)}
    for slack in (SLACK, Fraction(0)):
        verdict = judge_inequality(kappa((x + y) / 2), (kappa(x) + kappa(y)) / 2, square, slack)
        assert (verdict.outcome, verdict.evidence) == (Outcome.HOLDS, Evidence.CERTIFIED), verdict.reason
        assert verdict.certificate is not None
        assert recheck(verdict.certificate.content).valid
    false = judge_inequality(kappa((x + y) / 2), (kappa(x) + kappa(y)) / 2 - SLACK, square)
    assert false.outcome is Outcome.REFUTED


TOUCHING = {
    "odd order at an end": (sin(x), x, {x: Interval(0, 3)}),
    "fifth order": (x + x**3 / 3, tan(x), {x: Interval(0, 1)}),
    "inside, on the line": (1 + x, exp(x), {x: LINE}),
    "half-line": (log(1 + x), x, {x: Interval(0, oo)}),
    "end and infinity": (erfc(x / sqrt(2)), exp(-(x**2) / 2), {x: Interval(0, oo)}),
    "corner": (exp(x) + exp(y), 1 + exp(x + y), {x: UNIT, y: UNIT}),
    "product of sides": (sin(x * y), x * y * (2 - x * y), {x: UNIT, y: UNIT}),
    "isolated point": (
        cos(x - y),
        1 + (x - y) ** 2 + (x - Rational(1, 3)) ** 2 * exp(y),
        {x: Interval(-1, 1), y: Interval(-1, 1)},
    ),
    "three equal": (3 * exp((x + y + z) / 3), exp(x) + exp(y) + exp(z), dict.fromkeys((x, y, z), Interval(-1, 1))),
    "fourth order inside": (tanh(x) ** 2, 2 * log(sympy.cosh(x)), {x: Interval(-2, 2)}),
}


@pytest.mark.parametrize(("lhs", "rhs", "domain"), TOUCHING.values(), ids=TOUCHING)
def test_equality_sets_are_handled_without_a_slack(
    lhs: sympy.Expr, rhs: sympy.Expr, domain: dict[sympy.Symbol, sympy.Interval]
) -> None:
    """If this failed, a true inequality with equality somewhere would end undecided, or with a proof that is none."""
    verdict = judge_inequality(lhs, rhs, domain)
    assert verdict.outcome is Outcome.HOLDS, verdict.reason
    assert verdict.certificate is not None
    if verdict.evidence is Evidence.CERTIFIED:
        assert recheck(json.loads(json.dumps(verdict.certificate.content))).valid
    worse = judge_inequality(lhs, rhs - Fraction(1, 10**4), domain)
    assert worse.outcome is Outcome.REFUTED
    assert judge_inequality(lhs, rhs, domain, strict=True).outcome in (Outcome.REFUTED, Outcome.UNDECIDED)


def test_away_from_equality_a_strict_claim_is_certified() -> None:
    """If this failed, the boxes would be too coarse for an ordinary inequality."""
    verdict = judge_inequality(sin(x), x, {x: Interval(Rational(1, 10), 3)}, strict=True)
    assert (verdict.outcome, verdict.slack) == (Outcome.HOLDS, 0.0)
    assert verdict.tightness is not None
    assert 0.99 < verdict.tightness < 1


FALSE = {
    "two variables": (x * y, (x**2 + y**2) * Rational(499, 1000), {x: Interval(-1, 1), y: Interval(-1, 1)}),
    "narrow": (1 - 1000 * (x - Rational(3, 7)) ** 2, Rational(99, 100), {x: UNIT}),
    "at an end": (x**2, Rational(999999, 1000000), {x: UNIT}),
    "direction": (KAPPA, x, {x: Interval(-1, 1)}),
    "on the line": (x / (1 + x**2), Rational(499, 1000), {x: LINE}),
    "far out": (x, Rational(10**6), {x: Interval(0, oo)}),
    "erf": (erf(x), tanh(Rational(6, 5) * x), {x: Interval(0, 3)}),
    "constant": (pi, Rational(355, 113) - Rational(1, 10**6), {}),
    "integers": (1 / n, Rational(1, 3), {n: Interval(1, 10)}),
}


@pytest.mark.parametrize(("lhs", "rhs", "domain"), FALSE.values(), ids=FALSE)
def test_false_claims_are_refuted(lhs: sympy.Expr, rhs: sympy.Expr, domain: dict[sympy.Symbol, sympy.Interval]) -> None:
    """If this failed, a violated bound would not be found, or its counterexample would not violate it."""
    verdict = judge_inequality(lhs, rhs, domain)
    assert (verdict.outcome, verdict.evidence) == (Outcome.REFUTED, Evidence.CERTIFIED)
    assert verdict.counterexample is not None
    point = {symbol: Rational(verdict.counterexample.point[symbol.name]) for symbol in domain}
    assert all(value in domain[symbol] for symbol, value in point.items())
    assert (lhs - rhs).subs(point).evalf(40) > 0
    assert "mpmath at 50 digits" in verdict.counterexample.recheck


TRUE = {
    "square": (x * y, (x**2 + y**2) / 2, {x: LINE, y: LINE}, Evidence.EXACT),
    "parabola": (x**2, x, {x: UNIT}, Evidence.EXACT),
    "rational": (x / (1 + x**2), Rational(1, 2), {x: LINE}, Evidence.EXACT),
    "many parameters": (-(x**2) - y**2, (z * w * u) ** 2, dict.fromkeys((x, y, z, w, u), LINE), Evidence.EXACT),
    "kernel": (x, KAPPA + Rational(1, 100), {x: Interval(-1, 1)}, Evidence.CERTIFIED),
    "half-line": (x / (1 + x**2) + x / (x + 9), Rational(3, 2), {x: Interval(0, oo)}, Evidence.EXACT),
    "kink": (Abs(x + y), Abs(x) + Abs(y) + Rational(1, 50), {x: Interval(-1, 1), y: UNIT}, Evidence.CERTIFIED),
    "exponential": (1 + x + x**2 / 2, exp(x) + Rational(1, 1000), {x: UNIT}, Evidence.CERTIFIED),
    "relaxed integers": (1 / n, Rational(11, 10), {n: Interval(1, 10)}, Evidence.EXACT),
}


@pytest.mark.parametrize(("lhs", "rhs", "domain", "evidence"), TRUE.values(), ids=TRUE)
def test_true_claims_hold(
    lhs: sympy.Expr, rhs: sympy.Expr, domain: dict[sympy.Symbol, sympy.Interval], evidence: Evidence
) -> None:
    """If this failed, a true inequality of this kind would stay open or be refuted."""
    verdict = judge_inequality(lhs, rhs, domain)
    assert (verdict.outcome, verdict.evidence) == (Outcome.HOLDS, evidence), verdict.reason


def test_a_strict_claim_with_equality_is_refuted() -> None:
    """If this failed, < would be checked as <=."""
    assert judge_inequality(x**2, x, {x: UNIT}, strict=True).outcome is Outcome.REFUTED
    assert judge_inequality(sympy.Integer(2), sympy.Integer(2), {}, strict=True).outcome is Outcome.REFUTED
    assert judge_inequality(sympy.Integer(2), sympy.Integer(2), {}).outcome is Outcome.HOLDS


def test_an_open_end_is_not_a_counterexample() -> None:
    """If this failed, a claim on an open interval would be refuted by its end."""
    assert judge_inequality(x, Rational(1), {x: Interval.open(0, 1)}, strict=True).outcome is not Outcome.REFUTED
    assert judge_inequality(x, Rational(1), {x: Interval(0, 1)}, strict=True).outcome is Outcome.REFUTED


def test_an_unbounded_ball_does_not_hold() -> None:
    """If this failed, nan would read as no violation."""
    verdict = judge_inequality(-1 / x**3, sympy.Integer(10), {x: Interval(-1, 1)})
    assert verdict.outcome is Outcome.REFUTED
    pole = judge_inequality(log(x), x - Rational(1, 2), {x: Interval(0, Rational(1, 2))})
    assert pole.outcome is Outcome.UNDECIDED
    assert "no finite enclosure" in pole.reason


@pytest.mark.parametrize(
    "jump",
    [
        Heaviside(x - Rational(1, 3)),
        Piecewise((0, x < Rational(1, 3)), (1, True)),
        atan2(x - Rational(1, 3), -1) / 3 + 1,
    ],
    ids=str,
)
def test_a_jump_is_not_bridged_by_the_mean_value_theorem(jump: sympy.Expr) -> None:
    """If this failed, a step would be bounded by a derivative that ignores it."""
    assert judge_inequality(jump, Rational(1, 2), {x: UNIT}).outcome is Outcome.REFUTED
    assert judge_inequality(jump, Rational(9, 4), {x: UNIT}).outcome is Outcome.HOLDS


def test_more_than_four_parameters_are_not_covered() -> None:
    """If this failed, a search over too many parameters would run on, or pretend to have covered them."""
    claim = sin(x + y) + sin(z) + sin(w) + cos(u)
    verdict = judge_inequality(claim, sympy.Integer(5), dict.fromkeys((x, y, z, w, u), UNIT))
    assert verdict.outcome is Outcome.UNDECIDED
    assert "at most 4" in verdict.reason


def test_nothing_defined_is_inapplicable() -> None:
    """If this failed, a claim about undefined values would hold."""
    assert judge_inequality(acos(x), sqrt(x - 5), {x: UNIT}).outcome is Outcome.INAPPLICABLE


def test_parts_without_values_are_named() -> None:
    """If this failed, a claim on half of its domain would be reported as checked on all of it."""
    verdict = judge_inequality(sqrt(x), sympy.Integer(2), {x: Interval(-1, 1)})
    assert verdict.outcome is Outcome.HOLDS
    assert any("not a real number" in item for item in verdict.not_checked)

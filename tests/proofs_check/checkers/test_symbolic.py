"""Identities: proved, refuted with a re-checked counterexample, or honestly undecided."""

import json
from fractions import Fraction

import mpmath
import pytest
import sympy
from flint import arb, fmpq
from hypothesis import given
from hypothesis import strategies as st
from sympy import (
    Integral,
    Interval,
    Piecewise,
    Rational,
    acos,
    asin,
    atan,
    cos,
    erf,
    exp,
    gamma,
    log,
    oo,
    pi,
    sin,
    sqrt,
)

from proofs_check.errors import MalformedClaim
from proofs_check.verdicts import Evidence, Outcome, Verdict

from .claimants import judge_identity

r, t, x, y = sympy.symbols("r t x y", real=True)
a, b = sympy.symbols("a b", nonnegative=True)
c = sympy.Symbol("c", real=True)
bare = sympy.Symbol("bare")
UNIT = {r: Interval(-1, 1)}
COVARIANCE = {a: Interval(0, oo), b: Interval(0, oo), c: Interval(-oo, oo)}

DERIVED = (sin(acos(r)) + (pi - acos(r)) * cos(acos(r))) / pi
PRINTED = (sqrt(1 - r**2) + r * (pi / 2 + asin(r))) / pi
ARCSINE = 2 / pi * asin(2 * c / sqrt((1 + 2 * a) * (1 + 2 * b)))


def test_a_true_identity_is_proved() -> None:
    """If this failed, the arc-cosine kernel in its two usual forms would stay unproved."""
    verdict = judge_identity(DERIVED, PRINTED, UNIT, assumes=("unit norm",), not_checked=("depth",))
    assert (verdict.outcome, verdict.evidence) == (Outcome.HOLDS, Evidence.EXACT)
    assert verdict.certificate is not None
    assert verdict.certificate.kind == "normal form"
    assert verdict.certificate.content["normal_form"] == "0"
    assert verdict.certificate.content["points"] >= 12
    assert verdict.assumptions == ("unit norm",)
    assert verdict.not_checked == ("depth",)
    assert verdict.scope == "r in [-1, 1]"
    assert verdict.seeds == (0, "paper.slug")
    assert Verdict.from_json(json.loads(json.dumps(verdict.to_json()))) == verdict


TWINS = {
    "constant": PRINTED * (1 + Rational(1, 10**6)),
    "sign": (sqrt(1 - r**2) - r * (pi / 2 + asin(r))) / pi,
    "argument": (sqrt(1 - r**2) + r * (pi / 2 - asin(r))) / pi,
    "exponent": ((1 - r**2) ** Rational(11, 20) + r * (pi / 2 + asin(r))) / pi,
    "term": r * (pi / 2 + asin(r)) / pi,
    "additive": PRINTED + Rational(1, 10**20),
}


@pytest.mark.parametrize("rhs", TWINS.values(), ids=TWINS)
@pytest.mark.parametrize("seed_root", range(3))
def test_every_twin_is_refuted(rhs: sympy.Expr, seed_root: int) -> None:
    """If this failed, the check of the kernel would accept a wrong formula."""
    verdict = judge_identity(DERIVED, rhs, UNIT, seed_root)
    assert (verdict.outcome, verdict.evidence) == (Outcome.REFUTED, Evidence.CERTIFIED)
    found = verdict.counterexample
    assert found is not None
    point = Fraction(found.point["r"])
    with mpmath.workdps(50):
        value = mpmath.mpf(point.numerator) / point.denominator
        derived = (mpmath.sqrt(1 - value**2) + value * (mpmath.pi - mpmath.acos(value))) / mpmath.pi
        assert mpmath.almosteq(derived, mpmath.mpf(found.lhs), rel_eps=mpmath.mpf(10) ** -18)
    assert "mpmath at 50 digits" in found.recheck


@given(st.fractions(min_value=-2, max_value=2, max_denominator=10**6).filter(lambda share: share != 0))
def test_any_relative_error_is_refuted(share: Fraction) -> None:
    """If this failed, a constant could be wrong by some amount that the points do not see."""
    factor = 1 + Rational(share.numerator, share.denominator)
    assert judge_identity(ARCSINE, ARCSINE * factor, COVARIANCE).outcome is Outcome.REFUTED


def test_swapped_variances_are_refuted_and_undefined_points_counted() -> None:
    """If this failed, swapped arguments would pass, or gaps in the domain would be hidden."""
    swapped = 2 / pi * asin(2 * a / sqrt((1 + 2 * c) * (1 + 2 * b)))
    assert judge_identity(ARCSINE, swapped, COVARIANCE).outcome is Outcome.REFUTED
    split = 2 / pi * asin(2 * c / (sqrt(1 + 2 * a) * sqrt(1 + 2 * b)))
    verdict = judge_identity(sympy.diff(ARCSINE, c), sympy.diff(split, c), COVARIANCE)
    assert verdict.evidence is Evidence.EXACT
    assert "not defined" in verdict.not_checked[0]


def test_the_domain_decides() -> None:
    """If this failed, sqrt(x^2) = x would be judged without looking at the sign of x."""
    root = sqrt(bare**2)
    assert judge_identity(root, bare, {bare: Interval(0, 1)}).evidence is Evidence.EXACT
    assert judge_identity(root, bare, {bare: Interval(-1, 0)}).outcome is Outcome.REFUTED
    assert judge_identity(root, bare, {bare: Interval(-1, 1)}).outcome is Outcome.REFUTED
    assert judge_identity(acos(cos(t)), t, {t: Interval(0, pi)}).evidence is Evidence.EXACT
    assert judge_identity(acos(cos(t)), t, {t: Interval(0, 2 * pi)}).outcome is Outcome.REFUTED


def test_nothing_defined_is_inapplicable() -> None:
    """If this failed, an identity between undefined values would count as tested."""
    assert judge_identity(acos(x), sqrt(x - 5), {x: Interval(0, 1)}).outcome is Outcome.INAPPLICABLE


def test_agreement_at_points_is_not_a_proof() -> None:
    """If this failed, an identity outside the normal form would be called proved because some digits agree."""
    verdict = judge_identity(gamma(x + 1), x * gamma(x), {x: Interval(1, 20)})
    assert verdict.outcome is Outcome.UNDECIDED
    assert "agree to within" in verdict.reason
    assert len(verdict.fallbacks) == 2


def test_an_enclosure_states_its_slack() -> None:
    """If this failed, a certified region would pass for an exact proof."""
    verdict = judge_identity(2 * atan(x), asin(2 * x / (1 + x**2)), {x: Interval(0, Rational(1, 2))})
    assert (verdict.outcome, verdict.evidence) == (Outcome.HOLDS, Evidence.CERTIFIED)
    assert verdict.slack is not None
    assert 0 < verdict.slack < 1e-5
    assert verdict.fallbacks


def test_what_has_no_balls_is_undecided() -> None:
    """If this failed, a function without a sound enclosure would be compared in floats."""
    verdict = judge_identity(sympy.zeta(x), sympy.zeta(x), {x: Interval(2, 3)})
    assert verdict.outcome is Outcome.UNDECIDED
    assert "zeta" in verdict.reason


def test_floats_are_refused() -> None:
    """If this failed, 0.1 would be checked in place of 1/10."""
    with pytest.raises(MalformedClaim, match="Rational"):
        judge_identity(0.1 * x, x / 10, {x: Interval(0, 1)})


def test_an_integral_confronts_a_closed_form() -> None:
    """If this failed, the kinked mean of relu would be compared with a wrong enclosure."""
    integral = Integral(Piecewise((0, t <= x), (t - x, True)), (t, -3, 2))
    domain = {x: Interval(-2, 1)}
    assert judge_identity(integral, (2 - x) ** 2 / 2, domain).outcome is not Outcome.REFUTED
    assert judge_identity(integral, (2 - x) ** 2 / 2 + Rational(1, 10**6), domain).outcome is Outcome.REFUTED


def test_the_oracle_is_a_third_witness() -> None:
    """If this failed, a derived left side and a printed one that share a mistake would pass."""

    def oracle(point: dict[str, fmpq], digits: int) -> arb:
        return (arb(point["x"]) + 1) ** 2

    domain = {x: Interval(0, 1)}
    agreeing = judge_identity((x + 1) ** 2, x**2 + 2 * x + 1, domain, oracle=oracle)
    assert agreeing.evidence is Evidence.EXACT
    assert agreeing.certificate is not None
    assert agreeing.certificate.content["oracle_points"] > 10
    shared = judge_identity((x + 1) ** 2 + x, x**2 + 3 * x + 1, domain, oracle=oracle)
    assert shared.outcome is Outcome.REFUTED
    assert "oracle" in shared.reason


def test_the_same_seed_gives_the_same_verdict() -> None:
    """If this failed, a counterexample could not be reproduced."""
    first, again, other = (judge_identity(exp(x), 1 + x, {x: Interval(0, 3)}, seed) for seed in (1, 1, 2))
    assert first == again
    assert (first.seeds, other.seeds) == ((1, "paper.slug"), (2, "paper.slug"))


@pytest.mark.parametrize(
    ("lhs", "rhs", "domain"),
    [
        (sympy.Integer(1), sympy.Integer(1), {}),
        (log(x * y), log(x) + log(y), {x: Interval.Lopen(0, oo), y: Interval.open(0, 1)}),
        (erf(-x), -erf(x), {x: Interval(-oo, oo)}),
        (sympy.gamma(b + 1) / sympy.gamma(b + 1), sympy.Integer(1), {b: Interval(0, 4)}),
        (lambda: sin(2 * x), lambda: 2 * sin(x) * cos(x), {x: Interval(-oo, 0)}),
    ],
)
def test_other_domains_are_proved(lhs: sympy.Expr, rhs: sympy.Expr, domain: dict[sympy.Symbol, sympy.Interval]) -> None:
    """If this failed, constants, open ends, half-lines or derived sides would not be handled."""
    assert judge_identity(lhs, rhs, domain).evidence is Evidence.EXACT


@pytest.mark.parametrize("wrong", [Rational(1_000_001, 1_000_000) * PRINTED, -PRINTED, r * acos(r)], ids=str)
def test_counterexamples_are_simple_rationals(wrong: sympy.Expr) -> None:
    """If false, a reader would have to put fractions of six digits into the formula to see it fail."""
    verdict = judge_identity(DERIVED, wrong, UNIT)
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.counterexample is not None
    place = Fraction(verdict.counterexample.point["r"])
    assert place.denominator <= 4
    assert abs(DERIVED.subs(r, place) - wrong.subs(r, place)) > Rational(1, 10**8)

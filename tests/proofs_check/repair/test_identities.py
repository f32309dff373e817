"""Broken formulas come back with the right repair, proved; what is out of reach gets none."""

import json
from dataclasses import dataclass

import pytest
import sympy
from sympy import Interval, Max, Rational, S, Symbol, acos, asin, cos, cosh, erf, exp, oo, pi, sin, sinh, sqrt

from proofs_check.catalogue import load_paper
from proofs_check.claims import Identity
from proofs_check.verdicts import Evidence, Outcome
from theory.kernels import derive_dual
from theory.symbols import a, b, c, m, q_xx, rho, sigma_b, sigma_w, theta

from .broken import identity, make_context, repair

L = Symbol("L", integer=True, positive=True)
UNIT = {rho: Interval(-1, 1)}
SCALES = {rho: Interval(-1, 1), sigma_w: Interval(0, 4), sigma_b: Interval(0, 4)}
DEPTHS = {L: Interval(1, 30), rho: Interval(0, 1)}
WIDTHS = {m: Interval(1, 1000), rho: Interval(0, 1)}
ARC = (rho * (pi - acos(rho)) + sqrt(1 - rho**2)) / pi
ARCSINE = 2 / pi * asin(2 * a * rho / sqrt((1 + 2 * a) * (1 + 2 * b)))
GELU = sigma_w**2 * (q_xx**2 / (pi * (q_xx + 1) * sqrt(2 * q_xx + 1)) + q_xx / 4) + sigma_b**2


@dataclass(frozen=True)
class Case:
    """A true right side, a broken one, and a word that the suggestion must hold."""

    name: str
    lhs: sympy.Expr
    rhs: sympy.Expr
    domain: dict[sympy.Symbol, Interval]
    word: str


CASES = (
    Case("half dropped", ARC / 2, ARC, UNIT, "the right side times 1/2"),
    Case("pi dropped", ARC, pi * ARC, UNIT, "1/pi"),
    Case("root of two dropped", sqrt(2) * ARC, ARC, UNIT, "sqrt(2)"),
    Case("sign", ARC, -ARC, UNIT, "opposite sign"),
    Case("sign of a term", ARC, (rho * (pi - acos(rho)) - sqrt(1 - rho**2)) / pi, UNIT, "sqrt(1 - rho**2)"),
    Case("angle for its supplement", ARC, (rho * acos(rho) + sqrt(1 - rho**2)) / pi, UNIT, "acos(-rho)"),
    Case("term dropped", ARC, rho * (pi - acos(rho)) / pi, UNIT, "plus sqrt(1 - rho**2)"),
    Case("sigma_w dropped", sigma_w**2 * ARC, ARC, SCALES, "sigma_w**2"),
    Case("sigma_w for its square", sigma_w**2 * ARC + sigma_b**2, sigma_w * ARC + sigma_b**2, SCALES, "sigma_w"),
    Case("sigma_w dropped from a term", sigma_w**2 * ARC + sigma_b**2, ARC + sigma_b**2, SCALES, "sigma_w**2"),
    Case("sigma_b dropped", sigma_w**2 * ARC + sigma_b**2, sigma_w**2 * ARC, SCALES, "sigma_b**2"),
    Case("scales swapped", sigma_w**2 * ARC + sigma_b**2, sigma_b**2 * ARC + sigma_w**2, SCALES, "sigma_w for sigma_b"),
    Case("one layer fewer", L * rho**2, (L - 1) * rho**2, DEPTHS, "plus 1"),
    Case("one layer more in the exponent", (1 + rho) ** (L - 1), (1 + rho) ** L, DEPTHS, "L - 1"),
    Case("width power", rho / sqrt(m), rho / m, WIDTHS, "sqrt(m)"),
    Case("width power dropped", rho / m, rho, WIDTHS, "1/m"),
    Case("factor in an argument", cos(2 * theta), cos(theta), {theta: Interval(0, pi)}, "2"),
    Case("hyperbolic sine", exp(-a) * cosh(a), exp(-a) * sinh(a), {a: Interval(0, 3)}, "cosh(a)"),
    Case("factor inside an even function", cosh(2 * a * rho), cosh(2 * a), {a: Interval(0, 3), **UNIT}, "rho"),
    Case("arc dropped", ARC, (pi * rho + sqrt(1 - rho**2)) / pi, UNIT, "acos(-rho)"),
    Case(
        "number for an angle",
        sin(theta) + (pi - theta) * cos(theta),
        sin(theta) + (pi - 1) * cos(theta),
        {theta: Interval(0, pi)},
        "theta",
    ),
    Case(
        "argument beyond its domain",
        ARCSINE,
        2 / pi * asin(2 * a * rho / sqrt(1 + 2 * b)),
        {a: Interval(0, oo), b: Interval(0, oo), **UNIT},
        "2*a + 1",
    ),
    Case("number without symbols", pi**2 / 6, pi**2 / 8, {}, "1/6"),
    Case("power of the correlation", (1 - rho**2) ** Rational(3, 2), sqrt(1 - rho**2), UNIT, "1 - rho**2"),
    Case("nothing printed", 2 / (pi * sqrt(1 + a)), S.Zero, {a: Interval(0, oo)}, "2/(pi*sqrt(a + 1))"),
    Case("factor of a group of terms", GELU, GELU.subs(sigma_w, 1), {q_xx: Interval(0, oo), **SCALES}, "sigma_w**2"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_broken_formulas_are_repaired(case: Case) -> None:
    """If false, a theorist who dropped a factor is told only that the formula is wrong."""
    (found,) = repair(identity(case.lhs, case.rhs, case.domain))
    assert case.word in found.change, found.change
    assert (found.outcome, found.evidence) == (Outcome.HOLDS, Evidence.EXACT)


OUT_OF_REACH = (
    (exp(rho) + sin(3 * rho), rho),
    (sympy.sin(1) * rho + 1, sympy.exp(pi * rho)),
    (Max(rho, 0), (1 + rho) / 3),
    (exp(rho), 1 / (1 + rho**2)),
    (erf(rho) + rho**5 / 7 - rho / 3, sin(rho)),
)


@pytest.mark.parametrize(("lhs", "rhs"), OUT_OF_REACH, ids=str)
def test_other_mistakes_get_no_suggestion(lhs: sympy.Expr, rhs: sympy.Expr) -> None:
    """If false, a suggestion would be forced where no small change makes the formula right."""
    assert repair(identity(lhs, rhs, UNIT)) == ()


def test_suggestions_are_repeatable_and_follow_no_seed() -> None:
    """If false, the same refutation would be shown with another repair on another day."""
    claim = identity(sigma_w**2 * ARC + sigma_b**2, ARC + sigma_b**2, SCALES)
    first, again, other = repair(claim), repair(claim), repair(claim, seed_root=7)
    assert first == again
    assert [found.change for found in first] == [found.change for found in other]


def test_a_side_that_is_derived_is_derived_for_the_search_as_well() -> None:
    """If false, claims whose left side is a function would get no suggestion."""
    claim = identity(lambda: derive_dual("relu").expression.subs({a: 1, b: 1, c: rho}), ARC, UNIT)
    (found,) = repair(claim)
    assert found.change == "the right side times 1/2"


def test_catalogued_history_is_undone() -> None:
    """If false, the mistakes that papers were known to make would not be recognised."""
    paper = load_paper("du_2019")
    claim = paper.claim("h_infinity")
    assert isinstance(claim, Identity)
    (found,) = repair(claim.altered(claim.twins[1]))
    assert found.change == "the right side times 1/2"


def test_erratum_says_what_is_missing() -> None:
    """If false, the published zero for the slope of the sign would be refuted without saying what stands there."""
    (found,) = repair(load_paper("han_2022").claim("sign_slope_in_code"))
    assert found.change.startswith("the right side plus 2/(pi*sqrt(")


def test_suggestion_is_json_ready() -> None:
    """If false, a suggestion could not be stored."""
    (found,) = repair(identity(2 * rho, rho, UNIT))
    assert json.dumps(found.statement) == '"lhs = 2*rho"'
    assert make_context().claim_id == "toy.claim"

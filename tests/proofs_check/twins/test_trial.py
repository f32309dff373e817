"""Twins: what is made by machine is false by construction, and survivors are told."""

import pytest
import sympy

from proofs_check.claims import Identity, Inequality, Law, Limit, Twin
from proofs_check.twins import make_twins, try_twins
from proofs_check.verdicts import Evidence, Outcome, Verdict

from ..checkers.toys import BASE, toy_context, toy_limit, toy_scaling

x = sympy.Symbol("x", real=True)
UNIT = {x: sympy.Interval(0, 1)}


def identity(**changes: object) -> Identity:
    """x^2 = x x."""
    return Identity(**{**BASE, "lhs": x**2, "rhs": x * x, "domain": UNIT, **changes})


def test_machine_twins_cover_constant_sign_and_exponent() -> None:
    """A kind of mistake would go untested."""
    for claim in (identity(), toy_limit()):
        assert {"constant", "sign", "exponent"} <= {twin.change for twin in make_twins(claim)}
    assert {"exponent", "sign"} == {twin.change for twin in make_twins(toy_scaling())}


def test_hand_made_twins_come_too() -> None:
    """The mistakes of a paper's history would not be tried."""
    own = Twin(label="own", change="history", changes={"rhs": x})
    assert own in make_twins(identity(twins=(own,)))


def test_an_erratum_has_no_twins() -> None:
    """False variants of a false statement would be asked for."""
    assert make_twins(identity(expect="refuted")) == ()


def test_twins_of_zero_are_not_zero() -> None:
    """-0 and 2 * 0 are equivalent to 0, and would survive."""
    for twin in make_twins(identity(lhs=x - x, rhs=sympy.Integer(0))):
        assert twin.changes["rhs"] != 0


def test_inequality_twins_fail_at_an_inner_point() -> None:
    """The lowered right side would still be above the left."""
    claim = Inequality(**{**BASE, "lhs": x**2, "rhs": x, "domain": UNIT})
    lowered = next(twin for twin in make_twins(claim) if twin.change == "constant")
    at = {x: sympy.Rational(4, 9)}
    assert (x**2).subs(at) > sympy.sympify(lowered.changes["rhs"]).subs(at)


def test_a_survivor_and_a_crash_are_both_told() -> None:
    """A twin that cannot be evaluated would count as caught."""

    def holds(claim: object, context: object) -> Verdict:
        return Verdict(outcome=Outcome.HOLDS, evidence=Evidence.EXACT, reason="always")

    def crashes(claim: object, context: object) -> Verdict:
        raise ZeroDivisionError("broken")

    for check, outcome in ((holds, Outcome.HOLDS), (crashes, Outcome.ERROR)):
        results = try_twins(identity(), toy_context(), check)
        assert {result.outcome for result in results} == {outcome}
        assert not any(result.caught for result in results)


@pytest.mark.parametrize("kind", [Limit, Law])
def test_statistical_twins_lie_beyond_the_resolution(kind: type) -> None:
    """A twin within the resolution could not be refuted by a test that works as designed."""
    import numpy as np

    if kind is Limit:
        claim = toy_limit()
        twin = next(twin for twin in make_twins(claim) if twin.change == "constant")
        shift = np.asarray(twin.changes["limit"](np.eye(2))) / claim.limit(np.eye(2)) - 1
        assert (np.abs(shift) > 1.9 * claim.resolution).all()
        return
    law = Law(
        **BASE,
        inputs=lambda data: data.inputs,
        sample=lambda X, draws, rng: rng.random(draws),
        cdf=lambda values, X: np.clip(values, 0, 1),
        resolution=0.02,
    )
    grid = np.linspace(0, 1, 2001)
    for twin in make_twins(law):
        assert np.abs(twin.changes["cdf"](grid, None) - grid).max() > 2.5 * law.resolution

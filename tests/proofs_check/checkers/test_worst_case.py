"""Worst cases: proven exactly, refuted by functions that can be run by hand, bracketed where not tight."""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import Any

import pytest

from numerics.data import load_digits
from proofs_check.checkers import check
from proofs_check.checkers.context import BUDGETS, CheckContext
from proofs_check.claims import WorstCase
from proofs_check.verdicts import Evidence, Outcome, Verdict
from proofs_check.worker import judge
from theory.optimization.performance_estimation import (
    AcceleratedGradient,
    GradientDescent,
    HeavyBall,
    Measure,
    PiecewiseQuadratic,
    SmoothConvex,
    SmoothPolyakLojasiewicz,
    SmoothStronglyConvex,
    StochasticGradient,
)

MU = Fraction(1, 10)
FIELDS: dict[str, Any] = {
    "slug": "rate",
    "locator": "Theorem 1",
    "statement": r"f(x_N) - f^* \le c",
    "text": "a rate",
    "source": "derived",
    "function_class": SmoothConvex(),
    "method": GradientDescent(step=Fraction(1)),
    "steps": 2,
    "initial": Measure.DISTANCE,
    "performance": Measure.VALUE,
    "bound": Fraction(1, 10),
}
DIGITS = load_digits()


def make_context() -> CheckContext:
    """A context without a memory of earlier checks."""
    return CheckContext(claim_id="test.rate", budget=BUDGETS["quick"], dataset=DIGITS)


def verdict_on(**changes: Any) -> Verdict:
    """The verdict on a variant of the rate of two steps of gradient descent."""
    return check(WorstCase(**{**FIELDS, **changes}), make_context())


VALUES = {"initial": Measure.VALUE}
SETTINGS: dict[str, tuple[dict[str, Any], Any]] = {
    "convex": ({"function_class": SmoothConvex()}, lambda n: Fraction(1, 4 * n + 2)),
    "strongly convex": ({"function_class": SmoothStronglyConvex(mu=MU), **VALUES}, lambda n: (1 - MU) ** (2 * n)),
    "pl": ({"function_class": SmoothPolyakLojasiewicz(mu=MU), **VALUES}, lambda n: (1 - MU) ** (2 * n)),
}


@pytest.mark.parametrize("steps", [1, 2, 4, 8])
@pytest.mark.parametrize("name", SETTINGS)
def test_known_rates_are_exact_and_nothing_below_them(name: str, steps: int) -> None:
    """A published rate would be certified up to a margin only, or 0.999 times it would pass."""
    fields, rate = SETTINGS[name]
    verdict = verdict_on(**fields, steps=steps, bound=rate(steps), attained=True)
    assert (verdict.outcome, verdict.evidence, verdict.tightness) == (Outcome.HOLDS, Evidence.EXACT, 1.0)
    lower = verdict_on(**fields, steps=steps, bound=rate(steps) * Fraction(999, 1000))
    assert (lower.outcome, lower.evidence) == (Outcome.REFUTED, Evidence.EXACT)
    assert lower.counterexample is not None
    assert "function" in lower.counterexample.point


def test_the_counterexample_can_be_run_by_hand() -> None:
    """The function printed would not be one on which gradient descent is that slow."""
    found = verdict_on(bound=Fraction(999, 10000)).counterexample
    assert found is not None
    function = PiecewiseQuadratic.from_json(found.point["function"])
    x = Fraction(found.point["starts"][0])
    first = x
    for _ in range(2):
        x -= function.derivative(x)
    assert function.value(x) > Fraction(999, 10000) * first**2
    assert [str(x)] == found.point["iterates"][-1:]


@pytest.mark.parametrize("factor", [Fraction(1001, 1000), Fraction(2)])
def test_a_bound_said_to_be_attained_must_be(factor: Fraction) -> None:
    """A statement that a loose bound is the worst case would pass."""
    loose = Fraction(1, 10) * factor
    assert verdict_on(bound=loose).outcome is Outcome.HOLDS
    verdict = verdict_on(bound=loose, attained=True)
    assert (verdict.outcome, verdict.evidence) == (Outcome.REFUTED, Evidence.EXACT)


def test_a_loose_bound_says_by_how_much() -> None:
    """A reader would not learn that the bound can be improved."""
    fields = {"function_class": SmoothPolyakLojasiewicz(mu=MU), "initial": Measure.VALUE, "steps": 2}
    verdict = verdict_on(**fields, bound=(1 - MU) ** 2)
    assert verdict.outcome is Outcome.HOLDS
    assert "exactly 6561/10000" in verdict.reason
    assert verdict.tightness == pytest.approx(0.81)


def test_a_worst_case_that_is_not_rational_is_bracketed() -> None:
    """A worst case without a rational value would stay undecided although the bound is loose."""
    fields = {"function_class": SmoothStronglyConvex(mu=MU), "steps": 2}
    verdict = verdict_on(**fields, bound=(1 - MU) ** 4 / 2)
    assert verdict.outcome is Outcome.HOLDS
    assert "the worst case lies in [" in verdict.reason


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"method": HeavyBall(step=Fraction(1, 2), momentum=Fraction(1, 2)), "bound": Fraction(1, 5)}, Outcome.HOLDS),
        ({"method": AcceleratedGradient(step=Fraction(1)), "bound": Fraction(2, 9)}, Outcome.HOLDS),
        ({"method": AcceleratedGradient(step=Fraction(1)), "bound": Fraction(1, 11)}, Outcome.REFUTED),
        ({"performance": Measure.EARLIER_AVERAGE_VALUE, "bound": Fraction(1, 4)}, Outcome.HOLDS),
        ({"performance": Measure.EARLIER_AVERAGE_VALUE, "bound": Fraction(1, 6)}, Outcome.REFUTED),
        ({"method": GradientDescent(step=Fraction(21, 10)), "bound": Fraction(1, 2)}, Outcome.REFUTED),
    ],
)
def test_other_methods(changes: dict[str, Any], outcome: Outcome) -> None:
    """Momentum or averaging would be judged as if they were plain gradient descent."""
    assert verdict_on(**changes).outcome is outcome


def test_noise_enters_with_its_variance() -> None:
    """The worst case of stochastic gradients would lack the noise, or count it twice."""
    step, keep = Fraction(1, 2), (1 - MU / 2) ** 2
    fields = {
        "function_class": SmoothStronglyConvex(mu=MU),
        "method": StochasticGradient(step=step, noise=Fraction(2)),
        "performance": Measure.DISTANCE,
    }
    exact = keep**2 + step**2 * 2 * (1 + keep)
    assert verdict_on(**fields, bound=exact, attained=True).outcome is Outcome.HOLDS
    assert verdict_on(**fields, bound=exact * Fraction(999, 1000)).outcome is Outcome.REFUTED


def test_without_the_solver_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A core install would crash, or say that a bound holds without a proof."""
    monkeypatch.setitem(sys.modules, "clarabel", None)
    verdict = verdict_on()
    assert verdict.outcome is Outcome.NOT_RUN
    assert "proofs-check[sdp]" in verdict.reason
    assert verdict_on(bound=Fraction(999, 10000)).outcome is Outcome.REFUTED


def test_multipliers_of_a_known_proof_need_no_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stored proof could not be used where the solver is missing."""
    found = verdict_on().certificate
    assert found is not None
    multipliers = {name: Fraction(value) for name, value in found.content["multipliers"].items()}
    monkeypatch.setitem(sys.modules, "clarabel", None)
    assert verdict_on(multipliers=multipliers, attained=True).outcome is Outcome.HOLDS
    multipliers["start"] /= 2
    assert verdict_on(multipliers=multipliers).outcome is Outcome.NOT_RUN


def test_twins_are_caught() -> None:
    """The check would not notice a constant, an exponent or a number of steps that is wrong."""
    for attained in (True, False):
        verdict = judge(WorstCase(**{**FIELDS, "attained": attained}), make_context())
        assert len(verdict.twins) >= 4
        assert all(twin.caught for twin in verdict.twins)

"""Repair of limits and scalings: one simple constant or nothing, and always fresh draws."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

from proofs_check.checkers import check
from proofs_check.claims import Limit, Scaling
from proofs_check.repair import suggest
from proofs_check.repair.statistics import simple_constants
from proofs_check.verdicts import Evidence, Outcome, Suggestion

from ..checkers.toys import skewed_mean, toy_context, toy_limit, toy_scaling


def repaired(claim: Limit | Scaling) -> tuple[Suggestion, ...]:
    """The suggestions for a claim that its check refutes."""
    verdict = check(claim, toy_context())
    assert verdict.outcome is Outcome.REFUTED
    return suggest(claim, verdict, toy_context())


def wrong_by(factor: float) -> Limit:
    """A limit of 1 stated as `factor`."""
    return toy_limit(limit=lambda X: factor * np.ones(2))


@pytest.mark.parametrize(
    ("stated", "change"),
    [
        (2.0, "the limit times 1/2"),
        (0.5, "the limit times 2"),
        (np.pi, "the limit times 1/pi"),
        (1 / np.sqrt(2), "the limit times sqrt(2)"),
        (-1.0, "the limit with the opposite sign"),
    ],
)
def test_simple_factors_are_found(stated: float, change: str) -> None:
    """If false, a limit wrong by 1/2, 1/pi or a sign would be refuted without saying by what."""
    (found,) = repaired(wrong_by(stated))
    assert found.change == change
    assert found.evidence is Evidence.STATISTICAL
    assert found.resolution is not None
    assert found.resolution <= 0.01


@pytest.mark.parametrize("stated", [1 / 1.37, 1.02, np.array([1.0, 2.0])], ids=["no constant", "small", "two factors"])
def test_other_factors_are_not(stated: Any) -> None:
    """If false, a ratio that no simple constant explains would be explained by one."""
    assert repaired(wrong_by(stated)) == ()


@pytest.mark.parametrize("power", [Fraction(1, 2), Fraction(-1, 2), Fraction(1)])
def test_missing_powers_of_the_width_are_found(power: Fraction) -> None:
    """If false, a forgotten 1/sqrt(m) would get no suggestion."""

    def simulate(X: Any, width: int, draws: int, rng: np.random.Generator) -> Any:
        return skewed_mean(X, width, draws, rng) * float(width) ** float(power)

    (found,) = repaired(toy_limit(simulate=simulate))
    assert found.change == f"the statistic times width**({-power})"


@pytest.mark.parametrize("stated", [Fraction(1, 2), Fraction(2)])
def test_exponents_are_found(stated: Fraction) -> None:
    """If false, a scaling stated with the wrong multiple of 1/2 would get no suggestion."""
    (found,) = repaired(toy_scaling(exponent=stated, rivals=(Fraction(1),)))
    assert found.change == f"exponent 1 in place of {stated}"
    assert found.evidence is Evidence.STATISTICAL


def test_exponents_between_the_halves_are_left_alone() -> None:
    """If false, an exponent of 0.7 would be called 1/2 or 1."""

    def simulate(X: Any, width: int, draws: int, rng: np.random.Generator) -> Any:
        return rng.standard_normal(draws) ** 2 / width**0.7 * (1 + 2 / width)

    assert repaired(toy_scaling(simulate=simulate)) == ()


def test_constants_are_distinct_and_not_one() -> None:
    """If false, an interval around one number would hold two candidates, and none would be proposed."""
    values = [sympy.N(constant, 30) for constant in simple_constants()]
    assert sympy.Integer(1) not in simple_constants()
    assert len({str(value) for value in values}) == len(values)

"""The exact check of multipliers: what it must refuse."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from flint import fmpq

from theory.optimization.performance_estimation import (
    attained_by,
    exact,
    find_worst,
    propose_multipliers,
    proven_bound,
    state_problem,
)
from theory.optimization.performance_estimation.proof import gram_matrix_of, slack_quantity

from .settings import make_setting


def flint(multipliers: Mapping[str, Fraction]) -> dict[str, fmpq]:
    """The multipliers as `fmpq`."""
    return {name: exact(value) for name, value in multipliers.items()}


def found() -> dict[str, fmpq]:
    """Multipliers of a true proof."""
    setting = make_setting(2)
    problem = state_problem(setting)
    worst = [attained_by(setting, problem, run) for run in find_worst(setting)]
    multipliers = propose_multipliers(problem, Fraction(1, 10), worst)
    assert multipliers is not None
    return flint(multipliers)


def test_a_proof_is_accepted_and_its_bound_read_off() -> None:
    """A true proof would be refused."""
    assert proven_bound(state_problem(make_setting(2)), found()) == (fmpq(1, 10), "")


@pytest.mark.parametrize("change", ["negative", "larger", "missing", "unknown", "fewer steps"])
def test_a_changed_proof_is_refused(change: str) -> None:
    """A tampered certificate would prove a false bound."""
    multipliers, problem = found(), state_problem(make_setting(2))
    name = next(name for name in multipliers if name.startswith("smooth"))
    if change == "negative":
        multipliers[name] = -multipliers[name]
    elif change == "larger":
        multipliers[name] *= fmpq(1_000_001, 1_000_000)
    elif change == "missing":
        del multipliers[name]
    elif change == "unknown":
        multipliers["magic"] = fmpq(1)
    else:
        problem = state_problem(make_setting(1))
    proven, reason = proven_bound(problem, multipliers)
    assert proven is None
    assert reason


def test_a_smaller_multiplier_of_the_start_is_refused() -> None:
    """The bound itself, 0.999 times the worst case, would be proven by lowering one number."""
    multipliers = found()
    multipliers["start"] *= fmpq(999, 1000)
    assert proven_bound(state_problem(make_setting(2)), multipliers)[0] is None


def test_the_identity_holds_on_numbers() -> None:
    """The form that is checked would not be sum lambda_j constraint_j - performance."""
    setting = make_setting(2)
    problem, multipliers = state_problem(setting), found()
    vectors = {name: (Fraction(k, 3), Fraction(1 - k, 2)) for k, name in enumerate(problem.basis, start=-2)}
    values = {name: Fraction(k + 1, 7) for k, name in enumerate(problem.values)}
    direct = sum(
        Fraction(int(multipliers[one.name].p), int(multipliers[one.name].q)) * one.quantity.at(vectors, values)
        for one in problem.constraints
        if one.name in multipliers
    ) - problem.objective.at(vectors, values)
    matrix = gram_matrix_of(slack_quantity(problem, multipliers), problem.basis)
    form = sum(
        Fraction(int(matrix[i][j].p), int(matrix[i][j].q))
        * sum(a * b for a, b in zip(vectors[first], vectors[second], strict=True))
        for i, first in enumerate(problem.basis)
        for j, second in enumerate(problem.basis)
    )
    assert direct == form

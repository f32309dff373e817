"""The exact check that multipliers prove an upper bound. Small on purpose: everything else only proposes."""

from __future__ import annotations

from collections.abc import Mapping

from flint import fmpq

from .gram import Quantity, add_up
from .problem import Problem
from .semidefinite import is_positive_semidefinite


def slack_quantity(problem: Problem, multipliers: Mapping[str, fmpq]) -> Quantity:
    """sum_j lambda_j constraint_j - performance.

    Source: derived here (a definition; see `problem`).
    """
    chosen = [(multipliers[one.name], one.quantity) for one in problem.constraints if one.name in multipliers]
    return add_up([*chosen, (-1, problem.objective)])


def gram_matrix_of(quantity: Quantity, basis: tuple[str, ...]) -> list[list[fmpq]]:
    """The symmetric matrix S with <S, G> = the part of the quantity that is linear in the Gram matrix.

    Source: derived here (linear algebra).
    """
    place = {name: k for k, name in enumerate(basis)}
    matrix = [[fmpq(0)] * len(basis) for _ in basis]
    for (first, second), coefficient in quantity.pairs.items():
        i, j = place[first], place[second]
        if i == j:
            matrix[i][i] += coefficient
        else:
            matrix[i][j] += coefficient / 2
            matrix[j][i] += coefficient / 2
    return matrix


def proven_bound(problem: Problem, multipliers: Mapping[str, fmpq]) -> tuple[fmpq | None, str]:
    """The bound on the performance that the multipliers prove, or None and why they prove none.

    Args:
        problem: the program. multipliers: name of a constraint -> its multiplier; absent ones are 0.

    Returns:
        sum_j lambda_j limit_j, if all multipliers of inequalities are >= 0, the function values cancel exactly and
        the slack matrix is positive semidefinite.

    Accuracy: exact.

    Source: derived here (weak duality; see `problem`).
    """
    known = {one.name: one for one in problem.constraints}
    if unknown := [name for name in multipliers if name not in known]:
        return None, f"there is no constraint {unknown[0]!r}"
    for name, multiplier in multipliers.items():
        if not known[name].is_equality and multiplier < 0:
            return None, f"the multiplier of {name} is negative: {multiplier}"
    slack = slack_quantity(problem, multipliers)
    if slack.values:
        name, left = next(iter(slack.values.items()))
        return None, f"the function values do not cancel: {left} {name} is left"
    if not is_positive_semidefinite(gram_matrix_of(slack, problem.basis)):
        return None, "the slack matrix is not positive semidefinite"
    return sum((multiplier * known[name].limit for name, multiplier in multipliers.items()), fmpq(0)), ""

"""Counterexamples in several dimensions: rational points, gradients and values that a function of the class has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, final

import numpy as np
from flint import fmpq

from ...errors import MissingExtra
from .conic import ConicProgram, solve
from .problem import Problem, Setting
from .proof import gram_matrix_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_GRAINS = (10**3, 10**4, 10**6, 10**8)
_MARGINS = (1e-4, 1e-6, 1e-8)
_RANK = 1e-7


@final
@dataclass(frozen=True, kw_only=True)
class InterpolatingPoints:
    """An instance given by the vectors of the problem's basis and the function values.

    Args:
        vectors: basis name -> coordinates. values: name -> number. points: label -> coordinates of the point.
        initial, performance: the measures.
    """

    vectors: Mapping[str, tuple[Fraction, ...]]
    values: Mapping[str, Fraction]
    points: Mapping[str, tuple[Fraction, ...]]
    initial: Fraction
    performance: Fraction

    def to_json(self) -> dict[str, Any]:
        """The instance as JSON-ready data."""
        return {
            "points": {f"x at f{label}": [str(entry) for entry in point] for label, point in self.points.items()},
            "vectors": {name: [str(entry) for entry in vector] for name, vector in self.vectors.items()},
            "values": {name: str(value) for name, value in self.values.items()},
            "initial": str(self.initial),
            "performance": str(self.performance),
        }


def find_interpolating_points(setting: Setting, problem: Problem, bound: Fraction) -> InterpolatingPoints | None:
    """An exact instance with performance > bound, from a solver's worst case moved strictly inside the conditions.

    Args:
        setting, problem: what is bounded. bound: what is to be exceeded.

    Returns:
        Points that satisfy every condition exactly, or None: if none were found, if the conditions of the class are
        not sufficient, or if the method is stochastic.

    Accuracy: exact; the solver only proposes.

    Source: Taylor, Hendrickx, Glineur (2017): interpolation conditions are sufficient; restated from memory.
    """
    if not setting.function_class.is_interpolable or setting.method.variance:
        return None
    for margin in _MARGINS:
        try:
            found = _inner_worst_case(problem, margin)
        except MissingExtra:
            return None
        if found is None:
            continue
        for grain in _GRAINS:
            points = _rounded(problem, *found, grain)
            if points is not None and points.performance > bound:
                return points
    return None


def _inner_worst_case(problem: Problem, margin: float) -> tuple[Array, Array] | None:
    """Gram matrix and values that satisfy the conditions with a margin, in floating point."""
    size, count = len(problem.basis), len(problem.values)
    places = [(i, j) for i in range(size) for j in range(i, size)]
    units = np.zeros((len(places) + count, size, size))
    for k, (i, j) in enumerate(places):
        units[k, i, j] = units[k, j, i] = 1.0
    forms = [np.append(*_coefficients(problem, one.quantity, places)) for one in problem.constraints]
    goal = np.append(*_coefficients(problem, problem.objective, places))
    limits = np.array([_float(one.limit) for one in problem.constraints])
    inner = np.array([margin if one.limit == 0 else 0.0 for one in problem.constraints])
    solution = solve(
        ConicProgram(
            cost=-goal,
            equalities=np.zeros((0, len(goal))),
            targets=np.zeros(0),
            rows=-np.array(forms),
            lows=-(limits - inner),
            constant=np.zeros((size, size)),
            matrices=units,
        )
    )
    if not solution.is_solved:
        return None
    gram = np.tensordot(solution.z, units, axes=1)
    return gram, solution.z[len(places) :]


def _coefficients(problem: Problem, quantity: Any, places: list[tuple[int, int]]) -> tuple[Array, Array]:
    matrix = gram_matrix_of(quantity, problem.basis)
    entries = [_float(matrix[i][j]) * (1 if i == j else 2) for i, j in places]
    return np.array(entries), np.array([_float(quantity.values.get(name, fmpq(0))) for name in problem.values])


def _rounded(problem: Problem, gram: Array, values: Array, grain: int) -> InterpolatingPoints | None:
    weights, directions = np.linalg.eigh(gram)
    kept = weights > _RANK * max(weights[-1], 1e-12)
    coordinates = directions[:, kept] * np.sqrt(weights[kept])
    vectors = {
        name: tuple(Fraction(round(float(entry) * grain), grain) for entry in row)
        for name, row in zip(problem.basis, coordinates, strict=True)
    }
    numbers = {
        name: Fraction(round(float(value) * grain * grain), grain * grain)
        for name, value in zip(problem.values, values, strict=True)
    }
    [start, *conditions] = problem.constraints
    initial = start.quantity.at(vectors, numbers)
    if initial <= 0 or any(one.quantity.at(vectors, numbers) > 0 for one in conditions):
        return None
    points = {}
    for one in problem.evaluations:
        points[one.label] = tuple(
            sum(
                (
                    Fraction(int(factor.p), int(factor.q)) * vectors[name][axis]
                    for name, factor in one.point.coordinates.items()
                ),
                Fraction(0),
            )
            for axis in range(int(kept.sum()))
        )
    return InterpolatingPoints(
        vectors=vectors,
        values=numbers,
        points=points,
        initial=initial,
        performance=problem.objective.at(vectors, numbers) / initial,
    )


def _float(value: fmpq) -> float:
    return int(value.p) / int(value.q)

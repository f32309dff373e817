"""Multipliers that prove a bound: proposed by a solver, made rational on the face of the exact solutions.

At the exact worst case no multipliers lie strictly inside the cone. A worst-case function shows why: by complementary
slackness the slack matrix annihilates its vectors, and constraints that are loose there have multiplier 0. These are
linear equations; on their solution set the rest is strictly feasible, and floating-point numbers can be rounded.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, final

import numpy as np
from flint import fmpq, fmpq_mat

from .conic import ConicProgram, ConicSolution, solve
from .gram import add_up, exact
from .oracles import LineOracle
from .problem import Constraint, Problem, Setting
from .proof import gram_matrix_of, proven_bound
from .worst_function import Run, error_patterns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_DENOMINATORS = tuple(10**k for k in range(1, 14))
_FACES = 6
_INTERIOR = 1e-7
_ZERO = 1e-5


@final
@dataclass(frozen=True)
class Attained:
    """What a worst case says of multipliers that prove it is the worst.

    Args:
        kernel: vectors over the basis that the slack matrix annihilates. loose: names of constraints not tight there.
        broken: names of conditions that do not hold there, none for a function of the class.
    """

    kernel: tuple[tuple[Fraction, ...], ...]
    loose: frozenset[str]
    broken: tuple[str, ...]


def attained_by(setting: Setting, problem: Problem, run: Run) -> Attained:
    """Basis vectors and loose constraints of a run that attains the worst case.

    Args:
        setting, problem: what is bounded. run: a run of it, on a function of one real variable.

    Accuracy: exact.

    Source: derived here (complementary slackness).
    """
    patterns = list(error_patterns(setting))
    instances = [(_instance(setting, problem, run, errors), probability) for errors, probability in patterns]
    totals = {
        one.name: sum((share * one.quantity.at(*instance) for instance, share in instances), Fraction(0))
        for one in problem.constraints
        if one.limit == 0
    }
    free = {one.name for one in problem.constraints if not one.is_equality}
    loose = frozenset(name for name, total in totals.items() if name in free and total < 0)
    broken = tuple(name for name, total in totals.items() if total > 0 or (total < 0 and name not in free))
    kernel = [tuple(vectors[name][0] for name in problem.basis) for (vectors, _), _ in instances]
    return Attained(tuple(kernel), loose, broken)


def _instance(
    setting: Setting, problem: Problem, run: Run, errors: tuple[Fraction, ...]
) -> tuple[dict[str, tuple[Fraction, ...]], dict[str, Fraction]]:
    numbers = dict(zip(setting.method.starts, run.starts, strict=True))
    numbers.update({noise.name: error for noise, error in zip(problem.noises, errors, strict=False)})
    origin = Fraction(0) if setting.function_class.has_minimiser else run.starts[0]
    values = {}
    for one in problem.evaluations:
        point = origin
        for name, factor in one.point.coordinates.items():
            point += Fraction(int(factor.p), int(factor.q)) * numbers[name]
        numbers[f"g{one.label}"] = run.function.derivative(point)
        values[f"f{one.label}"] = run.function.value(point)
    named = dict(zip(setting.method.starts, run.starts, strict=True))
    oracle = LineOracle(run.function, named, errors)
    path = setting.method.run(oracle, setting.steps)
    for name in set(problem.values) - set(values):
        values[name] = min(setting.performance.of(oracle, path, setting.steps))
    return {name: (numbers[name],) for name in problem.basis}, values


@final
class _Face:
    """Multipliers lambda = particular + directions y that satisfy all equations exactly."""

    def __init__(self, problem: Problem, kernel: Sequence[Sequence[Fraction]], loose: Iterable[str]) -> None:
        self.problem = problem
        excluded = set(loose)
        self.active: list[Constraint] = [one for one in problem.constraints if one.name not in excluded]
        self.matrices = [gram_matrix_of(one.quantity, problem.basis) for one in self.active]
        self.goal = gram_matrix_of(problem.objective, problem.basis)
        self.kernel = [[exact(Fraction(entry)) for entry in vector] for vector in kernel]
        self.particular: list[fmpq] = []
        self.directions: list[list[fmpq]] = []
        self.is_empty = not self._eliminate()

    def _equations(self) -> list[list[fmpq]]:
        rows = []
        for name in self.problem.values:
            row = [one.quantity.values.get(name, fmpq(0)) for one in self.active]
            rows.append([*row, self.problem.objective.values.get(name, fmpq(0))])
        for vector in self.kernel:
            for i in range(len(vector)):
                row = [_dot(matrix[i], vector) for matrix in self.matrices]
                rows.append([*row, _dot(self.goal[i], vector)])
        return [row for row in rows if any(entry != 0 for entry in row)]

    def _eliminate(self) -> bool:
        rows = self._equations()
        count = len(self.active)
        if not rows:
            rows = [[fmpq(0)] * (count + 1)]
        reduced, rank = fmpq_mat(rows).rref()
        pivots = []
        for i in range(rank):
            pivot = next(j for j in range(count + 1) if reduced[i, j] != 0)
            if pivot == count:
                return False
            pivots.append(pivot)
        free = [j for j in range(count) if j not in set(pivots)]
        self.particular = [fmpq(0)] * count
        for i, pivot in enumerate(pivots):
            self.particular[pivot] = reduced[i, count]
        for j in free:
            direction = [fmpq(0)] * count
            direction[j] = fmpq(1)
            for i, pivot in enumerate(pivots):
                direction[pivot] = -reduced[i, j]
            self.directions.append(direction)
        return True

    def multipliers(self, y: Sequence[fmpq]) -> dict[str, fmpq]:
        """The multipliers at y, zeros left out."""
        found = {}
        for j, one in enumerate(self.active):
            value = self.particular[j] + _dot([direction[j] for direction in self.directions], y)
            if value != 0:
                found[one.name] = value
        return found


def _dot(first: Sequence[fmpq], second: Sequence[fmpq]) -> fmpq:
    return sum((a * b for a, b in zip(first, second, strict=True) if a != 0 and b != 0), fmpq(0))


def estimate_worst_case(problem: Problem, scale: Fraction = Fraction(1)) -> float:
    """The worst case in floating point, unproven.

    Args:
        problem: the program. scale: its expected size: the solver's tolerances are absolute.

    Raises:
        MissingExtra: if the extra `sdp` is not installed.

    Accuracy: that of the solver; use it to choose what to prove.

    Source: derived here (the dual of `problem`).
    """
    face = _Face(_scaled(problem, scale), (), ())
    count = len(face.active)
    signed = np.array([not one.is_equality for one in face.active])
    program = ConicProgram(
        cost=np.array([_float(one.limit) for one in face.active]),
        equalities=np.array(
            [[_float(one.quantity.values.get(name, fmpq(0))) for one in face.active] for name in problem.values]
        ).reshape(len(problem.values), count),
        targets=np.array([_float(face.problem.objective.values.get(name, fmpq(0))) for name in problem.values]),
        rows=np.eye(count)[signed],
        lows=np.zeros(int(signed.sum())),
        constant=-_array(face.goal),
        matrices=np.array([_array(matrix) for matrix in face.matrices]),
    )
    solution = solve(program)
    return solution.value * float(scale) if solution.is_solved else float("inf")


def _scaled(problem: Problem, scale: Fraction) -> Problem:
    return dataclasses.replace(problem, objective=add_up([(1 / exact(Fraction(scale)), problem.objective)]))


def propose_multipliers(
    problem: Problem, bound: Fraction, worst: Sequence[Attained] = ()
) -> dict[str, Fraction] | None:
    """Rational multipliers that prove performance <= bound, found by a solver and checked exactly.

    Args:
        problem: the program. bound: what is to be proven. worst: what worst cases that attain `bound` exactly say.

    Returns:
        Multipliers by name for which `proven_bound` gives at most `bound`, or None if none were found.

    Raises:
        MissingExtra: if the extra `sdp` is not installed.

    Source: derived here; rounding on the affine set follows Peyrl, Parrilo (2008), restated from memory.
    """
    scale = exact(Fraction(bound)) if bound > 0 else fmpq(1)
    scaled = _scaled(problem, Fraction(int(scale.p), int(scale.q)))
    kernel = [vector for one in worst for vector in one.kernel]
    loose = {name for one in worst for name in one.loose}
    for _ in range(_FACES):
        face = _Face(scaled, kernel, loose)
        if face.is_empty:
            return None
        interior = _Interior(face, exact(Fraction(bound)) / scale, is_tight=bool(worst))
        if (found := interior.rounded()) is not None:
            return {name: _fraction(value * scale) for name, value in found.items()}
        zeros, vector = interior.smaller_face()
        if not zeros and vector is None:
            return None
        loose |= zeros
        if vector is not None:
            kernel.append(vector)
    return None


@final
class _Interior:
    """The point of a face farthest from the boundary of the cone, in floating point."""

    def __init__(self, face: _Face, bound: fmpq, *, is_tight: bool) -> None:
        self.face, self.bound = face, bound
        self.solution: ConicSolution | None = None
        self.signed = np.array([not one.is_equality for one in face.active])
        self.N = np.array([[_float(entry) for entry in direction] for direction in face.directions])
        self.N = self.N.reshape(len(face.directions), len(face.active)).T
        self.p = np.array([_float(entry) for entry in face.particular])
        self.complement = _complement(face.kernel, len(face.goal))
        if face.directions:
            self.solution = solve(self._program(is_tight))

    def _program(self, is_tight: bool) -> ConicProgram:
        """Variables (y, t): maximise t with lambda >= t and S >= t on the complement of the kernel, t <= 1."""
        B = self.complement
        stack = np.array([_array(matrix) for matrix in self.face.matrices])
        reduced = np.einsum("ia,kij,jb->kab", B, stack, B)
        constant = np.einsum("k,kab->ab", self.p, reduced) - B.T @ _array(self.face.goal) @ B
        matrices = np.einsum("kj,kab->jab", self.N, reduced)
        size = B.shape[1]
        free = self.N.shape[1]
        rows = np.hstack([self.N[self.signed], -np.ones((int(self.signed.sum()), 1))])
        lows = -self.p[self.signed]
        cap = np.zeros((1, free + 1))
        cap[0, -1] = -1.0
        rows, lows = np.vstack([rows, cap]), np.append(lows, -1.0)
        if not is_tight:
            limits = np.array([_float(one.limit) for one in self.face.active])
            rows = np.vstack([rows, np.append(-limits @ self.N, -1.0)])
            lows = np.append(lows, limits @ self.p - _float(self.bound))
        return ConicProgram(
            cost=np.append(np.zeros(free), -1.0),
            equalities=np.zeros((0, free + 1)),
            targets=np.zeros(0),
            rows=rows,
            lows=lows,
            constant=constant,
            matrices=np.concatenate([matrices, -np.eye(size)[None]]),
        )

    def rounded(self) -> dict[str, fmpq] | None:
        """Multipliers with the smallest denominators that prove the bound."""
        if self.solution is None:
            return self._checked(self.face.multipliers(()))
        if self.solution.z[-1] < -_INTERIOR:
            return None
        for most in _DENOMINATORS:
            y = [exact(Fraction(float(value)).limit_denominator(most)) for value in self.solution.z[:-1]]
            if (found := self._checked(self.face.multipliers(y))) is not None:
                return found
        return None

    def _checked(self, multipliers: dict[str, fmpq]) -> dict[str, fmpq] | None:
        proven, _ = proven_bound(self.face.problem, multipliers)
        return None if proven is None or proven > self.bound else multipliers

    def smaller_face(self) -> tuple[set[str], tuple[Fraction, ...] | None]:
        """Constraints whose multipliers seem to vanish, and a vector that the slack matrix seems to annihilate."""
        if self.solution is None or self.solution.z[-1] > 100 * _INTERIOR:
            return set(), None
        names = [one.name for one, signed in zip(self.face.active, self.signed, strict=True) if signed]
        duals = self.solution.row_duals[: len(names)]
        values = (self.p + self.N @ self.solution.z[:-1])[self.signed]
        largest = max(1e-3, float(np.max(duals, initial=0.0)))
        zeros = {
            name
            for name, dual, value in zip(names, duals, values, strict=True)
            if dual > 1e-3 * largest and abs(value) < _ZERO
        }
        weights, vectors = np.linalg.eigh(self.solution.matrix_dual)
        if not len(weights) or weights[-1] < 1e-3:
            return zeros, None
        direction = self.complement @ vectors[:, -1]
        direction = direction / direction[np.argmax(np.abs(direction))]
        return zeros, tuple(Fraction(float(entry)).limit_denominator(1000) for entry in direction)


def _complement(kernel: Sequence[Sequence[fmpq]], size: int) -> Array:
    """Orthonormal columns that span the orthogonal complement of the kernel."""
    if not kernel:
        return np.eye(size)
    V = np.array([[_float(entry) for entry in vector] for vector in kernel])
    _, weights, directions = np.linalg.svd(V)
    rank = int((weights > 1e-9 * max(1.0, weights[0])).sum())
    return np.asarray(directions[rank:].T)


def _fraction(value: fmpq) -> Fraction:
    return Fraction(int(value.p), int(value.q))


def _float(value: fmpq) -> float:
    return int(value.p) / int(value.q)


def _array(matrix: Sequence[Sequence[fmpq]]) -> Array:
    return np.array([[_float(entry) for entry in row] for row in matrix]).reshape(len(matrix), len(matrix))

"""The trapezoid rule for functions that are analytic in a strip, with proven aliasing and truncation bounds."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import final

import sympy
from flint import arb

from ...balls.compiler import Compiler
from ...balls.fields import REALS
from ...balls.tape import Tape
from ...errors import NotEnclosed
from ...symbols import z
from .envelope import upper
from .law import Factors
from .majorant import Majorant, separate
from .strip import Strip, certify_strips

_MOST_POINTS = 20_000_000


def enclose_plane(f: sympy.Expr, g: sympy.Expr, factors: Factors, goal: arb) -> arb:
    """E[f(u) g(v)] for f and g analytic in strips, by the trapezoid rule in x and y.

    Formula:
        F(x, y) = f(m_u + A x) g(m_v + L x + S y) n(x) n(y), n the normal density;
        E = h k sum_{i, j} F(i h, j k) + error.

    Args:
        f, g: in `theory.symbols.z`. factors: m, A, L, S with A, S > 0. goal: absolute error to aim at.

    Returns:
        A ball that contains the expectation. Its radius is about `goal`, unless rounding or the arguments are wider.

    Raises:
        NotEnclosed: if no strip is certified, the expectation is not bounded, or too many nodes would be needed.

    Accuracy: proof. (1) A function of one variable that is analytic in |Im| <= w, and whose integral of |F(x + i y)|
        over x is at most M for |y| <= w, has trapezoid error at most 2 M / (e^(2 pi w / h) - 1) (Poisson summation:
        the error is the sum of the Fourier transform over the nonzero multiples of 2 pi / h; shift the path by i w).
        (2) |E - T| <= |E - T_x I_y| + |T_x (I_y - T_y)|: the first by shifting x by i w with A w and |L| w inside
        the strips of f and g, where |n(x + i y)| = e^(y^2 / 2) n(x); the second for each real node x by shifting y,
        summed over the nodes. (3) |f|, |g| are bounded on the whole strips by the certificates of `certify_strips`,
        so that M and the sum are Gaussian integrals of exponentials. (4) The nodes left out are bounded by the same
        majorant, whose sum beyond X is below its integral beyond X as it falls there. (5) The sum is in balls.

    Source: derived here; (1) is the classical theorem on the trapezoid rule in a strip.
    """
    outer, inner = certify_strips(f), certify_strips(g)
    real = separate(factors, outer[-1].bound, inner[-1].bound)
    across = _finest([_step_across(factors, one, two, goal) for one, two in product(outer, inner)])
    beside = _finest([_step_beside(factors, outer[-1], two, across.step, goal) for two in inner])
    grid = _commensurate(factors, across.step, beside.step)
    columns = real.first.cut(real.size * real.second.lattice_sum(grid.beside), goal / 8)
    rows = real.second.cut(real.size * real.first.lattice_sum(grid.across), goal / 8)
    error = across.error(grid.across) + beside.error(grid.beside)
    error += real.size * real.first.tail(columns) * real.second.lattice_sum(grid.beside)
    error += real.size * real.second.tail(rows) * real.first.lattice_sum(grid.across)
    total = _sum_plane(f, g, factors, grid, _count(columns, grid.across), _count(rows, grid.beside))
    return total + symmetric(error)


def enclose_line(f: sympy.Expr, mean: arb, deviation: arb, goal: arb) -> arb:
    """E[f(u)] for f analytic in a strip and u normal of positive deviation; as `enclose_plane`, in x alone.

    Source: derived here.
    """
    factors = Factors(mean, arb(0), deviation, arb(0), arb(0))
    strips = certify_strips(f)
    real = separate(factors, strips[-1].bound)
    across = _finest([_step_across(factors, one, None, goal) for one in strips])
    cut = real.first.cut(real.size, goal / 8)
    total = arb(0)
    tape = Compiler((z,), REALS).compile(f)
    for j in range(-_count(cut, across.step), _count(cut, across.step) + 1):
        total += tape.run([mean + deviation * across.step * j]) * _weight(across.step * j)
    error = across.error(across.step) + real.size * real.first.tail(cut)
    return total * _density_factor(across.step) + symmetric(error)


def symmetric(error: arb) -> arb:
    """The ball of all numbers of at most this modulus.

    Source: derived here.
    """
    bound = upper(error)
    return (-bound).union(bound)


@final
@dataclass(frozen=True)
class Axis:
    """A coordinate shifted by i shift costs at most `mass`, the integral of |F| on the shifted line."""

    shift: arb
    mass: arb
    step: arb

    def error(self, step: arb) -> arb:
        """The aliasing bound for a step."""
        return 2 * self.mass / ((2 * arb.pi() * self.shift / step).exp() - 1)


def _axis(factors_shift: arb, majorant: Majorant, weight: arb, goal: arb) -> Axis:
    """The largest step for which the aliasing is at most goal / 4, as an exact number of few bits."""
    shift = arb(arb.min(factors_shift, (2 * (1 + abs(goal.log()))).sqrt()).lower())
    mass = upper(majorant.size * weight * (shift * shift / 2).exp())
    step = 2 * arb.pi() * shift / (1 + 8 * mass / goal).log()
    return Axis(shift, mass, arb(float(step.mid()) * (1 - 2.0**-20)))


def _step_across(factors: Factors, outer: Strip, inner: Strip | None, goal: arb) -> Axis:
    shift = outer.width / factors.across
    if inner is None:
        majorant = separate(factors, outer.bound)
        return _axis(shift, majorant, majorant.first.integral(), goal)
    if not factors.along.is_zero():
        shift = arb.min(shift, inner.width / upper(abs(factors.along)))
    majorant = separate(factors, outer.bound, inner.bound)
    return _axis(shift, majorant, upper(majorant.first.integral() * majorant.second.integral()), goal)


def _step_beside(factors: Factors, outer: Strip, inner: Strip, across: arb, goal: arb) -> Axis:
    majorant = separate(factors, outer.bound, inner.bound)
    weight = majorant.first.lattice_sum(across)
    return _axis(inner.width / upper(factors.beside), majorant, upper(weight * majorant.second.integral()), goal)


def _finest(axes: list[Axis]) -> Axis:
    return max(axes, key=lambda axis: float(axis.step))


@final
@dataclass(frozen=True)
class Grid:
    """Steps of x and y for which all v lie on one lattice: L across = p * fine and S beside = q * fine.

    Args:
        fine: the step of v, or None if the steps are not commensurate.
    """

    across: arb
    beside: arb
    fine: arb | None = None
    p: int = 0
    q: int = 0


def _commensurate(factors: Factors, across: arb, beside: arb) -> Grid:
    """Steps at most as large, made commensurate, so that g is evaluated on few points."""
    if factors.along.contains(0) or factors.beside.contains(0):
        return Grid(across, beside)
    wide, high = factors.along * across, factors.beside * beside
    ratio = float((abs(wide) / high).mid())
    if ratio >= 1:
        p = int(ratio) + 1
        fine = wide / p
        return Grid(across, abs(fine) / factors.beside, fine, p, 1 if fine > 0 else -1)
    q = int(1 / ratio)
    return Grid(across, abs(wide) * q / factors.beside, wide, 1, q if wide > 0 else -q)


def _count(cut: arb, step: arb) -> int:
    return int(float((cut / step).upper())) + 1


def _weight(x: arb) -> arb:
    return (-x * x / 2).exp()


def _density_factor(step: arb) -> arb:
    return step / (2 * arb.pi()).sqrt()


def _sum_plane(f: sympy.Expr, g: sympy.Expr, factors: Factors, grid: Grid, columns: int, rows: int) -> arb:
    if (2 * columns + 1) * (2 * rows + 1) > _MOST_POINTS:
        raise NotEnclosed(
            f"{f}, {g}: {(2 * columns + 1) * (2 * rows + 1)} nodes would be needed, allowed are {_MOST_POINTS}; "
            "ask for fewer digits or smaller variances"
        )
    outer, inner = Compiler((z,), REALS).compile(f), Compiler((z,), REALS).compile(g)
    weights = [_weight(grid.beside * k) for k in range(rows + 1)]
    values = _Values(inner, factors, grid)
    total = arb(0)
    for i in range(-columns, columns + 1):
        x = grid.across * i
        row = values.at(i, 0) * weights[0]
        for k in range(1, rows + 1):
            row += (values.at(i, k) + values.at(i, -k)) * weights[k]
        total += outer.run([factors.mean_u + factors.across * x]) * _weight(x) * row
    return total * _density_factor(grid.across) * _density_factor(grid.beside)


class _Values:
    """g at the nodes, each distinct point evaluated once."""

    def __init__(self, tape: Tape, factors: Factors, grid: Grid) -> None:
        self._tape, self._factors, self._grid = tape, factors, grid
        self._known: dict[int, arb] = {}

    def at(self, i: int, k: int) -> arb:
        """g at x = i across, y = k beside."""
        factors, grid = self._factors, self._grid
        if grid.fine is None:
            shift = factors.along * grid.across * i + factors.beside * grid.beside * k
            value: arb = self._tape.run([factors.mean_v + shift])
            return value
        place = grid.p * i + grid.q * k
        if place not in self._known:
            self._known[place] = self._tape.run([factors.mean_v + grid.fine * place])
        return self._known[place]

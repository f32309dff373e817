"""Gaussian means of functions without a closed form: Gauss-Legendre panels, split where the function bends."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeAlias

import numpy as np
import sympy
from numpy.typing import NDArray

from ...errors import InvalidArgument, NotEnclosed
from ...symbols import z

Array: TypeAlias = NDArray[np.float64]
Function = Callable[[Array], Array]

REACH = 10.0
"""Half-width in standard deviations: the weight beyond is 1e-23 of the whole."""
_PANELS = 20
_AGREEMENT = 2.0**-44
"""Two rules of different order must agree to this share of the mean of absolute values."""
_ROUNDING = 2.0**-50
_ORDERS = (16, 22)
_LINE_HALVINGS = 7
_PLANE_HALVINGS = 3
_OCTAVES = tuple(2.0**power for power in range(-1, 40))
"""Activations bend on the scale of one; where that is below a panel's width, panels end at these points."""


@cache
def compile_function(expression: sympy.Expr) -> Function:
    """The expression in z as a function of arrays.

    Source: derived here.
    """
    if expression.has(sympy.DiracDelta):
        raise InvalidArgument(
            f"expression={expression}: it holds a point mass, whose square has no mean; differentiate once less"
        )
    stable = expression.replace(_SOFTPLUS, lambda inner: _Softplus(inner))
    stable = stable.replace(_LOG_COSH, lambda inner: _LogCosh(inner))
    if stable.has(sympy.cosh):  # sinh / cosh overflows to nan
        stable = stable.replace(sympy.sinh, lambda inner: sympy.tanh(inner) * sympy.cosh(inner))
    modules = [{"_Softplus": _softplus, "_LogCosh": _log_cosh}, "scipy", "numpy"]
    right, left = (sympy.lambdify((z, _DECAY), _in_decays(stable, sign), modules) for sign in (1, -1))

    def evaluate(points: Array) -> Array:
        with np.errstate(all="ignore"):
            decay = np.exp(-np.abs(points))
            sides = (np.broadcast_to(side(points, decay), points.shape) for side in (right, left))
            return np.asarray(np.where(points >= 0, *sides), dtype=np.float64)

    return evaluate


class _Softplus(sympy.Function):  # type: ignore[misc]
    """log(1 + exp(x)), which overflows if written so."""

    nargs = 1


class _LogCosh(sympy.Function):  # type: ignore[misc]
    """log(cosh(x)), which overflows, and loses its digits near 0, if written so."""

    nargs = 1


_INNER = sympy.Wild("inner")
_LOG_COSH = sympy.log(sympy.cosh(_INNER))
_SOFTPLUS = sympy.log(1 + sympy.exp(_INNER))
_DECAY = sympy.Symbol("decay", positive=True)


def _softplus(x: Array) -> Array:
    return np.asarray(np.logaddexp(0.0, x))


def _log_cosh(x: Array) -> Array:
    size = np.abs(x)
    near = np.log1p(2 * np.sinh(np.minimum(size, 1.0) / 2) ** 2)
    return np.asarray(np.where(size < 1, near, size + np.log1p(np.exp(-2 * size)) - math.log(2)))


def _in_decays(expression: sympy.Expr, sign: int) -> sympy.Expr:
    """exp(k z) through exp(-|z|) on one side of 0, so that quotients such as exp(z) / (1 + exp(z)) cannot overflow."""
    rates = {node: node.args[0] / z for node in expression.atoms(sympy.exp) if not (node.args[0] / z).has(z)}
    if not rates:
        return expression
    return sympy.together(expression.subs({node: _DECAY ** (-sign * rate) for node, rate in rates.items()}))


@cache
def bends(expression: sympy.Expr) -> tuple[float, ...]:
    """Points where the expression has a kink or a jump, as far as they are where two linear branches meet.

    Source: derived here.
    """
    found: set[float] = set()
    for node in sympy.preorder_traversal(expression):
        for difference in _branch_differences(node):
            line = sympy.Poly(difference, z) if difference.is_polynomial(z) and difference.has(z) else None
            if line is not None:
                found.update(float(root) for root in line.real_roots())
    return tuple(sorted(found))


def _branch_differences(node: sympy.Basic) -> Sequence[sympy.Expr]:
    if isinstance(node, sympy.Max | sympy.Min):
        return [one - two for one in node.args for two in node.args if one != two]
    if isinstance(node, sympy.Abs | sympy.Heaviside | sympy.sign):
        return [node.args[0]]
    if isinstance(node, sympy.Piecewise):
        relations = [part for _, condition in node.args for part in condition.atoms(sympy.core.relational.Relational)]
        return [relation.lhs - relation.rhs for relation in relations]
    return []


def integrate_mean(function: Function, variance: float, marks: Sequence[float]) -> float:
    """E[function(u)] for u ~ N(0, variance).

    Args:
        function: of arrays. variance: positive. marks: points where the function bends.

    Returns:
        The mean, in float64.

    Raises:
        NotEnclosed: if rules of two orders disagree after several halvings of the panels.

    Accuracy: about 1e-13 of E|function(u)|; not proved, but two rules of different order agree to that.

    Source: derived here (composite Gauss-Legendre quadrature on panels that end at every bend).
    """
    scale = math.sqrt(variance)

    def rule(order: int, halvings: int) -> tuple[float, float, float]:
        nodes, weights = _line(_edges(scale, marks, halvings)[None], order)
        values = function(scale * nodes[0]) * weights[0]
        return _sums(values, np.abs(nodes[0]))

    return _agree(rule, f"the mean at variance {variance:g}", _LINE_HALVINGS)


def integrate_pair_mean(
    function: Callable[[Array, Array], Array], variance: float, gap: float, marks: Sequence[float]
) -> float:
    """E[function(u, v)] for centred u, v of equal variance.

    Args:
        function: of two arrays that broadcast. variance: positive. correlation: in [-1, 1].
        gap: 1 - correlation, given apart since it may be tiny. marks: points where the function bends in u or in v.

    Returns:
        The mean, in float64. Raises and accuracy as `integrate_mean`.

    Source: derived here (v = correlation u + noise; the panels of the noise end where v meets a bend).
    """
    correlation = 1 - gap
    scale, noise = math.sqrt(variance), math.sqrt(gap * (2 - gap))

    def rule(order: int, halvings: int) -> tuple[float, float, float]:
        base = _edges(scale, marks, halvings)
        steep = _transitions(scale, marks, correlation, noise)
        outer, outer_weights = (side[0] for side in _line(np.union1d(base, steep)[None], order))
        inner, inner_weights = _line(_conditional_edges(outer, scale, marks, correlation, noise, halvings), order)
        u = (scale * outer)[:, None]
        values = function(u, correlation * u + scale * noise * inner) * inner_weights * outer_weights[:, None]
        return _sums(values, np.maximum(np.abs(outer)[:, None], np.abs(inner)))

    slack = _ROUNDING / math.sqrt(gap)
    return _agree(rule, f"the mean at variance {variance:g} and correlation 1 - {gap:g}", _PLANE_HALVINGS, slack)


def _agree(rule: Callable[[int, int], tuple[float, float, float]], what: str, most: int, slack: float = 0.0) -> float:
    for halvings in range(most + 1):
        (rough, *_), (fine, size, margin) = (rule(order, halvings) for order in _ORDERS)
        agreed = math.isfinite(fine) and abs(fine - rough) <= (_AGREEMENT + slack) * size
        if agreed and margin <= _AGREEMENT * size:
            return fine
    raise NotEnclosed(
        f"{what}: rules of two orders give {rough:.17g} and {fine:.17g}; the expectation may not exist, "
        "or the function bends where no Max, Min, Abs, sign, Heaviside or Piecewise shows it"
    )


def _sums(values: Array, distance: Array) -> tuple[float, float, float]:
    """The sum of the values, that of their moduli, and the part of the latter at the margin of the range."""
    sizes = np.abs(values)
    return float(values.sum()), float(sizes.sum()), float(sizes[distance > REACH - 1].sum())


def _edges(scale: float, marks: Sequence[float], halvings: int) -> Array:
    """Ends of panels in units of the standard deviation: even ones, octaves about 0, and the bends."""
    count = _PANELS * 2**halvings
    inside = [feature for feature in _features(scale, marks) if abs(feature) < REACH]
    return np.union1d(np.linspace(-REACH, REACH, count + 1), np.array(inside))


def _features(scale: float, marks: Sequence[float]) -> list[float]:
    octaves = [sign * octave / scale for octave in _OCTAVES for sign in (-1, 1) if octave < scale]
    return [*octaves, *(mark / scale for mark in marks)]


def _transitions(scale: float, marks: Sequence[float], correlation: float, noise: float) -> Array:
    """Where the conditional mean, a kink smoothed at the scale of the noise, changes quickly."""
    if correlation == 0 or not marks:
        return np.empty(0)
    width = noise / abs(correlation)
    offsets = [0.0, *(sign * width * 2.0**power for power in range(-1, 40) for sign in (-1, 1) if width < 1)]
    points = np.array([mark / (scale * correlation) + offset for mark in marks for offset in offsets])
    return np.asarray(points[np.abs(points) < REACH])


def _conditional_edges(
    outer: Array, scale: float, marks: Sequence[float], correlation: float, noise: float, halvings: int
) -> Array:
    """(nodes, panels + 1): ends of the noise's panels, with the places where v bends, given u."""
    count = _PANELS * 2**halvings
    even = np.linspace(-REACH, REACH, count + 1)
    features = np.array(_features(scale, marks))
    if noise == 0 or not len(features):
        return np.broadcast_to(even, (len(outer), len(even)))
    places = np.clip((features - correlation * outer[:, None]) / noise, -REACH, REACH)
    return np.sort(np.concatenate([np.broadcast_to(even, (len(outer), len(even))), places], axis=1), axis=1)


def _line(edges: Array, order: int) -> tuple[Array, Array]:
    """Nodes and weights (rows, panels * order) of the standard normal law on panels with the given ends."""
    nodes, weights = np.polynomial.legendre.leggauss(order)
    half = np.diff(edges, axis=1)[..., None] / 2
    points = (edges[:, :-1, None] + half) + half * nodes
    density = np.exp(-(points**2) / 2) / math.sqrt(2 * math.pi)
    shape = (edges.shape[0], -1)
    return points.reshape(shape), (half * weights * density).reshape(shape)

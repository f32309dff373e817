"""Duals in floats: closed forms where they keep their digits, quadrature elsewhere."""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

import numpy as np
import sympy
from numpy.typing import NDArray

from ..errors import NoClosedForm, NotEnclosed
from ..gaussian.mehler import evaluate_mehler
from ..gaussian.panels import Kinked, integrate_line, integrate_pairs
from ..gaussian.pieces import unfold
from ..gaussian.points import split_points
from ..normal_cdf import BivariateNormalCDF
from ..symbols import a, b, c
from .arrays import GAP, Array, evaluate_array, rounding_scale
from .float_functions import float_function

_BLOCK = 16384
_FEW = 48
"""Below this many pairs the tables of Mehler's formula do not pay."""
_DOUBTFUL = 3e-13
"""Rounding of a closed form relative to its value, above which the pair is integrated instead."""
_TIED = 0.3
_MANY = 4096
"""From this many pairs of few variances on, series are faster than long closed forms."""
_SAMPLE = 2**16
_LONG = 60
"""Operations in a closed form that is long."""
_MOST_SMALL = 128
"""Values that are small because the law makes them so are integrated for a few pairs only: each costs milliseconds."""
_UNIT = 4 * np.finfo(np.float64).eps

Indices: TypeAlias = NDArray[np.intp]
Pairs: TypeAlias = tuple[Array, Array, Array, Array]
"""a, b, c and the gap, each of shape (n,), variances positive."""


@cache
def kinked_function(expression: sympy.Expr) -> Kinked:
    """An activation as a function on floats with its kinks.

    Raises:
        NoClosedForm: for point masses.

    Source: derived here.
    """
    regular, masses = split_points(expression)
    if masses:
        raise NoClosedForm(
            f"{expression} has point masses at {', '.join(str(place) for place, _ in masses)}, which cannot be "
            "integrated numerically; give an activation that is differentiated once less"
        )
    try:
        marks = tuple(float(point) for point in unfold(regular).breaks)
    except NoClosedForm:
        marks = ()
    return Kinked(float_function(regular), marks)


def evaluate_pairs(expression: sympy.Expr, phi: sympy.Expr, pairs: Pairs) -> Array:
    """A closed form at many pairs.

    Args:
        expression: E[phi(u) phi(v)] in a, b, c. phi: in z. pairs: shape (n,) each.

    Accuracy: 1e-13 relative to sqrt(E phi(u)^2 E phi(v)^2): where summands cancel more than that, the pairs are
        integrated. So are up to 128 pairs whose value is small by itself, as for relu near correlation -1: those keep
        1e-12 relative to the value.

    Source: derived here.
    """
    if is_long(expression, phi) and _has_few_variances(pairs):
        result, done = sum_series(phi, pairs)
        if not done.all():
            result[~done] = _evaluate_blocks(expression, phi, _rows(pairs, np.flatnonzero(~done)))
        return result
    return _evaluate_blocks(expression, phi, pairs)


@cache
def is_long(expression: sympy.Expr, phi: sympy.Expr) -> bool:
    """Whether the dual of phi, in closed form, takes longer than a series of Mehler's, which phi has.

    Source: derived here (measured).
    """
    is_costly = expression.has(BivariateNormalCDF) or expression.count_ops() > _LONG
    return bool(is_costly and not phi.has(sympy.DiracDelta))


def _has_few_variances(pairs: Pairs) -> bool:
    if len(pairs[2]) < _MANY:
        return False
    step = max(1, len(pairs[2]) // _SAMPLE)
    sample = [entry[::step] for entry in pairs[:2]]
    return 2 * len(np.unique(np.concatenate(sample))) < len(sample[0])


def _evaluate_blocks(expression: sympy.Expr, phi: sympy.Expr, pairs: Pairs) -> Array:
    result = np.empty_like(pairs[0])
    for start in range(0, len(result), _BLOCK):
        part = np.arange(start, min(start + _BLOCK, len(result)))
        result[part] = _evaluate_block(expression, phi, _rows(pairs, part))
    return result


def _evaluate_block(expression: sympy.Expr, phi: sympy.Expr, pairs: Pairs) -> Array:
    values = dict(zip((a, b, c, GAP), pairs, strict=True))
    result = evaluate_array(expression, values)
    if phi.has(sympy.DiracDelta):
        return result
    noise = _UNIT * rounding_scale(expression, values)
    doubtful = np.flatnonzero(~(noise <= _DOUBTFUL * np.abs(result)))
    if not len(doubtful):
        return result
    few = _rows(pairs, doubtful)
    norms = [evaluate_array(expression, {a: v, b: v, c: v, GAP: 0 * v}) for v in few[:2]]
    is_bad = ~(noise[doubtful] <= _DOUBTFUL / 4 * np.sqrt(np.abs(norms[0] * norms[1])))
    # Where u and v are nearly independent quadrature cancels as well, and gains nothing on small values.
    is_tied = np.abs(few[2]) > _TIED * np.sqrt(few[0] * few[1])
    small = np.flatnonzero(is_tied & ~is_bad)[:_MOST_SMALL]
    for chosen in (doubtful[is_bad], doubtful[small]):
        _replace(result, chosen, phi, pairs)
    return result


def _replace(result: Array, chosen: Indices, phi: sympy.Expr, pairs: Pairs) -> None:
    if not len(chosen):
        return
    try:
        result[chosen] = _integrate_all(kinked_function(phi), _rows(pairs, chosen))
    except (NotEnclosed, NoClosedForm):
        return  # the closed form stands, with the rounding that it has


def _rows(pairs: Pairs, chosen: Indices) -> Pairs:
    first, second, mixed, gap = (entry[chosen] for entry in pairs)
    return first, second, mixed, gap


def integrate_dual(phi: sympy.Expr, pairs: Pairs) -> Array:
    """E[phi(u) phi(v)] at many pairs by quadrature.

    Args:
        phi: in z. pairs: a, b, c and the gap, broadcasting to the shape of c, variances positive.

    Raises:
        NotEnclosed: if the quadrature does not converge. NoClosedForm: for point masses.

    Accuracy: 1e-13 of E|phi(u) phi(v)| or better: two rules of different order agree, or the remainder is bounded.

    Source: derived here.
    """
    function = kinked_function(phi)
    if pairs[2].size <= _FEW:
        return _integrate_all(function, pairs)
    if pairs[2].ndim == 1 and pairs[2].size > _BLOCK and not _has_few_variances(pairs):
        blocks = (np.arange(start, min(start + _BLOCK, pairs[2].size)) for start in range(0, pairs[2].size, _BLOCK))
        return np.concatenate([integrate_dual(phi, _rows(pairs, block)) for block in blocks])
    result, done = sum_series(phi, pairs)
    if not done.all():
        rest = (np.broadcast_to(entry, done.shape)[~done] for entry in pairs)
        result[~done] = _integrate_all(function, (next(rest), next(rest), next(rest), next(rest)))
    return result


def sum_series(phi: sympy.Expr, pairs: Pairs) -> tuple[Array, NDArray[np.bool_]]:
    """E[phi(u) phi(v)] at very many pairs by Mehler's formula, and where it is good enough.

    Args:
        phi: in z. pairs: as in `integrate_dual`; of the gap only its zeros count.

    Raises:
        NoClosedForm: for point masses.

    Accuracy: where it is good enough as `evaluate_mehler`.

    Source: derived here.
    """
    first, second, mixed, gap = pairs
    variances, places = np.unique(np.concatenate([first.ravel(), second.ravel()]), return_inverse=True)
    left, right = places[: first.size].reshape(first.shape), places[first.size :].reshape(second.shape)
    root = np.sqrt(variances)
    with np.errstate(over="ignore", invalid="ignore"):
        # A degenerate pair has correlation 1 to the last bit.
        rho = np.where(gap == 0.0, np.sign(mixed), np.clip(mixed / (root[left] * root[right]), -1.0, 1.0))
        return evaluate_mehler(kinked_function(phi), variances, (left, right), rho)


def _integrate_all(function: Kinked, pairs: Pairs) -> Array:
    first, second, mixed, gap = (np.broadcast_to(entry, pairs[2].shape).ravel() for entry in pairs)
    return integrate_pairs(function, function, (first, second), mixed, gap).reshape(pairs[2].shape)


def integrate_mean(phi: sympy.Expr, variance: Array) -> Array:
    """E[phi(u)] at many variances by quadrature.

    Raises:
        NotEnclosed, NoClosedForm: as `integrate_dual`.

    Source: derived here.
    """
    return integrate_line(kinked_function(phi), variance)

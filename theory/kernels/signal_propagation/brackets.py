"""Guarded root finding: every root is returned with two ends between which the function changes sign."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import final

from scipy.optimize import brentq

from ...errors import NotEnclosed

_TOLERANCE = 4 * 2.0**-52


@final
@dataclass(frozen=True, kw_only=True)
class Bracket:
    """A root and the ends between which the computed function changes its sign; equal where it vanishes.

    Args:
        root: the best float. low, high: low <= root <= high.
    """

    root: float
    low: float
    high: float


def find_root(function: Callable[[float], float], low: float, high: float) -> Bracket:
    """The root of a continuous function between two points of opposite sign.

    Args:
        function: continuous. low, high: low < high, with function values of opposite sign, or zero.

    Returns:
        The bracket, as narrow as the sign of the computed function allows.

    Raises:
        NotEnclosed: if the signs at the ends are equal.

    Source: derived here: Brent's method proposes, the signs at both ends of the bracket decide.

    Example:
        >>> round(find_root(lambda x: x * x - 2, 0, 2).root, 12)
        1.414213562373
    """
    start, stop = function(low), function(high)
    for value, place in ((start, low), (stop, high)):
        if value == 0:
            return Bracket(root=place, low=place, high=place)
    if math.isnan(start) or math.isnan(stop) or (start > 0) == (stop > 0):
        raise NotEnclosed(
            f"low={low}, high={high}: the function is {start} and {stop} there, which brackets no root; "
            "give ends with opposite signs"
        )
    root = float(brentq(function, low, high, xtol=5e-324, rtol=_TOLERANCE, maxiter=300))
    return _surround(function, root, (low, high), start > 0)


def _surround(function: Callable[[float], float], root: float, ends: tuple[float, float], falls: bool) -> Bracket:
    low, high = ends
    step = abs(root) * _TOLERANCE
    while low < root - step or root + step < high:
        left, right = max(low, root - step), min(high, root + step)
        if (function(left) >= 0) == falls and (function(right) <= 0) == falls:
            return Bracket(root=root, low=left, high=right)
        step *= 4
    return Bracket(root=root, low=low, high=high)


def find_roots(
    function: Callable[[float], float], grid: Iterable[float], noise: Callable[[float], float]
) -> Iterator[Bracket]:
    """The roots at which a function changes sign from one point of a grid to the next.

    Args:
        function: continuous. grid: increasing points.
        noise: point -> values up to this are rounding and have no sign; points where they occur are passed over.

    Returns:
        One bracket for each change of sign; roots that lie twice between two points are not seen.

    Source: derived here.

    Example:
        >>> [round(abs(root.root), 6) for root in find_roots(lambda x: x * (x - 1), [-0.5, 0.5, 1.5], lambda x: 0.0)]
        [0.0, 1.0]
    """
    values = ((point, function(point)) for point in grid)
    signed = [(point, value) for point, value in values if abs(value) > noise(point)]
    for (low, start), (high, stop) in pairwise(signed):
        if (start > 0) != (stop > 0):
            yield find_root(function, low, high)

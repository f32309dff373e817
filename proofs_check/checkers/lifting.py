"""Lifting: a claim's own functions, written for float64, evaluated on mpmath numbers, with float64 kept out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final
from unittest import mock

import mpmath
import numpy as np

from .instance import is_floating, mapped

Operator = Callable[[Any, Any], Any]

OPERATORS = ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "pow", "rpow")
TRUST = 2.0**-40
"""Relative error allowed to a float64 constant inside a side: 1/10 and sqrt(n) are rounded, whole sums of them more."""


@final
@dataclass
class Guard:
    """Whether float64 constants that may be rounded took part in an evaluation."""

    rounded: bool = False


def lift(data: Mapping[str, Any]) -> dict[str, Any]:
    """The instance with floats and Fractions as mpmath numbers, inside arrays, tuples and objects, too."""
    lifted: dict[str, Any] = mapped(data, lifted_number, _is_liftable)
    return lifted


def _is_liftable(value: Any) -> bool:
    return (
        is_floating(value) or isinstance(value, Fraction) or (isinstance(value, np.ndarray) and value.dtype == object)
    )


def lifted_number(value: Any) -> Any:
    """An mpmath number, or an object array of them, at the current precision; other values as they are."""
    if isinstance(value, np.ndarray):
        lifted = np.empty(value.shape, dtype=object)
        for index, item in np.ndenumerate(value):
            lifted[index] = lifted_number(item)
        return lifted
    if isinstance(value, Fraction):
        return mpmath.mpf(value.numerator) / value.denominator
    return mpmath.mpf(float(value)) if isinstance(value, (float, np.floating)) else value


def lifted_side(value: Any) -> Any:
    """A side of a claim as an mpmath number.

    Raises:
        TypeError: if it is a float64 number that may be rounded.
    """
    if isinstance(value, (float, np.floating)) and not is_short(float(value)):
        raise TypeError("a side is a float64 number")
    return mpmath.mpf(lifted_number(value))


@contextmanager
def guarded(shift: float) -> Iterator[Guard]:
    """Within, mpmath numbers become no floats, and float64 constants that meet them are moved by `shift` times `TRUST`.

    A side that rounds to float64 on the way would otherwise be believed to fifty digits.
    """
    guard = Guard()
    with ExitStack() as stack:
        originals = {name: getattr(mpmath.mpf, f"__{name}__") for name in OPERATORS}
        times = originals["mul"]
        for name, original in originals.items():
            new = _operator(original, times, shift, guard)
            stack.enter_context(mock.patch.object(mpmath.mpf, f"__{name}__", new))
        stack.enter_context(mock.patch.object(mpmath.mpf, "__float__", _refuse))
        yield guard


def _operator(
    original: Callable[..., Any], times: Callable[..., Any], shift: float, guard: Guard
) -> Callable[..., Any]:
    def operate(number: Any, other: Any) -> Any:
        if isinstance(other, float) and not is_short(other):
            guard.rounded = True
            other = times(mpmath.mpf(float(other)), mpmath.mpf(1.0 + shift * TRUST))
        return original(number, other)

    return operate


def is_short(value: float) -> bool:
    """True for floats such as 0, 3 or 0.25, which nobody gets by rounding."""
    return not np.isfinite(value) or abs(value) > 1e30 or float(np.float32(value)) == value


def _refuse(number: Any) -> float:
    raise TypeError("a side turns its numbers into float64")

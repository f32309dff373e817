"""Products and powers of floats, mpmath numbers and balls alike, and the magnitudes of an instance."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np


def times(value: Any, factor: Fraction) -> Any:
    """value * factor, of the type of `value`; an integer becomes an mpmath number."""
    return _inexact(value) * factor.numerator / factor.denominator


def power(value: Any, exponent: Fraction) -> Any:
    """|value|^exponent, of the type of `value`; 0 for powers of 0, so that R |R|^e is 0 where R is."""
    value = abs(_inexact(value))
    if value == 0:
        return value
    return value ** (one(value) * exponent.numerator / exponent.denominator)


def one(value: Any) -> Any:
    """1 of the type of `value`."""
    if hasattr(value, "rad"):
        return type(value)(1)
    if isinstance(value, (float, np.floating)):
        return 1.0
    import mpmath

    return mpmath.mpf(1)


def sizes(data: Mapping[str, Any]) -> dict[str, Any]:
    """Magnitudes of an instance that a bound may depend on: numbers, counts of rows, norms; mpmath stays mpmath."""
    found: dict[str, Any] = {}
    for name, value in data.items():
        if isinstance(value, np.ndarray) and value.size and value.dtype.kind in "fiuO":
            found[f"rows of {name}"] = len(value)
            found[f"norm of {name}"] = power(np.sum(value * value), Fraction(1, 2))
        elif not isinstance(value, (bool, str, np.ndarray)) and (hasattr(value, "real") or hasattr(value, "rad")):
            found[name] = value
    return found


def _inexact(value: Any) -> Any:
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        import mpmath

        return mpmath.mpf(value.numerator) / value.denominator
    return value

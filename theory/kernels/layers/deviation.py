"""Standard deviations of weights and biases, kept exact."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TypeAlias

import numpy as np
import sympy

from ...errors import InvalidArgument

Deviation: TypeAlias = int | float | Fraction | sympy.Expr


def as_deviation(name: str, value: Deviation) -> sympy.Expr:
    """A standard deviation as an exact expression.

    Args:
        name: for the message. value: a number, at least 0, or an expression without z; a float is the decimal number
            that it prints as.

    Returns:
        The expression, without floats.

    Raises:
        InvalidArgument: if it is negative, not finite, or no number.

    Source: derived here (a conversion).

    Example:
        >>> as_deviation("sigma_w", 0.1)
        1/10
    """
    exact = _exact(name, value)
    if exact.is_negative or exact.is_real is False or exact.is_finite is False:
        raise InvalidArgument(f"{name}={value}: a standard deviation must be a finite number, at least 0")
    return exact


def _exact(name: str, value: Deviation) -> sympy.Expr:
    if isinstance(value, bool) or not isinstance(value, (int, float, Fraction, sympy.Expr, np.number)):
        raise InvalidArgument(f"{name}={value!r}: give a number at least 0, or a SymPy expression")
    if isinstance(value, sympy.Expr):
        return value.xreplace({number: sympy.Rational(str(number)) for number in value.atoms(sympy.Float)})
    if isinstance(value, (int, Fraction, np.integer)):
        return sympy.Rational(value.numerator, value.denominator)
    if not math.isfinite(value):
        raise InvalidArgument(f"{name}={value}: a standard deviation must be a finite number, at least 0")
    return sympy.Rational(repr(float(value)))


def as_width(width: int | None) -> int | None:
    """A number of units, checked.

    Args:
        width: None if it is not given.

    Returns:
        The width.

    Raises:
        InvalidArgument: unless it is a positive whole number.

    Source: derived here (a check).
    """
    if width is None or (isinstance(width, (int, np.integer)) and not isinstance(width, bool) and width > 0):
        return width
    raise InvalidArgument(f"width={width!r}: give a positive whole number of units")


def call_text(name: str, *arguments: object, **options: object) -> str:
    """How a layer is written, as the parser reads it; options that are None are left out.

    Source: derived here (a notation).
    """
    named = (f"{key}={value!r}" for key, value in options.items() if value is not None)
    return f"{name}({', '.join([*map(str, arguments), *named])})"

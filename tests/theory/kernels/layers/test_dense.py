"""Standard deviations and widths."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy

from theory.errors import InvalidArgument
from theory.kernels import Conv, Dense
from theory.symbols import sigma_w


def test_deviations_are_exact() -> None:
    """If false, formulas hold binary fractions instead of what the user wrote."""
    for value in (0.1, Fraction(1, 10), np.float64(0.1), sympy.Rational(1, 10), sympy.Float("0.1")):
        assert Dense(value).sigma_w == sympy.Rational(1, 10)
    assert Dense(sigma_w).sigma_w is sigma_w
    assert float(Dense(2**0.5).sigma_w) == 2**0.5


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf"), "1", True, None, 1j, sympy.I, -sympy.sqrt(2)])
def test_wrong_deviations_are_named(value: object) -> None:
    """If false, a weight of negative or no standard deviation gets a kernel."""
    with pytest.raises(InvalidArgument, match="sigma_w="):
        Dense(value)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="sigma_w="):
        Conv(3, value)  # type: ignore[arg-type]
    if value is not None:
        with pytest.raises(InvalidArgument, match="sigma_b="):
            Dense(1, value)  # type: ignore[arg-type]


@pytest.mark.parametrize("width", [0, -3, 2.5, True, "many"])
def test_wrong_widths_are_named(width: object) -> None:
    """If false, a fan-in can be no number of units."""
    with pytest.raises(InvalidArgument, match="width="):
        Dense(1, width=width)  # type: ignore[arg-type]

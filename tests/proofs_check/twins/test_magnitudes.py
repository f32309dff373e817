"""Products and powers in whatever numbers a claim computes with."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from flint import arb

from proofs_check.twins.magnitudes import one, power, sizes, times


@pytest.mark.parametrize("number", [4.0, np.float64(4), mpmath.mpf(4), arb(4), 4, Fraction(4)])
def test_the_value_does_not_depend_on_the_kind_of_number(number: object) -> None:
    """If false, a mutant would be one statement in float64 and another in the second evaluation."""
    assert float(times(number, Fraction(99, 100))) == pytest.approx(3.96, rel=1e-14)
    assert float(power(number, Fraction(1, 2))) == pytest.approx(2, rel=1e-14)
    assert float(one(number)) == 1


def test_powers_of_zero_are_zero() -> None:
    """If false, a bound with right side 0 would end its audit in an error."""
    assert power(0.0, Fraction(-1, 2)) == 0


def test_magnitudes_are_counts_norms_and_numbers() -> None:
    """If false, a bound's dependence on the size of the data would go untested."""
    found = sizes({"X": np.ones((4, 9)), "eta": 0.5, "name": "digits", "flag": True})
    assert found == {"rows of X": 4, "norm of X": 6, "eta": 0.5}

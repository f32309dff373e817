"""Levels of looks: they sum to alpha at most."""

from fractions import Fraction

import pytest

from proofs_check.errors import OutsideBounds
from proofs_check.statistics.spending import endless_level, equal_levels


def test_levels_sum_to_alpha() -> None:
    """Looks together would spend more than the claim's share."""
    assert sum(equal_levels(0.125, 4)) == 0.125
    spent = sum(Fraction(1, look * (look + 1)) for look in range(1, 1000))
    assert spent < 1
    assert [endless_level(1.0 - 2**-53, look) < float(Fraction(1, look)) for look in (1, 2, 3)] == [True] * 3
    assert endless_level(0.5, 2) == 0.5 / 6


@pytest.mark.parametrize(("alpha", "looks"), [(0.0, 1), (1.0, 1), (0.1, 0)])
def test_nonsense_is_refused(alpha: float, looks: int) -> None:
    """A level of zero looks would divide by zero."""
    with pytest.raises(OutsideBounds):
        equal_levels(alpha, looks)
    with pytest.raises(OutsideBounds):
        endless_level(alpha, looks)

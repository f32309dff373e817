"""Sample moments over widths: shapes, refusals, and the floor of rounding."""

from typing import Any

import numpy as np
import pytest

from proofs_check.errors import MalformedClaim
from proofs_check.statistics.moments import ROUNDING, draws_per_width, simulate_moments


def stream(width: int) -> np.random.Generator:
    """A stream per width."""
    return np.random.default_rng(width)


def test_every_width_costs_the_same() -> None:
    """The budget would be spent on one width."""
    assert draws_per_width((10, 100), 20_000, 5) == (1000, 100)
    assert draws_per_width((10, 10**6), 20_000, 5) == (1000, 5)


def test_moments_are_those_of_the_sample() -> None:
    """Variance or skewness would be scaled wrongly."""
    data = np.array([[0.0], [0.0], [0.0], [4.0]])
    found = simulate_moments(lambda X, width, draws, rng: data, np.eye(1), (2,), (4,), stream)
    assert found.mean[0, 0] == 1.0
    assert found.variance[0, 0] == 4.0
    assert found.skewness[0, 0] == ((-1) ** 3 * 3 + 27) / 4 / 8
    assert found.standard_error[0, 0] == 1.0
    scaled = found.scaled(2.0)
    assert (scaled.mean[0, 0], scaled.variance[0, 0]) == (4.0, 64.0)


def test_a_deterministic_statistic_keeps_a_rounding_error() -> None:
    """A simulation without variance would give intervals of width zero and refute by an ulp."""
    found = simulate_moments(lambda X, width, draws, rng: np.ones((draws, 2)), np.eye(1), (2, 4), (3, 3), stream)
    assert (found.standard_error == ROUNDING).all()


@pytest.mark.parametrize(
    ("sample", "advice"),
    [(np.ones((3, 0)), "one row per draw"), (np.ones((2, 2)), "one row per draw"), (np.full((3, 1), np.nan), "nan")],
)
def test_malformed_samples_are_refused(sample: Any, advice: str) -> None:
    """Wrong shapes would be averaged into a number."""
    with pytest.raises(MalformedClaim, match=advice):
        simulate_moments(lambda X, width, draws, rng: sample, np.eye(1), (2,), (3,), stream)

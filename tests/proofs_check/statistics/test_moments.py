"""Sample moments over widths: shapes, refusals, and the floor of rounding."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from proofs_check.errors import MalformedClaim
from proofs_check.statistics.moments import ROUNDING, WidthMoments, draws_per_width, simulate_moments


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


def sample_moments(data: Any, counts: tuple[int, ...]) -> WidthMoments:
    """Moments of the given draws at one width."""
    return simulate_moments(lambda X, width, draws, rng: data, np.eye(1), (2,), counts, stream)


def test_pooled_moments_are_those_of_both_samples() -> None:
    """A later look would judge by other moments than its draws have."""
    data = np.random.default_rng(1).exponential(size=(50, 3)) + np.array([0, 5, -100])
    whole = sample_moments(data, (50,))
    pooled = sample_moments(data[:7], (7,)).pooled(sample_moments(data[7:], (43,)))
    assert pooled.draws == whole.draws
    for name in ("mean", "variance", "skewness", "excess_kurtosis"):
        ours, exact = getattr(pooled, name), getattr(whole, name)
        assert abs(ours - exact).max() < 1e-9 * (1 + abs(exact).max()), "two float64 orders of summation"


def test_skewness_and_kurtosis_are_scipys() -> None:
    """Tails would be measured on another scale."""
    data = np.random.default_rng(2).exponential(size=(400, 2))
    found = sample_moments(data, (400,))
    shrink = 399 / 400  # our spread divides by n - 1
    assert abs(found.skewness[0] - stats.skew(data) * shrink**1.5).max() < 1e-12, "float64"
    assert abs(found.excess_kurtosis[0] + 3 - (stats.kurtosis(data) + 3) * shrink**2).max() < 1e-11, "float64"


def test_a_dominating_draw_leaves_two_degrees_of_freedom() -> None:
    """A variance that one draw has decided would be trusted like that of a normal sample."""
    data = np.zeros((1000, 1))
    data[0] = 1
    assert sample_moments(data, (1000,)).freedom < 2.1
    flat = np.random.default_rng(3).random((1000, 1))
    assert sample_moments(flat, (1000,)).freedom == 999


def test_emphasis_moves_neurons_to_large_widths() -> None:
    """The share of a width would not follow its power."""
    plain, wide = (draws_per_width((100, 400), 10**6, 5, emphasis) for emphasis in (0.0, 1.0))
    assert plain == (5000, 1250)
    assert wide == (2000, 2000)


def test_a_rare_event_missed_at_one_width_is_noticed() -> None:
    """A width without a jackpot would pass for one without variance, and decide the fit by itself."""
    rare = np.ones((100, 1))
    seen = rare.copy()
    seen[5] = 50

    def simulate(X: Any, width: int, draws: int, rng: np.random.Generator) -> Any:
        return rare if width == 4 else seen

    assert simulate_moments(simulate, np.eye(1), (2, 4), (100, 100), stream).is_degenerate
    assert not simulate_moments(simulate, np.eye(1), (2, 3), (100, 100), stream).is_degenerate
    assert not simulate_moments(simulate, np.eye(1), (4,), (100,), stream).is_degenerate, "truly constant is allowed"

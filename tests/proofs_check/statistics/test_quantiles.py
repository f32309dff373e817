"""Quantiles between order statistics: exact coverage by Fractions, atoms, peeking."""

from fractions import Fraction
from math import comb, inf

import numpy as np
import pytest

from proofs_check.statistics.quantiles import anytime_ranks, exact_ranks, quantile_interval, samples_for_quantile


def tail(samples: int, fewest: int, chance: Fraction) -> Fraction:
    """P(Bin(n, p) >= fewest), exactly."""
    return sum(
        (comb(samples, k) * chance**k * (1 - chance) ** (samples - k) for k in range(fewest, samples + 1)), Fraction(0)
    )


@pytest.mark.parametrize("chance", [Fraction(1, 2), Fraction(9, 10), Fraction(1, 16)])
@pytest.mark.parametrize("samples", [5, 20, 60])
def test_ranks_are_the_tightest_at_their_level(samples: int, chance: Fraction) -> None:
    """A rank too far in would miss the quantile more often than alpha/2; too far out would waste draws."""
    alpha = Fraction(1, 20)
    lower, upper = exact_ranks(samples, float(chance), float(alpha))
    if lower > 0:
        assert 1 - tail(samples, lower, chance) <= alpha / 2
    assert 1 - tail(samples, lower + 1, chance) > alpha / 2
    if upper <= samples:
        assert tail(samples, upper, chance) <= alpha / 2
    assert tail(samples, upper - 1, chance) > alpha / 2


def test_anytime_ranks_cover_all_looks_in_an_exact_walk() -> None:
    """Peeking would cost coverage: the mass of binomial paths that ever leave the ranks is summed step by step."""
    alpha, chance = 0.1, 0.75
    alive = {0: 1.0}
    missed = 0.0
    for count in range(1, 201):
        lower, upper = anytime_ranks(count, chance, alpha)
        moved: dict[int, float] = {}
        for successes, mass in alive.items():
            for more, part in ((1, chance), (0, 1 - chance)):
                after = successes + more
                if after < lower or after >= upper:
                    missed += mass * part
                else:
                    moved[after] = moved.get(after, 0.0) + mass * part
        alive = moved
    assert 0 < missed <= alpha


def test_an_interval_of_a_law_with_atoms_covers() -> None:
    """Ties would be counted on the wrong side: a constant is its own quantile."""
    assert quantile_interval(np.full(200, 3.0), 0.3, 1e-6) == (3.0, 3.0)
    assert quantile_interval(np.full(200, 3.0), 0.3, 1e-6, anytime=True) == (3.0, 3.0)


def test_a_side_without_evidence_is_infinite() -> None:
    """Five draws would be said to bound a 99.9 % quantile from above."""
    low, high = quantile_interval(np.arange(5.0), 0.999, 0.01)
    assert high == inf
    assert low > -inf


def test_planning_reaches_its_margin_and_anytime_costs_more() -> None:
    """The plan would ask for too few draws."""
    count = samples_for_quantile(0.9, 0.02, 1e-6)
    lower, upper = exact_ranks(count, 0.9, 1e-6)
    assert max(upper / count - 0.9, 0.9 - lower / count) <= 0.02
    wider = anytime_ranks(count, 0.9, 1e-6)
    assert wider[0] < lower
    assert wider[1] > upper

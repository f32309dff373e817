"""The symbolic oracle: one gradient per point, and noise that knows its past."""

from __future__ import annotations

from fractions import Fraction

from theory.optimization.performance_estimation import StochasticGradient
from theory.optimization.performance_estimation.oracles import GramOracle


def test_a_point_has_one_gradient() -> None:
    """A function with two gradients at one point would be allowed, and no bound be provable."""
    oracle = GramOracle(has_minimiser=True)
    start = oracle.start("x0")
    first, second = oracle.gradient(start), oracle.gradient(oracle.combine([(Fraction(1, 2), start)] * 2))
    assert first.key == second.key
    assert [one.label for one in oracle.evaluations] == ["0"]


def test_noise_is_uncorrelated_with_its_past_only() -> None:
    """Noise would be declared orthogonal to gradients that depend on it, and false bounds be provable."""
    oracle = GramOracle(has_minimiser=True)
    path = StochasticGradient(step=Fraction(1), noise=Fraction(1)).run(oracle, 2)
    oracle.value(path.points[2])
    assert [noise.past for noise in oracle.noises] == [("x0", "g0"), ("x0", "g0", "e0", "g1")]


def test_without_a_minimiser_the_start_is_the_origin() -> None:
    """A distance that no condition bounds would enter the problem."""
    assert GramOracle(has_minimiser=False).start("x0").key == ()

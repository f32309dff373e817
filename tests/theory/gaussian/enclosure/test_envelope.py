"""Growth bounds and their Gaussian integrals, against mpmath."""

from __future__ import annotations

import pytest
from flint import acb, arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import NotEnclosed
from theory.gaussian.enclosure.envelope import Envelope, gaussian_peak, gaussian_tail, upper

tenths = st.integers(-30, 30)


@given(rate=tenths, curvature=st.integers(-30, 4), start=st.integers(0, 60))
def test_tail_is_the_integral(rate: int, curvature: int, start: int) -> None:
    """If false, mass beyond a cut is bounded by a wrong number."""
    with ctx.workprec(400):
        lam, kap, low = (arb(n) / 10 for n in (rate, curvature, start))
        level = (2 * arb.pi()).sqrt()
        ball = gaussian_tail(lam, kap, low)
        part = acb.integral(
            lambda x, _: (lam * x + (kap - arb(1) / 2) * x * x).exp() / level, acb(low), acb(low + 80)
        ).real
        # Beyond low + 80 the integrand is below exp(-x (x / 10 - 3)), whose integral is below e^-300.
        assert part <= ball * (1 + arb(2) ** -60)
        assert ball <= part + (-arb(300)).exp() + ball * arb(2) ** -60


def test_growth_at_the_limit_is_refused() -> None:
    """If false, E[exp(z^2 / 2)] is given a finite value."""
    for curvature in (arb("0.5"), arb(1)):
        with pytest.raises(NotEnclosed, match="Gaussian density"):
            gaussian_tail(arb(0), curvature, arb(0))
        with pytest.raises(NotEnclosed, match="Gaussian density"):
            gaussian_peak(arb(0), curvature)


def test_nan_bounds_nothing() -> None:
    """If false, a nan ball passes for a bound, as every comparison with it is false."""
    for ball in (arb.nan(), arb.pos_inf()):
        with pytest.raises(NotEnclosed):
            upper(ball)


@given(degree=st.integers(0, 8), size=st.integers(1, 50), t=st.integers(0, 400))
def test_powers_stay_below_their_envelope(degree: int, size: int, t: int) -> None:
    """If false, polynomials outgrow the exponential that stands for them."""
    point = arb(t) / 10
    bound = Envelope.power(arb(size), degree).at(point)
    assert bound >= size * point**degree * (1 - arb(2) ** -40)


@given(pair=st.lists(st.tuples(st.integers(1, 9), tenths, tenths), min_size=2, max_size=2), t=st.integers(0, 100))
def test_arithmetic_of_envelopes(pair: list[tuple[int, int, int]], t: int) -> None:
    """If false, a sum or a product of functions exceeds the sum or product of their bounds."""
    one, two = (Envelope(arb(size), arb(rate) / 10, arb(bend) / 10) for size, rate, bend in pair)
    point, slack = arb(t) / 10, 1 + arb(2) ** -30
    assert one.at(point) + two.at(point) <= (one + two).at(point) * slack
    assert one.at(point) * two.at(point) <= (one * two).at(point) * slack
    highest = one.supremum(arb(1))
    if highest is not None and t >= 10:
        assert one.at(point) <= highest * slack
    assert highest is not None or one.rate > 0 or one.curvature > 0

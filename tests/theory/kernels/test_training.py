"""Training of one eigendirection."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InvalidArgument
from theory.kernels import AbstractTraining, GradientDescent, GradientFlow


@given(exponent=st.integers(-18, 0), steps=st.integers(0, 300))
def test_descent_gain_keeps_its_digits(exponent: int, steps: int) -> None:
    """If false, 1 - (1 - eta lam)^k cancels for a small eigenvalue."""
    lam, eta = 1.7 * 10.0**exponent, 0.9
    with mpmath.workdps(60):
        exact = mpmath.mpf(eta) * mpmath.fsum((1 - mpmath.mpf(eta) * mpmath.mpf(lam)) ** j for j in range(steps))
        gain = GradientDescent(eta=eta, steps=steps).gain(np.array([lam]))[0]
        assert abs(gain - exact) <= 1e-13 * abs(exact)


@given(exponent=st.integers(-18, 2), time=st.floats(0.01, 50.0))
def test_flow_gain_keeps_its_digits(exponent: int, time: float) -> None:
    """If false, 1 - exp(-eta lam t) cancels for a small eigenvalue."""
    lam, eta = 1.7 * 10.0**exponent, 0.9
    with mpmath.workdps(60):
        exact = -mpmath.expm1(-mpmath.mpf(eta) * mpmath.mpf(lam) * mpmath.mpf(time)) / mpmath.mpf(lam)
        assert abs(GradientFlow(eta=eta, time=time).gain(np.array([lam]))[0] - exact) <= 1e-13 * abs(exact)


@pytest.mark.parametrize("training", [GradientDescent(eta=0.3, steps=7), GradientFlow(eta=0.3, time=2.0)], ids=str)
def test_gain_and_residual_fit(training: AbstractTraining) -> None:
    """If false, lam * gain + residual is not one, in particular for eta lam beyond one or lam = 0."""
    lam = np.array([0.0, 1e-3, 1.0, 1.7, 3.0, 5.0])
    np.testing.assert_allclose(lam * training.gain(lam) + training.residual(lam), 1.0, rtol=1e-14)


def test_descent_tends_to_flow() -> None:
    """If false, many small steps do not approach the flow at order eta."""
    lam = np.array([0.5, 2.0])
    flow = GradientFlow(eta=1.0, time=1.0).residual(lam)
    errors = [np.abs(GradientDescent(eta=1.0 / k, steps=k).residual(lam) - flow).max() for k in (1000, 2000)]
    assert errors[0] / errors[1] == pytest.approx(2.0, rel=1e-2)


def test_bad_schedules_are_refused() -> None:
    """If false, a step size of zero or a negative duration is accepted."""
    with pytest.raises(InvalidArgument, match=r"eta=0\.0"):
        GradientDescent(eta=0.0, steps=1)
    with pytest.raises(InvalidArgument, match="steps=-1"):
        GradientDescent(eta=1.0, steps=-1)
    with pytest.raises(InvalidArgument, match=r"time=-1\.0"):
        GradientFlow(eta=1.0, time=-1.0)


def test_gain_at_a_null_direction() -> None:
    """If false, a singular kernel gets another gain than the limit of small eigenvalues."""
    lam = np.array([0.0, 1e-300])
    for training, expected in ((GradientDescent(eta=0.25, steps=6), 1.5), (GradientFlow(eta=0.25, time=6.0), 1.5)):
        np.testing.assert_allclose(training.gain(lam), expected, rtol=1e-15)

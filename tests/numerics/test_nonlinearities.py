"""Activations of the simulators."""

import math
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

from numerics.errors import InvalidArgument
from numerics.nonlinearities import ERF, IDENTITY, RELU, TANH, leaky

EPS = np.finfo(float).eps


@pytest.mark.parametrize("nonlinearity", [RELU, ERF, IDENTITY, TANH, leaky(0.3), leaky(-1.0)], ids=lambda n: n.name)
def test_value_is_the_integral_of_the_slope(nonlinearity):
    """False if a slope belonged to another function: every tangent kernel would be wrong."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    for end in (-2.0, -0.4, 0.7, 3.0):
        integral = end / 2 * weights @ nonlinearity.slope(end / 2 * (nodes + 1))
        value = nonlinearity.value(np.array([0.0, end]))
        assert abs(value[1] - value[0] - integral) <= 60 * EPS * max(1.0, abs(end))


def test_values_are_those_of_their_names():
    """False if a name stood for another function."""
    z = np.array([-1.5, 0.0, 0.25, 2.0])
    assert np.array_equal(RELU.value(z), [0.0, 0.0, 0.25, 2.0])
    assert np.array_equal(leaky(0.5).value(z), [-0.75, 0.0, 0.25, 2.0])
    assert np.array_equal(IDENTITY.value(z), z)
    np.testing.assert_allclose(ERF.value(z), [math.erf(t) for t in z], rtol=4 * EPS)
    np.testing.assert_allclose(TANH.value(z), [math.tanh(t) for t in z], rtol=4 * EPS)


def test_nonlinearities_travel_between_processes():
    """False if an ensemble could not hand its activation to a worker process."""
    z = np.array([-1.0, 2.0])
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        for nonlinearity in (RELU, leaky(0.1)):
            assert np.array_equal(executor.submit(nonlinearity.value, z).result(), nonlinearity.value(z))


def test_equality_is_by_name():
    """False if two activations that are the same function missed each other in a memo, or two others met."""
    assert leaky(0.1) == leaky(0.1)
    assert len({leaky(0.1), leaky(0.1), leaky(0.2), RELU, ERF}) == 4


def test_leaky_refuses_what_is_no_slope():
    """False if NaN passed for a slope."""
    with pytest.raises(InvalidArgument, match="not finite"):
        leaky(math.nan)

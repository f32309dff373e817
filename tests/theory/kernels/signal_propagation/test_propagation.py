"""One point of the phase diagram: reference values, phases, and the laws at criticality."""

from __future__ import annotations

import math

import pytest
import sympy

from theory.errors import InvalidArgument, OutsideDomain
from theory.kernels.signal_propagation import SignalPropagation, find_critical_points
from theory.symbols import z

TANH = sympy.tanh(z)


def test_ordered_tanh_matches_reference() -> None:
    """If false, a value in the ordered phase is wrong in a printed digit."""
    signal = SignalPropagation(TANH, 1.3**0.5, 0.05**0.5)
    assert signal.phase == "ordered"
    assert signal.c_star == 1
    assert round(signal.q_star, 8) == 0.31531648
    assert round(signal.chi_1, 8) == 0.88016351
    assert round(signal.xi_q, 5) == 1.78524
    assert round(signal.xi_c, 5) == 7.83407


def test_chaotic_tanh_matches_reference() -> None:
    """If false, a value in the chaotic phase is wrong in a printed digit."""
    signal = SignalPropagation(TANH, 2.0, 0.05**0.5)
    assert signal.phase == "chaotic"
    assert round(signal.q_star, 8) == 2.19549393
    assert abs(signal.chi_1 - 1.342402414445) < 1e-11
    assert round(signal.c_star, 8) == 0.16506496
    assert round(signal.chi_c_star, 8) == 0.86652800
    assert round(signal.xi_q, 5) == 0.87329
    assert round(signal.xi_c, 5) == 6.98027


def test_fixed_correlation_is_reached_by_iteration() -> None:
    """If false, the root that was found is not the one that signals tend to."""
    for activation in ("erf", "gelu", TANH):
        signal = SignalPropagation(activation, 2.2 if activation == "gelu" else 1.8, 0.2)
        try:
            reached = signal.correlation_map.iterate(0.9, 300)[-1]
        except OutsideDomain:
            assert activation == "gelu"
            continue
        assert abs(reached - signal.c_star) < 1e-9


def test_critical_relu_converges_like_one_over_layers_squared() -> None:
    """If false, the correlation map of critical ReLU is wrong near 1: 1 - c ~ 9 pi^2 / (2 l^2)."""
    signal = SignalPropagation("relu", 2**0.5, 0.0, q=1.0)
    gaps = [1 - value for value in signal.correlation_map.iterate(0.3, 1000)]
    assert [round(layer**2 * gaps[layer], 2) for layer in (1000,)] == [43.05]
    assert abs(1000**2 * gaps[1000] / (9 * math.pi**2 / 2) - 1) < 0.04
    assert signal.xi_c == math.inf


def test_critical_erf_converges_like_beta_over_layers() -> None:
    """If false, beta_q does not describe the decay at the edge of chaos."""
    (point,) = find_critical_points("erf", sigma_b=0.1**0.5)
    correlations = SignalPropagation("erf", point.sigma_w, point.sigma_b, q=point.q).correlation_map.iterate(0.5, 400)
    # 1/gap grows by 1/beta for each layer, up to terms of order 1/layer.
    rates = [
        (1 / (1 - correlations[layer + 1]) - 1 / (1 - correlations[layer])) * point.beta
        for layer in (50, 100, 200, 399)
    ]
    errors = [abs(rate - 1) for rate in rates]
    assert errors[0] > errors[1] > errors[2] > errors[3]
    assert errors[3] < 0.01


def test_odd_activation_without_bias_decorrelates() -> None:
    """If false, c_star of an odd activation without biases is not 0 in the chaotic phase."""
    assert SignalPropagation("erf", 1.5, 0.0).c_star == 0
    assert SignalPropagation("erf", 1.5, 0.0, q=None).phase == "chaotic"


def test_undefined_settings_are_refused() -> None:
    """If false, a setting without a fixed length gives a number."""
    with pytest.raises(OutsideDomain, match="every length is a fixed point"):
        _ = SignalPropagation("relu", 2**0.5, 0.0).q_star
    with pytest.raises(OutsideDomain, match="diverge"):
        _ = SignalPropagation("relu", 1.5, 0.1).q_star
    with pytest.raises(InvalidArgument, match="standard deviation"):
        _ = SignalPropagation("relu", -1.0, 0.1).q_star
    dying = SignalPropagation("erf", 0.5, 0.0)
    assert (dying.q_star, dying.phase) == (0.0, "ordered")
    with pytest.raises(InvalidArgument, match="length is positive"):
        _ = dying.c_star

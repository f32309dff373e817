"""The edge of chaos against 20-digit reference values and against its own definition."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import pytest
import sympy

from theory.activations import find_activation
from theory.errors import InvalidArgument, OutsideDomain
from theory.kernels.signal_propagation import (
    CorrelationMap,
    LengthMap,
    certify_critical_points,
    critical_sigma_w,
    find_critical_points,
    trace_critical_line,
)
from theory.symbols import z

TANH = sympy.tanh(z)
TABLE = {
    ("tanh", "0.01"): ("1.4242052904886", "0.273300913458231", "16.639288484"),
    ("tanh", "0.05"): ("1.76095463960674", "0.570047881640764", "6.17112614217"),
    ("tanh", "0.1"): ("1.98607264113586", "0.805799181913487", "4.00957896948"),
    ("tanh", "0.5"): ("2.84316745972408", "1.97103061341686", "1.42447813417"),
    ("erf", "0.01"): ("1.11428006", "0.25320966", None),
    ("erf", "0.05"): ("1.37583901", "0.51717684", None),
    ("erf", "0.1"): ("1.55211786", "0.72635923", None),
    ("erf", "0.5"): ("2.23365963", "1.77206093", None),
}
"""(activation, sigma_b^2) -> sigma_w^2, q, beta_q by quadrature with 20 digits, done apart from this code."""


def last_digit(text: str) -> float:
    """One unit of the last printed digit."""
    return 10.0 ** -len(text.split(".")[1])


@pytest.mark.parametrize(("name", "bias"), TABLE)
def test_critical_points_match_reference(name: str, bias: str) -> None:
    """If false, the critical line of tanh or erf is wrong in a digit of the reference."""
    (point,) = find_critical_points(TANH if name == "tanh" else name, sigma_b=float(bias) ** 0.5)
    weight, q, beta = TABLE[name, bias]
    assert abs(point.sigma_w**2 - float(weight)) <= last_digit(weight)
    assert abs(point.q - float(q)) <= last_digit(q)
    if beta is not None:
        assert abs(point.beta - float(beta)) <= last_digit(beta)


def test_critical_point_satisfies_its_definition() -> None:
    """If false, the point is no fixed length with chi_1 = 1, whatever was solved."""
    for activation in (TANH, "gelu", "gaussian", z / (1 + sympy.Abs(z)), sympy.log(1 + sympy.exp(z))):
        for point in find_critical_points(activation, sigma_b=0.3):
            correlation = CorrelationMap(activation, point.sigma_w, point.sigma_b, point.q)
            lengths = LengthMap(activation, point.sigma_w, point.sigma_b)
            assert correlation.phase == "critical"
            assert abs(lengths.value(point.q) - point.q) < 1e-12 * point.q
            assert point.bracket.low <= point.q <= point.bracket.high


@pytest.mark.parametrize(("slope", "weight"), [(0, 2), (sympy.Rational(1, 10), Fraction(200, 101)), (-1, 1)])
def test_rectified_activations_are_critical_at_one_point(slope: sympy.Expr, weight: Fraction | int) -> None:
    """If false, the edge of chaos of (leaky) ReLU is not the single point 2 / (1 + slope^2), or has a bias."""
    activation = sympy.Max(z, 0) + slope * sympy.Min(z, 0)
    (point,) = find_critical_points(activation, sigma_b=0.0)
    assert point.is_any_q
    assert abs(point.sigma_w**2 - float(weight)) < 1e-14
    assert find_critical_points(activation, sigma_b=0.1) == ()


def test_smooth_odd_activations_without_bias() -> None:
    """If false, sigma_w is not 1 / |phi'(0)| where biases vanish."""
    assert critical_sigma_w(TANH, sigma_b=0.0) == 1.0
    assert abs(critical_sigma_w("erf", sigma_b=0.0) ** 2 - math.pi / 4) < 1e-15
    assert abs(critical_sigma_w(sympy.sin(3 * z), sigma_b=0.0) - 1 / 3) < 1e-15


def test_certified_points_agree_with_mpmath() -> None:
    """If false, a ball that is called proved does not hold the critical point."""
    for bias in (Fraction(1, 20), Fraction(1, 2)):
        (point,) = certify_critical_points("erf", bias_variance=bias, digits=25)
        with mpmath.workdps(40):
            target = mpmath.mpf(bias.numerator) / bias.denominator
            q = mpmath.findroot(
                lambda x, s=target: x - mpmath.asin(2 * x / (1 + 2 * x)) * mpmath.sqrt(1 + 4 * x) / 2 - s, 1
            )
            assert point.q.rad() < 1e-25 * point.q.mid()
            assert abs(mpmath.mpf(point.q.str(30, radius=False)) - q) < mpmath.mpf(10) ** -24
            weight = mpmath.pi * mpmath.sqrt(1 + 4 * q) / 4
            assert abs(mpmath.mpf(point.weight_variance.str(30, radius=False)) - weight) < mpmath.mpf(10) ** -23


@pytest.mark.parametrize("bias", ["0.01", "0.05", "0.1", "0.5"])
def test_certified_tanh_matches_reference(bias: str) -> None:
    """If false, the proved critical points of tanh miss the reference in its last digit but one."""
    (point,) = certify_critical_points("tanh", bias_variance=Fraction(bias), digits=18)
    weight, q, _ = TABLE["tanh", bias]
    assert abs(float(point.q) - float(q)) <= last_digit(q)
    assert abs(float(point.weight_variance) - float(weight)) <= last_digit(weight)


def test_every_smooth_activation_of_the_catalogue_has_an_answer() -> None:
    """If false, an activation breaks the search, as thresholds do whose slope vanishes at small lengths."""
    for name in ("shifted_relu", "hard_tanh", "hard_swish", "elu", "log_cosh", "mish", "snake", "triangle"):
        for point in find_critical_points(name, sigma_b=0.3):
            assert CorrelationMap(name, point.sigma_w, point.sigma_b, point.q).phase == "critical"


def test_line_by_length_is_the_line_by_bias() -> None:
    """If false, the two ways to the critical line disagree."""
    for q, sigma_w, sigma_b in trace_critical_line("gelu", lengths=(0.1, 1.0, 10.0)):
        nearest = min(find_critical_points("gelu", sigma_b=sigma_b), key=lambda point: abs(point.q - q))
        assert abs(nearest.sigma_w - sigma_w) < 1e-12
        assert abs(nearest.q - q) < 1e-10 * q


def test_impossible_requests_are_refused() -> None:
    """If false, a question without an answer gets a number."""
    with pytest.raises(OutsideDomain, match="it jumps"):
        find_critical_points("sign", sigma_b=0.1)
    with pytest.raises(OutsideDomain, match="no sigma_w is critical"):
        critical_sigma_w("relu", sigma_b=0.1)
    with pytest.raises(InvalidArgument, match="sigma_b=-1"):
        find_critical_points("erf", sigma_b=-1.0)
    with pytest.raises(InvalidArgument, match="exact rational"):
        certify_critical_points("erf", bias_variance=0.05)
    (point,) = find_critical_points("relu", sigma_b=0.0)
    with pytest.raises(OutsideDomain, match="needs a smooth"):
        _ = point.beta
    assert find_activation("relu") == point.activation

"""Schoenholz, Gilmer, Ganguli, Sohl-Dickstein (2017). Deep information propagation.

Lengths q and correlations c of signals in a random network tend to fixed points q*, c* like exp(-l / xi), with
xi_q^-1 = -ln(chi_1 + sigma_w^2 E phi''(sqrt(q*) z) phi(sqrt(q*) z)) and xi_c^-1 = -ln(sigma_w^2 E phi'(u) phi'(v)) at
c*. On the edge of chaos, chi_1 = sigma_w^2 E phi'(sqrt(q*) z)^2 = 1, xi_c is infinite and signals reach any depth.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
import sympy
from hypothesis import strategies as st
from sympy import Integral, Interval, Rational, diff, erfc, exp, oo, pi, sqrt, tanh

from numerics.nonlinearities import ERF
from numerics.propagation import sample_preactivation_grams
from proofs_check.claims import Identity, Inequality, Limit, Rate, Twin
from proofs_check.sources import Paper
from theory.kernels.signal_propagation import (
    CorrelationMap,
    SignalPropagation,
    derive_chi,
    derive_chi_1,
    derive_correlation_map,
    derive_length_map,
    derive_length_slope,
)
from theory.symbols import q_xx, rho, sigma_b, sigma_w, x

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numerics.data import Dataset

    Array = NDArray[np.float64]
    Data = Mapping[str, Any]

PAPER = Paper(
    title="Deep information propagation",
    authors=("Schoenholz", "Gilmer", "Ganguli", "Sohl-Dickstein"),
    year=2017,
    arxiv="1611.01232",
    venue="International Conference on Learning Representations",
    note="Statements and numbering are restated from memory.",
)

LENGTHS = {q_xx: Interval.Lopen(0, oo), sigma_w: Interval(0, oo), sigma_b: Interval(0, oo)}
CORRELATIONS = {**LENGTHS, rho: Interval.open(-1, 1)}


def length_slope(activation: str) -> dict[str, Any]:
    """The sides of the claim on the slope of the length map: by differentiation in q, and by Stein's identity."""
    return {
        "lhs": lambda: diff(derive_length_map(activation), q_xx),
        "rhs": lambda: derive_length_slope(activation),
    }


def without_curvature(activation: str) -> tuple[Twin, ...]:
    """The slope of the correlation map taken for that of the length map."""
    return (Twin(label="term phi'' phi dropped", change="term", changes={"rhs": lambda: derive_chi_1(activation)}),)


XI_Q_ERF = Identity(
    slug="length_slope_of_erf",
    locator="Section 3, eq. (8)",
    statement=r"\frac{\partial q^{l+1}}{\partial q^l} = \chi_1"
    r" + \sigma_w^2 \int Dz\,\phi''(\sqrt{q^*}\,z)\,\phi(\sqrt{q^*}\,z)",
    text="the slope of the length map, which gives the depth scale of lengths",
    checked=r"\text{the same for the error function}",
    difference="for one activation; two more are claims of their own",
    source="memory",
    domain=LENGTHS,
    twins=without_curvature("erf"),
    **length_slope("erf"),
)

XI_Q_GELU = Identity(
    slug="length_slope_of_gelu",
    locator="Section 3, eq. (8)",
    statement=r"\frac{\partial q^{l+1}}{\partial q^l} = \chi_1"
    r" + \sigma_w^2 \int Dz\,\phi''(\sqrt{q^*}\,z)\,\phi(\sqrt{q^*}\,z)",
    text="the slope of the length map, which gives the depth scale of lengths",
    checked=r"\text{the same for Gaussian error linear units}",
    difference="for one activation",
    source="memory",
    domain=LENGTHS,
    twins=without_curvature("gelu"),
    **length_slope("gelu"),
)

XI_Q_GAUSSIAN = Identity(
    slug="length_slope_of_gaussian",
    locator="Section 3, eq. (8)",
    statement=r"\frac{\partial q^{l+1}}{\partial q^l} = \chi_1"
    r" + \sigma_w^2 \int Dz\,\phi''(\sqrt{q^*}\,z)\,\phi(\sqrt{q^*}\,z)",
    text="the slope of the length map, which gives the depth scale of lengths",
    checked=r"\text{the same for } \phi = e^{-z^2}",
    difference="for one activation",
    source="memory",
    domain=LENGTHS,
    twins=without_curvature("gaussian"),
    **length_slope("gaussian"),
)


def correlation_slope(activation: str) -> dict[str, Any]:
    """The sides of the claim on the slope of the correlation map: by differentiation in c, and from phi'."""
    return {
        "lhs": lambda: diff(derive_correlation_map(activation), rho),
        "rhs": lambda: derive_chi(activation),
    }


XI_C_ERF = Identity(
    slug="correlation_slope_of_erf",
    locator="Section 3, eq. (9)",
    statement=r"\frac{\partial c^{l+1}}{\partial c^l} = \sigma_w^2 \int Dz_1\,Dz_2\,\phi'(u_1)\,\phi'(u_2)",
    text="the slope of the correlation map, which gives the depth scale of correlations",
    checked=r"\text{the same for the error function}",
    difference="for one activation; two more are claims of their own",
    source="memory",
    domain=CORRELATIONS,
    **correlation_slope("erf"),
)

XI_C_RELU = Identity(
    slug="correlation_slope_of_relu",
    locator="Section 3, eq. (9)",
    statement=r"\frac{\partial c^{l+1}}{\partial c^l} = \sigma_w^2 \int Dz_1\,Dz_2\,\phi'(u_1)\,\phi'(u_2)",
    text="the slope of the correlation map, which gives the depth scale of correlations",
    checked=r"\text{the same for rectified linear units}",
    difference="for one activation",
    source="memory",
    domain=CORRELATIONS,
    **correlation_slope("relu"),
)

XI_C_GELU = Identity(
    slug="correlation_slope_of_gelu",
    locator="Section 3, eq. (9)",
    statement=r"\frac{\partial c^{l+1}}{\partial c^l} = \sigma_w^2 \int Dz_1\,Dz_2\,\phi'(u_1)\,\phi'(u_2)",
    text="the slope of the correlation map, which gives the depth scale of correlations",
    checked=r"\text{the same for Gaussian error linear units}",
    difference="for one activation",
    source="memory",
    domain=CORRELATIONS,
    **correlation_slope("gelu"),
)

REACH = 7
"""tanh^2 and its slope's square lie in [0, 1], so that their means lose less than erfc(7 / sqrt 2) beyond 7."""
LOST = erfc(REACH / sqrt(2))


def excess(*, lost: sympy.Expr) -> sympy.Expr:
    """(q - 1/20) E phi'^2 - E phi^2 for tanh, up to what is lost; zero if chi_1 = 1 at a fixed length q."""
    phi = tanh(sqrt(q_xx) * x)
    function = (q_xx - Rational(1, 20)) * (1 - phi**2) ** 2 - phi**2
    return Integral(function * exp(-(x**2) / 2) * sqrt(2 / pi), (x, 0, REACH)) + lost


LOW, HIGH = Rational(57004788, 10**8), Rational(57004789, 10**8)
BEFORE, BEHIND = {q_xx: Interval(LOW - Rational(1, 10**6), LOW)}, {q_xx: Interval(HIGH, HIGH + Rational(1, 10**6))}

EDGE_ABOVE = Inequality(
    slug="critical_tanh_is_longer",
    locator="Figure 1",
    statement=r"\chi_1 = 1 \text{ on a curve in the plane of } \sigma_w^2 \text{ and } \sigma_b^2",
    text="on the edge of chaos of tanh with bias variance 1/20 the fixed length exceeds 0.57004788",
    checked=r"(q - 1/20)\,E\phi'^2 < E\phi^2 \text{ for } q \in [0.57004688, 0.57004788]",
    difference="the critical length is caught between two numbers, here below, with the tails of the means bounded",
    source="derived",
    lhs=lambda: excess(lost=LOST),
    rhs=sympy.S.Zero,
    domain=BEFORE,
    strict=True,
    twins=(Twin(label="behind the critical length", change="constant", changes={"domain": BEHIND}),),
)

EDGE_BELOW = Inequality(
    slug="critical_tanh_is_shorter",
    locator="Figure 1",
    statement=r"\chi_1 = 1 \text{ on a curve in the plane of } \sigma_w^2 \text{ and } \sigma_b^2",
    text="on the edge of chaos of tanh with bias variance 1/20 the fixed length is below 0.57004789",
    checked=r"(q - 1/20)\,E\phi'^2 > E\phi^2 \text{ for } q \in [0.57004789, 0.57004889]",
    difference="the critical length is caught between two numbers, here above, with the tails of the means bounded",
    source="derived",
    lhs=sympy.S.Zero,
    rhs=lambda: excess(lost=-LOST),
    domain=BEHIND,
    strict=True,
    twins=(Twin(label="before the critical length", change="constant", changes={"domain": BEFORE}),),
)

EDGE_OF_ERF = Identity(
    slug="edge_of_erf",
    locator="Figure 1 (for tanh)",
    statement=r"\chi_1 = 1",
    text="the edge of chaos of the error function as a curve, with the fixed length as parameter",
    checked=r"\sigma_w^2 = \frac{\pi}{4}\sqrt{1 + 4q},\ \sigma_b^2 = q -"
    r" \frac{\sqrt{1 + 4q}}{2}\arcsin\frac{2q}{1 + 2q} \Rightarrow V(q) = q",
    difference="for the error function, where the curve is explicit; chi_1 = 1 is a claim of its own",
    source="derived",
    lhs=lambda: derive_length_map("erf").subs(
        {
            sigma_w: sqrt(pi) / 2 * (1 + 4 * q_xx) ** Rational(1, 4),
            sigma_b: sqrt(q_xx - sqrt(1 + 4 * q_xx) / 2 * sympy.asin(2 * q_xx / (1 + 2 * q_xx))),
        }
    ),
    rhs=q_xx,
    domain={q_xx: Interval(Rational(1, 100), 100)},
    twins=(
        Twin(
            label="weight variance pi/2 at small lengths",
            change="history",
            changes={
                "lhs": lambda: derive_length_map("erf").subs(
                    {
                        sigma_w: sqrt(pi / 2) * (1 + 4 * q_xx) ** Rational(1, 4),
                        sigma_b: sqrt(q_xx - sqrt(1 + 4 * q_xx) / 2 * sympy.asin(2 * q_xx / (1 + 2 * q_xx))),
                    }
                )
            },
        ),
    ),
)

EDGE_SLOPE = Identity(
    slug="chi_1_on_the_edge_of_erf",
    locator="Figure 1 (for tanh)",
    statement=r"\chi_1 = 1",
    text="the slope of the correlation map is one along that curve",
    source="derived",
    lhs=lambda: derive_chi_1("erf").subs(sigma_w, sqrt(pi) / 2 * (1 + 4 * q_xx) ** Rational(1, 4)),
    rhs=sympy.S.One,
    domain={q_xx: Interval(0, oo)},
)

CHAOS = {"sigma_w": 1.8, "sigma_b": 0.3}
LAYERS = 4


def images(dataset: Dataset) -> Array:
    """Two rows of the data, of a length that makes q^1 the fixed point."""
    points = dataset.unit_rows(2)
    q = SignalPropagation("erf", **CHAOS).q_star
    scale = np.sqrt((q - CHAOS["sigma_b"] ** 2) / CHAOS["sigma_w"] ** 2 * points.shape[1])
    return np.asarray(points * scale)


def deep_cosines(X: Array, width: int, draws: int, rng: np.random.Generator) -> Array:
    """Correlation coefficients of hidden signals from the second layer on."""
    grams = sample_preactivation_grams(X, nonlinearity=ERF, widths=(width,) * LAYERS, draws=draws, rng=rng, **CHAOS)
    return np.asarray(grams[:, 1:, 0, 1] / np.sqrt(grams[:, 1:, 0, 0] * grams[:, 1:, 1, 1]))


def predicted_cosines(X: Array, *, scales: Mapping[str, float] = CHAOS) -> Array:
    """The iterated correlation map at q*."""
    q = SignalPropagation("erf", **scales).q_star
    start = (CHAOS["sigma_w"] ** 2 * float(X[0] @ X[1]) / X.shape[1] + CHAOS["sigma_b"] ** 2) / float(
        SignalPropagation("erf", **CHAOS).q_star
    )
    return np.array(CorrelationMap("erf", q=q, **scales).iterate(start, LAYERS - 1)[1:])


DECORRELATION = Limit(
    slug="chaos_decorrelates",
    locator="Section 3, Figure 2",
    statement=r"c^{l+1} = \frac{1}{q^*}\left(\sigma_w^2 \int Dz_1\,Dz_2\,\phi(u_1)\phi(u_2) + \sigma_b^2\right)",
    text="in the chaotic phase two images lose their correlation layer by layer as predicted",
    checked=r"\mathbb{E}\,c^l,\ l = 2, 3, 4,\ \phi = \mathrm{erf},\ \sigma_w = 1.8,\ \sigma_b = 0.3",
    difference="the mean is checked, on two images",
    source="memory",
    inputs=images,
    simulate=deep_cosines,
    limit=predicted_cosines,
    widths=(64, 256, 1024, 4096),
    correction_order=Fraction(1),
    resolution=0.012,
    twins=(
        Twin(
            label="in the ordered phase",
            change="history",
            changes={"limit": lambda X: predicted_cosines(X, scales={"sigma_w": 0.8, "sigma_b": 0.3})},
        ),
    ),
)


def ordered_networks() -> st.SearchStrategy[dict[str, Any]]:
    """A length, a weight variance that makes chi_1 < 1 there, and an initial correlation."""
    return st.fixed_dictionaries(
        {"q": st.floats(0.05, 4.0), "chi": st.floats(0.3, 0.99), "correlation": st.floats(-0.9, 0.999)}
    )


def gaps(data: Data, mp: Any) -> list[Any]:
    """1 - c^l for l = 0, ..., 20 in networks of error-function units with fixed length q and chi_1 = chi."""
    q, chi, gap = (mp.mpf(data[name]) for name in ("q", "chi", "correlation"))
    weight = chi * mp.pi * mp.sqrt(1 + 4 * q) / 4
    found = [1 - gap]
    for _ in range(20):
        found.append(
            2 / mp.pi * weight / q * (mp.asin(2 * q / (1 + 2 * q)) - mp.asin(2 * q * (1 - found[-1]) / (1 + 2 * q)))
        )
    return found


def decay(power: Fraction) -> dict[str, Any]:
    """Trajectory, envelope and precise evaluation of the decay of 1 - c with rate chi_1^power."""
    return {
        "trajectory": lambda data: {"values": np.array([float(gap) for gap in gaps(data, mpmath)])},
        "envelope": lambda k, data, start: start * data["chi"] ** (float(power) * k),
        "precise": lambda data, digits: (
            (found := gaps(data, mpmath))[1:],
            [
                found[0] * mpmath.mpf(data["chi"]) ** (mpmath.mpf(power.numerator) / power.denominator * k)
                for k in range(1, 21)
            ],
        ),
    }


ORDERED_DECAY = Rate(
    slug="ordered_decay",
    locator="Section 3, eq. (9)",
    statement=r"|c^l - c^*| \sim e^{-l/\xi_c},\quad \xi_c^{-1} = -\ln \chi_1 \text{ in the ordered phase}",
    text="in the ordered phase correlations tend to one at least as fast as chi_1 per layer",
    checked=r"1 - c^l \le \chi_1^l (1 - c^0) \text{ for the error function}",
    difference="a bound for every layer instead of an asymptotic law, by convexity of the map",
    source="derived",
    data=ordered_networks,
    twins=(
        Twin(label="chi_1 to the power 11/10", change="exponent", changes=decay(Fraction(11, 10))),
        Twin(label="twice the rate", change="history", changes=decay(Fraction(2))),
    ),
    **decay(Fraction(1)),
)

CLAIMS = (
    XI_Q_ERF,
    XI_Q_GELU,
    XI_Q_GAUSSIAN,
    XI_C_ERF,
    XI_C_RELU,
    XI_C_GELU,
    EDGE_ABOVE,
    EDGE_BELOW,
    EDGE_OF_ERF,
    EDGE_SLOPE,
    DECORRELATION,
    ORDERED_DECAY,
)

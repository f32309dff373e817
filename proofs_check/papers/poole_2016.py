"""Poole, Lahiri, Raghu, Sohl-Dickstein, Ganguli (2016). Exponential expressivity in deep neural networks through
transient chaos.

z^l = W^l phi(z^(l-1)) + b^l, W entries N(0, sigma_w^2 / m), b entries N(0, sigma_b^2). As the width m grows,
q^l = |z^l|^2 / m follows the length map V(q) = sigma_w^2 E phi(sqrt(q) z)^2 + sigma_b^2, and the correlation of two
signals of length q* = V(q*) follows c -> (sigma_w^2 E phi(u) phi(v) + sigma_b^2) / q*, with slope chi_1 at c = 1.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy
from sympy import Interval, acos, diff, oo, pi, sqrt

from numerics.nonlinearities import ERF, TANH, Nonlinearity
from numerics.propagation import sample_preactivation_grams
from proofs_check.claims import Identity, Inequality, Limit, Twin
from proofs_check.sources import Paper
from theory.kernels.dual import derive_dual
from theory.kernels.signal_propagation import (
    LengthMap,
    derive_chi,
    derive_chi_1,
    derive_correlation_map,
    derive_length_map,
)
from theory.symbols import q_xx, rho, sigma_b, sigma_w, z

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numerics.data import Dataset

    Array = NDArray[np.float64]

PAPER = Paper(
    title="Exponential expressivity in deep neural networks through transient chaos",
    authors=("Poole", "Lahiri", "Raghu", "Sohl-Dickstein", "Ganguli"),
    year=2016,
    arxiv="1606.05340",
    venue="Advances in Neural Information Processing Systems 29",
    note="Statements and numbering are restated from memory.",
)

SCALES = {sigma_w: Interval(0, oo), sigma_b: Interval(0, oo)}
LENGTHS = {q_xx: Interval.Lopen(0, oo), **SCALES}
DEPTH = 3
SETTING = {"sigma_w": 1.6, "sigma_b": 0.3}


def images(dataset: Dataset) -> Array:
    """Two rows of the data, the first with squared norm d, the second a little shorter."""
    points = dataset.unit_rows(2) * np.array([[1.0], [0.8]])
    return np.asarray(points * np.sqrt(points.shape[1]))


def lengths(nonlinearity: Nonlinearity) -> Any:
    """Simulates q^1, ..., q^DEPTH of both images."""

    def simulate(X: Array, width: int, draws: int, rng: np.random.Generator) -> Array:
        grams = sample_preactivation_grams(
            X, nonlinearity=nonlinearity, widths=(width,) * DEPTH, draws=draws, rng=rng, **SETTING
        )
        return np.diagonal(grams, axis1=2, axis2=3).reshape(draws, -1)

    return simulate


def iterated_lengths(activation: str | sympy.Expr, *, sigma_w: float, sigma_b: float) -> Any:
    """The length map applied layer by layer to the squared norms of the inputs."""

    def limit(X: Array) -> Array:
        lengths = LengthMap(activation, sigma_w, sigma_b)
        starts = sigma_w**2 * np.einsum("ij,ij->i", X, X) / X.shape[1] + sigma_b**2
        return np.array([lengths.iterate(start, DEPTH - 1) for start in starts]).T.ravel()

    return limit


TANH_EXPRESSION = sympy.tanh(z)

LENGTH_MAP = Limit(
    slug="length_map",
    locator="Section 2, eq. (3)",
    statement=r"q^l = \sigma_w^2 \int Dz\,\phi\!\left(\sqrt{q^{l-1}}\,z\right)^2 + \sigma_b^2",
    text="the mean squared length of hidden signals follows the length map from layer to layer",
    checked=r"\mathbb{E}\,|z^l|^2/m \to q^l,\ l = 1, 2, 3,\ \phi = \tanh,\ \sigma_w = 1.6,\ \sigma_b = 0.3",
    difference="the mean is checked, at equal widths of all layers, on two images",
    source="memory",
    inputs=images,
    simulate=lengths(TANH),
    limit=iterated_lengths(TANH_EXPRESSION, **SETTING),
    widths=(64, 256, 1024, 4096),
    correction_order=Fraction(1),
    resolution=0.005,
    twins=(
        Twin(
            label="standard deviation of the biases taken for their variance",
            change="history",
            changes={"limit": iterated_lengths(TANH_EXPRESSION, sigma_w=1.6, sigma_b=0.3**0.5)},
        ),
        Twin(
            label="kernel of the error function",
            change="history",
            changes={"limit": iterated_lengths("erf", **SETTING)},
        ),
    ),
)


def cosines(X: Array, width: int, draws: int, rng: np.random.Generator) -> Array:
    """Correlation coefficients of the hidden signals of two images, in all layers."""
    grams = sample_preactivation_grams(X, nonlinearity=ERF, widths=(width,) * DEPTH, draws=draws, rng=rng, **SETTING)
    return np.asarray(grams[:, :, 0, 1] / np.sqrt(grams[:, :, 0, 0] * grams[:, :, 1, 1]))


def iterated_cosines(X: Array, *, layers: int = DEPTH) -> Array:
    """The same from the covariance of two Gaussian pre-activations, iterated."""
    weight, bias = SETTING["sigma_w"] ** 2, SETTING["sigma_b"] ** 2
    covariance = weight * (X @ X.T) / X.shape[1] + bias
    found = []
    for _ in range(layers):
        variances = np.diag(covariance)
        found.append(covariance[0, 1] / np.sqrt(variances[0] * variances[1]))
        covariance = weight * derive_dual("erf").evaluate(variances[:, None], variances, covariance) + bias
    return np.array(found)


CORRELATION_MAP = Limit(
    slug="correlation_map",
    locator="Section 2.2, eq. (5)",
    statement=r"q_{12}^l = \sigma_w^2 \int Dz_1\,Dz_2\,\phi(u_1)\phi(u_2) + \sigma_b^2,"
    r"\quad c_{12}^l = q_{12}^l / \sqrt{q_{11}^l q_{22}^l}",
    text="the correlation of two hidden signals follows the correlation map from layer to layer",
    checked=r"\mathbb{E}\,c_{12}^l \to \text{the iterated map},\ l = 1, 2, 3,\ \phi = \mathrm{erf}",
    difference="the mean is checked, at equal widths of all layers, on two images",
    source="memory",
    inputs=images,
    simulate=cosines,
    limit=iterated_cosines,
    widths=(64, 256, 1024, 4096),
    correction_order=Fraction(1),
    resolution=0.01,
    twins=(
        Twin(
            label="one layer late",
            change="history",
            changes={"limit": lambda X: iterated_cosines(X, layers=DEPTH + 1)[1:]},
        ),
    ),
)


def fixed_at_one(activation: str) -> dict[str, Any]:
    """The sides of the claim that identical signals have covariance V(q) after a layer."""
    return {
        "lhs": lambda: derive_correlation_map(activation).subs(rho, 1) * q_xx,
        "rhs": lambda: derive_length_map(activation),
    }


FIXED_AT_ONE = Identity(
    slug="correlation_one_is_fixed",
    locator="Section 2.2",
    statement=r"c^* = 1 \text{ is a fixed point of the correlation map}",
    text="identical signals stay identical",
    checked=r"q\,C(1) = V(q) \text{ for Gaussian error linear units, so that } C(1) = 1 \text{ at } q^* = V(q^*)",
    difference="for one activation",
    source="memory",
    domain=LENGTHS,
    twins=(
        Twin(
            label="bias counted twice",
            change="history",
            changes={"rhs": lambda: derive_length_map("gelu") + sigma_b**2},
        ),
    ),
    **fixed_at_one("gelu"),
)


def slope_at_one(activation: str) -> dict[str, Any]:
    """The sides of the claim that the slope at c = 1 is chi_1, the slope by differentiation in c."""
    return {
        "lhs": lambda: diff(derive_correlation_map(activation), rho).subs(rho, 1),
        "rhs": lambda: derive_chi_1(activation),
    }


CHI_1_ERF = Identity(
    slug="chi_1_of_erf",
    locator="Section 2.2, eq. (6)",
    statement=r"\chi_1 = \left.\frac{\partial c_{12}^l}{\partial c_{12}^{l-1}}\right|_{c = 1}"
    r" = \sigma_w^2 \int Dz\,\phi'(\sqrt{q^*}\,z)^2",
    text="the slope of the correlation map at one is the mean square of the slope of the activation",
    checked=r"\text{the same for the error function}",
    difference="for one activation; two more are claims of their own",
    source="memory",
    domain=LENGTHS,
    twins=(
        Twin(
            label="square of the mean for the mean of the square",
            change="history",
            changes={"rhs": 4 * sigma_w**2 / (pi * (1 + 2 * q_xx))},
        ),
    ),
    **slope_at_one("erf"),
)

CHI_1_GELU = Identity(
    slug="chi_1_of_gelu",
    locator="Section 2.2, eq. (6)",
    statement=r"\chi_1 = \left.\frac{\partial c_{12}^l}{\partial c_{12}^{l-1}}\right|_{c = 1}"
    r" = \sigma_w^2 \int Dz\,\phi'(\sqrt{q^*}\,z)^2",
    text="the slope of the correlation map at one is the mean square of the slope of the activation",
    checked=r"\text{the same for Gaussian error linear units}",
    difference="for one activation",
    source="memory",
    domain=LENGTHS,
    **slope_at_one("gelu"),
)

CHI_1_GAUSSIAN = Identity(
    slug="chi_1_of_gaussian",
    locator="Section 2.2, eq. (6)",
    statement=r"\chi_1 = \left.\frac{\partial c_{12}^l}{\partial c_{12}^{l-1}}\right|_{c = 1}"
    r" = \sigma_w^2 \int Dz\,\phi'(\sqrt{q^*}\,z)^2",
    text="the slope of the correlation map at one is the mean square of the slope of the activation",
    checked=r"\text{the same for } \phi = e^{-z^2}",
    difference="for one activation",
    source="memory",
    domain=LENGTHS,
    **slope_at_one("gaussian"),
)

CRITICAL_RELU = Identity(
    slug="critical_relu",
    locator="Section 2.2 (as special case)",
    statement=r"C(c) = \frac{c(\pi - \arccos c) + \sqrt{1 - c^2}}{\pi}",
    text="at weight variance 2 and without biases the map of rectified linear units is the arc-cosine kernel",
    source="derived",
    lhs=lambda: derive_correlation_map("relu").subs({sigma_w: sqrt(2), sigma_b: 0}),
    rhs=(rho * (pi - acos(rho)) + sqrt(1 - rho**2)) / pi,
    domain={q_xx: Interval.Lopen(0, oo), rho: Interval(-1, 1)},
    twins=(
        Twin(
            label="angle for its supplement",
            change="history",
            changes={"rhs": (rho * acos(rho) + sqrt(1 - rho**2)) / pi},
        ),
    ),
)

CONCAVE = Inequality(
    slug="length_map_is_concave",
    locator="Section 2.1",
    statement=r"V \text{ is concave for sigmoidal } \phi",
    text="the length map of a sigmoidal activation is concave, so that it has one stable fixed point",
    checked=r"V''(q) \le 0 \text{ for the error function},\ \sigma_w = 1",
    difference="for one sigmoidal activation; sigma_w^2 is only a factor",
    source="memory",
    lhs=lambda: diff(derive_length_map("erf"), q_xx, 2).subs(sigma_w, 1),
    rhs=sympy.S.Zero,
    domain={q_xx: Interval(0, 100)},
    strict=True,
    twins=(
        Twin(
            label="for Gaussian error linear units",
            change="history",
            changes={"lhs": lambda: diff(derive_length_map("gelu"), q_xx, 2).subs(sigma_w, 1)},
        ),
    ),
)

CONVEX = Inequality(
    slug="correlation_map_is_convex",
    locator="Section 2.2",
    statement=r"C \text{ is convex on } [0, 1]",
    text="the slope of the correlation map grows, so that it crosses the diagonal at most once below one",
    checked=r"C''(c) \ge 0 \text{ for the error function},\ q \in (0, 10],\ \sigma_w = 1",
    difference="for one activation; sigma_w^2 is only a factor",
    source="derived",
    lhs=sympy.S.Zero,
    rhs=lambda: diff(derive_chi("erf").subs(sigma_w, 1), rho),
    domain={rho: Interval(0, 1), q_xx: Interval.Lopen(0, 10)},
    twins=(
        Twin(
            label="on all of [-1, 1]",
            change="history",
            changes={"domain": {rho: Interval(-1, 1), q_xx: Interval.Lopen(0, 10)}},
        ),
    ),
)

CLAIMS = (
    LENGTH_MAP,
    CORRELATION_MAP,
    FIXED_AT_ONE,
    CHI_1_ERF,
    CHI_1_GELU,
    CHI_1_GAUSSIAN,
    CRITICAL_RELU,
    CONCAVE,
    CONVEX,
)

"""Williams (1997). Computing with infinite networks: the kernels of sigmoidal and of Gaussian hidden units.

f(x) = b + sum_j v_j h(x; u_j) with independent v_j of variance omega^2 / m: as m grows f is a Gaussian process with
covariance sigma_b^2 + omega^2 E_u[h(x; u) h(x'; u)]. Sigmoidal units: h = erf(u . (1, x)), u ~ N(0, Sigma).
Gaussian units: h = exp(-|x - u|^2 / (2 g^2)), u ~ N(0, s^2 I).
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import sympy
from sympy import Interval, Symbol, asin, diff, erf, exp, oo, pi, sqrt

from numerics.nonlinearities import ERF
from numerics.propagation import sample_preactivation_grams
from proofs_check.claims import Identity, Limit, Twin
from proofs_check.sources import Paper
from theory.gaussian import derive_expectation, derive_mean
from theory.kernels.dual import derive_dual
from theory.symbols import a, b, c, rho, sigma_b, sigma_w, x, y, z

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numerics.data import Dataset

    Array = NDArray[np.float64]

PAPER = Paper(
    title="Computing with infinite networks",
    authors=("Williams",),
    year=1997,
    venue="Advances in Neural Information Processing Systems 9",
    note="Equation numbers are restated from memory.",
)

CORRELATED = {a: Interval(0, oo), b: Interval(0, oo), rho: Interval(-1, 1)}
COVARIANCE = rho * sqrt(a) * sqrt(b)
SIGMOID = 2 / pi * asin(2 * COVARIANCE / sqrt((1 + 2 * a) * (1 + 2 * b)))

SIGMOIDAL_UNITS = Identity(
    slug="sigmoidal_units",
    locator="Section 3.1, eq. (11)",
    statement=r"V_{\mathrm{erf}}(x, x') = \frac{2}{\pi}\arcsin\frac{2\tilde x^\top\Sigma\tilde x'}"
    r"{\sqrt{(1 + 2\tilde x^\top\Sigma\tilde x)(1 + 2\tilde x'^\top\Sigma\tilde x')}}",
    text="the kernel of error-function units is an arcsine",
    checked=r"\text{the same with } a = \tilde x^\top\Sigma\tilde x,\ b = \tilde x'^\top\Sigma\tilde x',"
    r"\ \rho\sqrt{ab} = \tilde x^\top\Sigma\tilde x'",
    difference="stated through the covariance of the two pre-activations, on which alone the kernel depends",
    source="memory",
    lhs=lambda: derive_expectation(erf(z), erf(z)).subs(c, COVARIANCE),
    rhs=SIGMOID,
    domain=CORRELATED,
    twins=(
        Twin(
            label="normal distribution function taken for the error function",
            change="history",
            changes={"rhs": 2 / pi * asin(COVARIANCE / sqrt((1 + a) * (1 + b)))},
        ),
        Twin(
            label="one root for both norms",
            change="history",
            changes={"rhs": 2 / pi * asin(2 * COVARIANCE / (1 + 2 * sqrt(a * b)))},
        ),
    ),
)


def weight_covariance(first: Symbol, second: Symbol) -> sympy.Expr:
    """Covariance of u . (1, x) and u . (1, x') for Sigma = diag(sigma_b^2, sigma_w^2)."""
    return sigma_b**2 + sigma_w**2 * first * second


ONE_INPUT = Identity(
    slug="one_input",
    locator="Section 3.1, eq. (11)",
    statement=r"V_{\mathrm{erf}}(x, x') = \frac{2}{\pi}\arcsin\frac{2\tilde x^\top\Sigma\tilde x'}"
    r"{\sqrt{(1 + 2\tilde x^\top\Sigma\tilde x)(1 + 2\tilde x'^\top\Sigma\tilde x')}}",
    text="the same in the inputs themselves, where the kernel is seen not to be stationary",
    checked=r"x, x' \in [-3, 3],\ \Sigma = \mathrm{diag}(\sigma_b^2, \sigma_w^2)",
    difference="for one input coordinate and independent weight and bias",
    source="memory",
    lhs=lambda: derive_expectation(
        erf(z),
        erf(z),
        variances=(weight_covariance(x, x), weight_covariance(y, y)),
        covariance=weight_covariance(x, y),
    ),
    rhs=2
    / pi
    * asin(
        2
        * (sigma_b**2 + sigma_w**2 * x * y)
        / sqrt((1 + 2 * sigma_b**2 + 2 * sigma_w**2 * x**2) * (1 + 2 * sigma_b**2 + 2 * sigma_w**2 * y**2))
    ),
    domain={x: Interval(-3, 3), y: Interval(-3, 3), sigma_w: Interval(0, 3), sigma_b: Interval(0, 3)},
    twins=(
        Twin(
            label="bias left out of the numerator",
            change="term",
            changes={
                "rhs": 2
                / pi
                * asin(
                    2
                    * sigma_w**2
                    * x
                    * y
                    / sqrt((1 + 2 * sigma_b**2 + 2 * sigma_w**2 * x**2) * (1 + 2 * sigma_b**2 + 2 * sigma_w**2 * y**2))
                )
            },
        ),
    ),
)

SLOPE = Identity(
    slug="slope_in_the_covariance",
    locator="Section 3.1 (derivation by differentiation)",
    statement=r"\frac{\partial V_{\mathrm{erf}}}{\partial c} ="
    r" \frac{4}{\pi}\left((1 + 2a)(1 + 2b) - 4c^2\right)^{-1/2}",
    text="the kernel is found from its derivative, the mean of a product of Gaussians",
    source="derived",
    lhs=lambda: derive_expectation(diff(erf(z), z), diff(erf(z), z)).subs(c, COVARIANCE),
    rhs=4 / pi / sqrt((1 + 2 * a) * (1 + 2 * b) - 4 * COVARIANCE**2),
    domain=CORRELATED,
    twins=(
        Twin(
            label="derivative of the outer function only",
            change="history",
            changes={"rhs": 2 / pi / sqrt((1 + 2 * a) * (1 + 2 * b) - 4 * COVARIANCE**2)},
        ),
    ),
)

RATIO = Symbol("r", positive=True)
"""1 + 2 sigma_u^2 / sigma_g^2."""


def gaussian_units() -> sympy.Expr:
    """E_u[h(x; u) h(y; u)] for one coordinate in units of sigma_g."""
    product = exp(-((x - z) ** 2) / 2 - (y - z) ** 2 / 2)
    return sympy.expand(derive_mean(product).subs(a, (RATIO - 1) / 2), power_exp=False)


GAUSSIAN_UNITS = Identity(
    slug="gaussian_units",
    locator="Section 3.2, eq. (13)",
    statement=r"V_G(x, x') = \left(\frac{\sigma_e}{\sigma_u}\right)^d e^{-|x|^2/2\sigma_m^2}"
    r" e^{-|x - x'|^2/2\sigma_s^2} e^{-|x'|^2/2\sigma_m^2},\quad"
    r" \sigma_e^{-2} = 2\sigma_g^{-2} + \sigma_u^{-2},\ \sigma_s^2 = 2\sigma_g^2 + \sigma_g^4/\sigma_u^2,"
    r"\ \sigma_m^2 = 2\sigma_u^2 + \sigma_g^2",
    text="the kernel of Gaussian units is a Gaussian of the distance times one of each norm",
    checked=r"d = 1,\ \sigma_g = 1,\ \sigma_u^2 = (r - 1)/2",
    difference="one coordinate, since the expectation is a product over coordinates, and units of sigma_g",
    source="memory",
    lhs=gaussian_units,
    rhs=exp(-(x**2) / (2 * RATIO))
    * exp(-((x - y) ** 2) * (RATIO - 1) / (4 * RATIO))
    * exp(-(y**2) / (2 * RATIO))
    / sqrt(RATIO),
    domain={x: Interval(-3, 3), y: Interval(-3, 3), RATIO: Interval(1, 20)},
    twins=(
        Twin(
            label="norms dropped",
            change="term",
            changes={"rhs": exp(-((x - y) ** 2) * (RATIO - 1) / (4 * RATIO)) / sqrt(RATIO)},
        ),
    ),
)

SCALES = {"sigma_w": 1.5, "sigma_b": 0.3}


def images(dataset: Dataset) -> Array:
    """Two rows of the data with squared norm d."""
    points = dataset.unit_rows(2)
    return np.asarray(points * np.sqrt(points.shape[1]))


def upper_triangle(matrices: Array) -> Array:
    """Entries on and above the diagonal."""
    rows, columns = np.triu_indices(matrices.shape[-1])
    return np.asarray(matrices[..., rows, columns])


def finite_covariance(X: Array, width: int, draws: int, rng: np.random.Generator) -> Array:
    """Second moments of the outputs of networks with `width` error-function units, over `width` outputs."""
    grams = sample_preactivation_grams(X, nonlinearity=ERF, widths=(width, width), draws=draws, rng=rng, **SCALES)
    return upper_triangle(grams[:, 1])


def kernel(X: Array, *, factor: float = 1.0) -> Array:
    """sigma_b^2 + sigma_w^2 V_erf, with Sigma = diag(sigma_b^2, sigma_w^2 / d, ..., sigma_w^2 / d)."""
    weight, bias = SCALES["sigma_w"] ** 2, SCALES["sigma_b"] ** 2
    first = weight * (X @ X.T) / X.shape[1] + bias
    lengths = np.diag(first)
    return upper_triangle(
        weight * derive_dual("erf").evaluate(factor * lengths[:, None], factor * lengths, factor * first) + bias
    )


NETWORKS = Limit(
    slug="networks_have_this_covariance",
    locator="Section 2, eq. (4)",
    statement=r"E[f(x) f(x')] = \sigma_b^2 + \omega^2 V_{\mathrm{erf}}(x, x')",
    text="the outputs of random networks of error-function units have the arcsine kernel as covariance",
    source="memory",
    inputs=images,
    simulate=finite_covariance,
    limit=kernel,
    widths=(64, 256, 1024, 4096),
    correction_order=Fraction(1),
    resolution=0.01,
    twins=(
        Twin(
            label="weights of half the variance inside the units",
            change="history",
            changes={"limit": lambda X: kernel(X, factor=0.5)},
        ),
    ),
)

CLAIMS = (SIGMOIDAL_UNITS, ONE_INPUT, SLOPE, GAUSSIAN_UNITS, NETWORKS)

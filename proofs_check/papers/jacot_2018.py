"""Jacot, Gabriel, Hongler (2018). Neural tangent kernel: convergence and generalization in neural networks.

alpha^(l+1) = sigma_w m_l^(-1/2) W^l phi(alpha^l) + sigma_b b^l with standard normal entries, all trained (the paper has
sigma_w = 1 and sigma_b = beta). As the widths grow, Sigma^(l+1) = sigma_w^2 E phi(u) phi(v) + sigma_b^2 with (u, v) of
covariance Sigma^l, and Theta^(l+1) = sigma_w^2 E phi'(u) phi'(v) Theta^l + Sigma^(l+1), Theta^1 = Sigma^1.
Induction over layers: `gradient_step` is exact at any width; `mean_step` takes the mean over the last weights; the sums
over neurons in between tend to means, which `ntk_limit` shows on finite networks.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
import sympy
from sympy import Interval, Rational, Symbol, asin, diff, erf, integrate, legendre, oo, pi, sqrt

from numerics.nonlinearities import leaky
from numerics.sampling import sample_tangent_kernel
from proofs_check.claims import Bound, Identity, Inequality, Limit, Twin
from proofs_check.sources import Paper
from proofs_check.strategies import project_to_sphere, smallest_angle, unit_vectors
from theory.gaussian import derive_expectation, derive_mean
from theory.kernels import Act, Dense, Network
from theory.symbols import a, b, c, q_xx, q_xy, q_yy, rho, sigma_b, sigma_w, z

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numerics.data import Dataset

    Array = NDArray[np.float64]
    Data = Mapping[str, Any]

PAPER = Paper(
    title="Neural tangent kernel: convergence and generalization in neural networks",
    authors=("Jacot", "Gabriel", "Hongler"),
    year=2018,
    arxiv="1806.07572",
    venue="Advances in Neural Information Processing Systems 31",
    note="Statements and numbering are restated from memory.",
)

THEOREM = (
    r"\Theta_\infty^{(l+1)} = \Theta_\infty^{(l)}\,\dot\Sigma^{(l+1)} + \Sigma^{(l+1)},\quad"
    r" \Theta_\infty^{(1)} = \Sigma^{(1)}"
)


def hidden(activation: str | sympy.Expr, layers: int, weight: Any, bias: Any) -> Network:
    """A network with so many hidden layers."""
    architecture: Any = Dense(weight, bias)
    for _ in range(layers):
        architecture = architecture >> Act(activation) >> Dense(weight, bias)
    return Network(architecture)


NEURONS = 3
X_SIGNALS, Y_SIGNALS = sympy.symbols(f"u:{NEURONS}", real=True), sympy.symbols(f"v:{NEURONS}", real=True)
WEIGHTS = sympy.symbols(f"w:{NEURONS}", real=True)
PARAMETERS = sympy.symbols(f"p:{NEURONS}", real=True)
SLOPES_X, SLOPES_Y = sympy.symbols(f"s:{NEURONS}", real=True), sympy.symbols(f"r:{NEURONS}", real=True)


def gradient_product() -> sympy.Expr:
    """The inner product of the gradients of sum_i w_i sin(u_i + s_i p_i) / sqrt(n) + b at x and at y, at p = 0.

    Each neuron has one parameter p_i below it, with slopes s_i at x and r_i at y: Theta^l of neuron i is s_i r_i.
    """
    n = sympy.Integer(NEURONS)
    outputs = [
        sum(w * sympy.sin(u + s * p) for w, u, s, p in zip(WEIGHTS, signals, slopes, PARAMETERS, strict=True)) / sqrt(n)
        for signals, slopes in ((X_SIGNALS, SLOPES_X), (Y_SIGNALS, SLOPES_Y))
    ]
    products = [diff(outputs[0], item) * diff(outputs[1], item) for item in (*WEIGHTS, *PARAMETERS)]
    return sum(products).subs(dict.fromkeys(PARAMETERS, 0)) + 1


def layer_sum(factor: int = 1) -> sympy.Expr:
    """1/n sum_i (phi phi + w_i^2 phi' phi' Theta_i) + 1 for phi = sin."""
    entries = zip(WEIGHTS, X_SIGNALS, Y_SIGNALS, SLOPES_X, SLOPES_Y, strict=True)
    terms = [
        sympy.sin(u) * sympy.sin(v) + factor * w**2 * sympy.cos(u) * sympy.cos(v) * s * r for w, u, v, s, r in entries
    ]
    return sympy.Add(*terms) / NEURONS + 1


GRADIENT_STEP = Identity(
    slug="gradient_step",
    locator="Theorem 1 (proof)",
    statement=r"\Theta^{(l+1)}(x, y) = \frac{1}{n}\sum_i W_i^2\,\phi'(\alpha_i(x))\,\phi'(\alpha_i(y))\,"
    r"\Theta^{(l)}(x, y) + \frac{1}{n}\sum_i \phi(\alpha_i(x))\,\phi(\alpha_i(y)) + \beta^2",
    text="the tangent kernel of a layer is that of the last weights plus that of the layers below, weighted",
    checked=r"n = 3,\ \phi = \sin,\ \beta = 1,\ \Theta^{(l)} \text{ diagonal}",
    difference="three neurons, each with parameters of its own below it, which is what the limit of Theta^(l) says",
    source="derived",
    lhs=gradient_product,
    rhs=layer_sum,
    domain=dict.fromkeys((*X_SIGNALS, *Y_SIGNALS, *WEIGHTS, *SLOPES_X, *SLOPES_Y), Interval(-2, 2)),
    twins=(Twin(label="lower layers counted twice", change="constant", changes={"rhs": lambda: layer_sum(2)}),),
)

TANGENT, WEIGHT = Symbol("Theta", real=True), Symbol("w", real=True)

MEAN_STEP = Identity(
    slug="mean_step",
    locator="Theorem 1 (proof)",
    statement=r"\mathbb{E}\left[W_i^2\,\phi'(u)\,\phi'(v)\right] \Theta^{(l)}"
    r" + \mathbb{E}[\phi(u)\,\phi(v)] = \dot\Sigma\,\Theta^{(l)} + \Sigma",
    text="the mean over the last weights and the signals gives the recursion, with the slope kernel of Price's theorem",
    checked=r"\dot\Sigma = \partial\Sigma/\partial c \text{ for the error function}",
    difference="the slope kernel is found by differentiation of Sigma in the covariance, for one activation",
    source="derived",
    lhs=lambda: (
        derive_mean(z**2, variance=sympy.S.One) * derive_expectation(diff(erf(z), z), diff(erf(z), z)) * TANGENT
        + derive_expectation(erf(z), erf(z))
    ).subs(c, rho * sqrt(a * b)),
    rhs=lambda: (diff(derive_expectation(erf(z), erf(z)), c) * TANGENT + derive_expectation(erf(z), erf(z))).subs(
        c, rho * sqrt(a * b)
    ),
    domain={a: Interval(0, oo), b: Interval(0, oo), rho: Interval(-1, 1), TANGENT: Interval(-10, 10)},
    twins=(
        Twin(
            label="the kernel itself for its derivative",
            change="history",
            changes={"rhs": lambda: (derive_expectation(erf(z), erf(z)) * (TANGENT + 1)).subs(c, rho * sqrt(a * b))},
        ),
    ),
)

UNIT = {q_xx: sympy.S.One, q_yy: sympy.S.One, q_xy: rho}
FIRST_X = sigma_w**2 * q_xx + sigma_b**2
FIRST_Y, FIRST = FIRST_X.subs(q_xx, q_yy), sigma_w**2 * q_xy + sigma_b**2
ROOT = sqrt((1 + 2 * FIRST_X) * (1 + 2 * FIRST_Y))
ERF_KERNEL = (
    sigma_b**2
    + sigma_w**2 * 2 / pi * asin(2 * FIRST / ROOT)
    + sigma_w**2 * 4 / pi / sqrt(ROOT**2 - 4 * FIRST**2) * FIRST
)

ONE_LAYER = Identity(
    slug="erf_network",
    locator="Theorem 1",
    statement=THEOREM,
    text="the tangent kernel of one hidden layer of error-function units in closed form",
    checked=r"l = 1,\ \phi = \mathrm{erf},\ |x|^2 = |y|^2 = d",
    difference="one hidden layer; the recursion is written out from the published arcsine",
    source="memory",
    lhs=lambda: hidden("erf", 1, sigma_w, sigma_b).ntk_expression().subs(UNIT),
    rhs=ERF_KERNEL.subs(UNIT),
    domain={rho: Interval(-1, 1), sigma_w: Interval(0, 4), sigma_b: Interval(0, 4)},
    twins=(
        Twin(
            label="covariance of the layer above left out",
            change="history",
            changes={"rhs": (sigma_w**2 * 4 / pi / sqrt(ROOT**2 - 4 * FIRST**2) * FIRST).subs(UNIT)},
        ),
    ),
)


def relu_layers(layers: int) -> sympy.Expr:
    """The theorem written out for normalised ReLU layers on the sphere, from the published arc-cosine kernels."""
    sigma = theta = rho
    for _ in range(layers):
        slope = (pi - sympy.acos(sigma)) / pi
        sigma, theta = (sigma * (pi - sympy.acos(sigma)) + sqrt(1 - sigma**2)) / pi, theta * slope
        theta = theta + sigma
    return theta


THREE_LAYERS = Identity(
    slug="relu_network",
    locator="Theorem 1",
    statement=THEOREM,
    text="the tangent kernel of two hidden layers of rectified linear units in closed form",
    checked=r"l = 1, 2,\ \phi = \sqrt{2}\max(z, 0),\ \beta = 0,\ |x|^2 = |y|^2 = d",
    difference="two hidden layers without bias, on the sphere",
    source="memory",
    lhs=lambda: hidden("relu", 2, sqrt(2), sympy.S.Zero).ntk_expression().subs(UNIT) / 2,
    rhs=lambda: relu_layers(2),
    domain={rho: Interval(-1, 1)},
    twins=(Twin(label="one layer fewer", change="history", changes={"rhs": lambda: relu_layers(1)}),),
)

SCALES = {"sigma_w": 1.3, "sigma_b": 0.4}
LEAKY = sympy.Max(z, 0) + Rational(1, 5) * sympy.Min(z, 0)


def images(dataset: Dataset) -> Array:
    """Two rows of the data with squared norm d."""
    points = dataset.unit_rows(2)
    return np.asarray(points * np.sqrt(points.shape[1]))


def upper_triangle(matrices: Array) -> Array:
    """Entries on and above the diagonal."""
    rows, columns = np.triu_indices(matrices.shape[-1])
    return np.asarray(matrices[..., rows, columns])


def finite_kernel(X: Array, width: int, draws: int, rng: np.random.Generator) -> Array:
    """Tangent kernels of networks with three hidden layers at initialisation."""
    sample = sample_tangent_kernel(X, nonlinearity=leaky(0.2), widths=(width,) * 3, draws=draws, rng=rng, **SCALES)
    return upper_triangle(sample.kernel)


def limiting_kernel(layers: int) -> Any:
    """The theorem's kernel for so many hidden layers."""
    network = hidden(LEAKY, layers, Rational(13, 10), Rational(2, 5))
    return lambda X: upper_triangle(np.asarray(network.ntk(X)))


NTK_LIMIT = Limit(
    slug="ntk_limit",
    locator="Theorem 1",
    statement=r"\Theta^{(L)}(0) \to \Theta_\infty^{(L)} \otimes \mathrm{Id}",
    text="the tangent kernel at initialisation tends to a deterministic one",
    checked=r"\mathbb{E}\,\Theta^{(4)}(0) \to \Theta_\infty^{(4)} \text{ at equal widths}",
    difference="the mean, for leaky units on two images; the paper lets the widths grow one after the other",
    source="memory",
    inputs=images,
    simulate=finite_kernel,
    limit=limiting_kernel(3),
    widths=(64, 256, 1024, 4096),
    correction_order=Fraction(1),
    resolution=0.01,
    twins=(Twin(label="one layer fewer", change="history", changes={"limit": limiting_kernel(2)}),),
)


def sphere_kernel(bias: int) -> Any:
    """The kernel of one hidden layer of normalised ReLU units on the sphere, with biases of variance `bias`."""

    def entry(t: Any, m: Any) -> Any:
        t = (t + bias) / (1 + bias)
        angle = m.acos(t)
        slope = (m.pi - angle) / m.pi
        return (1 + bias) * (t * slope + m.sqrt(abs(1 - t * t)) / m.pi) + (1 + bias) * t * slope + bias

    return entry


WITH_BIAS = Network(Dense(1, 1) >> "relu" >> Dense(sqrt(2), 1))


def derived_eigenvalue(data: Data) -> float:
    """The smallest eigenvalue of the kernel of `WITH_BIAS` on points of the sphere."""
    X = np.asarray(data["X"], dtype=np.float64)
    return float(np.linalg.eigvalsh(np.asarray(WITH_BIAS.ntk(X * np.sqrt(X.shape[1])))).min())


def eigenvalue(entry: Any) -> dict[str, Any]:
    """The fields of a claim that 0 is below the smallest eigenvalue of the matrix of `entry`."""

    def precise(data: Data, digits: int) -> tuple[Any, Any]:
        points = [[mpmath.mpf(value) for value in row] for row in data["X"].tolist()]
        matrix = mpmath.matrix(len(points))
        for i, p in enumerate(points):
            for k, q in enumerate(points):
                size = mpmath.sqrt(mpmath.fdot(p, p) * mpmath.fdot(q, q))
                matrix[i, k] = entry(mpmath.mpf(1) if i == k else mpmath.fdot(p, q) / size, mpmath)
        return mpmath.mpf(0), min(mpmath.eigsy(matrix, eigvals_only=True))

    return {"rhs": lambda data: float(precise(data, 15)[1]), "precise": precise}


POSITIVE_DEFINITE = Bound(
    slug="positive_definite",
    locator="Proposition 2",
    statement=r"\Theta_\infty^{(L)} \text{ is positive definite on the sphere for non-polynomial } \sigma,\ L \ge 2",
    text="the limiting kernel of distinct points of the sphere has no eigenvalue at or below zero",
    checked=r"\lambda_{\min} > 0 \text{ for one hidden layer of rectified linear units, biases of variance 1}",
    difference="one activation and depth; points at a distance of at least 1/100",
    source="memory",
    data=unit_vectors(count=(2, 5), dimension=(2, 5)),
    given=lambda data: smallest_angle(data["X"], antipodal=False) > 1e-2,
    examples=lambda dataset: [{"X": dataset.unit_rows(count)} for count in (4, 12)],
    lhs=lambda data: 0.0,
    repair=lambda data: {"X": project_to_sphere(data["X"])},
    strict=True,
    twins=(
        Twin(
            label="eigenvalue with the opposite sign",
            change="sign",
            changes={
                "rhs": lambda data: -eigenvalue(sphere_kernel(1))["rhs"](data),
                "precise": lambda data, digits: (0, -eigenvalue(sphere_kernel(1))["precise"](data, digits)[1]),
            },
        ),
        Twin(label="slope kernel only", change="term", changes=eigenvalue(lambda t, m: t * (m.pi - m.acos(t)) - 1)),
    ),
    rhs=derived_eigenvalue,
    precise=eigenvalue(sphere_kernel(1))["precise"],
)


def odd_part() -> sympy.Expr:
    """The odd part of the kernel of one hidden layer of ReLU units without biases, derived."""
    kernel = hidden("relu", 1, sqrt(2), sympy.S.Zero).ntk_expression().subs(UNIT)
    return sympy.expand((kernel - kernel.subs(rho, -rho)) / 2)


WITHOUT_BIAS = Inequality(
    slug="positive_definite_without_bias",
    locator="Proposition 2 (read without biases)",
    statement=r"\beta = 0:\ \int_{-1}^1 \Theta_\infty^{(2)}(t)\,P_3(t)\,dt > 0",
    text="without biases, too, every coefficient of the kernel in Legendre polynomials is positive",
    source="derived",
    lhs=sympy.S.Zero,
    rhs=lambda: integrate(sympy.expand(odd_part() * legendre(3, rho)), (rho, -1, 1)),
    domain={},
    strict=True,
    expect="refuted",
    corrected_by="odd_part_is_linear",
)

ODD_PART = Identity(
    slug="odd_part_is_linear",
    locator="Proposition 2 (read without biases)",
    statement=r"\beta = 0:\ \tfrac{1}{2}\left(\Theta_\infty^{(2)}(t) - \Theta_\infty^{(2)}(-t)\right) = 2t",
    text="without biases one hidden layer of rectified linear units sees no odd harmonic above the first",
    source="derived",
    lhs=odd_part,
    rhs=2 * rho,
    domain={rho: Interval(-1, 1)},
    twins=(Twin(label="with a cubic term", change="term", changes={"rhs": 2 * rho + rho**3 / 100}),),
)

CLAIMS = (
    GRADIENT_STEP,
    MEAN_STEP,
    ONE_LAYER,
    THREE_LAYERS,
    NTK_LIMIT,
    POSITIVE_DEFINITE,
    WITHOUT_BIAS,
    ODD_PART,
)

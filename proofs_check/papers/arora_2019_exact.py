"""Arora, Du, Hu, Li, Salakhutdinov, Wang (2019). On exact computation with an infinitely wide neural net.

Fully connected, no biases, c_s = 2 for ReLU: Theta^L = sum_{h=1}^{L+1} Sigma^{h-1} prod_{h'=h}^{L+1} Sigma-dot^{h'}.
Convolutional (CNTK), windows q x q, zero padding, tr(M)_{ij,kl} = sum_{|a|,|b| <= (q-1)/2} M_{i+a j+b, k+a l+b}:
Sigma^0 = Theta^0 = tr(x (x) x'), K^h = (c_s / q^2) E s(u) s(v) and K-dot^h likewise with slopes, (u, v) of covariance
Sigma^{h-1}; Sigma^h = tr(K^h); Theta^h = tr(K-dot^h Theta^{h-1} + K^h), without tr for the last layer h = L; the
kernel is sum_{ij} Theta^L_{ij,ij}, or with global average pooling the mean of Theta^L over both positions.
The brute-force sums below follow these lines entry by entry and share no code with `theory`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import mpmath
import numpy as np
import sympy
from hypothesis import strategies as st
from sympy import Interval, acos, pi, sqrt

from proofs_check.claims import Bound, Identity, Twin
from proofs_check.sources import Paper
from theory.kernels import Act, Conv, Dense, Flatten, GlobalAvgPool, Network
from theory.symbols import q_xx, q_xy, q_yy, rho

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numerics.data import Dataset

    Array = NDArray[np.float64]
    Data = Mapping[str, Any]
    Place = tuple[int, int]
    Table = dict[tuple[Place, Place], Any]

PAPER = Paper(
    title="On exact computation with an infinitely wide neural net",
    authors=("Arora", "Du", "Hu", "Li", "Salakhutdinov", "Wang"),
    year=2019,
    arxiv="1904.11955",
    venue="Advances in Neural Information Processing Systems 32",
    note="Statements and numbering are restated from memory.",
)

LAYERS = 4
COVARIANCES = sympy.symbols(f"Sigma_0:{LAYERS + 1}", real=True)
SLOPES = (*sympy.symbols(f"D_1:{LAYERS + 1}", real=True), sympy.S.One)


def product_formula(covariances: Any, slopes: Any) -> sympy.Expr:
    """The sum over h of Sigma^{h-1} times the slopes of all layers from h on; the last slope is one."""
    count = len(covariances)
    return sympy.Add(*(covariances[h] * sympy.Mul(*slopes[h:count]) for h in range(count)))


def recursion(covariances: Any, slopes: Any) -> sympy.Expr:
    """Theta^h = Sigma-dot^h Theta^{h-1} + Sigma^h."""
    theta = covariances[0]
    for covariance, slope in zip(covariances[1:], slopes, strict=False):
        theta = slope * theta + covariance
    return theta


PRODUCT = Identity(
    slug="product_formula",
    locator="Section 3, eq. (9)",
    statement=r"\Theta^{(L)} = \sum_{h=1}^{L+1} \Sigma^{(h-1)} \prod_{h'=h}^{L+1} \dot\Sigma^{(h')},\quad"
    r" \dot\Sigma^{(L+1)} = 1",
    text="the sum of products is the recursion over layers",
    checked=r"\Theta^{(L)} = \dot\Sigma^{(L)} \Theta^{(L-1)} + \Sigma^{(L)} \text{ unrolled, } L = 4",
    difference="one depth; covariances and slopes are free symbols",
    source="memory",
    lhs=lambda: product_formula(COVARIANCES, SLOPES),
    rhs=lambda: recursion(COVARIANCES, SLOPES),
    domain=dict.fromkeys((*COVARIANCES, *SLOPES[:-1]), Interval(-2, 2)),
    twins=(
        Twin(
            label="products that begin one layer late",
            change="history",
            changes={"lhs": lambda: product_formula(COVARIANCES, (*SLOPES[1:], sympy.S.One))},
        ),
    ),
)


def arc_cosines(layers: int) -> tuple[list[sympy.Expr], list[sympy.Expr]]:
    """Sigma^0, ..., Sigma^L and the slopes of unit vectors at cosine rho, from the published closed forms."""
    covariances, slopes = [rho], []
    for _ in range(layers):
        last = covariances[-1]
        slopes.append((pi - acos(last)) / pi)
        covariances.append((last * (pi - acos(last)) + sqrt(1 - last**2)) / pi)
    return covariances, [*slopes, sympy.S.One]


def dense_network(layers: int) -> sympy.Expr:
    """The tangent kernel of a fully connected ReLU network, derived, for inputs of norm sqrt(d)."""
    architecture: Any = Dense(1, 0)
    for _ in range(layers):
        architecture = architecture >> Act("relu") >> Dense(sqrt(2), 0)
    return Network(architecture).ntk_expression().subs({q_xx: 1, q_yy: 1, q_xy: rho})


RELU = Identity(
    slug="relu_closed_form",
    locator="Section 3, eqs. (7) to (9)",
    statement=r"\Theta^{(L)} = \sum_{h=1}^{L+1} \Sigma^{(h-1)} \prod_{h'=h}^{L+1} \dot\Sigma^{(h')}",
    text="the kernel of a fully connected ReLU network from the closed forms of its two expectations",
    checked=r"L = 2,\ |x| = |x'| = 1",
    difference="two hidden layers, unit inputs",
    source="memory",
    lhs=lambda: dense_network(2),
    rhs=lambda: product_formula(*arc_cosines(2)),
    domain={rho: Interval(-1, 1)},
    twins=(Twin(label="one layer fewer", change="history", changes={"rhs": lambda: product_formula(*arc_cosines(1))}),),
)

WINDOW = 3
NORMALISATION = 2
"""c_s = 1 / E relu(G)^2."""


def trace(table: Table, *, shift_both: bool = True) -> Table:
    """tr: the sum over the offsets of a window, the same for both images, zero outside of them."""
    reach = range(-(WINDOW // 2), WINDOW // 2 + 1)
    offsets = [(i, j) for i in reach for j in reach]

    def entry(p: Place, r: Place) -> Any:
        pairs = (((p[0] + i, p[1] + j), (r[0] + i, r[1] + j) if shift_both else r) for i, j in offsets)
        return mpmath.fsum(table[pair] for pair in pairs if pair in table)

    return {(p, r): entry(p, r) for p, r in table}


def expectations(first: Any, second: Any, mixed: Any) -> tuple[Any, Any]:
    """c_s E relu(u) relu(v) and c_s E step(u) step(v)."""
    size = mpmath.sqrt(first * second)
    if size == 0:
        return mpmath.mpf(0), mpmath.mpf(1) / 2
    cosine = max(min(mixed / size, 1), -1)
    angle = mpmath.acos(cosine)
    slope = (mpmath.pi - angle) / mpmath.pi
    value = size * (mpmath.sqrt(1 - cosine**2) / mpmath.pi + cosine * slope)
    return NORMALISATION * value / 2, NORMALISATION * slope / 2


def outer(x: Array, y: Array) -> Table:
    """K^0: the sum over channels of products of pixels."""
    places = [(i, j) for i in range(x.shape[0]) for j in range(x.shape[1])]
    return {
        (p, r): mpmath.fsum(mpmath.mpf(one) * mpmath.mpf(two) for one, two in zip(x[p], y[r], strict=True))
        for p in places
        for r in places
    }


def brute_force(
    x: Array,
    y: Array,
    *,
    pooled: bool,
    layers: int = 2,
    area: int = WINDOW**2,
    trained_top: bool = True,
    shift_both: bool = True,
) -> Any:
    """CNTK(x, y) by the definition, entry by entry."""
    pairs = {"xx": (x, x), "xy": (x, y), "yy": (y, y)}
    sigma = {name: trace(outer(*pair), shift_both=shift_both) for name, pair in pairs.items()}
    theta = sigma["xy"]
    for layer in range(1, layers + 1):
        found = {}
        for name in pairs:
            first, second = sigma[name[0] * 2], sigma[name[1] * 2]
            found[name] = {(p, r): expectations(first[p, p], second[r, r], sigma[name][p, r]) for p, r in sigma[name]}
        last = layer == layers
        step = {
            key: (slope * theta[key] + (value if trained_top or not last else 0)) / area
            for key, (value, slope) in found["xy"].items()
        }
        theta = step if last else trace(step, shift_both=shift_both)
        sigma = {
            name: trace({key: value / area for key, (value, _) in table.items()}, shift_both=shift_both)
            for name, table in found.items()
        }
    if pooled:
        return mpmath.fsum(theta.values()) / len(theta)
    return mpmath.fsum(theta[p, p] for p, r in theta if p == r)


CONVOLUTIONS = Conv(WINDOW, 1, 0) >> Act("relu") >> Conv(WINDOW, sqrt(2), 0) >> Act("relu")
VANILLA, POOLED = (Network(CONVOLUTIONS >> top >> Dense(sqrt(2), 0)) for top in (Flatten(), GlobalAvgPool()))


def network_kernel(data: Data, *, pooled: bool) -> float:
    """CNTK(x, y) from the layers of `theory`, in the paper's units.

    There means stand for sums: over the window and the channels at the first layer, over the positions at the last.
    """
    x, y = data["x"], data["y"]
    kernel = (POOLED if pooled else VANILLA).ntk(x[None], y[None])
    positions = x.shape[0] * x.shape[1]
    units = int(x.shape[2] * (1 if pooled else positions))
    return float(np.asarray(kernel)[0, 0]) * units


def as_tuples(image: Array) -> tuple[Any, ...]:
    """The image as nested tuples, which can be remembered."""
    return tuple(tuple(tuple(pixel) for pixel in row) for row in image.tolist())


@lru_cache(maxsize=1024)
def remembered(x: tuple[Any, ...], y: tuple[Any, ...], options: tuple[tuple[str, Any], ...], digits: int) -> Any:
    """`brute_force` with so many digits; arccosines in float64 lose half of theirs where images are nearly equal."""
    with mpmath.workdps(digits):
        return brute_force(np.array(x), np.array(y), **dict(options))


@lru_cache(maxsize=1024)
def layered(x: tuple[Any, ...], y: tuple[Any, ...], pooled: bool) -> float:
    """`network_kernel`."""
    return network_kernel({"x": np.array(x), "y": np.array(y)}, pooled=pooled)


ACCURACY = 2.0**-44
"""256 units of float64: the layers carry angles, so that near-duplicate images keep their digits."""
DIGITS = 40
PERTURBATIONS = (None, 1e-3, 1e-6, 1e-9)
"""How far the second image is from the first; None: unrelated."""


def agreement(*, pooled: bool, **other: Any) -> dict[str, Any]:
    """The sides of the claim that both ways agree: their distance, and the accuracy times the size of the kernel."""

    options = tuple(sorted({"pooled": pooled, **other}.items()))
    plain = (("pooled", pooled),)

    def sides(data: Data, digits: int = DIGITS) -> tuple[Any, Any]:
        x, y = (as_tuples(data[name]) for name in ("x", "y"))
        total = remembered(x, y, options, digits)
        size = mpmath.sqrt(remembered(x, x, plain, digits) * remembered(y, y, plain, digits))
        return abs(layered(x, y, pooled) - total), ACCURACY * size

    return {
        "lhs": lambda data: float(sides(data)[0]),
        "rhs": lambda data: float(sides(data)[1]),
        "precise": sides,
    }


def images() -> st.SearchStrategy[dict[str, Any]]:
    """Two small images of equal shape, unrelated or nearly equal."""

    def make(shape: tuple[int, int, int], perturbation: float | None, seed: int) -> dict[str, Any]:
        x, y = np.random.default_rng(seed).standard_normal((2, *shape))
        return {"x": x, "y": y if perturbation is None else x + perturbation * y}

    shapes = st.tuples(st.integers(1, 2), st.integers(1, 3), st.integers(1, 2))
    return st.builds(make, shapes, st.sampled_from(PERTURBATIONS), st.integers(0, 2**32 - 1))


def crops(dataset: Dataset) -> list[dict[str, Any]]:
    """The first nine coordinates of two rows, as images of 3 x 3 pixels."""
    rows = dataset.unit_rows(2)[:, -9:]
    return [{"x": rows[0].reshape(3, 3, 1), "y": rows[1].reshape(3, 3, 1)}] if rows.shape[1] == 9 else []


def mistakes(*, pooled: bool) -> tuple[Twin, ...]:
    """Variants of the definition that are easily coded instead."""
    return (
        Twin(
            label="window of the second image kept in place",
            change="history",
            changes=agreement(pooled=pooled, shift_both=False),
        ),
        Twin(label="read-out not trained", change="term", changes=agreement(pooled=pooled, trained_top=False)),
        Twin(label="sums divided by q for q^2", change="exponent", changes=agreement(pooled=pooled, area=WINDOW)),
    )


CNTK = Bound(
    slug="cntk",
    locator="Section 4, Appendix",
    statement=r"\Theta(x, x') = \sum_{ij} \Theta^{(L)}_{ij,ij}(x, x')",
    text="the kernel of convolutional networks composed of layers is the sum that defines the CNTK",
    checked=r"|\text{layers} - \text{sum}| \le 2^{-44} \sqrt{\Theta(x, x)\,\Theta(x', x')},\ L = 2,\ q = 3",
    difference="float64 layers against sums in many digits, on drawn images of up to 2 x 3 pixels, unrelated or "
    "nearly equal, and crops of 3 x 3",
    source="memory",
    data=images,
    examples=crops,
    not_checked=("convergence of finite convolutional networks",),
    twins=mistakes(pooled=False),
    **agreement(pooled=False),
)

CNTK_POOLED = Bound(
    slug="cntk_with_pooling",
    locator="Section 4, Appendix",
    statement=r"\Theta(x, x') = \frac{1}{P^2 Q^2} \sum_{ij, i'j'} \Theta^{(L)}_{ij,i'j'}(x, x')",
    text="the same with global average pooling",
    checked=r"|\text{layers} - \text{sum}| \le 2^{-44} \sqrt{\Theta(x, x)\,\Theta(x', x')},\ L = 2,\ q = 3",
    difference="float64 layers against sums in many digits, on drawn images of up to 2 x 3 pixels, unrelated or "
    "nearly equal, and crops of 3 x 3",
    source="memory",
    data=images,
    examples=crops,
    not_checked=("convergence of finite convolutional networks",),
    twins=mistakes(pooled=True),
    **agreement(pooled=True),
)

CLAIMS = (PRODUCT, RELU, CNTK, CNTK_POOLED)

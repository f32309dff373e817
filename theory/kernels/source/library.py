"""Functions that generated code brings along where a formula needs them, as text in Python and in C."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

_NODES = 24
_PER_LINE = 3

_POSITIVE = '''def positive(a):
    """A variance that can be divided by: almost 0 in place of 0."""
    return {np}.where(a > 0, a, 1e-30)
'''

_QUOTIENT = '''def quotient(x, y):
    """x / y for y >= 0; at y = 0 its limit, and 0 for 0 / 0."""
    limit = {np}.where(x == 0, 0.0, {np}.copysign({np}.inf, x))
    return {np}.where(y > 0, x / {np}.where(y > 0, y, 1.0), limit)
'''

_DECAY = '''def decay(x, y):
    """exp(x / y) for y >= 0; at y = 0 its limit for x < 0, else 1."""
    return {np}.where(y > 0, {np}.exp(x / {np}.where(y > 0, y, 1.0)), {np}.where(x < 0, 0.0, 1.0))
'''

_NORMAL = '''def normal_cdf(x):
    """P(X <= x) for a standard normal X."""
    return {erfc}(-x / {np}.sqrt(2.0)) / 2
'''

_PAIR = '''NODES = {np}.array([
{nodes}
])  # Gauss-Legendre on [0, 1]
WEIGHTS = {np}.array([
{weights}
])


def pair_cdf(h, k, s, gap):
    """P(X <= h, Y <= k) for standard normals of correlation s / r, gap = r**2 - s**2.

    The joint density is integrated over the angle of the correlation, from the nearer of 0 and +-1. The error is some
    1e-15, relative to the larger marginal where both levels are negative and the correlation is not.
    """
    cosine = root(gap)
    h, k, s, cosine = {np}.broadcast_arrays({np}.clip(h, -40.0, 40.0), {np}.clip(k, -40.0, 40.0), s, cosine)
    radius = {np}.sqrt(s * s + cosine * cosine)
    near = {np}.abs(s) > 0.925 * radius
    low, high = normal_cdf(h), normal_cdf(k)
    middle = low * high + pair_from_zero(h, k, {np}.where(near, 0.0, {np}.arctan2(s, cosine)))
    side = {np}.where(s < 0, -1.0, 1.0)
    width = {np}.where(near, cosine / {np}.where(near, radius, 1.0), 0.0)
    area = pair_beside_one(h - side * k, side * h * k, width)
    above = {np}.where(h < k, low, high) - area
    both = {np}.where(h > 0, high - normal_cdf(-h), low - normal_cdf(-k))
    below = {np}.where(h + k > 0, both, 0.0) + area
    return {np}.maximum({np}.where(near, {np}.where(s > 0, above, below), middle), 0.0)


def pair_from_zero(h, k, angle):
    """The integral of the joint density from correlation 0 to sin(angle), by Gauss-Legendre."""
    squares, product = (h * h + k * k) / 2, h * k
    panels = {panels}

    def add(i, total):
        s = {np}.sin(angle * ((i // {count} + NODES[i % {count}]) / panels))
        return total + WEIGHTS[i % {count}] * {np}.exp((product * s - squares) / (1 - s * s))

    total = 0 * squares
{loop}
    return angle * total / (2 * {np}.pi * panels)


def pair_beside_one(shift, product, width):
    """The integral from correlation sqrt(1 - width**2) to 1, of levels with difference shift and product product.

    In y = sin(angle)**2 the density is exp(-shift**2 / (2 y)) times a power series, integrated term by term.
    """
    steep = 0.95 * {np}.sqrt(-2 * {np}.log({np}.finfo(width.dtype).tiny))
    ratio = {np}.abs(shift) / {np}.where(width > 0, width, 1.0)
    tame = {np}.minimum(ratio, steep)
    moment = 1 - tame * normal_cdf(-tame) * {np}.exp(tame * tame / 2) * {np}.sqrt(2 * {np}.pi)
    series, slopes, half, power, total = [1.0], [0.0], 0.5, 1.0, moment
    for j in range(1, 24):
        half = half * (2 * j - 1) / (2 * j + 2)
        slopes.append(0.5 - j * half * product)
        series.append(sum(slopes[i] * series[j - i] for i in range(1, j + 1)) / j)
        moment = (1 - tame * tame * moment) / (2 * j + 1)
        power = power * width * width
        total = total + series[j] * power * moment
    value = width * {np}.exp(-product / 2 - tame * tame / 2) * total / (2 * {np}.pi)
    return {np}.where((width > 0) & (ratio < steep), {np}.maximum(value, 0.0), 0.0)
'''

_C_POSITIVE = """/* A variance that can be divided by: almost 0 in place of 0. */
static double positive(double a) { return a > 0 ? a : 1e-30; }
"""

_C_QUOTIENT = """/* x / y for y >= 0; at y = 0 its limit, and 0 for 0 / 0. */
static double quotient(double x, double y) { return y > 0 || x != 0 ? x / fabs(y) : 0.0; }
"""

_C_DECAY = """/* exp(x / y) for y >= 0; at y = 0 its limit for x < 0, else 1. */
static double decay(double x, double y) { return y > 0 ? exp(x / y) : x < 0 ? 0.0 : 1.0; }
"""

_C_NORMAL = """/* P(X <= x) for a standard normal X. */
static double normal_cdf(double x) { return erfc(-x / sqrt(2.0)) / 2; }
"""

_C_PAIR = """/* Gauss-Legendre on [0, 1]. */
static const double nodes[] = {
%(nodes)s
};
static const double weights[] = {
%(weights)s
};

/* The integral of the joint density from correlation 0 to sin(angle), by Gauss-Legendre. */
static double pair_from_zero(double h, double k, double angle) {
    const double squares = (h * h + k * k) / 2, product = h * k;
    const int panels = fabs(h) > 4 || fabs(k) > 4 ? 3 : 1;
    double total = 0;
    for (int i = 0; i < %(count)d * panels; ++i) {
        const double s = sin(angle * ((i / %(count)d + nodes[i %% %(count)d]) / panels));
        total += weights[i %% %(count)d] * exp((product * s - squares) / (1 - s * s));
    }
    return angle * total / (2 * M_PI * panels);
}

/* The integral from correlation sqrt(1 - width^2) to 1, of levels with difference shift and product product. In
   y = sin(angle)^2 the density is exp(-shift^2 / (2 y)) times a power series, integrated term by term. */
static double pair_beside_one(double shift, double product, double width) {
    const double ratio = width > 0 ? fabs(shift) / width : INFINITY;
    if (ratio > 36) return 0.0;
    double series[24] = {1.0}, slopes[24], half = 0.5, power = 1.0;
    double moment = 1 - ratio * normal_cdf(-ratio) * exp(ratio * ratio / 2) * sqrt(2 * M_PI), total = moment;
    for (int j = 1; j < 24; ++j) {
        half *= (2 * j - 1) / (2 * j + 2.0);
        slopes[j] = 0.5 - j * half * product;
        series[j] = 0;
        for (int i = 1; i <= j; ++i) series[j] += slopes[i] * series[j - i] / j;
        moment = (1 - ratio * ratio * moment) / (2 * j + 1);
        power *= width * width;
        total += series[j] * power * moment;
    }
    return fmax(width * exp(-product / 2 - ratio * ratio / 2) * total / (2 * M_PI), 0.0);
}

/* P(X <= h, Y <= k) for standard normals of correlation s / r, gap = r^2 - s^2. The joint density is integrated over
   the angle of the correlation, from the nearer of 0 and +-1. The error is some 1e-15, relative to the larger marginal
   where both levels are negative and the correlation is not. */
static double pair_cdf(double h, double k, double s, double gap) {
    const double cosine = root(gap), radius = sqrt(s * s + cosine * cosine);
    h = fmin(fmax(h, -40.0), 40.0), k = fmin(fmax(k, -40.0), 40.0);
    const double low = normal_cdf(h), high = normal_cdf(k);
    if (!(fabs(s) > 0.925 * radius)) return fmax(low * high + pair_from_zero(h, k, atan2(s, cosine)), 0.0);
    const double side = s < 0 ? -1.0 : 1.0;
    const double area = pair_beside_one(h - side * k, side * h * k, cosine / radius);
    if (s > 0) return fmax((h < k ? low : high) - area, 0.0);
    const double both = h > 0 ? high - normal_cdf(-h) : low - normal_cdf(-k);
    return fmax((h + k > 0 ? both : 0.0) + area, 0.0);
}
"""

_NUMPY_PANELS = "3 if np.any(np.maximum(np.abs(h), np.abs(k)) > 4) else 1"
_NUMPY_LOOP = f"    for i in range({_NODES} * panels):\n        total = add(i, total)"
_JAX_LOOP = f"    total = jax.lax.fori_loop(0, {_NODES} * panels, add, total)"


def python_library(module: str) -> Mapping[str, str]:
    """The texts in Python.

    Args:
        module: "np" or "jnp".

    Returns:
        Name of a function -> its text, later ones after those that they need.

    Source: the bivariate normal as in `theory.gaussian.normal_arrays`; the rest is derived here.
    """
    is_jax = module == "jnp"
    nodes, weights = _legendre()
    blanks = {
        "np": module,
        "nodes": nodes,
        "weights": weights,
        "count": _NODES,
        "erfc": "jax.scipy.special.erfc" if is_jax else "scipy.special.erfc",
        "panels": "3" if is_jax else _NUMPY_PANELS,
        "loop": _JAX_LOOP if is_jax else _NUMPY_LOOP,
    }
    texts = {
        "positive": _POSITIVE,
        "quotient": _QUOTIENT,
        "decay": _DECAY,
        "normal_cdf": _NORMAL,
        "pair_cdf": _PAIR,
    }
    return MappingProxyType({name: text.format(**blanks) for name, text in texts.items()})


def c_library() -> Mapping[str, str]:
    """The texts in C.

    Returns:
        Name of a function -> its text, later ones after those that they need.

    Source: as `python_library`.
    """
    nodes, weights = _legendre()
    pair = _C_PAIR % {"nodes": nodes, "weights": weights, "count": _NODES}
    texts = {"positive": _C_POSITIVE, "quotient": _C_QUOTIENT, "decay": _C_DECAY, "normal_cdf": _C_NORMAL}
    return MappingProxyType({**texts, "pair_cdf": pair})


def _legendre() -> tuple[str, str]:
    """Nodes and weights on [0, 1], a few to a line."""
    rule = np.polynomial.legendre.leggauss(_NODES)
    numbers = [[float(value) / 2 for value in column] for column in (rule[0] + 1, rule[1])]
    blocks = ([column[k : k + _PER_LINE] for k in range(0, _NODES, _PER_LINE)] for column in numbers)
    nodes, weights = ("\n".join("    " + ", ".join(map(repr, row)) + "," for row in block) for block in blocks)
    return nodes, weights

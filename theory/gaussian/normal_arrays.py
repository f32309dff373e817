"""The normal distribution functions of one and two variables on arrays of any array-API namespace."""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
from array_api_compat import is_numpy_namespace
from scipy.special import ndtr

XP = Any
"""An array-API namespace."""
XArray = Any
"""One of its arrays."""

_FAR = 40.0
"""Phi(-40) is below the smallest double."""
_NEAR_ONE = 0.925
_TAME = 4.0
"""Levels up to which the short Gauss-Legendre rule is accurate."""
_FEW, _MANY = 32, 80
_STEEP = 36.0
"""exp(-36^2/2) is below the smallest double."""
_TERMS = ((60.0, 24), (1e300, 72))
"""Terms of the series near correlation 1, for h k up to a bound; it grows like exp(h k y / 8) with y below 0.15."""


def normal(x: XArray, xp: XP) -> XArray:
    """Phi(x).

    Args:
        x: real array. xp: its namespace.

    Accuracy: relative, a few units of rounding, also for x far below zero.

    Source: derived here; off NumPy by the trapezoid rule of erfc (Chiarella and Reichel 1968), see `_tail`.
    """
    if is_numpy_namespace(xp):
        return ndtr(x)
    upper = _tail(xp.abs(x), xp)
    return xp.where(x < 0, upper, 1 - upper)


def _tail(x: XArray, xp: XP) -> XArray:
    """P(X > x) for x >= 0: with y = x / sqrt 2 and step h, erfc(y) = (2 h y / pi) exp(-y^2) (1 / (2 y^2) +
    sum_k exp(-k^2 h^2) / (y^2 + k^2 h^2)) + 2 / (1 - exp(2 pi y / h)), up to exp(-(pi / h)^2)."""
    h = 0.5
    y = xp.clip(x, 0.0, _FAR) / math.sqrt(2)
    small = xp.where(y < 1.0, y, 1.0 + 0 * y)
    square = xp.where(y > 0.1, y, 0.1 + 0 * y) ** 2  # below, the series is taken
    total = 1 / (2 * square)
    for k in range(1, 13):
        total = total + math.exp(-((k * h) ** 2)) / (square + (k * h) ** 2)
    far = 2 * h * xp.sqrt(square) / math.pi * xp.exp(-square) * total
    pole = 2 / (1 - xp.exp(xp.sqrt(square) * (2 * math.pi / h)))
    far = xp.where(y < math.pi / h, far + pole, far)
    return xp.where(y < 1.0, 1 - error_series(small, xp), far) / 2


def error_series(y: XArray, xp: XP) -> XArray:
    """erf on [0, 1] by its series exp(-y^2) sum (2 y^2)^k / (2 k + 1)!!.

    Source: derived here.
    """
    term = total = 1 + 0 * y
    for k in range(1, 30):
        term = term * (2 * y * y / (2 * k + 1))
        total = total + term
    return 2 / math.sqrt(math.pi) * y * xp.exp(-y * y) * total


def bivariate_normal(h: XArray, k: XArray, sine: XArray, cosine: XArray, xp: XP) -> XArray:
    """Phi_2(h, k; rho), rho = sine / sqrt(sine^2 + cosine^2).

    Formula:
        The derivative in the angle, the joint density, is integrated from the nearest of rho = 0 (Gauss-Legendre) and
        rho = +-1 (`_beside_one`).

    Args:
        h, k: real, infinite ones allowed. sine, cosine: proportional to rho and sqrt(1 - rho^2); the latter is passed
            by itself because it cannot be recovered from rho near 1. xp: their namespace.

    Accuracy: 1e-14 relative to max(Phi_2, Phi(h) Phi(k)) for |rho| < 0.925, to max(Phi(h), Phi(k)) beyond.

    Source: Drezner and Wesolowsky (1990) for the integrals, Genz (2004) for the change at 0.925 (both restated); the
        series near 1 is derived here.
    """
    h, k, sine, cosine = xp.broadcast_arrays(*(xp.asarray(value) for value in (h, k, sine, cosine)))
    h, k = (xp.clip(level, -_FAR, _FAR) for level in (h, k))
    radius = xp.sqrt(sine**2 + cosine**2)
    is_near = xp.abs(sine) > _NEAR_ONE * radius
    angle = xp.where(is_near, 0 * h, xp.atan2(sine, cosine))
    low, high = normal(h, xp), normal(k, xp)
    middle = low * high + _from_zero(h, k, angle, xp)
    if not xp.any(is_near):
        return xp.where(middle > 0, middle, 0 * middle)
    side = xp.where(sine < 0, -1.0 + 0 * h, 1.0 + 0 * h)
    width = xp.where(is_near, cosine / radius, 0 * h)
    shift, product = h - side * k, side * h * k
    if is_numpy_namespace(xp):
        area, size, low_end = np.zeros_like(width), np.abs(product), -1.0
        for high_end, terms in _TERMS:
            part = is_near & (size > low_end) & (size <= high_end)
            area[part] = _beside_one(shift[part], product[part], width[part], terms, xp)
            low_end = high_end
    else:
        area = _beside_one(shift, product, width, _TERMS[-1][1], xp)
    above = xp.where(h < k, low, high) - area
    difference = xp.where(h > 0, high - normal(-h, xp), low - normal(-k, xp))
    below = xp.where(h + k > 0, difference, 0 * h) + area
    value = xp.where(is_near, xp.where(side > 0, above, below), middle)
    return xp.where(value > 0, value, 0 * value)


def bivariate_scale(h: XArray, k: XArray, sine: XArray, cosine: XArray, xp: XP) -> XArray:
    """The size to which the error of `bivariate_normal` is relative.

    Source: derived here.
    """
    low, high = normal(xp.clip(h, -_FAR, _FAR), xp), normal(xp.clip(k, -_FAR, _FAR), xp)
    is_near = xp.abs(sine) > _NEAR_ONE * xp.sqrt(sine**2 + cosine**2)
    return xp.where(is_near, xp.maximum(low, high), low * high + bivariate_normal(h, k, sine, cosine, xp))


def _from_zero(h: XArray, k: XArray, angle: XArray, xp: XP) -> XArray:
    """(1/2 pi) int_0^angle exp(-(h^2 + k^2 - 2 h k sin t) / (2 cos^2 t)) dt."""
    squares, product = (h * h + k * k) / 2, h * k
    is_far = bool(xp.any(xp.maximum(xp.abs(h), xp.abs(k)) > _TAME)) if angle.size else False
    total = 0 * squares
    for node, weight in _legendre(_MANY if is_far else _FEW):
        sine = xp.sin(angle * node)
        total = total + weight * xp.exp((product * sine - squares) / (1 - sine * sine))
    return angle * total / (2 * math.pi)


@cache
def _legendre(size: int) -> tuple[tuple[float, float], ...]:
    """Gauss-Legendre nodes and weights on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(size)
    return tuple((float(1 + node) / 2, float(weight) / 2) for node, weight in zip(nodes, weights, strict=True))


def _beside_one(shift: XArray, product: XArray, width: XArray, terms: int, xp: XP) -> XArray:
    """(1/2 pi) int_0^asin(width) exp(-shift^2 / (2 sin^2 w) - product / (1 + cos w)) dw.

    With y = sin^2 w the factor exp(-product / (1 + cos w)) / cos w = exp(-product/2) sum_j s_j y^j, and
    m_j = int_0^width x^(2j) exp(-shift^2 / (2 x^2)) dx obeys (2j + 1) m_j = width^(2j+1) exp(...) - shift^2 m_(j-1).
    """
    safe = xp.where(width > 0, width, 1.0 + 0 * width)
    ratio = xp.abs(shift) / safe
    tame = xp.where(ratio < _STEEP, ratio, _STEEP + 0 * ratio)
    mills = normal(-tame, xp) * xp.exp(tame * tame / 2) * math.sqrt(2 * math.pi)
    moment = 1 - tame * mills
    square = width * width
    series, total, power = [1 + 0 * product], moment, 1 + 0 * square
    slopes = [0 * product]
    for j, constant in enumerate(_half_angle_series(terms), start=1):
        slopes.append(j * (0.5 / j - product * constant))
        series.append(sum(slopes[i] * series[j - i] for i in range(1, j + 1)) / j)
        moment = (1 - tame * tame * moment) / (2 * j + 1)
        power = power * square
        total = total + series[j] * power * moment
    wave = xp.exp(-product / 2 - ratio * ratio / 2)
    value = xp.where(ratio < _STEEP, width * wave * total, 0 * width) / (2 * math.pi)
    return xp.where((width > 0) & (value > 0), value, 0 * value)


@cache
def _half_angle_series(terms: int) -> tuple[float, ...]:
    """1 / (1 + sqrt(1 - y)) = sum_j catalan_j / 4^j / 2 * y^j; the coefficients from j = 1 on."""
    return tuple(math.comb(2 * j, j) / (j + 1) / 4**j / 2 for j in range(1, terms))

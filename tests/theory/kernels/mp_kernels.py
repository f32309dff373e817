"""Dense kernels in 90-digit arithmetic, at the very floats given: the plain recursion in covariances."""

from __future__ import annotations

from collections.abc import Sequence

import mpmath
import numpy as np
from numpy.typing import NDArray

DIGITS = 90
"""A covariance holds 1 - cos of an angle of 1e-10 as 20 digits less, and layers lose none; 60 remain."""


def kernels_mp(
    x: NDArray[np.float64], y: NDArray[np.float64], slopes: tuple[float, float], sigma: Sequence[tuple[float, float]]
) -> tuple[mpmath.mpf, mpmath.mpf, mpmath.mpf, mpmath.mpf]:
    """K, 1 - K / sqrt(KK), Theta, and sqrt(Theta Theta) - Theta."""
    with mpmath.workdps(DIGITS):
        p, q, c, theta = _recursion(x, y, slopes, sigma)
        diagonals = (_recursion(row, row, slopes, sigma)[3] for row in (x, y))
        scale = mpmath.sqrt(p * q)
        return c, 1 - c / scale, theta, mpmath.sqrt(mpmath.fprod(diagonals)) - theta


def _recursion(
    x: NDArray[np.float64], y: NDArray[np.float64], slopes: tuple[float, float], sigma: Sequence[tuple[float, float]]
) -> tuple[mpmath.mpf, ...]:
    u, v = ([mpmath.mpf(float(entry)) for entry in row] for row in (x, y))
    negative, positive = map(mpmath.mpf, slopes)
    w, b = map(mpmath.mpf, sigma[0])
    p, q, c = (w**2 * mpmath.fdot(left, right) / len(u) + b**2 for left, right in ((u, u), (v, v), (u, v)))
    theta = c
    for w, b in ((mpmath.mpf(w), mpmath.mpf(b)) for w, b in sigma[1:]):
        root = mpmath.sqrt(max(p * q - c * c, mpmath.mpf(0)))
        angle = mpmath.atan2(root, c)
        same = (root + (mpmath.pi - angle) * c) / (2 * mpmath.pi)  # E[u_+ v_+] = E[u_- v_-]
        across = same - c / 2  # E[u_+ v_-], v_- >= 0, from E[u_+ v] = c / 2
        second = (negative**2 + positive**2) * same - 2 * negative * positive * across
        slope = (negative**2 + positive**2) * (mpmath.pi - angle) + 2 * negative * positive * angle
        p, q = (w**2 * (negative**2 + positive**2) / 2 * value + b**2 for value in (p, q))
        c = w**2 * second + b**2
        theta = c + w**2 * slope / (2 * mpmath.pi) * theta
    return p, q, c, theta


def relative_error(value: float, reference: mpmath.mpf) -> float:
    """|value - reference| / |reference|, subtracted in full precision."""
    with mpmath.workdps(DIGITS):
        return float(abs((mpmath.mpf(float(value)) - reference) / reference))

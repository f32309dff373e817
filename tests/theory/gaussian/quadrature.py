"""Numerical Gaussian expectations that share no step with the derivations: polar coordinates, Gauss-Legendre."""

from __future__ import annotations

from functools import cache

import numpy as np
import sympy
from numpy.typing import NDArray
from scipy.special import erf

from theory.symbols import z

_RADIUS = 11.0


@cache
def _rule(size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    nodes, weights = np.polynomial.legendre.leggauss(size)
    return nodes, weights


def _panel(start: float, stop: float, size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    nodes, weights = _rule(size)
    return (stop - start) / 2 * nodes + (stop + start) / 2, (stop - start) / 2 * weights


def _function(expression: sympy.Expr) -> object:
    modules = [{"Heaviside": lambda x, *_: (x > 0) * 1.0, "erf": _erf}, "scipy"]
    return sympy.lambdify(z, expression, modules)


def _erf(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(erf(x))


def quadrature(f: sympy.Expr, g: sympy.Expr, a: float, b: float, c: float, size: int = 100) -> float:
    """E[f(u) g(v)]; kinks at u = 0 and v = 0 lie on the borders of the angular panels."""
    slope, spread = c / np.sqrt(a), np.sqrt(b - c**2 / a)
    kinks = [np.pi / 2, np.arctan2(slope, -spread) % np.pi]
    borders = np.sort(np.array([kink + turn for kink in kinks for turn in (0.0, np.pi)]))
    radii, radial_weights = _panel(0.0, _RADIUS, size)
    radial = radial_weights * radii * np.exp(-(radii**2) / 2)
    left, right = _function(f), _function(g)
    total = 0.0
    for start, stop in zip(borders, np.append(borders[1:], borders[0] + 2 * np.pi), strict=True):
        angles, weights = _panel(start, stop, size)
        x, y = radii[:, None] * np.cos(angles), radii[:, None] * np.sin(angles)
        u, v = np.sqrt(a) * x, slope * x + spread * y
        values = left(u) * right(v) * np.ones_like(u)  # type: ignore[operator]
        total += float(radial @ values @ weights)
    return total / (2 * np.pi)


def quadrature_with_error(f: sympy.Expr, g: sympy.Expr, a: float, b: float, c: float) -> tuple[float, float]:
    """The value, and an error bound: what more nodes change, and the rounding of the sum."""
    coarse, fine = quadrature(f, g, a, b, c, 90), quadrature(f, g, a, b, c, 130)
    scale = np.sqrt(quadrature(f, f, a, a * 2, a) ** 2 + quadrature(g, g, b, b * 2, b) ** 2)
    return fine, 2 * abs(fine - coarse) + 1e-13 * (1 + float(scale))

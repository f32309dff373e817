"""Kernels by plain recursions over one pair of inputs: quadrature for vectors, loops over positions for images."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import sympy
from numpy.typing import NDArray

from tests.theory.gaussian.quadrature import quadrature
from theory.symbols import z

Image: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """Variances, covariance and tangent kernel of one pair of inputs."""

    xx: float
    yy: float
    xy: float
    ntk: float

    def dense(self, sigma_w: float, sigma_b: float) -> Pair:
        """One affine layer in NTK parameterisation."""
        xx, yy, xy = (sigma_w**2 * value + sigma_b**2 for value in (self.xx, self.yy, self.xy))
        return Pair(xx, yy, xy, xy + sigma_w**2 * self.ntk)

    def standard(self, sigma_w: float, sigma_b: float, fan_in: int) -> Pair:
        """One affine layer with biases in standard parameterisation."""
        xx, yy, xy = (sigma_w**2 * value + sigma_b**2 for value in (self.xx, self.yy, self.xy))
        return Pair(xx, yy, xy, fan_in * self.xy + 1 + sigma_w**2 * self.ntk)

    def act(self, phi: sympy.Expr) -> Pair:
        """One activation, by quadrature."""
        slope = sympy.diff(phi, z)

        def moment(f: sympy.Expr, a: float, b: float, c: float) -> float:
            return quadrature(f, f, a, b, c)

        def variance(a: float) -> float:
            return moment(phi, a, a, a * (1 - 1e-15))

        xy, dot = (moment(f, self.xx, self.yy, self.xy) for f in (phi, slope))
        return Pair(variance(self.xx), variance(self.yy), xy, dot * self.ntk)

    def normalised(self) -> Pair:
        """Layer normalisation."""
        scale = math.sqrt(self.xx * self.yy)
        return Pair(1.0, 1.0, self.xy / scale, self.ntk / scale)

    def __add__(self, other: Pair) -> Pair:
        return Pair(self.xx + other.xx, self.yy + other.yy, self.xy + other.xy, self.ntk + other.ntk)


def first(x: NDArray[np.float64], y: NDArray[np.float64]) -> Pair:
    """The pair at the input."""
    d = len(x)
    return Pair(float(x @ x) / d, float(y @ y) / d, float(x @ y) / d, 0.0)


Law: TypeAlias = Callable[[float, float, float], float]


def relu_dual(a: float, b: float, c: float) -> float:
    """E[relu(u) relu(v)] by the angle between u and v."""
    scale = math.sqrt(a * b)
    if scale == 0:
        return 0.0
    theta = math.acos(max(-1.0, min(1.0, c / scale)))
    return scale * (math.sin(theta) + (math.pi - theta) * math.cos(theta)) / (2 * math.pi)


def relu_slope(a: float, b: float, c: float) -> float:
    """E[relu'(u) relu'(v)] by the angle, with relu'(0) = 1/2."""
    scale = math.sqrt(a * b)
    return 0.25 if scale == 0 else (math.pi - math.acos(max(-1.0, min(1.0, c / scale)))) / (2 * math.pi)


def sign_dual(a: float, b: float, c: float) -> float:
    """E[sign(u) sign(v)] by the angle, with sign(0) = 0."""
    scale = math.sqrt(a * b)
    return 0.0 if scale == 0 else 1 - 2 * math.acos(max(-1.0, min(1.0, c / scale))) / math.pi


def no_slope(a: float, b: float, c: float) -> float:
    """A slope that is not followed."""
    return 0.0


@dataclass(frozen=True)
class Positions:
    """Covariances K[s][p, t, q] between input s at position p and input t at position q, and the tangent kernel.

    Both inputs and all positions stand in one list, so that no block needs a rule of its own.
    """

    grid: tuple[int, int]
    K: dict[tuple[int, int, int, int, int, int], float]
    T: dict[tuple[int, int, int, int, int, int], float]

    @property
    def places(self) -> list[tuple[int, int, int]]:
        """(input, row, column)."""
        return list(itertools.product((0, 1), range(self.grid[0]), range(self.grid[1])))

    def act(self, dual: Law, slope: Law) -> Positions:
        """One activation."""
        K, T = {}, {}
        for s, t in itertools.product(self.places, repeat=2):
            law = (self.K[s + s], self.K[t + t], self.K[s + t])
            K[s + t], T[s + t] = dual(*law), slope(*law) * self.T[s + t]
        return Positions(self.grid, K, T)

    def conv(self, size: int, sigma_w: float, sigma_b: float, padding: str) -> Positions:
        """A convolution of stride one and odd size, with NTK parameterisation."""
        margin = 0 if padding != "valid" else size // 2
        grid = (self.grid[0] - 2 * margin, self.grid[1] - 2 * margin)
        offsets = list(itertools.product(range(-(size // 2), size // 2 + 1), repeat=2))
        K, T = {}, {}
        places = list(itertools.product((0, 1), range(grid[0]), range(grid[1])))
        for s, t in itertools.product(places, repeat=2):
            seen = [(self._seen(s, o, margin, padding), self._seen(t, o, margin, padding)) for o in offsets]
            inside = [p + q for p, q in seen if p is not None and q is not None]
            K[s + t] = sigma_w**2 * sum(self.K[key] for key in inside) / size**2 + sigma_b**2
            T[s + t] = K[s + t] + sigma_w**2 * sum(self.T[key] for key in inside) / size**2
        return Positions(grid, K, T)

    def _seen(
        self, place: tuple[int, int, int], offset: tuple[int, int], margin: int, padding: str
    ) -> tuple[int, int, int] | None:
        row, column = place[1] + offset[0] + margin, place[2] + offset[1] + margin
        if padding == "circular":
            return place[0], row % self.grid[0], column % self.grid[1]
        inside = 0 <= row < self.grid[0] and 0 <= column < self.grid[1]
        return (place[0], row, column) if inside else None

    def _mean(self, values: dict[tuple[int, int, int, int, int, int], float], s: int, t: int, equal: bool) -> float:
        pairs = [key for key in values if key[0] == s and key[3] == t and (not equal or key[1:3] == key[4:6])]
        return sum(values[key] for key in pairs) / len(pairs)

    def flat(self, equal: bool) -> Pair:
        """The mean over equal positions (flattened) or over all pairs (pooled)."""
        return Pair(
            self._mean(self.K, 0, 0, equal),
            self._mean(self.K, 1, 1, equal),
            self._mean(self.K, 0, 1, equal),
            self._mean(self.T, 0, 1, equal),
        )


def images(x: Image, y: Image) -> Positions:
    """The covariances of two images (h, w, channels) at the input."""
    height, width, channels = x.shape
    both = (x, y)
    places: Iterable[tuple[int, int, int]] = itertools.product((0, 1), range(height), range(width))
    K = {s + t: float(both[s[0]][s[1:]] @ both[t[0]][t[1:]]) / channels for s, t in itertools.product(places, repeat=2)}
    return Positions((height, width), K, dict.fromkeys(K, 0.0))

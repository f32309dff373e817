"""The state on arrays that keeps small angles: beside covariances it carries their distances to the parallel ones.

A covariance r near sqrt(p q) holds the angle of a pair to half its digits. Sums and means of covariances are parallel
up to sums of nonnegative terms: with variances p = sum p_k, q = sum q_k and unit vectors a = (sqrt(p_k / p))_k, b
alike, sqrt(p q) - sum r_k = sqrt(p q) |a - b|^2 / 2 + sum (sqrt(p_k q_k) - r_k), and with + r_k the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeAlias, final

import numpy as np

from ...activations import Activation
from ...errors import InvalidArgument
from ..arrays import Array
from .abstract import AbstractState, Affine
from .arrays import as_number
from .positive_laws import Angular, find_law
from .window import OUTSIDE, Grid, Window

Sides: TypeAlias = tuple[Array, Array]


@final
@dataclass(frozen=True, kw_only=True)
class Angles:
    """What activations need to know besides covariances.

    Args:
        roots: standard deviations of each x, (n, ...), and of each y, (m, ...). narrow, wide: sqrt(p q) - r and
            sqrt(p q) + r, of the shape of r, each to full relative accuracy or that of the rounding of an angle.
    """

    roots: Sides
    narrow: Array
    wide: Array


@final
@dataclass(frozen=True, kw_only=True)
class AngleState(AbstractState):
    """Covariances of all pairs, with their angles.

    Args:
        cross: covariance of every x with every y, (n, m, ...). ntk: the tangent kernel alike, or None.
        angles: None after pooling. positions: "none", "equal" or "all". grid: both as `ArrayState`.
    """

    cross: Array
    ntk: Array | None
    angles: Angles | None
    positions: str = "none"
    grid: Grid = (1, 1)

    def affine(self, step: Affine) -> AngleState:
        """As `AbstractState.affine`."""
        weight, bias = as_number(step.weight), as_number(step.bias)
        ntk = None
        if self.ntk is not None:
            ntk = weight * self.ntk + as_number(step.tangent_weight) * self.cross + as_number(step.tangent_bias)
        return replace(self, cross=weight * self.cross + bias, ntk=ntk, angles=self._tilted(weight, bias))

    def activate(self, activation: Activation) -> AngleState:
        """As `AbstractState.activate`."""
        law, angles = find_law(activation), self._known()
        if law is None:
            raise InvalidArgument(f"{activation.name} is not homogeneous, so that angles do not determine its kernel")
        before = Angular(self._size(angles.roots), self.cross, angles.narrow, angles.wide)
        roots = (law.root(angles.roots[0]), law.root(angles.roots[1]))
        after, slope = law.pairs(before, self._size(roots))
        with np.errstate(invalid="ignore"):
            ntk = None if self.ntk is None else slope * self.ntk
        known = Angles(roots=roots, narrow=after.narrow, wide=after.wide)
        return replace(self, cross=after.cross, ntk=ntk, angles=known)

    def normalise(self) -> AngleState:
        """As `AbstractState.normalise`."""
        angles = self._known()
        scale = self._size((_inverse(angles.roots[0]), _inverse(angles.roots[1])))
        ones = (np.sign(angles.roots[0]), np.sign(angles.roots[1]))
        known = Angles(roots=ones, narrow=angles.narrow * scale, wide=angles.wide * scale)
        ntk = None if self.ntk is None else self.ntk * scale
        cross = np.where(angles.narrow == 0, self._size(ones), self.cross * scale)
        return replace(self, cross=cross, ntk=ntk, angles=known)

    def plus(self, other: AngleState) -> AngleState:
        """As `AbstractState.plus`."""
        ntk = None if self.ntk is None or other.ntk is None else self.ntk + other.ntk
        known = None
        if self.angles is not None and other.angles is not None:
            narrow, wide = self.angles.narrow + other.angles.narrow, self.angles.wide + other.angles.wide
            known = self._joined((self.angles.roots, other.angles.roots), narrow, wide)
        return replace(self, cross=self.cross + other.cross, ntk=ntk, angles=known)

    def patches(self, window: Window) -> AngleState:
        """As `AbstractState.patches`."""
        seen = window.positions(self.grid)
        inside, places = seen != OUTSIDE, np.where(seen == OUTSIDE, 0, seen)
        angles, share = self._known(), window.area**-0.5

        def side(root: Array, offset: int) -> Array:
            return np.asarray(root[:, places[:, offset]] * (inside[:, offset] * share))

        cross, narrow, wide = (self._patched(block, seen) for block in (self.cross, angles.narrow, angles.wide))
        offsets = range(window.area)
        parts = ((side(angles.roots[0], offset), side(angles.roots[1], offset)) for offset in offsets)
        ntk = None if self.ntk is None else self._patched(self.ntk, seen)
        state = replace(self, cross=cross, ntk=ntk, grid=window.over(self.grid))
        return replace(state, angles=self._joined(tuple(parts), narrow, wide))

    def flatten(self) -> AngleState:
        """As `AbstractState.flatten`."""
        angles = self._known()
        count = angles.roots[0].shape[1]
        flat = replace(self, positions="none", grid=(1, 1))
        shares = [root * count**-0.5 for root in angles.roots]
        parts = tuple((shares[0][:, place], shares[1][:, place]) for place in range(count))
        known = flat._joined(parts, self._equal_mean(angles.narrow), self._equal_mean(angles.wide))
        ntk = None if self.ntk is None else self._equal_mean(self.ntk)
        return replace(flat, cross=self._equal_mean(self.cross), ntk=ntk, angles=known)

    def pool(self) -> AngleState:
        """As `AbstractState.pool`; what comes after must not ask for angles."""
        if self.positions != "all":
            raise InvalidArgument("pooling needs the covariances of all pairs of positions")
        ntk = None if self.ntk is None else self.ntk.mean(axis=(-2, -1))
        cross = self.cross.mean(axis=(-2, -1))
        return replace(self, cross=cross, ntk=ntk, angles=None, positions="none", grid=(1, 1))

    def _known(self) -> Angles:
        if self.angles is None:
            raise InvalidArgument("the angles were dropped by pooling; nothing after it was to need them")
        return self.angles

    def _tilted(self, weight: float, bias: float) -> Angles | None:
        if self.angles is None:
            return None
        narrow, wide = weight * self.angles.narrow, weight * self.angles.wide
        scaled = (self.angles.roots[0] * weight**0.5, self.angles.roots[1] * weight**0.5)
        if bias == 0:
            return Angles(roots=scaled, narrow=narrow, wide=wide)
        shared = (np.full_like(scaled[0], bias**0.5), np.full_like(scaled[1], bias**0.5))
        return self._joined((scaled, shared), narrow, wide + 2 * bias)

    def _joined(self, parts: tuple[Sides, ...], narrow: Array, wide: Array) -> Angles:
        """The angles of a sum of parts, given the sums of their `narrow` and `wide`."""
        roots = (_root_sum(part[0] for part in parts), _root_sum(part[1] for part in parts))
        inverse = (_inverse(roots[0]), _inverse(roots[1]))
        total: Array | float = 0.0
        for x, y in parts:
            one, other = self._paired((x * inverse[0], y * inverse[1]))
            total = total + (one - other) ** 2
        tilt = self._size(roots) * total / 2
        return Angles(roots=roots, narrow=narrow + tilt, wide=wide + tilt)

    def _size(self, roots: Sides) -> Array:
        one, other = self._paired(roots)
        return np.asarray(one * other)

    def _paired(self, roots: Sides) -> Sides:
        x, y = roots
        if self.positions == "none":
            return x[:, None], y[None, :]
        if self.positions == "equal":
            return x[:, None, :], y[None, :, :]
        return x[:, None, :, None], y[None, :, None, :]

    def _equal_mean(self, block: Array) -> Array:
        if self.positions == "all":
            block = np.diagonal(block, axis1=-2, axis2=-1)
        return np.asarray(block.mean(axis=-1))

    def _patched(self, block: Array, seen: np.ndarray[tuple[int, ...], np.dtype[np.int64]]) -> Array:
        """The mean over the offsets of a window, which are the same on both sides."""
        axes = (-1, -2) if self.positions == "all" else (-1,)
        padded = np.pad(block, [(0, 0)] * (block.ndim - len(axes)) + [(0, 1)] * len(axes))
        total: Array | float = 0.0
        for places in seen.T:  # OUTSIDE is the last index, where a zero stands
            part = padded
            for axis in axes:
                part = np.take(part, places, axis=axis, mode="wrap")
            total = total + part
        return np.asarray(total / seen.shape[1])


def _root_sum(parts: Iterable[Array]) -> Array:
    return np.asarray(np.sqrt(sum(part * part for part in parts)))


def _inverse(root: Array) -> Array:
    return np.divide(1.0, root, out=np.zeros_like(root), where=root > 0)

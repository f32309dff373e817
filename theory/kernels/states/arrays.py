"""The state on arrays: covariances of inputs with themselves, and of all pairs, at positions where there are any."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import reduce
from operator import add
from typing import Any, TypeAlias, final

import numpy as np
import sympy
from array_api_compat import is_numpy_namespace

from ...activations import Activation
from ...errors import InvalidArgument
from ..dual import Dual, dual
from .abstract import AbstractState, Affine
from .pairs import PairGrid
from .window import OUTSIDE, Grid, Window

Array: TypeAlias = Any
"""An array of any namespace that follows the array-API standard."""
Namespace: TypeAlias = Any

_NEARLY_PARALLEL = 8
"""Units of rounding: a covariance cannot tell a pair that is nearer to parallel than this from a parallel one."""


@final
@dataclass(frozen=True, kw_only=True)
class ArrayState(AbstractState):
    """Covariances of pre-activations or features.

    Args:
        xp: namespace of the arrays.
        own: covariance of each x with itself, and of each y: (n, ...) and (m, ...); None once nothing needs it.
        cross: covariance of every x with every y, (n, m, ...). ntk: the tangent kernel alike, or None.
        positions: "none" for vectors; "equal": trailing dimension p, covariances at equal positions;
            "all": trailing dimensions (p, p'). grid: height and width of the positions.
        own_pairs: where positions is "all": whether `own` holds all pairs of positions, or equal ones.
    """

    xp: Namespace
    own: tuple[Array, Array] | None
    cross: Array
    ntk: Array | None
    positions: str = "none"
    grid: Grid = (1, 1)
    own_pairs: bool = False

    def settled(self, units: float) -> ArrayState:
        """The state in which pairs that are parallel up to `units` of rounding are parallel."""
        p, q = self._paired()
        return replace(self, cross=self._settled(p, q, self.cross, units))

    def affine(self, step: Affine) -> ArrayState:
        """As `AbstractState.affine`."""
        weight, bias = as_number(step.weight), as_number(step.bias)
        cross = weight * self.cross + bias
        ntk = None
        if self.ntk is not None:
            same = (step.tangent_weight, step.tangent_bias) == (step.weight, step.bias)
            own = cross if same else as_number(step.tangent_weight) * self.cross + as_number(step.tangent_bias)
            ntk = weight * self.ntk + own
        return replace(self, own=self._each(lambda block: weight * block + bias), cross=cross, ntk=ntk)

    def activate(self, activation: Activation) -> ArrayState:
        """As `AbstractState.activate`."""
        law = dual(activation)
        p, q = self._paired()
        cross = self._settled(p, q, self.cross)
        ntk = None
        if self.ntk is not None:
            with np.errstate(invalid="ignore"):
                ntk = self._evaluate(law.derivative, p, q, cross) * self.ntk
        own = self._each(lambda block: self._activated(law, block))
        return replace(self, own=own, cross=self._evaluate(law, p, q, cross), ntk=ntk)

    def normalise(self) -> ArrayState:
        """As `AbstractState.normalise`."""
        p, q = self._paired()
        scale = self._inverse_root(p) * self._inverse_root(q)
        ntk = None if self.ntk is None else self.ntk * scale
        state = replace(self, own=self._each(self._normalised), cross=self.cross * scale, ntk=ntk)
        return state.settled(_NEARLY_PARALLEL)

    def plus(self, other: ArrayState) -> ArrayState:
        """As `AbstractState.plus`."""
        own = None
        if self.own is not None and other.own is not None:
            own = (self.own[0] + other.own[0], self.own[1] + other.own[1])
        ntk = None if self.ntk is None or other.ntk is None else self.ntk + other.ntk
        return replace(self, own=own, cross=self.cross + other.cross, ntk=ntk)

    def patches(self, window: Window) -> ArrayState:
        """As `AbstractState.patches`."""
        seen = window.positions(self.grid)
        pairs = self.positions == "all"
        return replace(
            self,
            own=self._each(lambda block: self._patched(block, seen, self.own_pairs)),
            cross=self._patched(self.cross, seen, pairs),
            ntk=None if self.ntk is None else self._patched(self.ntk, seen, pairs),
            grid=window.over(self.grid),
        )

    def flatten(self) -> ArrayState:
        """As `AbstractState.flatten`."""
        return self._averaged(self._equal_mean, self._equal_mean)

    def pool(self) -> ArrayState:
        """As `AbstractState.pool`."""
        if self.positions != "all":
            raise InvalidArgument("pooling needs the covariances of all pairs of positions")
        return self._averaged(lambda block: self.xp.mean(block, axis=(-2, -1)), self._equal_mean)

    def _averaged(self, mean: Any, own_mean: Any) -> ArrayState:
        own = self._each(mean) if self.own_pairs or self.positions == "equal" else None
        ntk = None if self.ntk is None else mean(self.ntk)
        return replace(self, own=own, cross=mean(self.cross), ntk=ntk, positions="none", grid=(1, 1), own_pairs=False)

    def _equal_mean(self, block: Array) -> Array:
        if self.positions == "all" and (self.own_pairs or block.ndim == 4):
            block = self.xp.linalg.diagonal(block)
        return self.xp.mean(block, axis=-1)

    def _each(self, change: Any) -> tuple[Array, Array] | None:
        if self.own is None:
            return None
        first = change(self.own[0])
        return first, first if self.own[1] is self.own[0] else change(self.own[1])

    def _variances(self, block: Array) -> Array:
        return self.xp.linalg.diagonal(block) if self.own_pairs else block

    def _paired(self) -> tuple[Array, Array]:
        """Variances of both sides, in shapes that broadcast to `cross`."""
        if self.own is None:
            raise InvalidArgument("the variances were dropped; nothing after this layer was to need them")
        p, q = (self._variances(block) for block in self.own)
        if self.positions == "none":
            return p[:, None], q[None, :]
        if self.positions == "equal":
            return p[:, None, :], q[None, :, :]
        return p[:, None, :, None], q[None, :, None, :]

    def _activated(self, law: Dual, block: Array) -> Array:
        v = self._variances(block)
        if not self.own_pairs:
            return law.evaluate(v, v, v)
        p, q = v[:, :, None], v[:, None, :]
        return self._evaluate(law, p, q, self._settled(p, q, block))

    def _normalised(self, block: Array) -> Array:
        xp, v = self.xp, self._variances(block)
        one = xp.astype(v != 0, block.dtype)
        if not self.own_pairs:
            return one
        scale = self._inverse_root(v)
        equal = xp.eye(v.shape[1], dtype=xp.bool)
        return xp.where(equal, one[:, :, None], block * scale[:, :, None] * scale[:, None, :])

    def _inverse_root(self, variance: Array) -> Array:
        null = variance == 0
        return self.xp.where(null, 0.0, 1.0 / self.xp.sqrt(self.xp.where(null, 1.0, variance)))

    def _settled(self, p: Array, q: Array, covariance: Array, units: float = _NEARLY_PARALLEL) -> Array:
        # A pair that is parallel up to rounding counts as parallel: else half the digits of the kernel are lost.
        xp = self.xp
        limit = xp.where(p == q, p, xp.sqrt(p) * xp.sqrt(q))
        slack = units * float(xp.finfo(covariance.dtype).eps)
        near = xp.abs(covariance) >= limit * (1 - slack)
        return xp.where(near, xp.where(covariance < 0, -limit, limit), covariance)

    def _evaluate(self, law: Dual, p: Array, q: Array, covariance: Array) -> Array:
        if is_numpy_namespace(self.xp):
            return PairGrid(p, q, covariance).evaluate(law)
        return law.evaluate(p, q, covariance)

    def _patched(self, block: Array, seen: np.ndarray[Any, Any], pairs: bool) -> Array:
        inside = (seen != OUTSIDE).astype(np.float64)
        area = seen.shape[1]
        parts = []
        for offset in range(area):
            places = self.xp.asarray(np.where(seen[:, offset] == OUTSIDE, 0, seen[:, offset]))
            weight = self.xp.asarray(inside[:, offset] / area, dtype=block.dtype)
            part = self.xp.take(block, places, axis=-1) * weight
            if pairs:
                part = self.xp.take(part, places, axis=-2) * (self.xp.asarray(inside[:, offset])[:, None])
            parts.append(part)
        return reduce(add, parts)


def as_number(value: sympy.Expr) -> float:
    """A number to compute with.

    Raises:
        InvalidArgument: if it holds a symbol.

    Source: derived here (a conversion).
    """
    if value.free_symbols:
        raise InvalidArgument(f"{value} holds a symbol; give numbers for sigma_w and sigma_b to evaluate on arrays")
    return float(value)

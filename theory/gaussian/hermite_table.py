"""Hermite coefficients of z -> f(sqrt(a) z) for many variances a at once, in floats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import Literal, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from .panels import Array, Kinked

Parity: TypeAlias = Literal["odd", "even", "none"]
Rule: TypeAlias = tuple[Array, Array, Array]
"""Nodes, weights times the density, and the polynomials at the nodes, shape (nodes, terms)."""

REACH = 13.0
"""Polynomials times the root of the density are below 1, so that the rest beyond 13 is below exp(-13^2 / 4) = 4e-19."""
_STEPS = (0.0617, 0.0617 / 2, 0.0617 / 4, 0.0617 / 8, 0.0617 / 16)
"""In no simple ratio to periods that are likely, so that no wave looks like a slower one for two steps at once."""
_COARSE = 1e-10
"""Halving the step about squares the error of the trapezoid rule: two that agree so far settle the finer one."""
_RIM = 1e-24
_UNSEEN = 8 * np.finfo(float).eps
"""What is left of a moment cannot be told from rounding below this share of it."""
_ROWS = 256
_ORDER = 16
_DEGREES = 256
"""Polynomials of so many degrees are held at a time."""


@final
@dataclass(frozen=True)
class HermiteTable:
    """Hermite coefficients of z -> f(sqrt(a) z) for several variances a.

    Args:
        coefficients: shape (terms, n), on orthonormal Hermite polynomials; NaN where the quadrature is not good enough.
        moment: E f(u)^2, shape (n,). parity: of f, found in its values.

    Source: derived here.
    """

    coefficients: Array
    moment: Array
    parity: Parity

    @classmethod
    def of(cls, f: Kinked, variance: Array, terms: int) -> HermiteTable:
        """The table of a function for positive variances of shape (n,).

        Smooth functions by the trapezoid rule, checked against the one of twice the step; a kink at 0 by panels that
        end there; other kinks by panels of their own for every variance.
        """
        scale = np.sqrt(variance)
        coefficients, moment = np.empty((terms, len(scale))), np.empty(len(scale))
        found: set[Parity] = set()
        for start in range(0, len(scale), _ROWS):
            part = slice(start, start + _ROWS)
            with np.errstate(over="ignore", invalid="ignore", under="ignore"):
                coefficients[:, part], moment[part], parity = _block(f, scale[part], terms)
            found.add(parity)
        parity = found.pop() if len(found) == 1 else "none"
        if parity != "none":
            coefficients[(0 if parity == "odd" else 1) :: 2] = 0.0
        return cls(coefficients, moment, parity)

    @property
    def terms(self) -> int:
        """How many coefficients there are."""
        return len(self.coefficients)

    @cached_property
    def left_out(self) -> Array:
        """Bounds up to rounding on the root of sum_(j >= k) f_j^2, shape (terms + 1, n), by Parseval."""
        kept = np.concatenate([np.zeros((1, len(self.moment))), np.cumsum(self.coefficients**2, axis=0)])
        rest: Array = np.maximum(self.moment - kept, _UNSEEN * self.moment)
        return np.sqrt(rest)


def _block(f: Kinked, scale: Array, terms: int) -> tuple[Array, Array, Parity]:
    if not f.marks:
        return _by_trapezoid(f, scale, terms)
    if set(f.marks) == {0.0}:
        octaves = max(0, int(np.ceil(np.log2(max(float(scale.max()), 1.0)))))
        nodes, weights, polynomials = _panels_about_zero(octaves, terms)
        values = f.function(scale[:, None] * nodes)
        moment = (values**2) @ weights
        return (
            np.where(_is_light(values, moment), ((values * weights) @ polynomials).T, np.nan),
            moment,
            _parity(values),
        )
    nodes, weights = _panels_of_rows(f.marks, scale)
    values = f.function(scale[:, None] * nodes)
    weighted = values * weights
    rows = (np.einsum("ij,ij->i", weighted, column) for column in _polynomials(nodes, terms))
    moment = np.einsum("ij,ij->i", weighted, values)
    return np.where(_is_light(values, moment), np.stack(list(rows)), np.nan), moment, "none"


def _is_light(values: Array, moment: Array) -> NDArray[np.bool_]:
    """Whether the tails beyond the reach count for nothing."""
    rim = np.exp(-(REACH**2) / 2) * np.maximum(values[:, 0] ** 2, values[:, -1] ** 2)
    return np.asarray(rim <= _RIM * moment)


def _by_trapezoid(f: Kinked, scale: Array, terms: int) -> tuple[Array, Array, Parity]:
    for step in _STEPS:
        nodes, weights = _even_nodes(step)
        values = f.function(scale[:, None] * nodes)
        weighted = values * weights
        moment = np.einsum("ij,ij->i", weighted, values)
        pairs = [(weighted @ block, 2 * (weighted[:, ::2] @ block[::2])) for block in _even_polynomials(step, terms)]
        fine, coarse = (np.concatenate(part, axis=1) for part in zip(*pairs, strict=True))
        second = 2 * np.einsum("ij,ij->i", weighted[:, ::2], values[:, ::2])
        error = np.maximum(np.abs(fine - coarse).max(axis=1), np.abs(second - moment) / np.sqrt(moment))
        good = (error <= _COARSE * np.sqrt(moment)) & _is_light(values, moment)
        if good.all():
            break
    fine[~good] = np.nan
    return fine.T, moment, _parity(values)


def _parity(values: Array) -> Parity:
    mirrored = values[:, ::-1]
    if np.array_equal(values, -mirrored):
        return "odd"
    return "even" if np.array_equal(values, mirrored) else "none"


@lru_cache(maxsize=8)
def _even_nodes(step: float) -> tuple[Array, Array]:
    half = int(REACH / step) // 2 * 2
    nodes: Array = np.linspace(-half * step, half * step, 2 * half + 1)
    nodes = np.asarray((nodes - nodes[::-1]) / 2, dtype=np.float64)  # symmetric to the last bit
    return nodes, step * np.exp(-(nodes**2) / 2) / np.sqrt(2 * np.pi)


def _even_polynomials(step: float, terms: int) -> Iterable[Array]:
    """The polynomials at the even nodes, shape (nodes, degrees) for some degrees at a time; few are kept for later."""
    return _kept_polynomials(step, terms) if terms <= _DEGREES else _blocks(_even_nodes(step)[0], terms)


@lru_cache(maxsize=8)
def _kept_polynomials(step: float, terms: int) -> tuple[Array, ...]:
    return tuple(_blocks(_even_nodes(step)[0], terms))


def _blocks(nodes: Array, terms: int) -> Iterator[Array]:
    columns = _polynomials(nodes, terms)
    for _ in range(0, terms, _DEGREES):
        yield np.stack(list(islice(columns, _DEGREES)), axis=-1)


@lru_cache(maxsize=8)
def _panels_about_zero(octaves: int, terms: int) -> Rule:
    fine = 0.5 * 2.0 ** -np.arange(octaves + 1)
    edges: Array = np.unique(np.concatenate([np.linspace(-REACH, REACH, 105), fine, -fine]))
    nodes, weights = np.polynomial.legendre.leggauss(_ORDER)
    width = np.diff(edges)
    places = (edges[:-1, None] + width[:, None] * (1 + nodes) / 2).ravel()
    points = np.asarray((places - places[::-1]) / 2, dtype=np.float64)  # symmetric to the last bit
    density = np.exp(-(points**2) / 2) / np.sqrt(2 * np.pi)
    polynomials = np.stack(list(_polynomials(points, terms)), axis=-1)
    return points, (width[:, None] * weights / 2).ravel() * density, polynomials


def _panels_of_rows(marks: tuple[float, ...], scale: Array) -> tuple[Array, Array]:
    """Panels that end at the kinks of f(scale z), graded about them, shape (rows, nodes)."""
    octaves = max(0, int(np.ceil(np.log2(max(float(scale.max()), 1.0)))))
    fine = np.concatenate([[0.0], 0.5 * 2.0 ** -np.arange(octaves + 1)])
    columns = [np.broadcast_to(np.linspace(-REACH, REACH, 53), (len(scale), 53))]
    for mark in {0.0, *marks}:
        columns += [mark / scale[:, None] + sign * fine for sign in (-1, 1)]
    edges = np.sort(np.clip(np.concatenate(columns, axis=-1), -REACH, REACH), axis=-1)
    nodes, weights = np.polynomial.legendre.leggauss(_ORDER)
    width = np.diff(edges, axis=-1)
    points = (edges[:, :-1, None] + width[:, :, None] * (1 + nodes) / 2).reshape(len(scale), -1)
    density = np.exp(-(points**2) / 2) / np.sqrt(2 * np.pi)
    return points, (width[:, :, None] * weights / 2).reshape(len(scale), -1) * density


def _polynomials(points: Array, terms: int) -> Iterator[Array]:
    """The orthonormal Hermite polynomials of degree 0, 1, ..., terms - 1."""
    before, now = np.zeros_like(points), np.ones_like(points)
    for k in range(terms):
        yield now
        before, now = now, (points * now - np.sqrt(k) * before) / np.sqrt(k + 1)

"""Gaussian expectations of very many pairs in floats, by Mehler's formula: whole matrices, one degree at a time."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from .hermite_table import HermiteTable
from .panels import Array, Indices, Kinked

Flags: TypeAlias = NDArray[np.bool_]

_BLOCK = 16384
"""Pairs worked on at once: they and their sum stay in the cache of a core."""
_TERMS = (64, 128, 512, 2048)
_LADDER = (16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048)
_MOST = 0.9
_ACCURACY = 4e-15
_COSTLY = 40
"""A pair that is left over costs this many times one that all terms are summed for."""


def evaluate_mehler(f: Kinked, variances: Array, places: tuple[Indices, Indices], rho: Array) -> tuple[Array, Flags]:
    """E f(u) f(v) for pairs of variances.

    Formula:
        sum_k f_k(a) f_k(b) rho^k, f_k(a) the coefficient of z -> f(sqrt(a) z) on the orthonormal Hermite polynomial
        of degree k; what is left out after K terms is at most |rho|^K times the roots of sum_(k >= K) f_k^2.

    Args:
        f: the function. variances: the distinct ones, shape (n,), positive.
        places: of the variances of u and v among them; they broadcast to rho. rho: correlations, at least one axis.

    Returns:
        The values, and where the remainder is below 4e-15 |rho| of sqrt(E f(u)^2 E f(v)^2).

    Accuracy: rounding of the terms; E f(u)^2 exactly as `HermiteTable.moment` has it where u = v.

    Source: Mehler (1866), restated; the remainder by Cauchy-Schwarz and Parseval.
    """
    values, done = np.empty(rho.shape), np.zeros(rho.shape, dtype=bool)
    for terms in _TERMS if set(f.marks) <= {0.0} else _TERMS[:-1]:
        rest = np.flatnonzero(~done)
        if len(rest) == rho.size:
            table = HermiteTable.of(f, variances, terms)
            if terms >= _TERMS[-2] or _settles_most(table, places, rho):
                values, done = _sum_all(table, places, rho)
        elif len(rest):
            pairs = [np.broadcast_to(place, rho.shape).reshape(-1)[rest] for place in places]
            used, again = np.unique(np.concatenate(pairs), return_inverse=True)
            table = HermiteTable.of(f, variances[used], terms)
            found = _sum_all(table, (again[: len(rest)], again[len(rest) :]), rho.reshape(-1)[rest])
            values.reshape(-1)[rest], done.reshape(-1)[rest] = found
    return values, done


def _settles_most(table: HermiteTable, places: tuple[Indices, Indices], rho: Array) -> bool:
    """Whether all but a few of a sample of pairs are settled."""
    step = max(1, rho.size // 4096)
    left, right = (np.broadcast_to(place, rho.shape).reshape(-1)[::step] for place in places)
    settled = _is_settled(table, table.terms, left, right, _logarithm(rho.reshape(-1)[::step]))
    return bool(settled.mean() > _MOST)


def _sum_all(table: HermiteTable, places: tuple[Indices, Indices], rho: Array) -> tuple[Array, Flags]:
    values, done = np.empty(rho.shape), np.empty(rho.shape, dtype=bool)
    rows = max(1, _BLOCK * len(rho) // rho.size)
    for start in range(0, len(rho), rows):
        part = slice(start, start + rows)
        left, right = (place[part] if len(place) == len(rho) else place for place in places)
        values[part], done[part] = _sum_block(table, left, right, rho[part])
    return values, done


def _sum_block(table: HermiteTable, left: Indices, right: Indices, rho: Array) -> tuple[Array, Flags]:
    size = _logarithm(rho)
    costs, kept = list[float](), list[Flags]()
    for terms in _LADDER[: _LADDER.index(table.terms) + 1]:
        kept.append(_is_settled(table, terms, left, right, size))
        costs.append(terms + _COSTLY * table.terms * float(1 - kept[-1].mean()))
        if kept[-1].all():
            break
    best = int(np.argmin(costs))
    total = _horner(table, _LADDER[best], left, right, rho)
    same = (left == right) & (rho == 1.0)
    if same.any():
        total[same] = table.moment[np.broadcast_to(left, rho.shape)[same]]
    return total, (kept[best] | same) & np.isfinite(total)


def _logarithm(rho: Array) -> Array:
    with np.errstate(divide="ignore"):
        return np.log(np.abs(rho))


def _is_settled(table: HermiteTable, terms: int, left: Indices, right: Indices, size: Array) -> Flags:
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.log(table.left_out[terms]) - np.log(table.moment) / 2
        return np.asarray((terms - 1) * size + share[left] + share[right] <= np.log(_ACCURACY))


def _horner(table: HermiteTable, terms: int, left: Indices, right: Indices, rho: Array) -> Array:
    """The sum up to a degree; every other term only if the rest vanish."""
    total, product = np.zeros_like(rho), np.empty_like(rho)
    step = 1 if table.parity == "none" else 2
    argument = rho if step == 1 else rho * rho
    first = 1 if table.parity == "odd" else 0
    for k in range(first + (terms - 1 - first) // step * step, -1, -step):
        row = table.coefficients[k]
        np.multiply(total, argument, out=total)
        np.multiply(row[left], row[right], out=product)
        np.add(total, product, out=total)
    return total * rho if first else total

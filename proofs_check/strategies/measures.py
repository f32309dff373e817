"""Probability vectors, histograms on the line and the plane, and discrete measures."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from .coordinates import draw_array, draw_magnitude, require_range

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MASSES = ("generic", "uniform", "vertex", "two_atoms", "power_law", "nearly_empty")
"""Kinds of probability vectors drawn."""


def project_to_simplex(masses: Array) -> Array:
    """Moduli scaled to sum 1, over all entries; uniform if all are zero.

    Accuracy: the sum is exactly 1. Entries are multiples of 2^-53, so that their sums are free of rounding.
    """
    sizes = np.abs(masses)
    total = sizes.sum()
    shares = sizes / total if total > 0 else np.full(masses.shape, 1.0 / masses.size)
    grid: Array = np.floor(shares * 2.0**53) * 2.0**-53
    largest = np.unravel_index(np.argmax(grid), grid.shape)
    grid[largest] = 0.0
    grid[largest] = 1.0 - grid.sum()
    return grid


def _masses(draw: DrawFn, size: int) -> Array:
    kind = draw(st.sampled_from(MASSES))
    first, second = draw(st.integers(0, size - 1)), draw(st.integers(0, size - 1))
    values = np.zeros(size)
    if kind == "vertex":
        values[first] = 1.0
    elif kind == "two_atoms":
        values[first] = 1.0
        values[second] += abs(float(draw_array(draw, 1)[0]))
    elif kind == "uniform":
        values += 1.0
    elif kind == "power_law":
        values = np.arange(1.0, size + 1) ** -draw(st.sampled_from((1.0, 2.0, 8.0)))
    elif kind == "nearly_empty":
        values[first] = 1.0
        values = values + draw_magnitude(draw, -15, -3) * np.abs(draw_array(draw, size))
    else:
        values = draw_array(draw, size)
    return project_to_simplex(values)


@st.composite
def _probabilities(draw: DrawFn, sizes: tuple[int, int]) -> Array:
    return _masses(draw, draw(st.integers(*sizes)))


def probability_vectors(*, size: tuple[int, int] = (1, 6), name: str = "p") -> SearchStrategy[dict[str, Any]]:
    """Entries >= 0 that sum to exactly 1, vertices and masses down to 10^-15 included: {name: (n,)}.

    Args:
        size: inclusive range of n. name: key of the vector.
    """
    require_range("size", size)
    return _probabilities(size).map(lambda masses: {name: masses})


def repair_probabilities(data: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The instance with the arrays called `names` projected to the simplex."""
    return {**data, **{name: project_to_simplex(data[name]) for name in names}}


def rational_probability_vectors(*, size: tuple[int, int] = (1, 5), name: str = "p") -> SearchStrategy[dict[str, Any]]:
    """Fractions >= 0 that sum to exactly 1: {name: (n,) object array}."""
    require_range("size", size)
    counts = st.lists(st.integers(0, 99), min_size=size[0], max_size=size[1])
    positive = counts.map(lambda drawn: drawn if any(drawn) else [1, *drawn[1:]])
    return positive.map(lambda drawn: {name: np.array([Fraction(one, sum(drawn)) for one in drawn], dtype=object)})


def _edges(draw: DrawFn, bins: int) -> Array:
    widths = 0.05 + np.abs(draw_array(draw, bins))
    if draw(st.booleans()):
        widths = np.where(np.arange(bins) % 2, widths * draw_magnitude(draw, -6, 0), widths)
    start = float(draw_array(draw, 1)[0])
    return np.asarray(draw_magnitude(draw, -2, 2) * (start + np.concatenate([[0.0], np.cumsum(widths)])))


@st.composite
def _histogram(draw: DrawFn, bins: tuple[int, int], dimension: int) -> dict[str, Any]:
    counts = [draw(st.integers(*bins)) for _ in range(dimension)]
    names = ("edges",) if dimension == 1 else ("x_edges", "y_edges")
    edges = {name: _edges(draw, count) for name, count in zip(names, counts, strict=True)}
    return {**edges, "masses": _masses(draw, int(np.prod(counts))).reshape(counts)}


def histogram_measures(*, bins: tuple[int, int] = (1, 6), dimension: int = 1) -> SearchStrategy[dict[str, Any]]:
    """Probability measures with a piecewise constant density on the line or the plane.

    Args:
        bins: inclusive range of the number of bins in each direction. dimension: 1 or 2.

    Returns:
        {"edges": (n+1,) increasing, "masses": (n,)}, or {"x_edges": (n+1,), "y_edges": (m+1,), "masses": (n, m)}.
        Masses sum to 1; widths of the bins differ by up to seven orders of magnitude.
    """
    require_range("bins", bins)
    require_range("dimension", (dimension, 2))
    return _histogram(bins, dimension)


@st.composite
def _discrete(draw: DrawFn, counts: tuple[int, int], dimensions: tuple[int, int]) -> dict[str, Any]:
    count, dimension = draw(st.integers(*counts)), draw(st.integers(*dimensions))
    points = draw_magnitude(draw, -3, 3) * draw_array(draw, count, dimension)
    if draw(st.booleans()):
        points[-1] = points[0]
    return {"points": points, "weights": _masses(draw, count)}


def discrete_measures(
    *, atoms: tuple[int, int] = (1, 6), dimension: tuple[int, int] = (1, 3)
) -> SearchStrategy[dict[str, Any]]:
    """Atoms with weights that sum to 1, atoms of weight zero and coinciding ones included.

    Args:
        atoms, dimension: inclusive ranges of n and d.

    Returns:
        {"points": (n, d), "weights": (n,)}.
    """
    require_range("atoms", atoms)
    require_range("dimension", dimension)
    return _discrete(atoms, dimension)

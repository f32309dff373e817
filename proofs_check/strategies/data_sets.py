"""Data sets: inputs in the geometries that break theorems, and labels from plain to adversarial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from .coordinates import draw_array, draw_magnitude, require_choice, require_range

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

INPUTS = (
    "generic",
    "duplicates",
    "near_parallel",
    "near_antipodal",
    "collinear",
    "magnitudes",
    "zero_rows",
    "lattice",
)
"""Kinds of inputs drawn."""
LABELS = ("none", "arbitrary", "signs", "noisy", "adversarial")
"""Kinds of labels: none; any reals; +-1; a linear teacher with noise; neighbours that disagree, at any scale."""


def _rows(draw: DrawFn, kind: str, count: int, dimension: int) -> Array:
    points = draw_array(draw, count, dimension)
    rank = np.arange(count)
    centre = points[0] if points[0].any() else np.eye(dimension)[0]
    if kind == "duplicates":
        return points[rank % draw(st.integers(1, count))]
    if kind in ("near_parallel", "near_antipodal"):
        signs = np.where(rank % 2, -1.0, 1.0) if kind == "near_antipodal" else np.ones(count)
        return np.asarray(signs[:, None] * (centre + draw_magnitude(draw, -12, -1) * points))
    if kind == "collinear":
        offset = points[-1] if draw(st.booleans()) else np.zeros(dimension)
        return np.asarray(offset + np.outer(points[:, 0], centre))
    if kind == "magnitudes":
        return np.asarray(points * np.array([draw_magnitude(draw, -6, 6) for _ in rank])[:, None])
    if kind == "zero_rows":
        return np.where(rank[:, None] < draw(st.integers(1, count)), 0.0, points)
    return np.round(points) if kind == "lattice" else points


def _labels(draw: DrawFn, kind: str, points: Array) -> Array:
    count, dimension = points.shape
    if kind == "signs":
        return np.where(draw_array(draw, count) >= 0, 1.0, -1.0)
    if kind == "noisy":
        noise = draw_magnitude(draw, -6, 1) * draw_array(draw, count)
        return np.asarray(points @ draw_array(draw, dimension) + noise)
    if kind == "adversarial":
        order = np.lexsort(points.T)
        signs = np.empty(count)
        signs[order] = np.where(np.arange(count) % 2, -1.0, 1.0)
        return draw_magnitude(draw, -3, 6) * signs
    return draw_magnitude(draw, -3, 3) * draw_array(draw, count)


@st.composite
def _data_set(draw: DrawFn, counts: tuple[int, int], dimensions: tuple[int, int], labels: str) -> dict[str, Any]:
    count, dimension = draw(st.integers(*counts)), draw(st.integers(*dimensions))
    points = _rows(draw, draw(st.sampled_from(INPUTS)), count, dimension)
    if labels == "none":
        return {"X": points}
    kind = draw(st.sampled_from(LABELS[1:])) if labels == "any" else labels
    return {"X": points, "y": _labels(draw, kind, points)}


def data_sets(
    *, count: tuple[int, int] = (1, 5), dimension: tuple[int, int] = (1, 4), labels: str = "any"
) -> SearchStrategy[dict[str, Any]]:
    """Inputs, with labels if wanted: {"X": (n, d), "y": (n,)}. Rows may coincide, vanish or be nearly parallel.

    Args:
        count, dimension: inclusive ranges of n and d. labels: "any", or one of `LABELS`.

    Example:
        >>> from hypothesis import find
        >>> sorted(find(data_sets(count=(2, 3)), lambda data: (data["X"][0] == data["X"][1]).all()))
        ['X', 'y']
    """
    require_range("count", count)
    require_range("dimension", dimension)
    require_choice("labels", labels, ("any", *LABELS))
    return _data_set(count, dimension, labels)


@st.composite
def _rational_data_set(draw: DrawFn, counts: tuple[int, int], dimensions: tuple[int, int]) -> dict[str, Any]:
    count, dimension = draw(st.integers(*counts)), draw(st.integers(*dimensions))
    entry = st.fractions(-3, 3, max_denominator=9)
    flat = draw(st.lists(entry, min_size=count * dimension, max_size=count * dimension))
    points = np.array(flat, dtype=object).reshape(count, dimension)
    if draw(st.booleans()):
        points = points[np.arange(count) % draw(st.integers(1, count))]
    return {"X": points, "y": np.array(draw(st.lists(entry, min_size=count, max_size=count)), dtype=object)}


def rational_data_sets(
    *, count: tuple[int, int] = (1, 4), dimension: tuple[int, int] = (1, 3)
) -> SearchStrategy[dict[str, Any]]:
    """Data sets of Fractions, some with coinciding rows: {"X": (n, d) object array, "y": (n,) object array}."""
    require_range("count", count)
    require_range("dimension", dimension)
    return _rational_data_set(count, dimension)

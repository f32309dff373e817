"""Points on the sphere, and the angles between them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from ..errors import MalformedClaim

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

GEOMETRIES = ("generic", "crowded", "near_antipodal", "sparse")
"""Kinds of point sets drawn: a test that sees one geometry only lets wrong formulas live."""


def smallest_angle(points: Array, *, antipodal: bool) -> float:
    """Smallest angle in radians between two rows; between the lines they span if `antipodal`.

    Args:
        points: (n, d) unit rows, n >= 2.
    """
    first, second = np.triu_indices(len(points), k=1)
    chord = np.linalg.norm(points[first] - points[second], axis=1)
    other = np.linalg.norm(points[first] + points[second], axis=1)
    angles = 2 * np.arctan2(chord, other)
    return float(np.minimum(angles, np.pi - angles).min() if antipodal else angles.min())


def project_to_sphere(points: Array) -> Array:
    """Rows scaled to unit length; a zero row becomes the first basis vector."""
    norms = np.linalg.norm(points, axis=1, keepdims=True)
    basis = np.zeros_like(points)
    basis[:, 0] = 1.0
    unit: Array = np.where(norms > 0, points / np.where(norms > 0, norms, 1.0), basis)
    return unit


@st.composite
def _point_set(draw: DrawFn, counts: tuple[int, int], dimensions: tuple[int, int]) -> Array:
    count, dimension = draw(st.integers(*counts)), draw(st.integers(*dimensions))
    coordinate = st.floats(-1, 1, allow_subnormal=False, width=32)
    points = np.array(draw(st.lists(coordinate, min_size=count * dimension, max_size=count * dimension)))
    points = points.reshape(count, dimension)
    geometry = draw(st.sampled_from(GEOMETRIES))
    if geometry in ("crowded", "near_antipodal"):
        spread = 10.0 ** -draw(st.integers(0, 6))
        signs = np.ones(count) if geometry == "crowded" else np.where(np.arange(count) % 2, -1.0, 1.0)
        centre = points[0] if points[0].any() else np.eye(dimension)[0]
        points = signs[:, None] * (centre + spread * points)
    elif geometry == "sparse":
        points = np.where(np.abs(points) > 0.6, points, 0.0)
    return project_to_sphere(points)


def unit_vectors(
    *, count: tuple[int, int] = (2, 5), dimension: tuple[int, int] = (2, 6), name: str = "X"
) -> SearchStrategy[dict[str, Any]]:
    """Sets of unit vectors in several geometries: {name: (n, d)}. Duplicates and antipodes may occur.

    Args:
        count, dimension: inclusive ranges of n and d.

    Example:
        >>> unit_vectors(count=(3, 3))  # doctest: +ELLIPSIS
        _point_set...
    """
    if count[0] < 1 or dimension[0] < 1:
        raise MalformedClaim(f"count={count}, dimension={dimension}: give ranges of positive integers, as (2, 5)")
    return _point_set(count, dimension).map(lambda points: {name: points})


@st.composite
def _rational_unit_vectors(draw: DrawFn, dimensions: tuple[int, int], extra: int) -> dict[str, Any]:
    dimension = draw(st.integers(*dimensions))
    count = dimension + extra
    rows = []
    for _ in range(count):
        slopes = [draw(st.fractions(-3, 3, max_denominator=9)) for _ in range(dimension - 1)]
        rows.append(_stereographic(slopes))
    return {"X": tuple(rows)}


def _stereographic(slopes: list[Fraction]) -> tuple[Fraction, ...]:
    square = sum((slope * slope for slope in slopes), Fraction(0))
    return (*(2 * slope / (square + 1) for slope in slopes), (square - 1) / (square + 1))


def rational_unit_vectors(*, dimension: tuple[int, int] = (2, 4), extra: int = 1) -> SearchStrategy[dict[str, Any]]:
    """Exactly unit vectors with rational coordinates, d + extra of them in R^d: {"X": tuple of tuples of Fraction}."""
    return _rational_unit_vectors(dimension, extra)

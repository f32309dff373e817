"""Spectra: eigenvalues as kernels and Hessians have them, in non-increasing order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from .coordinates import draw_array, draw_magnitude, require_range

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SHAPES = ("generic", "power_law", "exponential", "clustered", "spiked", "flat", "with_zeros")
"""Kinds of spectra drawn."""


def _shape(draw: DrawFn, shape: str, size: int) -> Array:
    ranks = np.arange(1, size + 1, dtype=np.float64)
    if shape == "power_law":
        return np.asarray(ranks ** -draw(st.sampled_from((1.0, 0.5, 2.0, 4.0))))
    if shape == "exponential":
        return np.asarray(draw(st.sampled_from((0.5, 0.1, 0.9, 0.99))) ** (ranks - 1))
    if shape == "clustered":
        spread = draw_magnitude(draw, -12, -1)
        levels = np.where(ranks <= draw(st.integers(1, size)), 1.0, draw_magnitude(draw, -6, 0))
        return np.asarray(levels * (1 + spread * np.abs(draw_array(draw, size))))
    if shape == "spiked":
        return np.where(ranks == 1, 1.0, draw_magnitude(draw, -12, -1))
    if shape == "flat":
        return np.ones(size)
    values = np.abs(draw_array(draw, size))
    return np.where(ranks <= draw(st.integers(0, size)), values, 0.0) if shape == "with_zeros" else values


@st.composite
def _spectrum(draw: DrawFn, sizes: tuple[int, int], condition: int | None, scales: tuple[int, int]) -> Array:
    size = draw(st.integers(*sizes))
    values = _shape(draw, draw(st.sampled_from(SHAPES)), size)
    if condition is not None:
        top = values.max(initial=0.0) or 1.0
        values = np.clip(values / top, 10.0**-condition, 1.0)
    ordered: Array = draw_magnitude(draw, *scales) * np.sort(values)[::-1]
    return ordered


def spectra(
    *,
    size: tuple[int, int] = (1, 8),
    condition: int | None = None,
    scale: tuple[int, int] = (-3, 3),
    name: str = "spectrum",
) -> SearchStrategy[dict[str, Any]]:
    """Eigenvalues in non-increasing order, >= 0: {name: (n,)}. See `SHAPES`; all may be zero unless `condition` is set.

    Args:
        size: inclusive range of n. condition: if given, the spectrum is positive with largest / least at most
            10^condition. scale: range of the power of ten that multiplies all. name: key of the spectrum.

    Example:
        >>> from hypothesis import find
        >>> find(spectra(size=(3, 3)), lambda data: data["spectrum"][0] > 2 * data["spectrum"][1] > 0)["spectrum"].shape
        (3,)
    """
    require_range("size", size)
    return _spectrum(size, condition, scale).map(lambda values: {name: values})

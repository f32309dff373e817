"""Which positions a window sees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.kernels.states.window import OUTSIDE, Padding, Window

MODES = {"same": "constant", "circular": "wrap"}


@given(
    st.tuples(st.integers(1, 7), st.integers(1, 7)),
    st.tuples(st.integers(1, 4), st.integers(1, 4)),
    st.integers(1, 3),
    st.sampled_from(["same", "valid", "circular"]),
)
def test_positions_are_those_of_a_padded_image(
    grid: tuple[int, int], size: tuple[int, int], stride: int, padding: Padding
) -> None:
    """If false, a convolution differs from sliding a window over the padded image."""
    window = Window(size, stride, padding)
    if padding == "valid":
        if size[0] > grid[0] or size[1] > grid[1]:
            return
        margins = [(0, 0), (0, 0)]
    else:
        totals = [max((-(-n // stride) - 1) * stride + k - n, 0) for n, k in zip(grid, size, strict=True)]
        margins = [(total // 2, total - total // 2) for total in totals]
    image = np.arange(grid[0] * grid[1]).reshape(grid)
    options = {"constant_values": OUTSIDE} if padding == "same" else {}
    padded = np.pad(image, margins, mode=MODES.get(padding, "constant"), **options)  # type: ignore[call-overload]
    views = np.lib.stride_tricks.sliding_window_view(padded, size)[::stride, ::stride]
    assert window.over(grid) == views.shape[:2]
    np.testing.assert_array_equal(window.positions(grid), views.reshape(-1, window.area))


def test_even_windows_put_the_odd_zero_at_the_end() -> None:
    """If false, even windows are shifted by one against the usual convention for "same"."""
    assert Window((1, 2), 1, "same").positions((1, 3)).tolist() == [[0, 1], [1, 2], [2, OUTSIDE]]


@pytest.mark.parametrize("stride", [2, 3])
def test_strides_skip_positions(stride: int) -> None:
    """If false, a stride keeps positions that it should skip."""
    assert Window((1, 1), stride, "valid").positions((1, 7)).ravel().tolist() == list(range(0, 7, stride))

"""The windows of a convolution: which input positions each output position sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from ...errors import InvalidArgument

Padding: TypeAlias = Literal["same", "valid", "circular"]
Grid: TypeAlias = tuple[int, int]
OUTSIDE = -1
"""The index of a position that lies outside the image, where zero padding stands."""


@final
@dataclass(frozen=True)
class Window:
    """A rectangle moved over a grid.

    Args:
        size: height and width. stride: step, the same in both directions.
        padding: "same" (zeros, output ceil(length / stride), an odd zero goes to the end), "valid" (no padding) or
            "circular" (as "same", wrapped around).
    """

    size: Grid
    stride: int
    padding: Padding

    @property
    def area(self) -> int:
        """Number of positions within the window."""
        return self.size[0] * self.size[1]

    def over(self, grid: Grid) -> Grid:
        """The grid of the output.

        Raises:
            InvalidArgument: if the window does not fit.
        """
        return self._axis(grid, 0).shape[0], self._axis(grid, 1).shape[0]

    def positions(self, grid: Grid) -> NDArray[np.int64]:
        """Input positions, row by row, or `OUTSIDE`: shape (number of outputs, area)."""
        rows, columns = self._axis(grid, 0), self._axis(grid, 1)
        flat = rows[:, None, :, None] * grid[1] + columns[None, :, None, :]
        seen = np.where((rows[:, None, :, None] < 0) | (columns[None, :, None, :] < 0), OUTSIDE, flat)
        return seen.reshape(-1, self.area)

    def _axis(self, grid: Grid, axis: int) -> NDArray[np.int64]:
        length, size = grid[axis], self.size[axis]
        if self.padding == "valid":
            if size > length:
                raise InvalidArgument(
                    f"a window of size {self.size} does not fit into an image of {grid[0]} x {grid[1]} positions; "
                    "use padding='same' or a smaller window"
                )
            outputs, before = (length - size) // self.stride + 1, 0
        else:
            outputs = -(-length // self.stride)
            before = max((outputs - 1) * self.stride + size - length, 0) // 2
        places = self.stride * np.arange(outputs)[:, None] + np.arange(size)[None, :] - before
        if self.padding == "circular":
            return places % length
        return np.where((places < 0) | (places >= length), OUTSIDE, places)

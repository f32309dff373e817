"""Convolutions over the positions of images."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import final, get_args

from ...errors import InvalidArgument
from ..architecture import AbstractLayer, Signal, State
from ..parameterisation import Parameterisation, affine_step
from ..states.window import Padding, Window
from .deviation import Deviation, as_deviation, as_width, call_text


@final
@dataclass(frozen=True)
class Conv(AbstractLayer):
    """A convolution with two-dimensional windows.

    Formula:
        z_p = sigma_w (area * channels)^(-1/2) sum_o W_o x_(p + o) + sigma_b b, W and b standard normal;
        K'_(p, p') = sigma_w^2 mean_o K_(p + o, p' + o) + sigma_b^2, the same o for both, zero outside of the image.

    Args:
        size: height and width of the window, or one number for both. sigma_w, sigma_b: as in `Dense`.
        stride: step in both directions.
        padding: "same" (zeros around; the output has ceil(length / stride) positions), "valid" (none) or "circular".
        width: number of output channels, which the next layer needs in standard parameterisation only.

    Raises:
        InvalidArgument: for values out of these ranges.

    Source: novak_2019, Section 2 (restated from memory).

    Example:
        >>> print(Conv(3, 1.5, padding="valid"))
        Conv(3, 3/2, padding='valid')
    """

    size: int | tuple[int, int]
    sigma_w: Deviation
    sigma_b: Deviation | None = None
    stride: int = field(default=1, kw_only=True)
    padding: Padding = field(default="same", kw_only=True)
    width: int | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sigma_w", as_deviation("sigma_w", self.sigma_w))
        if self.sigma_b is not None:
            object.__setattr__(self, "sigma_b", as_deviation("sigma_b", self.sigma_b))
        as_width(self.width)
        if len(self.window.size) != 2 or not all(_is_positive(length) for length in (*self.window.size, self.stride)):
            raise InvalidArgument(f"size={self.size!r}, stride={self.stride!r}: give positive whole numbers")
        if self.padding not in get_args(Padding):
            raise InvalidArgument(f"padding={self.padding!r}: write one of {get_args(Padding)}")

    @property
    def window(self) -> Window:
        """What one output position sees."""
        size = self.size if isinstance(self.size, tuple) else (self.size, self.size)
        return Window(size, self.stride, self.padding)

    def outgoing(self, signal: Signal, where: str) -> Signal:
        """As `AbstractLayer.outgoing`."""
        if not signal.spatial:
            raise InvalidArgument(
                f"{where}: Conv takes images and gets vectors; put it before Flatten() or GlobalAvgPool(), "
                "and start the network with Conv"
            )
        grid = None if signal.grid is None else self.window.over(signal.grid)
        return replace(signal.affine(self.width), grid=grid)

    def advance(self, state: State, signal: Signal, parameterisation: Parameterisation, where: str) -> State:
        """As `AbstractLayer.advance`."""
        fan_in = None if signal.width is None else signal.width * self.window.area
        step = affine_step(parameterisation, self.sigma_w, self.sigma_b, fan_in, where)
        return state.patches(self.window).affine(step)

    def __str__(self) -> str:
        numbers = (self.size, self.sigma_w, self.sigma_b)
        stride = None if self.stride == 1 else self.stride
        padding = None if self.padding == "same" else self.padding
        shown = (number for number in numbers if number is not None)
        return call_text("Conv", *shown, stride=stride, padding=padding, width=self.width)


def _is_positive(length: object) -> bool:
    return isinstance(length, int) and not isinstance(length, bool) and length > 0

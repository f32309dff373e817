"""From images to vectors."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import final

from ...errors import InvalidArgument
from ..architecture import AbstractLayer, Signal, State
from ..parameterisation import Parameterisation


@final
@dataclass(frozen=True)
class Flatten(AbstractLayer):
    """All features of all positions as one vector.

    Formula:
        K' = mean_p K_(p, p).

    Source: novak_2019, Section 3.1 (restated from memory).

    Example:
        >>> print(Flatten())
        Flatten()
    """

    def outgoing(self, signal: Signal, where: str) -> Signal:
        """As `AbstractLayer.outgoing`."""
        _require_images(signal, where)
        width = None
        if signal.width is not None and signal.grid is not None:
            width = signal.width * signal.grid[0] * signal.grid[1]
        return replace(signal, spatial=False, gaussian=False, width=width, grid=None)

    def advance(self, state: State, signal: Signal, parameterisation: Parameterisation, where: str) -> State:
        """As `AbstractLayer.advance`."""
        return state.flatten()

    def __str__(self) -> str:
        return "Flatten()"


@final
@dataclass(frozen=True)
class GlobalAvgPool(AbstractLayer):
    """The features averaged over all positions.

    Formula:
        K' = mean_(p, p') K_(p, p').

    Source: novak_2019, Section 3.2 (restated from memory).

    Example:
        >>> print(GlobalAvgPool())
        GlobalAvgPool()
    """

    def outgoing(self, signal: Signal, where: str) -> Signal:
        """As `AbstractLayer.outgoing`."""
        _require_images(signal, where)
        return replace(signal, spatial=False, grid=None)

    def advance(self, state: State, signal: Signal, parameterisation: Parameterisation, where: str) -> State:
        """As `AbstractLayer.advance`."""
        return state.pool()

    def __str__(self) -> str:
        return "GlobalAvgPool()"


def _require_images(signal: Signal, where: str) -> None:
    if not signal.spatial:
        raise InvalidArgument(f"{where}: it takes images and gets vectors, which have no positions; remove it")

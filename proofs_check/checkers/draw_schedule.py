"""Schedules: how many draws of one law are made before each look, and when a budget is not spent at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import final

from ..statistics.spending import equal_levels
from .width_sample import CONFIRMATION_ALPHA as CONFIRMATION_ALPHA
from .width_sample import CONFIRMATION_SHARE, GROWTH, LOOKS, PILOT_FEWEST, PILOT_SHARE

TARGET = 0.7
"""Planned half-width of the band at the first look in units of the resolution."""


@final
@dataclass(frozen=True, kw_only=True)
class DrawSchedule:
    """Looks at a growing sample.

    Args:
        sizes: draws at each look, increasing; only a pilot where the budget cannot resolve what is asked for.
        level: share of alpha of each look. resolution: what is asked for. most: draws that the budget allows.
        half_width: (draws, level) -> half-width of the band.
    """

    sizes: tuple[int, ...]
    level: float
    resolution: float
    most: int
    half_width: Callable[[int, float], float]

    @property
    def is_refused(self) -> bool:
        """True if the band at the whole budget is wider than the resolution."""
        return self.half_width(self.most, self.level) >= self.resolution

    def looks(self) -> Iterator[tuple[str, int]]:
        """Name of each look and the draws at it, those of earlier looks included."""
        for number, size in enumerate(self.sizes, start=1):
            yield ("pilot" if self.is_refused else f"look {number}"), size

    def confirmation(self, drawn: int) -> int:
        """Fresh draws that confirm a refutation."""
        return max(PILOT_FEWEST, int(CONFIRMATION_SHARE * drawn))

    def power(self, tail: Callable[[int, float], float]) -> float:
        """Chance that the last look resolves a true claim; `tail`: (draws, room) -> chance of a larger distance."""
        size = self.sizes[-1]
        room = self.resolution - self.half_width(size, self.level)
        return max(0.0, 1 - tail(size, max(room, 0.0)))

    def refusal(self, noun: str) -> str:
        """Why the sample was not drawn, what the budget would resolve, and what the resolution would take."""
        reachable = self.half_width(self.most, self.level)
        needed = self.most * (reachable / (TARGET * self.resolution)) ** 2
        return (
            f"this budget allows {self.most} {noun}, whose band is {reachable:.2g} wide on each side, not within the "
            f"{self.resolution:g} asked for, so only a pilot was drawn; it takes about {needed:.2g} {noun}: raise "
            f"--budget, or ask for {reachable / TARGET:.2g}"
        )


def plan_draws(resolution: float, half_width: Callable[[int, float], float], alpha: float, most: int) -> DrawSchedule:
    """The looks that bring the band to `TARGET` of the resolution, then double the sample while the budget lasts.

    Args:
        half_width: (draws, level) -> half-width, of order 1/sqrt(draws).
    """
    level = equal_levels(alpha, LOOKS)[0]
    most = max(most, PILOT_FEWEST)
    first = 1 + int(PILOT_FEWEST * (half_width(PILOT_FEWEST, level) / (TARGET * resolution)) ** 2)
    sizes = tuple(dict.fromkeys(min(most, int(first * GROWTH**look)) for look in range(LOOKS)))
    if half_width(most, level) >= resolution:
        sizes = (min(most, max(PILOT_FEWEST, int(PILOT_SHARE * most))),)
    return DrawSchedule(sizes=sizes, level=level, resolution=resolution, most=most, half_width=half_width)

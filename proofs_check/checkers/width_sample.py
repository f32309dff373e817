"""Samples of a statistic over network widths: a pilot to plan with, a main sample to judge, a fresh one to confirm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

from ..statistics.moments import WidthMoments, draws_per_width, simulate_moments

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..claims import Limit, Scaling
    from .context import CheckContext

PILOT_SHARE = 0.05
PILOT_FEWEST = 64
SKEWNESS_ROOM = 0.25
"""Part of an interval's half-width that may be owed to skewness; more is met by more draws."""
CONFIRMATION_SHARE = 0.25
CONFIRMATION_ALPHA = 1e-3
"""Level of the fresh sample that must agree before a refutation is printed; it can only lower the false-alarm rate."""


@final
@dataclass(frozen=True, kw_only=True)
class WidthSampler:
    """Draws the statistic of one claim. Twins of the claim share its samples through the context's memo."""

    claim: Limit | Scaling
    context: CheckContext
    inputs: NDArray[np.float64]

    def pilot(self) -> WidthMoments:
        """A small sample from which variances are planned; it takes no part in the judgement."""
        neurons = PILOT_SHARE * self.context.budget.neurons
        return self._draw("pilot", draws_per_width(self.claim.widths, neurons, PILOT_FEWEST))

    def main(self, fraction: float) -> WidthMoments:
        """The judged sample: `fraction` of the neuron budget, at most all of it."""
        return self._draw("main", self.draws(fraction))

    def confirmation(self, main: WidthMoments) -> WidthMoments:
        """Fresh draws, a quarter as many as the main sample."""
        draws = tuple(max(PILOT_FEWEST, int(CONFIRMATION_SHARE * count)) for count in main.draws)
        return self._draw("confirmation", draws)

    def draws(self, fraction: float) -> tuple[int, ...]:
        """Draws per width when `fraction` of the budget is spent."""
        return draws_per_width(self.claim.widths, min(fraction, 1.0) * self.context.budget.neurons, PILOT_FEWEST)

    def _draw(self, stage: str, draws: tuple[int, ...]) -> WidthMoments:
        claim, context = self.claim, self.context
        return context.once(
            (stage, claim.simulate, claim.inputs, claim.widths),
            lambda: simulate_moments(
                claim.simulate,
                self.inputs,
                claim.widths,
                draws,
                lambda width: context.rng(stage, width),
                lambda line: context.report(f"{stage}: {line}"),
            ),
        )


def needed_for_normality(pilot: WidthMoments, quantile: float) -> float:
    """Draws, relative to the pilot's, at which the skewness of the means widens the intervals by a quarter only."""
    return float((pilot.mean_skewness * (quantile**2 - 1) / 6 / (SKEWNESS_ROOM * quantile)) ** 2)

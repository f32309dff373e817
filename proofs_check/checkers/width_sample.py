"""Samples of a statistic over network widths: a pilot to plan with, looks at a growing main sample, a fresh one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from ..statistics.corrections import normal_power, student_quantile
from ..statistics.moments import WidthMoments, draws_per_width, simulate_moments
from ..statistics.spending import equal_levels

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..claims import Limit, Scaling
    from .context import CheckContext

    Array = NDArray[np.float64]
    Planned = Callable[[WidthMoments, float], tuple[Array, Array]]

PILOT_SHARE = 0.05
PILOT_FEWEST = 64
LOOKS = 3
"""Looks at the main sample, each at its share of alpha; the pilot is a fourth that can only refute or refuse."""
GROWTH = 2.0
"""The main sample grows by this factor from one look to the next."""
TARGET = 0.75
"""Planned half-width at the first look in units of what is wanted; the rest is room for the estimate's deviation."""
REFUSAL = 1.2
"""A budget that is planned to miss the wanted half-width by more than this factor is not spent."""
EMPHASES = (0.0, 0.25, 0.5, 0.75, 1.0)
"""Powers of the width to which a width's share of the neurons may be proportional; the pilot decides."""
TAILS_TOLD = 1.25
"""Widening of the intervals by heavy tails from which on the verdict says so."""
CONFIRMATION_SHARE = 0.5
CONFIRMATION_ALPHA = 1e-3
"""Level of the fresh sample that must agree before a refutation is printed; it can only lower the false-alarm rate."""


@final
@dataclass(frozen=True, kw_only=True)
class Plan:
    """How many neurons the looks spend on which widths.

    Args:
        emphasis: see `draws_per_width`. fractions: of the budget at each look, increasing; the last may be all of it.
        reach: half-width planned at the whole budget, in units of what is wanted. power: chance that the last look
            resolves what is wanted. level: share of alpha of each look and of the pilot.
    """

    emphasis: float
    fractions: tuple[float, ...]
    reach: float
    power: float
    level: float

    @property
    def is_refused(self) -> bool:
        """True if the budget cannot resolve what is wanted."""
        return self.reach > REFUSAL


@final
@dataclass(frozen=True, kw_only=True)
class WidthSampler:
    """Draws the statistic of one claim. Twins of the claim share its samples through the context's memo."""

    claim: Limit | Scaling
    context: CheckContext
    inputs: NDArray[np.float64]

    def pilot(self) -> WidthMoments:
        """A small sample from which variances are planned."""
        neurons = PILOT_SHARE * self.context.budget.neurons
        return self._draw("pilot", draws_per_width(self.claim.widths, neurons, PILOT_FEWEST))

    def plan(self, pilot: WidthMoments, planned: Planned, wanted: Array) -> Plan:
        """The cheapest looks that are expected to bring every half-width to `wanted`.

        Args:
            planned: (moments, level) -> (half-widths, standard errors), (p,) each, as the judgement would state them.
        """
        level = equal_levels(self.context.alpha, LOOKS + 1)[0]

        def ratio(fraction: float, emphasis: float) -> float:
            return float((planned(pilot.resized(self.draws(fraction, emphasis)), level)[0] / wanted).max())

        emphasis = min(EMPHASES, key=lambda power: ratio(1.0, power))
        reach = ratio(1.0, emphasis)
        fraction = 1.0
        while fraction > PILOT_SHARE / 2 and ratio(fraction / np.sqrt(2), emphasis) <= TARGET:
            fraction /= np.sqrt(2)
        fractions = tuple(dict.fromkeys(min(1.0, fraction * GROWTH**look) for look in range(LOOKS)))
        half, error = planned(pilot.resized(self.draws(fractions[-1], emphasis)), level)
        missed = sum(1 - normal_power(max(margin, 0.0)) for margin in (wanted - half) / error)
        return Plan(emphasis=emphasis, fractions=fractions, reach=reach, power=max(0.0, 1 - missed), level=level)

    def looks(self, plan: Plan) -> Iterator[WidthMoments]:
        """The main sample at each look, pooled with the looks before it; drawn when asked for."""
        pooled: WidthMoments | None = None
        for number, fraction in enumerate(plan.fractions, start=1):
            wanted = self.draws(fraction, plan.emphasis)
            if pooled is None:
                pooled = self._draw(f"look {number}", wanted)
            else:
                more = tuple(max(1, new - old) for new, old in zip(wanted, pooled.draws, strict=True))
                pooled = pooled.pooled(self._draw(f"look {number}", more))
            yield pooled

    def confirmation(self, main: WidthMoments) -> WidthMoments:
        """Fresh draws, half as many as the main sample; another look at it is confirmed by others."""
        draws = tuple(max(PILOT_FEWEST, int(CONFIRMATION_SHARE * count)) for count in main.draws)
        return self._draw(f"confirmation of {sum(main.draws)}", draws)

    def draws(self, fraction: float, emphasis: float) -> tuple[int, ...]:
        """Draws per width when `fraction` of the budget is spent."""
        neurons = min(fraction, 1.0) * self.context.budget.neurons
        return draws_per_width(self.claim.widths, neurons, PILOT_FEWEST, emphasis)

    def refusal(self, plan: Plan, resolution: float, unit: str = "") -> str:
        """Why the main sample is not drawn, what the budget would resolve, and what the resolution would take."""
        if not np.isfinite(plan.reach):
            return tail_warning(self.pilot())
        neurons = self.context.budget.neurons
        factor = plan.reach**2 / TARGET**2
        return (
            f"the pilot shows that this budget ({neurons:.2g} neurons) would resolve about "
            f"{_amount(plan.reach * resolution, unit)}, not the {_amount(resolution, unit)} asked for, so the main "
            f"sample was not drawn; it takes about {factor:.3g} times the budget ({factor * neurons:.2g} neurons): "
            f"raise --budget, or ask for {_amount(plan.reach * resolution / TARGET, unit)}"
        )

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


def tail_warning(sample: WidthMoments) -> str:
    """Why the tails leave the question open."""
    if sample.is_degenerate:
        return (
            "the statistic varies at some widths and is constant at others, where its draws have missed a rare event; "
            "raise --budget, or compare a statistic with lighter tails"
        )
    return (
        f"draws are so skewed (skewness {sample.mean_skewness:.2g} of the means at {min(sample.draws)} draws or more, "
        f"excess kurtosis {float(sample.excess_kurtosis.max()):.3g}) that no interval can be trusted at this level; "
        "raise --budget, or compare a statistic with lighter tails"
    )


def tail_fallbacks(sample: WidthMoments, alpha: float, comparisons: int) -> tuple[str, ...]:
    """What the intervals cost because the tails are heavy, in words, where it is a quarter or more."""
    plain = student_quantile(alpha, comparisons, min(sample.draws) - 1)
    wider = student_quantile(alpha, comparisons, sample.freedom, sample.mean_skewness)
    if wider < TAILS_TOLD * plain:
        return ()
    kurtosis = float(sample.excess_kurtosis.max())
    return (
        f"heavy tails (excess kurtosis {kurtosis:.3g} observed, skewness {sample.mean_skewness:.2g} of the means): "
        f"Student intervals would be too narrow at this level and were widened by a factor {wider / plain:.3g}",
    )


def _amount(value: float, unit: str) -> str:
    return f"{100 * value:.2g}%" if unit == "%" else f"{value:.2g}"

"""Laws: the empirical distribution function inside a distribution-free band, looked at as the sample grows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from ..errors import MalformedClaim
from ..statistics.distribution import band_half_width, largest_distance
from ..verdicts import Counterexample, Design, Evidence, Figure, Outcome, Series, Verdict
from .draw_schedule import CONFIRMATION_ALPHA, DrawSchedule, plan_draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..claims import Law
    from .context import CheckContext

    Array = NDArray[np.float64]


def check(claim: Law, context: CheckContext) -> Verdict:
    """Judge a `Law`; see `statistical.check`."""
    inputs = np.asarray(claim.inputs(context.dataset), dtype=np.float64)
    schedule = plan_draws(claim.resolution, band_half_width, context.alpha, context.budget.neurons // claim.width)
    samples = np.empty(0)
    for stage, count in schedule.looks():
        samples = np.sort(np.concatenate([samples, _draw(claim, context, inputs, stage, count - len(samples))]))
        looked = _Look(claim=claim, context=context, inputs=inputs, samples=samples, schedule=schedule)
        if (verdict := looked.settled()) is not None:
            return verdict
    return looked.unsettled()


@final
@dataclass(frozen=True, kw_only=True)
class _Look:
    """What one look at the sorted samples of a law shows."""

    claim: Law
    context: CheckContext
    inputs: Array
    samples: Array
    schedule: DrawSchedule

    @property
    def band(self) -> float:
        """Half-width of the band at this look."""
        return band_half_width(len(self.samples), self.schedule.level)

    @property
    def allowed(self) -> float:
        """Distance of the laws that does not refute the claim."""
        return self.claim.resolution if self.claim.approximate else 0.0

    def distance(self) -> tuple[float, int]:
        """Largest distance to the claimed law, and where."""
        return largest_distance(self.samples, _probabilities(self.claim, self.samples, self.inputs))

    def settled(self) -> Verdict | None:
        """The verdict if more samples are not needed; a refutation is confirmed on fresh ones."""
        distance, index = self.distance()
        if distance - self.band > self.allowed:
            return self._confirmed(distance, index)
        if distance + self.band <= self.claim.resolution:
            reason = f"the distribution functions differ by at most {distance + self.band:.4f}, band included"
            return self._verdict(Outcome.HOLDS, reason, distance)
        return None

    def unsettled(self) -> Verdict:
        """The verdict when the budget has ended, or was not spent because it cannot resolve what is asked for."""
        distance, _ = self.distance()
        reason = f"resolves {distance + self.band:.4f}, not the {self.claim.resolution:g} asked for; raise --budget"
        if self.schedule.is_refused:
            reason = self.schedule.refusal("samples")
        elif distance - self.band > self.allowed:
            reason = f"distance {distance:.4f} exceeds the band, but a fresh sample does not confirm it"
        return self._verdict(Outcome.UNDECIDED, reason, distance)

    def _confirmed(self, distance: float, index: int) -> Verdict | None:
        count = self.schedule.confirmation(len(self.samples))
        fresh = np.sort(_draw(self.claim, self.context, self.inputs, f"confirmation of {len(self.samples)}", count))
        again, _ = largest_distance(fresh, _probabilities(self.claim, fresh, self.inputs))
        if again - band_half_width(count, CONFIRMATION_ALPHA) <= self.allowed:
            return None
        at = self.samples[index : index + 1]
        below = np.searchsorted(self.samples, at[0], side="right") / len(self.samples)
        counterexample = Counterexample(
            point={"value": float(at[0]), "data": self.context.dataset.name},
            lhs=f"empirical distribution function {below:.6f}",
            rhs=f"claimed {float(_probabilities(self.claim, at, self.inputs)[0]):.6f}",
            recheck=f"{count} fresh samples differ by {again:.4f}",
        )
        reason = f"the distribution functions differ by {distance:.4f} +- {self.band:.4f}"
        return self._verdict(Outcome.REFUTED, reason, distance, counterexample)

    def _verdict(
        self, outcome: Outcome, reason: str, distance: float, counterexample: Counterexample | None = None
    ) -> Verdict:
        claim, width = self.claim, self.claim.width
        finite = (f"samples come from width {width}, not from the limit",) if claim.approximate else ()
        return Verdict(
            outcome=outcome,
            evidence=Evidence.STATISTICAL if outcome in (Outcome.HOLDS, Outcome.REFUTED) else None,
            reason=reason,
            scope=f"one-dimensional law on {self.context.dataset.name}",
            resolution=distance + self.band,
            counterexample=counterexample,
            design=Design(
                samples=(len(self.samples),),
                widths=(width,) if width > 1 else (),
                alpha=self.context.alpha,
                power=self.schedule.power(lambda count, room: 2 * float(np.exp(-2 * count * room**2))),
                comparisons=1,
                method="Dvoretzky-Kiefer-Wolfowitz band with Massart's constant, valid for every sample size, at up "
                f"to {len(self.schedule.sizes)} looks that share alpha",
            ),
            assumptions=(*claim.assumes, "samples are independent"),
            not_checked=(*claim.not_checked, *finite, "tails beyond the resolution, joint laws"),
            figures=(_figure(claim, self.samples, self.inputs, self.band),),
        )


def _draw(claim: Law, context: CheckContext, inputs: Array, stage: str, count: int) -> Array:
    def draw() -> Array:
        context.report(f"{stage}: {count} samples")
        samples = np.asarray(claim.sample(inputs, count, context.rng(stage)), dtype=np.float64)
        if samples.shape != (count,) or not np.isfinite(samples).all():
            raise MalformedClaim(
                f"Law {claim.slug!r}: sample(X, {count}, rng) gave shape {samples.shape}: return {count} finite numbers"
            )
        return samples

    return context.once((stage, claim.sample, claim.inputs, count), draw)


def _probabilities(claim: Law, samples: Array, inputs: Array) -> Array:
    values = np.asarray(claim.cdf(samples, inputs), dtype=np.float64)
    if values.shape != samples.shape or not ((values >= 0) & (values <= 1)).all():
        raise MalformedClaim(
            f"Law {claim.slug!r}: cdf gave {values[:3]}...: return one probability in [0, 1] per value"
        )
    return values


def _figure(claim: Law, samples: Array, inputs: Array, band: float) -> Figure:
    index = np.linspace(0, len(samples) - 1, 120).astype(int)
    at = samples[index]
    empirical = (index + 1) / len(samples)
    difference = empirical - _probabilities(claim, at, inputs)
    x = tuple(map(float, at))
    return Figure(
        title="Empirical minus claimed distribution function",
        caption="Difference of the distribution functions with its simultaneous band; zero means agreement.",
        x_label="value",
        y_label="difference of probabilities",
        series=(
            Series(
                name="simulation minus claim",
                x=x,
                y=tuple(map(float, difference)),
                lower=tuple(map(float, difference - band)),
                upper=tuple(map(float, difference + band)),
            ),
            Series(name="claimed law", x=(x[0], x[-1]), y=(0.0, 0.0), style="dashed"),
        ),
    )

"""Laws: the empirical distribution function inside a distribution-free band."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import MalformedClaim
from ..statistics.distribution import band_half_width, largest_distance, samples_for_band
from ..verdicts import Counterexample, Design, Evidence, Figure, Outcome, Series, Verdict
from .width_sample import CONFIRMATION_ALPHA, CONFIRMATION_SHARE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..claims import Law
    from .context import CheckContext

    Array = NDArray[np.float64]

TARGET = 0.4
"""Planned half-width of the band in units of the resolution."""


def check(claim: Law, context: CheckContext) -> Verdict:
    """Judge a `Law`; see `statistical.check`."""
    inputs = np.asarray(claim.inputs(context.dataset), dtype=np.float64)
    wanted = samples_for_band(TARGET * claim.resolution, context.alpha)
    count = min(wanted, context.budget.neurons // max(claim.width, 1))
    samples = _draw(claim, context, inputs, "main", count)
    band = band_half_width(count, context.alpha)
    distance, index = largest_distance(samples, _probabilities(claim, samples, inputs))
    allowed = claim.resolution if claim.approximate else 0.0
    design = Design(
        samples=(count,),
        widths=(claim.width,) if claim.width > 1 else (),
        alpha=context.alpha,
        power=max(0.0, 1 - 2 * float(np.exp(-2 * count * max(claim.resolution - band, 0.0) ** 2))),
        method="Dvoretzky-Kiefer-Wolfowitz band with Massart's constant, valid for every sample size",
    )
    counterexample = None
    if distance - band > allowed:
        fresh = _draw(claim, context, inputs, "confirmation", max(1, int(CONFIRMATION_SHARE * count)))
        again, _ = largest_distance(fresh, _probabilities(claim, fresh, inputs))
        outcome = Outcome.UNDECIDED
        reason = f"distance {distance:.4f} exceeds the band, but a fresh sample does not confirm it"
        if again - band_half_width(len(fresh), CONFIRMATION_ALPHA) > allowed:
            outcome = Outcome.REFUTED
            reason = f"the distribution functions differ by {distance:.4f} +- {band:.4f}"
            at = float(samples[index])
            counterexample = Counterexample(
                point={"value": at, "data": context.dataset.name},
                lhs=f"empirical distribution function {np.searchsorted(samples, at, side='right') / count:.6f}",
                rhs=f"claimed {float(_probabilities(claim, samples[index : index + 1], inputs)[0]):.6f}",
                recheck=f"{len(fresh)} fresh samples differ by {again:.4f}",
            )
    elif distance + band <= claim.resolution:
        outcome = Outcome.HOLDS
        reason = f"the distribution functions differ by at most {distance + band:.4f}, band included"
    else:
        outcome = Outcome.UNDECIDED
        reason = f"resolves {distance + band:.4f}, not the {claim.resolution:g} asked for; raise --budget"
    finite = (f"samples come from width {claim.width}, not from the limit",) if claim.approximate else ()
    return Verdict(
        outcome=outcome,
        evidence=Evidence.STATISTICAL if outcome in (Outcome.HOLDS, Outcome.REFUTED) else None,
        reason=reason,
        scope=f"one-dimensional law on {context.dataset.name}",
        resolution=distance + band,
        counterexample=counterexample,
        design=design,
        assumptions=(*claim.assumes, "samples are independent"),
        not_checked=(*claim.not_checked, *finite, "tails beyond the resolution, joint laws"),
        figures=(_figure(claim, samples, inputs, band),),
    )


def _draw(claim: Law, context: CheckContext, inputs: Array, stage: str, count: int) -> Array:
    def draw() -> Array:
        context.report(f"{stage}: {count} samples")
        samples = np.asarray(claim.sample(inputs, count, context.rng(stage)), dtype=np.float64)
        if samples.shape != (count,) or not np.isfinite(samples).all():
            raise MalformedClaim(
                f"Law {claim.slug!r}: sample(X, {count}, rng) gave shape {samples.shape}: return {count} finite numbers"
            )
        return np.sort(samples)

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

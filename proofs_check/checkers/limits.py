"""Limits: the intercept of a statistic in powers of 1/width, with an interval inside the stated resolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from ..errors import MalformedClaim
from ..statistics.corrections import CorrectionFit, fit_features, limit_features, normal_power, student_quantile
from ..verdicts import Counterexample, Design, Evidence, Figure, Outcome, Series, Verdict
from .width_sample import CONFIRMATION_ALPHA, PILOT_SHARE, SKEWNESS_ROOM, WidthSampler, needed_for_normality

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..claims import Limit
    from ..statistics.moments import WidthMoments
    from .context import CheckContext

    Array = NDArray[np.float64]

TARGET = 0.6
"""Planned half-width in units of the resolution; the rest is room for the estimate's own deviation."""


@final
@dataclass(frozen=True, kw_only=True)
class Intercepts:
    """Extrapolated limits of the p entries with simultaneous intervals.

    `used` is the number of widths, the largest ones, in each entry's fit. `misfit` marks entries for which even the
    four largest widths do not follow the expansion: their intervals, from three widths, can refute but not confirm.
    """

    estimate: Array
    half_width: Array
    used: tuple[int, ...]
    misfit: NDArray[np.bool_]

    def excludes(self, target: Array) -> NDArray[np.bool_]:
        """Entries whose interval excludes the target."""
        excluded: NDArray[np.bool_] = np.abs(self.estimate - target) > self.half_width
        return excluded


def check(claim: Limit, context: CheckContext) -> Verdict:
    """Judge a `Limit`; see `statistical.check`."""
    inputs = np.asarray(claim.inputs(context.dataset), dtype=np.float64)
    target = _target(claim, inputs)
    sampler = WidthSampler(claim=claim, context=context, inputs=inputs)
    pilot = sampler.pilot().scaled(float(claim.width_power))
    comparisons = 3 * len(target) * (len(claim.widths) - 2)
    quantile = student_quantile(context.alpha, comparisons, min(pilot.draws) - 1)
    fraction, power = _plan(claim, context, pilot, target, quantile)
    sample = sampler.main(fraction).scaled(float(claim.width_power))
    if sample.mean.shape[1] != len(target):
        raise MalformedClaim(
            f"Limit {claim.slug!r}: simulate gives {sample.mean.shape[1]} entries and limit gives {len(target)}: "
            "return the same entries in the same order"
        )
    found = _intercepts(claim, sample, context.alpha, comparisons)
    design = Design(
        samples=sample.draws,
        widths=sample.widths,
        alpha=context.alpha,
        power=power,
        comparisons=comparisons,
        method="weighted least squares in 1, x, x^2, x = width^-order; simultaneous Student intervals with skewness",
    )
    common = _Common(claim=claim, context=context, sample=sample, target=target, found=found, design=design)
    excluded = found.excludes(target)
    if excluded.any():
        fresh = sampler.confirmation(sample).scaled(float(claim.width_power))
        again = _intercepts(claim, fresh, CONFIRMATION_ALPHA, comparisons)
        confirmed = excluded & again.excludes(target)
        confirmed &= np.sign(again.estimate - target) == np.sign(found.estimate - target)
        if confirmed.any():
            return common.refuted(int(np.argmax(confirmed * common.deviation / found.half_width)), again, fresh)
        return common.undecided("the main sample excludes the limit but a fresh sample does not confirm it")
    if found.misfit.any():
        return common.undecided(
            f"the means do not follow corrections of order width^-{claim.correction_order}: "
            "change correction_order or the widths"
        )
    if common.resolution <= claim.resolution:
        return common.holds()
    return common.undecided(
        f"resolves {common.resolution:.2%}, not the {claim.resolution:.2%} asked for; raise --budget or the resolution"
    )


def _target(claim: Limit, inputs: Array) -> Array:
    target = np.atleast_1d(np.asarray(claim.limit(inputs), dtype=np.float64))
    if target.ndim != 1 or not np.isfinite(target).all():
        raise MalformedClaim(f"Limit {claim.slug!r}: limit(X) gave {target!r}: return p finite numbers")
    if not target.all():
        raise MalformedClaim(
            f"Limit {claim.slug!r}: entry {int(np.argmin(np.abs(target)))} of the limit is 0, which has no relative "
            "error: leave it out, or add a known constant to the statistic and the limit"
        )
    return target


def _fit(claim: Limit, sample: WidthMoments, entry: int, used: int) -> CorrectionFit:
    """Fit of one entry to the `used` largest widths."""
    features, omitted = limit_features(np.asarray(sample.widths[-used:], dtype=float), float(claim.correction_order))
    return fit_features(features, omitted, sample.mean[-used:, entry], sample.standard_error[-used:, entry])


def _intercepts(claim: Limit, sample: WidthMoments, alpha: float, comparisons: int) -> Intercepts:
    """Every entry from as many widths as follow the expansion; the intervals hold for all choices at once."""
    quantile = student_quantile(alpha, comparisons, min(sample.draws) - 1, sample.mean_skewness)
    chosen = [_longest_fit(claim, sample, entry, alpha / comparisons) for entry in range(sample.mean.shape[1])]
    return Intercepts(
        estimate=np.array([fit.coefficients[0] for _, fit in chosen]),
        half_width=np.array([fit.half_width(0, quantile) for _, fit in chosen]),
        used=tuple(used for used, _ in chosen),
        misfit=np.array([used == 3 for used, _ in chosen]),
    )


def _longest_fit(claim: Limit, sample: WidthMoments, entry: int, level: float) -> tuple[int, CorrectionFit]:
    for used in range(len(sample.widths), 3, -1):
        fit = _fit(claim, sample, entry, used)
        if fit.misfit_probability() >= level:
            return used, fit
    return 3, _fit(claim, sample, entry, 3)


def _plan(
    claim: Limit, context: CheckContext, pilot: WidthMoments, target: Array, quantile: float
) -> tuple[float, float]:
    """Fraction of the budget that the resolution needs (above 1 if it cannot be had), and the power at that size."""
    entries = range(min(pilot.mean.shape[1], len(target)))
    fits = [_fit(claim, pilot, entry, len(claim.widths)) for entry in entries]
    errors = np.array([np.sqrt(fit.covariance[0, 0]) for fit in fits])
    truncation = np.array([abs(fit.truncation[0]) * np.sqrt(fit.covariance[-1, -1]) for fit in fits])
    wanted = claim.resolution * np.abs(target[: len(fits)])
    quantile *= 1 + SKEWNESS_ROOM
    fraction = PILOT_SHARE * float((quantile * (errors + truncation) / (TARGET * wanted)).max()) ** 2
    fraction = max(fraction, PILOT_SHARE * needed_for_normality(pilot, quantile / (1 + SKEWNESS_ROOM)))
    shrink = np.sqrt(PILOT_SHARE / min(fraction, 1.0))
    margins = (wanted - quantile * (errors + truncation) * shrink) / (errors * shrink)
    power = 1 - sum(1 - normal_power(max(margin, 0.0)) for margin in margins)
    return fraction, max(power, 0.0)


@final
@dataclass(frozen=True, kw_only=True)
class _Common:
    """What the three verdicts on one limit share."""

    claim: Limit
    context: CheckContext
    sample: WidthMoments
    target: Array
    found: Intercepts
    design: Design

    @property
    def deviation(self) -> Array:
        """(p,): |estimate - target|."""
        deviation: Array = np.abs(self.found.estimate - self.target)
        return deviation

    @property
    def resolution(self) -> float:
        """Smallest relative error of every entry that the intervals would have excluded."""
        return float(((self.deviation + self.found.half_width) / np.abs(self.target)).max())

    def holds(self) -> Verdict:
        return self._verdict(
            Outcome.HOLDS,
            f"all {len(self.target)} extrapolated means lie within {self.resolution:.2%} of the limit, "
            f"intervals included (asked for {self.claim.resolution:.2%})",
        )

    def undecided(self, reason: str) -> Verdict:
        return self._verdict(Outcome.UNDECIDED, reason)

    def refuted(self, entry: int, again: Intercepts, fresh: WidthMoments) -> Verdict:
        estimate, half_width = self.found.estimate[entry], self.found.half_width[entry]
        ratio = estimate / self.target[entry]
        spread = half_width / abs(self.target[entry])
        counterexample = Counterexample(
            point={"entry": self._label(entry), "widths": list(self.sample.widths), "data": self.context.dataset.name},
            lhs=f"{estimate:.8g} +- {half_width:.2g}",
            rhs=f"{self.target[entry]:.8g}",
            recheck=f"{sum(fresh.draws)} fresh draws give {again.estimate[entry]:.8g} +- {again.half_width[entry]:.2g}",
        )
        reason = f"simulation / claimed limit = {ratio:.5g} +- {spread:.1g} for {self._label(entry)}, not 1"
        return self._verdict(Outcome.REFUTED, reason, counterexample)

    def _label(self, entry: int) -> str:
        return self.claim.labels[entry] if entry < len(self.claim.labels) else f"entry {entry}"

    def _verdict(self, outcome: Outcome, reason: str, counterexample: Counterexample | None = None) -> Verdict:
        decided = outcome in (Outcome.HOLDS, Outcome.REFUTED)
        widths = self.sample.widths
        return Verdict(
            outcome=outcome,
            evidence=Evidence.STATISTICAL if decided else None,
            reason=reason,
            scope=f"means at widths {widths[0]} to {widths[-1]} on {self.context.dataset.name}, extrapolated",
            resolution=self.resolution,
            counterexample=counterexample,
            design=self.design,
            fallbacks=self._fallbacks(),
            assumptions=(
                *self.claim.assumes,
                f"the mean expands in powers of width^-{self.claim.correction_order}, the third term being at most "
                "the upper limit of the second, in units of the smallest width",
                "means are normal up to their skewness, which the intervals allow for to first order",
            ),
            not_checked=(
                *self.claim.not_checked,
                "convergence in probability beyond the mean, other inputs and widths",
            ),
            figures=(self._against_width(), self._against_limit()),
        )

    def _fallbacks(self) -> tuple[str, ...]:
        fewest = min(self.found.used)
        if fewest == len(self.sample.widths):
            return ()
        return (f"some entries were fitted to the {fewest} largest widths only, as smaller ones do not follow the fit",)

    def _against_width(self) -> Figure:
        """Relative deviation from the limit against width, for the entry that deviates most."""
        entry = int(np.argmax((self.deviation + self.found.half_width) / np.abs(self.target)))
        widths = np.asarray(self.sample.widths, dtype=float)
        quantile = student_quantile(
            self.context.alpha, self.design.comparisons, min(self.sample.draws) - 1, self.sample.mean_skewness
        )
        relative = self.sample.mean[:, entry] / self.target[entry] - 1
        band = quantile * self.sample.standard_error[:, entry] / abs(self.target[entry])
        fit = _fit(self.claim, self.sample, entry, self.found.used[entry])
        fitted = widths[-self.found.used[entry] :]
        grid = np.geomspace(fitted[0], fitted[-1], 60)
        features = limit_features(grid, float(self.claim.correction_order))[0]
        curve = features @ fit.coefficients / self.target[entry] - 1
        ends = (float(widths[0]), float(widths[-1]))
        resolution = self.claim.resolution
        return Figure(
            title=f"Deviation from the limit, {self._label(entry)}",
            caption="Relative deviation of the simulated mean from the claimed limit against width, with simultaneous "
            "confidence intervals, the fitted corrections, and the resolution asked for as a band around zero.",
            x_label="width",
            y_label="simulated mean / limit - 1",
            x_scale="log",
            series=(
                Series(name="claimed limit", x=ends, y=(0.0, 0.0), lower=(-resolution,) * 2, upper=(resolution,) * 2),
                Series(name="fit in powers of 1/width", x=_floats(grid), y=_floats(curve), style="dashed"),
                Series(
                    name="simulation",
                    x=_floats(widths),
                    y=_floats(relative),
                    lower=_floats(relative - band),
                    upper=_floats(relative + band),
                    style="points",
                ),
            ),
        )

    def _against_limit(self) -> Figure:
        """Extrapolated simulation against the formula, entry by entry."""
        index = np.arange(1, len(self.target) + 1, dtype=float)
        estimate, half_width = self.found.estimate, self.found.half_width
        return Figure(
            title="Formula and extrapolated simulation",
            caption="Claimed limit of each entry and the value extrapolated from simulation with its interval.",
            x_label="entry",
            y_label="value",
            series=(
                Series(name="claimed limit", x=_floats(index), y=_floats(self.target), style="dashed"),
                Series(
                    name="simulation, extrapolated",
                    x=_floats(index),
                    y=_floats(estimate),
                    lower=_floats(estimate - half_width),
                    upper=_floats(estimate + half_width),
                    style="points",
                ),
            ),
        )


def _floats(values: Array) -> tuple[float, ...]:
    return tuple(float(value) for value in values)

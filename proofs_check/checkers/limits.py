"""Limits: the intercept of a statistic in powers of 1/width, with an interval inside the stated resolution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from ..errors import MalformedClaim
from ..verdicts import Counterexample, Design, Evidence, Outcome, Verdict
from .intercepts import Intercepts, intercepts, planned_intercepts
from .limit_figures import draw_against_limit, draw_against_width
from .width_sample import CONFIRMATION_ALPHA, Plan, WidthSampler, tail_fallbacks, tail_warning

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..claims import Limit
    from ..statistics.moments import WidthMoments
    from .context import CheckContext

    Array = NDArray[np.float64]


def check(claim: Limit, context: CheckContext) -> Verdict:
    """Judge a `Limit`; see `statistical.check`."""
    inputs = np.asarray(claim.inputs(context.dataset), dtype=np.float64)
    target = _target(claim, inputs)
    sampler = WidthSampler(claim=claim, context=context, inputs=inputs)
    power, order = float(claim.width_power), float(claim.correction_order)
    pilot = sampler.pilot().scaled(power)
    if pilot.mean.shape[1] != len(target):
        raise MalformedClaim(
            f"Limit {claim.slug!r}: simulate gives {pilot.mean.shape[1]} entries and limit gives {len(target)}: "
            "return the same entries in the same order"
        )
    comparisons = 3 * len(target) * (len(claim.widths) - 2)
    plan = sampler.plan(
        pilot,
        lambda moments, level: planned_intercepts(moments, order, level, comparisons),
        claim.resolution * np.abs(target),
    )

    def look(sample: WidthMoments) -> _Look:
        found = intercepts(sample, order, plan.level, comparisons)
        return _Look(claim=claim, sampler=sampler, sample=sample, target=target, found=found, plan=plan)

    looked = look(pilot)
    if plan.is_refused and not looked.excluded.any():
        return looked.undecided(sampler.refusal(plan, claim.resolution, "%"))
    for sample in sampler.looks(plan):
        looked = look(sample.scaled(power))
        if (verdict := looked.settled()) is not None:
            return verdict
    return looked.unsettled()


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


@final
@dataclass(frozen=True, kw_only=True)
class _Look:
    """What one look at the sample of a limit shows."""

    claim: Limit
    sampler: WidthSampler
    sample: WidthMoments
    target: Array
    found: Intercepts
    plan: Plan

    @property
    def excluded(self) -> NDArray[np.bool_]:
        """Entries whose interval excludes the limit."""
        return self.found.excludes(self.target)

    @property
    def deviation(self) -> Array:
        """(p,): |estimate - target|."""
        deviation: Array = np.abs(self.found.estimate - self.target)
        return deviation

    @property
    def resolution(self) -> float:
        """Smallest relative error of every entry that the intervals would have excluded."""
        return float(((self.deviation + self.found.half_width) / np.abs(self.target)).max())

    def settled(self) -> Verdict | None:
        """The verdict if more draws are not needed, or would not help; a refutation is confirmed on fresh draws."""
        if not self.found.trusted:
            return None
        if self.excluded.any():
            return self._confirmed()
        if self.found.misfit.any():
            return self.undecided(
                f"the means do not follow corrections of order width^-{self.claim.correction_order}: "
                "change correction_order or the widths"
            )
        if self.resolution > self.claim.resolution:
            return None
        reason = (
            f"all {len(self.target)} extrapolated means lie within {self.resolution:.2%} of the limit, "
            f"intervals included (asked for {self.claim.resolution:.2%})"
        )
        return self._verdict(Outcome.HOLDS, reason)

    def unsettled(self) -> Verdict:
        """The verdict when the budget has ended."""
        if not self.found.trusted:
            return self.undecided(tail_warning(self.sample))
        if self.excluded.any():
            return self.undecided("the main sample excludes the limit but a fresh sample does not confirm it")
        return self.undecided(
            f"resolves {self.resolution:.2%}, not the {self.claim.resolution:.2%} asked for; "
            "raise --budget or the resolution"
        )

    def undecided(self, reason: str) -> Verdict:
        """The verdict that leaves the question open."""
        return self._verdict(Outcome.UNDECIDED, reason)

    def _confirmed(self) -> Verdict | None:
        fresh = self.sampler.confirmation(self.sample).scaled(float(self.claim.width_power))
        again = intercepts(fresh, float(self.claim.correction_order), CONFIRMATION_ALPHA, self._comparisons)
        confirmed = self.excluded & again.excludes(self.target)
        confirmed &= np.sign(again.estimate - self.target) == np.sign(self.found.estimate - self.target)
        if not confirmed.any():
            return None
        entry = int(np.argmax(confirmed * self.deviation / self.found.half_width))
        estimate, half_width = self.found.estimate[entry], self.found.half_width[entry]
        target, label = self.target[entry], self._label(entry)
        data = self.sampler.context.dataset.name
        counterexample = Counterexample(
            point={"entry": label, "widths": list(self.sample.widths), "data": data},
            lhs=f"{estimate:.8g} +- {half_width:.2g}",
            rhs=f"{target:.8g}",
            recheck=f"{sum(fresh.draws)} fresh draws give {again.estimate[entry]:.8g} +- {again.half_width[entry]:.2g}",
        )
        spread = half_width / abs(target)
        reason = f"simulation / claimed limit = {estimate / target:.5g} +- {spread:.1g} for {label}, not 1"
        return self._verdict(Outcome.REFUTED, reason, counterexample)

    @property
    def _comparisons(self) -> int:
        return 3 * len(self.target) * (len(self.claim.widths) - 2)

    def _label(self, entry: int) -> str:
        return self.claim.labels[entry] if entry < len(self.claim.labels) else f"entry {entry}"

    def _design(self) -> Design:
        return Design(
            samples=self.sample.draws,
            widths=self.sample.widths,
            alpha=self.sampler.context.alpha,
            power=self.plan.power,
            comparisons=self._comparisons,
            method="weighted least squares in 1, x, x^2, x = width^-order; simultaneous Student intervals with "
            f"skewness and kurtosis, at up to {len(self.plan.fractions)} looks that share alpha",
        )

    def _verdict(self, outcome: Outcome, reason: str, counterexample: Counterexample | None = None) -> Verdict:
        decided = outcome in (Outcome.HOLDS, Outcome.REFUTED)
        widths, data = self.sample.widths, self.sampler.context.dataset.name
        worst = int(np.argmax((self.deviation + self.found.half_width) / np.abs(self.target)))
        return Verdict(
            outcome=outcome,
            evidence=Evidence.STATISTICAL if decided else None,
            reason=reason,
            scope=f"means at widths {widths[0]} to {widths[-1]} on {data}, extrapolated",
            resolution=self.resolution,
            counterexample=counterexample,
            design=self._design(),
            fallbacks=(*self._fewer_widths(), *tail_fallbacks(self.sample, self.plan.level, self._comparisons)),
            assumptions=(
                *self.claim.assumes,
                f"the mean expands in powers of width^-{self.claim.correction_order}, the third term being at most "
                "the upper limit of the second, in units of the smallest width",
                "means are normal up to their skewness, which the intervals allow for to first order, and their "
                "variances are known as well as the observed kurtosis lets them be",
            ),
            not_checked=(
                *self.claim.not_checked,
                "convergence in probability beyond the mean, other inputs and widths",
            ),
            figures=(
                draw_against_width(
                    self.claim, self.sample, self.target, self.found, worst, self._label(worst), self.plan.level
                ),
                draw_against_limit(self.target, self.found),
            ),
        )

    def _fewer_widths(self) -> tuple[str, ...]:
        fewest = min(self.found.used)
        if fewest == len(self.sample.widths):
            return ()
        return (f"some entries were fitted to the {fewest} largest widths only, as smaller ones do not follow the fit",)

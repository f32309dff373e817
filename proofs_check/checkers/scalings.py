"""Scalings: the exponent of a statistic in the width, with an interval narrower than the gap to its rivals."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from ..statistics.corrections import CorrectionFit, fit_features, scaling_features
from ..verdicts import Counterexample, Design, Evidence, Figure, Outcome, Series, Verdict
from .intercepts import is_trusted, sample_quantile
from .width_sample import CONFIRMATION_ALPHA, Plan, WidthSampler, tail_fallbacks, tail_warning

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..claims import Scaling
    from ..statistics.moments import WidthMoments
    from .context import CheckContext

    Array = NDArray[np.float64]

COMPARISONS = 3
"""Intervals that share alpha: the exponent, the correction that bounds truncation, and the test of fit."""


def check(claim: Scaling, context: CheckContext) -> Verdict:
    """Judge a `Scaling`; see `statistical.check`."""
    inputs = np.asarray(claim.inputs(context.dataset), dtype=np.float64)
    sampler = WidthSampler(claim=claim, context=context, inputs=inputs)
    pilot = sampler.pilot()
    if problem := _unusable(pilot, 0):
        return Verdict(outcome=Outcome.UNDECIDED, reason=problem, assumptions=claim.assumes)
    gap = min(abs(float(rival - claim.exponent)) for rival in claim.rivals)
    plan = sampler.plan(pilot, lambda moments, level: _planned(claim, moments, level), np.array([gap / 2]))
    looked = _Look(claim=claim, sampler=sampler, sample=pilot, plan=plan, gap=gap)
    if plan.is_refused and (_unusable(pilot, 4) or not looked.is_excluded):
        return looked.undecided(sampler.refusal(plan, gap / 2))
    for sample in sampler.looks(plan):
        if problem := _unusable(sample, 4):
            return Verdict(outcome=Outcome.UNDECIDED, reason=problem, assumptions=claim.assumes)
        looked = _Look(claim=claim, sampler=sampler, sample=sample, plan=plan, gap=gap)
        if (verdict := looked.settled()) is not None:
            return verdict
    return looked.unsettled()


def _planned(claim: Scaling, moments: WidthMoments, level: float) -> tuple[Array, Array]:
    """Half-width and standard error of the exponent, (1,) each, if the means were exactly C m^-k."""
    fit = _fit(claim, moments)
    exact = dataclasses.replace(fit, coefficients=np.zeros_like(fit.coefficients))
    half_width = exact.half_width(1, sample_quantile(moments, level, COMPARISONS))
    if not is_trusted(moments, level, COMPARISONS):
        half_width = np.inf
    return np.array([half_width]), np.array([np.sqrt(fit.covariance[1, 1])])


def _unusable(sample: WidthMoments, errors: float) -> str:
    """Why the logarithm of the means is not known, or nothing. `errors`: standard errors from zero asked for."""
    if sample.mean.shape[1] != 1:
        return f"simulate gives {sample.mean.shape[1]} entries; a Scaling is about one positive number per draw"
    if (sample.mean[:, 0] <= errors * sample.standard_error[:, 0]).any():
        return "the mean is not clearly positive at every width, so its logarithm is not known; raise --budget"
    return ""


def _fit(claim: Scaling, sample: WidthMoments) -> CorrectionFit:
    widths = np.asarray(sample.widths, dtype=float)
    features, omitted = scaling_features(widths, float(claim.correction_order))
    mean, error = sample.mean[:, 0], sample.standard_error[:, 0]
    return fit_features(features, omitted, np.log(mean), error / mean)


@final
@dataclass(frozen=True, kw_only=True)
class _Look:
    """What one look at the sample of a scaling shows. `gap`: distance to the nearest rival exponent."""

    claim: Scaling
    sampler: WidthSampler
    sample: WidthMoments
    plan: Plan
    gap: float

    @property
    def fit(self) -> CorrectionFit:
        """The fit of log mean."""
        return _fit(self.claim, self.sample)

    @property
    def exponent(self) -> float:
        """The exponent found."""
        return float(self.fit.coefficients[1])

    @property
    def half_width(self) -> float:
        """Half-width of its interval."""
        return self.fit.half_width(1, sample_quantile(self.sample, self.plan.level, COMPARISONS))

    @property
    def deviation(self) -> float:
        """|exponent found - claimed|."""
        return abs(self.exponent - float(self.claim.exponent))

    @property
    def is_misfit(self) -> bool:
        """True if no power law with one correction fits the means."""
        return self.fit.misfit_probability() < self.plan.level / COMPARISONS

    @property
    def is_trusted(self) -> bool:
        """False if the tails leave no trust in the interval."""
        return is_trusted(self.sample, self.plan.level, COMPARISONS)

    @property
    def is_excluded(self) -> bool:
        """True if the interval excludes the claimed exponent and the fit is good."""
        return self.is_trusted and not self.is_misfit and self.deviation > self.half_width

    @property
    def is_separated(self) -> bool:
        """True if the interval lies nearer to the claimed exponent than to any rival."""
        return self.deviation + self.half_width < self.gap / 2

    @property
    def estimate(self) -> str:
        """The exponent found, with its interval, in words."""
        return f"{self.exponent:.4f} +- {self.half_width:.4f}"

    def settled(self) -> Verdict | None:
        """The verdict if more draws are not needed, or would not help; a refutation is confirmed on fresh draws."""
        if not self.is_trusted:
            return None
        if self.is_misfit:
            order = self.claim.correction_order
            return self.undecided(f"no power law with a correction of order {order} fits the means")
        if self.is_excluded:
            return self._confirmed()
        if self.is_separated:
            return self._verdict(Outcome.HOLDS, f"exponent {self.estimate}; the nearest rival is {self.gap:g} away")
        return None

    def unsettled(self) -> Verdict:
        """The verdict when the budget has ended."""
        if not self.is_trusted:
            return self.undecided(tail_warning(self.sample))
        if self.is_excluded:
            return self.undecided(
                f"exponent {self.estimate} excludes {self.claim.exponent}, but fresh draws do not confirm it"
            )
        return self.undecided(
            f"exponent {self.estimate} does not separate {self.claim.exponent} from its rivals; raise --budget"
        )

    def undecided(self, reason: str) -> Verdict:
        """The verdict that leaves the question open."""
        return self._verdict(Outcome.UNDECIDED, reason)

    def _confirmed(self) -> Verdict | None:
        fresh = self.sampler.confirmation(self.sample)
        if _unusable(fresh, 4):
            return None
        again, claimed = _fit(self.claim, fresh), float(self.claim.exponent)
        room = again.half_width(1, sample_quantile(fresh, CONFIRMATION_ALPHA, COMPARISONS))
        second = float(again.coefficients[1])
        if abs(second - claimed) <= room or (second - claimed) * (self.exponent - claimed) < 0:
            return None
        counterexample = Counterexample(
            point={"widths": list(self.sample.widths), "data": self.sampler.context.dataset.name},
            lhs=f"exponent {self.estimate}",
            rhs=f"claimed {self.claim.exponent}",
            recheck=f"{sum(fresh.draws)} fresh draws give {second:.4f} +- {room:.4f}",
        )
        reason = f"the exponent is {self.estimate}, not {self.claim.exponent}"
        return self._verdict(Outcome.REFUTED, reason, counterexample)

    def _verdict(self, outcome: Outcome, reason: str, counterexample: Counterexample | None = None) -> Verdict:
        claim, sample, context = self.claim, self.sample, self.sampler.context
        return Verdict(
            outcome=outcome,
            evidence=Evidence.STATISTICAL if outcome in (Outcome.HOLDS, Outcome.REFUTED) else None,
            reason=reason,
            scope=f"means at widths {sample.widths[0]} to {sample.widths[-1]} on {context.dataset.name}",
            resolution=self.deviation + self.half_width,
            counterexample=counterexample,
            design=Design(
                samples=sample.draws,
                widths=sample.widths,
                alpha=context.alpha,
                power=self.plan.power,
                comparisons=COMPARISONS,
                method="weighted least squares of log mean in 1, -log width, width^-order; Student interval with "
                f"skewness and kurtosis, at up to {len(self.plan.fractions)} looks that share alpha",
            ),
            fallbacks=tail_fallbacks(sample, self.plan.level, COMPARISONS),
            assumptions=(
                *claim.assumes,
                f"the mean is C width^-k (1 + c width^-{claim.correction_order} + ...), the next relative term at most "
                "the upper limit of the first, in units of the smallest width",
            ),
            not_checked=(*claim.not_checked, "the constant C, other inputs and widths"),
            figures=(_figure(claim, sample, self.fit),),
        )


def _figure(claim: Scaling, sample: WidthMoments, fit: CorrectionFit) -> Figure:
    widths = np.asarray(sample.widths, dtype=float)
    mean, error = sample.mean[:, 0], sample.standard_error[:, 0]
    leading = np.exp(fit.coefficients[0]) * widths ** -float(claim.exponent)
    x = tuple(map(float, widths))
    return Figure(
        title="Scaling with width",
        caption="Simulated mean against width on logarithmic axes, with four standard errors, and the claimed power.",
        x_label="width",
        y_label="mean of the statistic",
        x_scale="log",
        y_scale="log",
        series=(
            Series(name=f"C width^-({claim.exponent}), claimed", x=x, y=tuple(map(float, leading)), style="dashed"),
            Series(
                name="simulation",
                x=x,
                y=tuple(map(float, mean)),
                lower=tuple(map(float, mean - 4 * error)),
                upper=tuple(map(float, mean + 4 * error)),
                style="points",
            ),
        ),
    )

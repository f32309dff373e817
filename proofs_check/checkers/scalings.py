"""Scalings: the exponent of a statistic in the width, with an interval narrower than the gap to its rivals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..statistics.corrections import CorrectionFit, fit_features, normal_power, scaling_features, student_quantile
from ..verdicts import Counterexample, Design, Evidence, Figure, Outcome, Series, Verdict
from .width_sample import CONFIRMATION_ALPHA, PILOT_SHARE, SKEWNESS_ROOM, WidthSampler, needed_for_normality

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..claims import Scaling
    from ..statistics.moments import WidthMoments
    from .context import CheckContext

    Array = NDArray[np.float64]

TARGET = 0.3
"""Planned half-width in units of the gap to the nearest rival; one half would leave no room for the estimate."""
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
    quantile = student_quantile(context.alpha, COMPARISONS, min(pilot.draws) - 1)
    planned = _fit(claim, pilot)
    error = float(np.sqrt(planned.covariance[1, 1]))
    wider = (1 + SKEWNESS_ROOM) * quantile
    fraction = PILOT_SHARE * max((wider * error / (TARGET * gap)) ** 2, needed_for_normality(pilot, quantile))
    sample = sampler.main(fraction)
    if problem := _unusable(sample, 4):
        return Verdict(outcome=Outcome.UNDECIDED, reason=problem, assumptions=claim.assumes)
    fit = _fit(claim, sample)
    half_width = fit.half_width(1, _quantile(sample, context.alpha))
    shrunk = error * np.sqrt(PILOT_SHARE / min(fraction, 1.0))
    design = Design(
        samples=sample.draws,
        widths=sample.widths,
        alpha=context.alpha,
        power=normal_power(max(gap / 2 - wider * shrunk, 0.0) / shrunk),
        comparisons=COMPARISONS,
        method="weighted least squares of log mean in 1, -log width, width^-order; Student interval with skewness",
    )
    outcome, reason, counterexample = _judge(claim, sampler, sample, fit, half_width, gap)
    return Verdict(
        outcome=outcome,
        evidence=Evidence.STATISTICAL if outcome in (Outcome.HOLDS, Outcome.REFUTED) else None,
        reason=reason,
        scope=f"means at widths {sample.widths[0]} to {sample.widths[-1]} on {context.dataset.name}",
        resolution=abs(fit.coefficients[1] - float(claim.exponent)) + half_width,
        counterexample=counterexample,
        design=design,
        assumptions=(
            *claim.assumes,
            f"the mean is C width^-k (1 + c width^-{claim.correction_order} + ...), the next relative term at most "
            "the upper limit of the first, in units of the smallest width",
        ),
        not_checked=(*claim.not_checked, "the constant C, other inputs and widths"),
        figures=(_figure(claim, sample, fit),),
    )


def _quantile(sample: WidthMoments, alpha: float) -> float:
    return student_quantile(alpha, COMPARISONS, min(sample.draws) - 1, sample.mean_skewness)


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


def _judge(
    claim: Scaling, sampler: WidthSampler, sample: WidthMoments, fit: CorrectionFit, half_width: float, gap: float
) -> tuple[Outcome, str, Counterexample | None]:
    found, claimed = float(fit.coefficients[1]), float(claim.exponent)
    estimate = f"{found:.4f} +- {half_width:.4f}"
    if fit.misfit_probability() < sampler.context.alpha / COMPARISONS:
        return (
            Outcome.UNDECIDED,
            f"no power law with a correction of order {claim.correction_order} fits the means",
            None,
        )
    if abs(found - claimed) > half_width:
        fresh = sampler.confirmation(sample)
        again = _fit(claim, fresh)
        room = again.half_width(1, _quantile(fresh, CONFIRMATION_ALPHA))
        second = float(again.coefficients[1])
        if abs(second - claimed) > room and (second - claimed) * (found - claimed) > 0:
            counterexample = Counterexample(
                point={"widths": list(sample.widths), "data": sampler.context.dataset.name},
                lhs=f"exponent {estimate}",
                rhs=f"claimed {claim.exponent}",
                recheck=f"{sum(fresh.draws)} fresh draws give {second:.4f} +- {room:.4f}",
            )
            return Outcome.REFUTED, f"the exponent is {estimate}, not {claim.exponent}", counterexample
        return (
            Outcome.UNDECIDED,
            f"exponent {estimate} excludes {claim.exponent}, but fresh draws do not confirm it",
            None,
        )
    if abs(found - claimed) + half_width < gap / 2:
        return Outcome.HOLDS, f"exponent {estimate}; the nearest rival is {gap:g} away", None
    return (
        Outcome.UNDECIDED,
        f"exponent {estimate} does not separate {claim.exponent} from its rivals; raise --budget",
        None,
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

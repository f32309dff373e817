"""Equality of two laws, statistic by statistic: distances of empirical distribution functions with their bands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np

from ..errors import MalformedClaim
from ..statistics.distribution import band_half_width
from ..statistics.two_samples import Comparison, compare
from ..verdicts import Counterexample, Design, Evidence, Figure, Outcome, Series, Verdict
from .draw_schedule import CONFIRMATION_ALPHA, DrawSchedule, plan_draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..claims import SameLaw
    from .context import CheckContext

    Array = NDArray[np.float64]


def check(claim: SameLaw, context: CheckContext) -> Verdict:
    """Judge a `SameLaw`; see `statistical.check`."""
    inputs = np.asarray(claim.inputs(context.dataset), dtype=np.float64)
    count = _draw(claim, context, inputs, "shape", 2)[0].shape[1]
    schedule = plan_draws(
        claim.resolution,
        lambda draws, level: 2 * band_half_width(draws, level / (2 * count)),
        context.alpha,
        context.budget.neurons // (2 * claim.width),
    )
    first, second = np.empty((0, count)), np.empty((0, count))
    for stage, size in schedule.looks():
        more = _draw(claim, context, inputs, stage, size - len(first))
        first, second = np.concatenate([first, more[0]]), np.concatenate([second, more[1]])
        found = compare(first, second, schedule.level)
        looked = _Look(
            claim=claim, context=context, inputs=inputs, samples=(first, second), found=found, schedule=schedule
        )
        if (verdict := looked.settled()) is not None:
            return verdict
    return looked.unsettled()


@final
@dataclass(frozen=True, kw_only=True)
class _Look:
    """What one look at the two samples shows."""

    claim: SameLaw
    context: CheckContext
    inputs: Array
    samples: tuple[Array, Array]
    found: Comparison
    schedule: DrawSchedule

    @property
    def resolution(self) -> float:
        """Largest distance of the laws, bands included."""
        return float(self.found.distance.max()) + self.found.room

    def settled(self) -> Verdict | None:
        """The verdict if more draws are not needed; a refutation is confirmed on fresh ones."""
        excluded = _excluded(self.claim, self.found)
        if excluded.any():
            return self._confirmed(excluded)
        if self.resolution <= self.claim.resolution:
            count = len(self.found.distance)
            reason = f"the distribution functions of {count} statistics differ by at most {self.resolution:.4f}, "
            return self._verdict(Outcome.HOLDS, reason + "bands included")
        return None

    def unsettled(self) -> Verdict:
        """The verdict when the budget has ended, or was not spent because it cannot resolve what is asked for."""
        reason = f"resolves {self.resolution:.4f}, not the {self.claim.resolution:g} asked for; raise --budget"
        if self.schedule.is_refused:
            reason = self.schedule.refusal("draws from each law")
        elif _excluded(self.claim, self.found).any():
            reason = "the samples differ by more than chance allows, but fresh ones do not confirm it"
        return self._verdict(Outcome.UNDECIDED, reason)

    def _confirmed(self, excluded: NDArray[np.bool_]) -> Verdict | None:
        drawn = len(self.samples[0])
        size = self.schedule.confirmation(drawn)
        fresh = _draw(self.claim, self.context, self.inputs, f"confirmation of {drawn}", size)
        again = compare(*fresh, CONFIRMATION_ALPHA)
        confirmed = excluded & _excluded(self.claim, again)
        if not confirmed.any():
            return None
        index = int(np.argmax(confirmed * self.found.distance))
        at, label = float(self.found.place[index]), self._label(index)
        below = [float((sample[:, index] <= at).mean()) for sample in self.samples]
        counterexample = Counterexample(
            point={"statistic": label, "value": at, "data": self.context.dataset.name},
            lhs=f"share of the first law {below[0]:.6f}",
            rhs=f"share of the second law {below[1]:.6f}",
            recheck=f"{size} fresh draws of each differ by {again.distance[index]:.4f}",
        )
        distance = float(self.found.distance[index])
        reason = f"the distribution functions of {label} differ by {distance:.4f} +- {self.found.room:.4f}"
        return self._verdict(Outcome.REFUTED, reason, counterexample)

    def _label(self, index: int) -> str:
        return self.claim.labels[index] if index < len(self.claim.labels) else f"statistic {index}"

    def _verdict(self, outcome: Outcome, reason: str, counterexample: Counterexample | None = None) -> Verdict:
        claim, width, drawn = self.claim, self.claim.width, len(self.samples[0])
        count = len(self.found.distance)
        return Verdict(
            outcome=outcome,
            evidence=Evidence.STATISTICAL if outcome in (Outcome.HOLDS, Outcome.REFUTED) else None,
            reason=reason,
            scope=f"marginal laws of {count} statistics on {self.context.dataset.name}",
            resolution=self.resolution,
            counterexample=counterexample,
            design=Design(
                samples=(drawn, drawn),
                widths=(width, width) if width > 1 else (),
                alpha=self.context.alpha,
                power=self.schedule.power(lambda n, room: 4 * count * float(np.exp(-2 * n * (room / 2) ** 2))),
                comparisons=count,
                method="two-sample Kolmogorov-Smirnov, exact or by Massart's and Wei and Dudley's bounds, Bonferroni "
                f"over the statistics, at up to {len(self.schedule.sizes)} looks that share alpha",
            ),
            assumptions=(*claim.assumes, "draws are independent, within each sample and between the two"),
            not_checked=(*claim.not_checked, "joint laws of the statistics, tails beyond the resolution"),
            figures=(_figure(self.found),),
        )


def _excluded(claim: SameLaw, found: Comparison) -> NDArray[np.bool_]:
    if claim.approximate:
        return np.asarray(found.distance - found.room > claim.resolution)
    return np.asarray(found.distance > found.critical)


def _draw(claim: SameLaw, context: CheckContext, inputs: Array, stage: str, count: int) -> tuple[Array, Array]:
    def draw() -> tuple[Array, Array]:
        context.report(f"{stage}: {count} draws of each law")
        rows = []
        for name, sample in (("first", claim.first), ("second", claim.second)):
            drawn = np.asarray(sample(inputs, count, context.rng(stage, name)), dtype=np.float64)
            drawn = drawn[:, None] if drawn.ndim == 1 else drawn
            if drawn.ndim != 2 or len(drawn) != count or not drawn.shape[1] or not np.isfinite(drawn).all():
                raise MalformedClaim(
                    f"SameLaw {claim.slug!r}: {name}(X, {count}, rng) gave shape {drawn.shape}: return one row of "
                    f"finite numbers per draw, ({count}, p)"
                )
            rows.append(drawn)
        if rows[0].shape != rows[1].shape:
            raise MalformedClaim(
                f"SameLaw {claim.slug!r}: {rows[0].shape[1]} and {rows[1].shape[1]} statistics per draw: "
                "return the same ones in the same order"
            )
        return rows[0], rows[1]

    return context.once((stage, claim.first, claim.second, claim.inputs, count), draw)


def _figure(found: Comparison) -> Figure:
    index = tuple(float(number) for number in range(1, len(found.distance) + 1))
    distance = tuple(map(float, found.distance))
    return Figure(
        title="Distance of the two laws",
        caption="Largest difference of the empirical distribution functions of each statistic, with its band, and the "
        "distance that samples of one law exceed only by a false alarm.",
        x_label="statistic",
        y_label="difference of probabilities",
        series=(
            Series(
                name="distance",
                x=index,
                y=distance,
                lower=tuple(max(0.0, one - found.room) for one in distance),
                upper=tuple(one + found.room for one in distance),
                style="points",
            ),
            Series(name="critical distance", x=(index[0], index[-1]), y=(found.critical,) * 2, style="dashed"),
        ),
    )

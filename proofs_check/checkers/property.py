"""Evidence from search: arbitrary data, real data and an optimiser against a bound, a rate or a construction."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

import numpy as np

from ..claims import AbstractClaim, Bound, Construction, Rate
from ..errors import MalformedClaim
from ..verdicts import Certificate, Counterexample, Evidence, Outcome, Verdict
from .precise import Precise, compare_bound, compare_rate
from .search import SearchResult, Trial, search
from .trajectory_figure import draw_trajectory

if TYPE_CHECKING:
    from .context import CheckContext

    Data = Mapping[str, Any]

PROVISIONAL = 1e-6
"""Relative excess above which, after one confirmed violation, others are believed while shrinking; the last is not."""
MOST_RECHECKS = 60
"""Violations in float64 that may turn out to be rounding before the search gives up."""


def check(claim: AbstractClaim, context: CheckContext) -> Verdict:
    """Search for a violation of a `Bound`, `Rate` or `Construction`.

    Returns:
        REFUTED with the shrunk instance, confirmed by a second evaluation; INAPPLICABLE if no instance satisfied the
        assumptions; UNDECIDED if violations could not be told from rounding; otherwise HOLDS with evidence SEARCHED.
    """
    if isinstance(claim, Construction):
        probe: _Probe = _Probe(claim=claim, measure=_construction_measure(claim))
    elif isinstance(claim, Bound):
        probe = _Probe(claim=claim, measure=_bound_measure(claim))
    elif isinstance(claim, Rate):
        probe = _Probe(claim=claim, measure=_rate_measure(claim))
    else:
        raise MalformedClaim(f"{claim.kind} {claim.slug!r} is not searched: use Bound, Rate or Construction")
    examples = list(claim.examples(context.dataset)) if claim.examples else []
    strategy = claim.data() if callable(claim.data) else claim.data
    ledger = _Ledger()
    repair = getattr(claim, "repair", None)
    result = search(lambda data: probe.trial(data, ledger), strategy, examples, repair, context)
    if result.violation and ledger.confirmed and result.violation is not ledger.confirmed:
        smallest = probe.confirm(result.violation.data)
        result = dataclasses.replace(result, violation=smallest or ledger.confirmed)
    return _verdict(claim, context, result, ledger, len(examples))


@final
@dataclass
class _Ledger:
    """Violations in float64 that were not confirmed; `relative` and `absolute` are the largest cleared excesses."""

    rounding: int = 0
    unconfirmed: int = 0
    rechecks: int = 0
    confirmed: Trial | None = None
    relative: float = 0.0
    absolute: float = 0.0

    def is_new(self, measured: _Measurement) -> bool:
        """True unless the excess is at most twice, in both measures, what was found to be rounding before.

        Equality violates a strict claim whatever its excess, so it is always looked at.
        """
        if self.rechecks == 0 or measured.absolute == 0:
            return True
        return measured.relative > 2 * self.relative or measured.absolute > 2 * self.absolute

    def clear(self, measured: _Measurement) -> None:
        """Note an excess that many digits show to be rounding."""
        self.relative, self.absolute = max(self.relative, measured.relative), max(self.absolute, measured.absolute)


@final
@dataclass(frozen=True, kw_only=True)
class _Measurement:
    """One instance measured in float64, with the second evaluation to run if it violates."""

    lhs: float
    rhs: float
    violated: bool
    recheck: Callable[[], Precise]

    @property
    def ratio(self) -> float | None:
        """lhs / rhs where both are positive."""
        return self.lhs / self.rhs if self.lhs > 0 and self.rhs > 0 else None

    @property
    def pressure(self) -> float:
        """The ratio where there is one, else lhs - rhs."""
        return self.absolute if self.ratio is None else self.ratio

    @property
    def absolute(self) -> float:
        """lhs - rhs."""
        return self.lhs - self.rhs

    @property
    def relative(self) -> float:
        """lhs - rhs in units of the larger side."""
        return self.absolute / max(abs(self.lhs), abs(self.rhs), float(np.finfo(float).tiny))


@final
@dataclass(frozen=True, kw_only=True)
class _Probe:
    """Measures instances of one claim and rechecks violations."""

    claim: Bound | Rate | Construction
    measure: Callable[[Data], _Measurement | None]

    def trial(self, data: Data, ledger: _Ledger) -> Trial | None:
        measured = self.measure(data)
        if measured is None:
            return None
        if np.isnan(measured.pressure):
            raise MalformedClaim(
                f"{self.claim.kind} {self.claim.slug!r}: a side is nan at {_readable(data)}: "
                "exclude such data in `given`"
            )
        if not measured.violated:
            return Trial(data=data, pressure=measured.pressure, ratio=measured.ratio)
        if ledger.confirmed and measured.relative > PROVISIONAL:
            return Trial(data=data, pressure=measured.pressure, ratio=measured.ratio, violation=ledger.confirmed)
        if ledger.rechecks < MOST_RECHECKS and ledger.is_new(measured):
            ledger.rechecks += 1
            precise = measured.recheck()
            if precise.violated:
                ledger.confirmed = Trial(data=data, pressure=measured.pressure, ratio=measured.ratio, violation=precise)
                return ledger.confirmed
            if precise.violated is None:
                ledger.unconfirmed += 1
                return Trial(data=data, pressure=min(measured.pressure, 1.0), ratio=measured.ratio)
            ledger.clear(measured)
        ledger.rounding += 1
        return Trial(data=data, pressure=min(measured.pressure, 1.0), ratio=measured.ratio)

    def confirm(self, data: Data) -> Trial | None:
        """The second evaluation of a violation that was accepted provisionally while shrinking."""
        measured = self.measure(data)
        if measured is None:
            return None
        precise = measured.recheck()
        if not precise.violated:
            return None
        return Trial(data=data, pressure=measured.pressure, ratio=measured.ratio, violation=precise)


def _bound_measure(claim: Bound) -> Callable[[Data], _Measurement | None]:
    def measure(data: Data) -> _Measurement | None:
        if claim.given and not claim.given(data):
            return None
        lhs, rhs = float(claim.lhs(data)), float(claim.rhs(data))
        violated = lhs >= rhs if claim.strict else lhs > rhs
        return _Measurement(lhs=lhs, rhs=rhs, violated=violated, recheck=lambda: compare_bound(claim, data))

    return measure


def _rate_measure(claim: Rate) -> Callable[[Data], _Measurement | None]:
    def measure(data: Data) -> _Measurement | None:
        path = claim.trajectory(data)
        if claim.given and not claim.given(data, path):
            return None
        values = np.asarray(path["values"], dtype=np.float64)
        bounds = np.asarray(
            claim.envelope(np.arange(len(values), dtype=float), data, float(values[0])), dtype=np.float64
        )
        if bounds.shape != values.shape:
            raise MalformedClaim(
                f"Rate {claim.slug!r}: envelope gave shape {bounds.shape} for {len(values)} values: return one per step"
            )
        excess = np.where(bounds > 0, values / np.where(bounds > 0, bounds, 1.0), values - bounds)
        step = int(np.argmax(excess[1:])) + 1 if len(values) > 1 else 0
        return _Measurement(
            lhs=float(values[step]),
            rhs=float(bounds[step]),
            violated=bool((values > bounds).any()),
            recheck=lambda: compare_rate(claim, data),
        )

    return measure


def _construction_measure(claim: Construction) -> Callable[[Data], _Measurement | None]:
    def measure(data: Data) -> _Measurement | None:
        if claim.given and not claim.given(data):
            return None
        made = claim.construct(data)
        kept = bool(claim.promise(data, made))

        def recheck() -> Precise:
            again = bool(claim.promise(data, claim.construct(data)))
            return Precise(
                violated=not again,
                lhs=f"the construction returns {made}",
                rhs="the promise is not kept",
                how="repeated in exact arithmetic",
                exact=True,
            )

        return _Measurement(lhs=0.0 if kept else 2.0, rhs=1.0, violated=not kept, recheck=recheck)

    return measure


def _verdict(
    claim: Bound | Rate | Construction,
    context: CheckContext,
    result: SearchResult,
    ledger: _Ledger,
    examples: int,
) -> Verdict:
    origin = f"{examples} of them from {context.dataset.name}, the others drawn" if examples else "all drawn"
    scope = f"{result.valid} of {result.tried} instances satisfied the assumptions, {origin}"
    common: dict[str, Any] = {
        "scope": scope,
        "assumptions": claim.assumes,
        "not_checked": (*claim.not_checked, "data that neither the strategy nor the local search reaches"),
    }
    if result.violation:
        return _refuted(claim, result.violation, common)
    if not result.valid:
        reason = f"none of {result.tried} instances satisfied the assumptions: widen the strategy or weaken `given`"
        return Verdict(outcome=Outcome.INAPPLICABLE, reason=reason, **common)
    if ledger.unconfirmed or ledger.rechecks >= MOST_RECHECKS:
        reason = (
            f"{ledger.unconfirmed + ledger.rounding} violations in float64 could not be told from rounding: "
            "give `precise`, an evaluation in mpmath or balls, or keep the trajectory above rounding"
        )
        return Verdict(outcome=Outcome.UNDECIDED, reason=reason, **common)
    return _holds(claim, context, result, ledger, common)


def _holds(
    claim: Bound | Rate | Construction,
    context: CheckContext,
    result: SearchResult,
    ledger: _Ledger,
    common: dict[str, Any],
) -> Verdict:
    worst = result.worst[0]
    rounding = ""
    if ledger.rounding:
        rounding = f"; {ledger.rounding} apparent violations, by at most {ledger.absolute:.1g}, were taken for rounding"
    if isinstance(claim, Construction):
        reason = f"the promise was kept, in exact arithmetic, on all {result.valid} instances"
        return Verdict(outcome=Outcome.HOLDS, evidence=Evidence.SEARCHED, reason=reason, **common)
    tightness = worst.ratio
    attained = f"; the largest lhs/rhs seen is {tightness:.6g}" if tightness is not None else ""
    figures = draw_trajectory(claim, worst.data) if isinstance(claim, Rate) else ()
    content = {"worst_instance": _readable(worst.data), "pressure": worst.pressure}
    return Verdict(
        outcome=Outcome.HOLDS,
        evidence=Evidence.SEARCHED,
        reason=f"no violation in {result.valid} instances{attained}{rounding}",
        tightness=tightness,
        certificate=Certificate(kind="worst instance found", content=content),
        figures=figures,
        **common,
    )


def _refuted(claim: Bound | Rate | Construction, trial: Trial, common: dict[str, Any]) -> Verdict:
    precise: Precise = trial.violation
    return Verdict(
        outcome=Outcome.REFUTED,
        evidence=Evidence.EXACT if precise.exact else Evidence.CERTIFIED if precise.rigorous else Evidence.SEARCHED,
        reason=f"violated: {precise.lhs} against {precise.rhs}" if not precise.exact else "the promise is broken",
        counterexample=Counterexample(
            point=_readable(trial.data), lhs=precise.lhs, rhs=precise.rhs, recheck=precise.how
        ),
        figures=draw_trajectory(claim, trial.data) if isinstance(claim, Rate) else (),
        **common,
    )


def _readable(data: Data) -> dict[str, Any]:
    """The instance as JSON-ready data that reproduces it to the last bit."""
    return {name: _plain(value) for name, value in data.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist() if value.dtype.kind in "fiub" else [_plain(item) for item in value.tolist()]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (bool, int, float, str)) or value is None:
        return value
    return str(value)

"""Evidence from search: arbitrary data, real data and an optimiser against a bound, a rate or a construction."""

from __future__ import annotations

import dataclasses
import warnings
from typing import TYPE_CHECKING, Any

from ..claims import AbstractClaim, Bound, Construction, Rate
from ..errors import MalformedClaim
from ..verdicts import Certificate, Counterexample, Evidence, Outcome, Verdict
from .instance import holds_floats, readable
from .measurement import measure_of
from .probe import Ledger, Probe
from .search import search
from .trajectory_figure import draw_trajectory
from .trial import SearchResult, Trial

if TYPE_CHECKING:
    from .context import CheckContext
    from .precise import Precise

FEWEST = 20
"""Different instances below which a search has tested hardly anything, unless the strategy has no more."""
LEAST_SHARE = 0.05
"""Share of the instances drawn that must meet the assumptions for the verdict not to speak of it."""


def check(claim: AbstractClaim, context: CheckContext) -> Verdict:
    """Search for a violation of a `Bound`, `Rate` or `Construction`.

    Returns:
        REFUTED with the shrunk instance, confirmed by a second evaluation; INAPPLICABLE if no instance satisfied the
        assumptions; UNDECIDED if violations could not be told from rounding, or if fewer than `FEWEST` different
        instances satisfied the assumptions though the strategy has more; otherwise HOLDS with evidence SEARCHED.

    Raises:
        MalformedClaim: if the claim's functions fail, give nan, or do not repeat themselves, naming the instance.
    """
    probe = Probe(name=f"{claim.kind} {claim.slug!r}", measure=measure_of(claim))
    if not isinstance(claim, (Bound, Rate, Construction)):
        raise MalformedClaim(f"{claim.kind} {claim.slug!r} is not searched: use Bound, Rate or Construction")
    examples = list(claim.examples(context.dataset)) if claim.examples else []
    with warnings.catch_warnings():
        # A claim may call `assume`; outside of Hypothesis' own draws that is warned of, where it only means "no".
        warnings.filterwarnings("ignore", message="Using `assume` outside")
        result = _searched(claim, probe, examples, context)
    return _verdict(claim, context, result, probe.ledger, len(examples))


def _searched(
    claim: Bound | Rate | Construction, probe: Probe, examples: list[Any], context: CheckContext
) -> SearchResult:
    """The search, its violation confirmed and shrunk, and the instance that decides measured once more."""
    strategy = claim.data() if callable(claim.data) else claim.data
    result = search(probe.trial, strategy, examples, getattr(claim, "repair", None), context)
    confirmed = probe.ledger.confirmed
    if result.violation and confirmed:
        smallest = result.violation if result.violation is confirmed else probe.confirm(result.violation.data)
        result = dataclasses.replace(result, violation=smallest or confirmed)
    for trial in filter(None, (result.violation, *result.worst[:1])):
        probe.require_repeatable(trial)
    return result


def _verdict(
    claim: Bound | Rate | Construction, context: CheckContext, result: SearchResult, ledger: Ledger, examples: int
) -> Verdict:
    origin = f"{examples} of them from {context.dataset.name}, the others drawn" if examples else "all drawn"
    scope = f"{result.valid} of {result.tried} instances satisfied the assumptions, {origin}"
    common: dict[str, Any] = {
        "scope": scope,
        "assumptions": claim.assumes,
        "not_checked": (*claim.not_checked, *_unreached(claim, ledger)),
    }
    if result.violation:
        return _refuted(claim, result.violation, common)
    if not result.sampled:
        reason = f"none of {result.drawn} instances satisfied the assumptions: widen the strategy or weaken `given`"
        return Verdict(outcome=Outcome.INAPPLICABLE, reason=reason, **common)
    if doubt := _doubt(result, ledger):
        return Verdict(outcome=Outcome.UNDECIDED, reason=doubt, **common)
    return _holds(claim, result, ledger, common)


def _unreached(claim: Bound | Rate | Construction, ledger: Ledger) -> tuple[str, ...]:
    lines = ["data that neither the strategy nor the local search reaches"]
    if not isinstance(claim, Construction) and claim.repair is None:
        lines = ["data that the strategy does not reach; without `repair` there is no local search"]
    if ledger.waved:
        lines.append(f"{ledger.waved} violations in float64 that are no larger than others found to be rounding")
    return tuple(lines)


def _doubt(result: SearchResult, ledger: Ledger) -> str:
    """Why a search without a confirmed violation settles nothing; empty if it does."""
    if ledger.unconfirmed or ledger.is_spent:
        why = f" ({ledger.doubt})" if ledger.doubt else ""
        return (
            f"{ledger.unconfirmed + ledger.rounding} violations in float64 could not be told from rounding{why}: "
            "give `precise`, an evaluation in mpmath or balls, or keep the trajectory above rounding"
        )
    if result.different < FEWEST and not result.exhausted:
        return (
            f"only {result.different} different instances satisfied the assumptions, of {result.drawn} drawn, which "
            f"tests hardly anything: draw data for which `given` holds, or raise --budget; {FEWEST} are the least"
        )
    return ""


def _weaknesses(claim: Bound | Rate | Construction, result: SearchResult) -> tuple[str, ...]:
    """In what the search was weaker than it looks."""
    found = []
    if result.sampled < LEAST_SHARE * result.drawn:
        share = 100 * result.sampled / result.drawn
        found.append(
            f"only {share:.2g} % of the {result.drawn} instances drawn satisfied the assumptions, {result.different} "
            "different ones: the strategy hardly reaches the claim"
        )
    if result.different < FEWEST:
        found.append(f"the strategy draws no more than {result.different} different instances, and all were tried")
    data = result.worst[0].data
    if isinstance(claim, Construction) and holds_floats(*data.values(), claim.construct(data)):
        found.append("the instances hold floats: the promise was judged in floating point, not exactly")
    return tuple(found)


def _holds(claim: Bound | Rate | Construction, result: SearchResult, ledger: Ledger, common: dict[str, Any]) -> Verdict:
    worst = result.worst[0]
    common = {**common, "fallbacks": _weaknesses(claim, result)}
    rounding = ""
    if ledger.rounding:
        rounding = f"; {ledger.rounding} apparent violations, by at most {ledger.absolute:.1g}, were taken for rounding"
    if isinstance(claim, Construction):
        how = "in floating point" if any("judged" in line for line in common["fallbacks"]) else "in exact arithmetic"
        reason = f"the promise was kept, {how}, on all {result.valid} instances"
        return Verdict(outcome=Outcome.HOLDS, evidence=Evidence.SEARCHED, reason=reason, **common)
    attained = f"; the largest lhs/rhs seen is {result.tightness:.6g}" if result.tightness is not None else ""
    figures = draw_trajectory(claim, worst.data) if isinstance(claim, Rate) else ()
    content = {"worst_instance": readable(worst.data), "pressure": worst.pressure}
    return Verdict(
        outcome=Outcome.HOLDS,
        evidence=Evidence.SEARCHED,
        reason=f"no violation in {result.valid} instances{attained}{rounding}",
        tightness=result.tightness,
        certificate=Certificate(kind="worst instance found", content=content),
        figures=figures,
        **common,
    )


def _refuted(claim: Bound | Rate | Construction, trial: Trial, common: dict[str, Any]) -> Verdict:
    precise: Precise = trial.violation
    broken = isinstance(claim, Construction)
    return Verdict(
        outcome=Outcome.REFUTED,
        evidence=Evidence.EXACT if precise.exact else Evidence.CERTIFIED if precise.rigorous else Evidence.SEARCHED,
        reason="the promise is broken" if broken else f"violated: {precise.lhs} against {precise.rhs}",
        counterexample=Counterexample(
            point=readable(trial.data), lhs=precise.lhs, rhs=precise.rhs, recheck=precise.how
        ),
        figures=draw_trajectory(claim, trial.data) if isinstance(claim, Rate) else (),
        **common,
    )

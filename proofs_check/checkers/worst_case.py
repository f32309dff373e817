"""Checks a `WorstCase`: run the method on explicit functions, then prove the bound by exact multipliers."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

from theory.errors import MissingExtra
from theory.optimization.performance_estimation import (
    Problem,
    Run,
    Setting,
    attained_by,
    compose_steps,
    describe,
    estimate_worst_case,
    exact,
    find_worst,
    in_words,
    is_composable,
    propose_multipliers,
    proven_bound,
    state_problem,
)
from theory.optimization.performance_estimation.interpolation import find_interpolating_points

from ..certificates.worst_case import KIND, MOST_STEPS
from ..claims import WorstCase
from ..verdicts import Certificate, Counterexample, Evidence, Outcome, Verdict
from .context import CheckContext

_CLOSE = 1e-5
"""Relative distance below which the worst function found is tried as the exact worst case."""
_MARGIN = Fraction(1, 10**5)
_MOST_REPEATED_STEPS = 12
_LONGEST_FORMULA = 30


@final
@dataclass(frozen=True)
class _Proof:
    """Multipliers, and the bound that they prove."""

    multipliers: Mapping[str, Fraction]
    proven: Fraction


def check(claim: WorstCase, context: CheckContext) -> Verdict:
    """Judge a bound on the worst case of a method.

    Args:
        claim: the bound. context: its memo shares worst functions and proofs among the twins.

    Returns:
        REFUTED / EXACT with a function on which the method is slower, or interpolating points; HOLDS / EXACT with
        multipliers, and as tightness the largest performance found relative to the bound; NOT_RUN if a proof is to be
        sought and the extra `sdp` is not installed; else UNDECIDED with the interval that is left.
    """
    setting = claim.setting()
    common: dict[str, Any] = {
        "scope": in_words(setting),
        "assumptions": (
            *claim.assumes,
            f"every function of {type(claim.function_class).__name__} satisfies its conditions",
        ),
        "not_checked": claim.not_checked,
        "seeds": (context.seed_root, context.claim_id),
    }
    runs = context.once(("runs", setting, claim.instances), lambda: find_worst(setting, claim.instances))
    if runs and runs[0].worst > claim.bound:
        nearest = _nearest(claim, context, setting, runs) if context.shrink else ""
        return Verdict(**common, **_refuted_by_function(claim, setting, runs[0], nearest))
    if setting.steps > MOST_STEPS:
        reason = f"no function refutes it; proofs of over {MOST_STEPS} steps are not sought: claim fewer, and compose"
        return Verdict(outcome=Outcome.UNDECIDED, reason=reason, **common)
    problem = context.once(("problem", setting), lambda: state_problem(setting))
    try:
        proof = _prove(claim, context, setting, problem, runs)
    except MissingExtra as error:
        return Verdict(outcome=Outcome.NOT_RUN, reason=f"no function refutes the bound, but {error}", **common)
    if proof is not None and proof.proven <= claim.bound:
        return Verdict(**common, **_holds(claim, setting, runs, proof))
    points = find_interpolating_points(setting, problem, claim.bound)
    if points is not None:
        return Verdict(**common, **_refuted_by_points(claim, points.performance, points.to_json()))
    return Verdict(outcome=Outcome.UNDECIDED, reason=_open(claim, runs, proof), **common)


def _prove(
    claim: WorstCase, context: CheckContext, setting: Setting, problem: Problem, runs: tuple[Run, ...]
) -> _Proof | None:
    """A proof of the least bound that could be proven: the claim's own multipliers, then a solver's."""
    if claim.multipliers:
        proven = _proven(problem, claim.multipliers)
        if proven is not None and proven <= claim.bound:
            return _Proof(claim.multipliers, proven)
    best = context.once(("proof", setting, claim.instances), lambda: _least_bound(setting, problem, runs))
    if best is not None and best.proven <= claim.bound:
        return best
    if not runs or runs[0].worst < claim.bound:
        return _proof_of(problem, Fraction(claim.bound)) or best
    key = ("tight proof", setting, claim.instances)
    return context.once(key, lambda: _tight_proof(setting, problem, runs)) or best


def _proven(problem: Problem, multipliers: Mapping[str, Fraction]) -> Fraction | None:
    proven, _ = proven_bound(problem, {name: exact(value) for name, value in multipliers.items()})
    return None if proven is None else Fraction(int(proven.p), int(proven.q))


def _least_bound(setting: Setting, problem: Problem, runs: tuple[Run, ...]) -> _Proof | None:
    if runs and is_composable(setting) and (found := _tight_proof(setting, problem, runs)) is not None:
        return found
    size = runs[0].worst if runs and runs[0].worst > 0 else Fraction(1)
    estimate = estimate_worst_case(problem, size)
    if runs and (estimate == float("inf") or float(runs[0].worst) > estimate * (1 - _CLOSE)):
        found = _tight_proof(setting, problem, runs)
        if found is not None:
            return found
    if estimate == float("inf"):
        return None
    if estimate <= 0:
        return None
    relative = Fraction(estimate / float(size) * (1 + float(_MARGIN))).limit_denominator(10**7)
    return _proof_of(problem, relative * size)


def _tight_proof(setting: Setting, problem: Problem, runs: tuple[Run, ...]) -> _Proof | None:
    """A proof that the slowest runs found are the worst case: from that of one step where steps repeat."""
    if setting.steps > 1 and is_composable(setting):
        first = dataclasses.replace(setting, steps=1)
        rates = find_worst(first)
        step = _tight_proof(first, state_problem(first), rates) if rates else None
        if step is not None and step.proven**setting.steps == runs[0].worst:
            composed = compose_steps(step.multipliers, step.proven, setting.steps)
            if _proven(problem, composed) == runs[0].worst:
                return _Proof(composed, runs[0].worst)
    worst = [attained_by(setting, problem, run) for run in runs]
    found = propose_multipliers(problem, runs[0].worst, worst)
    return None if found is None else _Proof(found, runs[0].worst)


def _nearest(claim: WorstCase, context: CheckContext, setting: Setting, runs: tuple[Run, ...]) -> str:
    """The least bound that can be proven in place of a refuted one, in words."""
    if setting.steps > _MOST_REPEATED_STEPS:
        return ""
    problem = context.once(("problem", setting), lambda: state_problem(setting))
    try:
        best = context.once(("proof", setting, claim.instances), lambda: _least_bound(setting, problem, runs))
    except MissingExtra:
        return ""
    return "" if best is None else f"; multipliers prove the bound {_number(best.proven)}"


def _proof_of(problem: Problem, bound: Fraction) -> _Proof | None:
    found = propose_multipliers(problem, bound)
    return None if found is None else _Proof(found, bound)


def _holds(claim: WorstCase, setting: Setting, runs: tuple[Run, ...], proof: _Proof) -> dict[str, Any]:
    worst = runs[0].worst if runs else None
    if claim.attained and proof.proven < claim.bound:
        point = {"proven bound": str(proof.proven), "multipliers": _strings(proof.multipliers)}
        return {
            "outcome": Outcome.REFUTED,
            "evidence": Evidence.EXACT,
            "reason": f"the bound holds but is not attained: multipliers prove {_number(proof.proven)}",
            "counterexample": Counterexample(
                point=point,
                lhs=_number(proof.proven),
                rhs=_number(claim.bound),
                recheck="the multipliers were checked in exact rational arithmetic",
            ),
        }
    if claim.attained and worst != claim.bound:
        reason = f"the bound holds; that it is attained is not decided: {_interval(worst, proof)}"
        return {"outcome": Outcome.UNDECIDED, "reason": reason}
    content = {
        "setting": describe(setting),
        "bound": str(claim.bound),
        "proven": str(proof.proven),
        "multipliers": _strings(proof.multipliers),
        "worst_run": runs[0].to_json() if runs else None,
    }
    ratio = None if worst is None or not claim.bound else float(worst / claim.bound)
    return {
        "outcome": Outcome.HOLDS,
        "evidence": Evidence.EXACT,
        "reason": _tightness(claim, worst, proof),
        "tightness": ratio,
        "certificate": Certificate(kind=KIND, content=content),
    }


def _tightness(claim: WorstCase, worst: Fraction | None, proof: _Proof) -> str:
    many = f"{len(proof.multipliers)} rational multipliers prove the bound"
    if worst == claim.bound:
        return f"{many}, and a function attains it: the worst case is {_number(claim.bound)}"
    if worst == proof.proven:
        excess = float(claim.bound / proof.proven - 1) if proof.proven else float("inf")
        return f"{many}; it is {100 * excess:.4g} % above the worst case, which is exactly {_number(worst)}"
    return f"{many}; {_interval(worst, proof)}, against the bound {_number(claim.bound)}"


def _interval(worst: Fraction | None, proof: _Proof | None) -> str:
    low = "0" if worst is None else _number(worst)
    high = "oo" if proof is None else _number(proof.proven)
    return f"the worst case lies in [{low}, {high}]"


def _open(claim: WorstCase, runs: tuple[Run, ...], proof: _Proof | None) -> str:
    interval = _interval(runs[0].worst if runs else None, proof)
    return f"neither multipliers for {_number(claim.bound)} nor a counterexample were found; {interval}"


def _refuted_by_function(claim: WorstCase, setting: Setting, run: Run, nearest: str) -> dict[str, Any]:
    problem = state_problem(setting) if setting.steps <= _MOST_REPEATED_STEPS else None
    second = "its second derivative was compared with the class on every piece"
    if problem is not None and (broken := attained_by(setting, problem, run).broken):
        return {
            "outcome": Outcome.ERROR,
            "reason": f"the worst function violates {broken[0]}, a condition of its class",
        }
    if problem is not None:
        second += f"; values and slopes satisfy all {len(problem.constraints)} conditions"
    limit = claim.bound * (run.initial if run.worst * run.initial == run.performance else 1)
    return {
        "outcome": Outcome.REFUTED,
        "evidence": Evidence.EXACT,
        "reason": f"the method is slower on {_shown(run)} from {_started(run)}: "
        f"{_number(run.worst)} against the bound {_number(claim.bound)}{nearest}",
        "counterexample": Counterexample(
            point=run.to_json(),
            lhs=_number(run.performance),
            rhs=_number(limit),
            recheck=f"the method was run on the function in exact rational arithmetic; {second}",
        ),
    }


def _refuted_by_points(claim: WorstCase, performance: Fraction, point: dict[str, Any]) -> dict[str, Any]:
    return {
        "outcome": Outcome.REFUTED,
        "evidence": Evidence.EXACT,
        "reason": f"points, gradients and values of a function of the class give {_number(performance)} "
        f"against the bound {_number(claim.bound)}",
        "counterexample": Counterexample(
            point=point,
            lhs=_number(performance),
            rhs=_number(claim.bound),
            recheck="all interpolation conditions of the class were verified in exact rational arithmetic",
        ),
    }


def _shown(run: Run) -> str:
    text = str(run.function)
    return text if len(text) <= _LONGEST_FORMULA else f"a function of {len(run.function.curvatures)} quadratic pieces"


def _started(run: Run) -> str:
    return " and ".join(f"{name} = {start}" for name, start in zip(("x_0", "x_{-1}"), run.starts, strict=False))


def _number(value: Fraction) -> str:
    """A short fraction, or twelve digits."""
    text = str(value)
    return text if len(text) <= 20 else f"{float(value):.12g}"


def _strings(multipliers: Mapping[str, Fraction]) -> dict[str, str]:
    return {name: str(value) for name, value in multipliers.items()}

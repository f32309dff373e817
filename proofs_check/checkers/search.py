"""Search for a violation: real examples, Hypothesis, then local ascent from the worst cases. Deterministic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

import numpy as np

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from .context import CheckContext

    Data = Mapping[str, Any]

KEPT = 4
"""Worst instances from which the local ascent starts."""


@final
@dataclass(frozen=True, kw_only=True)
class Trial:
    """One instance tried.

    Args:
        pressure: grows towards a violation. ratio: lhs / rhs where both are positive, else None.
        violation: what confirmed a violation, or None.
    """

    data: Data
    pressure: float
    ratio: float | None = None
    violation: Any = None


@final
@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """What a search saw. `worst` holds the valid instances of largest pressure, the worst first."""

    violation: Trial | None
    worst: tuple[Trial, ...]
    tried: int
    valid: int


@final
class _Violated(Exception):
    """Raised inside the property so that Hypothesis shrinks the instance."""


@final
@dataclass
class _Journal:
    """Tally of one search; the only mutable state, private to it."""

    tried: int = 0
    valid: int = 0
    worst: list[Trial] = field(default_factory=list)
    violation: Trial | None = None

    def note(self, trial: Trial | None) -> None:
        self.tried += 1
        if trial is None:
            return
        self.valid += 1
        if trial.violation is not None:
            self.violation = trial
        self.worst = sorted([*self.worst, trial], key=lambda one: -one.pressure)[:KEPT]


def search(
    evaluate: Callable[[Data], Trial | None],
    strategy: SearchStrategy[Data],
    examples: Sequence[Data],
    repair: Callable[[Data], Data] | None,
    context: CheckContext,
) -> SearchResult:
    """Look for a violation in three stages and stop at the first one found.

    Args:
        evaluate: data -> Trial, or None if the instance fails the assumptions. It must be deterministic.
        repair: maps perturbed data back to the domain; without it the ascent is left out.
    """
    journal = _Journal()
    for example in examples:
        journal.note(evaluate(example))
        if journal.violation:
            break
    if not journal.violation:
        _draw(evaluate, strategy, journal, context)
    if not journal.violation and repair:
        _climb(evaluate, repair, journal, context)
    return SearchResult(
        violation=journal.violation, worst=tuple(journal.worst), tried=journal.tried, valid=journal.valid
    )


def _draw(
    evaluate: Callable[[Data], Trial | None], strategy: SearchStrategy[Data], journal: _Journal, context: CheckContext
) -> None:
    import hypothesis

    phases = [hypothesis.Phase.generate, hypothesis.Phase.target]
    if context.shrink:
        phases.append(hypothesis.Phase.shrink)

    @hypothesis.settings(
        max_examples=context.budget.examples,
        database=None,
        deadline=None,
        phases=phases,
        suppress_health_check=tuple(hypothesis.HealthCheck),
        report_multiple_bugs=False,
        verbosity=hypothesis.Verbosity.quiet,
    )
    @hypothesis.given(strategy)
    def property_holds(data: Data) -> None:
        trial = evaluate(data)
        journal.note(trial)
        if trial is None:
            hypothesis.reject()
        if np.isfinite(trial.pressure):
            hypothesis.target(float(trial.pressure))
        if trial.violation is not None:
            raise _Violated

    number = int(context.seed("hypothesis").generate_state(1, np.uint64)[0])
    with _independent_of_loaded_modules():
        try:
            hypothesis.seed(number)(property_holds)()
        except _Violated:
            context.report("violation found and shrunk")
        except hypothesis.errors.Unsatisfiable:
            context.report("no instance satisfied the assumptions")


@contextmanager
def _independent_of_loaded_modules() -> Iterator[None]:
    """Keep Hypothesis from drawing constants that it finds in the project's loaded modules.

    Which modules are loaded depends on what ran before in the same process, and with it would the instances drawn.
    """
    from unittest import mock

    from hypothesis.internal.conjecture import providers
    from hypothesis.internal.constants_ast import Constants

    providers.CONSTANTS_CACHE.cache.clear()
    with mock.patch.object(providers, "_get_local_constants", return_value=Constants()):
        yield
    providers.CONSTANTS_CACHE.cache.clear()


def _climb(
    evaluate: Callable[[Data], Trial | None], repair: Callable[[Data], Data], journal: _Journal, context: CheckContext
) -> None:
    """Random ascent: perturb all float arrays, keep what raises the pressure, adapt the step."""
    starts = list(journal.worst)
    for number, start in enumerate(starts):
        rng = context.rng("climb", number)
        best, step = start, 0.1
        for _ in range(context.budget.climbs // len(starts)):
            trial = evaluate(repair(_perturbed(best.data, step, rng)))
            journal.note(trial)
            if journal.violation:
                return
            if trial is not None and trial.pressure > best.pressure:
                best, step = trial, min(step * 1.5, 1.0)
            else:
                step = max(step * 0.9, 1e-9)


def _perturbed(data: Data, step: float, rng: np.random.Generator) -> Data:
    return {name: _moved(value, step, rng) for name, value in data.items()}


def _moved(value: Any, step: float, rng: np.random.Generator) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        size = np.abs(value).max(initial=0.0) or 1.0
        return value + step * size * rng.standard_normal(value.shape) * (rng.random(value.shape) < 0.7)
    if isinstance(value, float):
        return value * float(np.exp(step * rng.standard_normal()))
    return value

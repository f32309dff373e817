"""Search for a violation: real examples, Hypothesis, then local ascent from the worst cases. Deterministic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, final

import numpy as np

from ..errors import MalformedClaim
from .ascent import Finished, ascend
from .instance import quoted
from .simplification import simplify
from .trial import Journal, SearchResult, Trial

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from .context import CheckContext

    Data = Mapping[str, Any]
    Evaluate = Callable[[Data], Trial | None]

__all__ = ["SearchResult", "Trial", "search"]


@final
class _Violated(Exception):
    """Raised inside the property so that Hypothesis shrinks the instance."""


def search(
    evaluate: Evaluate,
    strategy: SearchStrategy[Data],
    examples: Sequence[Data],
    repair: Callable[[Data], Data] | None,
    context: CheckContext,
) -> SearchResult:
    """Look for a violation in three stages and stop at the first one found.

    After Ctrl-C, a violation that was found already is kept; without one the interrupt goes on, with what was seen.

    Args:
        evaluate: data -> Trial, or None if the instance fails the assumptions. It must be deterministic.
        repair: maps perturbed data back to the domain; without it the ascent is left out.

    Raises:
        MalformedClaim: if the strategy cannot draw, or `repair` fails.
    """
    from hypothesis.strategies import SearchStrategy

    if not isinstance(strategy, SearchStrategy):
        raise MalformedClaim(
            f"data={strategy!r:.80}: give a Hypothesis strategy of dicts, or a function that makes one"
        )
    journal = Journal(context.report)
    try:
        _look(evaluate, strategy, examples, repair, journal, context)
    except KeyboardInterrupt as interrupt:
        context.report(f"interrupted: {journal.summary()}")
        interrupt.add_note(f"{context.claim_id}: {journal.summary()}")
        if journal.violation is None:
            raise
    drawn = journal.attempts - len(examples)
    return journal.result(exhausted=not journal.violation and drawn < context.budget.examples)


def _look(
    evaluate: Evaluate,
    strategy: SearchStrategy[Data],
    examples: Sequence[Data],
    repair: Callable[[Data], Data] | None,
    journal: Journal,
    context: CheckContext,
) -> None:
    for example in examples:
        journal.attempts += 1
        journal.note(evaluate(example), sampled=True)
        if journal.violation:
            return
    _draw(evaluate, strategy, journal, context)
    if repair and not journal.violation:
        _climb(evaluate, repair, journal, context)


def _draw(evaluate: Evaluate, strategy: SearchStrategy[Data], journal: Journal, context: CheckContext) -> None:
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
        print_blob=False,
        verbosity=hypothesis.Verbosity.quiet,
    )
    @hypothesis.given(_counted(strategy, journal))
    def property_holds(data: Data) -> None:
        if not isinstance(data, Mapping):
            raise MalformedClaim(f"data: the strategy drew {data!r:.80}, where a dict name -> value is wanted")
        trial = evaluate(data)
        journal.note(trial, sampled=True)
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
        except hypothesis.errors.Flaky as error:
            if journal.violation is None:
                raise MalformedClaim(
                    "the claim's functions or its strategy gave different answers for the same instance: "
                    "draw all randomness from a seed that is part of the data"
                ) from error
        except hypothesis.errors.InvalidArgument as error:
            raise MalformedClaim(f"data: nothing can be drawn from this strategy: {error}") from error


def _counted(strategy: SearchStrategy[Data], journal: Journal) -> SearchStrategy[Data]:
    """The strategy, with its attempts counted: those that it filters out itself never reach the property."""
    import hypothesis

    @hypothesis.strategies.composite
    def counted(draw: hypothesis.strategies.DrawFn) -> Data:
        journal.attempts += 1
        try:
            return draw(strategy)
        except (hypothesis.errors.HypothesisException, MalformedClaim):
            raise
        except Exception as error:  # the strategy is foreign code: whatever it raises is told
            raise MalformedClaim(f"data: the strategy raised {type(error).__name__}: {error} while drawing") from error

    return counted()


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


def _climb(evaluate: Evaluate, repair: Callable[[Data], Data], journal: Journal, context: CheckContext) -> None:
    def attempt(data: Data) -> Trial | None:
        try:
            repaired = repair(data)
        except Exception as error:  # `repair` is foreign code: whatever it raises is told
            raise MalformedClaim(
                f"repair: {type(error).__name__}: {error} was raised at {quoted(data)}: "
                "it must map any finite numbers of the same shapes to the domain"
            ) from error
        trial = evaluate(repaired)
        journal.note(trial)
        return trial

    def attempt_once(data: Data) -> Trial | None:
        trial = attempt(data)
        if journal.violation:
            raise Finished
        return trial

    ascend(list(journal.worst), attempt_once, context.budget.climbs, lambda number: context.rng("climb", number))
    if journal.violation and context.shrink:
        journal.violation = simplify(journal.violation, attempt)

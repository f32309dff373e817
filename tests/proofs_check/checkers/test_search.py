"""The search: what it reaches, what it says when it reached little, and what it keeps when it is stopped."""

from __future__ import annotations

import dataclasses
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import assume
from hypothesis import strategies as st

from proofs_check import strategies
from proofs_check.checkers import property as searched
from proofs_check.checkers.context import CheckContext
from proofs_check.claims import Bound
from proofs_check.errors import MalformedClaim
from proofs_check.verdicts import Evidence, Outcome, Verdict

from .toys import BASE, toy_context


def judge(lhs: Any, rhs: Any, data: Any, context: CheckContext | None = None, **fields: Any) -> Verdict:
    """The verdict on lhs <= rhs."""
    claim = Bound(**{**BASE, "lhs": lhs, "rhs": rhs, "data": data, "repair": dict, **fields})
    return searched.check(claim, context or toy_context())


def gap_after_descent(data: Any) -> Any:
    """Suboptimality after gradient descent with step 1/L."""
    f, x = data["f"], data["x0"]
    for _ in range(data["steps"]):
        x = x - f.gradient(x) / f.smoothness
    return f.value(x) - f.minimum


def guarantee(data: Any) -> Any:
    """L |x_0 - x_*|^2 / (4 N + 2)."""
    away = data["x0"] - data["f"].minimiser
    return data["f"].smoothness * (away @ away) / (4 * data["steps"] + 2)


def half_guarantee(data: Any) -> Any:
    """Too small by a factor of 2."""
    return guarantee(data) / 2


def test_quadratics_alone_do_not_reach_the_rate() -> None:
    """The trap itself: on quadratics the tight bound looks loose by 9/4, and half of it looks true."""
    quadratics = strategies.smooth_functions("convex", families=("quadratic",))
    verdict = judge(gap_after_descent, guarantee, quadratics)
    assert verdict.tightness is not None
    assert 0.444 < verdict.tightness < 0.445
    assert judge(gap_after_descent, half_guarantee, quadratics).outcome is Outcome.HOLDS


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_the_slowest_functions_reach_the_rate(seed: int) -> None:
    """With the extremal family the bound would not be seen to be tight, or half of it would survive."""
    functions = strategies.smooth_functions("convex")
    verdict = judge(gap_after_descent, guarantee, functions, toy_context(seed))
    assert verdict.outcome is Outcome.HOLDS
    assert verdict.tightness is not None
    assert verdict.tightness > 0.99
    assert judge(gap_after_descent, half_guarantee, functions, toy_context(seed)).outcome is Outcome.REFUTED


def test_rational_instances_are_decided_exactly() -> None:
    """A bound that fails by one part in 10^30, below float64, would hold."""
    functions = strategies.smooth_functions("convex", exact=True)
    barely = judge(gap_after_descent, lambda data: guarantee(data) * (1 - Fraction(1, 10**30)), functions)
    assert (barely.outcome, barely.evidence) == (Outcome.REFUTED, Evidence.EXACT)
    assert judge(gap_after_descent, guarantee, functions).outcome is Outcome.HOLDS


def test_the_ascent_finds_what_drawing_misses() -> None:
    """A violation in a small region next to the worst cases would be missed, or its numbers not be made short."""
    data = strategies.vectors(size=(4, 4))
    target = np.array([0.3, -0.7, 0.55, 0.1])

    def bump(data: Any) -> Any:
        away = data["v"] - target
        return 1 / (1 + away @ away)

    def precise(data: Any, digits: int) -> tuple[Any, Any]:
        lifted = {"v": np.array([mpmath.mpf(entry) for entry in data["v"]])}
        away = lifted["v"] - target
        return 1 / (1 + away @ away), mpmath.mpf(9999) / 10000

    drawn_only = judge(bump, lambda data: 0.9999, data, repair=None, precise=precise)
    assert drawn_only.outcome is Outcome.HOLDS
    assert any("no local search" in line for line in drawn_only.not_checked)
    climbed = judge(bump, lambda data: 0.9999, data, precise=precise)
    assert climbed.outcome is Outcome.REFUTED
    assert climbed.counterexample is not None
    assert all(len(str(entry)) <= 8 for entry in climbed.counterexample.point["v"])


def test_lone_numbers_keep_their_sign() -> None:
    """The ascent would leave the domain of a step size, and refute a bound on it there."""
    data = st.floats(0.1, 1).map(lambda step: {"step": step, "x": np.array([1.0, -2.0])})
    verdict = judge(lambda data: -data["step"], lambda data: 0.0, data, strict=True)
    assert verdict.outcome is Outcome.HOLDS


def test_a_search_that_tested_hardly_anything_is_undecided() -> None:
    """Assumptions that almost always fail would leave a green verdict on a few instances."""
    data = strategies.vectors(size=(3, 3))
    verdict = judge(
        lambda data: 0.0, lambda data: 1.0, data, given=lambda data: bool(data["v"].min() == data["v"].max())
    )
    assert verdict.outcome is Outcome.UNDECIDED
    assert "hardly anything" in verdict.reason


def test_a_strategy_of_one_point_is_seen_through() -> None:
    """A strategy that maps everything to the same instance would count as many instances."""
    data = strategies.vectors(size=(3, 3)).map(lambda data: {"v": 0 * data["v"] + 1})
    assert judge(lambda data: 0.0, lambda data: 1.0, data).outcome is Outcome.UNDECIDED


def test_filters_inside_the_strategy_count_as_failed_assumptions() -> None:
    """A strategy that filters nearly everything would hide how little was drawn."""
    context = toy_context()
    context = dataclasses.replace(context, budget=dataclasses.replace(context.budget, examples=21))
    data = strategies.vectors(size=(2, 2)).filter(lambda data: int(abs(data["v"][0]) * 1e7) % 211 == 7)
    verdict = judge(lambda data: 0, lambda data: 1, data, context)
    assert verdict.outcome is Outcome.UNDECIDED or any("%" in line for line in verdict.fallbacks), verdict


def test_an_exhausted_strategy_holds_and_says_so() -> None:
    """A finite claim that was checked completely would be UNDECIDED, or not say how few instances there are."""
    verdict = judge(lambda data: data["k"], lambda data: 3, st.integers(0, 3).map(lambda k: {"k": k}))
    assert verdict.outcome is Outcome.HOLDS
    assert any("no more than 4" in line for line in verdict.fallbacks)


def test_assume_inside_a_claim_counts_as_a_failed_assumption() -> None:
    """A user's `assume` would end the search."""

    def lhs(data: Any) -> float:
        assume(data["v"][0] > 0)
        return 0.0

    verdict = judge(lhs, lambda data: 1.0, strategies.vectors(size=(2, 3)))
    assert verdict.outcome is Outcome.HOLDS
    assert "instances satisfied" in verdict.scope


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"lhs": lambda data: 1 / data["k"]}, "ZeroDivisionError.*'k': 0"),
        ({"lhs": lambda data: data["m"]}, "KeyError: 'm'.*'k'"),
        ({"given": lambda data: data["k"] > "a"}, "TypeError.*'k'"),
        ({"precise": lambda data, digits: 1 / 0, "lhs": lambda data: 2}, "`precise` raised ZeroDivisionError"),
        ({"data": st.integers(0, 9)}, "where a dict name -> value is wanted"),
        ({"data": st.integers(0, 9).map(lambda k: {"k": 1 / k})}, "the strategy raised ZeroDivisionError"),
        ({"data": {"k": 1}}, "give a Hypothesis strategy"),
        ({"repair": lambda data: 1 / 0, "data": st.floats(0, 1).map(lambda k: {"k": k})}, "repair: ZeroDivisionError"),
    ],
)
def test_errors_of_the_user_name_the_instance(fields: dict[str, Any], words: str) -> None:
    """The user would see an error of Hypothesis, or not see where their function fails."""
    claim = {
        "lhs": lambda data: 0,
        "rhs": lambda data: 1,
        "data": st.integers(0, 10**6).map(lambda k: {"k": k}),
        **fields,
    }
    with pytest.raises(MalformedClaim, match=words):
        judge(**claim)


def test_functions_that_do_not_repeat_themselves_are_refused() -> None:
    """A simulation with hidden randomness would give a verdict that nobody can repeat."""
    rng = np.random.default_rng(5)
    with pytest.raises(MalformedClaim, match="seed that is part of the data"):
        judge(lambda data: rng.random(), lambda data: 2.0, strategies.vectors(size=(2, 3)))
    with pytest.raises(MalformedClaim, match="seed that is part of the data"):
        judge(
            lambda data: rng.random(),
            lambda data: 0.5,
            strategies.vectors(size=(2, 3)),
            precise=lambda data, digits: (mpmath.mpf(rng.random()), mpmath.mpf("0.5")),
        )


def test_an_interrupt_keeps_a_violation_and_otherwise_goes_on() -> None:
    """Ctrl-C while a counterexample is being shrunk would lose it, or a stopped search would look finished."""
    calls: list[float] = []

    def lhs(data: Any) -> Any:
        calls.append(1.0)
        if len(calls) > limit:
            limit_reached.append(True)
            raise KeyboardInterrupt
        return data["k"]

    data = st.integers(0, 10**9).map(lambda k: {"k": k})
    limit_reached: list[bool] = []
    limit = 8
    with pytest.raises(KeyboardInterrupt) as stopped:
        judge(lhs, lambda data: 10**10, data)
    assert "instances tried" in stopped.value.__notes__[0]
    calls.clear()
    told: list[str] = []

    def counting(data: Any) -> Any:
        calls.append(1.0)
        if len(calls) == 12 and not told:
            told.append("stop")
            raise KeyboardInterrupt
        return data["k"]

    examples = [{"k": 1}]
    verdict = judge(counting, lambda data: 4, data, examples=lambda dataset: examples)
    assert verdict.outcome is Outcome.REFUTED
    assert told


def test_slow_searches_tell_their_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow claim would look as if it hung."""
    lines: list[str] = []
    clock = iter(range(10**6))
    monkeypatch.setattr("proofs_check.checkers.trial.time.monotonic", lambda: next(clock))
    context = dataclasses.replace(toy_context(), report=lines.append)
    judge(lambda data: data["v"] @ data["v"], lambda data: 100, strategies.vectors(size=(2, 2)), context)
    assert any("instances tried" in line and "largest lhs/rhs" in line for line in lines)

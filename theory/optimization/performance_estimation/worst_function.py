"""Worst-case functions of one real variable: run the method on them, and search for the worst."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias, final

from .function_classes import Smooth
from .measures import Measure
from .methods import GradientDescent
from .oracles import LineOracle
from .piecewise_quadratic import PiecewiseQuadratic
from .problem import Setting

_MOST_NOISY_STEPS = 6
"""All signs of the errors are enumerated, 2^N of them."""
_GRID = 24
_ROUNDS = 14
_FARTHEST = 10**6
_HALVINGS = 12
_FINEST = 10**5
_DENOMINATORS = (10, 30, 100, 300, 1000, 10_000)


Instance: TypeAlias = tuple[PiecewiseQuadratic, tuple[Fraction, ...]]
"""A function and the starting points."""
Family: TypeAlias = Callable[[Fraction], Instance]


@final
@dataclass(frozen=True, kw_only=True)
class Run:
    """A method run on a function of one real variable, in exact arithmetic.

    Args:
        function, starts: the instance. iterates: x_0, ..., x_N (of the run with all errors positive).
        initial, performance: the measures; means over all signs of the errors for a stochastic method.
        worst: the performance for initial = 1; that of this very run where noise sets a scale.
    """

    function: PiecewiseQuadratic
    starts: tuple[Fraction, ...]
    iterates: tuple[Fraction, ...]
    initial: Fraction
    performance: Fraction
    worst: Fraction

    def to_json(self) -> dict[str, Any]:
        """The run as JSON-ready data."""
        return {
            "function": self.function.to_json(),
            "formula": str(self.function),
            "starts": [str(item) for item in self.starts],
            "iterates": [str(item) for item in self.iterates],
            "initial": str(self.initial),
            "performance": str(self.performance),
            "worst": str(self.worst),
        }


def run_on(setting: Setting, function: PiecewiseQuadratic, starts: tuple[Fraction, ...]) -> Run:
    """Run the setting's method on a function of one real variable.

    Args:
        setting: what is run and measured. function: its minimiser is 0. starts: x_0, and x_{-1} where it is free.

    Accuracy: exact, in `Fraction` arithmetic.

    Source: derived here (a definition).
    """
    mean, initial = Fraction(0), Fraction(0)
    iterates: tuple[Fraction, ...] = ()
    for errors, probability in error_patterns(setting):
        named = dict(zip(setting.method.starts, starts, strict=True))
        oracle = LineOracle(function, named, errors)
        path = setting.method.run(oracle, setting.steps)
        mean += probability * min(setting.performance.of(oracle, path, setting.steps))
        if not iterates:
            iterates, initial = path.points, min(setting.initial.of(oracle, path, 0))
    scale = initial if initial > 0 and not setting.method.variance else Fraction(1)
    return Run(
        function=function,
        starts=starts,
        iterates=iterates,
        initial=initial,
        performance=mean,
        worst=mean / scale,
    )


def error_patterns(setting: Setting) -> Iterator[tuple[tuple[Fraction, ...], Fraction]]:
    """Errors of the gradients and their probabilities: independent, of two values, of exactly the variance allowed.

    Formula: values a and -v/a with probabilities proportional to v/a and a have mean 0 and variance v; a is near
        sqrt(v), so that they are +-sqrt(v) for a rational square.

    Source: derived here.
    """
    variance = setting.method.variance
    if not variance:
        yield (), Fraction(1)
        return
    high = max(Fraction(float(variance) ** 0.5).limit_denominator(1000), Fraction(1, 1000))
    low = variance / high
    law = ((high, low / (high + low)), (-low, high / (high + low)))
    for pattern in itertools.product(law, repeat=setting.steps):
        probability = Fraction(1)
        for _, share in pattern:
            probability *= share
        yield tuple(value for value, _ in pattern), probability


def is_admissible(setting: Setting, run: Run) -> bool:
    """Whether a run counts: its function belongs to the class, its start is within the limit or scalable to it.

    Source: derived here (x -> s x, f -> s^2 f multiplies every measure by s^2).
    """
    scalable = run.initial > 0 and not setting.method.variance
    return setting.function_class.contains(run.function) and (scalable or 0 < run.initial <= 1)


@functools.lru_cache(maxsize=256)
def find_worst(setting: Setting, instances: tuple[Instance, ...] = ()) -> tuple[Run, ...]:
    """The worst runs found among the instances given, quadratics, functions of two curvatures, and saw-teeth.

    Returns:
        Admissible runs whose `worst` ties for the largest, simplest first. Empty if there is none.

    Accuracy: each run is exact; that it is the worst of all is not claimed.

    Source: derived here: Huber functions are the worst for short steps on convex functions, quadratics for long steps
        (Drori, Teboulle 2014, restated from memory).
    """
    runs = [run for run in (run_on(setting, *instance) for instance in instances) if is_admissible(setting, run)]
    if len(setting.method.starts) == 1:
        runs += [run for family in _families(setting) for run in _search(setting, *family)]
    worst = max((run.worst for run in runs), default=None)
    distinct = {str(run.function): run for run in runs if run.worst == worst}
    return tuple(sorted(distinct.values(), key=lambda run: (len(run.function.knots), str(run.function))))


def _families(setting: Setting) -> Iterator[tuple[Family, bool]]:
    """Instances by a parameter in (0, 1), and whether they depend on it."""
    noisy_steps = setting.steps if setting.method.variance else 0
    curvatures = setting.function_class.extreme_curvatures()
    if noisy_steps <= _MOST_NOISY_STEPS:
        for curvature in curvatures:
            if curvature > 0:
                yield _two_curvatures(curvature, curvature), False
    if noisy_steps <= _MOST_NOISY_STEPS // 2:
        for inner, outer in itertools.permutations(curvatures, 2):
            yield _two_curvatures(inner, outer), True
    if isinstance(setting.function_class, Smooth) and isinstance(setting.method, GradientDescent):
        yield (lambda _: saw_tooth(setting)), False


def _two_curvatures(inner: Fraction, outer: Fraction) -> Family:
    def make(threshold: Fraction) -> Instance:
        if inner == outer:
            return PiecewiseQuadratic(curvatures=(inner,)), (Fraction(1),)
        knots = (-threshold, threshold)
        return PiecewiseQuadratic(knots=knots, curvatures=(outer, inner, outer)), (Fraction(1),)

    return make


def saw_tooth(setting: Setting) -> Instance:
    """A function, and a start, from which gradient descent meets one gradient at every step and falls little.

    Formula: f'' alternates between L and -L, twice between neighbouring iterates; f' = 1 at each iterate.

    Source: derived here: between iterates f' falls and rises again at the largest rate, L.
    """
    L, move = Fraction(setting.function_class.L), Fraction(setting.method.step)
    last = 1 / L
    knots = [last + move * k / 2 for k in range(2 * setting.steps + 1)]
    curvatures = [L, *(L if k % 2 else -L for k in range(2 * setting.steps)), Fraction(0)]
    return PiecewiseQuadratic(knots=tuple(knots), curvatures=tuple(curvatures)), (knots[-1],)


def _search(setting: Setting, make: Family, has_parameter: bool) -> list[Run]:
    if not has_parameter:
        return [run for run in [_scaled(setting, make(Fraction(1, 2)))] if run is not None]
    best = max((Fraction(k, _GRID) for k in range(1, _GRID)), key=lambda d: _score(setting, make(d)))
    low, high = best - Fraction(1, _GRID), best + Fraction(1, _GRID)
    for _ in range(_ROUNDS):
        third = (high - low) / 3
        left, right = ((low + shift).limit_denominator(_FINEST) for shift in (third, 2 * third))
        low, high = (left, high) if _score(setting, make(left)) < _score(setting, make(right)) else (low, right)
    middle = (low + high) / 2
    runs = [_scaled(setting, make(d)) for d in {middle.limit_denominator(most) for most in _DENOMINATORS} if d > 0]
    return [run for run in runs if run is not None]


def _score(setting: Setting, instance: Instance) -> Fraction:
    run = _scaled(setting, instance)
    return Fraction(-1) if run is None else run.worst


def _scaled(setting: Setting, instance: Instance) -> Run | None:
    if not setting.function_class.contains(instance[0]):
        return None
    function, starts = instance
    if setting.method.variance and setting.initial is Measure.VALUE:
        starts = (_farthest_start(function),)
    run = run_on(setting, function, starts)
    return run if is_admissible(setting, run) else None


def _farthest_start(function: PiecewiseQuadratic) -> Fraction:
    """A start with a value of nearly 1 and at most 1: where noise sets a scale, runs cannot be scaled."""
    low, high = Fraction(0), Fraction(1)
    while function.value(high) <= 1 and high < _FARTHEST:
        low, high = high, 2 * high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if function.value(middle) <= 1 else (low, middle)
    return low

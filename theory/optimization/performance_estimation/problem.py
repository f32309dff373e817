"""Performance estimation problems: the worst case of a method over a class, as a semidefinite program.

    worst case = max of the performance over Gram matrices G >= 0 and values f that satisfy all constraints.
Multipliers prove an upper bound: if  sum_j lambda_j constraint_j - performance = <S, G> as forms in (G, f), with
S >= 0 and lambda_j >= 0 at inequalities, then  performance <= sum_j lambda_j limit_j.
By homogeneity (f -> c f, x -> c x) a bound for L = 1 and a limit of 1 on the start gives the bound for all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import final

from flint import fmpq

from ...errors import InvalidArgument
from .function_classes import AbstractFunctionClass
from .gram import Quantity, add_up, exact
from .measures import Measure
from .methods import AbstractMethod
from .oracles import Evaluation, GramOracle, Noise

LONGEST = 64
"""Most steps of a problem: the number of conditions grows with their square."""

_LEAST = "least"
"""Name of the variable that stands for the least of several quantities."""


@final
@dataclass(frozen=True, kw_only=True)
class Setting:
    """A method on a class, what is known of the start, and what is measured at the end.

    Args:
        function_class, method: the two. steps: N, the number of steps.
        initial: measure of x_0, at most 1. performance: measure of x_N (in expectation, for a stochastic method).

    Raises:
        InvalidArgument: if the parts do not fit together.

    Source: Drori, Teboulle (2014); Taylor, Hendrickx, Glineur (2017), restated from memory.
    """

    function_class: AbstractFunctionClass
    method: AbstractMethod
    steps: int
    initial: Measure
    performance: Measure

    def __post_init__(self) -> None:
        if not isinstance(self.steps, int) or isinstance(self.steps, bool) or not 0 <= self.steps <= LONGEST:
            raise InvalidArgument(f"steps={self.steps!r}: write an integer from 0 to {LONGEST}")
        for name in ("initial", "performance"):
            measure = getattr(self, name)
            if measure.needs_minimiser and not self.function_class.has_minimiser:
                raise InvalidArgument(f"{name}={measure.value!r}: this class knows no minimiser; measure values")
        if self.initial is Measure.BEST_GRADIENT or (
            self.performance is Measure.BEST_GRADIENT and self.method.variance
        ):
            raise InvalidArgument(
                f"{Measure.BEST_GRADIENT.value!r} measures the end of a method without noise; use another measure"
            )
        if len(self.method.starts) > 1 and self.initial is not Measure.PAIR_DISTANCE:
            raise InvalidArgument(f"initial={self.initial.value!r}: bound both starting points by the pair distance")


@final
@dataclass(frozen=True)
class Constraint:
    """quantity <= limit, or quantity = limit. Names are stable: they label multipliers in certificates."""

    name: str
    quantity: Quantity
    limit: fmpq
    is_equality: bool = False


@final
@dataclass(frozen=True)
class Problem:
    """The program.

    Args:
        basis: names of the basis vectors. values: names of function values (and of the least quantity, if any).
        objective: what is maximised. constraints: all of them. evaluations, noises: what the names stand for.
    """

    basis: tuple[str, ...]
    values: tuple[str, ...]
    objective: Quantity
    constraints: tuple[Constraint, ...]
    evaluations: tuple[Evaluation, ...]
    noises: tuple[Noise, ...]


def state_problem(setting: Setting) -> Problem:
    """The performance estimation problem of a setting.

    Source: Drori, Teboulle (2014); Taylor, Hendrickx, Glineur (2017), restated from memory.
    """
    oracle = GramOracle(has_minimiser=setting.function_class.has_minimiser)
    path = setting.method.run(oracle, setting.steps)
    [start] = setting.initial.of(oracle, path, 0)
    goals = setting.performance.of(oracle, path, setting.steps)
    evaluations = tuple(oracle.evaluations)
    values = [f"f{one.label}" for one in evaluations]
    constraints = [Constraint("start", start, fmpq(1))]
    constraints += _noise_constraints(oracle.noises)
    constraints += [
        Constraint(name, quantity, fmpq(0)) for name, quantity in setting.function_class.conditions(evaluations)
    ]
    objective = goals[0]
    if len(goals) > 1:
        objective = Quantity(values={_LEAST: fmpq(1)})
        values.append(_LEAST)
        constraints += [
            Constraint(f"least({k})", add_up([(1, objective), (-1, goal)]), fmpq(0)) for k, goal in enumerate(goals)
        ]
    return Problem(tuple(oracle.basis), tuple(values), objective, tuple(constraints), evaluations, tuple(oracle.noises))


def _noise_constraints(noises: list[Noise]) -> Iterator[Constraint]:
    for noise in noises:
        square = Quantity({(noise.name, noise.name): fmpq(1)})
        yield Constraint(f"variance({noise.name})", square, exact(Fraction(noise.variance)))
        for name in noise.past:
            pair = (min(name, noise.name), max(name, noise.name))
            yield Constraint(f"uncorrelated({noise.name},{name})", Quantity({pair: fmpq(1)}), fmpq(0), True)

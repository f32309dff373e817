"""Claims about the worst case of a first-order method over a class of functions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar, final

from theory.errors import TheoryError
from theory.optimization.performance_estimation import (
    AbstractFunctionClass,
    AbstractMethod,
    Instance,
    Measure,
    PiecewiseQuadratic,
    Setting,
)

from ..errors import MalformedClaim
from .abstract import AbstractClaim


@final
@dataclass(frozen=True, kw_only=True)
class WorstCase(AbstractClaim):
    """performance(x_N) <= bound for every function of the class, in any dimension, and every start with initial <= 1.

    Measures scale: x -> s x, f -> c s^2 f turns a bound for L = 1 and initial <= 1 into one for every L and start.

    Args:
        function_class, method, steps: what is run: N steps of the method. initial: measure of the start, at most 1.
        performance: measure of x_N; expectations for a stochastic method.
        bound: the claimed bound, a Fraction.
        attained: the statement says that the bound is the worst case, not merely a bound.
        instances: functions of one real with starting points, tried as worst cases besides those that a search makes.
        multipliers: constraint -> multiplier of a known proof, tried before a solver is asked.
    """

    kind: ClassVar[str] = "WorstCase"

    function_class: AbstractFunctionClass
    method: AbstractMethod
    steps: int
    initial: Measure
    performance: Measure
    bound: Fraction
    attained: bool = False
    instances: tuple[Instance, ...] = ()
    multipliers: Mapping[str, Fraction] = field(default_factory=dict)

    def _validate(self) -> None:
        if not isinstance(self.bound, int | Fraction) or isinstance(self.bound, bool) or self.bound < 0:
            self._fail("bound", "write a non-negative Fraction, as Fraction(1, 6)")
        if not isinstance(self.function_class, AbstractFunctionClass):
            self._fail("function_class", "write a class of functions, as SmoothConvex()")
        if not isinstance(self.method, AbstractMethod):
            self._fail("method", "write a method, as GradientDescent(step=Fraction(1))")
        for name in ("initial", "performance"):
            if not isinstance(getattr(self, name), Measure):
                self._fail(name, "write a measure, as Measure.DISTANCE")
        if not all(isinstance(one, int | Fraction) for one in self.multipliers.values()):
            self._fail("multipliers", "write {constraint: Fraction}")
        for instance in self.instances:
            function, starts = instance
            if not isinstance(function, PiecewiseQuadratic) or len(starts) != len(self.method.starts):
                self._fail("instances", f"write (PiecewiseQuadratic(...), (x0, ...)), {len(self.method.starts)} starts")
        try:
            self.setting()
        except TheoryError as error:
            raise MalformedClaim(f"{self.kind} {self.slug!r}: {error}") from error

    def setting(self) -> Setting:
        """What is run and measured, without the bound."""
        return Setting(
            function_class=self.function_class,
            method=self.method,
            steps=self.steps,
            initial=self.initial,
            performance=self.performance,
        )

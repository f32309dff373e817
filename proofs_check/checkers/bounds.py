"""Lower bounds of a function on boxes: natural, mean-value and convex forms, monotone sides at their ends, collars.

A bound is a ball's lower end: nothing here rounds in the wrong direction, and nothing is decided on a ball that is
not finite. Infinite sides are bounded on the extended line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np
import sympy
from flint import arb, ctx, fmpq
from sympy.polys.polyerrors import BasePolynomialError

from theory.errors import OutsideDomain

from .extended import ExtendedFunction
from .region import Box, Cell, finite_sides, is_bounded
from .shared_tape import Pass, SharedTape

if TYPE_CHECKING:
    from .collars import Collar

BITS = 96
_INTEGRAL_COST = 200
"""An integral takes some hundred evaluations of its integrand."""
_JUMPS = (sympy.Piecewise, sympy.atan2)
"""Differentiated by SymPy as if they had no jumps; a mean-value form over a jump would be unsound."""
_LARGEST_TO_FACTOR = 150
_TANGENTS = 3


@final
@dataclass(frozen=True)
class Bound:
    """What is known of a function on one box.

    Args:
        lower: a lower bound, nan if there is none. positive: whether a collar shows that it is positive all the same.
        split: the side that it varies most along, None if unknown. low_point: a point where it is certainly negative.
    """

    lower: arb
    positive: bool = False
    split: int | None = None
    low_point: tuple[fmpq, ...] | None = None

    def holds(self, strict: bool, allowed: arb | None = None) -> bool:
        """Whether the function is certainly nonnegative (positive) on the box; `allowed` may be missing."""
        value = self.lower if allowed is None else self.lower + allowed
        return bool(value > 0 or (value >= 0 and (self.positive or not strict)))


@final
@dataclass
class Trials:
    """How often a form was tried and how often it proved a box; costs decide, so the search may leave it out."""

    tried: int = 0
    proved: int = 0
    skipped: int = 0

    def worthwhile(self, sparing: bool) -> bool:
        """Whether to try it again: always at first, then as long as one in eight succeeds, else now and then."""
        if not sparing or self.tried < 16 or 8 * self.proved >= self.tried or self.skipped >= 8:
            self.skipped = 0
            return True
        self.skipped += 1
        return False

    def note(self, success: bool) -> bool:
        """Count a trial; hands the success on."""
        self.tried += 1
        self.proved += success
        if self.tried > 256:
            self.tried, self.proved = self.tried // 2, self.proved // 2
        return success


@final
class Bounds:
    """Lower bounds of one function over boxes. Make it with `bounds_of`.

    Args:
        expression, symbols: the function. collars: sets that it touches zero on.
    """

    def __init__(self, expression: sympy.Expr, symbols: Sequence[sympy.Symbol], collars: Sequence[Collar] = ()) -> None:
        self.expression = expression
        self.symbols = tuple(symbols)
        self.collars = tuple(collars)
        self._tape = SharedTape(self.symbols)
        self._tape.add(expression)
        self._gradient: tuple[int, ...] = ()
        self._hessian: tuple[int, ...] = ()
        partials = differentiate(expression, self.symbols)
        if partials:
            self._gradient = self._tape.add_all(partials)
        if not self._gradient:
            self._tape = SharedTape(self.symbols)
            self._tape.add(expression)
        self._partials = partials if self._gradient else ()
        self._extended: list[ExtendedFunction] | None = None
        self._slopes: list[ExtendedFunction] = []
        self._convex_trials = Trials()
        self._collar_trials = tuple(Trials() for _ in self.collars)
        self.cost = 1 + _INTEGRAL_COST * len(expression.atoms(sympy.Integral))

    @property
    def form(self) -> str:
        """What the bounds are, in words."""
        smooth = "natural, mean-value and convex forms, monotone sides at their ends"
        words = [smooth if self._gradient else "natural form"]
        return "; ".join([*words, *(collar.words(self.symbols) for collar in self.collars)])

    def lower(self, box: Box, *, sparing: bool = False) -> Bound:
        """A lower bound over the box; `sparing` leaves out forms that have mostly failed so far.

        Raises:
            OutsideDomain: if the function is real nowhere on the box.
        """
        with ctx.workprec(BITS):
            sides = finite_sides(box)
            bound = self._infinite(box) if sides is None else self._finite(sides, sparing)
            if not bound.lower > 0 and bound.low_point is None:
                for collar, trials in zip(self.collars, self._collar_trials, strict=True):
                    if trials.worthwhile(sparing) and trials.note(collar.proves(box)):
                        return Bound(arb(0), positive=collar.strict)
        return bound

    def value(self, point: Sequence[fmpq]) -> arb:
        """The value at a point.

        Raises:
            OutsideDomain: if it is not real.
        """
        with ctx.workprec(BITS):
            return self._tape.start([arb(place) for place in point]).value(0)

    def _finite(self, box: Cell, sparing: bool) -> Bound:
        sides = [ball(side) for side in box]
        run = self._tape.start(sides)
        natural = run.value(0)
        bound: arb = natural.lower() if natural.is_finite() else arb.nan()
        if bound > 0 or not self._gradient:
            return Bound(bound)
        return self._centred(box, sides, run, bound, sparing)

    def _centred(self, box: Cell, sides: Sequence[arb], run: Pass, natural: arb, sparing: bool) -> Bound:
        try:
            slopes = [run.value(number) for number in self._gradient]
        except OutsideDomain:
            return Bound(natural)
        split = _steepest(box, slopes)
        if not all(slope.is_finite() for slope in slopes):
            return Bound(natural, split=split)
        start = [_start(side, slope) for side, slope in zip(box, slopes, strict=True)]
        try:
            value = self._tape.start([arb(place) for place in start]).value(0)
        except OutsideDomain:
            return Bound(natural, split=split)
        if not value.is_finite():
            return Bound(natural, split=split)
        low_point = tuple(start) if value < 0 or value.is_zero() else None
        total = value
        for side, slope, place in zip(box, slopes, start, strict=True):
            if not (slope >= 0 or slope <= 0):
                total += slope * (ball(side) - arb(place))
        best = _greater(natural, total.lower())
        if best < 0 and value > 0 and self._convex_trials.worthwhile(sparing):
            plane = self._convex(box, sides, start, run)
            self._convex_trials.note(bool(plane > 0))
            best = _greater(best, plane)
        return Bound(best, split=split, low_point=low_point)

    def _convex(self, box: Cell, sides: Sequence[arb], start: Sequence[fmpq], run: Pass) -> arb:
        """The best tangent plane, where the matrix of second derivatives is certainly positive definite."""
        best: arb = arb.nan()
        try:
            entries = [run.value(number) for number in self._second()]
            if not entries or not is_positive_definite(entries, len(sides)):
                return best
            for _ in range(_TANGENTS):
                at = self._tape.start([arb(place) for place in start])
                value, slopes = at.value(0), [at.value(number) for number in self._gradient]
                plane = value + sum(
                    (slope * (side - arb(place)) for side, slope, place in zip(sides, slopes, start, strict=True)),
                    arb(0),
                )
                best = _greater(best, plane.lower() if plane.is_finite() else arb.nan())
                if best > 0 or not value > 0:
                    break
                start = newton_step(start, slopes, entries, box)
        except OutsideDomain:
            return best
        return best

    def _second(self) -> tuple[int, ...]:
        if not self._hessian and self._partials:
            seconds = second_derivatives(self._partials, self.symbols)
            self._hessian = self._tape.add_all(seconds) if seconds else ()
            if not self._hessian:
                self._partials = ()
        return self._hessian

    def _infinite(self, box: Box) -> Bound:
        if self._extended is None:
            self._extended = [ExtendedFunction(one, self.symbols) for one in _variants(self.expression)]
            self._slopes = [
                ExtendedFunction(_variants(one)[-1], self.symbols)
                for one in (differentiate(self.expression, self.symbols) if self._gradient else ())
            ]
        bound = self._natural(self._extended, box, ())
        if bound >= 0 or not self._slopes:
            return Bound(bound)
        reduced, limits = self._monotone_sides(box)
        try:
            if is_bounded(reduced):
                return Bound(_greater(bound, self.lower(reduced).lower))
            return Bound(_greater(bound, self._natural(self._extended, reduced, limits)))
        except OutsideDomain:
            return Bound(bound)

    def _natural(self, forms: Sequence[ExtendedFunction], box: Box, limits: Sequence[int]) -> arb:
        best = arb.nan()
        for form in forms:
            low = form.over(box, limits)[0]
            best = _greater(best, low if low > -arb("inf") else arb.nan())
        return best

    def _monotone_sides(self, box: Box) -> tuple[Box, tuple[int, ...]]:
        sides, limits = list(box), []
        for index, slope in enumerate(self._slopes):
            try:
                low, high = slope.over(box, smooth=True)
            except OutsideDomain:
                continue
            if low >= 0 or high <= 0:
                end = box[index][0] if low >= 0 else box[index][1]
                if end is None:
                    limits.append(index)
                else:
                    sides[index] = (end, end)
        return tuple(sides), tuple(limits)


def differentiate(expression: sympy.Expr, symbols: Sequence[sympy.Symbol]) -> tuple[sympy.Expr, ...]:
    """The gradient; empty where SymPy would differentiate a jump away."""
    if expression.has(*_JUMPS):
        return ()
    return tuple(sympy.diff(expression, symbol) for symbol in symbols)


def second_derivatives(partials: Sequence[sympy.Expr], symbols: Sequence[sympy.Symbol]) -> tuple[sympy.Expr, ...]:
    """The upper triangle of the matrix of second derivatives, row by row."""
    return tuple(
        sympy.diff(partial, symbol) for row, partial in enumerate(partials) for symbol in symbols[row : len(partials)]
    )


def is_positive_definite(entries: Sequence[arb], size: int) -> bool:
    """Whether every symmetric matrix with its upper triangle in the balls is positive definite: all pivots are."""
    if not all(entry.is_finite() for entry in entries):
        return False
    rows = iter(entries)
    matrix = {(i, j): next(rows) for i in range(size) for j in range(i, size)}
    for pivot in range(size):
        head = matrix[pivot, pivot]
        if not head > 0:
            return False
        for i in range(pivot + 1, size):
            for j in range(i, size):
                matrix[i, j] = matrix[i, j] - matrix[pivot, i] * matrix[pivot, j] / head
    return True


def newton_step(start: Sequence[fmpq], slopes: Sequence[arb], entries: Sequence[arb], box: Cell) -> list[fmpq]:
    """About the minimum of a quadratic model within the box: a proposal, so floats do."""
    size = len(start)
    matrix = np.zeros((size, size))
    matrix[np.triu_indices(size)] = [float(entry.mid()) for entry in entries]
    matrix += np.triu(matrix, 1).T
    step = np.linalg.solve(matrix, [-float(slope.mid()) for slope in slopes])
    return [
        min(max(place + fmpq(*float(move).as_integer_ratio()), low), high) if np.isfinite(move) else place
        for place, move, (low, high) in zip(start, step, box, strict=True)
    ]


def ball(side: tuple[fmpq, fmpq]) -> arb:
    """The ball of a finite side."""
    low, high = side
    return arb(low) if low == high else arb(low).union(arb(high))


def _variants(expression: sympy.Expr) -> list[sympy.Expr]:
    """The expression as it is and, if it is small, with its factors in front."""
    if expression.count_ops() > _LARGEST_TO_FACTOR:
        return [expression]
    try:
        factored = _factor(expression)
    except (BasePolynomialError, NotImplementedError):
        return [expression]
    return [expression] if factored == expression else [expression, factored]


def _factor(expression: sympy.Expr) -> sympy.Expr:
    """Factored with every value of a function as an unknown: SymPy would expand exp(600 x) into a 600th power."""
    values = {
        node: sympy.Dummy(real=True)
        for node in expression.atoms(sympy.Function, sympy.Pow)
        if not isinstance(node, sympy.Pow) or not node.exp.is_Integer
    }
    back = {unknown: node for node, unknown in values.items()}
    return sympy.factor_terms(sympy.factor(expression.xreplace(values)).xreplace(back))


def _start(side: tuple[fmpq, fmpq], slope: arb) -> fmpq:
    """The end where a monotone function is smallest, else the middle."""
    low, high = side
    if slope >= 0:
        return low
    return high if slope <= 0 else (low + high) / 2


def _steepest(box: Cell, slopes: Sequence[arb]) -> int | None:
    if not all(slope.is_finite() for slope in slopes):
        return None
    spans = [float(arb(slope.rad())) * float(high - low) for slope, (low, high) in zip(slopes, box, strict=True)]
    return max(range(len(spans)), key=spans.__getitem__) if max(spans, default=0.0) > 0 else None


def _greater(one: arb, two: arb) -> arb:
    if two.is_nan():
        return one
    return two if one.is_nan() or two > one else one

"""Best-first branch and bound: a function is nonnegative on a box, or a point where it is not, or the box left open.

Bounds are natural enclosures and mean-value forms in ball arithmetic; where a derivative has certain sign, the side
is replaced by its end. Nothing here rounds in the wrong direction: a box counts only with a finite, certain bound.
"""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias, final

import sympy
from flint import arb, fmpq

from theory.balls import BallFunction, compile_balls
from theory.errors import OutsideDomain, UnknownFunction

Box: TypeAlias = tuple[tuple[fmpq, fmpq], ...]

_BITS = 96
_FINEST = fmpq(1, 2**45)
"""Sides are not split below this share of the first box: smaller ones only show that the function touches 0."""
_LISTED = 2000
_INTEGRAL_COST = 200
"""An integral takes some hundred evaluations of its integrand."""
_JUMPS = (sympy.Piecewise, sympy.atan2)
"""Differentiated by SymPy as if they had no jumps; a mean-value form over a jump would be unsound."""


@final
@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What the search found.

    Args:
        status: "proved", "violated" or "open".
        boxes: boxes examined. verified: boxes with a certain bound. undefined: boxes where the function is not real.
        smallest: smallest certain lower bound over the verified boxes.
        leaves: the verified and undefined boxes, if no more than 2000.
        place: the violating point, or the middle of the worst box left open. worst: that box, as text.
        bounded: whether the worst box left open has a finite bound.
        form: which bounds were used.
    """

    status: str
    boxes: int
    verified: int
    undefined: int
    smallest: float
    leaves: tuple[str, ...]
    place: tuple[Fraction, ...] | None
    worst: str
    bounded: bool
    form: str


@final
@dataclass(frozen=True)
class Bounds:
    """Lower bounds of one function over boxes."""

    function: BallFunction
    gradient: tuple[BallFunction, ...]

    @property
    def cost(self) -> int:
        """What one box costs, in boxes of an expression without integrals."""
        return 1 + _INTEGRAL_COST * len(self.function.expression.atoms(sympy.Integral))

    @property
    def form(self) -> str:
        """What the bounds are, in words."""
        return "natural and mean-value forms, monotone sides at their ends" if self.gradient else "natural form"

    def lower(self, box: Box) -> arb:
        """A lower bound over the box, nan if there is none.

        Raises:
            OutsideDomain: if the function is real nowhere on the box.
        """
        sides = [_ball(side) for side in box]
        natural = self.function.enclose(sides, _BITS)
        bound: arb = natural.lower() if natural.is_finite() else arb.nan()
        if bound > 0 or not self.gradient:
            return bound
        centred = self._centred(box, sides)
        if centred.is_finite() and not bound > centred:
            return centred
        return bound

    def _centred(self, box: Box, sides: Sequence[arb]) -> arb:
        try:
            slopes = [partial.enclose(sides, _BITS) for partial in self.gradient]
            if not all(slope.is_finite() for slope in slopes):
                return arb.nan()
            start = [_start(side, slope) for side, slope in zip(box, slopes, strict=True)]
            value = self.function.enclose([arb(coordinate) for coordinate in start], _BITS)
        except OutsideDomain:
            return arb.nan()
        for (low, high), slope, coordinate in zip(box, slopes, start, strict=True):
            if not (slope >= 0 or slope <= 0):
                value += slope * (_ball((low, high)) - arb(coordinate))
        return value.lower() if value.is_finite() else arb.nan()


def _start(side: tuple[fmpq, fmpq], slope: arb) -> fmpq:
    """The end where a monotone function is smallest, else the middle."""
    if slope >= 0:
        return side[0]
    return side[1] if slope <= 0 else (side[0] + side[1]) / 2


def _ball(side: tuple[fmpq, fmpq]) -> arb:
    return arb(side[0]).union(arb(side[1]))


def bounds_of(expression: sympy.Expr, symbols: Sequence[sympy.Symbol]) -> Bounds:
    """Compile an expression and, where that is sound, its gradient.

    Raises:
        UnknownFunction: if the expression is outside the whitelist.
    """
    plain = {symbol: sympy.Dummy(symbol.name, real=True) for symbol in symbols}
    moved = expression.xreplace(plain)
    variables = tuple(plain.values())
    function = compile_balls(moved, variables)
    if moved.has(*_JUMPS):
        return Bounds(function, ())
    try:
        gradient = tuple(compile_balls(sympy.diff(moved, variable), variables) for variable in variables)
    except UnknownFunction:
        return Bounds(function, ())
    return Bounds(function, gradient)


@final
@dataclass
class _Search:
    """The state of one search; not shared."""

    bounds: Bounds
    first: Box
    whole: Sequence[bool]
    strict: bool
    examined: int = 0
    verified: int = 0
    undefined: int = 0
    smallest: float = math.inf
    leaves: list[str] = field(default_factory=list)
    heap: list[tuple[float, int, Box]] = field(default_factory=list)
    counter: itertools.count[int] = field(default_factory=itertools.count)

    def examine(self, box: Box) -> None:
        """Verify the box, or queue it by its lower bound."""
        self.examined += 1
        try:
            bound = self.bounds.lower(box)
        except OutsideDomain:
            self.undefined += 1
            self._keep(box, "not real")
            return
        if bound > 0 or (bound >= 0 and not self.strict):
            self.verified += 1
            self.smallest = min(self.smallest, float(bound))
            self._keep(box, f">= {bound.str(6, radius=False)}")
            return
        heapq.heappush(self.heap, (float(bound) if bound.is_finite() else -math.inf, next(self.counter), box))

    def _keep(self, box: Box, remark: str) -> None:
        if len(self.leaves) <= _LISTED:
            self.leaves.append(f"{_text(box)}: {remark}")

    def violation(self, box: Box) -> tuple[Fraction, ...] | None:
        """The middle of the box, if the function is certainly negative there."""
        middle = [(low + high) / 2 for low, high in box]
        for index, whole in enumerate(self.whole):
            if whole:
                middle[index] = fmpq(int(middle[index].floor()))
                if not box[index][0] <= middle[index] <= box[index][1]:
                    return None
        try:
            value = self.bounds.function.enclose([arb(coordinate) for coordinate in middle], _BITS)
        except OutsideDomain:
            return None
        if value < 0 or (self.strict and value <= 0):
            return tuple(Fraction(int(coordinate.p), int(coordinate.q)) for coordinate in middle)
        return None

    def split(self, box: Box) -> tuple[Box, Box] | None:
        """The halves along the side that is longest as a share of the first box; None below the finest share."""
        shares = [
            (high - low) / (top - bottom) if top > bottom else fmpq(0)
            for (low, high), (bottom, top) in zip(box, self.first, strict=True)
        ]
        widest = max(range(len(shares)), key=shares.__getitem__, default=None)
        if widest is None or shares[widest] < _FINEST:
            return None
        low, high = box[widest]
        middle = (low + high) / 2
        before, after = box[:widest], box[widest + 1 :]
        return (*before, (low, middle), *after), (*before, (middle, high), *after)

    def report(
        self, status: str, box: Box | None, place: tuple[Fraction, ...] | None = None, lower: float = 0.0
    ) -> Coverage:
        """The result so far."""
        if place is None and box is not None:
            place = tuple(Fraction(int(mid.p), int(mid.q)) for mid in ((low + high) / 2 for low, high in box))
        return Coverage(
            status=status,
            boxes=self.examined,
            verified=self.verified,
            undefined=self.undefined,
            smallest=self.smallest,
            leaves=tuple(self.leaves) if len(self.leaves) <= _LISTED else (),
            place=place,
            worst=_text(box) if box is not None else "",
            bounded=math.isfinite(lower),
            form=self.bounds.form,
        )


def _text(box: Box) -> str:
    return " x ".join(f"[{low}, {high}]" for low, high in box)


def cover(
    bounds: Bounds, box: Sequence[tuple[Fraction, Fraction]], *, budget: int, whole: Sequence[bool], strict: bool
) -> Coverage:
    """Try to prove that a function is nonnegative (positive if `strict`) on a box.

    Args:
        bounds: the function, from `bounds_of`. box: a pair (low, high) per variable. budget: boxes to examine.
        whole: which variables stand for integers: only integer points refute.
    """
    first: Box = tuple(
        (fmpq(low.numerator, low.denominator), fmpq(high.numerator, high.denominator)) for low, high in box
    )
    search = _Search(bounds, first, whole, strict)
    search.examine(first)
    while search.heap:
        lower, _, worst = heapq.heappop(search.heap)
        if (place := search.violation(worst)) is not None:
            return search.report("violated", worst, place)
        halves = search.split(worst) if search.examined * bounds.cost < budget else None
        if halves is None:
            return search.report("open", worst, lower=lower)
        for half in halves:
            search.examine(half)
    return search.report("proved", None)

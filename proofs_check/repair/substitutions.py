"""Changes of a symbol wherever it stands: another symbol, a scale, a shift by one, a power, the supplement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, permutations
from typing import final

import sympy
from flint import arb, ctx, fmpq

from theory.balls import BallFunction, compile_balls
from theory.errors import TheoryError

from .constants import BITS
from .samples import Samples, Values

_MOST_SYMBOLS = 5
_SCALES = (Fraction(2), Fraction(1, 2), Fraction(4), Fraction(1, 4))


@final
@dataclass(frozen=True)
class Substitution:
    """Symbols -> what should stand in their places, everywhere. `cost` orders it among other changes."""

    changes: tuple[tuple[sympy.Symbol, sympy.Expr], ...]
    cost: float

    def apply(self, expression: sympy.Expr) -> sympy.Expr:
        """The expression after the substitution, which is made at once."""
        return expression.xreplace(dict(self.changes))

    def __str__(self) -> str:
        return " and ".join(f"{new} for {old}" for old, new in self.changes) + ", everywhere"


def substitutions(expression: sympy.Expr, target: Values, samples: Samples) -> Iterator[Substitution]:
    """The substitutions that make the expression right at all points."""
    symbols = [symbol for symbol in samples.symbols if expression.has(symbol)][:_MOST_SYMBOLS]
    if not symbols or not samples.points or expression.has(sympy.Integral):
        return
    function = compile_balls(expression, samples.symbols)
    for candidate in (*_of_one(symbols, samples.symbols), *_of_several(symbols)):
        maps = {old: compile_balls(new, samples.symbols) for old, new in candidate.changes}
        if all(_agrees(function, maps, samples, place, target[place]) for place in range(len(samples.points))):
            yield candidate


def _agrees(
    function: BallFunction, maps: Mapping[sympy.Symbol, BallFunction], samples: Samples, place: int, wanted: arb
) -> bool:
    point = samples.points[place]
    exact = [fmpq(point[symbol].numerator, point[symbol].denominator) for symbol in samples.symbols]
    try:
        with ctx.workprec(BITS):
            plain = [arb(value) for value in exact]
        moved = [
            maps[symbol].enclose(plain, BITS) if symbol in maps else ball
            for symbol, ball in zip(samples.symbols, plain, strict=True)
        ]
        found = function.enclose(moved, BITS)
    except TheoryError:
        return False
    return bool(found.is_finite() and found.overlaps(wanted))


def _of_one(symbols: Sequence[sympy.Symbol], known: Sequence[sympy.Symbol]) -> Iterator[Substitution]:
    for symbol in symbols:
        shifts = [(symbol + 1, 3.0), (symbol - 1, 3.0), (1 - symbol, 5.0)]
        scales = [(_exact(scale) * symbol, 3.0 + float(abs(scale) != 2)) for scale in _SCALES]
        powers = [(symbol**2, 3.0), (sympy.sqrt(symbol), 4.0), (-symbol, 3.0)]
        turned = [(sympy.pi - symbol, 4.0), (sympy.pi / 2 - symbol, 5.0)]
        others = [(other, 4.0) for other in known if other != symbol]
        for new, cost in (*shifts, *scales, *powers, *turned, *others):
            yield Substitution(((symbol, new),), cost)


def _of_several(symbols: Sequence[sympy.Symbol]) -> Iterator[Substitution]:
    for first, second in combinations(symbols, 2):
        yield Substitution(((first, second), (second, first)), 4.0)
    for three in permutations(symbols, 3):
        if three[0] == min(three, key=str):
            yield Substitution(tuple(zip(three, (*three[1:], three[0]), strict=True)), 8.0)
    for size in range(2, len(symbols) + 1):
        for chosen in combinations(symbols, size):
            for scale in (*_SCALES, Fraction(-1)):
                yield Substitution(tuple((symbol, _exact(scale) * symbol) for symbol in chosen), 4.0 + size)


def _exact(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)

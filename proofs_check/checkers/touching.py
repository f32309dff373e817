"""Where a function seems to touch zero: faces, diagonals and points, proposed as plans of collars. Floats suffice."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import final

import sympy
from flint import arb, ctx

from theory.balls import BallFunction, compile_balls
from theory.errors import TheoryError

from .bounds import differentiate
from .collars import HIGHEST_ORDER, Pin, Plan
from .points import place

_BITS = 128
_ZERO = 1e-20
_NEAR = 1e-2
_LARGEST = 1500
_SHARES = (Fraction(3, 11), Fraction(5, 8), Fraction(13, 16))
_MOST_PLANS = 6
_DENOMINATORS = (1, 2, 3, 4, 6, 12, 60, 1000)


@final
class Proposer:
    """Plans of collars for one function.

    Args:
        domain: real symbols -> intervals, in the order of a box. near: a point where the function is small.
    """

    def __init__(
        self, domain: Mapping[sympy.Symbol, sympy.Interval], near: Mapping[sympy.Symbol, Fraction] | None
    ) -> None:
        self._domain = dict(domain)
        self._symbols = tuple(domain)
        self._near = near

    def plans(self, expression: sympy.Expr, depth: int = 1) -> tuple[Plan, ...]:
        """The plans that seem to work, at most a few."""
        if expression.count_ops() > _LARGEST:
            return ()
        found = itertools.chain(self._lines(expression, depth), self._points(expression))
        return tuple(itertools.islice(found, _MOST_PLANS))

    def _lines(self, expression: sympy.Expr, depth: int) -> Iterator[Plan]:
        for pin, sheared in self._pins():
            for side in (0, 1, -1):
                plan = self._plan(expression, pin, sheared, side, depth)
                if plan is not None:
                    yield plan
                    break

    def _pins(self) -> Iterator[tuple[Pin, bool]]:
        for one, other in itertools.combinations(range(len(self._symbols)), 2):
            for sign in (1, -1):
                yield Pin(one, None, other, sign), True
                yield Pin(one, None, other, sign), False
        for index, symbol in enumerate(self._symbols):
            interval = self._domain[symbol]
            values = [end for end in (interval.start, interval.end) if isinstance(end, sympy.Rational)]
            values += [
                number for number in (sympy.Integer(0), sympy.Integer(1)) if interval.contains(number) == sympy.true
            ]
            exact = [Fraction(int(value.p), int(value.q)) for value in values]
            if self._near is not None:
                exact += [self._near[symbol].limit_denominator(most) for most in _DENOMINATORS]
            for value in dict.fromkeys(exact):
                yield Pin(index, value), False

    def _plan(self, expression: sympy.Expr, pin: Pin, sheared: bool, side: int, depth: int) -> Plan | None:
        symbol = self._symbols[pin.index]
        if side and pin.value is not None and not self._is_face(pin, side):
            return None
        pinned = {symbol: pin.target(self._symbols)}
        values = self._sample(expression.subs(pinned))
        if not values or min(values) < -_ZERO or min(values) > _NEAR:
            return None
        derivative = expression
        for order in range(1, HIGHEST_ORDER + 1):
            partials = differentiate(derivative, self._symbols)
            if not partials:
                return None
            derivative = partials[pin.index]
            if sheared:
                derivative = derivative - pin.sign * partials[pin.other]
            slopes = self._sample(derivative.subs(pinned))
            if not slopes:
                return None
            if max(map(abs, slopes)) <= _ZERO:
                continue
            wanted = -1 if side < 0 and order % 2 else 1
            if (order % 2 and not side) or (side and not order % 2) or min(wanted * slope for slope in slopes) < -_ZERO:
                return None
            inner = self.plans(wanted * derivative, depth - 1) if depth else ()
            return Plan((pin,), order, side, inner, sheared)
        return None

    def _is_face(self, pin: Pin, side: int) -> bool:
        interval = self._domain[self._symbols[pin.index]]
        end = interval.start if side > 0 else interval.end
        return (
            bool(end == sympy.Rational(pin.value.numerator, pin.value.denominator)) if pin.value is not None else False
        )

    def _points(self, expression: sympy.Expr) -> Iterator[Plan]:
        if self._near is None or len(self._symbols) < 2:
            return
        for most in _DENOMINATORS:
            point = {symbol: self._near[symbol].limit_denominator(most) for symbol in self._symbols}
            exact = {symbol: sympy.Rational(value.numerator, value.denominator) for symbol, value in point.items()}
            partials = differentiate(expression, self._symbols)
            values = self._sample(expression.subs(exact))
            if not values or not partials or abs(values[0]) > _ZERO:
                continue
            if all(max(map(abs, self._sample(partial.subs(exact))), default=1.0) <= _ZERO for partial in partials):
                yield Plan(tuple(Pin(index, point[symbol]) for index, symbol in enumerate(self._symbols)), 2, 0)
                return
        yield from self._lines_of_equals(expression)

    def _lines_of_equals(self, expression: sympy.Expr) -> Iterator[Plan]:
        last = len(self._symbols) - 1
        if last < 2:
            return
        pinned = dict.fromkeys(self._symbols[:-1], self._symbols[-1])
        values = self._sample(expression.subs(pinned))
        if values and max(map(abs, values)) <= _ZERO:
            yield Plan(tuple(Pin(index, None, last) for index in range(last)), 2, 0)

    def _sample(self, expression: sympy.Expr) -> list[float]:
        """Values at a few points; none if one of them is not real."""
        try:
            function = compile_balls(expression, self._symbols)
            return [self._at(function, share) for share in _SHARES]
        except (TheoryError, ValueError):
            return []

    def _at(self, function: BallFunction, share: Fraction) -> float:
        with ctx.workprec(_BITS):
            point = [
                place(interval, share + Fraction(index, 37)) for index, interval in enumerate(self._domain.values())
            ]
            balls = [arb(value.numerator) / value.denominator for value in point]
            value = function.enclose(balls, _BITS)
        if not value.is_finite():
            raise ValueError("no value")
        return float(value.mid())


def propose(
    expression: sympy.Expr,
    domain: Mapping[sympy.Symbol, sympy.Interval],
    near: Mapping[sympy.Symbol, Fraction] | None,
) -> Sequence[Plan]:
    """Plans of collars for a function that may touch zero on its box.

    Args:
        expression: the function. domain: real symbols -> intervals. near: a point where it is smallest so far.
    """
    return Proposer(domain, near).plans(expression)

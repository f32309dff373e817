"""A real function of several variables, compiled from its expression, with enclosures at points and over boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias, final

import sympy
from flint import arb, ctx, fmpq

from ..errors import InvalidArgument, NotEnclosed
from .compiler import Compiler
from .fields import REALS
from .tape import Tape

Exact: TypeAlias = fmpq | Fraction | int | sympy.Rational

_BITS_PER_DIGIT = 3.3219280948873626
_DOUBLINGS = 6
"""Precision is doubled so often before the digits are given up: an argument on a domain's edge costs one doubling."""
_INTEGRAL_DOUBLINGS = 2
"""The same for expressions with an integral, whose cost grows with the square of the precision."""


def as_fmpq(value: Exact, name: str = "value") -> fmpq:
    """The exact rational number `value`.

    Raises:
        InvalidArgument: if it is a float or not a number.
    """
    if isinstance(value, fmpq):
        return value
    if isinstance(value, (Fraction, int)) and not isinstance(value, bool):
        return fmpq(value.numerator, value.denominator)
    if isinstance(value, sympy.Rational):
        return fmpq(value.p, value.q)
    raise InvalidArgument(
        f"{name}={value!r}: write an exact rational number (int, Fraction, fmpq or sympy.Rational); "
        "a float stands for a different number than it shows"
    )


@final
@dataclass(frozen=True)
class BallFunction:
    """An expression ready for ball arithmetic. Make it with `compile_balls`.

    Args:
        expression: the compiled expression. symbols: its variables, in the order of a box.
    """

    expression: sympy.Expr
    symbols: tuple[sympy.Symbol, ...]
    _tape: Tape = field(repr=False, compare=False)

    def at(self, point: Mapping[str | sympy.Symbol, Exact], digits: int) -> arb:
        """The value at an exact point.

        Args:
            point: symbol, or its name, -> exact rational number; further entries are ignored.
            digits: significant decimal digits; absolute ones for values below 10^-digits.

        Returns:
            A finite ball of radius at most 10^-digits * max(|value|, 10^-digits).

        Raises:
            OutsideDomain: if the expression is not defined as a real number there.
            NotEnclosed: if the digits are not reached after several doublings of the precision.
            InvalidArgument: if a coordinate is missing or not exact.
        """
        values = [self._coordinate(symbol, point) for symbol in self.symbols]
        bits = int(_BITS_PER_DIGIT * digits) + 32
        goal = fmpq(1, 10**digits)
        ball: arb = arb.nan()
        for _ in range(1 + (_INTEGRAL_DOUBLINGS if self.expression.has(sympy.Integral) else _DOUBLINGS)):
            with ctx.workprec(bits):
                ball = self._run([arb(value) for value in values])
                if ball.is_finite() and arb(ball.rad()) <= goal * arb.max(abs(ball.mid()), arb(goal)):
                    return ball
            bits *= 2
        shown = ", ".join(f"{symbol}={value}" for symbol, value in zip(self.symbols, values, strict=True))
        raise NotEnclosed(
            f"{self.expression} at {shown}: {digits} digits not reached with {bits // 2} bits (found {ball.str(6)}); "
            "ask for fewer digits or move off the singular point"
        )

    def over(self, box: Sequence[tuple[Exact, Exact]], precision_bits: int) -> arb:
        """An enclosure of the values at all points of a box where the expression is real.

        Args:
            box: a pair (low, high) per symbol. precision_bits: working precision.

        Returns:
            A ball, possibly unbounded or nan: it says something only if `is_finite()`.

        Raises:
            OutsideDomain: if the expression is not real anywhere on the box.
            InvalidArgument: if the box does not fit the symbols.
        """
        if len(box) != len(self.symbols):
            raise InvalidArgument(f"box={box!r}: write {len(self.symbols)} pairs (low, high), one per symbol")
        with ctx.workprec(precision_bits):
            sides = [arb(as_fmpq(low, "box")).union(arb(as_fmpq(high, "box"))) for low, high in box]
            return self._run(sides)

    def enclose(self, balls: Sequence[arb], precision_bits: int) -> arb:
        """As `over`, on a ball per symbol."""
        with ctx.workprec(precision_bits):
            return self._run(balls)

    def _run(self, balls: Sequence[arb]) -> arb:
        value: arb = self._tape.run(balls)
        return value

    def _coordinate(self, symbol: sympy.Symbol, point: Mapping[str | sympy.Symbol, Exact]) -> fmpq:
        for key in (symbol, symbol.name):
            if key in point:
                return as_fmpq(point[key], symbol.name)
        raise InvalidArgument(f"point={point!r}: {symbol} is missing; give one exact number per symbol")


def compile_balls(expr: sympy.Expr, symbols: Sequence[sympy.Symbol]) -> BallFunction:
    """Compile a SymPy expression over a whitelist to ball arithmetic.

    Args:
        expr: an expression of `ALLOWED` parts; no floats. symbols: its variables, all real.

    Returns:
        The function, independent of flint's global precision.

    Raises:
        UnknownFunction: if the expression holds anything else; the message names it.

    Accuracy: every ball contains the value; a branch is taken only where the balls decide it; integrals are
        rigorous (adaptive Gauss-Legendre with analyticity checked on each ellipse).

    Source: derived here.

    Example:
        >>> import sympy
        >>> x = sympy.Symbol("x", real=True)
        >>> print(compile_balls(sympy.acos(x), [x]).at({"x": 1}, digits=10).is_finite())
        True
    """
    try:
        expression = sympy.sympify(expr, strict=True)
    except sympy.SympifyError as error:
        raise InvalidArgument(f"expr={expr!r}: write a SymPy expression") from error
    variables = tuple(symbols)
    return BallFunction(expression, variables, Compiler(variables, REALS).compile(expression))

"""Evaluating closed forms on float64 arrays, stably where a pair of Gaussians is nearly degenerate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, reduce
from operator import add, mul
from typing import TypeAlias, final

import numpy as np
import sympy
from numpy.typing import ArrayLike, NDArray

from ..errors import UnknownFunction

Array: TypeAlias = NDArray[np.float64]


def evaluate_array(expression: sympy.Expr, values: Mapping[sympy.Symbol, ArrayLike]) -> Array:
    """Evaluate a derived closed form elementwise.

    Args:
        expression: built from the given symbols and numbers by sums, products, powers, asin, acos, exp, sin, cos.
        values: symbol -> array; they broadcast.

    Returns:
        A float64 array of the broadcast shape.

    Raises:
        UnknownFunction: if the expression holds another function or symbol.

    Accuracy:
        asin(x / sqrt(y)) is computed as atan2(x, sqrt(y - x^2)), and negative radicands, made by rounding alone, count
        as zero. The errors of the root and of the angle then cancel to first order, so that a kernel such as
        (sqrt(ab - c^2) + c (pi/2 + asin(c / sqrt(ab)))) / (2 pi) keeps its digits when c^2 is near ab.

    Source: derived here: with d = ab - c^2 the derivative of that kernel in d is sqrt(d) / (4 pi a b),
        which is bounded.

    Example:
        >>> from theory.symbols import c
        >>> evaluate_array(sympy.asin(c) / sympy.pi, {c: [0.0, 1.0]})
        array([0. , 0.5])
    """
    arrays = {symbol: np.asarray(value, dtype=np.float64) for symbol, value in values.items()}
    shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    with np.errstate(divide="ignore", invalid="ignore"):
        result = _Walk(arrays).value(_stable(expression))
    return np.array(np.broadcast_to(result, shape), dtype=np.float64)


@cache
def _stable(expression: sympy.Expr) -> sympy.Expr:
    """The expression with every arcsine as atan2 of a numerator and the root of a gap."""
    flat = expression.replace(sympy.acos, lambda x: sympy.pi / 2 - sympy.asin(x))
    return flat.replace(sympy.asin, _arctangent)


class _Angle(sympy.Function):  # type: ignore[misc]
    """atan2 that SymPy does not rewrite."""

    nargs = 2


def _arctangent(argument: sympy.Expr) -> sympy.Expr:
    square_numerator, square_denominator = sympy.fraction(sympy.together(argument**2))
    numerator = sympy.simplify(argument * sympy.sqrt(square_denominator))
    gap = sympy.expand(square_denominator - square_numerator)
    return _Angle(numerator, sympy.sqrt(gap))


@final
@dataclass(frozen=True)
class _Walk:
    """One evaluation; equal subexpressions are computed once."""

    values: Mapping[sympy.Symbol, Array]
    _seen: dict[sympy.Expr, Array] = field(default_factory=dict)

    def value(self, expression: sympy.Expr) -> Array:
        if expression not in self._seen:
            self._seen[expression] = self._compute(expression)
        return self._seen[expression]

    def _compute(self, expression: sympy.Expr) -> Array:
        if expression in self.values:
            return self.values[expression]
        if expression.is_number and not expression.is_infinite:
            return np.float64(expression.evalf(20))  # type: ignore[return-value]
        if expression.is_Pow:
            return self._power(*expression.args)
        rule = _RULES.get(expression.func)
        if rule is None:
            raise UnknownFunction(
                f"{expression} in the formula cannot be evaluated on arrays; allowed are the symbols "
                f"{', '.join(map(str, self.values))} and sums, products, powers, asin, acos, exp, sin, cos"
            )
        return rule(*map(self.value, expression.args))

    def _power(self, base: sympy.Expr, exponent: sympy.Expr) -> Array:
        if (2 * exponent).is_Integer and not exponent.is_Integer:
            root = np.sqrt(np.maximum(self.value(base), 0.0))
            return np.asarray(root ** int(2 * exponent))
        if exponent.is_Integer:
            return np.asarray(self.value(base) ** int(exponent))
        return np.asarray(self.value(base) ** self.value(exponent))


def _sum(*terms: Array) -> Array:
    return reduce(add, terms)


def _product(*factors: Array) -> Array:
    return reduce(mul, factors)


_RULES: Mapping[type[sympy.Basic], Callable[..., Array]] = {
    sympy.Add: _sum,
    sympy.Mul: _product,
    sympy.exp: np.exp,
    sympy.sin: np.sin,
    sympy.cos: np.cos,
    _Angle: np.arctan2,
}

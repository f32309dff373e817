"""Evaluating closed forms on arrays, stably where a pair of Gaussians is nearly degenerate."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache, reduce
from operator import add, mul
from typing import Any, TypeAlias, final

import numpy as np
import sympy
from array_api_compat import is_numpy_namespace
from numpy.typing import ArrayLike, NDArray
from scipy.special import erf, erfi

from ..errors import UnknownFunction
from ..gaussian.normal_arrays import bivariate_normal, bivariate_scale, error_series, normal
from ..normal_cdf import BivariateNormalCDF, NormalCDF
from ..symbols import a, b, c

Array: TypeAlias = NDArray[np.float64]
XArray: TypeAlias = Any
"""An array of any array-API namespace."""

GAP = sympy.Symbol("gap", nonnegative=True)
"""ab - c^2; where it is given as a value of its own it is used in place of the difference, which cancels."""


def evaluate_array(expression: sympy.Expr, values: Mapping[sympy.Symbol, ArrayLike]) -> Array:
    """Evaluate a derived closed form elementwise on NumPy arrays.

    Args:
        expression: built from the given symbols and numbers by sums, products, powers, elementary functions, erf, Phi
            and Phi_2.
        values: symbol -> array; they broadcast. `GAP` may be among them.

    Returns:
        A float64 array of the broadcast shape.

    Raises:
        UnknownFunction: if the expression holds another function or symbol.

    Accuracy:
        asin(x / sqrt(y)) is computed as atan2(x, sqrt(y - x^2)), and negative radicands, made by rounding alone, count
        as zero. The errors of the root and of the angle then cancel to first order, so that a kernel such as
        (sqrt(ab - c^2) + c (pi/2 + asin(c / sqrt(ab)))) / (2 pi) keeps its digits when c^2 is near ab. Where ab = c^2
        a quotient 0 / 0 under Phi or exp counts as 0, the mean of its limits.

    Source: derived here: with d = ab - c^2 the derivative of that kernel in d is sqrt(d) / (4 pi a b),
        which is bounded.

    Example:
        >>> from theory.symbols import c
        >>> evaluate_array(sympy.asin(c) / sympy.pi, {c: [0.0, 1.0]})
        array([0. , 0.5])
    """
    arrays = {symbol: np.asarray(value, dtype=np.float64) for symbol, value in values.items()}
    shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        result = evaluate_in(expression, arrays, np)
    return np.array(np.broadcast_to(result, shape), dtype=np.float64)


def evaluate_in(expression: sympy.Expr, values: Mapping[sympy.Symbol, XArray], xp: Any) -> XArray:
    """As `evaluate_array`, on arrays of one array-API namespace.

    Args:
        expression: as there. values: symbol -> array of that namespace; at least one. xp: the namespace.

    Source: derived here.
    """
    return _Walk(dict(values), xp).value(_stable(expression, GAP in values))


def rounding_scale(expression: sympy.Expr, values: Mapping[sympy.Symbol, ArrayLike]) -> Array:
    """The size to which the rounding error of `evaluate_array` is relative: that of the summands before they cancel.

    Args:
        expression, values: as there.

    Returns:
        A float64 array; the error is a small multiple of its product with the unit of rounding.

    Source: derived here: an exponential multiplies the error of its exponent.
    """
    arrays = {symbol: np.asarray(value, dtype=np.float64) for symbol, value in values.items()}
    walk = _Walk(arrays, np)
    total = np.zeros(np.broadcast_shapes(*(array.shape for array in arrays.values())))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        for term in sympy.Add.make_args(_stable(expression, GAP in values)):
            growth = sum(np.abs(walk.settled(wave.args[0])) for wave in term.atoms(sympy.exp)) + 1.0
            total = total + np.abs(walk.value(term.replace(_Plane, _PlaneScale))) * growth
    return np.asarray(total)


@cache
def _stable(expression: sympy.Expr, has_gap: bool) -> sympy.Expr:
    """The expression with every arcsine as atan2 of a numerator and the root of a gap."""
    flat = expression.replace(sympy.acos, lambda x: sympy.pi / 2 - sympy.asin(x))
    flat = flat.replace(sympy.asin, lambda x: _Angle(*_legs(x)))
    flat = flat.replace(BivariateNormalCDF, lambda h, k, x: _Plane(h, k, *_legs(x)))
    return with_gap(flat) if has_gap else flat


class _Angle(sympy.Function):  # type: ignore[misc]
    """atan2 that SymPy does not rewrite."""

    nargs = 2


class _Plane(sympy.Function):  # type: ignore[misc]
    """Phi_2 with the correlation given by its sine and cosine."""

    nargs = 4


class _PlaneScale(sympy.Function):  # type: ignore[misc]
    """The size to which the error of Phi_2 is relative."""

    nargs = 4


@cache
def _legs(sine: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """Multiples of an expression and of its cosine, without cancellation."""
    square_numerator, square_denominator = sympy.fraction(sympy.together(sine**2))
    numerator = sympy.simplify(sine * sympy.sqrt(square_denominator))
    return numerator, sympy.sqrt(sympy.expand(square_denominator - square_numerator))


def with_gap(expression: sympy.Expr) -> sympy.Expr:
    """Every multiple of ab - c^2 written with the symbol `GAP`.

    Args:
        expression: in a, b, c.

    Returns:
        An equal expression.

    Source: derived here (a notation).
    """
    if not expression.args:
        return expression
    arguments = [with_gap(argument) for argument in expression.args]
    if expression.is_Add and expression.has(c):
        terms = sympy.expand(expression).as_coefficients_dict()
        if set(terms) == {a * b, c**2} and terms[a * b] == -terms[c**2]:
            return terms[a * b] * GAP
    return expression.func(*arguments)


@final
@dataclass(frozen=True)
class _Walk:
    """One evaluation; equal subexpressions are computed once."""

    values: Mapping[sympy.Symbol, XArray]
    xp: Any
    _seen: dict[sympy.Expr, XArray] = field(default_factory=dict)

    def value(self, expression: sympy.Expr) -> XArray:
        if expression not in self._seen:
            self._seen[expression] = self._compute(expression)
        return self._seen[expression]

    def _compute(self, expression: sympy.Expr) -> XArray:
        if expression in self.values:
            return self.values[expression]
        if expression.is_number and expression.is_finite is not False:
            return self._constant(float(expression.evalf(20)))
        if expression.is_Pow:
            return self._power(*expression.args)
        if expression.is_Piecewise:
            return self._cases(expression)
        if expression.func in (sympy.exp, NormalCDF):
            return _RULES[expression.func](self.xp, self.settled(expression.args[0]))
        if expression.is_Add:
            return self._add(expression)
        if expression.func == sympy.log:
            return self._log(expression.args[0])
        rule = _RULES.get(expression.func)
        if rule is None:
            raise UnknownFunction(
                f"{expression} in the formula cannot be evaluated on arrays; allowed are the symbols "
                f"{', '.join(map(str, self.values))} and sums, products, powers, "
                f"{', '.join(sorted(kind.__name__ for kind in _RULES if not kind.__name__.startswith('_')))}"
            )
        return rule(self.xp, *map(self.value, expression.args))

    def _constant(self, number: float) -> XArray:
        like = next(iter(self.values.values()))
        return self.xp.asarray(number, dtype=like.dtype)

    def settled(self, expression: sympy.Expr) -> XArray:
        """The value, with 0 for a quotient 0 / 0 of a degenerate pair."""
        value = self.value(expression)
        if GAP not in self.values:
            return value
        return self.xp.where((self.values[GAP] == 0) & self.xp.isnan(value), 0 * self.values[GAP], value)

    def _power(self, base: sympy.Expr, exponent: sympy.Expr) -> XArray:
        if (2 * exponent).is_Integer and not exponent.is_Integer:
            inner = self.value(base)
            root = self.xp.sqrt(self.xp.where(inner > 0, inner, 0 * inner))
            return root ** int(2 * exponent)
        if exponent.is_Integer:
            return self.value(base) ** int(exponent)
        return self.value(base) ** self.value(exponent)

    def _add(self, expression: sympy.Expr) -> XArray:
        """The sum; exp(x) - 1 and multiples of it without cancellation."""
        content, primitive = expression.primitive()
        if content != 1:  # 9c - 9a is not 0 in floats where c - a is
            return self._constant(float(content)) * self.value(primitive)
        constant, rest = expression.as_coeff_Add()
        if constant != 0:
            for term in sympy.Add.make_args(rest):
                factor, wave = term.as_coeff_Mul()
                if isinstance(wave, sympy.exp) and factor == -constant:
                    others = [self.value(other) for other in sympy.Add.make_args(rest) if other != term]
                    return reduce(add, others, self._constant(float(factor)) * self.xp.expm1(self.value(wave.args[0])))
        return reduce(add, map(self.value, expression.args))

    def _log(self, argument: sympy.Expr) -> XArray:
        """The logarithm; that of 1 + x, and of cosh(x), without cancellation."""
        constant, rest = argument.as_coeff_Add()
        if constant == 1 and rest != 0:
            return self.xp.log1p(self.value(rest))
        if argument.func == sympy.cosh:
            x = self.xp.abs(self.value(argument.args[0]))
            wave = self.xp.sinh(self.xp.where(x < 1, x, 0 * x) / 2)
            far = x + self.xp.log1p(self.xp.exp(-2 * x)) - math.log(2)
            return self.xp.where(x < 1, self.xp.log1p(2 * wave * wave), far)
        return self.xp.log(self.value(argument))

    def _cases(self, expression: sympy.Piecewise) -> XArray:
        result = self._constant(float("nan"))
        for value, condition in reversed(expression.args):
            holds = self._condition(condition)
            result = self.value(value) if holds is True else self.xp.where(holds, self.value(value), result)
        return result

    def _condition(self, condition: Any) -> Any:
        if condition in (sympy.true, sympy.false):
            return bool(condition)
        if isinstance(condition, (sympy.And, sympy.Or)):
            join = self.xp.logical_and if isinstance(condition, sympy.And) else self.xp.logical_or
            return reduce(join, map(self._condition, condition.args))
        if isinstance(condition, sympy.Not):
            return self.xp.logical_not(self._condition(condition.args[0]))
        rule = _RELATIONS.get(condition.rel_op) if hasattr(condition, "rel_op") else None
        if rule is None:
            raise UnknownFunction(f"the condition {condition} cannot be evaluated on arrays; compare by <, <=, >, >=")
        return rule(self.value(condition.lhs), self.value(condition.rhs))


def _heaviside(xp: Any, x: XArray, at_zero: XArray) -> XArray:
    return xp.where(x > 0, 1.0 + 0 * x, xp.where(x < 0, 0 * x, at_zero + 0 * x))


def _erf(xp: Any, x: XArray) -> XArray:
    if is_numpy_namespace(xp):
        return erf(x)
    size = xp.abs(x)
    near = error_series(xp.clip(size, 0.0, 1.0), xp)
    return xp.sign(x) * xp.where(size < 1, near, 1 - 2 * normal(-_ROOT_TWO * size, xp))


def _each(name: str) -> Callable[..., XArray]:
    return lambda xp, x: getattr(xp, name)(x)


def _fold(name: str) -> Callable[..., XArray]:
    return lambda xp, *values: reduce(getattr(xp, name), values)


def _erfi(xp: Any, x: XArray) -> XArray:
    return xp.asarray(erfi(np.asarray(x)))


_ROOT_TWO = 2**0.5

_RELATIONS: Mapping[str, Callable[[XArray, XArray], XArray]] = {
    "<": lambda x, y: x < y,
    "<=": lambda x, y: x <= y,
    ">": lambda x, y: x > y,
    ">=": lambda x, y: x >= y,
}

_RULES: Mapping[type[sympy.Basic], Callable[..., XArray]] = {
    sympy.Mul: lambda xp, *factors: reduce(mul, factors),
    **{
        kind: _each(kind.__name__)
        for kind in (sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.tan, sympy.sinh, sympy.cosh, sympy.tanh)
    },
    sympy.asinh: _each("asinh"),
    sympy.atan: _each("atan"),
    sympy.Abs: _each("abs"),
    sympy.sign: _each("sign"),
    sympy.Max: _fold("maximum"),
    sympy.Min: _fold("minimum"),
    sympy.Heaviside: _heaviside,
    sympy.erf: _erf,
    sympy.erfc: lambda xp, x: 2 * normal(-_ROOT_TWO * x, xp),
    sympy.erfi: _erfi,
    NormalCDF: lambda xp, x: normal(x, xp),
    _Angle: lambda xp, x, y: xp.atan2(x, y),
    _Plane: lambda xp, h, k, x, y: bivariate_normal(h, k, x, y, xp),
    _PlaneScale: lambda xp, h, k, x, y: bivariate_scale(h, k, x, y, xp),
}

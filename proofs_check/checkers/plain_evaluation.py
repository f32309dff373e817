"""A plain evaluator of SymPy expressions in mpmath numbers, for second looks: no balls, no code generation.

Integrals are split where an argument of a kinked function changes sign, then summed by mpmath's quadrature.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import mpmath
import sympy

_SCAN = 200
_FUNCTIONS: dict[type, Callable[..., Any]] = {
    sympy.exp: mpmath.exp,
    sympy.log: mpmath.log,
    sympy.sin: mpmath.sin,
    sympy.cos: mpmath.cos,
    sympy.tan: mpmath.tan,
    sympy.sinh: mpmath.sinh,
    sympy.cosh: mpmath.cosh,
    sympy.tanh: mpmath.tanh,
    sympy.asin: mpmath.asin,
    sympy.acos: mpmath.acos,
    sympy.atan: mpmath.atan,
    sympy.asinh: mpmath.asinh,
    sympy.atan2: mpmath.atan2,
    sympy.erf: mpmath.erf,
    sympy.erfc: mpmath.erfc,
    sympy.gamma: mpmath.gamma,
    sympy.Abs: abs,
    sympy.sign: mpmath.sign,
    sympy.Max: max,
    sympy.Min: min,
    sympy.Heaviside: lambda value, at_zero: mpmath.mpf(value > 0) if value else at_zero,
    sympy.Pow: mpmath.power,
    sympy.Add: lambda *terms: mpmath.fsum(terms),
    sympy.Mul: lambda *factors: mpmath.fprod(factors),
}
_CONSTANTS = {sympy.pi: mpmath.pi, sympy.E: mpmath.e, sympy.GoldenRatio: mpmath.phi}

Numbers = Mapping[sympy.Symbol, Any]


def evaluate(node: sympy.Basic, numbers: Numbers) -> Any:
    """The value of an expression at the working precision of mpmath; complex where it is not real.

    Raises:
        KeyError: if the expression holds a function that is not listed.
    """
    if isinstance(node, sympy.Rational):
        return mpmath.mpf(int(node.p)) / int(node.q)
    if node in _CONSTANTS:
        return +_CONSTANTS[node]
    if isinstance(node, sympy.Symbol):
        return numbers[node]
    if isinstance(node, sympy.Piecewise):
        return next(evaluate(value, numbers) for value, condition in node.args if _holds(condition, numbers))
    if isinstance(node, sympy.Integral):
        return _integrate(node, numbers)
    return _FUNCTIONS[type(node)](*(evaluate(argument, numbers) for argument in node.args))


def _holds(condition: sympy.Basic, numbers: Numbers) -> bool:
    if isinstance(condition, (sympy.And, sympy.Or)):
        found = [_holds(part, numbers) for part in condition.args]
        return all(found) if isinstance(condition, sympy.And) else any(found)
    if isinstance(condition, sympy.Not):
        return not _holds(condition.args[0], numbers)
    if condition in (sympy.true, sympy.false):
        return condition is sympy.true
    sides = [evaluate(side, numbers) for side in condition.args]
    return bool(_RELATIONS[type(condition)](*sides))


_RELATIONS: dict[type, Callable[[Any, Any], bool]] = {
    sympy.StrictLessThan: lambda left, right: left < right,
    sympy.LessThan: lambda left, right: left <= right,
    sympy.StrictGreaterThan: lambda left, right: left > right,
    sympy.GreaterThan: lambda left, right: left >= right,
    sympy.Equality: lambda left, right: left == right,
    sympy.Unequality: lambda left, right: left != right,
}


def _integrate(node: sympy.Integral, numbers: Numbers) -> Any:
    variable, *limits = node.limits[0]
    low, high = (evaluate(limit, numbers) for limit in limits)
    breaks = {low, high}
    for kink in _kinks(node.function):
        breaks.update(_sign_changes(_along(kink, variable, numbers), low, high))
    path = sorted(breaks, reverse=bool(low > high))
    return mpmath.quad(_along(node.function, variable, numbers), path)


def _along(function: sympy.Expr, variable: sympy.Symbol, numbers: Numbers) -> Callable[[Any], Any]:
    return lambda place: evaluate(function, {**numbers, variable: place})


def _kinks(function: sympy.Expr) -> Iterator[sympy.Expr]:
    for node in function.atoms(sympy.Abs, sympy.sign, sympy.Heaviside):
        yield node.args[0]
    for node in function.atoms(sympy.Max, sympy.Min):
        yield from (one - other for one in node.args for other in node.args if one != other)
    for node in function.atoms(sympy.core.relational.Relational):
        yield node.args[0] - node.args[1]


def _sign_changes(function: Callable[[Any], Any], low: Any, high: Any) -> Iterator[Any]:
    places = [low + (high - low) * step / _SCAN for step in range(_SCAN + 1)]
    signs = [mpmath.sign(mpmath.re(function(place))) for place in places]
    for (left, right), (before, after) in zip(itertools.pairwise(places), itertools.pairwise(signs), strict=True):
        if before * after < 0:
            yield _bisect(function, left, right, before)
        elif not after:
            yield right


def _bisect(function: Callable[[Any], Any], left: Any, right: Any, sign: Any) -> Any:
    for _ in range(mpmath.mp.prec):
        middle = (left + right) / 2
        if mpmath.sign(mpmath.re(function(middle))) == sign:
            left = middle
        else:
            right = middle
    return left

"""Reading a SymPy expression in z as a member of class G."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, reduce
from operator import add, mul

import sympy
from sympy.core.relational import Relational

from ..errors import InvalidArgument, NoClosedForm
from ..symbols import z
from .members import Member, Term

_ONE = Member.constant(sympy.S.One)
_Z = Member.of([(Term(power=1), sympy.S.One)])


@cache
def read_member(expression: sympy.Expr) -> Member:
    """Bring an expression in z to the normal form of class G.

    Args:
        expression: built from z, exact constants and parameters by sums, products, positive integer powers, Max,
            Min, Abs, sign, Heaviside, Piecewise, DiracDelta, erf, erfc, and exp of a multiple of z^2.

    Returns:
        The member. At z = 0 a step counts 1/2.

    Raises:
        NoClosedForm: naming the term that is not in the class.
        InvalidArgument: for floating-point numbers, or a z that is not `theory.symbols.z`.

    Source: derived here; every rule is an identity: Max(p, q) = q + (p - q) 1{p > q}, erf(x) = 2 Phi(sqrt(2) x) - 1.
    """
    expression = sympy.sympify(expression, strict=True)
    if not isinstance(expression, sympy.Expr):
        raise InvalidArgument(f"expression={expression!r}: write a SymPy expression in z")
    if any(symbol.name == z.name and symbol != z for symbol in expression.free_symbols):
        raise InvalidArgument(f"expression={expression}: its z is not theory.symbols.z; import that symbol")
    if expression.has(sympy.Float):
        raise InvalidArgument(f"expression={expression}: write exact numbers, as Rational(1, 10) for 0.1")
    return _read(expression)


def _read(expression: sympy.Expr) -> Member:
    if not expression.has(z):
        return Member.constant(expression)
    if expression == z:
        return _Z
    rule = _RULES.get(expression.func)
    if rule is None:
        raise _refusal(expression, "it is not in the class of products of polynomials, exp(alpha z^2), steps and erf")
    return rule(expression)


def _refusal(expression: sympy.Expr, why: str) -> NoClosedForm:
    return NoClosedForm(f"the term {expression} of the activation has no closed Gaussian expectation here: {why}")


def _read_product(expression: sympy.Expr) -> Member:
    # Point masses last: z * DiracDelta(z) * Heaviside(z) is zero, though its last two factors have no product.
    factors = sorted(expression.args, key=lambda factor: bool(factor.has(sympy.DiracDelta)))
    return reduce(mul, map(_read, factors))


def _read_power(expression: sympy.Expr) -> Member:
    base, exponent = expression.args
    if not (exponent.is_Integer and exponent > 0):
        raise _refusal(expression, "only positive integer powers are in the class")
    return _read(base) ** int(exponent)


def _read_exponential(expression: sympy.Expr) -> Member:
    exponent = sympy.expand(expression.args[0])
    alpha = exponent.coeff(z, 2)
    rest = sympy.expand(exponent - alpha * z**2)
    if rest.has(z):
        raise _refusal(expression, "the exponent must be a multiple of z^2 plus a constant")
    return Member.of([(Term(quadratic=alpha), sympy.exp(rest))])


def _slope(expression: sympy.Expr, argument: sympy.Expr) -> sympy.Expr:
    argument = sympy.expand(argument)
    slope = argument.coeff(z, 1)
    if slope == 0 or sympy.expand(argument - slope * z) != 0:
        raise _refusal(expression, f"{argument} must be a multiple of z (no threshold other than zero)")
    if not (slope.is_positive or slope.is_negative):
        raise _refusal(expression, f"the sign of {slope} must be known; give its symbol the assumption positive=True")
    return slope


def _gate(noise: sympy.Expr, is_rising: bool) -> Member:
    gate = Member.of([(Term(noises=(noise,)), sympy.S.One)])
    return gate if is_rising else _ONE + gate.scaled(sympy.S.NegativeOne)


def _step(expression: sympy.Expr, argument: sympy.Expr) -> Member:
    if not argument.has(z):
        return Member.constant(sympy.Heaviside(argument))
    return _gate(sympy.S.Zero, bool(_slope(expression, argument).is_positive))


def _read_heaviside(expression: sympy.Expr) -> Member:
    return _step(expression, expression.args[0])


def _read_sign(expression: sympy.Expr) -> Member:
    return _step(expression, expression.args[0]).scaled(sympy.Integer(2)) + Member.constant(sympy.S.NegativeOne)


def _read_absolute(expression: sympy.Expr) -> Member:
    return _read(expression.args[0]) * _read_sign(expression)


def _maximum(expression: sympy.Expr, arguments: tuple[sympy.Expr, ...]) -> Member:
    if len(arguments) != 2:
        raise _refusal(expression, "Max and Min take two arguments here; nest them")
    first, second = arguments
    difference = sympy.expand(first - second)
    return _read(second) + _read(difference) * _step(expression, difference)


def _read_minimum(expression: sympy.Expr) -> Member:
    negated = tuple(-argument for argument in expression.args)
    return _maximum(expression, negated).scaled(sympy.S.NegativeOne)


def _read_erf(expression: sympy.Expr) -> Member:
    slope = _slope(expression, expression.args[0])
    gate = _gate(1 / (2 * slope**2), bool(slope.is_positive))
    return gate.scaled(sympy.Integer(2)) + Member.constant(sympy.S.NegativeOne)


def _read_erfc(expression: sympy.Expr) -> Member:
    return _ONE + _read_erf(expression).scaled(sympy.S.NegativeOne)


def _read_point(expression: sympy.Expr) -> Member:
    if len(expression.args) != 1:
        raise _refusal(expression, "derivatives of a point mass are not in the class")
    slope = _slope(expression, expression.args[0])
    return Member.of([(Term(is_point=True), 1 / sympy.Abs(slope))])


def _read_piecewise(expression: sympy.Expr) -> Member:
    total, remaining = Member.constant(sympy.S.Zero), _ONE
    for value, condition in expression.args:
        holds = _indicator(expression, condition)
        total = total + _read(value) * holds * remaining
        remaining = remaining * (_ONE + holds.scaled(sympy.S.NegativeOne))
    return total


def _indicator(expression: sympy.Expr, condition: sympy.Basic) -> Member:
    if condition == sympy.true:
        return _ONE
    if not isinstance(condition, Relational) or condition.rel_op not in ("<", "<=", ">", ">="):
        raise _refusal(expression, f"the condition {condition} must compare two expressions by < or >")
    return _step(expression, condition.gts - condition.lts)


_RULES: Mapping[type[sympy.Basic], Callable[[sympy.Expr], Member]] = {
    sympy.Add: lambda expression: reduce(add, map(_read, expression.args)),
    sympy.Mul: _read_product,
    sympy.Pow: _read_power,
    sympy.exp: _read_exponential,
    sympy.Heaviside: _read_heaviside,
    sympy.sign: _read_sign,
    sympy.Abs: _read_absolute,
    sympy.Max: lambda expression: _maximum(expression, expression.args),
    sympy.Min: _read_minimum,
    sympy.erf: _read_erf,
    sympy.erfc: _read_erfc,
    sympy.DiracDelta: _read_point,
    sympy.Piecewise: _read_piecewise,
}

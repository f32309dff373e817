"""Reading a SymPy expression in z as a member of class G."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, reduce
from operator import add, mul

import sympy

from ..errors import InvalidArgument
from ..normal_cdf import NormalCDF
from ..symbols import z
from .members import Gate, Member, Term
from .pieces import unfold
from .points import split_points
from .sign_patterns import known_sign, refuse

_ONE = Member.constant(sympy.S.One)
_Z = Member.of([(Term(power=1), sympy.S.One)])
_HALF = sympy.Rational(1, 2)


@cache
def read_member(expression: sympy.Expr) -> Member:
    """Bring an expression in z to the normal form of class G.

    Args:
        expression: built from z, exact constants and parameters by sums, products, positive integer powers, erf, erfc,
            Phi, exp of a quadratic, sin, cos, sinh and cosh of an affine argument; with Max, Min, Abs, sign, Heaviside
            and Piecewise of anything whose sign is decided; DiracDelta with a factor.

    Returns:
        The member. At the jump of a step its value is left open.

    Raises:
        NoClosedForm: naming the term that is not in the class.
        InvalidArgument: for floating-point numbers, or a z that is not `theory.symbols.z`.

    Source: derived here; every rule is an identity: a function with pieces h_0, h_1, ... broken at t_1, t_2, ... is
        h_0 + sum_i (h_i - h_(i-1)) 1{z > t_i}, erf(x) = 2 Phi(sqrt(2) x) - 1, cos(x) = (exp(ix) + exp(-ix)) / 2.
    """
    expression = sympy.sympify(expression, strict=True)
    if not isinstance(expression, sympy.Expr):
        raise InvalidArgument(f"expression={expression!r}: write a SymPy expression in z")
    if any(symbol.name == z.name and symbol != z for symbol in expression.free_symbols):
        raise InvalidArgument(f"expression={expression}: its z is not theory.symbols.z; import that symbol")
    if expression.has(sympy.Float):
        raise InvalidArgument(f"expression={expression}: write exact numbers, as Rational(1, 10) for 0.1")
    regular, masses = split_points(expression)
    pieces = unfold(regular)
    total = _read(pieces.values[0])
    for point, before, after in zip(pieces.breaks, pieces.values, pieces.values[1:], strict=False):
        total = total + _read(sympy.expand(after - before)) * Member.step(point)
    return total + Member.of((Term(point=point), value) for point, value in masses)


def _read(expression: sympy.Expr) -> Member:
    if not expression.has(z):
        return Member.constant(expression)
    if expression == z:
        return _Z
    rule = _RULES.get(expression.func)
    if rule is None:
        raise refuse(expression, "it is not in the class of products of polynomials, exponentials, steps and erf")
    return rule(expression)


def _read_power(expression: sympy.Expr) -> Member:
    base, exponent = expression.args
    if not base.has(z) and base.is_positive:
        return _exponential(expression, exponent * sympy.log(base))
    if not (exponent.is_Integer and exponent > 0):
        raise refuse(expression, "only positive integer powers are in the class")
    return _read(base) ** int(exponent)


def _exponential(expression: sympy.Expr, exponent: sympy.Expr) -> Member:
    exponent = sympy.expand(exponent)
    if not exponent.is_polynomial(z) or sympy.Poly(exponent, z).degree() > 2:
        raise refuse(expression, "the exponent must be a polynomial of degree at most two")
    alpha, beta, rest = (exponent.coeff(z, power) for power in (2, 1, 0))
    if alpha.is_real is False:
        raise refuse(expression, f"the coefficient {alpha} of z^2 in the exponent must be real")
    return Member.of([(Term(quadratic=alpha, linear=beta), sympy.exp(rest))])


def _waves(expression: sympy.Expr, unit: sympy.Expr) -> tuple[Member, Member]:
    """exp(unit * x) and exp(-unit * x)."""
    argument = expression.args[0]
    _affine(expression, argument)
    return _exponential(expression, unit * argument), _exponential(expression, -unit * argument)


def _read_cosine(expression: sympy.Expr, unit: sympy.Expr) -> Member:
    forward, backward = _waves(expression, unit)
    return (forward + backward).scaled(_HALF)


def _read_sine(expression: sympy.Expr, unit: sympy.Expr) -> Member:
    forward, backward = _waves(expression, unit)
    return (forward + backward.scaled(sympy.S.NegativeOne)).scaled(1 / (2 * unit))


def _affine(expression: sympy.Expr, argument: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    argument = sympy.expand(argument)
    if not argument.is_polynomial(z) or sympy.Poly(argument, z).degree() != 1:
        raise refuse(expression, f"{argument} must be affine in z")
    return argument.coeff(z, 1), argument.coeff(z, 0)


def _distribution(expression: sympy.Expr, argument: sympy.Expr) -> Member:
    """Phi of an affine argument."""
    slope, shift = _affine(expression, argument)
    gate = Member.of([(Term(gates=(Gate(1 / slope**2, sympy.expand(-shift / slope)),)), sympy.S.One)])
    return gate if known_sign(slope) > 0 else _ONE + gate.scaled(sympy.S.NegativeOne)


def _read_erf(expression: sympy.Expr) -> Member:
    gate = _distribution(expression, sympy.sqrt(2) * expression.args[0])
    return gate.scaled(sympy.Integer(2)) + Member.constant(sympy.S.NegativeOne)


def _read_erfc(expression: sympy.Expr) -> Member:
    return _ONE + _read_erf(expression).scaled(sympy.S.NegativeOne)


_RULES: Mapping[type[sympy.Basic], Callable[[sympy.Expr], Member]] = {
    sympy.Add: lambda expression: reduce(add, map(_read, expression.args)),
    sympy.Mul: lambda expression: reduce(mul, map(_read, expression.args)),
    sympy.Pow: _read_power,
    sympy.exp: lambda expression: _exponential(expression, expression.args[0]),
    sympy.sin: lambda expression: _read_sine(expression, sympy.I),
    sympy.cos: lambda expression: _read_cosine(expression, sympy.I),
    sympy.sinh: lambda expression: _read_sine(expression, sympy.S.One),
    sympy.cosh: lambda expression: _read_cosine(expression, sympy.S.One),
    sympy.erf: _read_erf,
    sympy.erfc: _read_erfc,
    NormalCDF: lambda expression: _distribution(expression, expression.args[0]),
}

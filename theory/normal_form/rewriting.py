"""Rewriting of an expression into a quotient of polynomials in the generators of a tower."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import final

import sympy

from .angles import Angles
from .powers import Powers
from .signs import LINE, UNIT, Range, Sign, range_of
from .tower import Tower

_ONE_SIDED = (sympy.Heaviside, sympy.sign)
_BOUNDED: dict[type, Range] = {sympy.erf: UNIT}
_ODD = (sympy.erf,)


@final
class Rewriter:
    """One pass over one expression.

    Args:
        domain: symbol -> interval. scales: units of angles and exponents known from earlier passes.
    """

    def __init__(
        self, domain: Mapping[sympy.Symbol, sympy.Interval], scales: dict[tuple[str, sympy.Expr], int]
    ) -> None:
        self.tower = Tower({symbol: range_of(interval) for symbol, interval in domain.items()})
        self.powers = Powers(self.tower)
        self.angles = Angles(self.tower, self.powers, domain, scales)
        self._values: dict[sympy.Basic, sympy.Expr] = {}
        self._opaque: list[tuple[type, tuple[sympy.Expr, ...], sympy.Symbol]] = []
        self._rules: dict[type, Callable[[sympy.Expr], sympy.Expr]] = {
            sympy.exp: self.angles.exponential,
            sympy.sin: lambda inner: self.angles.cosine_sine(inner)[1],
            sympy.cos: lambda inner: self.angles.cosine_sine(inner)[0],
            sympy.tan: self._tangent,
            sympy.cot: lambda inner: 1 / self._tangent(inner),
            sympy.sec: lambda inner: 1 / self.angles.cosine_sine(inner)[0],
            sympy.csc: lambda inner: 1 / self.angles.cosine_sine(inner)[1],
            sympy.sinh: lambda inner: self._hyperbolic(inner)[0],
            sympy.cosh: lambda inner: self._hyperbolic(inner)[1],
            sympy.tanh: lambda inner: self._hyperbolic(inner)[0] / self._hyperbolic(inner)[1],
            sympy.acos: self.angles.inverse_cosine,
            sympy.asin: lambda inner: self.angles.pi / 2 - self.angles.inverse_cosine(inner),
            sympy.atan: self._inverse_tangent,
            sympy.Abs: self.powers.absolute,
            sympy.erfc: lambda inner: 1 - self._function(sympy.erf, (inner,)),
        }

    def rewrite(self, node: sympy.Basic) -> sympy.Expr:
        """The value of `node` in generators; equal to it wherever it is defined as a real number."""
        if node not in self._values:
            self._values[node] = self._write(node)
        return self._values[node]

    def _write(self, node: sympy.Basic) -> sympy.Expr:
        if isinstance(node, (sympy.Rational, sympy.Symbol)):
            return node
        if node is sympy.pi:
            return self.angles.pi
        if node is sympy.E:
            return self.angles.exponential(sympy.Integer(1))
        if node is sympy.GoldenRatio:
            return self.rewrite((1 + sympy.sqrt(5)) / 2)
        if isinstance(node, (sympy.Add, sympy.Mul)):
            return node.func(*(self.rewrite(argument) for argument in node.args))
        if isinstance(node, sympy.Pow):
            return self._power(node)
        if not isinstance(node, (sympy.Function, sympy.Max, sympy.Min)) or isinstance(node, sympy.Piecewise):
            return self._structural(node)
        arguments = tuple(self.rewrite(argument) for argument in node.args)
        if type(node) in self._rules:
            return self._rules[type(node)](arguments[0])
        return self._special(node, arguments)

    def _special(self, node: sympy.Expr, arguments: tuple[sympy.Expr, ...]) -> sympy.Expr:
        if isinstance(node, sympy.log):
            value = self.powers.logarithm(arguments[0]) if len(arguments) == 1 else None
            return self._function(type(node), arguments) if value is None else value
        if isinstance(node, (sympy.Max, sympy.Min)):
            return self._extremum(arguments, 1 if isinstance(node, sympy.Max) else -1)
        if isinstance(node, sympy.atan2):
            return self._angle_of_point(arguments)
        if isinstance(node, _ONE_SIDED):
            sign = self._strict_sign(arguments[0])
            if sign:
                return sympy.Integer(max(sign, 0) if isinstance(node, sympy.Heaviside) else sign)
        return self._function(type(node), arguments)

    def _power(self, node: sympy.Pow) -> sympy.Expr:
        exponent = node.exp
        base = self.rewrite(node.base)
        if isinstance(exponent, sympy.Integer):
            return base ** int(exponent)
        if isinstance(exponent, sympy.Rational):
            root = self.powers.root(base, int(exponent.q))
            if root is not None:
                return root ** int(exponent.p)
            return self._function(sympy.Pow, (base, 1 / sympy.Integer(exponent.q))) ** int(exponent.p)
        value = self.rewrite(exponent)
        if base == self.angles.exponential(sympy.Integer(1)):
            return self.angles.exponential(value)
        logarithm = self.powers.logarithm(base) if self._strict_sign(base) > 0 else None
        if logarithm is not None:
            return self.angles.exponential(value * logarithm)
        return self._general_power(base, value)

    def _general_power(self, base: sympy.Expr, exponent: sympy.Expr) -> sympy.Expr:
        whole, rest = sympy.expand(exponent).as_coeff_Add(rational=True)
        if whole.is_Integer and whole > 0 and self.tower.is_nonnegative(rest):
            return base ** int(whole) * self._function(sympy.Pow, (base, rest))
        return self._function(sympy.Pow, (base, exponent))

    def _strict_sign(self, value: sympy.Expr) -> int:
        sign = self.tower.sign_of_product(self.tower.factors(value))
        return {Sign.POSITIVE: 1, Sign.NEGATIVE: -1}.get(sign, 0)

    def _tangent(self, inner: sympy.Expr) -> sympy.Expr:
        cosine, sine = self.angles.cosine_sine(inner)
        return sine / cosine

    def _hyperbolic(self, inner: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
        growing = self.angles.exponential(inner)
        return (growing - 1 / growing) / 2, (growing + 1 / growing) / 2

    def _inverse_tangent(self, inner: sympy.Expr) -> sympy.Expr:
        hypotenuse = self.powers.root(1 + inner**2, 2)
        if hypotenuse is None:
            return self._function(sympy.atan, (inner,))
        return self.angles.pi / 2 - self.angles.inverse_cosine(inner / hypotenuse)

    def _angle_of_point(self, arguments: tuple[sympy.Expr, ...]) -> sympy.Expr:
        ordinate, abscissa = arguments
        if self._strict_sign(abscissa) > 0:
            self.tower.note(f"{self.tower.explain(abscissa)} > 0, so that atan2 is atan of the quotient")
            return self._inverse_tangent(ordinate / abscissa)
        radius = self.powers.root(ordinate**2 + abscissa**2, 2)
        if radius is None or not self.tower.is_nonnegative(ordinate):
            return self._function(sympy.atan2, arguments)
        self.tower.note(f"{self.tower.explain(ordinate)} >= 0, so that atan2 is acos of abscissa over radius")
        return self.angles.inverse_cosine(abscissa / radius)

    def _extremum(self, arguments: Sequence[sympy.Expr], direction: int) -> sympy.Expr:
        value = arguments[0]
        for other in arguments[1:]:
            value = (value + other + direction * self.powers.absolute(value - other)) / 2
        return value

    def _function(self, kind: type, arguments: tuple[sympy.Expr, ...]) -> sympy.Expr:
        """A value of a function about which nothing is used but that equal arguments give equal values."""
        arguments = tuple(self.tower.normal(argument) for argument in arguments)
        for known, others, symbol in self._opaque:
            if known is not kind or len(others) != len(arguments):
                continue
            pairs = list(zip(arguments, others, strict=True))
            if all(self.tower.is_zero(one - two) for one, two in pairs):
                return symbol
            if kind in _ODD and self.tower.is_zero(arguments[0] + others[0]):
                return -symbol
        symbol = self.tower.adjoin(kind(*arguments), _BOUNDED.get(kind, LINE))
        self._opaque.append((kind, arguments, symbol))
        return symbol

    def _structural(self, node: sympy.Basic) -> sympy.Expr:
        for known, others, symbol in self._opaque:
            if known is type(node) and others == (node,):
                return symbol
        symbol = self.tower.adjoin(node)
        self._opaque.append((type(node), (node,), symbol))
        return symbol

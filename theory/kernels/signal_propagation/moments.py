"""Means of an activation and its derivatives over a Gaussian pre-activation, closed where the class allows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import final

import numpy as np
import sympy

from ...activations import CATALOGUE, Activation, find_activation
from ...balls import BallFunction, compile_balls
from ...errors import InvalidArgument, NoClosedForm, NotEnclosed, OutsideDomain, UnknownFunction
from ...gaussian import derive_expectation, derive_mean
from ...gaussian.enclosure import enclose_mean
from ...parser import parse_expression
from ...symbols import a, b, c, z
from .panels import bends, compile_function, integrate_mean, integrate_pair_mean

_DIGITS = 18
_LARGEST_ENCLOSED = 100.0
"""Balls cost more for larger variances, where activations are steep in units of the standard deviation."""
_REMEMBERED = 2**16
_TINY = 2.0**-200


@final
@dataclass(frozen=True)
class Moments:
    """The means that signal propagation is made of, as functions of the variance q of the pre-activation.

    Args:
        activation: phi.
    """

    activation: Activation

    @property
    def phi(self) -> sympy.Expr:
        """phi(z)."""
        return self.activation.expression

    @property
    def slope(self) -> sympy.Expr:
        """phi'(z)."""
        return _differentiate(self.phi)

    def square(self, q: float) -> float:
        """E phi(sqrt(q) z)^2."""
        return _mean(self.phi**2, q)

    def square_slope(self, q: float) -> float:
        """d/dq E phi(sqrt(q) z)^2 = E[phi'^2 + phi phi''], without second derivatives: E[phi^2 (u^2 - q)] / (2 q^2)."""
        if q == 0 and self.at_zero == 0:
            return self.slope_square(0.0)
        if q == 0:
            return float(sympy.diff(self.phi**2, z, 2).subs(z, 0)) / 2
        return (_mean(self.phi**2 * z**2, q) - q * _mean(self.phi**2, q)) / (2 * q**2)

    def slope_square(self, q: float) -> float:
        """E phi'(sqrt(q) z)^2; infinite if phi jumps; at q = 0 the limit from above."""
        return _square_mean(self.slope, q)

    def curvature_square(self, q: float) -> float:
        """E phi''(sqrt(q) z)^2; infinite if phi has a kink; at q = 0 the limit from above."""
        return _square_mean(_differentiate(self.slope), q)

    @property
    def at_zero(self) -> float:
        """phi(0)."""
        return float(self.phi.subs(z, 0))

    def gap(self, q: float, gap: float) -> float:
        """E (phi(u) - phi(v))^2 / 2 for variances q and correlation 1 - gap."""
        return _gap(self.phi, q, gap)

    def slope_product(self, q: float, gap: float) -> float:
        """E phi'(u) phi'(v) for variances q and correlation 1 - gap."""
        return _product(self.slope, q, gap)

    @property
    def is_homogeneous(self) -> bool:
        """True if phi(s z) = s phi(z) for s > 0: no length is then preferred."""
        return _is_homogeneous(self.phi)


def as_activation(activation: str | sympy.Expr | Activation) -> Activation:
    """The activation that is meant by a catalogue name, a text, an expression in z, or itself.

    Args:
        activation: as "gelu", "Max(z, 0) + 0.1*Min(z, 0)", a SymPy expression in z, or an `Activation`.

    Returns:
        The activation. Raises as `theory.parser.parse_expression` and `find_activation`.

    Source: derived here (a look-up).

    Example:
        >>> as_activation("tanh(2*z)").expression
        tanh(2*z)
    """
    if isinstance(activation, str) and activation not in CATALOGUE:
        activation = parse_expression(activation)
    return find_activation(activation)


@cache
def find_moments(activation: str | sympy.Expr | Activation) -> Moments:
    """The moments of an activation.

    Args:
        activation: a catalogue name, an expression in z, or an `Activation`.

    Returns:
        The moments. Raises as `as_activation`.

    Source: derived here.

    Example:
        >>> find_moments("relu").square(2.0)
        1.0
    """
    return Moments(as_activation(activation))


@cache
def _differentiate(expression: sympy.Expr) -> sympy.Expr:
    slope = sympy.diff(expression, z)
    # z DiracDelta(z) is zero, and its expansion knows.
    return slope.expand(diracdelta=True, wrt=z) if slope.has(sympy.DiracDelta) else slope


def _square_mean(expression: sympy.Expr, q: float) -> float:
    if expression.has(sympy.DiracDelta):
        return math.inf
    if q > 0:
        return _mean(expression**2, q)
    sides = compile_function(expression)(np.array([-_TINY, _TINY]))
    return float((sides**2).mean())


@cache
def closed_mean(expression: sympy.Expr) -> sympy.Expr | None:
    """E[expression] over z ~ N(0, a) as an expression in a, or None where the class has none.

    Args:
        expression: in z.

    Returns:
        A SymPy expression, or None.

    Source: derived here by `theory.gaussian.derive_mean`.
    """
    try:
        return derive_mean(expression)
    except (NoClosedForm, OutsideDomain):
        return None


@cache
def _compiled_mean(expression: sympy.Expr) -> BallFunction | None:
    closed = closed_mean(expression)
    return None if closed is None else _compile(closed, a)


def _compile(expression: sympy.Expr, *symbols: sympy.Symbol) -> BallFunction | None:
    try:
        return compile_balls(expression, symbols)
    except UnknownFunction:
        return None


@lru_cache(maxsize=_REMEMBERED)
def _mean(expression: sympy.Expr, q: float) -> float:
    if q < 0:
        raise OutsideDomain(f"q={q}: a variance must be at least 0")
    if q == 0:
        return float(expression.subs(z, 0))
    compiled = _compiled_mean(expression)
    if compiled is not None:
        return float(compiled.at({a: Fraction(q)}, _DIGITS))
    try:
        return integrate_mean(compile_function(expression), q, bends(expression))
    except NotEnclosed:
        if q > _LARGEST_ENCLOSED:
            raise
        # Rounding within the activation, as in log(cosh(z)) near 0, is no obstacle to balls.
        return float(enclose_mean(expression, variance=Fraction(q), digits=_DIGITS))


@cache
def _compiled_product(expression: sympy.Expr) -> BallFunction | None:
    """E f(u) f(v) in a (both variances) and rho, as a ball function of a and c = a rho."""
    try:
        closed = derive_expectation(expression, expression)
    except (NoClosedForm, OutsideDomain):
        return None
    return _compile(closed.subs(b, a), a, c)


@cache
def _compiled_gap(expression: sympy.Expr) -> BallFunction | None:
    closed = closed_mean(expression**2)
    product = _compiled_product(expression)
    return None if closed is None or product is None else _compile(closed - product.expression, a, c)


def _gap(expression: sympy.Expr, q: float, gap: float) -> float:
    _require_gap(gap)
    if q == 0 or gap == 0:
        return 0.0
    compiled = _compiled_gap(expression)
    if compiled is not None:
        return float(compiled.at({a: Fraction(q), c: Fraction(q) * (1 - Fraction(gap))}, _DIGITS))
    phi = compile_function(expression)
    return integrate_pair_mean(lambda u, v: (phi(u) - phi(v)) ** 2 / 2, q, gap, bends(expression))


def _product(expression: sympy.Expr, q: float, gap: float) -> float:
    _require_gap(gap)
    if q == 0 or gap == 0:
        return _mean(expression**2, q)
    compiled = _compiled_product(expression)
    if compiled is not None:
        return float(compiled.at({a: Fraction(q), c: Fraction(q) * (1 - Fraction(gap))}, _DIGITS))
    f = compile_function(expression)
    return integrate_pair_mean(lambda u, v: f(u) * f(v), q, gap, bends(expression))


def _require_gap(gap: float) -> None:
    if not 0 <= gap <= 2:
        raise InvalidArgument(f"gap={gap}: one minus a correlation lies in [0, 2]")


@cache
def _is_homogeneous(expression: sympy.Expr) -> bool:
    closed = closed_mean(expression**2)
    if closed is None or closed == 0:
        return False
    return not sympy.simplify(closed / a).has(a)

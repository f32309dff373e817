"""The normal distribution functions of one and two variables, as named SymPy functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, final

import mpmath
import sympy
from sympy.core.function import ArgumentIndexError

_EXTRA_BITS = 20
_PANELS = 8


@final
class NormalCDF(sympy.Function):  # type: ignore[misc]
    """P(X <= x) for a standard normal X.

    Source: derived here (a notation: Phi(x) = (1 + erf(x / sqrt 2)) / 2).

    Example:
        >>> NormalCDF(sympy.Integer(0))
        1/2
        >>> NormalCDF(sympy.Integer(1)).evalf(10)
        0.8413447461
    """

    nargs = 1

    @classmethod
    def eval(cls, x: sympy.Expr) -> sympy.Expr | None:
        """The value where it is a number that needs no symbol."""
        if x.is_zero:
            return sympy.Rational(1, 2)
        if x is sympy.oo:
            return sympy.S.One
        return sympy.S.Zero if x is -sympy.oo else None

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """The density."""
        if argindex != 1:
            raise ArgumentIndexError(self, argindex)
        return density(self.args[0])

    def _eval_rewrite_as_erf(self, x: sympy.Expr, **hints: Any) -> sympy.Expr:
        return (1 + sympy.erf(x / sympy.sqrt(2))) / 2

    def _eval_evalf(self, prec: int) -> sympy.Expr | None:
        value = self.args[0]._eval_evalf(prec + _EXTRA_BITS)
        if value is None or not (value.is_Float or value.is_Integer):
            return None
        with mpmath.workprec(prec + _EXTRA_BITS):
            return sympy.Float._new(mpmath.ncdf(value._to_mpmath(prec + _EXTRA_BITS))._mpf_, prec)

    def _eval_is_extended_real(self) -> bool | None:
        return True if self.args[0].is_extended_real else None

    def _eval_is_finite(self) -> bool | None:
        return True if self.args[0].is_extended_real else None

    def _eval_is_positive(self) -> bool | None:
        return True if self.args[0].is_real else None

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        return rf"\Phi{power}\left({printer._print(self.args[0])}\right)"


@final
class BivariateNormalCDF(sympy.Function):  # type: ignore[misc]
    """P(X <= h, Y <= k) for standard normal X and Y with correlation rho.

    Formula:
        Phi_2(h, k; rho) = Phi(h) Phi(k) + (1/2 pi) int_0^{asin rho} exp(-(h^2 + k^2 - 2 h k sin t)/(2 cos^2 t)) dt

    Source: Drezner and Wesolowsky (1990), restated; derived from d Phi_2 / d rho = density (Plackett 1954).

    Example:
        >>> BivariateNormalCDF(sympy.Integer(0), sympy.Integer(0), sympy.Rational(1, 2))
        1/3
        >>> BivariateNormalCDF(sympy.Integer(-1), sympy.Integer(1), sympy.Rational(1, 2)).evalf(10)
        0.1548729519
    """

    nargs = 3

    @classmethod
    def eval(cls, h: sympy.Expr, k: sympy.Expr, rho: sympy.Expr) -> sympy.Expr | None:
        """The value in one variable, or the arcsine, where that is what it comes to."""
        if rho.is_zero:
            return NormalCDF(h) * NormalCDF(k)
        if h.is_zero and k.is_zero:
            return sympy.Rational(1, 4) + sympy.asin(rho) / (2 * sympy.pi)
        if h is -sympy.oo or k is -sympy.oo:
            return sympy.S.Zero
        if h is sympy.oo or k is sympy.oo:
            return NormalCDF(k if h is sympy.oo else h)
        if rho == 1:
            return NormalCDF(sympy.Min(h, k))
        if rho == -1:
            return sympy.Max(0, NormalCDF(h) + NormalCDF(k) - 1)
        return None

    def fdiff(self, argindex: int = 1) -> sympy.Expr:
        """The derivative in h, k or rho; the last is the joint density."""
        h, k, rho = self.args
        gap = 1 - rho**2
        if argindex == 1:
            return density(h) * NormalCDF((k - rho * h) / sympy.sqrt(gap))
        if argindex == 2:
            return density(k) * NormalCDF((h - rho * k) / sympy.sqrt(gap))
        if argindex == 3:
            return sympy.exp(-(h**2 + k**2 - 2 * rho * h * k) / (2 * gap)) / (2 * sympy.pi * sympy.sqrt(gap))
        raise ArgumentIndexError(self, argindex)

    def _eval_evalf(self, prec: int) -> sympy.Expr | None:
        working = prec + _EXTRA_BITS
        values = [argument._eval_evalf(working) for argument in self.args]
        if any(value is None or not (value.is_Float or value.is_Integer) for value in values):
            return None
        with mpmath.workprec(working):
            h, k, rho = (value._to_mpmath(working) for value in values)
            return sympy.Float._new(_integrate(h, k, rho)._mpf_, prec)

    def _eval_is_extended_real(self) -> bool | None:
        return True if all(argument.is_extended_real for argument in self.args) else None

    def _eval_is_finite(self) -> bool | None:
        return True if all(argument.is_extended_real for argument in self.args) else None

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        h, k, rho = (printer._print(argument) for argument in self.args)
        power = f"^{{{exp}}}" if exp else ""
        return rf"\Phi_2{power}\left({h}, {k}; {rho}\right)"


def density(x: sympy.Expr) -> sympy.Expr:
    """The standard normal density exp(-x^2/2) / sqrt(2 pi).

    Source: derived here (a notation).
    """
    return sympy.exp(-(x**2) / 2) / sympy.sqrt(2 * sympy.pi)


def _integrate(h: Any, k: Any, rho: Any) -> Any:
    """Phi_2 by mpmath, from the nearer of correlation 0 and +-1, where the integrand is tame."""
    if abs(rho) >= 1:
        return mpmath.ncdf(min(h, k)) if rho > 0 else max(mpmath.mpf(0), mpmath.ncdf(h) - mpmath.ncdf(-k))
    if abs(rho) < mpmath.mpf(3) / 4:
        value = _area(
            lambda t: -(h * h + k * k - 2 * h * k * mpmath.sin(t)) / (2 * mpmath.cos(t) ** 2), mpmath.asin(rho)
        )
        return mpmath.ncdf(h) * mpmath.ncdf(k) + value
    side = 1 if rho > 0 else -1
    shift, product = h - side * k, side * h * k
    width = mpmath.atan2(mpmath.sqrt((1 - rho) * (1 + rho)), abs(rho))
    value = _area(
        lambda w: (
            -(shift**2) / (2 * mpmath.sin(w) ** 2) - product / (1 + mpmath.cos(w))
            if w
            else (mpmath.ninf if shift else -product / 2)
        ),
        width,
    )
    if side > 0:
        return mpmath.ncdf(min(h, k)) - value
    return max(mpmath.mpf(0), mpmath.ncdf(h) - mpmath.ncdf(-k)) + value


def _area(exponent: Callable[[Any], Any], end: Any) -> Any:
    """(1 / 2 pi) int_0^end exp(exponent), accurate relative to its largest value."""
    nodes = mpmath.linspace(0, end, _PANELS + 1)
    peak = max(map(exponent, nodes))
    return mpmath.exp(peak) * mpmath.quad(lambda t: mpmath.exp(exponent(t) - peak), nodes) / (2 * mpmath.pi)

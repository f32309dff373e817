"""Rewriting closed forms for floating point: arcs as atan2 of a gap, roots that rounding cannot make imaginary."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import final

import sympy

from ...errors import NoClosedForm
from ...normal_cdf import BivariateNormalCDF, NormalCDF
from ...symbols import a, b
from ..arrays import GAP, with_gap

_LONGEST, _DIGITS = 2**53, 17
_COUNTERPARTS = (
    *(sympy.Abs, sympy.sign, sympy.exp, sympy.log, sympy.sin, sympy.cos, sympy.tan, sympy.sinh, sympy.cosh, sympy.tanh),
    *(sympy.atan, sympy.erf, sympy.erfc),
)


@final
class Root(sympy.Function):  # type: ignore[misc]
    """sqrt(max(x, 0)).

    Source: derived here (a notation).
    """

    nargs = 1


@final
class Arc(sympy.Function):  # type: ignore[misc]
    """atan2(s, sqrt(max(gap, 0))), which is asin(s / r) for gap = r^2 - s^2.

    Source: derived here (a notation).
    """

    nargs = 2


@final
class Pair(sympy.Function):  # type: ignore[misc]
    """The bivariate normal distribution function at levels h, k and correlation s / r, by (h, k, s, gap).

    Source: derived here (a notation).
    """

    nargs = 4


@final
class Quotient(sympy.Function):  # type: ignore[misc]
    """x / y for y >= 0, with its limit at y = 0, and 0 for 0 / 0.

    Source: derived here (a notation).
    """

    nargs = 2


@final
class Decay(sympy.Function):  # type: ignore[misc]
    """exp(x / y) for y >= 0, with its limit at y = 0 for x < 0, and 1 for others, which rounding made.

    Source: derived here (a notation).
    """

    nargs = 2


NAMES: Mapping[type[sympy.Function], str] = MappingProxyType(
    {
        Root: "root",
        Arc: "arc",
        NormalCDF: "normal_cdf",
        Pair: "pair_cdf",
        Quotient: "quotient",
        Decay: "decay",
    }
)
"""What the functions that no language has are called in each."""


def stable_form(expression: sympy.Expr) -> sympy.Expr:
    """A closed form without arcsines, and with roots cut at zero where a covariance enters.

    Args:
        expression: of the functions that dual activations are made of.

    Returns:
        An equal expression at covariances, in `Arc`, `Root` and `GAP`.

    Raises:
        NoClosedForm: if a function has no counterpart in NumPy, JAX and C.

    Source: derived here: asin(s / r) = atan2(s, sqrt(r^2 - s^2)) for |s| <= r.

    Example:
        >>> from theory.symbols import c
        >>> stable_form(sympy.asin(c / (sympy.sqrt(a) * sympy.sqrt(b))))
        Arc(c, gap)
    """
    flat = with_gap(expression).replace(sympy.acos, lambda x: sympy.pi / 2 - sympy.asin(x))
    flat = flat.replace(sympy.exp, _decay)
    flat = flat.replace(NormalCDF, lambda x: NormalCDF(_quotient(x)))
    flat = flat.replace(BivariateNormalCDF, lambda h, k, rho: Pair(h, k, *_legs(rho)))
    arcs = flat.replace(sympy.asin, _arc)
    stable = with_gap(arcs.replace(_is_open_root, lambda node: Root(node.base) ** (2 * node.exp)))
    for node in stable.atoms(sympy.Function, sympy.Piecewise, sympy.Integral):
        if not isinstance(node, (*NAMES, *_COUNTERPARTS)):
            raise NoClosedForm(
                f"{type(node).__name__} has no counterpart in the languages that source() writes; "
                "evaluate with nngp, ntk or enclose instead"
            )
    return _with_short_numbers(stable)


def divisors(stable: sympy.Expr) -> tuple[str, ...]:
    """The variances by which a stable form divides.

    Args:
        stable: from `stable_form`.

    Returns:
        Of "a" and "b" those.

    Source: derived here (a look at the powers).

    Example:
        >>> divisors(a / sympy.sqrt(b))
        ('b',)
    """
    below = [node.base for node in stable.atoms(sympy.Pow) if node.exp.is_negative]
    below += [node.args[1] for node in stable.atoms(Quotient, Decay)]
    return tuple(symbol.name for symbol in (a, b) if any(base.has(symbol) for base in below))


def _with_short_numbers(expression: sympy.Expr) -> sympy.Expr:
    """Fractions of integers that are no floats, as those of the constants of selu, rounded once."""
    long = (number for number in expression.atoms(sympy.Rational) if max(abs(number.p), number.q) > _LONGEST)
    return expression.xreplace({number: sympy.Float(number, _DIGITS) for number in long})


def _decay(x: sympy.Expr) -> sympy.Expr:
    above, below = _fraction(x)
    return Decay(above, below) if below.has(GAP) else sympy.exp(x)


def _quotient(x: sympy.Expr) -> sympy.Expr:
    above, below = _fraction(x)
    return Quotient(above, below) if below.has(GAP) else x


def _fraction(x: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    above, below = sympy.fraction(sympy.together(x))
    return (-above, -below) if below.could_extract_minus_sign() else (above, below)


def _arc(x: sympy.Expr) -> sympy.Expr:
    if x.is_number:
        return sympy.asin(x, evaluate=False) if sympy.asin(x).has(sympy.asin) else sympy.asin(x)
    return Arc(*_legs(x))


def _legs(sine: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """Multiples of a sine and of the square of its cosine."""
    square_numerator, square_denominator = sympy.fraction(sympy.together(sine**2))
    numerator = sympy.simplify(sine * sympy.sqrt(square_denominator))
    return numerator, sympy.expand(square_denominator - square_numerator)


def _is_open_root(node: sympy.Basic) -> bool:
    return bool(node.is_Pow and node.exp.is_Rational and node.exp.q == 2 and not node.base.is_nonnegative)

"""Signs of functions of z without kinks: the exact zeros and the sign between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from typing import final

import sympy

from ..errors import NoClosedForm
from ..symbols import z

_ODD_MONOTONE = (sympy.erf, sympy.tanh, sympy.atan, sympy.sinh, sympy.asinh)


@final
@dataclass(frozen=True)
class SignPattern:
    """The zeros where the sign changes, in increasing order, and the signs -1, 0, 1 between them.

    Source: derived here (a notation).
    """

    roots: tuple[sympy.Expr, ...]
    signs: tuple[int, ...]

    def within(self, low: sympy.Expr, high: sympy.Expr) -> SignPattern:
        """The pattern on an open interval."""
        before = sum(1 for root in self.roots if compare(root, low) <= 0)
        inside = tuple(root for root in self.roots[before:] if compare(root, high) < 0)
        return SignPattern(inside, self.signs[before : before + len(inside) + 1])

    def times(self, other: SignPattern) -> SignPattern:
        """The pattern of a product."""
        roots = list(self.roots)
        for root in other.roots:
            place = 0
            while place < len(roots) and compare(roots[place], root) < 0:
                place += 1
            if place == len(roots) or compare(roots[place], root) != 0:
                roots.insert(place, root)
        ends = [-sympy.oo, *roots, sympy.oo]
        signs = (self._on(low, high) * other._on(low, high) for low, high in pairwise(ends))
        return SignPattern(tuple(roots), tuple(signs))

    def _on(self, low: sympy.Expr, high: sympy.Expr) -> int:
        return self.within(low, high).signs[0]


def refuse(expression: sympy.Basic, why: str) -> NoClosedForm:
    """The error that names a term outside the class.

    Source: derived here.
    """
    return NoClosedForm(f"the term {expression} of the activation has no closed Gaussian expectation here: {why}")


def known_sign(value: sympy.Expr) -> int:
    """The sign of a constant.

    Raises:
        NoClosedForm: if it is not known.

    Source: derived here.
    """
    if value.is_zero:
        return 0
    if value.is_positive:
        return 1
    if value.is_negative:
        return -1
    if value.is_number and sympy.simplify(value).is_zero:
        return 0
    raise refuse(value, f"the sign of {value} must be known; give its symbol the assumption positive=True")


def compare(first: sympy.Expr, second: sympy.Expr) -> int:
    """-1, 0, 1 as the first number is smaller, equal or larger.

    Raises:
        NoClosedForm: if the order is not known.

    Source: derived here.
    """
    if first == second:
        return 0
    if first.is_infinite or second.is_infinite:
        return 1 if first is sympy.oo or second is -sympy.oo else -1
    return known_sign(sympy.expand(first - second))


def sign_pattern(expression: sympy.Expr) -> SignPattern:
    """Where an expression in z without kinks changes sign.

    Args:
        expression: a polynomial, a constant plus a multiple of exp(affine), an odd monotone function of one of those,
            or a product of them and of positive factors.

    Raises:
        NoClosedForm: for anything else, or if the sign of a coefficient is not known.

    Source: derived here.

    Example:
        >>> sign_pattern(sympy.exp(z) - 2)
        SignPattern(roots=(log(2),), signs=(-1, 1))
    """
    if not expression.has(z):
        return SignPattern((), (known_sign(expression),))
    if expression.is_positive:
        return SignPattern((), (1,))
    polynomial = sympy.expand(expression)
    if polynomial.is_polynomial(z):
        return _of_polynomial(polynomial)
    if isinstance(expression, sympy.Mul):
        return reduce(SignPattern.times, map(sign_pattern, expression.args))
    if isinstance(expression, _ODD_MONOTONE):
        return sign_pattern(expression.args[0])
    found = _of_exponential(polynomial)
    if found is None:
        raise refuse(expression, "its sign is not decided; it must be piecewise polynomial or constant + exponential")
    return found


def _of_polynomial(expression: sympy.Expr) -> SignPattern:
    polynomial = sympy.Poly(expression, z)
    degree = polynomial.degree()
    if degree <= 0:
        return SignPattern((), (known_sign(expression),))
    leading = known_sign(polynomial.LC())
    if degree == 1:
        return SignPattern((sympy.expand(-polynomial.nth(0) / polynomial.LC()),), (-leading, leading))
    return _from_right(_roots(polynomial), leading)


def _from_right(roots: list[tuple[sympy.Expr, int]], leading: int) -> SignPattern:
    kept, signs = list[sympy.Expr](), [leading]
    for root, multiplicity in reversed(roots):
        if multiplicity % 2:
            kept.insert(0, root)
            signs.insert(0, -signs[0])
    return SignPattern(tuple(kept), tuple(signs))


def _roots(polynomial: sympy.Poly) -> list[tuple[sympy.Expr, int]]:
    if polynomial.degree() == 2:
        two, one, zero = polynomial.all_coeffs()
        discriminant = known_sign(sympy.expand(one**2 - 4 * two * zero))
        if discriminant <= 0:
            return [] if discriminant else [(-one / (2 * two), 2)]
        spread = sympy.sqrt(one**2 - 4 * two * zero) / (2 * sympy.Abs(two))
        return [(-one / (2 * two) - spread, 1), (-one / (2 * two) + spread, 1)]
    if not all(value.is_Rational for value in polynomial.coeffs()):
        raise refuse(polynomial.as_expr(), "its sign is decided up to degree two only, or for rational coefficients")
    return [(root, int(times)) for root, times in sympy.Poly(polynomial, domain="QQ").real_roots(multiple=False)]


def _of_exponential(expression: sympy.Expr) -> SignPattern | None:
    exponentials = [part for part in expression.atoms(sympy.exp) if part.has(z)]
    if not exponentials:
        return None
    wave = exponentials[0]
    scale = expression.coeff(wave)
    rest, exponent = sympy.expand(expression - scale * wave), wave.args[0]
    if rest.has(z) or scale.has(z) or not exponent.is_polynomial(z) or sympy.Poly(exponent, z).degree() != 1:
        return None
    slope, shift = sympy.Poly(exponent, z).all_coeffs()
    rising = known_sign(scale) * known_sign(slope)
    if known_sign(rest) * known_sign(scale) >= 0:
        return SignPattern((), (known_sign(scale),))
    return SignPattern(((sympy.log(-rest / scale) - shift) / slope,), (-rising, rising))

"""Decides exact zero and certain signs: a proof on a box, or no answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, final

import sympy

from ..errors import InvalidArgument
from .angles import ScaleChanged
from .rewriting import Rewriter
from .signs import Sign
from .tower import Tower

T = TypeVar("T")

_PASSES = 12


@final
@dataclass(frozen=True, kw_only=True)
class Reduction:
    """What the normal form of an expression says.

    Args:
        is_zero: True is a proof that the expression is 0 at every point of the domain where it is defined;
            False decides nothing.
        normal_form: the reduced numerator, in domain symbols and generators.
        generators: "g1 = pi", "g2 = sqrt(1 - rho)", in the order of introduction.
        relations: "g2**2 = 1 - rho"; the numerator is reduced modulo these.
        steps: branches chosen and the signs that certify them.
    """

    is_zero: bool
    normal_form: sympy.Expr
    generators: tuple[str, ...]
    relations: tuple[str, ...]
    steps: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The reduction as JSON-ready data, for a certificate."""
        return {
            "is_zero": self.is_zero,
            "normal_form": str(self.normal_form),
            "generators": list(self.generators),
            "relations": list(self.relations),
            "steps": list(self.steps),
        }


def reduce_to_zero(expr: sympy.Expr, domain: Mapping[sympy.Symbol, sympy.Interval]) -> Reduction:
    """Try to prove that an expression is 0 on a box.

    Formula: the numerator of the expression, written in roots r with r^q = f and transcendental generators, is reduced
        modulo the relations r^q - f, cos^2 + sin^2 - 1. Remainder 0 proves the identity. Used besides: addition
        theorems; acos(-x) = pi - acos(x), asin(x) = pi/2 - acos(x), atan(x) = asin(x/sqrt(1 + x^2)), half angles;
        sqrt(f g) = sqrt(f) sqrt(g) for factors that are certainly nonnegative on the domain, by Polya's criterion.

    Args:
        expr: a real expression. domain: every free symbol -> its interval.

    Returns:
        A `Reduction`; `is_zero=True` is sound, `is_zero=False` means "not decided".

    Raises:
        InvalidArgument: if a symbol has no interval, or the expression holds a float.
        OutsideDomain: if the expression is nowhere real.

    Source: derived here; every relation holds wherever both of its sides are real.

    Example:
        >>> import sympy
        >>> x = sympy.Symbol("x", real=True)
        >>> reduce_to_zero(sympy.asin(x) + sympy.acos(x) - sympy.pi / 2, {x: sympy.Interval(-1, 1)}).is_zero
        True
    """
    return settled(expr, domain, _reduction)


@final
@dataclass(frozen=True, kw_only=True)
class SignProof:
    """The certain sign of an expression on a box.

    Args:
        sign: the sign wherever the expression is real; UNKNOWN decides nothing.
        factors: the irreducible factors, in domain symbols and generators, with their multiplicities.
        generators, relations, steps: as in `Reduction`.
    """

    sign: Sign
    factors: tuple[str, ...]
    generators: tuple[str, ...]
    relations: tuple[str, ...]
    steps: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The proof as JSON-ready data, for a certificate."""
        return {
            "sign": self.sign.value,
            "factors": list(self.factors),
            "generators": list(self.generators),
            "relations": list(self.relations),
            "steps": list(self.steps),
        }


def certify_sign(expr: sympy.Expr, domain: Mapping[sympy.Symbol, sympy.Interval]) -> SignProof:
    """Try to prove the sign of an expression on a box, by the signs of the factors of its normal form.

    Args:
        expr: a real expression. domain: every free symbol -> its interval.

    Returns:
        A `SignProof`; every sign but UNKNOWN is a proof. Equality inside the box is no obstacle to NONNEGATIVE.

    Raises:
        InvalidArgument: as `reduce_to_zero`.
        OutsideDomain: if the expression is nowhere real.

    Source: derived here; an even power is nonnegative, other factors by Polya's criterion.

    Example:
        >>> import sympy
        >>> x, y = sympy.symbols("x y", real=True)
        >>> line = sympy.Interval(-sympy.oo, sympy.oo)
        >>> certify_sign(x**2 + y**2 - 2 * x * y, {x: line, y: line}).sign.value
        'nonnegative'
    """
    return settled(expr, domain, _sign_proof)


def _sign_proof(rewriter: Rewriter, expr: sympy.Expr) -> SignProof:
    tower = rewriter.tower
    factors = tower.factors(rewriter.rewrite(expr))
    return SignProof(
        sign=tower.sign_of_product(factors),
        factors=tuple(f"({factor})**{multiplicity}" for factor, multiplicity in factors),
        **_certificate(tower),
    )


def settled(
    expr: sympy.Expr, domain: Mapping[sympy.Symbol, sympy.Interval], decide: Callable[[Rewriter, sympy.Expr], T]
) -> T:
    """What `decide` finds in a tower whose angles and exponents have common units.

    Raises:
        InvalidArgument: if a symbol has no interval, the expression holds a float, or no common unit is found.

    Source: derived here.
    """
    if missing := expr.free_symbols - set(domain):
        raise InvalidArgument(f"domain={dict(domain)}: no interval for {sorted(map(str, missing))}; add one per symbol")
    if expr.has(sympy.Float):
        raise InvalidArgument(f"expr={expr}: it holds a float, which stands for a different number; write Rational")
    scales: dict[tuple[str, sympy.Expr], int] = {}
    for _ in range(_PASSES):
        try:
            return decide(Rewriter(domain, scales), expr)
        except ScaleChanged:
            continue
    raise InvalidArgument(f"expr={expr}: its angles have no common unit after {_PASSES} passes; simplify the arguments")


def _certificate(tower: Tower) -> dict[str, tuple[str, ...]]:
    return {
        "generators": tuple(f"{one.symbol} = {tower.explain(one.meaning)}" for one in tower.generators),
        "relations": tuple(
            f"{one.symbol}**{one.degree} = {one.power}" for one in tower.generators if one.power is not None
        ),
        "steps": tuple(tower.steps),
    }


def _reduction(rewriter: Rewriter, expr: sympy.Expr) -> Reduction:
    numerator, _ = rewriter.tower.fraction(rewriter.rewrite(expr))
    return Reduction(is_zero=bool(numerator == 0), normal_form=numerator, **_certificate(rewriter.tower))

"""Coordinates in which a closed form is rational up to few generators, and its proof of being zero."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import final

import sympy

from ..normal_form import Reduction, reduce_to_zero
from ..symbols import a, b, c, rho

ROOT_A = sympy.Symbol("root_a", positive=True)
ROOT_B = sympy.Symbol("root_b", positive=True)
_HALF_LINE = sympy.Interval.open(0, sympy.oo)
_COORDINATES = {a: ROOT_A**2, b: ROOT_B**2, c: ROOT_A * ROOT_B * rho}


def reduce_closed_form(expression: sympy.Expr) -> Reduction:
    """Try to prove that an expression in a, b, c is zero for all a, b > 0 and c^2 < ab.

    Formula:
        With a = p^2, b = q^2, c = p q rho the gap ab - c^2 is p^2 q^2 (1 - rho)(1 + rho). The exponents are rational;
        in partial fractions over rho they are integer combinations of finitely many, whose exponentials are taken for
        independent positive numbers. The rest is `theory.normal_form`.

    Args:
        expression: a closed form in a, b, c and real parameters.

    Returns:
        The reduction: `is_zero` is a proof.

    Source: derived here: an identity that holds for all positive values of the exponentials holds for theirs.
    """
    moved = expression.subs(_COORDINATES, simultaneous=True)
    waves = _Waves()
    rational = waves.write(moved)
    domain = {ROOT_A: _HALF_LINE, ROOT_B: _HALF_LINE, rho: sympy.Interval.open(-1, 1)}
    domain |= dict.fromkeys(waves.symbols.values(), _HALF_LINE)
    for symbol in rational.free_symbols - set(domain):
        domain[symbol] = _HALF_LINE if symbol.is_positive else sympy.Interval(-sympy.oo, sympy.oo)
    return reduce_to_zero(rational, domain)


@final
@dataclass(frozen=True)
class _Waves:
    """The exponentials of one expression, as powers of independent ones."""

    symbols: dict[sympy.Expr, sympy.Symbol] = field(default_factory=dict)

    def write(self, expression: sympy.Expr) -> sympy.Expr:
        """The expression with every exponential replaced by a product of powers of symbols."""
        found = {wave: list(_terms(wave.args[0])) for wave in expression.atoms(sympy.exp)}
        units: dict[sympy.Expr, int] = defaultdict(lambda: 1)
        for terms in found.values():
            for number, basis in terms:
                units[basis] = int(sympy.ilcm(units[basis], number.q))
        for index, basis in enumerate(sorted(units, key=sympy.default_sort_key)):
            self.symbols[basis] = sympy.Symbol(f"wave{index}", positive=True)
        product = {
            wave: sympy.Mul(*(self.symbols[basis] ** (number * units[basis]) for number, basis in terms))
            for wave, terms in found.items()
        }
        return expression.xreplace(product)


def _terms(exponent: sympy.Expr) -> Iterator[tuple[sympy.Rational, sympy.Expr]]:
    for term in _parted(exponent, (rho, ROOT_A, ROOT_B)):
        number, basis = term.as_coeff_Mul(rational=True)
        if number != 0:
            yield number, basis


def _parted(exponent: sympy.Expr, variables: Sequence[sympy.Symbol]) -> Iterator[sympy.Expr]:
    """Partial fractions over the first variable; what is free of it, over the next."""
    if not variables:
        yield exponent
        return
    first, *others = variables
    parted = sympy.apart(sympy.together(exponent), first) if exponent.has(first) else exponent
    bound, free = list[sympy.Expr](), list[sympy.Expr]()
    for term in sympy.Add.make_args(sympy.expand(parted)):
        (bound if term.has(first) else free).append(term)
    yield from bound
    if free:
        yield from _parted(sympy.Add(*free), others)

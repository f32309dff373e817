"""Small mistakes in a formula: what a slip of the pen, or of the memory, may write instead."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import sympy

from .sites import Site, replaced, shown, sites

FACTORS = (Fraction(1, 2), Fraction(99, 100), Fraction(101, 100), Fraction(1_000_001, 1_000_000))
"""Wrong factors: what is off by one half is caught by any check, a millionth only by a good one."""

SHIFTS = (Fraction(1, 2), Fraction(-1, 2), Fraction(1, 20), Fraction(-1, 20))
"""Wrong exponents, as differences from the right one."""

EXCHANGED = {
    sympy.sin: sympy.cos,
    sympy.acos: sympy.asin,
    sympy.sinh: sympy.cosh,
    sympy.erf: sympy.erfc,
    sympy.atan: sympy.acot,
    sympy.tan: sympy.cot,
}
"""Functions that are taken for one another, in both directions."""

_EXCHANGE = EXCHANGED | {value: key for key, value in EXCHANGED.items()}

_Change = tuple[str, str, str, Callable[[], sympy.Expr]]


@final
@dataclass(frozen=True)
class Mutation:
    """One wrong expression: the kind of the mistake, a family within it, where and what, and the result when built."""

    change: str
    family: str
    label: str
    build: Callable[[], sympy.Basic]


def mutations(
    expression: sympy.Expr, domain: Mapping[sympy.Symbol, sympy.Interval], *, side: str
) -> Iterator[Mutation]:
    """Every mistake that the mutator knows of, not yet built: some give back the expression, or nothing real.

    Args:
        expression: a side of a claim. domain: its symbols; those of equal domain are exchanged.
        side: what the side is called in labels.
    """
    for site in sites(expression):
        for change, family, words, local in _local(site):
            yield Mutation(change, family, f"{side} {site}: {words}", _at(expression, site, local))
    for change, family, words, build in _global(expression, domain):
        yield Mutation(change, family, f"{side}: {words}", build)


def spread(found: Sequence[Mutation]) -> list[Mutation]:
    """The mutations in an order in which any beginning holds all families in turn, by no accident of their places."""
    families: dict[str, list[Mutation]] = {}
    for mutation in found:
        families.setdefault(mutation.family, []).append(mutation)
    for family in families.values():
        family.sort(key=lambda mutation: hashlib.sha256(mutation.label.encode()).hexdigest())
    rows = itertools.zip_longest(*(families[name] for name in sorted(families)))
    return [mutation for row in rows for mutation in row if mutation is not None]


def _at(expression: sympy.Expr, site: Site, local: Callable[[], sympy.Expr]) -> Callable[[], sympy.Basic]:
    return lambda: replaced(expression, site.path, local())


def _local(site: Site) -> Iterator[_Change]:
    """The mistakes at one place: kind, family, words, and how to make it."""
    node = site.node
    if isinstance(node, sympy.Rational) and not site.is_exponent:
        yield from _constants(node)
    elif node is sympy.pi:
        yield "constant", "pi", "3 for pi", lambda: sympy.Integer(3)
        yield "constant", "pi", "pi/2 for pi", lambda: sympy.pi / 2
    elif isinstance(node, sympy.Symbol):
        yield from _symbols(node)
    elif isinstance(node, sympy.Pow):
        yield from _powers(node)
    elif isinstance(node, sympy.Add):
        yield from _sums(node)
    elif isinstance(node, sympy.Mul):
        for index, factor in enumerate(node.args):
            rest = node.args[:index] + node.args[index + 1 :]
            yield "term", "factor dropped", f"factor {shown(factor)} dropped", _product(rest)
    elif isinstance(node, sympy.Function):
        yield from _functions(node)


def _constants(node: sympy.Rational) -> Iterator[_Change]:
    for factor in FACTORS if node else ():
        wrong = node * sympy.Rational(factor.numerator, factor.denominator)
        yield "constant", f"constant x {factor}", f"{wrong} for {node}", _always(wrong)


def _symbols(node: sympy.Symbol) -> Iterator[_Change]:
    yield "symbol", "square", f"{node}^2 for {node}", _power(node, sympy.Integer(2))
    if node.is_integer:
        for shift in (-1, 1):
            yield "symbol", "index", f"{node + shift} for {node}", _always(node + shift)


def _powers(node: sympy.Pow) -> Iterator[_Change]:
    base, exponent = node.base, node.exp
    name = shown(base)
    if exponent.is_Rational:
        for shift in SHIFTS:
            wrong = exponent + sympy.Rational(shift.numerator, shift.denominator)
            words = f"exponent {wrong} for {exponent} of {name}"
            yield "exponent", f"exponent {shift}", words, _power(base, wrong)
        kind = "root dropped" if exponent == sympy.Rational(1, 2) else "power dropped"
        yield "exponent", kind, f"exponent {exponent} of {name} dropped", lambda: base
    yield "exponent", "exponent sign", f"exponent of {name} with the opposite sign", _power(base, -exponent)


def _sums(node: sympy.Add) -> Iterator[_Change]:
    for index, term in enumerate(node.args):
        rest = node.args[:index] + node.args[index + 1 :]
        yield "term", "term dropped", f"term {shown(term)} dropped", _sum(rest)
        yield "sign", "sign of a term", f"term {shown(term)} with the opposite sign", _sum((*rest, -term))


def _functions(node: sympy.Function) -> Iterator[_Change]:
    name, arguments = type(node).__name__, node.args
    if (other := _EXCHANGE.get(type(node))) is not None:
        yield "function", "function", f"{other.__name__} for {name}", lambda: other(*arguments)
    if isinstance(node, sympy.log):
        yield "function", "log base", f"logarithm to base 2 of {shown(arguments[0])}", lambda: node / sympy.log(2)
    if len(arguments) == 1:
        words = f"argument of {name} with the opposite sign"
        yield "sign", "sign of an argument", words, lambda: node.func(-arguments[0])
    if len(arguments) == 2:
        yield "swap", "swap", f"arguments of {name} exchanged", lambda: node.func(arguments[1], arguments[0])


def _always(wrong: sympy.Expr) -> Callable[[], sympy.Expr]:
    return lambda: wrong


def _power(base: sympy.Expr, exponent: sympy.Expr) -> Callable[[], sympy.Expr]:
    return lambda: base**exponent


def _sum(terms: tuple[sympy.Expr, ...]) -> Callable[[], sympy.Expr]:
    return lambda: sympy.Add(*terms)


def _product(factors: tuple[sympy.Expr, ...]) -> Callable[[], sympy.Expr]:
    return lambda: sympy.Mul(*factors)


def _global(expression: sympy.Expr, domain: Mapping[sympy.Symbol, sympy.Interval]) -> Iterator[_Change]:
    """Mistakes that touch the whole side."""
    for factor in FACTORS:
        exact = sympy.Rational(factor.numerator, factor.denominator)
        yield "constant", f"side x {factor}", f"times {factor}", _product((exact, expression))
    yield "sign", "side", "with the opposite sign", lambda: -expression
    present = [symbol for symbol in domain if expression.has(symbol)]
    for symbol in present:
        yield (
            "symbol",
            "square everywhere",
            f"{symbol}^2 for {symbol} everywhere",
            _put(expression, {symbol: symbol**2}),
        )
        if symbol.is_integer:
            words = f"{symbol - 1} for {symbol} everywhere"
            yield "symbol", "index everywhere", words, _put(expression, {symbol: symbol - 1})
    for one, two in itertools.combinations(domain, 2):
        if domain[one] == domain[two] and (one in present or two in present):
            words = f"{one} and {two} exchanged"
            yield "swap", "swap of symbols", words, _put(expression, {one: two, two: one})


def _put(expression: sympy.Expr, values: Mapping[sympy.Symbol, sympy.Expr]) -> Callable[[], sympy.Expr]:
    return lambda: expression.xreplace(dict(values))

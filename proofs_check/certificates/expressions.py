"""Expressions, domains and plans of collars as JSON data, read back by a whitelist: no text is ever evaluated.

An expression is a list of nodes, each made from earlier ones; the last is the whole. Numbers are bounded before
anything is computed with them, so that no short text stands for a number that does not fit into memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy
from flint import arb

from theory.balls import compile_balls
from theory.errors import TheoryError
from theory.normal_cdf import BivariateNormalCDF, NormalCDF

from .reading import read_rational
from .record import MalformedCertificate

_MOST_NODES = 20_000
_LARGEST_EXPONENT = 512
_LARGEST_BITS = 4096
_LARGEST_GROWTH = 1000
_ASSUMPTIONS = ("real", "positive", "nonnegative", "negative", "integer", "nonzero")
_CONSTANTS: Mapping[str, sympy.Basic] = {
    "pi": sympy.pi,
    "E": sympy.E,
    "GoldenRatio": sympy.GoldenRatio,
    "oo": sympy.oo,
    "-oo": -sympy.oo,
    "true": sympy.true,
    "false": sympy.false,
}
_HEADS: Mapping[str, Any] = {
    kind.__name__: kind
    for kind in (
        *(sympy.Add, sympy.Mul, sympy.Pow, sympy.exp, sympy.log, sympy.Max, sympy.Min, sympy.Abs, sympy.sign),
        *(sympy.Heaviside, sympy.sin, sympy.cos, sympy.tan, sympy.asin, sympy.acos, sympy.atan, sympy.atan2),
        *(sympy.sinh, sympy.cosh, sympy.tanh, sympy.asinh, sympy.erf, sympy.erfc, sympy.erfi, sympy.gamma),
        *(NormalCDF, BivariateNormalCDF, sympy.Piecewise, sympy.And, sympy.Or, sympy.Not),
        *(sympy.StrictLessThan, sympy.LessThan, sympy.StrictGreaterThan, sympy.GreaterThan),
        *(sympy.Equality, sympy.Unequality),
    )
}
_GROWING = ("exp", "sinh", "cosh", "gamma", "erfi", "tan")


def write_expression(expression: sympy.Basic) -> list[list[Any]]:
    """The expression as a list of nodes.

    Raises:
        MalformedCertificate: if it holds a part that cannot be written down, which is named.
    """
    nodes: list[list[Any]] = []
    places: dict[sympy.Basic, int] = {}
    for node in sympy.postorder_traversal(expression):
        if node not in places and type(node) is not sympy.Tuple:
            nodes.append(_node(node, places))
            places[node] = len(nodes) - 1
    if len(nodes) > _MOST_NODES:
        raise MalformedCertificate(f"the expression has {len(nodes)} parts, more than {_MOST_NODES}")
    return nodes


def _node(node: sympy.Basic, places: Mapping[sympy.Basic, int]) -> list[Any]:
    if isinstance(node, sympy.Rational):
        return ["Rational", f"{node.p}/{node.q}"]
    if type(node) is sympy.Symbol:
        return ["Symbol", node.name, *(name for name in _ASSUMPTIONS if node.assumptions0.get(name))]
    for name, constant in _CONSTANTS.items():
        if node == constant:
            return [name]
    if isinstance(node, sympy.Integral) and len(node.limits) == 1 and len(node.limits[0]) == 3:
        return ["Integral", places[node.function], *(places[part] for part in node.limits[0])]
    head = "Case" if type(node).__name__ == "ExprCondPair" else type(node).__name__
    if head != "Case" and _HEADS.get(head) is not type(node):
        raise MalformedCertificate(f"{head} cannot be written into a certificate")
    return [head, *(places[part] for part in node.args)]


def read_expression(data: Any, name: str) -> Any:
    """The expression that `write_expression` wrote.

    Raises:
        MalformedCertificate: if the data are malformed, or stand for numbers beyond the limits.
    """
    if not isinstance(data, list) or not 0 < len(data) <= _MOST_NODES:
        raise MalformedCertificate(f"{name}: an expression is a list of at most {_MOST_NODES} nodes")
    values: list[Any] = []
    for node in data:
        if not isinstance(node, list) or not node or not isinstance(node[0], str):
            raise MalformedCertificate(f"{name}: a node is a list that begins with its head")
        values.append(_value(node[0], node[1:], values, name))
    return values[-1]


def _value(head: str, parts: Sequence[Any], values: Sequence[Any], name: str) -> Any:
    if head in _CONSTANTS and not parts:
        return _CONSTANTS[head]
    if head == "Rational" and len(parts) == 1:
        exact = read_rational(parts[0], name)
        return sympy.Rational(exact.numerator, exact.denominator)
    if head == "Symbol":
        return read_symbol([head, *parts], name)
    arguments = []
    for part in parts:
        if not isinstance(part, int) or isinstance(part, bool) or not 0 <= part < len(values):
            raise MalformedCertificate(f"{name}: {head} refers to {str(part)[:40]}, which is no earlier node")
        arguments.append(values[part])
    if head == "Case" and len(arguments) == 2:
        return tuple(arguments)
    if head == "Integral" and len(arguments) == 4 and isinstance(arguments[1], sympy.Symbol):
        return sympy.Integral(arguments[0], tuple(arguments[1:]))
    if head not in _HEADS:
        raise MalformedCertificate(f"{name}: the head {head[:40]!r} is not known")
    _check_size(head, arguments, name)
    try:
        value = _HEADS[head](*arguments)
    except (TypeError, ValueError, AttributeError, ZeroDivisionError, RecursionError) as error:
        raise MalformedCertificate(f"{name}: {head} does not take its parts ({str(error)[:80]})") from error
    if isinstance(value, sympy.Basic) and value.has(sympy.zoo, sympy.nan, sympy.I):
        raise MalformedCertificate(f"{name}: a part is infinite or not real")
    return value


def _check_size(head: str, arguments: Sequence[Any], name: str) -> None:
    """Refuse what SymPy would expand into an enormous number."""
    if head == "Pow" and len(arguments) == 2:
        base, exponent = arguments
        if getattr(exponent, "is_Rational", False) and max(abs(exponent.p), exponent.q) > _LARGEST_EXPONENT:
            raise MalformedCertificate(f"{name}: an exponent exceeds {_LARGEST_EXPONENT}")
        if getattr(base, "is_Rational", False) and getattr(exponent, "is_Rational", False):
            bits = max(abs(int(base.p)).bit_length(), int(base.q).bit_length())
            if bits * abs(exponent) > _LARGEST_BITS:
                raise MalformedCertificate(f"{name}: a power exceeds {_LARGEST_BITS} bits")
    growing = [*arguments] if head in _GROWING else arguments[1:] if head == "Pow" else []
    for argument in growing:
        if isinstance(argument, sympy.Expr) and not argument.free_symbols and not _is_moderate(argument):
            raise MalformedCertificate(f"{name}: a constant argument of {head} exceeds {_LARGEST_GROWTH}")


def _is_moderate(constant: sympy.Expr) -> bool:
    try:
        ball: arb = compile_balls(constant, ()).enclose([], 64)
    except TheoryError:
        return False
    return bool(abs(ball) < _LARGEST_GROWTH)


def read_symbol(data: Any, name: str) -> sympy.Symbol:
    """A symbol with its assumptions.

    Raises:
        MalformedCertificate: if the data are no symbol.
    """
    if not isinstance(data, list) or len(data) < 2 or data[0] != "Symbol" or not isinstance(data[1], str):
        raise MalformedCertificate(f"{name}: a symbol is ['Symbol', name, assumption, ...]")
    label, assumptions = data[1], data[2:]
    if not 0 < len(label) <= 60 or not label.replace("_", "").isalnum():
        raise MalformedCertificate(f"{name}: {label[:40]!r} is no name of letters, digits and underscores")
    if not all(isinstance(one, str) and one in _ASSUMPTIONS for one in assumptions):
        raise MalformedCertificate(f"{name}: assumptions are among {', '.join(_ASSUMPTIONS)}")
    return sympy.Symbol(label, **dict.fromkeys(assumptions, True))


def write_domain(domain: Mapping[sympy.Symbol, sympy.Interval]) -> list[list[Any]]:
    """The domain as [symbol, low, high, whether low is excluded, whether high is], in order."""
    return [
        [
            write_expression(symbol)[0],
            write_expression(interval.start),
            write_expression(interval.end),
            bool(interval.left_open) and interval.start.is_finite,
            bool(interval.right_open) and interval.end.is_finite,
        ]
        for symbol, interval in domain.items()
    ]


def read_domain(data: Any) -> dict[sympy.Symbol, sympy.Interval]:
    """The domain that `write_domain` wrote.

    Raises:
        MalformedCertificate: if the data are no domain.
    """
    if not isinstance(data, list) or len(data) > 20:
        raise MalformedCertificate("domain: write at most 20 entries [symbol, low, high, low excluded, high excluded]")
    domain: dict[sympy.Symbol, sympy.Interval] = {}
    for entry in data:
        if not isinstance(entry, list) or len(entry) != 5 or not all(isinstance(flag, bool) for flag in entry[3:]):
            raise MalformedCertificate("domain: an entry is [symbol, low, high, low excluded, high excluded]")
        low, high = (read_expression(end, "domain") for end in entry[1:3])
        if not all(isinstance(end, sympy.Expr) and not end.free_symbols for end in (low, high)):
            raise MalformedCertificate("domain: an end must be a number")
        interval = sympy.Interval(low, high, *entry[3:])
        symbol = read_symbol(entry[0], "domain")
        if not isinstance(interval, sympy.Interval) or symbol in domain:
            raise MalformedCertificate(f"domain: {symbol} occurs twice, or its interval is empty or a point")
        domain[symbol] = interval
    return domain


def refuse_large_numbers(tree: Any, name: str) -> None:
    """Refuse a nested tree of `theory.gaussian.tree` in which a power stands for an enormous number.

    Raises:
        MalformedCertificate: naming the part.
    """
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, list) or not node:
            continue
        if node[0] == "Rational" and any(len(str(part)) > _LONGEST_NUMBER for part in node[1:]):
            raise MalformedCertificate(f"{name}: a number has more than {_LONGEST_NUMBER} digits")
        if node[0] == "Pow" and len(node) == 3 and isinstance(node[2], list) and node[2][:1] == ["Rational"]:
            if any(len(str(part)) > _LONGEST_EXPONENT for part in node[2][1:]):
                raise MalformedCertificate(f"{name}: an exponent is too large")
            if _nested_powers(node) > _DEEPEST_POWERS:
                raise MalformedCertificate(f"{name}: powers are nested too deeply")
        waiting.extend(node[1:])


_LONGEST_NUMBER = 60
_LONGEST_EXPONENT = 3
_DEEPEST_POWERS = 3


def _nested_powers(node: Any) -> int:
    depth = 0
    while isinstance(node, list) and len(node) == 3 and node[0] == "Pow":
        node, depth = node[1], depth + 1
    return depth

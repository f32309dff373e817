"""SymPy expressions as nested lists for JSON, read back by a whitelist: no text is ever evaluated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import sympy

from ..errors import InvalidArgument
from ..normal_cdf import BivariateNormalCDF, NormalCDF

Tree: TypeAlias = Sequence[Any]
"""[head, part, ...]: parts are trees, or strings in a leaf."""

_ASSUMPTIONS = ("real", "positive", "nonnegative", "negative", "integer", "nonzero")
_CONSTANTS: Mapping[str, sympy.Basic] = {
    "pi": sympy.pi,
    "E": sympy.E,
    "I": sympy.I,
    "oo": sympy.oo,
    "true": sympy.true,
    "false": sympy.false,
}
_HEADS: Mapping[str, Any] = {
    kind.__name__: kind
    for kind in (
        *(sympy.Add, sympy.Mul, sympy.Pow, sympy.exp, sympy.log, sympy.Max, sympy.Min, sympy.Abs, sympy.sign),
        *(sympy.Heaviside, sympy.DiracDelta, sympy.sin, sympy.cos, sympy.tan, sympy.asin, sympy.acos, sympy.atan),
        *(sympy.sinh, sympy.cosh, sympy.tanh, sympy.asinh, sympy.erf, sympy.erfc, sympy.erfi),
        *(NormalCDF, BivariateNormalCDF, sympy.Piecewise, sympy.And, sympy.Or, sympy.Not),
        *(sympy.StrictLessThan, sympy.LessThan, sympy.StrictGreaterThan, sympy.GreaterThan),
    )
}
_DEEPEST = 200


def write_tree(expression: sympy.Basic) -> list[Any]:
    """The expression as nested lists of strings.

    Args:
        expression: built from symbols, exact numbers and the functions of the package.

    Raises:
        InvalidArgument: if it holds anything else, which is named.

    Source: derived here (a format).

    Example:
        >>> write_tree(sympy.exp(sympy.Symbol("x", real=True)))
        ['exp', ['Symbol', 'x', 'real']]
    """
    if isinstance(expression, sympy.Rational):
        return ["Rational", str(expression.p), str(expression.q)]
    if type(expression) is sympy.Symbol:
        known = [name for name in _ASSUMPTIONS if expression.assumptions0.get(name)]
        return ["Symbol", expression.name, *known]
    for name, constant in _CONSTANTS.items():
        if expression == constant:
            return [name]
    head = "Case" if type(expression).__name__ == "ExprCondPair" else type(expression).__name__
    if head != "Case" and _HEADS.get(head) is not type(expression):
        raise InvalidArgument(f"{expression}: {head} cannot be written down; allowed are {', '.join(sorted(_HEADS))}")
    return [head, *map(write_tree, expression.args)]


def read_tree(tree: Tree, *, depth: int = 0) -> Any:
    """The expression that `write_tree` wrote down.

    Args:
        tree: nested lists of strings. depth: of the tree in a larger one.

    Raises:
        InvalidArgument: if the tree is malformed or holds an unknown head.

    Source: derived here (a format).

    Example:
        >>> read_tree(["exp", ["Symbol", "x", "real"]])
        exp(x)
    """
    if depth > _DEEPEST:
        raise InvalidArgument(f"tree: it is more than {_DEEPEST} deep; write a smaller expression")
    if not isinstance(tree, (list, tuple)) or not tree or not isinstance(tree[0], str):
        raise InvalidArgument(f"tree={tree!r}: write [head, part, ...], where head is a string")
    head, *parts = tree
    if head in _CONSTANTS and not parts:
        return _CONSTANTS[head]
    if head == "Rational":
        return _rational(parts)
    if head == "Symbol":
        return _symbol(parts)
    values = [read_tree(part, depth=depth + 1) for part in parts]
    if head == "Case" and len(values) == 2:
        return tuple(values)
    if head not in _HEADS:
        raise InvalidArgument(f"head={head!r} is not known; allowed are {', '.join(sorted(_HEADS))}")
    try:
        return _HEADS[head](*values)
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidArgument(f"{head} does not take the parts {str(parts)[:80]}: {error}") from error


def _rational(parts: Sequence[Any]) -> sympy.Rational:
    if len(parts) != 2 or not all(isinstance(part, str) and part.removeprefix("-").isdigit() for part in parts):
        raise InvalidArgument(f"Rational={parts!r}: write two strings of digits")
    numerator, denominator = map(int, parts)
    if denominator <= 0:
        raise InvalidArgument(f"Rational={parts!r}: the denominator must be positive")
    return sympy.Rational(numerator, denominator)


def _symbol(parts: Sequence[Any]) -> sympy.Symbol:
    name, *assumptions = parts or [None]
    if not isinstance(name, str) or not name.replace("_", "").isalnum():
        raise InvalidArgument(f"Symbol={parts!r}: write a name of letters, digits and underscores")
    if not set(assumptions) <= set(_ASSUMPTIONS):
        raise InvalidArgument(f"Symbol={parts!r}: allowed assumptions are {', '.join(_ASSUMPTIONS)}")
    return sympy.Symbol(name, **dict.fromkeys(assumptions, True))

"""Places within a SymPy expression, each with a path, and the expression with one of them replaced."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

import sympy
from sympy.concrete.expr_with_limits import ExprWithLimits
from sympy.functions.elementary.piecewise import ExprCondPair

_LONGEST = 60
"""Characters of a place that are shown."""


@final
@dataclass(frozen=True)
class Site:
    """One place: its path of argument numbers from the root, what stands there, and what holds it."""

    path: tuple[int, ...]
    node: sympy.Expr
    parent: sympy.Basic | None = None

    @property
    def is_exponent(self) -> bool:
        """True for the exponent of a power."""
        return isinstance(self.parent, sympy.Pow) and self.path[-1] == 1

    def __str__(self) -> str:
        """The place in words: its path, and the expression that holds it."""
        where = ".".join(map(str, self.path)) or "root"
        return f"at {where}" if self.parent is None else f"at {where}, in `{shown(self.parent)}`"


def shown(expression: sympy.Basic) -> str:
    """The expression as text, cut in the middle where it is long."""
    text = str(expression)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST // 2]} ... {text[-_LONGEST // 2 + 5 :]}"


def sites(expression: sympy.Expr) -> Iterator[Site]:
    """Every place that holds a value, outermost first. Conditions and bound variables are none."""
    yield from _below(expression, (), None)


def _below(node: sympy.Basic, path: tuple[int, ...], parent: sympy.Basic | None) -> Iterator[Site]:
    if isinstance(node, sympy.Expr):
        yield Site(path, node, parent)
    for index, child in enumerate(node.args):
        if _holds_values(node, index, child):
            yield from _below(child, (*path, index), node)


def _holds_values(node: sympy.Basic, index: int, child: sympy.Basic) -> bool:
    if isinstance(node, ExprCondPair):
        return index == 0
    if isinstance(node, sympy.Tuple):
        return index > 0 and isinstance(child, sympy.Expr)
    within_limits = isinstance(node, ExprWithLimits) and isinstance(child, sympy.Tuple)
    return isinstance(child, (sympy.Expr, ExprCondPair)) or within_limits


def replaced(expression: sympy.Basic, path: tuple[int, ...], new: sympy.Basic) -> sympy.Basic:
    """The expression with `new` at the place of `path`."""
    if not path:
        return new
    first, *rest = path
    arguments = list(expression.args)
    arguments[first] = replaced(arguments[first], tuple(rest), new)
    rebuilt: sympy.Basic = expression.func(*arguments)
    return rebuilt

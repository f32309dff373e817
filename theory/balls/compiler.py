"""Compilation of a SymPy expression into a tape. The whitelist is the soundness boundary.

Equal subexpressions are computed once. Only what is named here reaches balls; anything else is refused by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, final

import sympy
from flint import arb, fmpq

from ..errors import UnknownFunction
from .compound import integral_operation, piecewise_operation
from .fields import COMPLEXES, REALS
from .tape import Field, Operation, Tape

_CONSTANTS: dict[sympy.Expr, Callable[[], arb]] = {
    sympy.pi: arb.pi,
    sympy.E: arb.const_e,
    sympy.GoldenRatio: lambda: (1 + arb(5).sqrt()) / 2,
}

_FORMS = ("Add", "Mul", "Pow", "Integer", "Rational", "pi", "E", "GoldenRatio", "Piecewise")

ALLOWED: tuple[str, ...] = (
    *_FORMS,
    "Integral (one-dimensional, finite limits)",
    *sorted(kind.__name__ for kind in REALS.functions),
)
"""What an expression may be made of."""


def refuse(node: Any, advice: str = "") -> UnknownFunction:
    """The error for a node outside the whitelist."""
    kind = type(node).__name__
    shown = kind if str(node) == kind else f"{kind} in {node}"
    return UnknownFunction(
        f"{shown} has no ball arithmetic{': ' + advice if advice else ''}; allowed are {', '.join(ALLOWED)}"
    )


@final
class Compiler:
    """Writes the tape of one expression over given variables.

    Args:
        variables: in the order in which their balls are passed; a later one hides an earlier one of the same name.
        field: `REALS` or `COMPLEXES`.
    """

    def __init__(self, variables: Sequence[sympy.Symbol], field: Field) -> None:
        self.variables = tuple(variables)
        self.field = field
        self._places: dict[sympy.Basic, int] = {symbol: place for place, symbol in enumerate(self.variables)}
        self._instructions: list[tuple[Operation, tuple[int, ...]]] = []

    def compile(self, expression: sympy.Expr) -> Tape:
        """The tape of `expression`.

        Raises:
            UnknownFunction: if it holds anything outside the whitelist, a float, or an undeclared symbol.
        """
        result = self._visit(sympy.sympify(expression, strict=True))
        return Tape(len(self.variables), tuple(self._instructions), result)

    def compile_part(self, expression: sympy.Expr) -> Tape:
        """The tape of a part that is evaluated only where it is needed."""
        return Compiler(self.variables, self.field).compile(expression)

    def _emit(self, operation: Operation, arguments: Sequence[sympy.Expr] = ()) -> int:
        places = tuple(self._visit(argument) for argument in arguments)
        self._instructions.append((operation, places))
        return len(self.variables) + len(self._instructions) - 1

    def _visit(self, node: sympy.Basic) -> int:
        if node not in self._places:
            self._places[node] = self._write(node)
        return self._places[node]

    def _write(self, node: sympy.Basic) -> int:
        if isinstance(node, sympy.Rational):
            return self._write_constant(fmpq(node.p, node.q))
        if node in _CONSTANTS:
            number, constant = _CONSTANTS[node], self.field.constant
            return self._emit(lambda values, analytic: constant(number()))
        if isinstance(node, sympy.Add):
            return self._emit(lambda values, analytic: reduce(lambda one, two: one + two, values), node.args)
        if isinstance(node, sympy.Mul):
            return self._emit(lambda values, analytic: reduce(lambda one, two: one * two, values), node.args)
        if isinstance(node, sympy.Pow):
            return self._write_power(node)
        if type(node) in self.field.functions:
            return self._emit(self.field.functions[type(node)], node.args)
        return self._write_compound(node)

    def _write_compound(self, node: sympy.Basic) -> int:
        if isinstance(node, sympy.Float):
            raise refuse(node, "a float stands for a different number, write sympy.Rational")
        if isinstance(node, sympy.Symbol):
            raise refuse(node, f"declare the symbol; declared are {', '.join(map(str, self.variables)) or 'none'}")
        if isinstance(node, sympy.Piecewise):
            return self._emit(piecewise_operation(node, self.compile_part), self.variables)
        if isinstance(node, sympy.Integral):
            return self._emit(self._integral(node), self.variables)
        raise refuse(node)

    def _integral(self, node: sympy.Integral) -> Operation:
        if self.field is not REALS:
            raise refuse(node, "an integral within an integral is not enclosed")
        if len(node.limits) != 1 or len(node.limits[0]) != 3:
            raise refuse(node, "write a definite integral over one variable")
        variable, low, high = node.limits[0]
        if not (low.is_finite is not False and high.is_finite is not False) or low.is_infinite or high.is_infinite:
            raise refuse(node, "limits must be finite: substitute a bounded variable")
        integrand = Compiler((*self.variables, variable), COMPLEXES).compile(node.function)
        return integral_operation(self.compile_part(low), self.compile_part(high), integrand)

    def _write_constant(self, value: fmpq) -> int:
        constant = self.field.constant
        return self._emit(lambda values, analytic: constant(arb(value)))

    def _write_power(self, node: sympy.Pow) -> int:
        base, exponent = node.args
        field = self.field
        if isinstance(exponent, sympy.Integer):
            whole = int(exponent)
            return self._emit(lambda values, analytic: field.integer_power(values[0], whole), (base,))
        if isinstance(exponent, sympy.Rational):
            ratio = fmpq(exponent.p, exponent.q)
            return self._emit(lambda values, analytic: field.rational_power(values[0], ratio, analytic), (base,))
        if base is sympy.E:
            return self._emit(field.functions[sympy.exp], (exponent,))
        return self._emit(lambda values, analytic: field.real_power(values[0], values[1], analytic), (base, exponent))

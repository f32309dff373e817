"""Several expressions over the same variables, evaluated in one pass: equal parts are computed once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import final

import sympy
from flint import arb

from theory.balls.compiler import Compiler
from theory.balls.fields import REALS
from theory.balls.tape import Tape
from theory.errors import UnknownFunction


@final
class SharedTape:
    """Compiled expressions; each further one reuses what the earlier ones compute.

    Args:
        symbols: the variables, in the order of a box.
    """

    def __init__(self, symbols: Sequence[sympy.Symbol]) -> None:
        self._compiler = Compiler(symbols, REALS)
        self._tapes: list[Tape] = []

    def add(self, expression: sympy.Expr) -> int:
        """Compile a further expression and return its number.

        Raises:
            UnknownFunction: if it is outside the whitelist of balls.
        """
        self._tapes.append(self._compiler.compile(expression))
        return len(self._tapes) - 1

    def add_all(self, expressions: Sequence[sympy.Expr]) -> tuple[int, ...]:
        """As `add`; no numbers if one of them is outside the whitelist."""
        try:
            return tuple(self.add(expression) for expression in expressions)
        except UnknownFunction:
            return ()

    def start(self, sides: Sequence[arb]) -> Pass:
        """An evaluation on one ball per variable."""
        return Pass(self._tapes, list(sides))


@final
class Pass:
    """One evaluation: runs as much of the tape as the values asked for need."""

    def __init__(self, tapes: Sequence[Tape], sides: list[arb]) -> None:
        self._tapes = tapes
        self._memory = sides
        self._inputs = len(sides)

    def value(self, number: int) -> arb:
        """The value of an expression, at the current precision.

        Raises:
            OutsideDomain: if it, or an earlier part of the tape, is real nowhere on the box.
        """
        tape, memory = self._tapes[number], self._memory
        for operation, places in tape.instructions[len(memory) - self._inputs :]:
            memory.append(operation([memory[place] for place in places], False))
        value: arb = memory[tape.result]
        return value

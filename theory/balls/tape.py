"""Straight-line programs over balls, and the numbers that they run on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

from flint import fmpq

Ball = Any
"""An `arb` on the line, an `acb` within an integrand; flint has no type stubs."""

Operation = Callable[[Sequence[Ball], bool], Ball]


@final
@dataclass(frozen=True)
class Field:
    """The numbers that a tape runs on: how constants, powers and functions are evaluated."""

    name: str
    constant: Callable[[Any], Ball]
    integer_power: Callable[[Ball, int], Ball]
    rational_power: Callable[[Ball, fmpq, bool], Ball]
    real_power: Callable[[Ball, Ball, bool], Ball]
    functions: Mapping[type, Operation]


@final
@dataclass(frozen=True)
class Tape:
    """A straight-line program: each instruction appends one value, the last value is the result."""

    inputs: int
    instructions: tuple[tuple[Operation, tuple[int, ...]], ...]
    result: int

    def run(self, values: Sequence[Ball], analytic: bool = False) -> Ball:
        """The result at the current precision, on one ball per variable."""
        memory = list(values)
        for operation, places in self.instructions:
            memory.append(operation([memory[place] for place in places], analytic))
        return memory[self.result]

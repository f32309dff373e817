"""The state in symbols: a straight-line program of named quantities, one line or three for each layer."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import NoReturn, final

import sympy

from ...activations import Activation
from ...errors import NoClosedForm
from ...gaussian import derive_mean
from ...symbols import a, b, c
from ..dual import derive_dual
from .abstract import AbstractState, Affine
from .window import Window


@final
@dataclass(frozen=True)
class DualFunction:
    """A function that a program calls.

    Args:
        name: in code. latex: in print. parameters: (a, b, c), or (a) for a second moment.
        expression: its value. meaning: one line. activation: phi.
    """

    name: str
    latex: str
    parameters: tuple[sympy.Symbol, ...]
    expression: sympy.Expr
    meaning: str
    activation: Activation

    def at(self, arguments: tuple[sympy.Expr, ...]) -> sympy.Expr:
        """The expression at other arguments."""
        return self.expression.xreplace(dict(zip(self.parameters, arguments, strict=True)))


@final
@dataclass(frozen=True)
class Assignment:
    """One line: target = expression, or target = factor * function(arguments).

    Args:
        target: the symbol that is set. expression: the value, or the factor of the call.
        function: what is called, or None. arguments: of the call. layer: the layer that the line belongs to.
    """

    target: sympy.Symbol
    expression: sympy.Expr
    function: DualFunction | None
    arguments: tuple[sympy.Expr, ...]
    layer: str

    @property
    def value(self) -> sympy.Expr:
        """The value in the symbols of the lines before."""
        return self.expression if self.function is None else self.expression * self.function.at(self.arguments)


@final
@dataclass(frozen=True)
class ProgramState(AbstractState):
    """The lines so far, and the symbols that hold the state.

    Args:
        xx, yy, xy, ntk: covariances and tangent kernel. lines: the program. layer: the layer at work.
    """

    xx: sympy.Expr
    yy: sympy.Expr
    xy: sympy.Expr
    ntk: sympy.Expr
    lines: tuple[Assignment, ...] = field(default=())
    layer: str = ""

    def note(self, layer: str) -> ProgramState:
        """As `AbstractState.note`."""
        return replace(self, layer=layer)

    def affine(self, step: Affine) -> ProgramState:
        """As `AbstractState.affine`."""

        def image(value: sympy.Expr) -> sympy.Expr:
            return step.weight * value + step.bias

        own = step.tangent_weight * self.xy + step.tangent_bias
        return self._set(image(self.xx), image(self.yy), image(self.xy), step.weight * self.ntk + own)

    def activate(self, activation: Activation) -> ProgramState:
        """As `AbstractState.activate`."""
        dual, slope, moment = functions_of(activation)
        pair, one = (self.xx, self.yy, self.xy), sympy.Integer(1)
        state, xx = self._line("xx", one, moment, (self.xx,))
        state, yy = state._line("yy", one, moment, (self.yy,))
        state, xy = state._line("xy", one, dual, pair)
        state, ntk = state._line("ntk", self.ntk, slope, pair)
        return replace(state, xx=xx, yy=yy, xy=xy, ntk=ntk)

    def normalise(self) -> ProgramState:
        """As `AbstractState.normalise`."""
        scale = sympy.sqrt(self.xx) * sympy.sqrt(self.yy)
        one = sympy.Integer(1)
        state = self._set(self.xx, self.yy, self.xy / scale, self.ntk / scale)
        return replace(state, xx=one, yy=one)

    def plus(self, other: ProgramState) -> ProgramState:
        """As `AbstractState.plus`."""
        # The branch began with the lines of this state, so that `other` holds them already.
        sums = (self.xx + other.xx, self.yy + other.yy, self.xy + other.xy, self.ntk + other.ntk)
        return replace(other, layer=self.layer)._set(*sums)

    def patches(self, window: Window) -> NoReturn:
        """As `AbstractState.patches`."""
        raise _spatial()

    def flatten(self) -> NoReturn:
        """As `AbstractState.flatten`."""
        raise _spatial()

    def pool(self) -> NoReturn:
        """As `AbstractState.pool`."""
        raise _spatial()

    def written_out(self, value: sympy.Expr) -> sympy.Expr:
        """An expression in the inputs of the program."""
        values: dict[sympy.Basic, sympy.Expr] = {}
        for line in self.lines:
            values[line.target] = line.value.xreplace(values)
        return value.xreplace(values)

    def pruned(self, *results: sympy.Expr) -> ProgramState:
        """The program without the lines that these results do not need."""
        needed = set().union(*(result.free_symbols for result in results))
        kept: list[Assignment] = []
        for line in reversed(self.lines):
            if line.target in needed:
                kept.append(line)
                needed |= line.expression.free_symbols.union(*(argument.free_symbols for argument in line.arguments))
        return replace(self, lines=tuple(reversed(kept)))

    def functions(self) -> tuple[DualFunction, ...]:
        """Every function that is called, once."""
        return tuple(dict.fromkeys(line.function for line in self.lines if line.function is not None))

    def _set(self, xx: sympy.Expr, yy: sympy.Expr, xy: sympy.Expr, ntk: sympy.Expr) -> ProgramState:
        state = self
        symbols = {}
        for name, value in (("xx", xx), ("yy", yy), ("xy", xy), ("ntk", ntk)):
            state, symbols[name] = state._line(name, value)
        return replace(state, **symbols)

    def _line(
        self,
        name: str,
        expression: sympy.Expr,
        function: DualFunction | None = None,
        arguments: tuple[sympy.Expr, ...] = (),
    ) -> tuple[ProgramState, sympy.Expr]:
        value = expression if function is None else expression * function.expression
        if function is None and (value.is_number or value.is_Symbol):
            return self, value
        prefix, sign = ("t", {"real": True}) if name == "ntk" else (f"k_{name}", {"real": True})
        if name in ("xx", "yy"):
            sign = {"nonnegative": True}
        number = 1 + sum(line.target.name.startswith(f"{prefix}_") for line in self.lines)
        target = sympy.Symbol(f"{prefix}_{number}", **sign)
        line = Assignment(target, expression, function, arguments, self.layer)
        return replace(self, lines=(*self.lines, line)), target


def functions_of(activation: Activation) -> tuple[DualFunction, DualFunction, DualFunction]:
    """What a program calls for an activation: its dual, the dual of its derivative, its second moment.

    Args:
        activation: phi.

    Returns:
        E[phi(u) phi(v)] and E[phi'(u) phi'(v)] of (a, b, c), and E[phi(u)^2] of a.

    Raises:
        NoClosedForm: if they have none.

    Source: derived here by `derive_dual` and `derive_mean`.

    Example:
        >>> from theory.activations import CATALOGUE
        >>> functions_of(CATALOGUE["relu"])[2].expression
        a/2
    """
    name, phi = _identifier(activation.name), f"phi(z) = {activation.name}"
    dual, pair = derive_dual(activation), (a, b, c)
    slope = dual.derivative.expression
    return (
        DualFunction(f"dual_{name}", "F", pair, dual.expression, f"E[phi(u) phi(v)], {phi}", activation),
        DualFunction(f"slope_{name}", r"\dot F", pair, slope, f"E[phi'(u) phi'(v)], {phi}", activation),
        DualFunction(f"moment_{name}", "M", (a,), _second_moment(activation), f"E[phi(u)^2], {phi}", activation),
    )


def _second_moment(activation: Activation) -> sympy.Expr:
    return derive_mean(sympy.expand(activation.expression**2))


def _identifier(name: str) -> str:
    """A word for code: the name itself where it is one."""
    if name.isidentifier():
        return name
    return "phi_" + "".join(sign if sign.isalnum() else "_" for sign in name).strip("_")


def _spatial() -> NoClosedForm:
    return NoClosedForm(
        "a convolution's kernel depends on all pairs of positions and has no formula in q_xx, q_yy and q_xy; "
        "evaluate it on images with nngp or ntk"
    )

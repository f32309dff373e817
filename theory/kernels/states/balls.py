"""The state of one pair of exact inputs in ball arithmetic."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import NoReturn, final

import sympy
from flint import arb, ctx

from ...activations import Activation
from ...balls import BallFunction, compile_balls
from ...errors import InvalidArgument, NoClosedForm, OutsideDomain, UnknownFunction
from ...gaussian import derive_expectation, derive_mean
from ...gaussian.enclosure import enclose_expectation, enclose_mean
from ...symbols import a, b, c, z
from .abstract import AbstractState, Affine
from .window import Window

_BITS_PER_DIGIT = 3.3219280948873626


@final
@dataclass(frozen=True)
class BallState(AbstractState):
    """Covariances of two inputs and their tangent kernel, each a ball.

    Args:
        xx, yy, xy, ntk: the balls. bits: working precision. equal: whether the inputs are one and the same.
    """

    xx: arb
    yy: arb
    xy: arb
    ntk: arb
    bits: int
    equal: bool

    def affine(self, step: Affine) -> BallState:
        """As `AbstractState.affine`."""
        numbers = (step.weight, step.bias, step.tangent_weight, step.tangent_bias)
        weight, bias, tangent_weight, tangent_bias = (self._constant(number) for number in numbers)
        with ctx.workprec(self.bits):
            xx, yy, xy = (weight * ball + bias for ball in (self.xx, self.yy, self.xy))
            ntk = weight * self.ntk + (tangent_weight * self.xy + tangent_bias)
        return self._with(xx, yy, xy, ntk)

    def activate(self, activation: Activation) -> BallState:
        """As `AbstractState.activate`."""
        phi, slope = activation.expression, activation.derivative.expression
        xx, yy = (self._square(phi, ball) for ball in (self.xx, self.yy))
        xy = xx if self.equal else self._pair(phi)
        slopes = self._square(slope, self.xx) if self.equal else self._pair(slope)
        with ctx.workprec(self.bits):
            return self._with(xx, yy, xy, slopes * self.ntk)

    def normalise(self) -> BallState:
        """As `AbstractState.normalise`."""
        with ctx.workprec(self.bits):
            if self.xx.is_zero() or self.yy.is_zero():
                one, two = (arb(0 if ball.is_zero() else 1) for ball in (self.xx, self.yy))
                return self._with(one, two, arb(0), arb(0))
            scale = (self.xx * self.yy).sqrt()
            return self._with(arb(1), arb(1), self.xy / scale, self.ntk / scale)

    def plus(self, other: BallState) -> BallState:
        """As `AbstractState.plus`."""
        with ctx.workprec(self.bits):
            sums = (self.xx + other.xx, self.yy + other.yy, self.xy + other.xy, self.ntk + other.ntk)
            return self._with(*sums)

    def patches(self, window: Window) -> NoReturn:
        """As `AbstractState.patches`."""
        raise _spatial()

    def flatten(self) -> NoReturn:
        """As `AbstractState.flatten`."""
        raise _spatial()

    def pool(self) -> NoReturn:
        """As `AbstractState.pool`."""
        raise _spatial()

    def _with(self, xx: arb, yy: arb, xy: arb, ntk: arb) -> BallState:
        return replace(self, xx=xx, yy=xx if self.equal else yy, xy=xx if self.equal else xy, ntk=ntk)

    def _constant(self, number: sympy.Expr) -> arb:
        if number.free_symbols:
            raise InvalidArgument(f"{number} holds a symbol; give numbers for sigma_w and sigma_b to enclose")
        return compile_balls(number, ()).enclose((), self.bits)

    def _square(self, function: sympy.Expr, variance: arb) -> arb:
        if function.has(sympy.DiracDelta):
            raise _infinite()
        return self._mean(sympy.expand(function**2), variance)

    def _mean(self, function: sympy.Expr, variance: arb) -> arb:
        if variance.is_zero():
            if function.has(sympy.DiracDelta):
                raise _infinite()
            return self._constant(function.subs(z, 0))
        closed = _closed_mean(function)
        if closed is not None:
            return closed.enclose((variance,), self.bits)
        return enclose_mean(function, variance=variance, digits=self._digits)

    def _pair(self, function: sympy.Expr) -> arb:
        if self.xx.is_zero() or self.yy.is_zero():
            with ctx.workprec(self.bits):
                return self._mean(function, self.xx) * self._mean(function, self.yy)
        closed = _closed_pair(function)
        if closed is not None:
            return closed.enclose((self.xx, self.yy, self.xy), self.bits)
        variances = (self.xx, self.yy)
        return enclose_expectation(function, function, variances=variances, covariance=self.xy, digits=self._digits)

    @property
    def _digits(self) -> int:
        return int(self.bits / _BITS_PER_DIGIT)


@cache
def _closed_pair(function: sympy.Expr) -> BallFunction | None:
    """E[f(u) f(v)] in balls of (a, b, c), or None where it has no closed form there."""
    try:
        return _compiled(derive_expectation(function, function), (a, b, c))
    except (NoClosedForm, UnknownFunction):
        return None


@cache
def _closed_mean(function: sympy.Expr) -> BallFunction | None:
    """E[f(u)] in balls of a, or None where it has no closed form there."""
    try:
        return _compiled(derive_mean(function), (a,))
    except (NoClosedForm, UnknownFunction):
        return None


def _compiled(expression: sympy.Expr, parameters: tuple[sympy.Symbol, ...]) -> BallFunction:
    """The expression in balls, its roots and arcs kept real where a ball reaches over the edge of their domain.

    The closed forms are real at covariances, so that a radicand is at least 0 and a sine within [-1, 1]: cutting
    what a wide ball adds beyond keeps the truth inside.
    """
    one = sympy.Integer(1)

    def clamp(x: sympy.Expr) -> sympy.Expr:
        return x if x.is_number else sympy.Max(-one, sympy.Min(one, x, evaluate=False), evaluate=False)

    def is_root(node: sympy.Basic) -> bool:
        return bool(node.is_Pow and node.exp.is_Rational and node.exp.q == 2 and not node.base.is_nonnegative)

    cut = expression.replace(is_root, lambda node: sympy.Max(0, node.base, evaluate=False) ** node.exp)
    for arc in (sympy.asin, sympy.acos):
        cut = cut.replace(arc, lambda x, arc=arc: arc(clamp(x)))
    return compile_balls(cut, parameters)


def _infinite() -> OutsideDomain:
    return OutsideDomain(
        "the tangent kernel is infinite for equal or empty inputs, since an activation jumps; "
        "give different inputs, or take a continuous activation"
    )


def _spatial() -> NoClosedForm:
    return NoClosedForm("enclosures cover fully connected networks; evaluate images with nngp or ntk")

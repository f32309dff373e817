"""Collars: a function is nonnegative around a set that it touches zero on, by Taylor's theorem towards that set.

Pin some variables to constants or to another variable. If f is nonnegative on the pinned set, its derivatives below
the k-th in the pinned direction vanish there, and the k-th has the right sign on the hull of a box and its projection
onto the set, then f >= 0 on the box: f = f(pinned) + t^k/k! * (k-th derivative in between). For several pinned
variables k = 2 and the matrix of second derivatives must be positive definite.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import sympy
from flint import fmpq
from sympy.polys.polyerrors import BasePolynomialError

from theory.errors import OutsideDomain, TheoryError
from theory.normal_form import Sign, certify_sign, reduce_to_zero
from theory.normal_form.simplification import simplify_exactly

from .bounds import Bounds, ball, differentiate, is_positive_definite, second_derivatives
from .extended import ExtendedFunction
from .region import Box, finite_sides
from .shared_tape import SharedTape

HIGHEST_ORDER = 8


@final
@dataclass(frozen=True)
class Pin:
    """One variable held at a constant, or at another variable times `sign`.

    Args:
        index: the variable. value: the constant, None for `other`. other: the other variable. sign: 1 or -1.
    """

    index: int
    value: Fraction | None = None
    other: int = -1
    sign: int = 1

    def target(self, symbols: Sequence[sympy.Symbol]) -> sympy.Expr:
        """What the variable is held at."""
        if self.value is not None:
            return sympy.Rational(self.value.numerator, self.value.denominator)
        return self.sign * symbols[self.other]

    def side(self, box: Box) -> tuple[fmpq | None, fmpq | None]:
        """The range of the target over a box."""
        if self.value is not None:
            exact = fmpq(self.value.numerator, self.value.denominator)
            return exact, exact
        low, high = box[self.other]
        return (low, high) if self.sign > 0 else (None if high is None else -high, None if low is None else -low)


@final
@dataclass(frozen=True)
class Plan:
    """What a collar is made from; a certificate stores it.

    Args:
        pins: the variables held. order: k. side: 1 above the set, -1 below, 0 on both sides.
        inner: plans of collars of the k-th derivative itself.
        sheared: whether the set x = +-y is approached with the middle of x and +-y held, not y.
    """

    pins: tuple[Pin, ...]
    order: int
    side: int
    inner: tuple[Plan, ...] = ()
    sheared: bool = False


@final
@dataclass(frozen=True)
class Collar:
    """A plan whose premises on the pinned set have been proved. Make it with `build_collar`."""

    plan: Plan
    strict: bool
    _derivative: Bounds | None
    _short: ExtendedFunction | None
    _matrix: SharedTape | None
    _conditions: tuple[tuple[ExtendedFunction, ExtendedFunction], ...]

    def words(self, symbols: Sequence[sympy.Symbol]) -> str:
        """The collar in words."""
        held = ", ".join(f"{symbols[pin.index].name} = {pin.target(symbols)}" for pin in self.plan.pins)
        return f"collar of order {self.plan.order} around {held}"

    def proves(self, box: Box) -> bool:
        """Whether the function is certainly nonnegative on the box (positive off the set, if `strict`)."""
        if not self._is_on_its_side(box):
            return False
        hull = self._hull(box)
        try:
            if not all(condition.over(hull)[0] >= 0 for condition, _ in self._conditions):
                return False
            return self._is_convex(hull) if self._matrix else self._has_sign(hull)
        except OutsideDomain:
            return False

    def _hull(self, box: Box) -> Box:
        """The box and its projection onto the set."""
        hull = list(box)
        for pin in self.plan.pins:
            target = pin.side(box)
            if self.plan.sheared:
                middle = _middle(box[pin.index], target)
                other = middle if pin.sign > 0 else (_negative(middle[1]), _negative(middle[0]))
                hull[pin.other] = _hull(box[pin.other], other)
                target = middle
            hull[pin.index] = _hull(box[pin.index], target)
        return tuple(hull)

    def _is_on_its_side(self, box: Box) -> bool:
        pin = self.plan.pins[0]
        (low, high), (bottom, top) = box[pin.index], pin.side(box)
        if self.plan.side > 0:
            return low is not None and top is not None and low >= top
        if self.plan.side < 0:
            return high is not None and bottom is not None and high <= bottom
        return True

    def _has_sign(self, hull: Box) -> bool:
        if self._short is not None and self._short_sign(hull):
            return True
        return self._derivative is not None and self._derivative.lower(hull).holds(self.strict)

    def _short_sign(self, hull: Box) -> bool:
        """The sign of the simplified derivative, which may grow beyond bounds where a root reaches 0.

        Sound where every such root is of a function concave along the way to the set: it is 0 at an end only.
        """
        if self._short is None:
            return False
        low = self._short.over(hull, edges=True)[0]
        enough = low > 0 or (low >= 0 and not self.strict)
        return bool(enough and all(bend.over(hull, smooth=True)[1] <= 0 for _, bend in self._conditions))

    def _is_convex(self, hull: Box) -> bool:
        sides = finite_sides(hull)
        if self._matrix is None or sides is None:
            return False
        run = self._matrix.start([ball(side) for side in sides])
        size = len(self.plan.pins)
        return is_positive_definite([run.value(number) for number in range(size * (size + 1) // 2)], size)


def _negative(value: fmpq | None) -> fmpq | None:
    return None if value is None else -value


def _middle(
    one: tuple[fmpq | None, fmpq | None], two: tuple[fmpq | None, fmpq | None]
) -> tuple[fmpq | None, fmpq | None]:
    low = None if one[0] is None or two[0] is None else (one[0] + two[0]) / 2
    high = None if one[1] is None or two[1] is None else (one[1] + two[1]) / 2
    return low, high


def _hull(
    one: tuple[fmpq | None, fmpq | None], two: tuple[fmpq | None, fmpq | None]
) -> tuple[fmpq | None, fmpq | None]:
    low = None if one[0] is None or two[0] is None else min(one[0], two[0])
    high = None if one[1] is None or two[1] is None else max(one[1], two[1])
    return low, high


def build_collar(expression: sympy.Expr, domain: Mapping[sympy.Symbol, sympy.Interval], plan: Plan) -> Collar | None:
    """Prove the premises of a plan on its pinned set; None if one of them is not proved.

    Args:
        expression: the function, in real symbols. domain: symbol -> interval, in the order of a box.
    """
    symbols = tuple(domain)
    if not _is_sound(plan, len(symbols)):
        return None
    pinned = {symbols[pin.index]: pin.target(symbols) for pin in plan.pins}
    rest = {symbol: interval for symbol, interval in domain.items() if symbol not in pinned}
    try:
        if not _is_nonnegative(_pinned(expression, pinned), rest):
            return None
        if len(plan.pins) > 1:
            return _several(expression, symbols, plan, pinned, rest)
        return _single(expression, domain, plan, pinned, rest)
    except (TheoryError, BasePolynomialError, ValueError, TypeError, NotImplementedError):
        return None


def _is_sound(plan: Plan, size: int) -> bool:
    held = [pin.index for pin in plan.pins]
    others = [pin.other for pin in plan.pins if pin.value is None]
    places_fit = all(0 <= index < size for index in (*held, *others)) and len(set(held)) == len(held)
    free = not set(others) & set(held) and all(pin.sign in (1, -1) for pin in plan.pins)
    if not (held and places_fit and free and 1 <= plan.order <= HIGHEST_ORDER):
        return False
    if len(held) > 1:
        return plan.order == 2 and plan.side == 0 and not plan.inner and not plan.sheared
    if plan.sheared and (plan.pins[0].value is not None or others[0] == held[0]):
        return False
    return plan.side in (1, -1) or (plan.side == 0 and plan.order % 2 == 0)


def _pinned(expression: sympy.Expr, pinned: Mapping[sympy.Symbol, sympy.Expr]) -> sympy.Expr:
    return expression.subs(pinned, simultaneous=True)


def _is_nonnegative(value: sympy.Expr, domain: Mapping[sympy.Symbol, sympy.Interval]) -> bool:
    if reduce_to_zero(value, domain).is_zero:
        return True
    return certify_sign(value, domain).sign in (Sign.POSITIVE, Sign.NONNEGATIVE)


def _single(
    expression: sympy.Expr,
    domain: Mapping[sympy.Symbol, sympy.Interval],
    plan: Plan,
    pinned: Mapping[sympy.Symbol, sympy.Expr],
    rest: Mapping[sympy.Symbol, sympy.Interval],
) -> Collar | None:
    symbols, (pin,) = tuple(domain), plan.pins
    derivative, passed = expression, [expression]
    for order in range(1, plan.order + 1):
        towards = _towards(derivative, symbols, plan)
        if towards is None:
            return None
        derivative = towards
        if order < plan.order:
            passed.append(derivative)
            if not reduce_to_zero(_pinned(derivative, pinned), rest).is_zero:
                return None
    if plan.side < 0 and plan.order % 2:
        derivative = -derivative
    inner = tuple(build_collar(derivative, domain, one) for one in plan.inner)
    if any(one is None for one in inner):
        return None
    short = simplify_exactly(derivative, domain)
    return Collar(
        plan=plan,
        strict=_is_open_end(domain[symbols[pin.index]], pin),
        _derivative=Bounds(derivative, symbols, [one for one in inner if one is not None]),
        _short=ExtendedFunction(short, symbols) if short is not None else None,
        _matrix=None,
        _conditions=_bends(_conditions([*passed, derivative, *([short] if short is not None else [])]), symbols, plan),
    )


def _towards(expression: sympy.Expr, symbols: tuple[sympy.Symbol, ...], plan: Plan) -> sympy.Expr | None:
    """The derivative along the way to the pinned set."""
    pin = plan.pins[0]
    partials = differentiate(expression, symbols)
    if not partials:
        return None
    return partials[pin.index] - pin.sign * partials[pin.other] if plan.sheared else partials[pin.index]


def _bends(
    conditions: Sequence[sympy.Expr], symbols: tuple[sympy.Symbol, ...], plan: Plan
) -> tuple[tuple[ExtendedFunction, ExtendedFunction], ...]:
    """Each condition with its second derivative along the way to the pinned set."""
    pairs = []
    for condition in conditions:
        once = _towards(condition, symbols, plan)
        twice = None if once is None else _towards(once, symbols, plan)
        bend = sympy.oo if twice is None else sympy.expand(twice)
        pairs.append((ExtendedFunction(condition, symbols), ExtendedFunction(bend, symbols)))
    return tuple(pairs)


def _is_open_end(interval: sympy.Interval, pin: Pin) -> bool:
    if pin.value is None:
        return False
    value = sympy.Rational(pin.value.numerator, pin.value.denominator)
    return bool((interval.left_open and value == interval.start) or (interval.right_open and value == interval.end))


def _several(
    expression: sympy.Expr,
    symbols: tuple[sympy.Symbol, ...],
    plan: Plan,
    pinned: Mapping[sympy.Symbol, sympy.Expr],
    rest: Mapping[sympy.Symbol, sympy.Interval],
) -> Collar | None:
    held = tuple(symbols[pin.index] for pin in plan.pins)
    partials = differentiate(expression, held)
    if not partials or not all(reduce_to_zero(_pinned(partial, pinned), rest).is_zero for partial in partials):
        return None
    seconds = second_derivatives(partials, held)
    tape = SharedTape(symbols)
    if len(tape.add_all(seconds)) != len(seconds):
        return None
    conditions = _conditions([expression, *partials, *seconds])
    return Collar(
        plan=plan,
        strict=False,
        _derivative=None,
        _short=None,
        _matrix=tape,
        _conditions=tuple((ExtendedFunction(one, symbols), ExtendedFunction(one, symbols)) for one in conditions),
    )


def _conditions(expressions: Sequence[sympy.Expr]) -> list[sympy.Expr]:
    """What must be nonnegative for the expressions to be real, beyond what a finite enclosure shows."""
    found: dict[sympy.Expr, None] = {}
    for expression in expressions:
        for node in expression.atoms(sympy.Pow):
            if not node.exp.is_Integer and node.base is not sympy.E:
                found[node.base] = None
        for node in expression.atoms(sympy.log):
            found[node.args[0]] = None
        for node in expression.atoms(sympy.asin, sympy.acos):
            found[1 - node.args[0]] = None
            found[1 + node.args[0]] = None
    return [one for one in found if not one.is_number]

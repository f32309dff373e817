"""Point masses: reading them, and derivatives of functions with jumps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import sympy

from ..errors import NoClosedForm
from ..symbols import z
from .pieces import Pieces, unfold
from .sign_patterns import compare, refuse, sign_pattern


def split_points(expression: sympy.Expr) -> tuple[sympy.Expr, tuple[tuple[sympy.Expr, sympy.Expr], ...]]:
    """Write an expression in z as a function plus point masses.

    Args:
        expression: in z; linear in DiracDelta, whose arguments have simple zeros.

    Returns:
        The function, and pairs (place, mass).

    Raises:
        NoClosedForm: where the product of a point mass and a jump, of two point masses, or a derivative of one is met.

    Source: derived here: delta(h(z)) = sum over zeros t of h of delta(z - t) / |h'(t)|, f delta(z - t) = f(t) delta.

    Example:
        >>> split_points(z + (1 + z) * sympy.DiracDelta(2 * z - 2))
        (z, ((1, 1),))
    """
    if not expression.has(sympy.DiracDelta):
        return expression, ()
    regular, sides = list[sympy.Expr](), defaultdict[sympy.Expr, list[tuple[sympy.Expr, sympy.Expr]]](list)
    for term in sympy.Add.make_args(_expanded(expression)):
        if not term.has(sympy.DiracDelta):
            regular.append(term)
            continue
        mass, factor = _separate(term)
        pieces = unfold(factor)
        for place, scale in _zeros(mass):
            before, after = limits(pieces, place)
            sides[place].append((before * scale, after * scale))
    return sympy.Add(*regular), tuple((place, value) for place in sides if (value := _agree(place, sides[place])) != 0)


def _expanded(expression: sympy.Expr) -> sympy.Expr:
    """Sums multiplied out only as far as they hold point masses."""
    if expression.is_Add:
        return sympy.Add(*map(_expanded, expression.args))
    if expression.is_Mul:
        carriers = [factor for factor in expression.args if factor.has(sympy.DiracDelta)]
        if len(carriers) == 1:
            rest = sympy.Mul(*(factor for factor in expression.args if factor is not carriers[0]))
            return sympy.Add(*(rest * part for part in sympy.Add.make_args(_expanded(carriers[0]))))
    return expression


def _separate(term: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    carriers = [factor for factor in sympy.Mul.make_args(term) if factor.has(sympy.DiracDelta)]
    if len(carriers) != 1 or not isinstance(carriers[0], sympy.DiracDelta):
        raise refuse(term, "a point mass must stand as a factor, alone or with functions that do not jump there")
    if len(carriers[0].args) != 1:
        raise refuse(term, "derivatives of a point mass are not in the class")
    return carriers[0], sympy.Mul(*(factor for factor in sympy.Mul.make_args(term) if factor is not carriers[0]))


def _zeros(mass: sympy.Expr) -> list[tuple[sympy.Expr, sympy.Expr]]:
    """The zeros of the argument, with the factor 1 / |slope|."""
    pieces = unfold(mass.args[0])
    if any(sympy.simplify(value) == 0 for point in pieces.breaks for value in limits(pieces, point)):
        raise refuse(mass, "its argument vanishes where it has a kink")
    return [
        (root, 1 / sympy.Abs(sympy.diff(value, z).subs(z, root)))
        for low, high, value in pieces.intervals()
        for root in sign_pattern(value).within(low, high).roots
    ]


def limits(pieces: Pieces, place: sympy.Expr) -> tuple[sympy.Expr, sympy.Expr]:
    """The limits from the left and from the right.

    Source: derived here.
    """
    before = sum(1 for point in pieces.breaks if compare(point, place) < 0)
    after = sum(1 for point in pieces.breaks if compare(point, place) <= 0)
    return pieces.values[before].subs(z, place), pieces.values[after].subs(z, place)


def _agree(place: sympy.Expr, sides: Sequence[tuple[sympy.Expr, sympy.Expr]]) -> sympy.Expr:
    before, after = (sympy.Add(*side) for side in zip(*sides, strict=True))
    if sympy.simplify(before - after) != 0:
        raise NoClosedForm(
            f"the product of a point mass at {place} with a jump or a point mass there has no meaning: "
            "the function is differentiated once too often; integrate it once"
        )
    return sympy.expand(before)


def differentiate(expression: sympy.Expr) -> sympy.Expr:
    """The derivative in z in the sense of distributions, also of a Piecewise, whose jumps SymPy would drop.

    Args:
        expression: in z.

    Returns:
        The derivative between the breaks, plus jump * DiracDelta(z - break).

    Source: derived here.

    Example:
        >>> differentiate(sympy.Piecewise((z, z < 1), (3, True)))
        Piecewise((1, z < 1), (0, True)) + 2*DiracDelta(z - 1)
    """
    if not expression.has(sympy.Piecewise) or expression.has(sympy.DiracDelta):
        return sympy.diff(expression, z)
    pieces = unfold(expression)
    slopes = [sympy.diff(value, z) for value in pieces.values]
    cases = [(slope, z < point) for slope, point in zip(slopes, pieces.breaks, strict=False)]
    jumps = []
    for place in pieces.breaks:
        before, after = limits(pieces, place)
        jumps.append(sympy.simplify(after - before) * sympy.DiracDelta(z - place))
    return sympy.Add(sympy.Piecewise(*cases, (slopes[-1], True)), *jumps)

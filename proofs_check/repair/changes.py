"""Changes of one part of an expression that give it the values it needs: a factor, a term, a power, a function."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING, final

import numpy as np
import sympy
from flint import ctx

from .constants import BITS, Constant, height, recognise
from .positions import Position
from .samples import Samples, Values

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_MOST_ATOMS = 12
_MOST_FACTORS = 3
_RESIDUAL = 1e-9
"""Least squares in float64 only preselects; the fit itself is decided in balls."""
_LARGEST_DENOMINATOR = 4
_LARGEST_EXPONENT = 6
_FEWEST_POINTS = 8
_LONGEST = 80

_ALTERNATIVES: dict[type, tuple[type, ...]] = {
    sympy.sin: (sympy.cos,),
    sympy.cos: (sympy.sin,),
    sympy.sinh: (sympy.cosh, sympy.sin),
    sympy.cosh: (sympy.sinh, sympy.cos),
    sympy.tan: (sympy.sin,),
    sympy.atan: (sympy.asin,),
    sympy.asin: (sympy.acos, sympy.atan),
    sympy.acos: (sympy.asin,),
    sympy.erf: (sympy.erfc,),
    sympy.erfc: (sympy.erf,),
}


@final
@dataclass(frozen=True)
class Change:
    """A part and what should stand in its place.

    Args:
        words: the change, as "x times 2". cost: orders changes. replaces: nothing of the part is kept.
    """

    position: Position
    new: sympy.Expr
    words: str
    cost: float
    replaces: bool = False


@final
class Fitter:
    """Fits changes to positions, with monomials in a fixed list of atoms as factors and terms."""

    def __init__(self, atoms: Sequence[sympy.Expr], samples: Samples) -> None:
        usable = [(atom, values) for atom in atoms if (values := samples.of(atom)) is not None and _nonzero(values)]
        self._samples = samples
        self._atoms = [atom for atom, _ in usable[:_MOST_ATOMS]]
        self._values = [values for _, values in usable[:_MOST_ATOMS]]
        logs = [_logs(values) for values in self._values]
        self._subsets = [
            (chosen, np.column_stack([np.ones(len(samples.points)), *(logs[place] for place in chosen)]))
            for size in range(1, _MOST_FACTORS + 1)
            for chosen in combinations(range(len(logs)), size)
            if len(samples.points) >= _FEWEST_POINTS
        ]

    def changes(self, position: Position) -> Iterator[Change]:
        """Every change of the part that fits at all points."""
        if _agrees(position.value, position.needed):
            return
        yield from self._constant(position)
        yield from self._function(position)
        if len(self._samples.points) < _FEWEST_POINTS:
            return
        if not position.part.is_number:
            yield from self._affine(position)
            yield from self._power(position)
        if position.part != 0:
            yield from self._monomial(position, "factor")
        if not (position.part.is_number and position.depth):
            yield from self._monomial(position, "term")

    def _constant(self, position: Position) -> Iterator[Change]:
        part = position.part
        if (new := _common(position.needed)) is not None:
            words = _replaced(position, new.value)
            yield Change(position, new.value, words, new.cost + 1 + position.depth, not part.is_number)
        if part.is_number:
            return
        if (found := _common(_ratios(position))) is not None and found.value != 0:
            yield Change(position, found.value * part, _times(position, found.value), found.cost + position.depth)
        elif (found := _common(_gaps(position))) is not None:
            yield Change(position, part + found.value, _plus(position, found.value), found.cost + 2 + position.depth)

    def _function(self, position: Position) -> Iterator[Change]:
        for kind in _ALTERNATIVES.get(position.part.func, ()):
            new = kind(*position.part.args)
            values = self._samples.of(new)
            if values is not None and _agrees(values, position.needed):
                yield Change(position, new, _replaced(position, new), 3 + position.depth)

    def _affine(self, position: Position) -> Iterator[Change]:
        """alpha part + beta, from two points and confirmed at the others."""
        value, needed = position.value, position.needed
        with ctx.workprec(BITS):
            slope = (needed[1] - needed[0]) / (value[1] - value[0])
            shift = needed[0] - slope * value[0]
            if not slope.is_finite() or not _agrees(tuple(slope * one + shift for one in value), needed):
                return
        alpha, beta = recognise(slope), recognise(shift)
        if alpha and beta and alpha.value != 0 and beta.value != 0:
            new = alpha.value * position.part + beta.value
            yield Change(position, new, _replaced(position, new), alpha.cost + beta.cost + 4 + position.depth)

    def _power(self, position: Position) -> Iterator[Change]:
        """c part^p."""
        value, needed = position.value, position.needed
        if not _nonzero(value) or not _nonzero(needed):
            return
        matrix = np.column_stack([np.ones(len(value)), _logs(value)])
        powers = _exponents(matrix, _logs(needed))
        if powers is None or powers[0] in (0, 1):
            return
        base, exponent = position.part.as_base_exp()
        body = base ** (exponent * _exact(powers[0]))
        yield from self._scaled(position, "factor", body, height(powers[0]) + 2)

    def _monomial(self, position: Position, role: str) -> Iterator[Change]:
        wanted = _ratios(position) if role == "factor" else _gaps(position)
        if not _nonzero(wanted):
            return
        logs = _logs(wanted)
        for chosen, matrix in self._subsets:
            powers = _exponents(matrix, logs)
            if powers is None or not all(powers):
                continue
            monomial = sympy.Mul(
                *(self._atoms[place] ** _exact(power) for place, power in zip(chosen, powers, strict=True))
            )
            cost = sum(map(self._cost, chosen, powers))
            for signed in (monomial, sympy.Abs(monomial)):
                body, more = (signed * position.part, 0) if role == "factor" else (signed, 2)
                if found := list(self._scaled(position, role, body, cost + more)):
                    yield from found
                    return
            return

    def _cost(self, place: int, power: Fraction) -> float:
        return height(power) + 2 + abs(float(power)) / 4 + int(self._atoms[place].count_ops())

    def _scaled(self, position: Position, role: str, body: sympy.Expr, cost: float) -> Iterator[Change]:
        """c body in place of the part, or added to it as a term, with the constant recognised."""
        values = self._samples.of(body)
        if values is None:
            return
        wanted = position.needed if role == "factor" else _gaps(position)
        with ctx.workprec(BITS):
            ratios = tuple(one / value for one, value in zip(wanted, values, strict=True))
        found = _common(ratios)
        if found is None or found.value == 0:
            return
        part, factor, kept = position.part, found.value, True
        if role == "term":
            new, words = part + factor * body, _plus(position, factor * body)
        else:
            new, quotient = factor * body, factor * body / part
            kept = quotient.count_ops() <= new.count_ops()
            words = _times(position, quotient) if kept else _replaced(position, new)
        yield Change(position, new, words, cost + found.cost + position.depth, not kept)


def atoms_of(sides: Sequence[sympy.Expr], domain: Sequence[sympy.Symbol]) -> list[sympy.Expr]:
    """What a missing factor or term may be made of: symbols, and the roots and functions that the sides hold."""
    unit = [1 - symbol**2 for symbol in domain if any(side.has(symbol) for side in sides)]
    kinds = (sympy.Function, sympy.Pow)
    parts = {part for side in sides for part in side.atoms(*kinds) if part.free_symbols}
    bases = {part.base if isinstance(part, sympy.Pow) else part for part in parts} - set(domain)
    arcs = {part.args[0] for part in bases if isinstance(part, (sympy.asin, sympy.acos))}
    bases |= {kind(arc) for arc in arcs for kind in (sympy.asin, sympy.acos)} | {sympy.acos(-arc) for arc in arcs}
    ordered = sorted(bases, key=lambda part: (part.count_ops(), str(part)))
    return list(dict.fromkeys([*domain, *ordered, *unit]))


def _exact(value: Fraction) -> sympy.Rational:
    return sympy.Rational(value.numerator, value.denominator)


def _named(position: Position) -> str:
    """The part in words."""
    if position.parent is None:
        return "the right side"
    kind = {sympy.Add: "the term ", sympy.Mul: "the factor "}.get(position.parent.func, "")
    kind = "the numerator " if kind == "the factor " and isinstance(position.part, sympy.Mul) else kind
    kind = "the terms " if kind == "the term " and isinstance(position.part, sympy.Add) else kind
    return f"{kind}{_short(position.part)}"


def _short(part: sympy.Expr) -> str:
    """The part, cut where no reader would go on."""
    text = str(part)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} ..."


def _replaced(position: Position, new: sympy.Expr) -> str:
    """What stands in place of what; an argument, an exponent and a base are shown with what they belong to."""
    parent = position.parent
    if parent is None or isinstance(parent, (sympy.Add, sympy.Mul)):
        dropped = parent is not None and new == (0 if isinstance(parent, sympy.Add) else 1)
        return f"without {_named(position)}" if dropped else f"{new} in place of {_named(position)}"
    around = parent.func(*(new if part == position.part else part for part in parent.args))
    if len(str(around)) > _LONGEST:
        return f"{new} in place of {_named(position)}"
    return f"{around} in place of {_short(parent)}"


def _times(position: Position, factor: sympy.Expr) -> str:
    parent = position.parent
    if parent is not None and not isinstance(parent, (sympy.Add, sympy.Mul)):
        return _replaced(position, factor * position.part)
    return f"{_named(position)} {'with the opposite sign' if factor == -1 else f'times {factor}'}"


def _plus(position: Position, term: sympy.Expr) -> str:
    if term == -position.part:
        return _replaced(position, sympy.S.Zero)
    sign, shown = ("minus", -term) if term.could_extract_minus_sign() else ("plus", term)
    return f"{_named(position)} {sign} {shown}"


def _ratios(position: Position) -> Values:
    with ctx.workprec(BITS):
        return tuple(need / now for need, now in zip(position.needed, position.value, strict=True))


def _gaps(position: Position) -> Values:
    with ctx.workprec(BITS):
        return tuple(need - now for need, now in zip(position.needed, position.value, strict=True))


def _nonzero(values: Values) -> bool:
    return all(bool(ball.is_finite() and ball != 0) for ball in values)


def _agrees(one: Values, two: Values) -> bool:
    return all(first.overlaps(second) for first, second in zip(one, two, strict=True))


def _common(values: Values) -> Constant | None:
    """The constant that all balls hold, if it is a simple one."""
    if not all(ball.is_finite() for ball in values):
        return None
    narrowest = min(values, key=lambda ball: float(ball.rad()))
    return recognise(narrowest) if all(ball.overlaps(narrowest) for ball in values) else None


def _logs(values: Values) -> Array:
    return np.array([float(abs(ball).log()) for ball in values])


def _exponents(matrix: Array, logs: Array) -> list[Fraction] | None:
    """Small rational exponents of a monomial with these logarithms, by least squares; None if it does not fit."""
    solution, *_ = np.linalg.lstsq(matrix, logs, rcond=1e-10)
    if np.abs(matrix @ solution - logs).max() > _RESIDUAL * (1 + np.abs(logs).max()):
        return None
    powers = [Fraction(float(power)).limit_denominator(_LARGEST_DENOMINATOR) for power in solution[1:]]
    fits = all(
        math.isclose(power, found, abs_tol=1e-6) and abs(power) <= _LARGEST_EXPONENT
        for power, found in zip(powers, solution[1:], strict=True)
    )
    return powers if fits else None

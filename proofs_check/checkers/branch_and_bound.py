"""Best-first branch and bound: a function is nonnegative on a region, or a point where it is not, or what is open.

The search only finds a tree of cells. What it proves is checked cell by cell, by `check_tree`, without the search.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import final

import sympy
from flint import arb, fmpq

from theory.errors import OutsideDomain

from .bounds import Bound, Bounds
from .collars import Collar
from .region import Axis, Box, Cell, box_of, describe_box, halves, middle_of

_FINEST = fmpq(1, 2**45)
"""Sides are not split below this share of the first cell: smaller ones only show that the function touches 0."""
_LEAF, _EMPTY = ".", "u"


@final
@dataclass(frozen=True, kw_only=True)
class Coverage:
    """What the search found.

    Args:
        status: "proved", "violated" or "open".
        boxes: boxes examined. verified: boxes with a certain bound. undefined: boxes where the function is not real.
        smallest: smallest certain lower bound over the verified boxes.
        tree: the cells in preorder: a digit splits that side in halves, "." is a leaf, "u" one where nothing is real.
        place: the violating point, or the middle of the worst box left open. worst: that box, as text.
        slack: with this much added the function is nonnegative everywhere; None if a box has no finite bound.
        form: which bounds were used.
    """

    status: str
    boxes: int
    verified: int
    undefined: int
    smallest: float
    tree: str
    place: tuple[Fraction, ...] | None
    worst: str
    slack: Fraction | None
    form: str

    @property
    def bounded(self) -> bool:
        """Whether every box left open has a finite bound."""
        return self.slack is not None


def bounds_of(expression: sympy.Expr, symbols: Sequence[sympy.Symbol], collars: Sequence[Collar] = ()) -> Bounds:
    """Compile an expression and, where that is sound, its derivatives, in variables that are only known to be real.

    Raises:
        UnknownFunction: if the expression is outside the whitelist.
    """
    plain = {symbol: sympy.Dummy(symbol.name, real=True) for symbol in symbols}
    return Bounds(expression.xreplace(plain), tuple(plain.values()), collars)


@final
@dataclass
class _Search:
    """The state of one search; not shared."""

    bounds: Bounds
    axes: Sequence[Axis]
    whole: Sequence[bool]
    strict: bool
    first: Cell
    examined: int = 0
    verified: int = 0
    undefined: int = 0
    smallest: float = math.inf
    marks: list[str] = field(default_factory=list)
    children: list[int] = field(default_factory=list)
    heap: list[tuple[float, int, Cell, Bound]] = field(default_factory=list)
    stuck: list[tuple[float, int, Cell, Bound]] = field(default_factory=list)

    def examine(self, cell: Cell) -> tuple[fmpq, ...] | None:
        """Verify the cell, or queue it by its lower bound; a point of it where the function is certainly negative."""
        number = len(self.marks)
        self.marks.append(_LEAF)
        self.children.append(0)
        self.examined += 1
        try:
            bound = self.bounds.lower(box_of(cell, self.axes), sparing=True)
        except OutsideDomain:
            self.undefined += 1
            self.marks[number] = _EMPTY
            return None
        if bound.holds(self.strict):
            self.verified += 1
            self.smallest = min(self.smallest, float(bound.lower))
            return None
        level = float(bound.lower) if bound.lower.is_finite() else -math.inf
        heapq.heappush(self.heap, (level, number, cell, bound))
        return self.violation(cell, bound)

    def violation(self, cell: Cell, bound: Bound) -> tuple[fmpq, ...] | None:
        """A point of the cell where the function is certainly negative: the bound's own, else the middle."""
        if bound.low_point is not None and not any(self.whole):
            return bound.low_point if self._is_low(bound.low_point) else None
        if bound.split is not None and not any(self.whole):
            return None
        middle = middle_of(cell, self.axes)
        if middle is None:
            return None
        point = tuple(
            fmpq(int(value.floor())) if whole else value for value, whole in zip(middle, self.whole, strict=True)
        )
        return point if self._is_inside(point) and self._is_low(point) else None

    def _is_inside(self, point: Sequence[fmpq]) -> bool:
        return all(
            (axis.low is None or value >= fmpq(axis.low.numerator, axis.low.denominator))
            and (axis.high is None or value <= fmpq(axis.high.numerator, axis.high.denominator))
            for value, axis in zip(point, self.axes, strict=True)
        )

    def _is_low(self, point: Sequence[fmpq]) -> bool:
        try:
            value = self.bounds.value(point)
        except OutsideDomain:
            return False
        return bool(value < 0 or (self.strict and value <= 0))

    def split(self, cell: Cell, bound: Bound) -> int | None:
        """The side to halve: the one that the function varies most along, else the longest; None below the finest."""
        shares = [
            (high - low) / (top - bottom) if top > bottom else fmpq(0)
            for (low, high), (bottom, top) in zip(cell, self.first, strict=True)
        ]
        longest = max(range(len(shares)), key=shares.__getitem__, default=None)
        if longest is None or shares[longest] < _FINEST:
            return None
        if bound.split is not None and shares[bound.split] * 64 > shares[longest]:
            return bound.split
        return longest

    def divide(self, number: int, cell: Cell, side: int) -> tuple[fmpq, ...] | None:
        """Examine both halves; a violating point of one of them."""
        self.marks[number] = str(side)
        self.children[number] = len(self.marks)
        found = None
        for half in halves(cell, side, self.axes):
            found = self.examine(half) or found
        return found

    def tree(self) -> str:
        """The cells in preorder."""
        written: list[str] = []
        waiting = [0]
        while waiting:
            number = waiting.pop()
            written.append(self.marks[number])
            if self.marks[number].isdigit():
                waiting += [self.children[number] + 1, self.children[number]]
        return "".join(written)

    def report(self, status: str, place: Sequence[fmpq] | None = None) -> Coverage:
        """The result so far."""
        left = [*self.heap, *self.stuck]
        worst = min(left, default=None)
        box = box_of(worst[2], self.axes) if worst else None
        if place is None and worst is not None:
            place = middle_of(worst[2], self.axes)
        return Coverage(
            status=status,
            boxes=self.examined,
            verified=self.verified,
            undefined=self.undefined,
            smallest=self.smallest,
            tree=self.tree(),
            place=None if place is None else tuple(Fraction(int(value.p), int(value.q)) for value in place),
            worst="" if box is None else describe_box(box),
            slack=_slack(worst[0] if worst else 0.0),
            form=self.bounds.form,
        )


def _slack(lowest: float) -> Fraction | None:
    """A little more than -lowest, with few digits; None if that is not finite."""
    if not math.isfinite(lowest):
        return None
    if lowest >= 0:
        return Fraction(0)
    scale = Fraction(10) ** (2 - math.floor(math.log10(-lowest)))
    return Fraction(math.ceil(Fraction(-lowest) * scale) + 1) / scale


def cover(bounds: Bounds, axes: Sequence[Axis], *, budget: int, whole: Sequence[bool], strict: bool) -> Coverage:
    """Try to prove that a function is nonnegative (positive if `strict`) on a region.

    Args:
        bounds: the function, from `bounds_of`. axes: the range of each variable. budget: boxes to examine; an
            integral counts as 200.
        whole: which variables stand for integers: only integer points refute.
    """
    first: Cell = tuple(axis.cell for axis in axes)
    search = _Search(bounds, axes, whole, strict, first)
    place = search.examine(first)
    while search.heap and place is None:
        if search.examined * bounds.cost >= budget:
            break
        entry = heapq.heappop(search.heap)
        side = search.split(entry[2], entry[3])
        if side is None:
            search.stuck.append(entry)
        else:
            place = search.divide(entry[1], entry[2], side)
    if place is not None:
        return search.report("violated", place)
    return search.report("open" if search.heap or search.stuck else "proved")


def leaves(tree: str, axes: Sequence[Axis]) -> Iterator[tuple[str, Box]]:
    """The leaves of a tree of cells, each with its mark and its sides.

    Raises:
        ValueError: if the text is no tree over this region.
    """
    waiting: list[Cell] = [tuple(axis.cell for axis in axes)]
    for mark in tree:
        if not waiting:
            raise ValueError("the tree goes on after its last leaf")
        cell = waiting.pop()
        if mark in (_LEAF, _EMPTY):
            yield mark, box_of(cell, axes)
        elif mark in "0123456789" and int(mark) < len(axes):
            waiting += reversed(halves(cell, int(mark), axes))
        else:
            raise ValueError(f"the tree holds {mark!r}, which is no mark")
    if waiting:
        raise ValueError("the tree ends before its last leaf")


def check_tree(bounds: Bounds, axes: Sequence[Axis], tree: str, *, strict: bool, slack: Fraction) -> str:
    """Check every leaf of a tree once; the first thing that does not hold, in words, or nothing.

    Args:
        slack: what is added to the function.
    """
    allowed = arb(fmpq(slack.numerator, slack.denominator))
    try:
        for mark, box in leaves(tree, axes):
            try:
                bound = bounds.lower(box)
            except OutsideDomain:
                continue
            if mark == _EMPTY:
                return f"the function is real on {describe_box(box)}, which is marked as outside of its domain"
            if not bound.holds(strict, allowed if slack else None):
                return f"no bound shows the inequality on {describe_box(box)}"
    except ValueError as error:
        return str(error)
    return ""

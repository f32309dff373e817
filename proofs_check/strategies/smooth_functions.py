"""Smooth convex, strongly convex and PL functions with a starting point, the slowest known ones among them."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

from .coordinates import require_choice, require_range
from .objectives import AbstractObjective, Chain, Huber, Quadratic, SineWell

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

FAMILIES = ("quadratic", "huber", "chain", "sine_well")
"""Families of functions: see `objectives`. Searching quadratics alone finds 4/9 of what the slowest function needs."""
CLASSES = ("convex", "strongly_convex", "pl")
"""Classes of functions: smooth and convex; strongly convex, too; Polyak-Lojasiewicz, convex or not."""

_WITHIN = {
    "convex": ("quadratic", "huber", "chain"),
    "strongly_convex": ("quadratic", "huber", "chain"),
    "pl": ("quadratic", "huber", "chain", "sine_well"),
}
_SCALES = tuple(Fraction(10) ** power for power in (0, -3, -1, 1, 3))
_RATIOS = tuple(Fraction(1, value) for value in (2, 3, 10, 100, 10**4))


@st.composite
def _function(
    draw: DrawFn, kind: str, families: tuple[str, ...], dimensions: tuple[int, int], steps: tuple[int, int], exact: bool
) -> dict[str, Any]:
    family = draw(st.sampled_from(families))
    dimension = draw(st.integers(*dimensions))
    largest = draw(st.sampled_from(_SCALES))
    least = largest * draw(st.sampled_from(_RATIOS)) if kind != "convex" else Fraction(0)
    start = [draw(st.fractions(-3, 3, max_denominator=16)) for _ in range(dimension)]
    start = start if any(start) else [Fraction(1), *start[1:]]
    count = draw(st.integers(*steps))
    made = _made(draw, family, largest, least, start, count)
    number = (lambda value: value) if exact else float
    function = _cast(made, number)
    point = np.array([number(entry) for entry in start], dtype=object if exact else np.float64)
    return {"f": function, "x0": point, "steps": count}


def _made(
    draw: DrawFn, family: str, largest: Fraction, least: Fraction, start: list[Fraction], steps: int
) -> AbstractObjective:
    dimension = len(start)
    if family == "huber":
        return Huber(largest=largest, thresholds=tuple(_threshold(draw, entry, steps) for entry in start), least=least)
    if family == "chain":
        return Chain(largest=largest, size=dimension, least=least)
    if family == "sine_well":
        return SineWell(scale=largest, size=dimension)
    shares = st.sampled_from((Fraction(1), Fraction(1, 2 * steps + 1), Fraction(0), Fraction(1, 100), Fraction(1, 2)))
    values = [least + (largest - least) * draw(shares) for _ in start]
    values[0] = largest if not any(values) else values[0]
    entries = st.fractions(-1, 1, max_denominator=4)
    turned = draw(st.booleans())
    direction = tuple(draw(entries) if turned else Fraction(0) for _ in start)
    return Quadratic(eigenvalues=tuple(values), direction=direction)


def _threshold(draw: DrawFn, entry: Fraction, steps: int) -> Fraction:
    """The threshold at which gradient descent from `entry` is slowest, or another share of the way."""
    slowest = Fraction(1, 2 * steps + 1)
    share = draw(st.sampled_from((slowest, slowest / 2, 2 * slowest, Fraction(1, 1000), Fraction(1), Fraction(1, 3))))
    return abs(entry) * share if entry else share


def _cast(function: AbstractObjective, number: Any) -> AbstractObjective:
    if isinstance(function, Quadratic):
        return Quadratic(
            eigenvalues=tuple(map(number, function.eigenvalues)), direction=tuple(map(number, function.direction))
        )
    if isinstance(function, Huber):
        return Huber(
            largest=number(function.largest),
            thresholds=tuple(map(number, function.thresholds)),
            least=number(function.least),
        )
    if isinstance(function, Chain):
        return Chain(largest=number(function.largest), size=function.size, least=number(function.least))
    return SineWell(scale=number(function.smoothness / 8), size=function.dimension)


def smooth_functions(
    kind: str,
    *,
    families: tuple[str, ...] = (),
    dimension: tuple[int, int] = (1, 3),
    steps: tuple[int, int] = (1, 8),
    exact: bool = False,
) -> SearchStrategy[dict[str, Any]]:
    """Functions of one class, a starting point off the minimiser or on it, and a number of steps.

    Args:
        kind: one of `CLASSES`. families: those to draw from, by default all in the class; see `FAMILIES`.
        dimension, steps: inclusive ranges. exact: Fractions instead of floats; not for "sine_well".

    Returns:
        {"f": AbstractObjective, "x0": (d,), "steps": int}. L runs over 10^-3..10^3, mu / L over 10^-4..1/2.

    Example:
        >>> from hypothesis import find
        >>> data = find(smooth_functions("convex", families=("huber",)), lambda data: True)
        >>> bool(data["f"].value(data["x0"]) > data["f"].minimum)
        True
    """
    require_choice("kind", kind, CLASSES)
    for family in families:
        require_choice("families", family, _WITHIN[kind])
    require_range("dimension", dimension)
    require_range("steps", steps)
    chosen = families or tuple(family for family in _WITHIN[kind] if not (exact and family == "sine_well"))
    if exact:
        require_choice("families", "sine_well" if "sine_well" in chosen else "huber", ("quadratic", "huber", "chain"))
    return _function(kind, chosen, dimension, steps, exact)

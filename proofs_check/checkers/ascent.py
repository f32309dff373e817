"""Local ascent from the worst instances: random, coordinate and scale moves, then Nelder and Mead's simplex."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, final

import numpy as np

from .instance import floating_parts, with_parts

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .trial import Trial

    Array = NDArray[np.float64]
    Data = Mapping[str, Any]

LARGEST_SIMPLEX = 24
"""Numbers in an instance beyond which a simplex spends its evaluations on being built."""
LARGEST_STEP, LEAST_STEP = 1.0, 1e-12


@final
class Finished(Exception):
    """A violation was found, or the evaluations are used up."""


@final
@dataclass(frozen=True)
class Point:
    """The numbers of an instance in one row.

    Args:
        entries: (k,). groups: (k,) integers, the array that each belongs to. lone: (k,) bool, numbers that are no array
            entries, such as a step size: they keep their sign and are moved by factors, as their domain is not known.
    """

    entries: Array
    groups: NDArray[np.int64]
    lone: NDArray[np.bool_]

    @classmethod
    def of(cls, data: Data) -> Point:
        """The numbers of `data`."""
        parts = floating_parts(data)
        if not parts:
            return cls(np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_))
        groups = np.repeat(np.arange(len(parts)), [part.size for part in parts])
        lone = np.array([part.ndim == 0 for part in parts])[groups]
        return cls(np.concatenate([part.ravel() for part in parts]), groups, lone)

    @property
    def sizes(self) -> Array:
        """The largest modulus in each entry's array, 1 for arrays of zeros."""
        largest = np.zeros(int(self.groups.max(initial=0)) + 1)
        np.maximum.at(largest, self.groups, np.abs(self.entries))
        sizes: Array = np.where(largest > 0, largest, 1.0)[self.groups]
        return sizes

    def shifted(self, normals: Array) -> Array:
        """Entries moved by `normals` in units of their array's size, lone numbers by factors exp(normals)."""
        factors = self.entries * np.exp(normals)
        return np.where(self.lone, factors, self.entries + self.sizes * normals)

    def allows(self, entries: Array) -> bool:
        """True if all are finite and lone numbers have the signs they had."""
        signs = np.sign(entries[self.lone]) == np.sign(self.entries[self.lone])
        return bool(np.isfinite(entries).all() and signs.all())


@final
@dataclass
class Climber:
    """The best instance known on one ascent, and the sizes of the moves that work there."""

    best: Trial
    attempt: Callable[[Data], Trial | None]
    rng: np.random.Generator
    steps: dict[str, float] = field(default_factory=dict)
    last: Array | None = None

    def climb(self, evaluations: int) -> None:
        """Moves of all kinds; each kind has a step that grows where it helps and shrinks where it does not."""
        for number in range(evaluations):
            name = list(MOVES)[number % len(MOVES)]
            before = Point.of(self.best.data)
            if not before.entries.size:
                return
            step = self.steps.setdefault(name, 0.1)
            improved = self._try(MOVES[name](before, step, self.rng, self.last), before)
            factor = 1.6 if improved else 0.85
            self.steps[name] = float(np.clip(step * factor, LEAST_STEP, LARGEST_STEP))

    def polish(self, evaluations: int) -> None:
        """Nelder and Mead's simplex on all numbers, where they are few."""
        template = self.best.data
        start = Point.of(template)
        if not 0 < start.entries.size <= LARGEST_SIMPLEX or evaluations < 2 * start.entries.size:
            return
        from scipy.optimize import minimize

        def height(entries: Array) -> float:
            trial = self._evaluate(template, start, entries)
            return np.inf if trial is None else -trial.pressure

        with np.errstate(all="ignore"):
            minimize(
                height,
                start.entries,
                method="Nelder-Mead",
                options={"maxfev": evaluations, "xatol": 0.0, "fatol": 0.0, "adaptive": start.entries.size > 3},
            )

    def _try(self, entries: Array, before: Point) -> bool:
        if np.array_equal(entries, before.entries):
            return False
        pressure = self.best.pressure
        self._evaluate(self.best.data, before, entries)
        improved = self.best.pressure > pressure
        if improved:
            after = Point.of(self.best.data).entries
            self.last = after - before.entries if after.shape == before.entries.shape else None
        return improved

    def _evaluate(self, template: Data, point: Point, entries: Array) -> Trial | None:
        if not point.allows(entries):
            return None
        try:
            data = with_parts(template, _split(entries, template))
        except ValueError:
            return None
        trial = self.attempt(data)
        if trial is not None and trial.pressure > self.best.pressure:
            self.best = trial
        return trial


def ascend(
    starts: Sequence[Trial],
    attempt: Callable[[Data], Trial | None],
    evaluations: int,
    rng_of: Callable[[int], np.random.Generator],
) -> None:
    """Climb from every start, then spend the second half of the evaluations where the pressure came out highest.

    Args:
        starts: instances to start from. attempt: evaluates an instance; raises `Finished` to end the ascent.
        evaluations: how many in all. rng_of: the generator of the n-th climb.
    """
    climbers = [Climber(start, attempt, rng_of(number)) for number, start in enumerate(starts)]
    if not climbers:
        return
    try:
        for climber in climbers:
            climber.climb(evaluations // (2 * len(climbers)))
        best = max(climbers, key=lambda climber: climber.best.pressure)
        best.polish(evaluations // 4)
        best.climb(evaluations // 4)
    except Finished:
        return


def _split(entries: Array, template: Data) -> list[Array]:
    parts = floating_parts(template)
    ends = np.cumsum([part.size for part in parts])[:-1]
    return [piece.reshape(part.shape) for piece, part in zip(np.split(entries, ends), parts, strict=True)]


def _everywhere(point: Point, step: float, rng: np.random.Generator, last: Array | None) -> Array:
    shape = point.entries.shape
    return point.shifted(step * rng.standard_normal(shape) * (rng.random(shape) < 0.7))


def _one_entry(point: Point, step: float, rng: np.random.Generator, last: Array | None) -> Array:
    normals = np.zeros(point.entries.shape)
    normals[rng.integers(len(normals))] = step * rng.standard_normal()
    return point.shifted(normals)


def _one_factor(point: Point, step: float, rng: np.random.Generator, last: Array | None) -> Array:
    moved = point.entries.copy()
    moved[rng.integers(len(moved))] *= np.exp(step * rng.standard_normal())
    return moved


def _one_scale(point: Point, step: float, rng: np.random.Generator, last: Array | None) -> Array:
    """One array as a whole, over orders of magnitude; a lone number by a moderate factor."""
    chosen = point.groups == rng.integers(point.groups.max() + 1)
    exponent = step * rng.standard_normal() * np.where(point.lone, 1.0, 10.0)
    return np.where(chosen, point.entries * np.exp(exponent), point.entries)


def _special(point: Point, step: float, rng: np.random.Generator, last: Array | None) -> Array:
    """One array entry becomes zero, its own negative, or equal to another."""
    moved = point.entries.copy()
    places = np.flatnonzero(~point.lone)
    if places.size:
        place, other = rng.choice(places, size=2)
        moved[place] = (0.0, -moved[place], moved[other])[rng.integers(3)]
    return moved


def _along(point: Point, step: float, rng: np.random.Generator, last: Array | None) -> Array:
    """Further in the direction that last helped."""
    usable = last is not None and last.shape == point.entries.shape
    return point.entries + (0.5 + rng.exponential()) * last if usable and last is not None else point.entries


MOVES: Mapping[str, Callable[[Point, float, np.random.Generator, Array | None], Array]] = MappingProxyType(
    {
        "everywhere": _everywhere,
        "one entry": _one_entry,
        "one factor": _one_factor,
        "one scale": _one_scale,
        "special": _special,
        "along": _along,
    }
)
"""Kinds of moves: (point, step, generator, last helpful change) -> new entries."""

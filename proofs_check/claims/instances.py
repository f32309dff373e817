"""Claims about every instance that a strategy can draw: bounds, rates and constructions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, final

import numpy as np

from .abstract import AbstractClaim

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numerics.data import Dataset

    Array = NDArray[np.float64]
    Data = Mapping[str, Any]


@final
@dataclass(frozen=True, kw_only=True)
class Bound(AbstractClaim):
    """lhs(data) <= rhs(data) for all data that a strategy can draw.

    Args:
        data: a Hypothesis strategy of dicts (name -> number or float array), or a function that makes one.
        lhs, rhs: data -> float.
        given: data -> bool, the computable assumptions; instances that fail them do not count.
        examples: dataset -> instances of real data, tried first.
        precise: (data, digits) -> (lhs, rhs) as mpmath numbers or flint balls, independent of float64;
            without it `lhs` and `rhs` are tried on object arrays of mpmath numbers.
        repair: maps perturbed data back to the domain, for the local search.
        strict: lhs < rhs is claimed.
    """

    kind: ClassVar[str] = "Bound"

    data: Any
    lhs: Callable[[Data], float]
    rhs: Callable[[Data], float]
    given: Callable[[Data], bool] | None = None
    examples: Callable[[Dataset], Sequence[Data]] | None = None
    precise: Callable[[Data, int], tuple[Any, Any]] | None = None
    repair: Callable[[Data], Data] | None = None
    strict: bool = False

    def _validate(self) -> None:
        self._require_callable("lhs", "rhs")


@final
@dataclass(frozen=True, kw_only=True)
class Rate(AbstractClaim):
    """A trajectory stays under its envelope at every step, for all data that a strategy can draw.

    Args:
        data, examples, repair: as in `Bound`.
        trajectory: data -> mapping with "values" of shape (K+1,), and whatever `given` needs to know of the path.
        envelope: (k, data, values[0]) -> bounds of shape (K+1,), k = 0..K.
        given: (data, path) -> bool, the assumptions along the path.
        precise: (data, digits) -> (values, bounds) at steps 1..K, sequences of mpmath numbers or flint balls.
    """

    kind: ClassVar[str] = "Rate"

    data: Any
    trajectory: Callable[[Data], Mapping[str, Any]]
    envelope: Callable[[Array, Data, float], Array]
    given: Callable[[Data, Mapping[str, Any]], bool] | None = None
    examples: Callable[[Dataset], Sequence[Data]] | None = None
    precise: Callable[[Data, int], tuple[Sequence[Any], Sequence[Any]]] | None = None
    repair: Callable[[Data], Data] | None = None

    def _validate(self) -> None:
        self._require_callable("trajectory", "envelope")


@final
@dataclass(frozen=True, kw_only=True)
class Construction(AbstractClaim):
    """An algorithm returns what the theorem promises, decided in exact arithmetic on every instance.

    Args:
        data, given, examples: as in `Bound`; data hold exact numbers (Fractions, integers).
        construct: data -> the object. promise: (data, object) -> bool, exact; no floats.
    """

    kind: ClassVar[str] = "Construction"

    data: Any
    construct: Callable[[Data], Any]
    promise: Callable[[Data, Any], bool]
    given: Callable[[Data], bool] | None = None
    examples: Callable[[Dataset], Sequence[Data]] | None = None

    def _validate(self) -> None:
        self._require_callable("construct", "promise")

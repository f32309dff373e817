"""Claims about random statistics: limits and scalings in the width, and laws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, final

import numpy as np

from .abstract import AbstractClaim

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numerics.data import Dataset

    Array = NDArray[np.float64]
    Simulation = Callable[[Array, int, int, np.random.Generator], Array]


@final
@dataclass(frozen=True, kw_only=True)
class Limit(AbstractClaim):
    """The mean of a statistic at width m tends to a limit, with corrections of order m^-k.

    Args:
        inputs: dataset -> array X of shape (n, d) on which simulation and limit are evaluated.
        simulate: (X, width, draws, rng) -> (draws, p), independent rows.
        limit: X -> (p,).
        widths: at least four widths, increasing.
        correction_order: k.
        resolution: relative error to be resolved, per entry, relative to |limit| of that entry.
        width_power: the statistic compared is width**width_power * simulate(...).
        labels: names of the p entries, for the report.
    """

    kind: ClassVar[str] = "Limit"

    inputs: Callable[[Dataset], Array]
    simulate: Simulation
    limit: Callable[[Array], Array]
    widths: tuple[int, ...]
    correction_order: Fraction
    resolution: float
    width_power: Fraction = Fraction(0)
    labels: tuple[str, ...] = ()

    def _validate(self) -> None:
        self._require_callable("inputs", "simulate", "limit")
        self._require_simulation(self.widths, 4)
        if not 0 < self.resolution < 1:
            self._fail("resolution", "write a relative error between 0 and 1, as 0.01")
        if not isinstance(self.correction_order, (int, Fraction)) or self.correction_order <= 0:
            self._fail("correction_order", "write a positive Fraction, as Fraction(1)")


@final
@dataclass(frozen=True, kw_only=True)
class Scaling(AbstractClaim):
    """The mean of a positive statistic behaves as C m^-exponent for large width m.

    Args:
        inputs, widths: as in `Limit`. simulate: (X, width, draws, rng) -> (draws,).
        exponent: the power k of m^-k. rivals: exponents that the test must tell from it.
        correction_order: order of the first relative correction, C m^-k (1 + c m^-order + ...).
    """

    kind: ClassVar[str] = "Scaling"

    inputs: Callable[[Dataset], Array]
    simulate: Simulation
    widths: tuple[int, ...]
    exponent: Fraction
    rivals: tuple[Fraction, ...]
    correction_order: Fraction = Fraction(1)

    def _validate(self) -> None:
        self._require_callable("inputs", "simulate")
        self._require_simulation(self.widths, 4)
        if not isinstance(self.exponent, (int, Fraction)):
            self._fail("exponent", "write a Fraction, as Fraction(1, 2)")
        if not self.rivals:
            self._fail("rivals", "name at least one other exponent, as (Fraction(1),); the test must separate them")


@final
@dataclass(frozen=True, kw_only=True)
class Law(AbstractClaim):
    """Samples follow a distribution.

    Args:
        inputs: as in `Limit`. sample: (X, draws, rng) -> (draws,), independent.
        cdf: (values, X) -> probabilities in [0, 1], increasing in values.
        resolution: largest difference of distribution functions that may pass.
        width: network width within one sample, which is what it costs.
        approximate: the law is a limit and the samples are finite: differences up to `resolution` do not refute it.
    """

    kind: ClassVar[str] = "Law"

    inputs: Callable[[Dataset], Array]
    sample: Callable[[Array, int, np.random.Generator], Array]
    cdf: Callable[[Array, Array], Array]
    resolution: float
    width: int = 1
    approximate: bool = False

    def _validate(self) -> None:
        self._require_callable("inputs", "sample", "cdf")
        if not 0 < self.resolution < 1:
            self._fail("resolution", "write a difference of probabilities between 0 and 1, as 0.01")


@final
@dataclass(frozen=True, kw_only=True)
class SameLaw(AbstractClaim):
    """Two samplers draw from one law, judged by the marginal laws of p statistics.

    Args:
        inputs: as in `Limit`. first, second: (X, draws, rng) -> (draws, p) or (draws,), independent rows.
        resolution: largest difference of distribution functions, over the p statistics, that may pass.
        width: network width within one draw, which is what it costs.
        approximate: the laws agree in a limit only: differences up to `resolution` do not refute the claim.
        labels: names of the p statistics, for the report.
    """

    kind: ClassVar[str] = "SameLaw"

    inputs: Callable[[Dataset], Array]
    first: Callable[[Array, int, np.random.Generator], Array]
    second: Callable[[Array, int, np.random.Generator], Array]
    resolution: float
    width: int = 1
    approximate: bool = False
    labels: tuple[str, ...] = ()

    def _validate(self) -> None:
        self._require_callable("inputs", "first", "second")
        if not 0 < self.resolution < 1:
            self._fail("resolution", "write a difference of probabilities between 0 and 1, as 0.01")

"""Fully connected layers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import final

import sympy

from ...errors import InvalidArgument
from ..architecture import AbstractLayer, Signal, State
from ..parameterisation import Parameterisation, affine_step
from .deviation import Deviation, as_deviation, as_width, call_text


@final
@dataclass(frozen=True)
class Dense(AbstractLayer):
    """A fully connected layer.

    Formula:
        z = sigma_w fan_in^(-1/2) W x + sigma_b b, W and b standard normal; K' = sigma_w^2 K + sigma_b^2.

    Args:
        sigma_w: standard deviation of the weights (not the variance), times sqrt(fan_in). sigma_b: that of the
            biases. None: there are none; 0: they start at zero. The two differ in standard parameterisation only,
            where biases that start at zero are trained all the same.
        width: number of units, which the next layer needs in standard parameterisation only.

    Raises:
        InvalidArgument: for a negative standard deviation or width.

    Source: lee_2019, Section 2.1 (restated from memory).

    Example:
        >>> print(Dense(1.5, 0.1) >> "relu" >> Dense(1))
        Dense(3/2, 1/10) >> relu >> Dense(1)
    """

    sigma_w: Deviation
    sigma_b: Deviation | None = None
    width: int | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sigma_w", as_deviation("sigma_w", self.sigma_w))
        if self.sigma_b is not None:
            object.__setattr__(self, "sigma_b", as_deviation("sigma_b", self.sigma_b))
        as_width(self.width)

    @property
    def scales(self) -> tuple[sympy.Expr, sympy.Expr]:
        """Standard deviations of weights and biases, 0 where there are none."""
        return sympy.sympify(self.sigma_w, strict=True), sympy.sympify(self.sigma_b or 0, strict=True)

    def outgoing(self, signal: Signal, where: str) -> Signal:
        """As `AbstractLayer.outgoing`."""
        if signal.spatial:
            raise InvalidArgument(
                f"{where}: Dense takes vectors and gets images; put Flatten() or GlobalAvgPool() before it, "
                "or use Conv(1, ...), which is Dense at every position"
            )
        return signal.affine(self.width)

    def advance(self, state: State, signal: Signal, parameterisation: Parameterisation, where: str) -> State:
        """As `AbstractLayer.advance`."""
        return state.affine(affine_step(parameterisation, self.sigma_w, self.sigma_b, signal.width, where))

    def __str__(self) -> str:
        return call_text("Dense", *(s for s in (self.sigma_w, self.sigma_b) if s is not None), width=self.width)

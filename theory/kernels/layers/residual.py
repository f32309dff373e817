"""Residual branches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import final

from ...errors import InvalidArgument
from ..architecture import AbstractLayer, Chain, Composable, Signal, State, as_layer
from ..parameterisation import Parameterisation


@final
@dataclass(frozen=True)
class Residual(AbstractLayer):
    """The sum x + inner(x).

    Formula:
        K' = K + K_inner,  Theta' = Theta + Theta_inner, where K_inner and Theta_inner start from K and Theta.

    The branch must pass through weights of its own, so that its features are uncorrelated with x, and one of the two
    must have mean zero. On raw inputs the sum is the limit of many input features, of fixed x.y / d.

    Args:
        inner: a layer or a chain.

    Raises:
        InvalidArgument: if `inner` is no layer.

    Source: derived here.

    Example:
        >>> print(Residual("Max(z, 0)"))
        Residual(relu)
    """

    inner: Composable

    def __post_init__(self) -> None:
        object.__setattr__(self, "inner", Chain(as_layer(self.inner).parts()))

    @property
    def branch(self) -> Chain:
        """The layers of the branch."""
        return Chain(as_layer(self.inner).parts())

    def outgoing(self, signal: Signal, where: str) -> Signal:
        """As `AbstractLayer.outgoing`."""
        added = self.branch.outgoing(replace(signal, fresh=False), where)
        if not added.fresh or not (added.centred or signal.centred):
            raise InvalidArgument(
                f"{where}: the branch is correlated with what it is added to; "
                "let it end in Dense(...) or Conv(...), whose weights are its own"
            )
        if (added.spatial, added.grid) != (signal.spatial, signal.grid):
            raise InvalidArgument(f"{where}: the branch changes the positions; use stride=1 and padding='same'")
        if None not in (added.width, signal.width) and added.width != signal.width:
            raise InvalidArgument(
                f"{where}: the branch has width {added.width} and is added to {signal.width} features"
            )
        both = {name: getattr(signal, name) and getattr(added, name) for name in ("gaussian", "centred")}
        return replace(signal, width=signal.width or added.width, **both)

    def advance(self, state: State, signal: Signal, parameterisation: Parameterisation, where: str) -> State:
        """As `AbstractLayer.advance`."""
        return state.plus(self.branch.advance(state, replace(signal, fresh=False), parameterisation, where))

    def __str__(self) -> str:
        return f"Residual({self.branch})"

"""Layer normalisation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from ...errors import InvalidArgument
from ..architecture import AbstractLayer, Signal, State
from ..parameterisation import Parameterisation


@final
@dataclass(frozen=True)
class LayerNorm(AbstractLayer):
    """Every input scaled to mean zero and variance one over its features (channels, at each position).

    Formula:
        K'(x, y) = K(x, y) / sqrt(K(x, x) K(y, y)),  Theta'(x, y) = Theta(x, y) / sqrt(K(x, x) K(y, y)).

    It follows an affine layer, a sum of such, or another LayerNorm: there the features are independent with mean
    zero, so that in the limit their mean over features is 0 and their variance K(x, x), and the gradients of both
    vanish as 1 / width. The limit is exact, without gain or offset. An input of variance zero stays zero.

    Source: derived here; neural-tangents has the same convention, for Gaussian features only.

    Example:
        >>> print(LayerNorm())
        LayerNorm()
    """

    def outgoing(self, signal: Signal, where: str) -> Signal:
        """As `AbstractLayer.outgoing`."""
        if not signal.gaussian:
            raise InvalidArgument(
                f"{where}: LayerNorm acts on pre-activations, whose mean over features is zero; "
                "put it after Dense(...) or Conv(...), before the activation"
            )
        return signal

    def advance(self, state: State, signal: Signal, parameterisation: Parameterisation, where: str) -> State:
        """As `AbstractLayer.advance`."""
        return state.normalise()

    def __str__(self) -> str:
        return "LayerNorm()"

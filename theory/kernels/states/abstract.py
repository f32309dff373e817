"""What a network carries from layer to layer: second moments of pairs of inputs, and their tangent kernel."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self, final

import sympy

from ...activations import Activation
from .window import Window


@final
@dataclass(frozen=True, kw_only=True)
class Affine:
    """What an affine layer does to a covariance K and a tangent kernel Theta.

    Formula:
        K' = weight K + bias,  Theta' = weight Theta + tangent_weight K + tangent_bias.

    Args:
        weight, bias: variances, sigma_w^2 and sigma_b^2. tangent_weight, tangent_bias: squared gradients in the
            layer's own weights, per unit of K, and in its bias.
    """

    weight: sympy.Expr
    bias: sympy.Expr
    tangent_weight: sympy.Expr
    tangent_bias: sympy.Expr


class AbstractState(ABC):
    """The state of pairs of inputs. A layer is a sequence of these verbs; each returns a new state.

    Symbols, arrays and balls each have their own state, and so does any representation that is more stable than a
    covariance: one recursion serves them all.
    """

    @abstractmethod
    def affine(self, step: Affine) -> Self:
        """Multiply by weights, add a bias."""

    @abstractmethod
    def activate(self, activation: Activation) -> Self:
        """Replace (u, v) by (phi(u), phi(v)): K' = E[phi(u) phi(v)], Theta' = E[phi'(u) phi'(v)] Theta."""

    @abstractmethod
    def normalise(self) -> Self:
        """Scale every input to unit variance over its features; an input of variance zero stays zero."""

    @abstractmethod
    def plus(self, other: Self) -> Self:
        """Add features that are uncorrelated with these."""

    @abstractmethod
    def patches(self, window: Window) -> Self:
        """Average covariance and tangent kernel over the offsets within a window, at every pair of positions."""

    @abstractmethod
    def flatten(self) -> Self:
        """Take the features of all positions for one vector: average over equal positions."""

    @abstractmethod
    def pool(self) -> Self:
        """Average the features over positions: average over all pairs of positions."""

    def note(self, layer: str) -> Self:
        """Remember which layer comes next. States that are not read by people forget it."""
        return self

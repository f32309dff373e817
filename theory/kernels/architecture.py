"""Architectures: layers composed with >>. They are syntax; `Network` gives them kernels."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar, final

import sympy

from ..activations import CATALOGUE, Activation, find_activation
from ..errors import InvalidArgument
from ..parser import parse_expression
from .parameterisation import Parameterisation
from .states.abstract import AbstractState
from .states.window import Grid

State = TypeVar("State", bound=AbstractState)


@final
@dataclass(frozen=True, kw_only=True)
class Signal:
    """What is known of the features between two layers.

    Args:
        spatial: features at the positions of an image, or one vector. gaussian: pre-activations, whose law the
            covariance determines. centred: of mean zero. fresh: uncorrelated with the input of the innermost branch.
        width: number of features (channels), if known. grid: positions, if known.
    """

    spatial: bool
    gaussian: bool = False
    centred: bool = False
    fresh: bool = False
    width: int | None = None
    grid: Grid | None = None

    def affine(self, width: int | None) -> Signal:
        """The signal after weights of mean zero."""
        return replace(self, gaussian=True, centred=True, fresh=True, width=width)


class AbstractLayer(ABC):
    """A layer, or several. `one >> two` applies one first; strings and expressions on a side are activations."""

    @abstractmethod
    def outgoing(self, signal: Signal, where: str) -> Signal:
        """The signal that leaves the layer.

        Args:
            signal: what comes in. where: the layer's place, for the message.

        Raises:
            InvalidArgument: if the layer cannot stand here, naming its place and a remedy.
        """

    @abstractmethod
    def advance(self, state: State, signal: Signal, parameterisation: Parameterisation, where: str) -> State:
        """The state after the layer; `signal` is what came in."""

    def parts(self) -> tuple[AbstractLayer, ...]:
        """The layers that stand in sequence."""
        return (self,)

    def __rshift__(self, other: Composable) -> Chain:
        return Chain((*self.parts(), *as_layer(other).parts()))

    def __rrshift__(self, other: Composable) -> Chain:
        return Chain((*as_layer(other).parts(), *self.parts()))


Composable: TypeAlias = AbstractLayer | Activation | sympy.Expr | str


@final
@dataclass(frozen=True)
class Act(AbstractLayer):
    """An activation applied to every feature.

    Args:
        activation: a catalogue name, a text or SymPy expression in z, or an `Activation`.

    Source: derived here (a definition, no statement).

    Example:
        >>> print(Act("Max(z, 0)"))
        relu
    """

    activation: str | sympy.Expr | Activation

    def __post_init__(self) -> None:
        given = self.activation
        if isinstance(given, str) and given not in CATALOGUE:
            given = parse_expression(given)
        object.__setattr__(self, "activation", find_activation(given))

    @property
    def function(self) -> Activation:
        """The activation, looked up."""
        return find_activation(self.activation)

    def outgoing(self, signal: Signal, where: str) -> Signal:
        """As `AbstractLayer.outgoing`."""
        if not signal.gaussian:
            raise InvalidArgument(
                f"{where}: an activation acts on pre-activations, which are Gaussian; here it gets "
                "inputs, activations or flattened features: put Dense(...) or Conv(...) before it"
            )
        return replace(signal, gaussian=False, centred=False)

    def advance(self, state: State, signal: Signal, parameterisation: Parameterisation, where: str) -> State:
        """As `AbstractLayer.advance`."""
        return state.activate(self.function)

    def __str__(self) -> str:
        return self.function.name


@final
@dataclass(frozen=True)
class Chain(AbstractLayer):
    """Layers in sequence, as made by `>>`.

    Args:
        layers: at least one.

    Source: derived here (a definition, no statement).

    Example:
        >>> print(Act("relu") >> Act("erf"))
        relu >> erf
    """

    layers: tuple[AbstractLayer, ...]

    def __post_init__(self) -> None:
        if not self.layers:
            raise InvalidArgument("an architecture needs at least one layer, as Dense(1)")

    def parts(self) -> tuple[AbstractLayer, ...]:
        """As `AbstractLayer.parts`."""
        return self.layers

    def outgoing(self, signal: Signal, where: str) -> Signal:
        """As `AbstractLayer.outgoing`."""
        return [after for _, _, after in self._walk(signal, where)][-1]

    def advance(self, state: State, signal: Signal, parameterisation: Parameterisation, where: str) -> State:
        """As `AbstractLayer.advance`."""
        for layer, place, after in self._walk(signal, where):
            state = layer.advance(state.note(str(layer)), signal, parameterisation, place)
            signal = after
        return state

    def _walk(self, signal: Signal, where: str) -> Iterator[tuple[AbstractLayer, str, Signal]]:
        prefix = f"{where.partition(',')[0]}." if where else "layer "
        for number, layer in enumerate(self.layers, start=1):
            place = f"{prefix}{number}, {layer}"
            signal = layer.outgoing(signal, place)
            yield layer, place, signal

    def __str__(self) -> str:
        return " >> ".join(map(str, self.layers))


def as_layer(value: Composable) -> AbstractLayer:
    """The layer meant by an operand of `>>`.

    Args:
        value: a layer, or anything that `Act` takes.

    Returns:
        The layer.

    Raises:
        InvalidArgument: for anything else.

    Source: derived here (a conversion).
    """
    if isinstance(value, AbstractLayer):
        return value
    if isinstance(value, (str, sympy.Expr, Activation)):
        return Act(value)
    raise InvalidArgument(f"{value!r} is no layer: write Dense(...), an activation's name, or an expression in z")

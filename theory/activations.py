"""Activations: expressions in z. The catalogue holds expressions only; every kernel is derived from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

import sympy
from sympy import Abs, Heaviside, Max, Min, Rational, erf, exp, sign, sqrt

from .errors import InvalidArgument, UnknownFunction
from .symbols import z


@final
@dataclass(frozen=True)
class Activation:
    """A named function of one real variable.

    Args:
        name: how it is called. expression: a SymPy expression in `theory.symbols.z`, with exact numbers.

    Source: derived here (a definition, no statement).

    Example:
        >>> Activation("swish without sigmoid", z * Heaviside(z)).derivative.expression
        z*DiracDelta(z) + Heaviside(z)
    """

    name: str
    expression: sympy.Expr

    def __post_init__(self) -> None:
        if not isinstance(self.expression, sympy.Expr):
            raise InvalidArgument(
                f"expression={self.expression!r}: give a SymPy expression in theory.symbols.z, as sympy.Max(z, 0)"
            )
        strangers = [symbol for symbol in self.expression.free_symbols if symbol.name == z.name and symbol != z]
        if strangers:
            raise InvalidArgument(f"expression={self.expression}: its z is not theory.symbols.z; import that symbol")

    @property
    def derivative(self) -> Activation:
        """The derivative, in the sense of distributions: that of a step is a point mass."""
        return Activation(f"{self.name}'", sympy.diff(self.expression, z))


def _catalogue() -> dict[str, Activation]:
    entries = (
        Activation("identity", z),
        Activation("square", z**2),
        Activation("relu", Max(z, 0)),
        Activation("leaky_relu", Max(z, 0) + Rational(1, 10) * Min(z, 0)),
        Activation("abs", Abs(z)),
        Activation("step", Heaviside(z)),
        Activation("sign", sign(z)),
        Activation("relu_squared", Max(z, 0) ** 2),
        Activation("relu_cubed", Max(z, 0) ** 3),
        Activation("relu_fourth", Max(z, 0) ** 4),
        Activation("erf", erf(z)),
        Activation("gelu", z * (1 + erf(z / sqrt(2))) / 2),
        Activation("gaussian", exp(-(z**2))),
    )
    return {entry.name: entry for entry in entries}


CATALOGUE: Mapping[str, Activation] = MappingProxyType(_catalogue())
"""Name -> activation."""


def find_activation(activation: str | sympy.Expr | Activation) -> Activation:
    """The activation that is meant by a catalogue name, an expression in z, or itself.

    Args:
        activation: a name such as "relu", a SymPy expression in z, or an `Activation`.

    Returns:
        The activation; an expression that is in the catalogue gets its name there.

    Raises:
        UnknownFunction: for a name that is not in the catalogue, listing the names.
        InvalidArgument: for anything else.

    Source: derived here (a look-up).

    Example:
        >>> find_activation("relu").expression
        Max(0, z)
    """
    if isinstance(activation, Activation):
        return activation
    if isinstance(activation, str):
        if activation not in CATALOGUE:
            raise UnknownFunction(
                f"activation={activation!r} is not in the catalogue; write one of {', '.join(sorted(CATALOGUE))}, "
                "or give a SymPy expression in z"
            )
        return CATALOGUE[activation]
    for entry in CATALOGUE.values():
        if entry.expression == activation:
            return entry
    return Activation(str(activation), activation)

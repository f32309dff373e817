"""Activations: expressions in z. The catalogue holds expressions only; every kernel is derived from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

import sympy
from sympy import Abs, Heaviside, Max, Min, Piecewise, Rational, atan, cos, cosh, erf, exp, log, sign, sin, sqrt, tanh

from .errors import InvalidArgument, UnknownFunction
from .gaussian.points import differentiate
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
        return Activation(f"{self.name}'", differentiate(self.expression))


_SELU_SCALE = Rational("1.0507009873554804934193349852946")
_SELU_ALPHA = Rational("1.6732632423543772848170429916717")
"""Klambauer, Unterthiner, Mayr, Hochreiter (2017), the decimals of common implementations, taken as exact."""
_SIGMOID = 1 / (1 + exp(-z))
_SOFTPLUS = log(1 + exp(z))


def _exponential_unit(alpha: sympy.Expr) -> sympy.Expr:
    return Piecewise((z, z > 0), (alpha * (exp(z) - 1), True))


def _polynomials() -> tuple[Activation, ...]:
    return (Activation("identity", z), Activation("square", z**2), Activation("cube", z**3))


def _piecewise_polynomials() -> tuple[Activation, ...]:
    relu6 = Min(Max(z, 0), 6)
    return (
        Activation("relu", Max(z, 0)),
        Activation("leaky_relu", Max(z, 0) + Rational(1, 10) * Min(z, 0)),
        Activation("abs", Abs(z)),
        Activation("step", Heaviside(z)),
        Activation("sign", sign(z)),
        Activation("relu_squared", Max(z, 0) ** 2),
        Activation("relu_cubed", Max(z, 0) ** 3),
        Activation("relu_fourth", Max(z, 0) ** 4),
        Activation("shifted_relu", Max(z - 1, 0)),
        Activation("relu6", relu6),
        Activation("hard_tanh", Min(Max(z, -1), 1)),
        Activation("hard_sigmoid", relu6.subs(z, z + 3) / 6),
        Activation("hard_swish", z * relu6.subs(z, z + 3) / 6),
        Activation("triangle", Max(1 - Abs(z), 0)),
    )


def _exponentials() -> tuple[Activation, ...]:
    return (
        Activation("exp", exp(z)),
        Activation("elu", _exponential_unit(sympy.S.One)),
        Activation("selu", _SELU_SCALE * _exponential_unit(_SELU_ALPHA)),
        Activation("celu", Max(z, 0) + Min(2 * (exp(z / 2) - 1), 0)),
        Activation("erf", erf(z)),
        Activation("normal_cdf", (1 + erf(z / sqrt(2))) / 2),
        Activation("gelu", z * (1 + erf(z / sqrt(2))) / 2),
        Activation("gaussian", exp(-(z**2))),
        Activation("gabor", exp(-(z**2)) * sin(z)),
        Activation("sin", sin(z)),
        Activation("cos", cos(z)),
        Activation("snake", z + sin(z) ** 2),
    )


def _without_closed_form() -> tuple[Activation, ...]:
    return (
        Activation("tanh", tanh(z)),
        Activation("sigmoid", _SIGMOID),
        Activation("softplus", _SOFTPLUS),
        Activation("swish", z * _SIGMOID),
        Activation("mish", z * tanh(_SOFTPLUS)),
        Activation("gelu_tanh", z * (1 + tanh(sqrt(2 / sympy.pi) * (z + Rational(44715, 10**6) * z**3))) / 2),
        Activation("atan", atan(z)),
        Activation("softsign", z / (1 + Abs(z))),
        Activation("log_cosh", log(cosh(z))),
    )


def _catalogue() -> dict[str, Activation]:
    groups = (_polynomials(), _piecewise_polynomials(), _exponentials(), _without_closed_form())
    return {entry.name: entry for group in groups for entry in group}


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

"""Activations: the catalogue, and expressions of class G put together at random."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import sympy
from hypothesis import strategies as st

from theory.activations import CATALOGUE, Activation
from theory.symbols import z

from ..errors import MalformedClaim

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

POSITIVELY_HOMOGENEOUS = ("relu", "leaky_relu", "abs", "identity")
"""Names of activations with f(t z) = t f(z) for t >= 0."""
SMOOTH = (
    "tanh",
    "erf",
    "gelu",
    "sin",
    "cos",
    "sigmoid",
    "softplus",
    "swish",
    "gaussian",
    "normal_cdf",
    "atan",
    "mish",
    "log_cosh",
    "square",
    "cube",
    "identity",
)
"""Names of activations with derivatives of every order on the line."""


def activation_names(*, within: tuple[str, ...] = (), name: str = "activation") -> SearchStrategy[dict[str, Any]]:
    """Names of the catalogue: {name: str}.

    Args:
        within: the names to draw from, all by default; see `SMOOTH` and `POSITIVELY_HOMOGENEOUS`. name: the key.
    """
    strangers = [word for word in within if word not in CATALOGUE]
    if strangers:
        raise MalformedClaim(f"within={within}: {strangers} are not in the catalogue, which has {sorted(CATALOGUE)}")
    return st.sampled_from(within or tuple(CATALOGUE)).map(lambda word: {name: word})


def activations(*, within: tuple[str, ...] = (), name: str = "activation") -> SearchStrategy[dict[str, Any]]:
    """Activations of the catalogue: {name: theory.activations.Activation}. Arguments as in `activation_names`."""
    return activation_names(within=within).map(lambda data: {name: CATALOGUE[data["activation"]]})


def _rationals(low: int, high: int) -> SearchStrategy[sympy.Rational]:
    return st.fractions(low, high, max_denominator=8).map(lambda value: sympy.Rational(*value.as_integer_ratio()))


@st.composite
def _term(draw: DrawFn, smooth: bool) -> sympy.Expr:
    point = draw(_rationals(1, 3)) * z + draw(_rationals(-2, 2))
    factors: tuple[Callable[[sympy.Expr], sympy.Expr], ...] = (sympy.sin, sympy.cos, sympy.erf, _bell)
    if not smooth:
        factors = (*factors, _rectify, sympy.Heaviside, sympy.Abs)
    outer = draw(st.sampled_from(factors))(point)
    return draw(_rationals(-3, 3)) * z ** draw(st.integers(0, 2)) * outer


def _rectify(point: sympy.Expr) -> sympy.Expr:
    return sympy.Max(point, 0)


def _bell(point: sympy.Expr) -> sympy.Expr:
    return sympy.exp(-(point**2))


def class_g_activations(
    *, terms: int = 3, smooth: bool = False, name: str = "activation"
) -> SearchStrategy[dict[str, Any]]:
    """Sums of c z^k f(a z + b) with rational c, a, b and f a sine, error function, bell or kink: {name: Activation}.

    They grow at most like a polynomial, so all their Gaussian expectations exist. The zero function may occur.

    Args:
        terms: the largest number of summands. smooth: leave out steps and kinks. name: key of the activation.
    """
    sums = st.lists(_term(smooth), min_size=1, max_size=terms)
    return sums.map(lambda parts: {name: Activation(str(sympy.Add(*parts)), sympy.Add(*parts))})

"""Activations come from the catalogue, or from class G with finite Gaussian expectations."""

from typing import Any

import sympy
from hypothesis import given, settings

from proofs_check import strategies
from theory.activations import CATALOGUE, Activation
from theory.gaussian import derive_mean
from theory.symbols import z

from .corners import unreached


def test_the_whole_catalogue_is_drawn() -> None:
    """Activations would be left out of the search."""
    corners = {name: lambda data, name=name: data["activation"].name == name for name in CATALOGUE}
    assert unreached(strategies.activations(), corners) == []


@given(strategies.activation_names(within=strategies.POSITIVELY_HOMOGENEOUS))
def test_homogeneous_activations_are_homogeneous(data: dict[str, Any]) -> None:
    """A claim about homogeneous networks would be searched with others."""
    expression = CATALOGUE[data["activation"]].expression
    for point in (sympy.Rational(-3, 2), sympy.Integer(2)):
        assert expression.subs(z, 3 * point) == 3 * expression.subs(z, point)


@given(strategies.activation_names(within=strategies.SMOOTH))
def test_smooth_activations_have_derivatives_of_all_orders(data: dict[str, Any]) -> None:
    """A claim that needs smoothness would be searched with kinks."""
    assert not CATALOGUE[data["activation"]].expression.has(sympy.Max, sympy.Min, sympy.Abs, sympy.Heaviside)


@settings(max_examples=5)
@given(strategies.class_g_activations(terms=2))
def test_expressions_are_of_class_g(data: dict[str, Any]) -> None:
    """Expressions would be drawn whose Gaussian expectations cannot be derived."""
    activation = data["activation"]
    assert isinstance(activation, Activation)
    mean = derive_mean(activation.expression)
    assert mean is not None


@given(strategies.class_g_activations(smooth=True))
def test_smooth_expressions_have_no_kinks(data: dict[str, Any]) -> None:
    """A claim that needs smoothness would be searched with kinks."""
    assert not data["activation"].expression.has(sympy.Max, sympy.Abs, sympy.Heaviside)

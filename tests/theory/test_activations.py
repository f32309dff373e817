"""The catalogue of activations."""

from __future__ import annotations

import pytest
import sympy

from theory.activations import CATALOGUE, Activation, find_activation
from theory.errors import InvalidArgument, UnknownFunction
from theory.symbols import z


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_derivative_is_the_slope(name: str) -> None:
    """If false, a derivative is not the limit of difference quotients away from zero."""
    activation = CATALOGUE[name]
    for point in (sympy.Rational(-7, 5), sympy.Rational(3, 4)):
        h = sympy.Rational(1, 10**12)
        values = [activation.expression.subs(z, point + shift).evalf(60) for shift in (-h, h)]
        slope = activation.derivative.expression.subs(z, point).evalf(60)
        # The central difference errs by h^2/6 times a third derivative, which is below 50 for all of these.
        assert abs((values[1] - values[0]) / (2 * h) - slope) < 10 * h**2


def test_name_expression_and_object_find_the_same() -> None:
    """If false, the three ways to name an activation do not agree."""
    relu = find_activation("relu")
    assert find_activation(sympy.Max(z, 0)) is relu
    assert find_activation(relu) is relu
    assert find_activation(sympy.tan(z)) == Activation("tan(z)", sympy.tan(z))


def test_unknown_name_lists_the_known_ones() -> None:
    """If false, a misspelt name leaves the user without the list to choose from."""
    with pytest.raises(UnknownFunction, match=r"'rleu'.*erf.*relu"):
        find_activation("rleu")


def test_foreign_z_is_refused() -> None:
    """If false, an expression in another symbol called z passes for a constant."""
    with pytest.raises(InvalidArgument, match=r"not theory\.symbols\.z"):
        Activation("relu", sympy.Max(sympy.Symbol("z"), 0))


def test_floats_are_no_expressions() -> None:
    """If false, an object that is no expression gets into the derivations."""
    with pytest.raises(InvalidArgument, match="SymPy expression"):
        find_activation(1.5)  # type: ignore[arg-type]

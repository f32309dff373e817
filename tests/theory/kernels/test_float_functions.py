"""Activations as functions on floats."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy

from theory.activations import Activation
from theory.kernels.dual import dual
from theory.kernels.float_functions import float_function
from theory.parser import parse_expression
from theory.symbols import z

TEXTS = [
    "1/(1+exp(-z))",
    "log(1+exp(z))",
    "z*tanh(log(1+exp(z)))",
    "log(cosh(z))",
    "z/(1+exp(-1.5*z))",
    "exp(z)/(1+exp(z))",
    "log(1+exp(2*z))*Max(z,0)",
    "Piecewise((z, z > 0), (exp(z) - 1, True))",
]
POINTS = np.concatenate([sign * np.geomspace(1e-6, 3e3, 25) for sign in (-1, 1)])


@pytest.mark.parametrize("text", TEXTS)
def test_against_many_digits(text: str) -> None:
    """If false, an activation or its slope overflows, is 0 / 0, or loses its digits near 0 or far out."""
    phi = parse_expression(text)
    for expression in (phi, Activation(text, phi).derivative.expression):
        exact = sympy.lambdify(z, expression, ["mpmath", {"Heaviside": lambda x, _=None: mpmath.mpf(x > 0)}])
        with np.errstate(all="ignore"):
            values = float_function(expression)(POINTS)
        with mpmath.workdps(1500):
            truth = [exact(mpmath.mpf(float(x))) for x in POINTS]
            slack = [1e-14 * abs(value) * (1 + abs(x)) + 1e-17 * abs(x) for x, value in zip(POINTS, truth, strict=True)]
            errors = [abs(mpmath.mpf(float(found)) - value) for found, value in zip(values, truth, strict=True)]
        assert all(error <= bound for error, bound in zip(errors, slack, strict=True))


@pytest.mark.parametrize("name", ["sigmoid", "softplus", "swish", "mish", "log_cosh"])
def test_variances_of_any_size_have_expectations(name: str) -> None:
    """If false, a legitimate large or small variance makes the quadrature give up."""
    for found in (dual(name), dual(name).derivative):
        for variance in (1e-8, 1e4, 1e10):
            assert np.isfinite(found.evaluate(variance, variance, [variance, -variance])).all()

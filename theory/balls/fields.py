"""How each function on the whitelist is evaluated on the line and, within an integral, in the plane."""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce

import sympy
from flint import acb, arb

from ..normal_cdf import BivariateNormalCDF, NormalCDF
from . import complex as over_complex
from . import normal_cdf
from . import real as over_reals
from .tape import Field, Operation


def _real(function: Callable[[arb], arb]) -> Operation:
    return lambda values, analytic: function(values[0])


def _real_pair(function: Callable[[arb, arb], arb]) -> Operation:
    return lambda values, analytic: reduce(function, values)


def _complex(function: Callable[[acb, bool], acb]) -> Operation:
    return lambda values, analytic: function(values[0], analytic)


def _complex_pair(function: Callable[[acb, acb, bool], acb]) -> Operation:
    return lambda values, analytic: reduce(lambda one, two: function(one, two, analytic), values)


_REAL_FUNCTIONS: dict[type, Operation] = {
    sympy.exp: _real(over_reals.monotone(lambda x: x.exp())),
    sympy.log: _real(over_reals.log),
    sympy.sin: _real(lambda x: x.sin()),
    sympy.cos: _real(lambda x: x.cos()),
    sympy.tan: _real(lambda x: x.tan()),
    sympy.sinh: _real(over_reals.monotone(lambda x: x.sinh())),
    sympy.cosh: _real(over_reals.even(lambda x: x.cosh())),
    sympy.tanh: _real(over_reals.monotone(lambda x: x.tanh())),
    sympy.asin: _real(over_reals.asin),
    sympy.acos: _real(over_reals.acos),
    sympy.atan: _real(over_reals.monotone(lambda x: x.atan())),
    sympy.asinh: _real(over_reals.monotone(lambda x: x.asinh())),
    sympy.atan2: _real_pair(over_reals.atan2),
    sympy.erf: _real(over_reals.monotone(lambda x: x.erf())),
    sympy.erfc: _real(over_reals.monotone(lambda x: x.erfc())),
    sympy.erfi: _real(over_reals.monotone(lambda x: x.erfi())),
    sympy.gamma: _real(over_reals.gamma),
    sympy.Abs: _real(over_reals.even(abs)),
    sympy.sign: _real(over_reals.sign),
    sympy.Heaviside: _real_pair(over_reals.heaviside),
    sympy.Max: _real_pair(arb.max),
    sympy.Min: _real_pair(arb.min),
    NormalCDF: normal_cdf.normal,
    BivariateNormalCDF: normal_cdf.bivariate,
}

_COMPLEX_FUNCTIONS: dict[type, Operation] = {
    **{
        kind: _complex(over_complex.meromorphic(function))
        for kind, function in {
            sympy.exp: acb.exp,
            sympy.sin: acb.sin,
            sympy.cos: acb.cos,
            sympy.tan: acb.tan,
            sympy.sinh: acb.sinh,
            sympy.cosh: acb.cosh,
            sympy.tanh: acb.tanh,
            sympy.erf: acb.erf,
            sympy.erfc: acb.erfc,
            sympy.gamma: acb.gamma,
        }.items()
    },
    sympy.log: _complex(over_complex.log),
    sympy.asin: _complex(over_complex.asin),
    sympy.acos: _complex(over_complex.acos),
    sympy.atan: _complex(over_complex.atan),
    sympy.asinh: _complex(over_complex.asinh),
    sympy.Abs: _complex(over_complex.absolute),
    sympy.sign: _complex(over_complex.sign),
    sympy.Heaviside: _complex_pair(over_complex.heaviside),
    sympy.Max: _complex_pair(over_complex.maximum),
    sympy.Min: _complex_pair(over_complex.minimum),
    NormalCDF: normal_cdf.complex_normal,
}

REALS = Field(
    "real balls",
    arb,
    over_reals.integer_power,
    lambda base, exponent, analytic: over_reals.rational_power(base, exponent),
    lambda base, exponent, analytic: over_reals.real_power(base, exponent),
    _REAL_FUNCTIONS,
)

COMPLEXES = Field(
    "complex balls (within an integral)",
    acb,
    over_complex.integer_power,
    over_complex.rational_power,
    over_complex.real_power,
    _COMPLEX_FUNCTIONS,
)

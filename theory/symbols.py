"""The one table of symbols. SymPy holds `x` and positive `x` for different symbols, so each is made once, here.

Source: derived here (a notation, no statement).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import final

import sympy


@final
@dataclass(frozen=True, kw_only=True)
class Entry:
    """One symbol of the notation.

    Args:
        name: the name in code. latex: the name in print. meaning: what it stands for.
        domain: the largest set that it ranges over. symbol: the SymPy object, with its assumptions.
    """

    name: str
    latex: str
    meaning: str
    domain: sympy.Set
    symbol: sympy.Symbol


_HALF_LINE = sympy.Interval(0, sympy.oo)


def _entry(name: str, latex: str, meaning: str, domain: sympy.Set = sympy.Reals, **assumptions: bool) -> Entry:
    symbol = sympy.Symbol(name, **{"real": True, **assumptions})
    return Entry(name=name, latex=latex, meaning=meaning, domain=domain, symbol=symbol)


def _table() -> dict[str, Entry]:
    entries = (
        _entry("z", "z", "argument of an activation, the pre-activation"),
        _entry("u", "u", "first of two jointly Gaussian pre-activations"),
        _entry("v", "v", "second of two jointly Gaussian pre-activations"),
        _entry("a", "a", "Var u", _HALF_LINE, nonnegative=True),
        _entry("b", "b", "Var v", _HALF_LINE, nonnegative=True),
        _entry("c", "c", "Cov(u, v)"),
        _entry("rho", r"\rho", "correlation of u and v, the cosine of theta", sympy.Interval(-1, 1)),
        _entry("theta", r"\theta", "angle between two inputs", sympy.Interval(0, sympy.pi), nonnegative=True),
        _entry("q_xx", "q_{xx}", "variance of the pre-activation at input x", _HALF_LINE, nonnegative=True),
        _entry("q_yy", "q_{yy}", "variance of the pre-activation at input y", _HALF_LINE, nonnegative=True),
        _entry("q_xy", "q_{xy}", "covariance of the pre-activations at inputs x and y"),
        _entry("sigma_w", r"\sigma_w", "standard deviation of the weights", _HALF_LINE, nonnegative=True),
        _entry("sigma_b", r"\sigma_b", "standard deviation of the biases", _HALF_LINE, nonnegative=True),
        _entry("lam", r"\lambda", "an eigenvalue, or the weight of a regulariser", _HALF_LINE, nonnegative=True),
        _entry("eta", r"\eta", "step size", _HALF_LINE, nonnegative=True),
        _entry("x", "x", "a real number, or the first of two inputs"),
        _entry("y", "y", "a real number, or the second of two inputs"),
        _entry("n", "n", "number of samples", sympy.S.Naturals, integer=True, positive=True),
        _entry("m", "m", "width", sympy.S.Naturals, integer=True, positive=True),
        _entry("k", "k", "number of a step, or of a term", sympy.S.Naturals0, integer=True, nonnegative=True),
        _entry("t", "t", "time", _HALF_LINE, nonnegative=True),
    )
    return {entry.name: entry for entry in entries}


TABLE: Mapping[str, Entry] = MappingProxyType(_table())
"""Code name -> entry."""

z = TABLE["z"].symbol
u = TABLE["u"].symbol
v = TABLE["v"].symbol
a = TABLE["a"].symbol
b = TABLE["b"].symbol
c = TABLE["c"].symbol
rho = TABLE["rho"].symbol
theta = TABLE["theta"].symbol
q_xx = TABLE["q_xx"].symbol
q_yy = TABLE["q_yy"].symbol
q_xy = TABLE["q_xy"].symbol
sigma_w = TABLE["sigma_w"].symbol
sigma_b = TABLE["sigma_b"].symbol
lam = TABLE["lam"].symbol
eta = TABLE["eta"].symbol
x = TABLE["x"].symbol
y = TABLE["y"].symbol
n = TABLE["n"].symbol
m = TABLE["m"].symbol
k = TABLE["k"].symbol
t = TABLE["t"].symbol

"""Residual branches against plain recursions."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from tests.theory.kernels.recursion import first
from theory.errors import InvalidArgument
from theory.kernels import Dense, Network, Residual, parse_architecture
from theory.symbols import z

SEED = 20151210
ERF = sympy.erf(z)


def test_against_quadrature() -> None:
    """If false, a branch is added with another weight, or its gradient does not start from that of its input."""
    X = np.random.default_rng(SEED).standard_normal((2, 4))
    network = parse_architecture(
        "Dense(1.5, 0.1) >> Residual(erf >> Dense(1.2, 0.2) >> erf >> Dense(0.7)) >> erf "
        ">> Residual(Dense(1.3)) >> Dense(0.9, 0.4)"
    )
    start = first(*X).dense(1.5, 0.1)
    hidden = (start + start.act(ERF).dense(1.2, 0.2).act(ERF).dense(0.7, 0)).act(ERF)
    wanted = (hidden + hidden.dense(1.3, 0)).dense(0.9, 0.4)
    assert network.nngp(X)[0, 1] == pytest.approx(wanted.xy, rel=1e-11)
    assert network.ntk(X)[0, 1] == pytest.approx(wanted.ntk, rel=1e-11)
    assert network.nngp(X)[1, 1] == pytest.approx(wanted.yy, rel=1e-11)


def test_nested_branches() -> None:
    """If false, a branch within a branch is added at the wrong place."""
    X = np.random.default_rng(SEED).standard_normal((2, 3))
    network = parse_architecture("Dense(1) >> Residual(Dense(1.1) >> Residual(erf >> Dense(0.5))) >> erf >> Dense(1)")
    outer = first(*X).dense(1, 0)
    inner = outer.dense(1.1, 0)
    wanted = (outer + (inner + inner.act(ERF).dense(0.5, 0))).act(ERF).dense(1, 0)
    assert network.ntk(X)[0, 1] == pytest.approx(wanted.ntk, rel=1e-11)


def test_a_branch_of_weight_zero_changes_nothing() -> None:
    """If false, the identity is not what remains of a residual layer whose branch vanishes."""
    X = np.random.default_rng(SEED).standard_normal((3, 4))
    plain = parse_architecture("Dense(1.5, 0.3) >> gelu >> Dense(1)")
    residual = parse_architecture("Dense(1.5, 0.3) >> Residual(gelu >> Dense(0)) >> gelu >> Dense(1)")
    np.testing.assert_array_equal(residual.ntk(X), plain.ntk(X))


def test_formula_and_arrays_agree() -> None:
    """If false, the symbolic recursion loses a branch."""
    network = Network(Dense(1.5, 0.1) >> Residual("relu" >> Dense(1.2)) >> "relu" >> Dense(1))
    x, y = (1, 2, 0), (2, -1, 1)
    nngp, ntk = network.enclose(x, y, 20)
    assert network.nngp([x], [y])[0, 0] == pytest.approx(float(nngp.mid()), rel=1e-14)
    assert network.ntk([x], [y])[0, 0] == pytest.approx(float(ntk.mid()), rel=1e-14)


def test_widths_must_fit() -> None:
    """If false, features of two widths are added."""
    with pytest.raises(InvalidArgument, match="width 5"):
        Network(Dense(1, width=4) >> Residual(Dense(1, width=5)) >> Dense(1))
    with pytest.raises(InvalidArgument, match="is no layer"):
        Residual(3)  # type: ignore[arg-type]

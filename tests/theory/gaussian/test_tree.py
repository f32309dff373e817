"""Expressions as nested lists."""

from __future__ import annotations

import json

import pytest
import sympy

from theory.activations import CATALOGUE
from theory.errors import InvalidArgument
from theory.gaussian.tree import read_tree, write_tree
from theory.kernels import derive_dual
from theory.symbols import z


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_activations_survive(name: str) -> None:
    """If false, an activation or its derivative is another expression after writing and reading."""
    for activation in (CATALOGUE[name], CATALOGUE[name].derivative):
        assert read_tree(json.loads(json.dumps(write_tree(activation.expression)))) == activation.expression


@pytest.mark.parametrize("name", ["relu", "hard_tanh", "elu", "gabor", "gelu"])
def test_duals_survive(name: str) -> None:
    """If false, a closed form is another one after writing and reading."""
    expression = derive_dual(name).expression
    assert read_tree(write_tree(expression)) == expression


@pytest.mark.parametrize(
    ("tree", "names"),
    [
        (["eval", ["Symbol", "x"]], "eval"),
        (["Symbol", "__import__('os')"], "letters"),
        (["Symbol", "x", "commutative"], "assumptions"),
        (["Rational", "1", "0"], "denominator"),
        (["Rational", "1.5", "2"], "digits"),
        (["Rational", 1, 2], "digits"),
        (["erf"], "erf"),
        ([], "head"),
        ("x", "head"),
        (["exp", 5], "head"),
    ],
    ids=str,
)
def test_malformed_trees_are_refused(tree: object, names: str) -> None:
    """If false, something that is no tree is read, or fails without a sentence."""
    with pytest.raises(InvalidArgument, match=names):
        read_tree(tree)  # type: ignore[arg-type]


def test_deep_trees_are_refused() -> None:
    """If false, a hostile tree ends in a stack overflow."""
    tree: list[object] = ["Symbol", "x"]
    for _ in range(1000):
        tree = ["exp", tree]
    with pytest.raises(InvalidArgument, match="deep"):
        read_tree(tree)


def test_strangers_are_not_written() -> None:
    """If false, an expression that cannot be read back is written."""
    with pytest.raises(InvalidArgument, match="gamma"):
        write_tree(sympy.gamma(z))

"""Composing layers, and refusing sequences that have no limit."""

from __future__ import annotations

import pytest
import sympy

from theory.activations import CATALOGUE
from theory.errors import InvalidArgument
from theory.kernels import Act, Conv, Dense, Flatten, GlobalAvgPool, LayerNorm, Network, Residual, parse_architecture
from theory.symbols import z


def test_operands_of_the_arrow() -> None:
    """If false, the ways to write an activation differ, or brackets around >> change the network."""
    wanted = Dense(1) >> Act("relu") >> Dense(1)
    assert wanted == Dense(1) >> "relu" >> Dense(1)
    assert wanted == Dense(1) >> ("Max(z, 0)" >> Dense(1))
    assert wanted == Dense(1) >> sympy.Max(z, 0) >> Dense(1)
    assert wanted == Dense(1) >> CATALOGUE["relu"] >> Dense(1)
    with pytest.raises(InvalidArgument, match="is no layer"):
        Dense(1) >> 3  # type: ignore[operator]


@pytest.mark.parametrize(
    "chain",
    [
        Dense(1.5, 0.1) >> "erf" >> Dense(1, 0),
        Dense(sympy.sqrt(2), width=30) >> "Max(z - 1/2, 0)" >> Dense(2),
        Dense(1) >> Residual(Dense(1, 0) >> "relu" >> Dense(1, 0)) >> LayerNorm() >> "gelu" >> Dense(1),
        Conv((3, 1), 1.5, 0.1, padding="valid", stride=2) >> "sign" >> Flatten() >> Dense(1, width=7),
        Conv(3, 1.5) >> "sin" >> GlobalAvgPool() >> Dense(1),
    ],
    ids=str,
)
def test_text_and_objects_are_the_same(chain: Dense) -> None:
    """If false, what a network prints is not what the parser reads."""
    assert parse_architecture(str(chain)).architecture == Network(chain).architecture


WRONG = {
    "Dense(1) >> relu >> erf >> Dense(1)": "layer 3, erf: .* put Dense",
    "relu >> Dense(1)": "layer 1, relu",
    "LayerNorm() >> Dense(1)": "layer 1, LayerNorm",
    "Dense(1) >> relu >> LayerNorm() >> Dense(1)": "layer 3, LayerNorm.* before the activation",
    "Dense(1) >> Flatten() >> Dense(1)": "layer 2, Flatten.* remove it",
    "Dense(1) >> Conv(3, 1) >> Flatten()": "layer 2, Conv.* start the network with Conv",
    "Conv(3, 1) >> relu >> Dense(1)": "layer 3, Dense.* put Flatten",
    "Conv(3, 1) >> relu": "ends in images",
    "Conv(3, 1) >> Flatten() >> relu >> Dense(1)": "layer 3, relu",
    "Conv(3, 1) >> Flatten() >> GlobalAvgPool()": "layer 3, GlobalAvgPool",
    "Dense(1) >> Residual(Dense(1) >> relu >> relu)": "layer 2.3, relu",
    "Dense(1) >> Residual(relu) >> Dense(1)": "layer 2, Residual.* correlated",
    "Dense(1) >> Residual(Residual(Dense(1)))": "layer 2, Residual.* correlated",
    "Dense(1) >> relu >> Residual(Dense(1) >> relu) >> Dense(1)": "layer 3, Residual.* correlated",
}


@pytest.mark.parametrize("text", WRONG)
def test_wrong_sequences_name_the_place(text: str) -> None:
    """If false, a sequence without a Gaussian limit gets a kernel, or the message does not say where it is wrong."""
    with pytest.raises(InvalidArgument, match=WRONG[text]):
        parse_architecture(text)

"""Reading architectures."""

from __future__ import annotations

import contextlib

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InvalidArgument, TheoryError, UnknownToken
from theory.kernels import Conv, Dense, GlobalAvgPool, LayerNorm, Network, Residual, parse_architecture
from theory.symbols import sigma_b, sigma_w, z


def test_texts_mean_what_they_say() -> None:
    """If false, a text is read as another network."""
    read = {
        "Dense(1.5, 0.1) >> erf >> Dense(1, 0)": Dense(1.5, 0.1) >> "erf" >> Dense(1, 0),
        "Dense(1.5,0.1)>>Max(z,0)+0.1*Min(z,0)>>Dense(1)": Dense(1.5, 0.1) >> "leaky_relu" >> Dense(1),
        "Dense(1) >> (relu >> Dense(2))": Dense(1) >> "relu" >> Dense(2),
        "Dense(sigma_w, sigma_b=sigma_b, width=3)": Dense(sigma_w, sigma_b, width=3) >> Dense(1),
        "Conv((1, 3), sqrt(2), padding='circular', stride=2) >> relu >> GlobalAvgPool()": Conv(
            (1, 3), sympy.sqrt(2), padding="circular", stride=2
        )
        >> sympy.Max(z, 0)
        >> GlobalAvgPool(),
        "Dense(1) >> Residual(LayerNorm() >> relu(2*z) >> Dense(1/3)) >> Dense(1)": Dense(1)
        >> Residual(LayerNorm() >> sympy.Max(2 * z, 0) >> Dense(sympy.Rational(1, 3)))
        >> Dense(1),
    }
    for text, chain in read.items():
        wanted = Network(chain).architecture
        found = parse_architecture(text if "width" not in text else f"{text} >> Dense(1)").architecture
        assert found == wanted, text


UNKNOWN = {
    "Dense(1) >> foo >> Dense(1)": "'foo' at position 13",
    "Dens(1) >> relu": "'Dens' at position 1",
    "Dense(1) >> Pool(2)": "'Pool' at position 13",
    "Dense(tau)": "'tau' at position 7",
    "Dense(z)": "'z' at position 7",
    "Dense(1) > relu > Dense(1)": "write >>",
    "Dense": r"write Dense\(...\)",
    "Dense(1) >>": "cannot be read",
    "Dense(1) >> relu; import os": "';'",
}


@pytest.mark.parametrize("text", UNKNOWN)
def test_unknown_words_are_named(text: str) -> None:
    """If false, the user does not learn which word was not understood."""
    with pytest.raises(UnknownToken, match=UNKNOWN[text]):
        parse_architecture(text)


REFUSED = {
    "Dense()": "missing 1 required positional argument: 'sigma_w'",
    "Dense(1, 2, 3)": "wrong arguments",
    "Dense(1, depth=3)": "'depth'",
    "Dense(-1)": "sigma_w=-1",
    "Dense(1, 1 - 2)": "sigma_b=-1",
    "Conv(3, 1, padding='x') >> Flatten()": "padding='x'",
    "Conv(1.5, 1) >> Flatten()": "size=",
    "Residual(relu, erf)": "one chain",
    "Dense(1/0)": "divides by zero",
    "": "empty",
}


@pytest.mark.parametrize("text", REFUSED)
def test_wrong_arguments_are_named(text: str) -> None:
    """If false, a layer is made of arguments that it does not take."""
    with pytest.raises(InvalidArgument, match=REFUSED[text]):
        parse_architecture(text)


def test_deep_networks_are_read() -> None:
    """If false, a network of a hundred layers does not fit into the parser."""
    assert len(parse_architecture(" >> relu >> ".join(["Dense(1.5, 0.05)"] * 101)).chain.layers) == 201


WORDS = ("Dense", "(", ")", "1", ",", ">>", "relu", "z", "Residual", "Conv", "3", "LayerNorm()", "Dense(1)", "=", "'")


@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    """If false, some text ends in an error that is no sentence for the user."""
    with contextlib.suppress(TheoryError):
        network = parse_architecture(text)
        assert parse_architecture(str(network)).architecture == network.architecture

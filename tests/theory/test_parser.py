"""Reading expressions in z."""

from __future__ import annotations

import contextlib

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from theory.activations import CATALOGUE
from theory.errors import InvalidArgument, TheoryError, UnknownToken
from theory.parser import parse_expression
from theory.symbols import z

READ = {
    "z": z,
    "  relu ": sympy.Max(z, 0),
    "Max(z,0)+0.1*Min(z,0)": sympy.Max(z, 0) + sympy.Min(z, 0) / 10,
    "relu(2*z - 1)": sympy.Max(2 * z - 1, 0),
    "1e-3*z": z / 1000,
    "-z**2/2": -(z**2) / 2,
    "+z - -1": z + 1,
    "tanh": sympy.tanh(z),
    "z*sigmoid(z)": z / (1 + sympy.exp(-z)),
    "log(1 + exp(z))": sympy.log(1 + sympy.exp(z)),
    "Phi(z)": (1 + sympy.erf(z / sympy.sqrt(2))) / 2,
    "exp(-z**2)*cos(pi*z)": sympy.exp(-(z**2)) * sympy.cos(sympy.pi * z),
    "E**z": sympy.exp(z),
    "Piecewise((exp(z) - 1, z < 0), (z, True))": sympy.Piecewise((sympy.exp(z) - 1, z < 0), (z, True)),
    "Max(Min(z, 1), -1)": sympy.Max(sympy.Min(z, 1), -1),
    "0.1 + 0.2": sympy.Rational(3, 10),
}


@pytest.mark.parametrize("text", READ)
def test_texts_mean_what_they_say(text: str) -> None:
    """If false, a text is read as another function."""
    assert parse_expression(text) == READ[text]


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_catalogue_can_be_named(name: str) -> None:
    """If false, an activation of the catalogue cannot be written by its name, or its expression not be read back."""
    assert parse_expression(name) == CATALOGUE[name].expression


UNKNOWN = {
    "foo(z)": ("'foo'", 1),
    "z + x": ("'x'", 5),
    "z ^ 2": ("'^'", 3),
    "((z)) ^ 2": ("'^'", 7),
    "z // 2": ("'//'", 3),
    "__import__('os')": ("'__import__'", 1),
    "z.real": ("'z.real'", 1),
    "z[0]": ("'z[0]'", 1),
    "lambda: 0": ("'lambda: 0'", 1),
    "1j*z": ("'1j'", 1),
    "0x10*z": ("'0x10'", 1),
    "True*z": ("'True'", 1),
    "'z'": ("\"'z'\"", 1),
    "z if z else 1": ("'z if z else 1'", 1),
    "z $ 2": ("'$'", 3),
    "z)": ("')'", 2),
    "2*é": ("'é'", 3),
    "Piecewise((z, z != 0), (0, True))": ("'z != 0'", 15),
}


@pytest.mark.parametrize("text", UNKNOWN)
def test_unknown_words_are_named_with_their_place(text: str) -> None:
    """If false, the user does not learn which word was not understood, or it was run."""
    token, place = UNKNOWN[text]
    with pytest.raises(UnknownToken) as caught:
        parse_expression(text)
    assert str(caught.value).startswith(f"{token} at position {place} of ")


REFUSED = {
    "": "empty",
    "   ": "empty",
    "1/0": "divides by zero",
    "z/(1 - 1)": "divides by zero",
    "log(0)": "not a finite number",
    "sqrt(-1)": "not real",
    "9**9**9": "exceeds 64",
    "z**1000": "exceeds 64",
    "((10**64)**64)**64": "too large",
    "exp(exp(exp(9)))": "exceeds 1000",
    "E**(E**(E**9))": "exceeds 1000",
    "sin(z, 2)": "one argument",
    "sin(x=z)": "plain arguments",
    "Piecewise((z, z > 0))": "last condition",
    "-" * 200 + "z": "nested deeper",
    "z" + "+z" * 600: "at most 1000",
}


@pytest.mark.parametrize("text", REFUSED)
def test_dangerous_texts_are_refused(text: str) -> None:
    """If false, a short text can fill the memory, or a value that is no real function is accepted."""
    with pytest.raises(InvalidArgument, match=REFUSED[text]):
        parse_expression(text)


WORDS = (
    "z",
    "1",
    "0.5",
    "1e5",
    "(",
    ")",
    "+",
    "-",
    "*",
    "/",
    "**",
    ",",
    "exp",
    "Max",
    "relu",
    " ",
    "x",
    "=",
    "[",
    ">",
    ".",
)


@given(st.lists(st.sampled_from(WORDS), max_size=12).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    """If false, some text ends in an error that is no sentence for the user."""
    with contextlib.suppress(TheoryError):
        assert parse_expression(text).free_symbols <= {z}


def test_unknown_words_are_answered_with_the_nearest() -> None:
    """If false, a slip of the pen is answered with sixty words."""
    with pytest.raises(UnknownToken, match=r"did you mean sigmoid"):
        parse_expression("sigmiod(z)")
    with pytest.raises(UnknownToken, match=r"allowed are z, pi, .* more") as caught:
        parse_expression("foo")
    assert len(str(caught.value)) < 200

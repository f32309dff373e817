"""Architectures: multilayer networks as notation, or as networks with a parameterisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from hypothesis import strategies as st

from theory.kernels.notation import parse_architecture
from theory.kernels.parameterisation import Parameterisation

from .coordinates import require_range

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn, SearchStrategy

WEIGHTS = ("1", "sqrt(2)", "1/2", "3", "1/100", "20")
"""Standard deviations of weights: the usual ones, then far in the ordered and the chaotic phase."""
BIASES = ("0", "1", "1/10", "1/1000")
"""Standard deviations of biases."""
WIDTHS = (2, 64, 4096)
"""Widths of the hidden layers of networks; the standard parameterisation depends on them."""


@st.composite
def _notation(
    draw: DrawFn, depth: tuple[int, int], activations: tuple[str, ...], branches: bool, widths: tuple[int, ...]
) -> str:
    hidden = draw(st.integers(*depth))
    weight, bias = st.sampled_from(WEIGHTS), st.sampled_from(BIASES)
    words = []
    for _ in range(hidden):
        width = f", width={draw(st.sampled_from(widths))}" if widths else ""
        words.append(f"Dense({draw(weight)}, {draw(bias)}{width})")
        if branches and draw(st.booleans()):
            inner = f"Dense({draw(weight)}, {draw(bias)}{width}) >> {draw(st.sampled_from(activations))}"
            words.append(f"Residual({inner} >> Dense({draw(weight)}, {draw(bias)}{width}))")
        words.append(draw(st.sampled_from(activations)))
    return " >> ".join([*words, f"Dense({draw(weight)}, {draw(bias)})"])


def architectures(
    *,
    depth: tuple[int, int] = (1, 4),
    activations: tuple[str, ...] = ("relu", "erf", "abs", "identity", "gelu"),
    branches: bool = False,
    widths: tuple[int, ...] = (),
    name: str = "architecture",
) -> SearchStrategy[dict[str, Any]]:
    """Architectures in the notation of `theory.kernels.parse_architecture`: {name: str}.

    Args:
        depth: inclusive range of the number of hidden layers. activations: catalogue names or expressions in z.
        branches: residual branches may occur. widths: widths of hidden layers to draw from; none are written if empty.
        name: key of the text.

    Example:
        >>> from hypothesis import find
        >>> find(architectures(), lambda data: data["architecture"].count("relu") == 1)
        {'architecture': 'Dense(1, 0) >> relu >> Dense(1, 0)'}
    """
    require_range("depth", depth, least=0)
    return _notation(depth, activations, branches, widths).map(lambda text: {name: text})


@st.composite
def _network(draw: DrawFn, texts: SearchStrategy[dict[str, Any]], name: str) -> dict[str, Any]:
    text = draw(texts)["architecture"]
    return {name: parse_architecture(text, draw(st.sampled_from(get_args(Parameterisation))))}


def networks(
    *,
    depth: tuple[int, int] = (1, 4),
    activations: tuple[str, ...] = ("relu", "erf", "abs", "identity", "gelu"),
    branches: bool = False,
    name: str = "network",
) -> SearchStrategy[dict[str, Any]]:
    """Infinitely wide networks in each parameterisation: {name: theory.kernels.Network}. Arguments: `architectures`."""
    return _network(architectures(depth=depth, activations=activations, branches=branches, widths=WIDTHS), name)

"""Architectures are written in the notation that the parser reads."""

from typing import Any

from hypothesis import given, settings

from proofs_check import strategies
from theory.kernels.network import Network
from theory.kernels.notation import parse_architecture

from .corners import unreached


@settings(max_examples=30)
@given(strategies.architectures(branches=True, depth=(0, 4)))
def test_architectures_are_read(data: dict[str, Any]) -> None:
    """A drawn text would not be an architecture."""
    assert isinstance(parse_architecture(data["architecture"]), Network)


def test_depths_phases_and_parameterisations_are_reached() -> None:
    """One depth, one phase or one parameterisation would be searched."""
    corners: dict[str, Any] = {
        word: lambda data, word=word: data["network"].parameterisation == word
        for word in ("ntk", "standard", "mean_field")
    }
    corners["deep"] = lambda data: str(data["network"].architecture).count("Dense") >= 4
    corners["chaotic"] = lambda data: "Dense(20" in str(data["network"].architecture)
    corners["residual"] = lambda data: "Residual" in str(data["network"].architecture)
    assert unreached(strategies.networks(branches=True), corners, draws=200) == []

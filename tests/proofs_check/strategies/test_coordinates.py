"""Ranges and words given to strategies are looked at before anything is drawn."""

from typing import Any

import pytest

from proofs_check import strategies
from proofs_check.errors import MalformedClaim


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("spectra", {"size": (0, 3)}),
        ("psd_matrices", {"size": (3, 2)}),
        ("probability_vectors", {"size": (0, 1)}),
        ("data_sets", {"count": (2, 1)}),
        ("data_sets", {"labels": "random"}),
        ("histogram_measures", {"dimension": 3}),
        ("relu_networks", {"width": (0, 2)}),
        ("architectures", {"depth": (-1, 2)}),
        ("activations", {"within": ("rleu",)}),
    ],
)
def test_impossible_arguments_are_refused(name: str, arguments: dict[str, Any]) -> None:
    """A strategy that can draw nothing, or something else than meant, would be built."""
    with pytest.raises(MalformedClaim, match=r"give|write|not in the catalogue"):
        getattr(strategies, name)(**arguments)

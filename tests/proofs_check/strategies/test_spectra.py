"""Spectra are ordered and come in every shape."""

from typing import Any

import numpy as np
from hypothesis import given

from proofs_check import strategies

from .corners import unreached


@given(strategies.spectra(size=(1, 8)))
def test_spectra_are_ordered_and_not_negative(data: dict[str, Any]) -> None:
    """Eigenvalues would be counted from the wrong end, or be impossible."""
    values = data["spectrum"]
    assert (np.diff(values) <= 0).all()
    assert values[-1] >= 0


def test_shapes_of_spectra_are_reached() -> None:
    """A bound in terms of a spectrum would be searched on spectra of one kind."""
    corners = {
        "zeros": lambda data: data["spectrum"][0] > 0 == data["spectrum"][-1],
        "all zero": lambda data: not data["spectrum"].any(),
        "flat": lambda data: data["spectrum"][0] == data["spectrum"][-1] > 0,
        "near ties": lambda data: 0 < 1 - data["spectrum"][1] / max(data["spectrum"][0], 1e-300) < 1e-6,
        "spike": lambda data: 0 < data["spectrum"][1] < 1e-6 * data["spectrum"][0],
        "power law": lambda data: np.allclose(data["spectrum"] * np.arange(1, 5) ** 2, data["spectrum"][0]) > 0,
    }
    assert unreached(strategies.spectra(size=(4, 4)), corners) == []

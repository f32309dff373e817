"""Vectors, and parts of an instance put together."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from proofs_check import strategies


@given(strategies.together(strategies.vectors(size=(2, 3), name="u"), st.fixed_dictionaries({"k": st.integers(0, 3)})))
def test_parts_are_merged(data: dict[str, Any]) -> None:
    """A part of the data would be lost."""
    assert set(data) == {"u", "k"}
    assert data["u"].shape in ((2,), (3,))

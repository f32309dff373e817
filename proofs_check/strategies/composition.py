"""Plain vectors, and several independent parts of an instance put together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from hypothesis import strategies as st

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def vectors(*, size: tuple[int, int] = (1, 5), name: str = "v") -> SearchStrategy[dict[str, Any]]:
    """Vectors with entries in [-1, 1]: {name: (n,)}.

    Args:
        size: inclusive range of n. name: key of the vector.
    """
    entry = st.floats(-1, 1, allow_subnormal=False, width=32)
    return st.lists(entry, min_size=size[0], max_size=size[1]).map(lambda values: {name: np.array(values)})


def together(*parts: SearchStrategy[dict[str, Any]]) -> SearchStrategy[dict[str, Any]]:
    """Independent parts merged into one dict."""
    return st.tuples(*parts).map(lambda drawn: {name: value for part in drawn for name, value in part.items()})

"""Numbers from which arrays are drawn: plain coordinates and magnitudes over many powers of ten."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from ..errors import MalformedClaim

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def draw_array(draw: DrawFn, *shape: int) -> Array:
    """An array of coordinates in [-1, 1], each a float32 number, so that counterexamples are short."""
    entry = st.floats(-1, 1, allow_subnormal=False, width=32)
    count = int(np.prod(shape))
    return np.array(draw(st.lists(entry, min_size=count, max_size=count)), dtype=np.float64).reshape(shape)


def draw_magnitude(draw: DrawFn, low: int, high: int) -> float:
    """A power of ten with an exponent from low to high; 1 is the simplest."""
    exponents = sorted(range(low, high + 1), key=abs)
    return float(10.0 ** draw(st.sampled_from(exponents)))


def require_range(name: str, bounds: tuple[int, int], *, least: int = 1) -> None:
    """Refuse a range of sizes that no instance can have.

    Raises:
        MalformedClaim: unless least <= bounds[0] <= bounds[1].
    """
    if not least <= bounds[0] <= bounds[1]:
        kind = "positive integers" if least == 1 else f"integers from {least} on"
        raise MalformedClaim(f"{name}={bounds}: give an increasing range of {kind}, as ({least}, {least + 4})")


def require_choice(name: str, value: str, allowed: tuple[str, ...]) -> None:
    """Refuse a word that is not among those allowed.

    Raises:
        MalformedClaim: naming the words.
    """
    if value not in allowed:
        raise MalformedClaim(f"{name}={value!r}: write one of {', '.join(map(repr, allowed))}")

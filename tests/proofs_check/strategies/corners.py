"""Which corners a strategy reaches within a fixed number of draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy


def unreached(
    strategy: SearchStrategy[dict[str, Any]], corners: Mapping[str, Callable[[dict[str, Any]], Any]], draws: int = 300
) -> list[str]:
    """Names of the corners that none of the draws falls into; the draws are the same every time."""
    left = dict(corners)

    @settings(max_examples=draws, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def look(data: dict[str, Any]) -> None:
        for name in [name for name, is_in in left.items() if is_in(data)]:
            del left[name]

    look()
    return sorted(left)

"""The worst instance that a search found: a record for the reader, which only its paper can evaluate again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .record import NeedsPaper, Recheck

KIND = "worst instance found"


def recheck(content: Mapping[str, Any]) -> Recheck:
    """Refuse: the two sides of such a bound are functions in the paper's file.

    Raises:
        NeedsPaper: always.
    """
    raise NeedsPaper(
        "a search found no violation, which proves nothing by itself; the instance it came closest with can only be "
        "evaluated by the functions of its paper: run `proofs-check verify` on the claim"
    )

"""Certificates that two expressions differ by at most a slack: two inequalities, each covered by boxes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..checkers.closeness import KIND
from . import branch_and_bound
from .reading import is_sealed, require_keys
from .record import Recheck

__all__ = ["KIND", "recheck"]


def recheck(content: Mapping[str, Any]) -> Recheck:
    """Check both inequalities again.

    Raises:
        MalformedCertificate: if the content has not the form of such a certificate.
    """
    require_keys(content, below=dict, above=dict, digest=str)
    below, above = (branch_and_bound.recheck(content[name]) for name in ("below", "above"))
    statement = f"{below.statement}; and {above.statement}"
    mirrored = all(
        content["below"][one] == content["above"][other]
        for one, other in (("lhs", "rhs"), ("rhs", "lhs"), ("domain", "domain"), ("slack", "slack"))
    )
    if not mirrored or not is_sealed(content):
        return Recheck(valid=False, statement=statement, detail="the two parts are not about the same expressions")
    for part in (below, above):
        if not part.valid:
            return Recheck(valid=False, statement=statement, detail=part.detail)
    return Recheck(valid=True, statement=statement, detail=f"{below.detail}; {above.detail}")

"""Certificates of identities: the difference of both sides reduces to zero in a normal form, computed again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from theory.errors import TheoryError
from theory.normal_form import reduce_to_zero

from ..checkers.exact_proofs import NORMAL_FORM as KIND
from ..checkers.exact_proofs import statement_over
from .branch_and_bound import read_side
from .expressions import read_domain
from .reading import is_sealed, require_keys
from .record import NeedsPaper, Recheck

__all__ = ["KIND", "recheck"]

_NOTES = ("points", "oracle_points", "largest_radius", "needs_paper")
"""What the search adds for the reader; the digest covers it, the proof does not need it."""


def recheck(content: Mapping[str, Any]) -> Recheck:
    """Reduce lhs - rhs again and compare the normal form with the recorded one.

    Raises:
        MalformedCertificate: if the content has not the form of such a certificate.
        NeedsPaper: if the expressions could not be written down.
    """
    kept = {name: value for name, value in content.items() if name not in _NOTES}
    require_keys(
        kept, statement=str, lhs=list, rhs=list, domain=list, digest=str,
        is_zero=bool, normal_form=str, generators=list, relations=list, steps=list,
    )  # fmt: skip
    if "needs_paper" in content:
        raise NeedsPaper(f"{content['statement'][:200]}: {content['needs_paper']}")
    domain = read_domain(content["domain"])
    lhs, rhs = (read_side(content[name], name, domain) for name in ("lhs", "rhs"))
    statement = statement_over(f"{lhs} = {rhs}", domain)
    if not is_sealed(content) or statement != content["statement"]:
        return Recheck(valid=False, statement=statement, detail="the digest or the words do not fit the content")
    try:
        again = reduce_to_zero(lhs - rhs, domain)
    except TheoryError as error:
        return Recheck(valid=False, statement=statement, detail=f"the normal form cannot be found again: {error}")
    if not again.is_zero:
        return Recheck(valid=False, statement=statement, detail="the normal form of lhs - rhs is not zero")
    if any(content[name] != value for name, value in again.to_json().items()):
        return Recheck(valid=False, statement=statement, detail="the recorded normal form is not the one found again")
    count = len(again.generators)
    return Recheck(valid=True, statement=statement, detail=f"lhs - rhs reduces to zero again, over {count} generators")

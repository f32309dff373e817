"""Certificates of polynomial inequalities: decided again, by Sturm sequences or a point in each cylindrical cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from theory.normal_form.polynomial_sign import decide_polynomial

from ..checkers.exact_proofs import POLYNOMIAL_SIGN as KIND
from .record import Recheck
from .sign_of_factors import read_gap

__all__ = ["KIND", "recheck"]


def recheck(content: Mapping[str, Any]) -> Recheck:
    """Decide the sign of rhs - lhs + slack again and compare the cells with the recorded ones.

    Raises:
        MalformedCertificate: if the content has not the form of such a certificate.
    """
    gap, domain, statement, fits = read_gap(content)
    if not fits:
        return Recheck(valid=False, statement=statement, detail="the digest or the words do not fit the content")
    again = decide_polynomial(gap, domain, strict=content["strict"])
    if again is None or not again.holds:
        return Recheck(valid=False, statement=statement, detail="the inequality is not decided, or decided otherwise")
    if again.to_json() != content["form"]:
        return Recheck(valid=False, statement=statement, detail="the cells found again are not the recorded ones")
    return Recheck(valid=True, statement=statement, detail=f"nonnegative in {again.cells} cells: {again.method}")

"""Price certificates of `proofs-check dual --certificate`: E[f(u) g(v)] by its slope in c and its value at c = 0."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from theory.gaussian.certificate import PriceCertificate

from .expressions import refuse_large_numbers
from .record import MalformedCertificate, Recheck

KIND = "price"
_LARGEST = 200_000


def recheck(content: Mapping[str, Any]) -> Recheck:
    """Derive both sides of Price's theorem again and compare them with the recorded ones.

    Raises:
        MalformedCertificate: if the content has not the form of such a certificate. TheoryError: the same.
    """
    if len(json.dumps(content)) > _LARGEST:
        raise MalformedCertificate(f"content: more than {_LARGEST} characters, which no formula of a kernel needs")
    for name in ("f", "g", "expression", "slope", "boundary"):
        refuse_large_numbers(content.get(name), name)
    certificate = PriceCertificate.from_json(content)
    statement = (
        f"E[f(u) g(v)] = {certificate.expression} for f(z) = {certificate.f}, g(z) = {certificate.g}, "
        "(u, v) normal with mean zero, a = Var u, b = Var v, c = Cov(u, v)"
    )
    if not certificate.is_proof:
        return Recheck(valid=False, statement=statement, detail="the recorded normal forms are not zero")
    problem = next(certificate.problems(), None)
    detail = "slope in c and value at c = 0 derived and reduced to zero again, and compared in balls"
    return Recheck(valid=problem is None, statement=statement, detail=problem or detail)

"""Certificates of inequalities whose gap has factors of certain sign: the factors and their signs, found again."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import sympy

from theory.errors import TheoryError
from theory.normal_form import Sign, certify_sign

from ..checkers.covering import statement_of
from ..checkers.exact_proofs import SIGN_OF_FACTORS as KIND
from .branch_and_bound import read_side
from .expressions import read_domain
from .reading import is_sealed, read_rational, require_keys
from .record import MalformedCertificate, Recheck

__all__ = ["KIND", "recheck"]


def recheck(content: Mapping[str, Any]) -> Recheck:
    """Find the signs of the factors of rhs - lhs + slack again and compare them with the recorded ones.

    Raises:
        MalformedCertificate: if the content has not the form of such a certificate.
    """
    require_keys(content, statement=str, form=dict, lhs=list, rhs=list, domain=list, slack=str, strict=bool, digest=str)
    domain = read_domain(content["domain"])
    lhs, rhs = (read_side(content[name], name, domain) for name in ("lhs", "rhs"))
    slack: Fraction = read_rational(content["slack"], "slack")
    if slack < 0:
        raise MalformedCertificate(f"slack={content['slack']}: it must not be negative")
    statement = statement_of(lhs, rhs, domain, strict=content["strict"], slack=slack)
    if not is_sealed(content) or statement != content["statement"]:
        return Recheck(valid=False, statement=statement, detail="the digest or the words do not fit the content")
    try:
        again = certify_sign(rhs - lhs + sympy.Rational(slack.numerator, slack.denominator), domain)
    except TheoryError as error:
        return Recheck(valid=False, statement=statement, detail=f"the normal form cannot be found again: {error}")
    enough = (Sign.POSITIVE,) if content["strict"] else (Sign.POSITIVE, Sign.NONNEGATIVE)
    if again.sign not in enough or again.to_json() != content["form"]:
        return Recheck(valid=False, statement=statement, detail="the signs found again are not the recorded ones")
    return Recheck(valid=True, statement=statement, detail=f"the signs of {len(again.factors)} factors found again")


def read_gap(
    content: Mapping[str, Any],
) -> tuple[sympy.Expr, dict[sympy.Symbol, sympy.Interval], str, bool]:
    """rhs - lhs + slack, its domain, the statement, and whether digest and words fit the content.

    Raises:
        MalformedCertificate: if the content has not the form of an exact certificate of an inequality.
    """
    require_keys(content, statement=str, form=dict, lhs=list, rhs=list, domain=list, slack=str, strict=bool, digest=str)
    domain = read_domain(content["domain"])
    lhs, rhs = (read_side(content[name], name, domain) for name in ("lhs", "rhs"))
    slack: Fraction = read_rational(content["slack"], "slack")
    if slack < 0:
        raise MalformedCertificate(f"slack={content['slack']}: it must not be negative")
    statement = statement_of(lhs, rhs, domain, strict=content["strict"], slack=slack)
    gap = rhs - lhs + sympy.Rational(slack.numerator, slack.denominator)
    return gap, domain, statement, is_sealed(content) and statement == content["statement"]

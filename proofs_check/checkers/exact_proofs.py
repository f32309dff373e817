"""What an exact proof puts into its certificate: the statement as data, and the normal form that decided it."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import sympy

from theory.normal_form import Reduction, SignProof
from theory.normal_form.polynomial_sign import PolynomialDecision

from ..certificates.expressions import write_domain, write_expression
from ..certificates.reading import seal
from ..certificates.record import MalformedCertificate
from .covering import statement_of
from .points import describe

NORMAL_FORM = "normal form"
SIGN_OF_FACTORS = "sign of factors"
POLYNOMIAL_SIGN = "sign of a polynomial"

Domain = Mapping[sympy.Symbol, sympy.Interval]


def identity_content(
    lhs: sympy.Expr, rhs: sympy.Expr, domain: Domain, reduction: Reduction, **notes: Any
) -> dict[str, Any]:
    """The certificate of lhs = rhs. `notes` are kept for the reader and not checked again.

    Where an expression cannot be written down, the certificate holds its text and cannot be re-checked alone.
    """
    words = statement_over(f"{lhs} = {rhs}", domain)
    trees: dict[str, Any]
    try:
        trees = {"lhs": write_expression(lhs), "rhs": write_expression(rhs), "domain": write_domain(domain)}
    except MalformedCertificate as error:
        trees = {"lhs": [], "rhs": [], "domain": [], "needs_paper": str(error)}
    return seal({"statement": words, **trees, **reduction.to_json(), **notes})


def sign_content(
    lhs: sympy.Expr,
    rhs: sympy.Expr,
    domain: Domain,
    proof: SignProof | PolynomialDecision,
    *,
    strict: bool,
    slack: Fraction,
) -> dict[str, Any] | None:
    """The certificate of lhs <= rhs + slack by the sign that `proof` gives; None if it cannot be written down."""
    try:
        trees = {"lhs": write_expression(lhs), "rhs": write_expression(rhs), "domain": write_domain(domain)}
    except MalformedCertificate:
        return None
    words = statement_of(lhs, rhs, domain, strict=strict, slack=slack)
    return seal({**trees, "statement": words, "slack": str(slack), "strict": strict, "form": proof.to_json()})


def statement_over(words: str, domain: Domain) -> str:
    """A statement with its domain."""
    return f"{words} for {describe(domain)}, wherever both sides are real"

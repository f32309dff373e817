"""Price certificates."""

from __future__ import annotations

import dataclasses
import json

import pytest
import sympy
from sympy import Max, Min, erf, exp

from theory.errors import InvalidArgument
from theory.gaussian import PriceCertificate, certify
from theory.symbols import a, b, c, z

RELU, ELU = Max(z, 0), Max(z, 0) + Min(exp(z) - 1, 0)
PAIRS = [(RELU, RELU), (ELU, ELU), (erf(z - 1), z**2), (Max(z - 1, 0), RELU)]


@pytest.mark.parametrize(("f", "g"), PAIRS, ids=str)
def test_round_trip_through_text(f: sympy.Expr, g: sympy.Expr) -> None:
    """If false, a certificate that was written down is another one when read back, or no longer verifies."""
    certificate = certify(f, g)
    again = PriceCertificate.from_json(json.loads(json.dumps(certificate.to_json())))
    assert again == certificate
    assert again.is_proof
    assert again.verify()


@pytest.mark.parametrize(
    "change",
    [
        {"expression": lambda x: x.expression + c**3},
        {"expression": lambda x: x.expression + a},
        {"expression": lambda x: x.expression * sympy.Rational(10**9 + 1, 10**9)},
        {"slope": lambda x: 2 * x.slope},
        {"boundary": lambda x: x.boundary + b},
        {"g": lambda x: 2 * x.g},
        {"f": lambda x: x.f + 1},
        {"slope_form": lambda x: {**x.slope_form, "normal_form": "1"}},
        {"boundary_form": lambda x: {**x.boundary_form, "is_zero": False}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_tampering_is_noticed(change: dict[str, object]) -> None:
    """If false, a certificate with one part exchanged still verifies."""
    certificate = certify(ELU, RELU)
    (name, make), *_ = change.items()
    assert not dataclasses.replace(certificate, **{name: make(certificate)}).verify()  # type: ignore[operator]


def test_a_consistent_forgery_is_noticed() -> None:
    """If false, a wrong formula passes if slope and normal forms are forged to fit it."""
    honest = certify(RELU, RELU)
    wrong = honest.expression + c**3
    forged = dataclasses.replace(honest, expression=wrong, slope=sympy.diff(wrong, c))
    assert forged.is_proof
    assert not forged.verify()
    assert any("slope" in problem for problem in forged.problems())


def test_claims_of_others_can_be_certified() -> None:
    """If false, a printed formula cannot be judged: the right one is not proved, or a wrong one is."""
    printed = (sympy.sqrt(a * b - c**2) + c * (sympy.pi - sympy.acos(c / sympy.sqrt(a * b)))) / (2 * sympy.pi)
    assert certify(RELU, RELU, expression=printed).verify()
    assert not certify(RELU, RELU, expression=printed / 2).is_proof


def test_foreign_data_are_refused() -> None:
    """If false, data that are no certificate, or that name a function of their own, are read."""
    data = certify(RELU, RELU).to_json()
    with pytest.raises(InvalidArgument, match="exactly the keys"):
        PriceCertificate.from_json({key: value for key, value in data.items() if key != "slope"})
    with pytest.raises(InvalidArgument, match="system"):
        PriceCertificate.from_json({**data, "slope": ["system", ["Rational", "1", "1"]]})

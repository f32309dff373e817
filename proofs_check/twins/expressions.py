"""Twins of identities and inequalities."""

from __future__ import annotations

from fractions import Fraction

import sympy

from ..claims import Identity, Inequality, Twin

CONSTANT = sympy.Rational(1_000_001, 1_000_000)
"""Wrong factor for formulas checked by balls, which resolve far more."""


def identity_twins(claim: Identity) -> tuple[Twin, ...]:
    """False variants of an `Identity`."""
    _, rhs = claim.sides()
    if rhs == 0:
        return tuple(
            Twin(label=f"right side {value} instead of 0", change=change, changes={"rhs": value})
            for value, change in ((CONSTANT - 1, "constant"), (1 - CONSTANT, "sign"))
        )
    steeper = rhs * (1 + sympy.Abs(rhs)) ** sympy.Rational(1, 20)
    return (
        Twin(label=f"right side times {CONSTANT}", change="constant", changes={"rhs": CONSTANT * rhs}),
        Twin(label="right side with the opposite sign", change="sign", changes={"rhs": -rhs}),
        Twin(label="right side R replaced by R (1+|R|)^(1/20)", change="exponent", changes={"rhs": steeper}),
    )


def inequality_twins(claim: Inequality) -> tuple[Twin, ...]:
    """False variants of an `Inequality`."""
    lhs, rhs = claim.sides()
    shift = (rhs - lhs + sympy.Rational(claim.slack)).subs(_inner_point(claim)) * sympy.Rational(101, 100)
    return (
        Twin(label="direction reversed", change="direction", changes={"lhs": rhs, "rhs": lhs, "slack": Fraction(0)}),
        Twin(
            label="right side lowered by 1.01 times the gap at an inner point",
            change="constant",
            changes={"rhs": rhs - shift},
        ),
    )


def _inner_point(claim: Inequality) -> dict[sympy.Symbol, sympy.Expr]:
    point = {}
    for symbol, interval in claim.domain.items():
        low = interval.start if interval.start.is_finite else sympy.Integer(-1)
        high = interval.end if interval.end.is_finite else low + 2
        point[symbol] = low + (high - low) * sympy.Rational(4, 9)
    return point

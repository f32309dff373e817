"""Laws of two Gaussian variables, and majorants in independent coordinates."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from flint import arb, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InvalidArgument, OutsideDomain
from theory.gaussian.enclosure.envelope import Envelope
from theory.gaussian.enclosure.law import Factors, Law, factor
from theory.gaussian.enclosure.majorant import Side, separate


def test_numbers_of_every_exact_kind_are_read() -> None:
    """If false, equal laws written in different ways differ."""
    one = Law.of((1, Fraction(1, 2)), fmpq(1, 3), (0, sympy.Rational(1, 5)))
    assert one == Law.of((fmpq(1), sympy.Rational(1, 2)), Fraction(1, 3), (Fraction(0), fmpq(1, 5)))
    assert one.is_exact
    assert not Law.of((arb(1), 1), 0, (0, 0)).is_exact


@pytest.mark.parametrize(
    ("variances", "covariance", "error"),
    [
        ((-1, 1), 0, OutsideDomain),
        ((1, arb(-1)), 0, OutsideDomain),
        ((1, 1), Fraction(101, 100), OutsideDomain),
        ((0, 1), Fraction(1, 100), OutsideDomain),
        ((1.0, 1), 0, InvalidArgument),
        ((1, 1), 0.5, InvalidArgument),
        ((1, 1), arb.nan(), InvalidArgument),
        ((arb.pos_inf(), 1), 0, InvalidArgument),
        ((1,), 0, InvalidArgument),
        ((True, 1), 0, InvalidArgument),
    ],
)
def test_what_is_no_law_is_refused(variances: tuple[object, ...], covariance: object, error: type[Exception]) -> None:
    """If false, an expectation is returned for variables that do not exist."""
    with pytest.raises(error):
        Law.of(variances, covariance, (0, 0))  # type: ignore[arg-type]


@given(a=st.integers(1, 50), b=st.integers(0, 50), share=st.fractions(-1, 1, max_denominator=20))
def test_factors_reproduce_the_covariance(a: int, b: int, share: Fraction) -> None:
    """If false, the lattice sum integrates against another law."""
    covariance = Fraction(min(a, b)) * share
    with ctx.workprec(100):
        found = factor(Law.of((a, b), covariance, (1, 2)))
        assert (found.across**2).contains(a)
        assert (found.along**2 + found.beside**2).overlaps(arb(b))
        assert (found.across * found.along).overlaps(arb(fmpq(covariance.numerator, covariance.denominator)))


def test_a_wide_degenerate_ball_keeps_every_law() -> None:
    """If false, a covariance ball that touches sqrt(a b) loses laws, or turns into nan."""
    beside = factor(Law.of((1, 1), arb(1, 1e-10), (0, 0))).beside
    assert beside.is_finite()
    assert beside.contains(0)
    assert beside.contains(1e-5)


small = st.integers(-20, 20)


@given(
    u=st.tuples(st.integers(0, 20), st.integers(0, 4)),
    v=st.tuples(st.integers(0, 20), st.integers(0, 4)),
    law=st.tuples(small, small, st.integers(1, 20), small, st.integers(0, 20)),
    x=st.integers(-60, 60),
    y=st.integers(-60, 60),
)
def test_majorant_is_above_the_product(
    u: tuple[int, int], v: tuple[int, int], law: tuple[int, int, int, int, int], x: int, y: int
) -> None:
    """If false, tails and shifted integrals are bounded by too little."""
    outer, inner = (Envelope(arb(3), arb(rate) / 10, arb(bend) / 10) for rate, bend in (u, v))
    factors = Factors(*(arb(n) / 10 for n in law))
    point = arb(x) / 10, arb(y) / 10
    left = outer.at(abs(factors.mean_u + factors.across * point[0]))
    right = inner.at(abs(factors.mean_v + factors.along * point[0] + factors.beside * point[1]))
    bound = separate(factors, outer, inner)
    sides = [
        (side.rate * abs(t) + side.curvature * t * t).exp()
        for side, t in zip((bound.first, bound.second), point, strict=True)
    ]
    assert left * right <= bound.size * sides[0] * sides[1] * (1 + arb(2) ** -30)


@given(rate=st.integers(0, 40), curvature=st.integers(0, 4), step=st.integers(1, 30), start=st.integers(0, 8))
def test_lattice_sums_are_bounded(rate: int, curvature: int, step: int, start: int) -> None:
    """If false, the nodes left out weigh more than their bound."""
    side, width = Side(arb(rate) / 10, arb(curvature) / 10), arb(step) / 10

    def summand(k: int) -> arb:
        x = width * k
        return width * (side.rate * x + (side.curvature - arb(1) / 2) * x * x).exp() / (2 * arb.pi()).sqrt()

    slack = 1 + arb(2) ** -30
    assert sum((summand(abs(k)) for k in range(-900, 901)), arb(0)) <= side.lattice_sum(width) * slack
    cut = side.cut(arb(1), arb(10) ** -start)
    assert side.tail(cut) <= arb(10) ** -start
    last = int(float(cut / width)) + 1
    assert 2 * sum((summand(k) for k in range(last + 1, last + 900)), arb(0)) <= side.tail(cut) * slack

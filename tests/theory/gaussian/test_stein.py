"""Stein reduction, by itself."""

from __future__ import annotations

from itertools import pairwise

from theory.gaussian.frame import Frame
from theory.gaussian.stein import SteinReduction

FRAME = Frame.of([])


def wick(m: int, n: int) -> object:
    """E[u^m v^n] by pairing: k mixed pairs, the rest among themselves."""
    from math import comb, factorial

    a, b, c = FRAME.variances
    total = FRAME.field.zero
    for k in range(min(m, n) + 1):
        if (m - k) % 2 or (n - k) % 2:
            continue
        i, j = (m - k) // 2, (n - k) // 2
        pairs = factorial(2 * i) // (2**i * factorial(i)) * (factorial(2 * j) // (2**j * factorial(j)))
        total = total + comb(m, k) * comb(n, k) * factorial(k) * pairs * a**i * b**j * c**k
    return total


def test_without_gates_it_is_wick() -> None:
    """If false, polynomial moments differ from the sum over pairings."""
    a, b, c = FRAME.variances
    reduction = SteinReduction(((a, c), (c, b)), FRAME.field.one)
    for m in range(7):
        for n in range(7):
            expected = wick(m, n)
            assert reduction.moment(m, n).get(frozenset(), FRAME.field.zero) == expected


def test_conditioning_is_independent_of_the_order() -> None:
    """If false, the density of several gates at zero depends on which is held first."""
    a, b, c = FRAME.variances
    covariance = [[a, c, a, c], [c, b, c, b], [a, c, a + 1, c], [c, b, c, b + 2]]
    reduction = SteinReduction(covariance, FRAME.field.one)
    start = reduction.law(frozenset())
    laws = [start.holding(2).holding(3), start.holding(3).holding(2), reduction.law(frozenset({2, 3}))]
    assert all(first == second for first, second in pairwise(laws))
    assert laws[0].determinant == (a + 1) * (b + 2) - c**2
    assert all(entry == 0 for entry in laws[0].covariance[2])

"""Real roots of a polynomial in one variable, counted and separated exactly by Sturm's theorem."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

import sympy
from flint import fmpq, fmpq_poly

from .signs import Range, range_of


def _flint(polynomial: sympy.Poly) -> fmpq_poly:
    return fmpq_poly([fmpq(int(one.p), int(one.q)) for one in map(sympy.Rational, reversed(polynomial.all_coeffs()))])


def _sturm(polynomial: fmpq_poly) -> list[fmpq_poly]:
    """The sequence of a polynomial without multiple roots."""
    chain = [polynomial, polynomial.derivative()]
    while chain[-1].degree() > 0:
        chain.append(-(chain[-2] % chain[-1]))
    return chain


def _variations(signs: Sequence[int]) -> int:
    kept = [sign for sign in signs if sign]
    return sum(one != two for one, two in itertools.pairwise(kept))


def _at(chain: Sequence[fmpq_poly], place: fmpq | None, side: int) -> int:
    """Sign variations at a point, or at infinity on a side."""
    if place is not None:
        return _variations([_sign(one(place)) for one in chain])
    return _variations([_sign(one[one.degree()]) * (side if one.degree() % 2 else 1) for one in chain])


def _sign(value: fmpq) -> int:
    return int(value > 0) - int(value < 0)


def count_roots(polynomial: sympy.Poly, interval: sympy.Interval) -> int:
    """Roots in the interval, its closed ends included, of a polynomial without multiple roots.

    Source: Sturm (1829), restated.
    """
    bounds, own = range_of(interval), _flint(polynomial)
    low, high = _exact(bounds.low), _exact(bounds.high)
    chain = _sturm(own)
    count = _at(chain, low, -1) - _at(chain, high, 1)
    if low is not None and own(low) == 0 and not interval.left_open:
        count += 1
    if high is not None and own(high) == 0 and interval.right_open:
        count -= 1
    return count


def _exact(value: Fraction | None) -> fmpq | None:
    return None if value is None else fmpq(value.numerator, value.denominator)


def sample_gaps(polynomials: Sequence[sympy.Poly], bounds: Range) -> list[Fraction]:
    """One rational point in every open interval that the roots cut out of the range; never a root itself.

    Source: derived here, by bisection with Sturm's root counts.
    """
    product = fmpq_poly([1])
    for one in polynomials:
        if one.degree() > 0:
            own = _flint(one)
            product *= own // product.gcd(own)
    product //= product.gcd(product.derivative()) if product.degree() > 0 else fmpq_poly([1])
    low, high = _finite_ends(product, bounds)
    cuts = _separate(product, _sturm(product), low, high) if product.degree() > 0 else [(low, high)]
    return [Fraction(int(place.p), int(place.q)) for place in (_simple(one, two) for one, two in cuts)]


def _finite_ends(product: fmpq_poly, bounds: Range) -> tuple[fmpq, fmpq]:
    """Ends beyond every root where the range is infinite (Cauchy's bound)."""
    lead = product[product.degree()]
    reach = 2 + max((abs(product[k] / lead) for k in range(product.degree())), default=fmpq(0))
    low, high = _exact(bounds.low), _exact(bounds.high)
    low = min(-reach, high - 1 if high is not None else -reach) if low is None else low
    return low, max(reach, low + 1) if high is None else high


def _separate(product: fmpq_poly, chain: Sequence[fmpq_poly], low: fmpq, high: fmpq) -> list[tuple[fmpq, fmpq]]:
    """Intervals free of roots, one between any two neighbouring roots and at both ends of the range."""
    return [pair for pair in _gaps(product, _isolate(product, chain, low, high), low, high) if pair[0] < pair[1]]


def _isolate(product: fmpq_poly, chain: Sequence[fmpq_poly], low: fmpq, high: fmpq) -> list[tuple[fmpq, fmpq]]:
    """Disjoint intervals with one root of the open range each; a point where the root is rational and met."""
    found: list[tuple[fmpq, fmpq]] = []
    waiting = [(low, high)]
    while waiting:
        one, two = waiting.pop()
        count = _at(chain, one, -1) - _at(chain, two, 1) - (product(two) == 0)
        if count == 0:
            continue
        if count == 1 and product(one) != 0 and product(two) != 0:
            found.append((one, two))
            continue
        middle = (one + two) / 2
        if product(middle) == 0:
            found.append((middle, middle))
        waiting += [(one, middle), (middle, two)]
    return sorted(found)


def _gaps(product: fmpq_poly, roots: Sequence[tuple[fmpq, fmpq]], low: fmpq, high: fmpq) -> Iterator[tuple[fmpq, fmpq]]:
    before = low
    for position, (one, two) in enumerate(roots):
        yield before, _shrink(product, one, two, before)[0]
        after = roots[position + 1][0] if position + 1 < len(roots) else high
        before = _shrink(product, one, two, after, upwards=True)[1]
    yield before, high


def _shrink(product: fmpq_poly, one: fmpq, two: fmpq, other: fmpq, *, upwards: bool = False) -> tuple[fmpq, fmpq]:
    """Halve an interval around a root until its end is off the neighbour's."""
    while one != two and (two == other if upwards else one == other):
        middle = (one + two) / 2
        if product(middle) == 0:
            return middle, middle
        one, two = (one, middle) if _sign(product(one)) != _sign(product(middle)) else (middle, two)
    return one, two


def _simple(low: fmpq, high: fmpq) -> fmpq:
    """The middle, with few digits where there is room."""
    width = high - low
    scale = fmpq(1)
    while scale * width < 4:
        scale *= 2
    middle = (low + high) / 2
    rounded = fmpq(int((middle * scale).floor())) / scale
    return rounded if low < rounded < high else middle

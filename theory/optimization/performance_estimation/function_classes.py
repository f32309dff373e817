"""Classes of functions, as linear conditions on the inner products and values at finitely many points.

f_{mu,L}(i, j): f_i >= f_j + <g_j, x_i - x_j> + (|g_i - g_j|^2 / L + mu |x_i - x_j|^2
                       - 2 (mu / L) <g_j - g_i, x_j - x_i>) / (2 (1 - mu / L))
"""

from __future__ import annotations

import abc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias, final

from flint import fmpq

from ...errors import InvalidArgument
from .gram import Quantity, Vector, add_up, combine, exact, inner
from .oracles import Evaluation
from .piecewise_quadratic import PiecewiseQuadratic

Conditions: TypeAlias = Iterator[tuple[str, Quantity]]
"""Names and quantities that are at most 0 for every function of the class."""

MINIMISER = Evaluation("*", Vector(), Vector(), Quantity())


@dataclass(frozen=True, kw_only=True)
class AbstractFunctionClass(abc.ABC):
    """Functions on R^d, for any d, whose gradient is L-Lipschitz, and which have a least value."""

    L: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        if not isinstance(self.L, int | Fraction) or self.L <= 0:
            raise InvalidArgument(f"L={self.L!r}: write a positive Fraction, as Fraction(1)")

    @property
    @abc.abstractmethod
    def has_minimiser(self) -> bool:
        """Whether the conditions speak of a minimiser x*, at the origin."""

    @property
    def is_interpolable(self) -> bool:
        """Whether points that satisfy the conditions always belong to a function of the class."""
        return True

    @abc.abstractmethod
    def conditions(self, evaluations: Sequence[Evaluation]) -> Conditions:
        """The conditions on points, gradients and values."""

    @abc.abstractmethod
    def contains(self, function: PiecewiseQuadratic) -> bool:
        """Whether a function of one real belongs to the class, decided on every piece; its minimiser is 0."""

    @abc.abstractmethod
    def extreme_curvatures(self) -> tuple[Fraction, ...]:
        """Second derivatives of which worst cases of one variable are made."""


@dataclass(frozen=True, kw_only=True)
class _AbstractConvex(AbstractFunctionClass):
    """Classes F_{mu,L} with mu >= 0."""

    @property
    def _mu(self) -> Fraction:
        return Fraction(0)

    @property
    def has_minimiser(self) -> bool:
        """Yes."""
        return True

    def conditions(self, evaluations: Sequence[Evaluation]) -> Conditions:
        """f_{mu,L}(i, j) for every ordered pair, the minimiser included."""
        return _pairs((*evaluations, MINIMISER), self._mu, self.L)

    def contains(self, function: PiecewiseQuadratic) -> bool:
        """mu <= f'' <= L."""
        return function.has_curvatures_within(self._mu, self.L)

    def extreme_curvatures(self) -> tuple[Fraction, ...]:
        """L and mu."""
        return (Fraction(self.L), self._mu)


@final
@dataclass(frozen=True, kw_only=True)
class SmoothConvex(_AbstractConvex):
    """Convex functions with an L-Lipschitz gradient, and a minimiser.

    Formula: f_{0,L}(i, j) for all pairs; necessary and sufficient.

    Source: Taylor, Hendrickx, Glineur (2017), Theorem 4 with mu = 0, restated from memory.
    """


@final
@dataclass(frozen=True, kw_only=True)
class SmoothStronglyConvex(_AbstractConvex):
    """mu-strongly convex functions with an L-Lipschitz gradient, 0 < mu < L.

    Formula: f_{mu,L}(i, j) for all pairs; necessary and sufficient.

    Source: Taylor, Hendrickx, Glineur (2017), Theorem 4, restated from memory.
    """

    mu: Fraction

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.mu, int | Fraction) or not 0 < self.mu < self.L:
            raise InvalidArgument(f"mu={self.mu!r}: write a Fraction between 0 and L={self.L}, both excluded")

    @property
    def _mu(self) -> Fraction:
        return Fraction(self.mu)


@final
@dataclass(frozen=True, kw_only=True)
class Smooth(AbstractFunctionClass):
    """Functions with an L-Lipschitz gradient and a finite infimum f* = 0, convex or not.

    Formula: f_{-L,L}(i, j) for all pairs, and |g_i|^2 <= 2 L (f_i - f*); necessary and sufficient.

    Source: Taylor, Hendrickx, Glineur (2017), Section 3.4, and Drori, Shamir (2020), restated from memory.
    """

    @property
    def has_minimiser(self) -> bool:
        """No: the infimum need not be attained."""
        return False

    def conditions(self, evaluations: Sequence[Evaluation]) -> Conditions:
        """The conditions named above."""
        yield from _pairs(evaluations, -Fraction(self.L), self.L)
        yield from _above_infimum(evaluations, self.L)

    def contains(self, function: PiecewiseQuadratic) -> bool:
        """|f''| <= L, and f >= 0 = f(0)."""
        return function.has_curvatures_within(-self.L, self.L) and function.is_never_negative()

    def extreme_curvatures(self) -> tuple[Fraction, ...]:
        """L and 0; the saw-tooth with -L as well is built from the method's steps."""
        return (Fraction(self.L), Fraction(0))


@final
@dataclass(frozen=True, kw_only=True)
class SmoothPolyakLojasiewicz(AbstractFunctionClass):
    """Functions with an L-Lipschitz gradient and |g(x)|^2 >= 2 mu (f(x) - f*) everywhere, convex or not.

    Formula:
        f_{-L,L}(i, j);  |g_i|^2 <= 2 L f_i;  2 mu f_i <= |g_i|^2;
        f_j <= (1 - mu s)(f_i - s |g_i|^2 / 2)  where x_j = x_i - t g_i, 0 < t < 2 / L, s = min(t, 2 / L - t).
        All are necessary; together they need not be sufficient.

    Assumes: the proof of the last, for L = 1, f* = 0 and h = sqrt(2 f). Smoothness at x_i gives, at every x,
        f(x) <= c + |x - x_i + g_i|^2 / 2 with c = f_i - |g_i|^2 / 2. Let d = |1 - t| |g_i|. From x_j follow the
        gradient upwards at unit speed: by the Polyak-Lojasiewicz inequality h grows at a rate |g| / h >= sqrt(mu), so
        that after length r (h_j + sqrt(mu) r)^2 <= 2 c + (d + r)^2.
        If sqrt(mu) h_j >= d, take r = (sqrt(mu) h_j - d) / (1 - mu): then h_j <= sqrt(mu) d + sqrt(2 (1 - mu) c), and
        the weighted inequality of means with weights mu (1 - s) and 1 - mu, divided by 1 - mu s, gives the claim.
        Else h_j < d / sqrt(mu), and smoothness alone, f_j <= f_i - s (2 - s) |g_i|^2 / 2, gives
        (1 - mu s)(2 f_i - s |g_i|^2) >= (1 - mu s)(1 + mu s / (1 - s)) h_j^2 >= h_j^2, as (1 - mu s)(1 - s + mu s)
        = 1 - s + mu s^2 (1 - mu).

    Source: derived here; the first three are Karimi, Nutini, Schmidt (2016), restated from memory.
    """

    mu: Fraction

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.mu, int | Fraction) or not 0 < self.mu < self.L:
            raise InvalidArgument(f"mu={self.mu!r}: write a Fraction between 0 and L={self.L}, both excluded")

    @property
    def has_minimiser(self) -> bool:
        """No: minimisers need not be unique, and none is measured from."""
        return False

    @property
    def is_interpolable(self) -> bool:
        """No: the inequality must hold between the points as well."""
        return False

    def conditions(self, evaluations: Sequence[Evaluation]) -> Conditions:
        """The conditions named above."""
        yield from _pairs(evaluations, -Fraction(self.L), self.L)
        yield from _above_infimum(evaluations, self.L)
        for one in evaluations:
            square = inner(one.gradient, one.gradient)
            yield f"pl({one.label})", add_up([(2 * self.mu, one.value), (-1, square)])
        for one in evaluations:
            for other in evaluations:
                s = self._effective_step(one, other)
                if s > 0:
                    kept = 1 - exact(self.mu) * s
                    drop = add_up([(1, one.value), (-s / 2, inner(one.gradient, one.gradient))])
                    yield f"ascent({one.label},{other.label})", add_up([(1, other.value), (-kept, drop)])

    def _effective_step(self, one: Evaluation, other: Evaluation) -> fmpq:
        """min(t, 2 / L - t) if the second point is the first less t gradients, else 0."""
        [name] = one.gradient.coordinates
        move = combine([(1, one.point), (-1, other.point)]).coordinates
        if set(move) != {name}:
            return fmpq(0)
        return min(move[name], 2 / exact(self.L) - move[name])

    def contains(self, function: PiecewiseQuadratic) -> bool:
        """|f''| <= L, f >= 0 = f(0), and f'^2 >= 2 mu f on every piece."""
        return (
            function.has_curvatures_within(-self.L, self.L)
            and function.is_never_negative()
            and function.satisfies_polyak_lojasiewicz(Fraction(self.mu))
        )

    def extreme_curvatures(self) -> tuple[Fraction, ...]:
        """L and mu."""
        return (Fraction(self.L), Fraction(self.mu))


def _pairs(evaluations: Sequence[Evaluation], mu: Fraction, L: Fraction) -> Conditions:
    weight = 1 / (2 * (1 - mu / L))
    for one in evaluations:
        for other in evaluations:
            if one is other:
                continue
            move = combine([(1, one.point), (-1, other.point)])
            turn = combine([(1, one.gradient), (-1, other.gradient)])
            terms: list[tuple[object, Quantity]] = [
                (1, other.value),
                (-1, one.value),
                (1, inner(other.gradient, move)),
                (weight / L, inner(turn, turn)),
                (weight * mu, inner(move, move)),
                (-2 * weight * mu / L, inner(turn, move)),
            ]
            yield f"smooth({one.label},{other.label})", add_up(terms)


def _above_infimum(evaluations: Sequence[Evaluation], L: Fraction) -> Conditions:
    for one in evaluations:
        yield f"infimum({one.label})", add_up([(1, inner(one.gradient, one.gradient)), (-2 * L, one.value)])

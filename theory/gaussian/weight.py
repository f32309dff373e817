"""Absorbing exponentials of quadratics into a Gaussian weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from .frame import Element, Frame

Pair = tuple[Element, Element]


@final
@dataclass(frozen=True)
class Weight:
    """The Gaussian law with density proportional to exp(alpha u^2 + beta u + ...) times that of (u, v).

    Args:
        a, b, c: its variances and covariance. mean: its means.
        determinant, exponent: D, X with E[exp(...) F] = D^(-1/2) exp(X) E'[F], E' under the new law.
    """

    a: Element
    b: Element
    c: Element
    mean: Pair
    determinant: Element
    exponent: Element


def absorb(frame: Frame, quadratic: Pair, linear: Pair, mean: Pair) -> Weight:
    """The weight that takes up exp(alpha u^2 + beta u + alpha' v^2 + beta' v).

    Formula:
        With A = diag(alpha, alpha'), l = (beta, beta'), R = (1 - 2 Sigma A)^(-1):  Sigma' = R Sigma,
        mu' = R (mu + Sigma l), D = det(1 - 2 Sigma A), X = l^T Sigma' l / 2 + l^T R mu + (R mu)^T A mu. It is a law
        where all eigenvalues of 1 - 2 A Sigma are positive, in particular for alpha, alpha' <= 0.

    Args:
        frame: of the elements. quadratic: (alpha, alpha'). linear: (beta, beta'). mean: of (u, v).

    Source: derived here (Sigma'^(-1) = Sigma^(-1) - 2 A by adding exponents; D is the ratio of the normalisations;
        X by completing the square, written without Sigma^(-1) so that it holds for degenerate laws too).
    """
    a, b, c = frame.variances
    (alpha, beta), (p, q), (m, n) = quadratic, linear, mean
    gap = a * b - c**2
    determinant = (1 - 2 * alpha * a) * (1 - 2 * beta * b) - 4 * alpha * beta * c**2
    new_a, new_b, new_c = (a - 2 * beta * gap) / determinant, (b - 2 * alpha * gap) / determinant, c / determinant
    # R mu; the rows of R are (1 - 2 beta b, 2 beta c) and (2 alpha c, 1 - 2 alpha a), over D.
    moved_m = (m * (1 - 2 * beta * b) + n * 2 * beta * c) / determinant
    moved_n = (m * 2 * alpha * c + n * (1 - 2 * alpha * a)) / determinant
    new_mean = (moved_m + new_a * p + new_c * q, moved_n + new_c * p + new_b * q)
    squares = (new_a * p**2 + 2 * new_c * p * q + new_b * q**2) / 2
    exponent = squares + p * moved_m + q * moved_n + alpha * m * moved_m + beta * n * moved_n
    return Weight(new_a, new_b, new_c, new_mean, determinant, exponent)

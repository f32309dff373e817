"""Absorbing exp(alpha u^2 + beta v^2) into a Gaussian weight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from .frame import Element, Frame


@final
@dataclass(frozen=True)
class Weight:
    """The Gaussian law with density proportional to exp(alpha u^2 + beta v^2) times that of (u, v).

    Args:
        a, b, c: its variances and covariance.
        determinant: D with E[exp(alpha u^2 + beta v^2) F] = D^(-1/2) E'[F], E' under the new law.
    """

    a: Element
    b: Element
    c: Element
    determinant: Element


def absorb(frame: Frame, alpha: Element, beta: Element) -> Weight:
    """The weight that takes up two exponentials of squares.

    Formula:
        Sigma' = Sigma (1 - 2 A Sigma)^(-1), D = det(1 - 2 A Sigma), A = diag(alpha, beta). It is a law where all
        eigenvalues of 1 - 2 A Sigma are positive, in particular for alpha, beta <= 0.

    Source: derived here (Sigma'^(-1) = Sigma^(-1) - 2 A by adding exponents; D is the ratio of the normalisations).
    """
    a, b, c = frame.variances
    gap = a * b - c**2
    determinant = (1 - 2 * alpha * a) * (1 - 2 * beta * b) - 4 * alpha * beta * c**2
    return Weight((a - 2 * beta * gap) / determinant, (b - 2 * alpha * gap) / determinant, c / determinant, determinant)

"""Equivalence within a stated margin: two one-sided tests, and what they take."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import special

from ..errors import Unresolvable

if TYPE_CHECKING:
    from collections.abc import Callable


def equivalence_p_value(estimate: float, error: float, freedom: float, margin: float) -> float:
    """p-value of the hypothesis |effect| >= margin; small values establish equivalence.

    Formula: the larger of the two one-sided Student p-values. Source: Schuirmann (1987); Berger and Hsu (1996).

    Args:
        estimate, error: of the effect, with `freedom` degrees for the error. margin: smallest effect that matters.
    """
    lower = special.stdtr(freedom, -(estimate + margin) / error)
    upper = special.stdtr(freedom, (estimate - margin) / error)
    return float(max(lower, upper))


def equivalence_power(error: float, freedom: float, margin: float, alpha: float) -> float:
    """Chance to establish equivalence at level alpha when there is no effect.

    Formula: 1 - 2 P(T < t_alpha), T noncentral Student, noncentrality margin/error; exact up to the chance that both
    one-sided tests fail at once, which it counts twice.
    """
    needed = -float(special.stdtrit(freedom, alpha))
    missed = float(special.nctdtr(freedom, margin / error, needed))
    return max(0.0, 1 - 2 * missed)


def draws_for_equivalence(deviation: float, margin: float, alpha: float, power: float, most: int) -> int:
    """Draws of standard deviation `deviation` that establish |mean| < margin at level alpha with chance `power`.

    Raises:
        Unresolvable: if more than `most` draws are needed; the text says how many, and which margin `most` resolves.
    """
    wanted = _least(lambda count: equivalence_power(deviation / count**0.5, count - 1, margin, alpha) >= power)
    if wanted > most:
        reachable = margin * np.sqrt(wanted / most)
        raise Unresolvable(
            f"margin={margin:g} takes {wanted} draws and the budget allows {most}, which resolve about "
            f"{reachable:.3g}; raise the budget or the margin"
        )
    return wanted


def _least(passes: Callable[[int], bool]) -> int:
    high = 4
    while not passes(high) and high < 2**60:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if passes(middle) else (middle, high)
    return high

"""Bottou, Curtis, Nocedal (2018). Optimization methods for large-scale machine learning: stochastic gradients.

x_{k+1} = x_k - eta (g(x_k) + e_k), E[e_k | past] = 0, E|e_k|^2 <= sigma^2, constant eta <= 1/L.

strongly convex (or only |g|^2 >= 2 mu (f - f*)), t = eta L sigma^2 / (2 mu):
    E f(x_N) - f* <= t + (1 - eta mu)^N (f(x_0) - f* - t)
strongly convex, in distance, with rho = (1 - eta mu)^2, attained by the quadratic mu x^2 / 2:
    E|x_N - x*|^2 <= rho^N |x_0 - x*|^2 + eta^2 sigma^2 (1 + rho + ... + rho^{N-1})
convex: mean over k < N of E f(x_k) - f* <= |x_0 - x*|^2 / (2 eta N) + eta sigma^2 / 2

Inner products and values stand for expectations: the proofs hold for every law of the errors.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from proofs_check.claims import Twin, WorstCase
from proofs_check.sources import Paper
from theory.optimization.performance_estimation import (
    Measure,
    SmoothConvex,
    SmoothPolyakLojasiewicz,
    SmoothStronglyConvex,
    StochasticGradient,
)

PAPER = Paper(
    title="Optimization methods for large-scale machine learning",
    authors=("Bottou", "Curtis", "Nocedal"),
    year=2018,
    arxiv="1606.04838",
    venue="SIAM Review 60",
    note="Theorem 4.6 is restated from memory, with the variance bounded by a constant; the others are derived here.",
)

MU = Fraction(1, 10)
ETA = Fraction(1, 2)
VARIANCE = Fraction(4)
DEVIATION = Fraction(2)
METHOD = StochasticGradient(step=ETA, noise=VARIANCE)
N = 3

DISTANCES: dict[str, Any] = {
    "function_class": SmoothStronglyConvex(mu=MU),
    "initial": Measure.DISTANCE,
    "performance": Measure.DISTANCE,
    "method": METHOD,
    "steps": N,
}
CONVEX: dict[str, Any] = {
    "function_class": SmoothConvex(),
    "initial": Measure.DISTANCE,
    "method": METHOD,
    "steps": N,
}


def distance_bound(rate: Fraction, noise: Fraction) -> Fraction:
    """rate^N + noise (1 + rate + ... + rate^{N-1})."""
    return rate**N + noise * sum((rate**k for k in range(N)), Fraction(0))


def value_bound(floor: Fraction) -> Fraction:
    """floor + (1 - eta mu)^N (1 - floor)."""
    return floor + (1 - ETA * MU) ** N * (1 - floor)


FLOOR = ETA * VARIANCE / (2 * MU)
RATE = (1 - ETA * MU) ** 2

DISTANCE = WorstCase(
    slug="distance",
    locator="Section 4.2, constant step, in distance",
    statement=r"E|x_N - x^*|^2 \le \rho^N |x_0 - x^*|^2 + \eta^2 \sigma^2 \sum_{k < N} \rho^k,"
    r"\quad \rho = (1 - \eta \mu)^2",
    text="the distance contracts at the rate of gradient descent, and each error is forgotten at the same rate",
    checked=r"N = 3,\ \eta L = \tfrac{1}{2},\ \mu / L = \tfrac{1}{10},\ \sigma^2 = 4,\ |x_0 - x^*| = 1",
    difference="for one number of steps and one set of parameters",
    source="derived",
    **DISTANCES,
    bound=distance_bound(RATE, ETA**2 * VARIANCE),
    attained=True,
    twins=(
        Twin(
            label="sigma in place of sigma^2",
            change="history",
            changes={"bound": distance_bound(RATE, ETA**2 * DEVIATION), "attained": False},
        ),
        Twin(
            label="rho squared",
            change="exponent",
            changes={"bound": distance_bound(RATE**2, ETA**2 * VARIANCE), "attained": False},
        ),
        Twin(
            label="the errors left out",
            change="term",
            changes={"bound": RATE**N, "attained": False},
        ),
    ),
)

DISTANCE_TEXTBOOK = WorstCase(
    slug="distance_textbook",
    locator="Section 4.2, constant step, in distance",
    statement=r"E|x_N - x^*|^2 \le (1 - \eta \mu)^N |x_0 - x^*|^2 + \frac{\eta \sigma^2}{\mu}",
    text="the usual bound holds and is a multiple of the worst case",
    checked=r"N = 3,\ \eta L = \tfrac{1}{2},\ \mu / L = \tfrac{1}{10},\ \sigma^2 = 4,\ |x_0 - x^*| = 1",
    difference="for one number of steps and one set of parameters",
    source="derived",
    **DISTANCES,
    bound=(1 - ETA * MU) ** N + ETA * VARIANCE / MU,
    twins=(
        Twin(
            label="the errors left out",
            change="term",
            changes={"bound": (1 - ETA * MU) ** N},
        ),
        Twin(
            label="the errors of one step only, sigma in place of sigma^2",
            change="history",
            changes={"bound": (1 - ETA * MU) ** N + ETA**2 * DEVIATION},
        ),
    ),
)

VALUE = WorstCase(
    slug="value",
    locator="Theorem 4.6",
    statement=r"E f(x_N) - f^* \le \frac{\eta L \sigma^2}{2 \mu}"
    r" + (1 - \eta \mu)^N \left(f(x_0) - f^* - \frac{\eta L \sigma^2}{2 \mu}\right)",
    text="the gap contracts towards a floor set by step and noise; strongly convex",
    checked=r"N = 3,\ \eta L = \tfrac{1}{2},\ \mu / L = \tfrac{1}{10},\ \sigma^2 = 4,\ f(x_0) - f^* = 1",
    difference="for one number of steps and one set of parameters",
    source="memory",
    function_class=SmoothStronglyConvex(mu=MU),
    initial=Measure.VALUE,
    performance=Measure.VALUE,
    method=METHOD,
    steps=N,
    bound=value_bound(FLOOR),
    twins=(
        Twin(
            label="the errors left out",
            change="term",
            changes={"bound": (1 - ETA * MU) ** (2 * N)},
        ),
    ),
)

GRADIENT_DOMINATED = WorstCase(
    slug="value_without_convexity",
    locator="Theorem 4.6, whose proof needs eq. (4.12) only",
    statement=r"E f(x_N) - f^* \le \frac{\eta L \sigma^2}{2 \mu}"
    r" + (1 - \eta \mu)^N \left(f(x_0) - f^* - \frac{\eta L \sigma^2}{2 \mu}\right)",
    text="the same under the Polyak-Lojasiewicz inequality alone",
    checked=r"N = 3,\ \eta L = \tfrac{1}{2},\ \mu / L = \tfrac{1}{10},\ \sigma^2 = 4,\ f(x_0) - f^* = 1",
    difference="for one number of steps and one set of parameters",
    source="memory",
    function_class=SmoothPolyakLojasiewicz(mu=MU),
    initial=Measure.VALUE,
    performance=Measure.VALUE,
    method=METHOD,
    steps=N,
    bound=value_bound(FLOOR),
    twins=(
        Twin(
            label="the errors left out",
            change="term",
            changes={"bound": (1 - ETA * MU) ** (2 * N)},
        ),
    ),
)

AVERAGED_VALUES = WorstCase(
    slug="averaged_values",
    locator="Section 4.3, constant step, convex",
    statement=r"\frac{1}{N}\sum_{k < N} E f(x_k) - f^* \le \frac{|x_0 - x^*|^2}{2 \eta N} + \frac{\eta \sigma^2}{2}",
    text="without strong convexity the mean of the values is bounded; the noise enters once, however many steps",
    checked=r"N = 3,\ \eta L = \tfrac{1}{2},\ \sigma^2 = 4,\ |x_0 - x^*| = 1",
    difference="for one number of steps and one set of parameters",
    source="derived",
    **CONVEX,
    performance=Measure.MEAN_EARLIER_VALUE,
    bound=1 / (2 * ETA * N) + ETA * VARIANCE / 2,
    twins=(
        Twin(
            label="the errors left out",
            change="term",
            changes={"bound": 1 / (2 * ETA * N)},
        ),
    ),
)

AVERAGED_POINTS = WorstCase(
    slug="averaged_points",
    locator="Section 4.3, constant step, convex",
    statement=r"E f\left(\frac{1}{N}\sum_{k < N} x_k\right) - f^* \le \frac{|x_0 - x^*|^2}{2 \eta N}"
    r" + \frac{\eta \sigma^2}{2}",
    text="the value at the mean of the iterates has the same bound, and is smaller",
    checked=r"N = 3,\ \eta L = \tfrac{1}{2},\ \sigma^2 = 4,\ |x_0 - x^*| = 1",
    difference="for one number of steps and one set of parameters",
    source="derived",
    **CONVEX,
    performance=Measure.EARLIER_AVERAGE_VALUE,
    bound=1 / (2 * ETA * N) + ETA * VARIANCE / 2,
    twins=(
        Twin(
            label="the errors and half the start left out",
            change="term",
            changes={"bound": 1 / (4 * ETA * N)},
        ),
    ),
)

CLAIMS = (
    DISTANCE,
    DISTANCE_TEXTBOOK,
    VALUE,
    GRADIENT_DOMINATED,
    AVERAGED_VALUES,
    AVERAGED_POINTS,
)

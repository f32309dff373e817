"""Polyak (1964). Some methods of speeding up the convergence of iteration methods: the heavy ball.

x_{k+1} = x_k - alpha g(x_k) + beta (x_k - x_{k-1}) with alpha = 4 / (sqrt(L) + sqrt(mu))^2 and
beta = ((sqrt(L) - sqrt(mu)) / (sqrt(L) + sqrt(mu)))^2. On quadratics with curvatures in [mu, L] the error contracts by
sqrt(beta) a step. On other strongly convex functions it need not converge: Lessard, Recht, Packard (2016) give mu = 1,
L = 25 and f'(x) = 25 x for x < 1, x + 24 for 1 <= x < 2, 25 x - 24 for x >= 2, on which it runs in a cycle of three.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from sympy import Interval, Rational, Symbol, sqrt

from proofs_check.claims import Identity, Inequality, Twin, WorstCase
from proofs_check.sources import Paper
from theory.optimization.performance_estimation import (
    HeavyBall,
    Measure,
    PiecewiseQuadratic,
    SmoothStronglyConvex,
)

PAPER = Paper(
    title="Some methods of speeding up the convergence of iteration methods",
    authors=("Polyak",),
    year=1964,
    venue="USSR Computational Mathematics and Mathematical Physics 4",
    note="Restated from memory, as is the counterexample of Lessard, Recht, Packard (2016), arXiv 1408.3595.",
)

p = Symbol("p", positive=True)
s = Symbol("s", nonnegative=True)
SQRT_BETA = (1 - p) / (1 + p)
ALPHA = 4 / (1 + p) ** 2
CURVATURE = p**2 + s * (1 - p**2)
TRACE = 1 + SQRT_BETA**2 - ALPHA * CURVATURE
DOMAIN = {p: Interval(Rational(1, 100), 1), s: Interval(0, 1)}

QUADRATICS = Inequality(
    slug="quadratics",
    locator="Section 2, quadratic functions",
    statement=r"\mu \le \lambda \le L \Rightarrow z^2 - (1 + \beta - \alpha \lambda) z + \beta = 0"
    r" \text{ has } |z| = \sqrt{\beta}",
    text="on quadratics every mode contracts by sqrt(beta) a step, as the roots are complex with product beta",
    checked=r"(1 + \beta - \alpha \lambda)^2 \le 4 \beta,\quad p = \sqrt{\mu / L} \in [\tfrac{1}{100}, 1],"
    r"\ \lambda / L = p^2 + s (1 - p^2),\ s \in [0, 1]",
    difference="stated as the sign of the discriminant, for condition numbers up to 10^4",
    source="memory",
    lhs=TRACE**2,
    rhs=4 * SQRT_BETA**2,
    domain=DOMAIN,
    twins=(
        Twin(
            label="alpha = 4 / (1 + p^2), the roots left out",
            change="history",
            changes={"lhs": (1 + SQRT_BETA**2 - 4 / (1 + p**2) * CURVATURE) ** 2},
        ),
        Twin(
            label="beta in place of its root",
            change="exponent",
            changes={"rhs": 4 * SQRT_BETA**4},
        ),
    ),
)

RATE = Identity(
    slug="rate",
    locator="Section 2, quadratic functions",
    statement=r"\sqrt{\beta} = \frac{\sqrt{L} - \sqrt{\mu}}{\sqrt{L} + \sqrt{\mu}}"
    r" = 1 - \frac{2 \sqrt{\mu}}{\sqrt{L} + \sqrt{\mu}}",
    text="the rate depends on the root of the condition number",
    source="memory",
    lhs=sqrt(SQRT_BETA**2),
    rhs=1 - 2 * p / (1 + p),
    domain={p: Interval(Rational(1, 100), 1)},
    twins=(
        Twin(
            label="the condition number without its root",
            change="history",
            changes={"rhs": 1 - 2 * p**2 / (1 + p**2)},
        ),
    ),
)

BENT = PiecewiseQuadratic(knots=(Fraction(1), Fraction(2)), curvatures=(Fraction(25), Fraction(1), Fraction(25)))
CYCLE = (Fraction(2592, 1225), Fraction(-2208, 1225), Fraction(792, 1225))
TUNED = HeavyBall(step=Fraction(1, 9), momentum=Fraction(4, 9), from_two_points=True)
STRONG: dict[str, Any] = {
    "function_class": SmoothStronglyConvex(L=Fraction(25), mu=Fraction(1)),
    "method": TUNED,
    "initial": Measure.PAIR_DISTANCE,
    "performance": Measure.PAIR_DISTANCE,
    "instances": ((BENT, CYCLE[:2]), (BENT, CYCLE[1:]), (BENT, (CYCLE[2], CYCLE[0]))),
}

STRONGLY_CONVEX = WorstCase(
    slug="strongly_convex",
    locator="Theorem 9, read for all strongly convex functions",
    statement=r"|x_N - x^*|^2 + |x_{N-1} - x^*|^2 \le C \beta^{N} (|x_0 - x^*|^2 + |x_{-1} - x^*|^2)",
    text="the rate on quadratics read for every strongly convex function: false, there is a cycle",
    checked=r"N = 60,\ C = 10^6,\ \mu = 1,\ L = 25",
    difference="the theorem is local; for one number of steps, a large constant, and one condition number",
    source="secondary",
    **STRONG,
    steps=60,
    bound=10**6 * Fraction(4, 9) ** 60,
    expect="refuted",
    corrected_by="quadratics",
)

ONE_PERIOD = WorstCase(
    slug="one_period",
    locator="Theorem 9, read for all strongly convex functions",
    statement=r"|x_3 - x^*|^2 + |x_2 - x^*|^2 < |x_0 - x^*|^2 + |x_{-1} - x^*|^2",
    text="three steps bring the iterates nearer: false, the cycle returns to its start",
    checked=r"|x_3 - x^*|^2 + |x_2 - x^*|^2 \le \tfrac{999}{1000} (|x_0 - x^*|^2 + |x_{-1} - x^*|^2)",
    difference="with a factor just below 1; mu = 1, L = 25",
    source="secondary",
    **STRONG,
    steps=3,
    bound=Fraction(999, 1000),
    expect="refuted",
    corrected_by="quadratics",
)

CLAIMS = (
    QUADRATICS,
    RATE,
    STRONGLY_CONVEX,
    ONE_PERIOD,
)

"""Settings on which several tests agree."""

from __future__ import annotations

from fractions import Fraction

from theory.optimization.performance_estimation import (
    AbstractFunctionClass,
    AbstractMethod,
    GradientDescent,
    Measure,
    Setting,
    Smooth,
    SmoothConvex,
    SmoothPolyakLojasiewicz,
    SmoothStronglyConvex,
)

MU = Fraction(1, 10)
CONVEX = SmoothConvex()
STRONG = SmoothStronglyConvex(mu=MU)
NONCONVEX = Smooth()
PL = SmoothPolyakLojasiewicz(mu=MU)
UNIT_STEP = GradientDescent(step=Fraction(1))


def make_setting(
    steps: int,
    function_class: AbstractFunctionClass = CONVEX,
    initial: Measure = Measure.DISTANCE,
    performance: Measure = Measure.VALUE,
    method: AbstractMethod = UNIT_STEP,
) -> Setting:
    """A setting: gradient descent with step 1/L unless another method is given."""
    return Setting(function_class=function_class, method=method, steps=steps, initial=initial, performance=performance)


KNOWN = [
    *((make_setting(n), Fraction(1, 4 * n + 2)) for n in (1, 2, 4, 8)),
    *((make_setting(n, STRONG, Measure.VALUE), (1 - MU) ** (2 * n)) for n in (1, 2, 4, 8)),
    *((make_setting(n, STRONG, performance=Measure.DISTANCE), (1 - MU) ** (2 * n)) for n in (1, 4)),
    *((make_setting(n, PL, Measure.VALUE), (1 - MU) ** (2 * n)) for n in (1, 2, 4, 8)),
    *((make_setting(n, NONCONVEX, Measure.VALUE, Measure.BEST_GRADIENT), Fraction(4, 3 * n + 2)) for n in (1, 4)),
]
"""Settings and their exact worst cases."""

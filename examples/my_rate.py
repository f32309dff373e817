"""A user's own file: five steps of gradient descent, with the exact rate, one that is not tight and one that is false.

f is convex with an L-Lipschitz gradient and minimiser x*, |x_0 - x*| <= R, and each step has length 1/L. Measures
scale, so L = R = 1 is checked: see docs/how-to/certify-a-rate.md.
"""

from fractions import Fraction

from proofs_check.claims import Twin, WorstCase
from proofs_check.sources import Paper
from theory.optimization.performance_estimation import GradientDescent, Measure, SmoothConvex

PAPER = Paper(title="Notes on gradient descent", authors=("Example",), year=2026)

SETTING = {
    "function_class": SmoothConvex(),
    "method": GradientDescent(step=Fraction(1)),
    "steps": 5,
    "initial": Measure.DISTANCE,
    "performance": Measure.VALUE,
}

EXACT_RATE = WorstCase(
    slug="exact_rate",
    locator="Theorem 1",
    statement=r"f(x_5) - f^* \le \frac{L R^2}{22}",
    text="After five steps of length 1/L the gap is at most L R^2 / 22, and no smaller bound is true.",
    source="derived",
    **SETTING,
    bound=Fraction(1, 22),
    attained=True,
    twins=(
        Twin(label="one step too many", change="history", changes={"bound": Fraction(1, 26), "attained": False}),
        Twin(label="the bound times 999/1000", change="constant", changes={"bound": Fraction(999, 22000)}),
    ),
)

TEXTBOOK_RATE = WorstCase(
    slug="textbook_rate",
    locator="eq. (1)",
    statement=r"f(x_5) - f^* \le \frac{L R^2}{10}",
    text="The textbook bound L R^2 / (2 N) holds and is more than twice the worst case.",
    source="derived",
    **SETTING,
    bound=Fraction(1, 10),
)

TOO_FAST = WorstCase(
    slug="too_fast",
    locator="eq. (2)",
    statement=r"f(x_5) - f^* \le \frac{L R^2}{26}",
    text="The rate of one step more. This is false.",
    source="derived",
    **SETTING,
    bound=Fraction(1, 26),
)

CLAIMS = (EXACT_RATE, TEXTBOOK_RATE, TOO_FAST)

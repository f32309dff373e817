"""Han, Zandieh, Lee, Novak, Xiao, Karbasi (2022). Fast neural kernel embeddings for general activations: their table
of dual activations.

K(a, b, c) = E[phi(u) phi(v)] for centred Gaussian u, v with Var u = a, Var v = b, Cov(u, v) = c = rho sqrt(a b).
The left sides are derived from the expression of phi by Stein's identity; the right sides are the published formulas.
By Price's theorem the derivative of K in c is the dual of phi'; both are derived apart, from phi and from phi'.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import sympy
from sympy import (
    Abs,
    Heaviside,
    Interval,
    Max,
    Min,
    Rational,
    acos,
    asin,
    cos,
    cosh,
    diff,
    erf,
    exp,
    oo,
    pi,
    sign,
    sin,
    sqrt,
)

from proofs_check.claims import Identity, Twin
from proofs_check.sources import Paper
from theory.gaussian import derive_expectation
from theory.symbols import a, b, c, rho, z

PAPER = Paper(
    title="Fast neural kernel embeddings for general activations",
    authors=("Han", "Zandieh", "Lee", "Novak", "Xiao", "Karbasi"),
    year=2022,
    arxiv="2209.04121",
    venue="Advances in Neural Information Processing Systems 35",
    note="Formulas as in the authors' public implementation; table numbers are restated from memory.",
)

ANY = {a: Interval(0, oo), b: Interval(0, oo), rho: Interval(-1, 1)}
BOUNDED = {a: Interval(0, 4), b: Interval(0, 4), rho: Interval(-1, 1)}
POSITIVE = {a: Interval.Lopen(0, oo), b: Interval.Lopen(0, oo), rho: Interval.open(-1, 1)}
PAIR = (1 + a) * (1 + b)
THETA = acos(rho)
ROOT = sqrt(a * b - c**2)


def at_correlation(expression: sympy.Expr) -> sympy.Expr:
    """The same with c = rho sqrt(a b)."""
    return expression.subs(c, rho * sqrt(a) * sqrt(b))


@cache
def dual(phi: sympy.Expr) -> sympy.Expr:
    """K of phi, derived."""
    return at_correlation(derive_expectation(phi, phi))


def dual_of(phi: sympy.Expr, printed: sympy.Expr) -> dict[str, Any]:
    """The sides of the claim that the dual of phi is as printed."""
    return {"lhs": lambda: dual(phi), "rhs": at_correlation(printed)}


def slope_of(phi: sympy.Expr, printed: sympy.Expr) -> dict[str, Any]:
    """The sides of the claim that the dual of phi', derived from phi', is as printed."""
    return {"lhs": lambda: dual(diff(phi, z)), "rhs": at_correlation(printed)}


def mistake(label: str, printed: sympy.Expr, change: str = "history") -> tuple[Twin, ...]:
    """A twin with another right side."""
    return (Twin(label=label, change=change, changes={"rhs": at_correlation(printed)}),)


LEAK = Rational(1, 5)
ABRELU = LEAK * Min(z, 0) + Max(z, 0)
ABRELU_DUAL = (LEAK - 1) ** 2 / (2 * pi) * ROOT + ((LEAK**2 + 1) / 2 - (LEAK - 1) ** 2 * THETA / (2 * pi)) * c
RECTIFIED = Identity(
    slug="leaky_relu",
    locator="Table 1",
    statement=r"K = \frac{(\alpha - 1)^2}{2\pi}\sqrt{ab - c^2}"
    r" + \left(\frac{\alpha^2 + 1}{2} - \frac{(\alpha - 1)^2\theta}{2\pi}\right) c",
    text="the dual of leaky rectified linear units",
    checked=r"\alpha = 1/5",
    difference="one slope",
    source="code",
    **dual_of(ABRELU, ABRELU_DUAL),
    domain=ANY,
    twins=mistake(
        "slopes added before they are squared",
        (LEAK - 1) ** 2 / (2 * pi) * ROOT + ((LEAK + 1) ** 2 / 4 - (LEAK - 1) ** 2 * THETA / (2 * pi)) * c,
    ),
)

ABSOLUTE = Identity(
    slug="absolute_value",
    locator="Table 1",
    statement=r"K = \frac{2}{\pi}\left(\sqrt{ab - c^2} + c \arcsin\rho\right)",
    text="the dual of the absolute value",
    source="code",
    **dual_of(Abs(z), 2 / pi * (ROOT + asin(rho) * c)),
    domain=ANY,
    twins=mistake("arccosine for arcsine", 2 / pi * (ROOT + THETA * c)),
)

STEP = Identity(
    slug="step",
    locator="Table 1",
    statement=r"K = \frac{1}{2} - \frac{\theta}{2\pi}",
    text="the dual of the step",
    source="code",
    **dual_of(Heaviside(z), Rational(1, 2) - THETA / (2 * pi)),
    domain=POSITIVE,
)

SIGN = Identity(
    slug="sign",
    locator="Table 1",
    statement=r"K = \frac{2}{\pi} \arcsin\rho",
    text="the dual of the sign",
    source="code",
    **dual_of(sign(z), 2 / pi * asin(rho)),
    domain=POSITIVE,
)

SIGN_SLOPE = Identity(
    slug="sign_slope",
    locator="Table 1",
    statement=r"K' = \frac{2}{\pi\sqrt{ab - c^2}}",
    text="the derivative of the sign is a point mass of weight two, and has a dual",
    source="derived",
    **slope_of(sign(z), diff(2 / pi * asin(c / sqrt(a * b)), c)),
    domain=POSITIVE,
)

SIGN_SLOPE_ZERO = Identity(
    slug="sign_slope_in_code",
    locator="Table 1",
    statement=r"K' = 0",
    text="the public implementation takes the derivative of the sign for zero, and with it its dual",
    source="code",
    **slope_of(sign(z), sympy.S.Zero),
    domain=POSITIVE,
    expect="refuted",
    corrected_by="sign_slope",
)

ERF_DUAL = 2 / pi * asin(2 * c / sqrt((1 + 2 * a) * (1 + 2 * b)))
ERROR_FUNCTION = Identity(
    slug="error_function",
    locator="Table 1",
    statement=r"K = \frac{2}{\pi} \arcsin\frac{2c}{\sqrt{(1 + 2a)(1 + 2b)}}",
    text="the dual of the error function",
    source="code",
    **dual_of(erf(z), ERF_DUAL),
    domain=ANY,
    twins=mistake("2c for c taken twice", 2 / pi * asin(2 * 2 * c / sqrt((1 + 4 * a) * (1 + 4 * b)))),
)
ERROR_FUNCTION_SLOPE = Identity(
    slug="error_function_slope",
    locator="Table 1",
    statement=r"K' = \frac{4}{\pi}\left((1 + 2a)(1 + 2b) - 4c^2\right)^{-1/2}",
    text="the dual of the derivative of the error function",
    source="code",
    **slope_of(erf(z), diff(ERF_DUAL, c)),
    domain=ANY,
)

NORMAL_CDF = Identity(
    slug="normal_distribution_function",
    locator="Table 1",
    statement=r"K = \frac{1}{4} + \frac{1}{2\pi} \arcsin\frac{c}{\sqrt{(1 + a)(1 + b)}}",
    text="the dual of the normal distribution function",
    source="code",
    **dual_of((1 + erf(z / sqrt(2))) / 2, Rational(1, 4) + asin(c / sqrt(PAIR)) / (2 * pi)),
    domain=ANY,
)

GELU = z * (1 + erf(z / sqrt(2))) / 2
GAP = sqrt(PAIR - c**2)
ANGLE = asin(c / sqrt(PAIR))
GELU_DUAL = ((c**2 + a * b * GAP**2) / (PAIR * GAP) + c * ANGLE) / (2 * pi) + c / 4
GAUSSIAN_ERROR_LINEAR = Identity(
    slug="gelu",
    locator="Table 1",
    statement=r"K = \frac{1}{2\pi}\left(\frac{c^2 + ab\,D^2}{(1 + a)(1 + b)\,D} + c\,\omega\right) + \frac{c}{4},\quad"
    r" D^2 = (1 + a)(1 + b) - c^2,\ \omega = \arctan\frac{c}{D}",
    text="the dual of Gaussian error linear units",
    checked=r"\text{the same with } \omega = \arcsin\frac{c}{\sqrt{(1 + a)(1 + b)}}",
    difference="the angle is written as an arcsine",
    source="code",
    **dual_of(GELU, GELU_DUAL),
    domain=ANY,
    twins=mistake(
        "square of D left out of the numerator", ((c**2 + a * b) / (PAIR * GAP) + c * ANGLE) / (2 * pi) + c / 4
    ),
)
GELU_SLOPE = Identity(
    slug="gelu_slope",
    locator="Table 1",
    statement=r"K' = \frac{1}{4} + \frac{\omega}{2\pi}"
    r" + \frac{c}{2\pi D}\left(\frac{1}{D^2} + \frac{1 - ab}{(1 + a)(1 + b)} + 1\right)",
    text="the dual of the derivative of Gaussian error linear units",
    source="code",
    **slope_of(GELU, Rational(1, 4) + ANGLE / (2 * pi) + c / (2 * pi * GAP) * (1 / GAP**2 + (1 - a * b) / PAIR + 1)),
    domain=ANY,
)

SHIFTED_SINE = Identity(
    slug="shifted_sine",
    locator="Table 1",
    statement=r"K = \frac{1}{2}\left(e^{-\beta^2((a + b)/2 - c)} - \cos(2s)\, e^{-\beta^2((a + b)/2 + c)}\right)",
    text="the dual of a sine of any frequency and phase",
    checked=r"\beta = 13/10,\ s = 2/5",
    difference="one frequency and one phase",
    source="code",
    **dual_of(
        sin(Rational(13, 10) * z + Rational(2, 5)),
        (
            exp(-Rational(169, 100) * ((a + b) / 2 - c))
            - cos(Rational(4, 5)) * exp(-Rational(169, 100) * ((a + b) / 2 + c))
        )
        / 2,
    ),
    domain=BOUNDED,
    twins=mistake(
        "phase counted once",
        (
            exp(-Rational(169, 100) * ((a + b) / 2 - c))
            - cos(Rational(2, 5)) * exp(-Rational(169, 100) * ((a + b) / 2 + c))
        )
        / 2,
    ),
)

COSINE = Identity(
    slug="cosine",
    locator="Table 1",
    statement=r"K = e^{-(a + b)/2} \cosh c",
    text="the dual of the cosine",
    source="code",
    **dual_of(cos(z), exp(-(a + b) / 2) * cosh(c)),
    domain=BOUNDED,
    twins=mistake("hyperbolic sine", exp(-(a + b) / 2) * sympy.sinh(c)),
)

EXPONENTIAL = Identity(
    slug="exponential",
    locator="Table 1",
    statement=r"K = e^{\beta^2((a + b)/2 + c)}",
    text="the dual of the exponential",
    checked=r"\beta = 1/2",
    difference="one rate",
    source="code",
    **dual_of(exp(z / 2), exp(((a + b) / 2 + c) / 4)),
    domain=BOUNDED,
)

RADIAL = Identity(
    slug="radial_feature",
    locator="Table 1",
    statement=r"K = e^{-\gamma(a + b - 2c)} \text{ for } \phi = \sqrt{2} \sin(\sqrt{2\gamma}\,z + \pi/4)",
    text="the activation whose dual is the Gaussian kernel of the distance",
    checked=r"\gamma = 7/10",
    difference="one width",
    source="code",
    **dual_of(sqrt(2) * sin(sqrt(Rational(7, 5)) * z + pi / 4), exp(-Rational(7, 10) * (a + b - 2 * c))),
    domain=BOUNDED,
    twins=mistake("half the exponent", exp(-Rational(7, 20) * (a + b - 2 * c))),
)

GAUSSIAN_DUAL = 1 / sqrt((1 + 2 * a) * (1 + 2 * b) - 4 * c**2)
GAUSSIAN = Identity(
    slug="gaussian",
    locator="Table 1",
    statement=r"K = \left((1 + 2a)(1 + 2b) - 4c^2\right)^{-1/2}",
    text="the dual of the Gaussian",
    source="code",
    **dual_of(exp(-(z**2)), GAUSSIAN_DUAL),
    domain=ANY,
)
GAUSSIAN_SLOPE = Identity(
    slug="gaussian_slope",
    locator="Table 1",
    statement=r"K' = 4c\left((1 + 2a)(1 + 2b) - 4c^2\right)^{-3/2}",
    text="the dual of the derivative of the Gaussian",
    source="code",
    **slope_of(exp(-(z**2)), diff(GAUSSIAN_DUAL, c)),
    domain=ANY,
)

SUM = a + b
DETERMINANT = 4 * (a * b - c**2)
TOTAL = 2 * SUM + DETERMINANT + 1
GABOR = Identity(
    slug="gabor",
    locator="Table 1",
    statement=r"K = e^{-(S + f + 2c)/2n}\,\frac{e^{2c/n} - 1}{2\sqrt{n}},\quad S = a + b,"
    r"\ f = 4(ab - c^2),\ n = 2S + f + 1",
    text="the dual of the Gabor function",
    source="code",
    **dual_of(
        exp(-(z**2)) * sin(z),
        exp(-(SUM + DETERMINANT + 2 * c) / (2 * TOTAL)) * (exp(2 * c / TOTAL) - 1) / (2 * sqrt(TOTAL)),
    ),
    domain=BOUNDED,
    twins=mistake(
        "normalisation n for its root",
        exp(-(SUM + DETERMINANT + 2 * c) / (2 * TOTAL)) * (exp(2 * c / TOTAL) - 1) / (2 * TOTAL),
    ),
)

POWER_2 = Identity(
    slug="power_2",
    locator="Table 1",
    statement=r"K = 2c^2 + ab",
    text="the dual of the power 2",
    source="code",
    **dual_of(z**2, 2 * c**2 + a * b),
    domain=ANY,
)

POWER_3 = Identity(
    slug="power_3",
    locator="Table 1",
    statement=r"K = 6c^3 + 9abc",
    text="the dual of the power 3",
    source="code",
    **dual_of(z**3, 6 * c**3 + 9 * c * a * b),
    domain=ANY,
)

POWER_4 = Identity(
    slug="power_4",
    locator="Table 1",
    statement=r"K = 24c^4 + 72abc^2 + 9a^2b^2",
    text="the dual of the power 4",
    source="code",
    **dual_of(z**4, 3 * (8 * c**4 + 3 * a * b * (8 * c**2 + a * b))),
    domain=ANY,
)

POWER_5 = Identity(
    slug="power_5",
    locator="Table 1",
    statement=r"K = 120c^5 + 600abc^3 + 225a^2b^2c",
    text="the dual of the power 5",
    source="code",
    **dual_of(z**5, 15 * c * (8 * c**4 + 5 * a * b * (8 * c**2 + 3 * a * b))),
    domain=ANY,
)

RECTIFIED_SQUARE = Identity(
    slug="rectified_square",
    locator="Table 1",
    statement=r"K = \frac{ab}{2\pi}\left(3\sin\theta\cos\theta + (\pi - \theta)(1 + 2\cos^2\theta)\right)",
    text="the dual of rectified squares",
    source="code",
    **dual_of(
        Max(z, 0) ** 2, a * b / (2 * pi) * (3 * sin(THETA) * cos(THETA) + (pi - THETA) * (1 + 2 * cos(THETA) ** 2))
    ),
    domain=ANY,
)

CLAIMS = (
    RECTIFIED,
    ABSOLUTE,
    STEP,
    SIGN,
    SIGN_SLOPE,
    SIGN_SLOPE_ZERO,
    ERROR_FUNCTION,
    ERROR_FUNCTION_SLOPE,
    NORMAL_CDF,
    GAUSSIAN_ERROR_LINEAR,
    GELU_SLOPE,
    SHIFTED_SINE,
    COSINE,
    EXPONENTIAL,
    RADIAL,
    GAUSSIAN,
    GAUSSIAN_SLOPE,
    GABOR,
    POWER_2,
    POWER_3,
    POWER_4,
    POWER_5,
    RECTIFIED_SQUARE,
)

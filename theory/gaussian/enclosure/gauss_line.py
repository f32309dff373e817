"""The Gauss-Legendre rule on panels of the line, for functions with kinks, with a proven error."""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from flint import arb, ctx

from ...errors import NotEnclosed
from .envelope import gaussian_peak, upper
from .law import Factors
from .majorant import separate
from .panels import Panel, bound_growth, cut_panels
from .trapezoid import symmetric

BITS = 64
"""Precision of bounds; they are balls, so that it affects their size only."""
DEVIATIONS_PER_PANEL = 3
_NODE_COUNTS = tuple(range(6, 200, 2))

Term = tuple[arb, arb]
"""(c, s): an error c s^(-2 N) of a rule with N nodes."""


def enclose_line_with_kinks(f: sympy.Expr, mean: arb, deviation: arb, goal: arb) -> arb:
    """E[f(u)] for u normal of positive deviation and f with kinks.

    Returns:
        A ball that contains the expectation; its radius is about `goal` unless rounding or the arguments are wider.

    Raises:
        NotEnclosed: as `enclose_plane_with_kinks`.

    Source: derived here, as `enclose_plane_with_kinks` in one variable.
    """
    factors = Factors(mean, arb(0), deviation, arb(0), arb(0))
    growth = bound_growth(f)
    bound = separate(factors, growth)
    reach = bound.first.cut(bound.size, goal / 8)
    peak = upper(gaussian_peak(bound.first.rate, bound.first.curvature) / deviation)
    panels = cut_panels(
        f,
        window_around(mean, deviation, reach),
        upper(deviation * DEVIATIONS_PER_PANEL),
        lambda length, size: bool(length * size * peak <= goal / 1024),
    )
    with ctx.workprec(BITS):
        error = bound.size * bound.first.tail(reach) + sum((a * b * peak for a, b in panels.left_out), arb(0))
        terms = [_line_terms(panel, mean, deviation) for panel in panels.panels]
        nodes, gauss = choose_nodes(terms, goal / 4)
    total = arb(0)
    for panel in panels.panels:
        for point, weight in panel_rule(panel, nodes):
            x = (point - mean) / deviation
            total += weight * panel.values.run([point]) * (-x * x / 2).exp()
    return total / (deviation * (2 * arb.pi()).sqrt()) + symmetric(error + gauss)


def _line_terms(panel: Panel, mean: arb, deviation: arb) -> list[list[Term]]:
    found = []
    for ellipse in panel.ellipses:
        long, short = ellipse.half_axes()
        x, lift = (widened(panel, long) - mean) / deviation, short * panel.half / deviation
        density = ((lift * lift - least_square(x)) / 2).exp() / (deviation * (2 * arb.pi()).sqrt())
        found.append((upper(ellipse.gauss_error(0, panel.half, density)), ellipse.total))
    return [found]


def widened(panel: Panel, factor: arb) -> arb:
    """The ball around a panel, longer by a factor.

    Source: derived here.
    """
    reach = panel.half * factor
    return panel.centre + (-reach).union(reach)


def least_square(ball: arb) -> arb:
    """A bound below the squares of a ball's numbers.

    Source: derived here.
    """
    return arb(ball.abs_lower()) ** 2


def choose_nodes(terms: Sequence[list[list[Term]]], goal: arb) -> tuple[int, arb]:
    """The least number of nodes per panel that meets the goal, and the bound that it gives.

    Source: derived here.
    """
    candidates = [choices for rectangle in terms for choices in rectangle]
    for nodes in _NODE_COUNTS:
        bounds = (arb(min(upper(size * total ** (-2 * nodes)) for size, total in choices)) for choices in candidates)
        error = sum(bounds, arb(0))
        if error <= goal:
            return nodes, error
    raise NotEnclosed(f"more than {_NODE_COUNTS[-1]} nodes per panel would be needed; ask for fewer digits")


def panel_rule(panel: Panel, nodes: int) -> list[tuple[arb, arb]]:
    """Points and weights on a panel.

    Source: derived here.
    """
    centre, half = panel.centre, panel.half
    return [(centre + half * node, half * weight) for node, weight in legendre_rule(nodes)]


def legendre_rule(nodes: int) -> list[tuple[arb, arb]]:
    """The nodes and weights on [-1, 1] at the current precision.

    Source: derived here.
    """
    return [arb.legendre_p_root(nodes, k, True) for k in range(nodes)]


def window_around(mean: arb, deviation: arb, reach: arb) -> tuple[arb, arb]:
    """Exact numbers around mean +- reach * deviation.

    Source: derived here.
    """
    low, high = (mean - deviation * reach).lower(), (mean + deviation * reach).upper()
    return arb(low), arb(high)

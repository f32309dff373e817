"""The Gauss-Legendre rule on panels for functions with kinks, with proven errors."""

from __future__ import annotations

from collections.abc import Sequence

import sympy
from flint import arb, ctx

from ...errors import NotEnclosed
from .envelope import Envelope, gaussian_peak, upper
from .gauss_line import (
    BITS,
    DEVIATIONS_PER_PANEL,
    Term,
    choose_nodes,
    least_square,
    legendre_rule,
    widened,
    window_around,
)
from .law import Law, factor
from .majorant import separate
from .panels import Panel, Panels, bound_growth, cut_panels
from .trapezoid import symmetric

_MOST_NODES = 20_000_000


def enclose_plane_with_kinks(f: sympy.Expr, g: sympy.Expr, law: Law, goal: arb) -> arb:
    """E[f(u) g(v)] for f and g with kinks, by the product rule on rectangles between the kinks.

    Formula:
        E = sum over rectangles P x Q of the product rule for f(u) g(v) p(u, v) + error, p the bivariate density.

    Args:
        f, g: in `theory.symbols.z`. law: with Var u, Var v and ab - c^2 certainly positive.
        goal: absolute error to aim at.

    Returns:
        A ball that contains the expectation; its radius is about `goal` unless rounding or the arguments are wider.

    Raises:
        NotEnclosed: if the kinks are not found, f or g is not bounded near a point, or too many nodes are needed.

    Accuracy: proof. Kinks are lines u = const and v = const, so that the integrand is analytic on each rectangle.
        |I_u I_v F - Q_u Q_v F| <= |(I_u - Q_u) I_v F| + |Q_u (I_v - Q_v) F|; each rule has the error of
        `Ellipse.gauss_error`, with |p| on the ellipse bounded through Re (u^2 - 2 r u v + v^2) in unit variables,
        and Q_u has positive weights of sum |P|. Outside the window, and on intervals too short for an ellipse, the
        integral is bounded by the growth of f and g (`separate`, in either order of u and v). The sum is in balls.

    Source: derived here.
    """
    if not law.determinant() > 0:
        raise NotEnclosed(
            f"ab - c^2 = {law.determinant()} may be 0: functions with kinks need exact numbers for a degenerate law; "
            "write E[(f g)(u)] with enclose_mean where u = v"
        )
    growth = bound_growth(f), bound_growth(g)
    sides = (_Margin(law, *growth, goal), _Margin(law.swapped(), growth[1], growth[0], goal))
    panels = tuple(
        cut_panels(h, side.window, side.longest, side.is_negligible) for h, side in zip((f, g), sides, strict=True)
    )
    with ctx.workprec(BITS):
        error = sides[0].error(panels[0]) + sides[1].error(panels[1])
        kernel = _Kernel(law)
        pairs, skipped = _relevant(panels[0], panels[1], kernel, goal / 8)
        terms = [kernel.terms(one, two) for one, two in pairs]
        nodes, gauss = choose_nodes(terms, goal / 4)
        if len(pairs) * nodes**2 > _MOST_NODES:
            raise NotEnclosed(
                f"{f}, {g}: {len(pairs) * nodes**2} nodes would be needed, allowed are {_MOST_NODES}; "
                "ask for fewer digits, or the law is too nearly degenerate"
            )
    return _sum_pairs(pairs, nodes, _Kernel(law)) + symmetric(error + skipped + gauss)


class _Margin:
    """The window of the first variable of a law, and what is lost outside it."""

    def __init__(self, law: Law, outer: Envelope, inner: Envelope, goal: arb) -> None:
        factors = factor(law)
        self._goal, self._inner, self._factors = goal, inner, factors
        self._bound = separate(factors, outer, inner)
        self._scale = upper(self._bound.size * self._bound.second.integral())
        self._reach = self._bound.first.cut(self._scale, goal / 16)
        self.window = window_around(factors.mean_u, factors.across, self._reach)
        correlation = 1 - (factors.along**2 / arb(law.variance_v))
        self.longest = upper(factors.across * correlation.sqrt() * DEVIATIONS_PER_PANEL)

    def _lost(self, length: arb, size: arb) -> arb:
        bound = separate(self._factors, Envelope.constant(size), self._inner)
        peak = gaussian_peak(bound.first.rate, bound.first.curvature) / self._factors.across
        return bound.size * peak * length * bound.second.integral()

    def is_negligible(self, length: arb, size: arb) -> bool:
        """Whether the integral over a strip of this length may be left out."""
        return bool(self._lost(length, size) <= self._goal / 1024)

    def error(self, panels: Panels) -> arb:
        """What lies outside the window and in the intervals left out."""
        outside = self._scale * self._bound.first.tail(self._reach)
        return outside + sum((self._lost(length, size) for length, size in panels.left_out), arb(0))


class _Kernel:
    """The bivariate density, on the line and with one complex argument."""

    def __init__(self, law: Law) -> None:
        self.mean_u, self.mean_v = arb(law.mean_u), arb(law.mean_v)
        self.deviation_u, self.deviation_v = arb(law.variance_u).sqrt(), arb(law.variance_v).sqrt()
        self.correlation = arb(law.covariance) / (self.deviation_u * self.deviation_v)
        determinant = arb(law.determinant())
        self.free = determinant / (arb(law.variance_u) * arb(law.variance_v))
        self.level = 1 / (2 * arb.pi() * determinant.sqrt())

    def bound(self, one: Panel, two: Panel, stretch: tuple[arb, arb], lift: arb) -> arb:
        """A bound of the density with panels widened by `stretch`, one variable leaving the line by `lift`."""
        x = (widened(one, stretch[0]) - self.mean_u) / self.deviation_u
        y = (widened(two, stretch[1]) - self.mean_v) / self.deviation_v
        first = least_square(x - self.correlation * y) + self.free * least_square(y)
        second = least_square(y - self.correlation * x) + self.free * least_square(x)
        return upper(self.level * ((lift * lift - arb.max(first, second)) / (2 * self.free)).exp())

    def terms(self, one: Panel, two: Panel) -> list[list[Term]]:
        """For u and for v: the possible error terms on a rectangle, the least of which counts."""
        across, along = [], []
        for ellipse in one.ellipses:
            long, short = ellipse.half_axes()
            density = self.bound(one, two, (long, arb(1)), short * one.half / self.deviation_u)
            weight = 2 * two.half * two.size * density
            across.append((upper(ellipse.gauss_error(0, one.half, weight)), ellipse.total))
        for ellipse in two.ellipses:
            long, short = ellipse.half_axes()
            density = self.bound(one, two, (arb(1), long), short * two.half / self.deviation_v)
            weight = 2 * one.half * one.size * density
            along.append((upper(ellipse.gauss_error(0, two.half, weight)), ellipse.total))
        return [across, along]


def _relevant(first: Panels, second: Panels, kernel: _Kernel, goal: arb) -> tuple[list[tuple[Panel, Panel]], arb]:
    """The pairs of panels whose integral is not negligible, and a bound of the others' sum."""
    share = goal / max(1, len(first.panels) * len(second.panels))
    pairs, skipped = [], arb(0)
    for one in first.panels:
        for two in second.panels:
            size = 4 * one.half * two.half * one.size * two.size
            lost = size * kernel.bound(one, two, (arb(1), arb(1)), arb(0))
            if lost <= share:
                skipped += lost
            else:
                pairs.append((one, two))
    return pairs, skipped


def _sum_pairs(pairs: Sequence[tuple[Panel, Panel]], nodes: int, kernel: _Kernel) -> arb:
    rule = legendre_rule(nodes)
    known: dict[tuple[int, bool], list[tuple[arb, arb]]] = {}

    def weighted(panel: Panel, is_first: bool) -> list[tuple[arb, arb]]:
        """(x, w f(x) exp(-x^2 / (2 (1 - r^2)))) in unit variables."""
        key = id(panel), is_first
        if key not in known:
            mean = kernel.mean_u if is_first else kernel.mean_v
            deviation = kernel.deviation_u if is_first else kernel.deviation_v
            rows = []
            for node, weight in rule:
                point = panel.centre + panel.half * node
                x = (point - mean) / deviation
                rows.append((x, panel.half * weight * panel.values.run([point]) * (-x * x / (2 * kernel.free)).exp()))
            known[key] = rows
        return known[key]

    tilt = kernel.correlation / kernel.free
    total = arb(0)
    for one, two in pairs:
        for x, left in weighted(one, True):
            slope, row = tilt * x, arb(0)
            for y, right in weighted(two, False):
                row += right * (slope * y).exp()
            total += left * row
    return total * kernel.level

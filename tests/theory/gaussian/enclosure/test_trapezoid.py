"""Each part of the error of the rules, seen where it is the only one and large."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from flint import arb, ctx
from sympy import Max, atan, cos, exp, tanh

from theory.gaussian.enclosure import gauss_line, gauss_plane
from theory.gaussian.enclosure.gauss_line import enclose_line_with_kinks
from theory.gaussian.enclosure.gauss_plane import enclose_plane_with_kinks
from theory.gaussian.enclosure.law import Law, factor
from theory.gaussian.enclosure.majorant import Side
from theory.gaussian.enclosure.trapezoid import Axis, enclose_line, enclose_plane
from theory.symbols import z

LAW = Law.of((1, 2), 1, (0, 0))


@pytest.mark.parametrize("tenths", [8, 10, 15, 20, 30])
def test_the_aliasing_bound_is_sharp_for_the_normal_density(tenths: int) -> None:
    """If false, the constant of the theorem is wrong: for the density, the bound at w = 2 pi / h is nearly attained."""
    with ctx.workprec(300):
        step = arb(tenths) / 10
        nodes = range(-int(500 / tenths), int(500 / tenths) + 1)
        total = sum((step * (-((step * k) ** 2) / 2).exp() for k in nodes), arb(0)) / (2 * arb.pi()).sqrt()
        shift = 2 * arb.pi() / step
        bound = Axis(shift, (shift * shift / 2).exp(), step).error(step)
        assert abs(total - 1) <= bound <= abs(total - 1) * arb("1.2")


def test_aliasing_is_part_of_the_ball(monkeypatch: pytest.MonkeyPatch) -> None:
    """If false, the ball misses the value once nothing is truncated and the step is coarse."""
    monkeypatch.setattr(Side, "cut", lambda self, scale, goal: arb(40))
    with ctx.workprec(200):
        for exponent in range(8):
            goal = arb(10) ** -exponent
            assert enclose_line(cos(2 * z), arb(0), arb(1), goal).overlaps((-arb(2)).exp())
            # E[cos(2u) cos(2v)] = (E[cos 2(u + v)] + E[cos 2(u - v)]) / 2 with Var(u + v) = 5, Var(u - v) = 1.
            value = ((-arb(10)).exp() + (-arb(2)).exp()) / 2
            assert enclose_plane(cos(2 * z), cos(2 * z), factor(LAW), goal).overlaps(value)


@pytest.mark.parametrize("reach", ["0.5", "1", "2", "3"])
def test_truncation_is_part_of_the_ball(monkeypatch: pytest.MonkeyPatch, reach: str) -> None:
    """If false, the ball misses the value once the window is much too small."""
    with ctx.workprec(100):
        line = enclose_line(exp(z), arb(0), arb(1), arb(10) ** -20)
        plane = enclose_plane(exp(z), exp(z), factor(LAW), arb(10) ** -20)
        monkeypatch.setattr(Side, "cut", lambda self, scale, goal: arb(reach))
        goal = arb(10) ** -12
        assert enclose_line(exp(z), arb(0), arb(1), goal).contains(line)
        assert enclose_plane(exp(z), exp(z), factor(LAW), goal).contains(plane)
        assert enclose_line_with_kinks(exp(z), arb(0), arb(1), goal).contains(line)
        assert enclose_plane_with_kinks(exp(z), exp(z), LAW, goal).contains(plane)


@pytest.mark.parametrize("reaches", [("1", "40"), ("40", "1")])
def test_each_variable_is_truncated_with_a_bound(monkeypatch: pytest.MonkeyPatch, reaches: tuple[str, str]) -> None:
    """If false, the tail of one of the two variables is missing, hidden behind that of the other."""
    with ctx.workprec(100):
        goal = arb(10) ** -12
        true = enclose_plane(exp(z), exp(z), factor(LAW), goal)
        for rule, law in ((enclose_plane, factor(LAW)), (enclose_plane_with_kinks, LAW)):
            order = iter(reaches)
            monkeypatch.setattr(Side, "cut", lambda self, scale, goal, order=order: arb(next(order)))
            assert rule(exp(z), exp(z), law, goal).contains(true)  # type: ignore[operator]


@pytest.mark.parametrize("nodes", [2, 3, 4])
def test_the_error_of_the_rule_is_part_of_the_ball(monkeypatch: pytest.MonkeyPatch, nodes: int) -> None:
    """If false, the ball misses the value once each panel has few nodes."""

    def few(terms: Sequence[list[list[gauss_line.Term]]], goal: arb) -> tuple[int, arb]:
        choices = [choice for rectangle in terms for choice in rectangle]
        bounds = [arb(min(size * total ** (-2 * nodes) for size, total in choice)) for choice in choices]
        return nodes, sum(bounds, arb(0))

    with ctx.workprec(100):
        goal = arb(10) ** -20
        functions = (tanh(z) + 1, Max(z, 0), atan(3 * z))
        lines = [enclose_line_with_kinks(f, arb(0), arb(1), goal) for f in functions]
        planes = [enclose_plane_with_kinks(f, f, LAW, goal) for f in functions]
        monkeypatch.setattr(gauss_line, "choose_nodes", few)
        monkeypatch.setattr(gauss_plane, "choose_nodes", few)
        for f, line, plane in zip(functions, lines, planes, strict=True):
            assert enclose_line_with_kinks(f, arb(0), arb(1), goal).contains(line)
            assert enclose_plane_with_kinks(f, f, LAW, goal).contains(plane)

"""Places within expressions."""

from __future__ import annotations

import sympy

from proofs_check.twins.sites import replaced, shown, sites

x, t = sympy.symbols("x t", real=True)
EXPRESSIONS = (
    x**2 * sympy.sin(x) - 1 / (1 + x),
    sympy.Piecewise((x, x > 1), (x**2, True)),
    sympy.Integral(sympy.exp(-x * t**2), (t, 0, x)),
)


def test_putting_back_what_stands_there_changes_nothing() -> None:
    """If false, a mutant would be wrong at another place than its label says."""
    for expression in EXPRESSIONS:
        for site in sites(expression):
            assert replaced(expression, site.path, site.node) == expression


def test_no_place_is_a_condition_or_a_bound_variable() -> None:
    """If false, a mutation would change where a formula applies, or rename its integration variable."""
    integral = EXPRESSIONS[2]
    assert not [site for site in sites(integral) if site.path[:1] == (1,) and site.node == t]
    assert [site for site in sites(integral) if site.path[:1] == (1,) and site.node == x]
    assert not [site for site in sites(EXPRESSIONS[1]) if isinstance(site.node, sympy.core.relational.Relational)]


def test_a_long_place_is_cut() -> None:
    """If false, the label of a mutant of a derived formula would fill the screen."""
    long = sympy.Add(*(sympy.Symbol(f"a_{number}") for number in range(60)))
    assert len(shown(long)) < 80

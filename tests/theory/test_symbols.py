"""The one table of symbols."""

import sympy

from theory import symbols


def test_attributes_are_the_symbols_of_the_table() -> None:
    """If this failed, a formula could hold two different symbols of one name."""
    for name, entry in symbols.TABLE.items():
        assert getattr(symbols, name) is entry.symbol
        assert entry.symbol.name == entry.name == name


def test_assumptions_fit_the_domains() -> None:
    """If this failed, SymPy would simplify under assumptions that the notation does not make."""
    for entry in symbols.TABLE.values():
        assert entry.symbol.is_real
        assert bool(entry.symbol.is_nonnegative) == (entry.domain.inf >= 0)
        assert bool(entry.symbol.is_integer) == (not isinstance(entry.domain, sympy.Interval))

"""Optimisation: worst cases of first-order methods, certified in exact rational arithmetic."""

"""Repair: the nearest statement that survives where a claim was refuted, checked as a claim of its own."""

from .suggestions import suggest, with_suggestions

__all__ = ["suggest", "with_suggestions"]

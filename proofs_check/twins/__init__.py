"""Twins: false variants of a claim. A check that does not refute them proves nothing."""

from .trial import make_twins, try_twins

__all__ = ["make_twins", "try_twins"]

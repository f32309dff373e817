"""The kinds of claim. A claim is frozen data: what a source states, and what it takes to check it."""

from .abstract import AbstractClaim, Twin
from .expressions import Identity, Inequality
from .instances import Bound, Construction, Rate
from .statistics import Law, Limit, SameLaw, Scaling
from .worst_case import WorstCase

KINDS: tuple[type[AbstractClaim], ...] = (
    Identity,
    Inequality,
    Bound,
    Limit,
    Scaling,
    Rate,
    Law,
    Construction,
    WorstCase,
    SameLaw,
)

__all__ = [
    "KINDS",
    "AbstractClaim",
    "Bound",
    "Construction",
    "Identity",
    "Inequality",
    "Law",
    "Limit",
    "Rate",
    "SameLaw",
    "Scaling",
    "Twin",
    "WorstCase",
]

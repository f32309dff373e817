"""Enclosures of Gaussian expectations, for functions with and without a closed form."""

from .expectation import enclose_expectation, enclose_mean
from .hermite import enclose_by_hermite

__all__ = ["enclose_by_hermite", "enclose_expectation", "enclose_mean"]

"""Enclosures of Gaussian expectations, for functions with and without a closed form."""

from .expectation import enclose_expectation, enclose_mean

__all__ = ["enclose_expectation", "enclose_mean"]

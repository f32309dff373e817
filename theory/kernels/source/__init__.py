"""Kernels as text: source code in other languages, and LaTeX."""

from .writer import Language, write_latex, write_source

__all__ = ["Language", "write_latex", "write_source"]

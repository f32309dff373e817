"""Normal forms over towers of generators: exact decisions that an expression is zero."""

from .reduction import Reduction, reduce_to_zero

__all__ = ["Reduction", "reduce_to_zero"]

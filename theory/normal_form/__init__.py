"""Normal forms over towers of generators: exact decisions that an expression is zero, or of one sign."""

from .reduction import Reduction, SignProof, certify_sign, reduce_to_zero
from .signs import Sign

__all__ = ["Reduction", "Sign", "SignProof", "certify_sign", "reduce_to_zero"]

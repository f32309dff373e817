"""Ball arithmetic on SymPy expressions: values with proven error bounds, to any number of digits."""

from .compiler import ALLOWED
from .function import BallFunction, Exact, as_fmpq, compile_balls

__all__ = ["ALLOWED", "BallFunction", "Exact", "as_fmpq", "compile_balls"]

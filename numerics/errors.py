"""Errors of the simulating package. Each is also the builtin that a caller would expect."""


class NumericsError(Exception):
    """Base of every error that `numerics` raises on purpose; its text is one sentence for the user."""


class InvalidArgument(NumericsError, ValueError):
    """An argument has the wrong type, shape or range."""


class MalformedData(NumericsError, ValueError):
    """A data file or data set cannot be used as it is."""


class DidNotConverge(NumericsError, ArithmeticError):
    """An algorithm could not decide or reach what was asked for within its budget or precision."""

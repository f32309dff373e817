"""Errors of the deriving package. Each is also the builtin that a caller would expect."""


class TheoryError(Exception):
    """Base of every error that `theory` raises on purpose; its text is one sentence for the user."""


class OutsideDomain(TheoryError, ValueError):
    """A value lies outside the set on which a formula is defined, or on which it is real."""


class NoClosedForm(TheoryError, ArithmeticError):
    """No closed form exists in the class of functions that the derivation covers."""


class UnknownFunction(TheoryError, ValueError):
    """An expression holds a function or a number that the whitelist does not allow."""


class NotEnclosed(TheoryError, ArithmeticError):
    """Ball arithmetic did not reach the digits that were asked for."""


class InvalidArgument(TheoryError, ValueError):
    """An argument has the wrong type or form."""


class UnknownToken(TheoryError, ValueError):
    """A text holds a word or a sign that its grammar does not know; the message names it and its place."""


class MissingExtra(TheoryError, ImportError):
    """A library of an optional extra is not installed; the message names the command that installs it."""

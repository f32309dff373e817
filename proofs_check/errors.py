"""Errors of the confronting package. Each is also the builtin that a caller would expect."""


class ProofsCheckError(Exception):
    """Base of every error that `proofs_check` raises on purpose; its text is one sentence for the user."""


class MalformedClaim(ProofsCheckError, ValueError):
    """A claim or a paper file cannot be used as written."""


class UnknownClaim(ProofsCheckError, LookupError):
    """No paper, claim or file has the name that was asked for."""


class VerdictIsNotBoolean(ProofsCheckError, TypeError):
    """A verdict has two axes and cannot be used as a truth value."""


class StoreUnavailable(ProofsCheckError, OSError):
    """The result store cannot be opened, read or written."""


class MalformedRecord(ProofsCheckError, ValueError):
    """Stored or exchanged JSON does not describe a verdict."""


class Unresolvable(ProofsCheckError, ArithmeticError):
    """A planned test cannot reach its resolution within the budget."""


class OutsideBounds(ProofsCheckError, ValueError):
    """Data or a level of a test lie outside the range for which the test is valid."""

"""Errors of `numerics`."""

import pytest

from numerics import errors


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (errors.InvalidArgument, ValueError),
        (errors.MalformedData, ValueError),
        (errors.DidNotConverge, ArithmeticError),
    ],
)
def test_errors_are_builtins_too(error, builtin):
    """False if a caller who knows only builtins, or only the base class, missed an error."""
    assert issubclass(error, builtin)
    assert issubclass(error, errors.NumericsError)

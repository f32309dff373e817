"""Claims: malformed ones fail at load with a message that says what to write."""

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy

from proofs_check.claims import KINDS, Bound, Identity, Inequality, Limit, Scaling, Twin
from proofs_check.errors import MalformedClaim
from proofs_check.sources import Paper

x, y = sympy.symbols("x y", real=True)
BASE: dict[str, Any] = {
    "slug": "a_claim",
    "locator": "eq. (1)",
    "statement": "x = x",
    "text": "x is x",
    "source": "derived",
}
IDENTITY: dict[str, Any] = {**BASE, "lhs": x, "rhs": x, "domain": {x: sympy.Interval(0, 1)}}
LIMIT: dict[str, Any] = {
    **BASE,
    "inputs": lambda data: np.eye(2),
    "simulate": lambda X, width, draws, rng: np.ones((draws, 1)),
    "limit": lambda X: np.ones(1),
    "widths": (1, 2, 4, 8),
    "correction_order": Fraction(1),
    "resolution": 0.1,
}


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({"slug": "Bad Slug"}, "lower-case"),
        ({"locator": ""}, "non-empty"),
        ({"source": "hearsay"}, "'memory'"),
        ({"checked": "x = y"}, "together"),
        ({"expect": "maybe"}, "'refuted'"),
        ({"assumes": "text"}, "tuple"),
        ({"twins": (Twin(label="t", change="sign", changes={"nothing": 1}),)}, "fields among"),
        ({"domain": {}}, "have no domain"),
        ({"domain": {x: (0, 1)}}, "Interval"),
        ({"rhs": x + 0.1}, "Rational"),
        ({"rhs": "x + 1"}, "SymPy expression"),
        ({"rhs": y}, r"\['y'\]"),
    ],
)
def test_a_malformed_identity_says_what_to_write(change: dict[str, Any], advice: str) -> None:
    """A broken claim would be accepted, or refused without help."""
    with pytest.raises(MalformedClaim, match=advice):
        Identity(**{**IDENTITY, **change})


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({"widths": (4, 2, 1, 8)}, "increasing"),
        ({"widths": (1, 2)}, "at least 4"),
        ({"resolution": 2.0}, "between 0 and 1"),
        ({"correction_order": 0.5}, "Fraction"),
        ({"simulate": None}, "function"),
    ],
)
def test_a_malformed_limit_says_what_to_write(change: dict[str, Any], advice: str) -> None:
    """A test that cannot be planned would be accepted."""
    with pytest.raises(MalformedClaim, match=advice):
        Limit(**{**LIMIT, **change})


def test_a_slack_must_be_declared_in_the_checked_statement() -> None:
    """An inequality could be weakened without the reader seeing it."""
    with pytest.raises(MalformedClaim, match="slack changes the statement"):
        Inequality(**IDENTITY, slack=Fraction(1, 100))


def test_a_scaling_without_rivals_is_refused() -> None:
    """A slope test that separates nothing would be accepted."""
    fields = {name: LIMIT[name] for name in (*BASE, "inputs", "simulate", "widths")}
    with pytest.raises(MalformedClaim, match="rivals"):
        Scaling(**fields, exponent=Fraction(1), rivals=())


def test_a_derivation_is_checked_when_it_is_made() -> None:
    """A side given as a function would escape the checks that a plain expression passes."""
    claim = Identity(**{**IDENTITY, "lhs": lambda: x * sympy.Float(0.5)})
    with pytest.raises(MalformedClaim, match="Rational"):
        claim.sides()


def test_a_twin_changes_only_what_it_names() -> None:
    """A twin would differ from its claim in more than its mistake, or carry twins itself."""
    twin = Twin(label="sign", change="sign", changes={"rhs": -x})
    claim = Identity(**IDENTITY, twins=(twin,))
    other = claim.altered(twin)
    assert isinstance(other, Identity)
    assert (other.rhs, other.lhs, other.slug, other.twins) == (-x, x, claim.slug, ())


def test_every_kind_is_frozen() -> None:
    """A checker could change the claim that it judges."""
    claim = Bound(**BASE, data=None, lhs=lambda d: 0.0, rhs=lambda d: 1.0)
    with pytest.raises(AttributeError):
        claim.slug = "other"  # type: ignore[misc]
    assert len({kind.kind for kind in KINDS}) == len(KINDS) == 10


@pytest.mark.parametrize("change", [{"authors": "Cho"}, {"title": " "}, {"year": "2009"}])
def test_a_malformed_paper_says_what_to_write(change: dict[str, Any]) -> None:
    """A citation would be printed with missing parts."""
    with pytest.raises(MalformedClaim, match="PAPER"):
        Paper(**{"title": "T", "authors": ("Cho",), "year": 2009, **change})

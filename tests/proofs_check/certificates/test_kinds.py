"""Certificates of every kind: valid as written, and not valid with anything in them changed."""

import copy
import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
import sympy
from sympy import Interval, acos, asin, atan, exp, pi, sin, sqrt

from proofs_check.certificates import CertificateFile, MalformedCertificate, NeedsPaper
from proofs_check.certificates.kinds import kinds, recheck
from proofs_check.certificates.reading import seal
from proofs_check.verdicts import Verdict
from tests.proofs_check.checkers.claimants import judge_identity, judge_inequality
from theory.gaussian.certificate import certify
from theory.symbols import z

x, y = sympy.symbols("x y", real=True)
UNIT = {x: Interval(0, 1)}
NARROW = {x: Interval(0, sympy.Rational(1, 8))}
SQUARE = {x: Interval(0, 1), y: Interval(0, 1)}
KAPPA = (sqrt(1 - x**2) + x * (pi - acos(x))) / pi


def file_of(verdict: Verdict) -> CertificateFile:
    """The certificate of a verdict, through JSON."""
    assert verdict.certificate is not None, verdict.reason
    content = json.loads(json.dumps(verdict.certificate.content))
    return CertificateFile(kind=verdict.certificate.kind, claim="a.b", content=content)


MADE = {
    "collar": lambda: file_of(judge_inequality(sin(x), x, UNIT)),
    "boxes": lambda: file_of(judge_inequality(sin(x + y), exp(x) * (1 + y) + Fraction(1, 9), SQUARE)),
    "strict": lambda: file_of(judge_inequality(x, KAPPA, {x: Interval(0, sympy.Rational(9, 10))}, strict=True)),
    "tail": lambda: file_of(judge_inequality(1 + x, exp(x), {x: Interval(-sympy.oo, sympy.oo)})),
    "left open": lambda: file_of(judge_inequality(sqrt(2) * sqrt(1 - x), acos(x), {x: Interval(-1, 1)})),
    "sign of factors": lambda: file_of(judge_inequality(2 * x * y, x**2 + y**2, SQUARE)),
    "polynomial": lambda: file_of(judge_inequality(x**4 - x, sympy.Rational(1, 50) + x**2 / 9, UNIT)),
    "normal form": lambda: file_of(judge_identity(asin(x) + acos(x), pi / 2, UNIT)),
    "two inequalities": lambda: file_of(judge_identity(2 * atan(x / 2), asin(4 * x / (4 + x**2)), NARROW)),
    "price": lambda: CertificateFile(
        kind="price",
        claim="",
        content=json.loads(json.dumps(certify(sympy.Max(z, 0), sympy.Max(z, 0)).to_json())),
    ),
}


@pytest.fixture(scope="module", params=MADE)
def certificate(request: pytest.FixtureRequest) -> CertificateFile:
    """One certificate of each sort, as a reader gets it."""
    return MADE[request.param]()


def places(content: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every leaf of a nested content."""
    items = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in items:
        if isinstance(value, (dict, list)) and value:
            yield from places(value, (*path, key))
        else:
            yield (*path, key)


def changed(content: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    """The content with one leaf changed to a value of the same type, where there is one."""
    other = copy.deepcopy(content)
    owner: Any = other
    for key in path[:-1]:
        owner = owner[key]
    value = owner[path[-1]]
    if isinstance(value, bool):
        owner[path[-1]] = not value
    elif isinstance(value, int):
        owner[path[-1]] = value + 1
    elif isinstance(value, str):
        owner[path[-1]] = value[:-1] if len(value) > 1 else value + "1"
    else:
        owner[path[-1]] = 1
    return other


def is_valid(content: dict[str, Any], kind: str) -> bool:
    """Whether the content passes; a malformed one does not."""
    try:
        return recheck(CertificateFile(kind=kind, claim="a.b", content=content))[0].valid
    except (MalformedCertificate, NeedsPaper):
        return False


def test_what_was_written_is_valid(certificate: CertificateFile) -> None:
    """If false, a certificate could not be checked by anybody else."""
    found, seconds = recheck(certificate)
    assert found.valid, found.detail
    assert found.statement
    assert seconds < 30


def test_no_leaf_can_be_changed(certificate: CertificateFile) -> None:
    """If false, a damaged certificate, or one for another statement, would pass."""
    ways = list(places(certificate.content))
    chosen = ways if len(ways) < 60 else ways[:: len(ways) // 60 + 1]
    passed = [path for path in chosen if is_valid(changed(dict(certificate.content), path), certificate.kind)]
    assert passed == []


def test_no_key_can_be_left_out_or_added(certificate: CertificateFile) -> None:
    """If false, a part that the check relies on could be missing."""
    content = dict(certificate.content)
    for key in content:
        assert not is_valid({name: value for name, value in content.items() if name != key}, certificate.kind), key
    assert not is_valid({**content, "further": 1}, certificate.kind)


def test_a_new_digest_does_not_make_a_false_statement_true() -> None:
    """If false, the digest would be all that is checked: whoever changes a file can write a new one."""
    content = dict(MADE["collar"]().content)
    lhs = [*content["lhs"], ["Rational", "101/100"], ["Mul", len(content["lhs"]) - 1, len(content["lhs"])]]
    forged = seal(
        {**content, "lhs": lhs, "statement": "101*sin(x)/100 <= x for x in [0, 1], wherever both sides are real"}
    )
    found, _ = recheck(CertificateFile(kind="branch and bound", claim="", content=forged))
    assert found.statement == forged["statement"]
    assert not found.valid
    for change in ({"collars": []}, {"tree": "0.."}, {"tree": "u"}, {"domain": [["Symbol", "x", "real"]]}):
        assert not is_valid(seal({**content, **change, "verified": 1, "boxes": 1}), "branch and bound")


def test_the_kinds_are_found() -> None:
    """If false, a kind of certificate that verify writes could not be re-checked."""
    wanted = {"branch and bound", "two inequalities", "sign of factors", "sign of a polynomial", "normal form", "price"}
    assert wanted | {"worst instance found"} <= set(kinds())
    with pytest.raises(NeedsPaper):
        recheck(CertificateFile(kind="worst instance found", claim="", content={}))

"""Certificates of worst cases: re-checked in milliseconds without a solver, refused when tampered with."""

from __future__ import annotations

import copy
import json
import sys
import time
from fractions import Fraction
from typing import Any

import pytest

from numerics.data import load_digits
from proofs_check.certificates import MalformedCertificate
from proofs_check.certificates.worst_case import KIND, recheck
from proofs_check.checkers import check
from proofs_check.checkers.context import BUDGETS, CheckContext
from proofs_check.claims import WorstCase
from theory.errors import TheoryError
from theory.optimization.performance_estimation import GradientDescent, Measure, SmoothConvex


def content_of(steps: int) -> dict[str, Any]:
    """The certificate of the rate of gradient descent, as it is read from a file."""
    claim = WorstCase(
        slug="rate",
        locator="Theorem 1",
        statement="c",
        text="a rate",
        source="derived",
        function_class=SmoothConvex(),
        method=GradientDescent(step=Fraction(1)),
        steps=steps,
        initial=Measure.DISTANCE,
        performance=Measure.VALUE,
        bound=Fraction(1, 4 * steps + 2),
    )
    verdict = check(claim, CheckContext(claim_id="test.rate", budget=BUDGETS["quick"], dataset=load_digits()))
    assert verdict.certificate is not None
    assert verdict.certificate.kind == KIND
    content: dict[str, Any] = json.loads(json.dumps(verdict.certificate.content))
    return content


@pytest.mark.parametrize("steps", [1, 2, 4, 8])
def test_a_certificate_is_rechecked_in_milliseconds(steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader without the solver could not check the proof, or would wait for it."""
    content = content_of(steps)
    monkeypatch.setitem(sys.modules, "clarabel", None)
    times = []
    for _ in range(5):
        started = time.perf_counter()
        found = recheck(content)
        times.append(time.perf_counter() - started)
        assert found.valid, found.detail
        assert f"f(x_{steps}) - f* <= 1/{4 * steps + 2} after {steps} step" in found.statement
    assert min(times) < 0.1


CHANGES: dict[str, Any] = {
    "bound": lambda c: c.update(bound="999/10000"),
    "proven": lambda c: c.update(proven="999/10000"),
    "multiplier": lambda c: c["multipliers"].update(start="999/10000"),
    "sign": lambda c: c["multipliers"].update({"smooth(0,1)": "-1/7"}),
    "name": lambda c: c["multipliers"].update(magic="1"),
    "fewer steps": lambda c: c["setting"].update(steps=1),
    "longer step": lambda c: c["setting"]["method"].update(step="19/10"),
    "larger class": lambda c: c["setting"]["function_class"].update(L="2"),
    "performance": lambda c: c["setting"].update(performance=Measure.DISTANCE.value),
    "function": lambda c: c["worst_run"]["function"].update(curvatures=["0", "2", "0"]),
    "iterates": lambda c: c["worst_run"].update(performance="1/9"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_a_tampered_certificate_proves_nothing(name: str) -> None:
    """A changed number would be taken for a proof."""
    content = content_of(2)
    CHANGES[name](content)
    assert not recheck(content).valid


MALFORMED: dict[str, Any] = {
    "missing": lambda c: c.pop("bound"),
    "further": lambda c: c.update(extra="1"),
    "float": lambda c: c["multipliers"].update(start=0.1),
    "long": lambda c: c["multipliers"].update(start="1" * 3000),
    "zero": lambda c: c.update(bound="1/0"),
    "steps": lambda c: c["setting"].update(steps=10**9),
    "many steps": lambda c: c["setting"].update(steps=60),
    "no class": lambda c: c["setting"]["function_class"].update(name="Everything"),
    "no parameter": lambda c: c["setting"]["method"].pop("step"),
    "huge parameter": lambda c: c["setting"]["method"].update(step="9" * 100),
    "negative step": lambda c: c["setting"]["method"].update(step="-1"),
    "measure": lambda c: c["setting"].update(performance="f"),
    "run": lambda c: c["worst_run"].update(function={"knots": ["1"], "curvatures": ["1"]}),
    "starts": lambda c: c["worst_run"].update(starts=["1", "1"]),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_certificate_is_refused(name: str) -> None:
    """Untrusted content would crash the reader, or keep it busy."""
    content = copy.deepcopy(content_of(2))
    MALFORMED[name](content)
    with pytest.raises((MalformedCertificate, TheoryError)):
        recheck(content)

"""JUnit: a build turns red for surprises and broken checks, and never green for what is unsettled."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from proofs_check.records import ClaimRecord
from proofs_check.report.junit import write_junit

from .samples import RUN, every_record, hostile_record

_VERDICTS = {
    "h_infinity": None,
    "gram_concentrates": None,
    "eigenvalue_bound": "skipped",
    "gd_rate": None,
    "data_assumption": "skipped",
    "width_requirement": "failure",
    "printed_constant": None,
    "revived_erratum": "failure",
    "slow_limit": "skipped",
    "empty_domain": "skipped",
    "needs_jax": "skipped",
    "broken_check": "error",
}


def _write(records: list[ClaimRecord], path: Path) -> ElementTree.Element:
    return ElementTree.parse(write_junit(records, path, run=RUN)).getroot()


@pytest.fixture
def root(tmp_path: Path) -> ElementTree.Element:
    return _write(every_record(), tmp_path / "junit.xml")


def test_cases_pass_fail_or_are_skipped(root: ElementTree.Element) -> None:
    """False if a build server judged a claim otherwise than its verdict does."""
    found = {}
    for case in root.iter("testcase"):
        tags = [child.tag for child in case if child.tag != "system-out"]
        assert len(tags) <= 1
        found[case.get("name")] = tags[0] if tags else None
    assert found == _VERDICTS


def test_totals_add_up(root: ElementTree.Element) -> None:
    """False if the counts of the suites, or of the whole, were not those of the cases."""
    for element in (root, *root.iter("testsuite")):
        assert int(element.get("tests", "")) == len(list(element.iter("testcase")))
        for total, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(element.get(total, "")) == len(list(element.iter(tag)))
    assert {suite.get("name") for suite in root.iter("testsuite")} == {"du_2019", "lee_2019"}


def test_messages_say_why(root: ElementTree.Element) -> None:
    """False if a failure came without its reason, its counterexample or the way to reproduce it."""
    (case,) = (case for case in root.iter("testcase") if case.get("name") == "width_requirement")
    failure = case.find("failure")
    assert failure is not None
    assert "1 of 4000" in failure.get("message", "")
    assert "suggestion: lhs <= 21/20 * rhs: HOLDS, SEARCHED" in failure.get("message", "")
    assert "rho = -127/128" in (failure.text or "")
    assert "proofs-check verify" in (failure.text or "")


def test_hostile_text_is_valid_xml(tmp_path: Path) -> None:
    """False if a control character or markup in a claim broke the file."""
    (case,) = _write([hostile_record()], tmp_path / "junit.xml").iter("testcase")
    assert "<script>" in case.get("name", "")
    assert write_junit([], tmp_path / "empty.xml", run={}).exists()

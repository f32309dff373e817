"""Pages: names that are safe and unique, and the facts as readers see them."""

from __future__ import annotations

import dataclasses

import pytest

from proofs_check.report.pages import Names, arrange_pages, moment, readable, run_facts
from proofs_check.verdicts import Outcome

from .samples import PAPER, RUN, every_record, record


def test_names_are_plain_and_never_repeat() -> None:
    """False if two pages or anchors could share a name on a disk that ignores case, or leave their folder."""
    names = Names("paper")
    given = [names.name(wanted) for wanted in ("a", "A", "a", "a-2", "../a", "", "CON", "index", "a/b", "paper-index")]
    assert given == ["a", "A-2", "a-3", "a-2-2", "a-4", "paper", "paper-CON", "paper-index", "a-b", "paper-index-2"]


def test_claims_are_gathered_by_paper() -> None:
    """False if papers were mixed up, or two user files of one name shared a page."""
    twin = dataclasses.replace(PAPER, path="elsewhere/du_2019.py")
    shown = [*every_record(), record("own", Outcome.NOT_RUN, paper=twin), record("own", Outcome.NOT_RUN, paper=twin)]
    pages = arrange_pages(shown)
    assert [(page.file, len(page.claims)) for page in pages] == [
        ("du_2019.html", 6),
        ("lee_2019.html", 6),
        ("du_2019-2.html", 2),
    ]
    assert [view.href for view in pages[2].claims] == ["du_2019-2.html#claim-own", "du_2019-2.html#claim-own-2"]


def test_huge_values_are_cut_and_say_so() -> None:
    """False if a counterexample of a million numbers filled the page, or were cut without a word."""
    text = readable(list(range(100_000)))
    assert len(text) < 21_000
    assert "more characters in the JSON file" in text


@pytest.mark.parametrize(
    ("started", "shown"),
    [
        ("2026-11-21T08:00:59Z", "2026-11-21 08:00 UTC"),
        ("2026-11-21T08:00", "2026-11-21 08:00"),
        ("soon", "soon"),
        (None, ""),
        (5, "5"),
    ],
)
def test_moments_are_read_where_they_can_be(started: object, shown: str) -> None:
    """False if the time of the run were garbled, or an odd one raised."""
    assert moment(started) == shown


def test_unknown_facts_are_left_out() -> None:
    """False if a run of which little is known showed empty entries, or raised."""
    assert run_facts({}) == []
    assert ("Seed", "0") in run_facts({"seed_root": 0, "versions": "2.0"})
    assert [term for term, _ in run_facts(RUN)][:2] == ["Started", "Time"]

"""The HTML report: complete, self-contained, safe with hostile text, and well-formed for assistive technology."""

from __future__ import annotations

import dataclasses
import itertools
import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from proofs_check.records import ClaimRecord
from proofs_check.report.html import ReportUnwritable, write_html
from proofs_check.verdicts import Evidence, Outcome

from .samples import HOSTILE, OTHER, RUN, every_record, hostile_record, record

_VOID = {"meta", "link", "br", "img", "hr", "input", "wbr"}


class _Page(HTMLParser):
    """Elements, text and the order of headings; fails on end tags that do not match."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(markup)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self.text += " " if tag in ("th", "td") else ""

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("report")
    assert write_html([*every_record(), hostile_record()], folder, run=RUN) == folder / "index.html"
    return folder


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, _Page]:
    return {path.name: _Page(path.read_text(encoding="utf-8")) for path in sorted(folder.iterdir())}


def test_summary_counts_and_explains(pages: dict[str, _Page]) -> None:
    """False if the summary miscounted, left out a claim, or did not say how to read a verdict."""
    text = " ".join(pages["index.html"].text.split())
    assert "13 claims from 3 sources" in text
    assert "HOLDS 6" in text
    assert "REFUTED 3" in text
    assert "Of 3 refuted, 1 is a published erratum" in text
    for item in (*Outcome, *Evidence):
        assert item.value in text
    for shown in every_record():
        assert shown.slug in text
    for fact in ("standard", "2026-11-21 08:00", "1e-6", "numpy 2.4.6", RUN["command"]):
        assert str(fact) in text


def test_pages_tell_everything(folder: Path, pages: dict[str, _Page]) -> None:
    """False if a page left out something that the record holds."""
    for shown in every_record():
        text = " ".join(pages[f"{shown.paper.key}.html"].text.split())
        verdict = shown.verdict
        parts = [shown.slug, shown.kind, shown.locator, shown.text, shown.difference, shown.reproducer, verdict.reason]
        parts += [verdict.scope, *verdict.assumptions, *verdict.not_checked, *verdict.fallbacks, shown.corrected_by]
        parts += [figure.caption for figure in verdict.figures] + [twin.label for twin in verdict.twins]
        parts += [verdict.evidence.value] if verdict.evidence else []
        parts += [verdict.counterexample.lhs, verdict.counterexample.recheck] if verdict.counterexample else []
        parts += [text for one in verdict.suggestions for text in (one.statement, one.change, one.reason)]
        parts += [verdict.certificate.kind] if verdict.certificate else []
        assert [part for part in parts if part not in text] == [], shown.slug
    page = pages["du_2019.html"]
    assert len(page.all("math")) == 7
    assert len(page.all("svg")) == 3
    assert "As published" in page.text
    assert "As checked" in page.text


def test_nothing_is_fetched_and_nothing_runs(folder: Path, pages: dict[str, _Page]) -> None:
    """False if a page held a script, a handler, an outside reference, or a policy that would allow one."""
    for name, page in pages.items():
        (policy,) = (item for item in page.all("meta") if item.get("http-equiv") == "Content-Security-Policy")
        assert policy["content"] == "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        for tag, attributes in page.elements:
            assert tag not in {"script", "iframe", "img", "object", "embed", "form", "b", "red", "foreignobject"}, name
            assert not [key for key in attributes if key.startswith("on")]
            for key in ("href", "src", "xlink:href"):
                target = attributes.get(key) or "#"
                assert re.match(r"#|data:,\Z|[\w-]+\.html(#[\w-]+)?\Z", target), target
        markup = (folder / name).read_text(encoding="utf-8")
        assert not re.findall(r"url\((?!#)|@import", markup)


def test_hostile_text_is_shown_and_inert(pages: dict[str, _Page]) -> None:
    """False if some text field were left out, or taken for markup."""
    (name,) = set(pages) - {"index.html", "du_2019.html", "lee_2019.html"}
    assert re.fullmatch(r"[\w-]+\.html", name)
    visible = HOSTILE.replace("\x1b", "\ufffd").replace("\x00", "\ufffd").replace("\ud800", "\ufffd")
    # title (twice), authors, venue, identifiers, note, path, claim, verdict, design, twins, figure, certificate, ...
    assert pages[name].text.count(visible) > 35


def test_pages_have_landmarks_headings_and_labels(pages: dict[str, _Page]) -> None:
    """False if a screen reader met a page without language, landmarks, an order of headings or table headers."""
    for name, page in pages.items():
        assert page.all("html") == [{"lang": "en"}]
        assert len(page.all("main")) == len(page.all("h1")) == 1
        levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), name
        assert all(item.get("scope") in ("row", "col") for item in page.all("th"))
        skip = next(item for item in page.all("a"))
        assert skip == {"class": "skip", "href": "#main"}
        ids = Counter(item["id"] for _, item in page.elements if "id" in item)
        assert [key for key, count in ids.items() if count > 1] == []
        labels = " ".join(item.get("aria-labelledby") or "" for _, item in page.elements).split()
        assert set(labels) <= set(ids)
        assert {str(item["href"])[1:] for item in page.all("a") if str(item["href"]).startswith("#")} <= set(ids)


def test_verdicts_do_not_rest_on_colour(pages: dict[str, _Page]) -> None:
    """False if a badge said nothing to a reader who sees no colour."""
    text = pages["lee_2019.html"].text
    for label in ("REFUTED (erratum)", "HOLDS (erratum, unexpected)", "UNDECIDED", "NOT RUN", "ERROR"):
        assert label in text
    assert "survived: HOLDS" in pages["du_2019.html"].text


def test_file_names_stay_in_the_folder_and_apart(tmp_path: Path) -> None:
    """False if a paper's key could name another folder, hide the summary, or overwrite another paper's page."""
    keys = ("../../etc/passwd", "index", "Index", "", "a b", "a-b", "A_b", "con", "x" * 300, "日本")
    shown = [
        record("claim", Outcome.UNDECIDED, paper=dataclasses.replace(OTHER, key=key, path=f"{place}.py"))
        for place, key in enumerate((*keys, "a b"))
    ]
    write_html(shown, tmp_path / "report", run={})
    names = [path.name for path in (tmp_path / "report").iterdir()]
    assert len(names) == len({name.casefold() for name in names}) == len(shown) + 1
    assert all(re.fullmatch(r"[\w-]{1,90}\.html", name, re.ASCII) for name in names)
    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    assert "Verification report</h1>" in (tmp_path / "report" / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("records", [[], every_record()[:1]], ids=["none", "one"])
def test_little_to_show_is_shown(records: list[ClaimRecord], tmp_path: Path) -> None:
    """False if a run without claims, or one of which nothing is known, could not be reported."""
    text = write_html(records, tmp_path, run={}).read_text(encoding="utf-8")
    assert f"{len(records)} claim" in text
    assert "Nothing is known about the run" in text
    assert "Nothing: every claim was settled as expected" in text


def test_stored_records_give_the_same_report(folder: Path, tmp_path: Path) -> None:
    """False if a report made from the exchange file differed from the one made after the run."""
    stored = [
        dataclasses.replace(ClaimRecord.from_json(shown.to_json()), from_store=shown.from_store)
        for shown in (*every_record(), hostile_record())
    ]
    write_html(stored, tmp_path, run=RUN)
    for path in folder.iterdir():
        assert (tmp_path / path.name).read_text(encoding="utf-8") == path.read_text(encoding="utf-8")


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    """False if the user were not told which folder cannot be written."""
    (tmp_path / "taken").write_text("", encoding="utf-8")
    with pytest.raises(ReportUnwritable, match="taken"):
        write_html(every_record(), tmp_path / "taken", run=RUN)


def test_certificates_are_folded_and_complete(folder: Path) -> None:
    """False if a certificate were open from the start, or its content missing."""
    text = (folder / "du_2019.html").read_text(encoding="utf-8")
    (details,) = re.findall(r"<details>.*?</details>", text, re.DOTALL)
    assert "acos(-rho)/(2*pi)" in unescape(details)

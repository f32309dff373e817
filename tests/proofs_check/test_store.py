"""The store: what is put is found, what is damaged is ignored and told, what cannot be used is one sentence."""

from __future__ import annotations

import dataclasses
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from proofs_check import store as module
from proofs_check.errors import StoreUnavailable
from proofs_check.records import ClaimRecord, PaperRecord
from proofs_check.store import DEFAULT_PATH, LARGEST_ROW, PATH_VARIABLE, VERSION, open_store, store_path
from proofs_check.verdicts import Evidence, Outcome, Verdict


def _record(slug: str = "claim", reason: str = "because") -> ClaimRecord:
    return ClaimRecord(
        paper=PaperRecord(key="toy", title="Toys", authors=("Toy",), year=2020),
        slug=slug,
        kind="Identity",
        locator="eq. (1)",
        statement="a = a",
        text="a toy",
        source="derived",
        budget="quick",
        seed_root=0,
        verdict=Verdict(outcome=Outcome.HOLDS, evidence=Evidence.EXACT, reason=reason),
    )


def _alter(path: Path, statement: str, *values: Any) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(statement, values)
    connection.close()


def test_what_is_put_is_found(tmp_path: Path) -> None:
    """If false, a finished verdict is lost, or altered on its way."""
    path = tmp_path / "deep" / "er" / "results.sqlite3"
    with open_store(path) as store:
        assert store.get("k", "toy.claim") is None
        store.put("k", _record())
    with open_store(path) as store:
        found = store.get("k", "toy.claim")
    assert found == dataclasses.replace(_record(), from_store=True)


def test_claim_is_matched_besides_the_key(tmp_path: Path) -> None:
    """If false, a key altered on disk makes one claim answer for another."""
    with open_store(tmp_path / "s") as store:
        store.put("k", _record("one"))
        assert store.get("k", "toy.two") is None
    _alter(tmp_path / "s", "UPDATE results SET claim = 'toy.two'")
    told: list[str] = []
    with open_store(tmp_path / "s", report=told.append) as store:
        assert store.get("k", "toy.two") is None
    assert "another claim" in told[0]


def test_latest_is_the_last_put(tmp_path: Path) -> None:
    """If false, `explain` explains a superseded verdict."""
    with open_store(tmp_path / "s") as store:
        assert store.latest("toy.claim") is None
        for number in range(3):
            store.put(f"k{2 - number}", _record(reason=str(number)))
        store.put("other", _record("another"))
        found = store.latest("toy.claim")
    assert found is not None
    assert found.verdict.reason == "2"


GOOD = _record().to_json()

DAMAGED = {
    "no JSON": "{",
    "no object": "[1, 2]",
    "null": "null",
    "half": json.dumps({name: value for name, value in GOOD.items() if name != "verdict" and name != "outcome"}),
    "outcome": json.dumps({**GOOD, "outcome": "GREAT"}),
    "contradiction": json.dumps({**GOOD, "evidence": None}),
    "numbers for words": json.dumps({**GOOD, "text": 7}),
    "paper": json.dumps({**GOOD, "source_paper": [1]}),
    "deep": "[" * 100_000,
    "bytes": b"\xff\xfe",
    "nothing": None,
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_rows_are_absent_and_told(tmp_path: Path, name: str) -> None:
    """If false, what another program wrote into the store crashes a run, or is shown as a verdict."""
    with open_store(tmp_path / "s") as store:
        store.put("k", _record())
    value = DAMAGED[name]
    _alter(tmp_path / "s", "UPDATE results SET record = ?", b"" if value is None else value)
    told: list[str] = []
    with open_store(tmp_path / "s", report=told.append) as store:
        assert store.get("k", "toy.claim") is None
        assert store.latest("toy.claim") is None
    assert len(told) == 2
    assert "damaged" in told[0]


def test_oversized_records_are_refused_both_ways(tmp_path: Path) -> None:
    """If false, one monstrous record fills memory or disk."""
    with open_store(tmp_path / "s") as store:
        with pytest.raises(StoreUnavailable, match="are allowed"):
            store.put("k", _record(reason="x" * LARGEST_ROW))
        store.put("k", _record())
    huge = json.dumps({**GOOD, "reason": "x" * LARGEST_ROW})
    _alter(tmp_path / "s", "UPDATE results SET record = ?", huge)
    with open_store(tmp_path / "s") as store:
        assert store.get("k", "toy.claim") is None


def test_locked_store_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If false, a second process that writes ends this one with a traceback, or makes it wait for ever."""
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.05)
    path = tmp_path / "s"
    with open_store(path) as store:
        store.put("k", _record())
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            store.put("k", _record(reason="later"))
        found = store.get("k", "toy.claim")
        other.execute("ROLLBACK")
        other.close()
        store.put("k", _record(reason="at last"))
    assert found is not None
    assert found.verdict.reason == "because"


def test_exclusively_locked_store_cannot_be_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If false, opening a store that another program holds ends in a traceback."""
    monkeypatch.setattr(module, "WAIT_SECONDS", 0.05)
    path = tmp_path / "s"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA journal_mode = DELETE")
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreUnavailable, match="locked"):
        open_store(path)
    other.close()


def test_full_disk_is_a_sentence_and_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If false, a full disk destroys what was finished before."""
    path = tmp_path / "s"
    with open_store(path) as store:
        store.put("k", _record())
    connect = sqlite3.connect

    def connect_to_a_small_disk(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size where that is larger
        return connection

    monkeypatch.setattr(module.sqlite3, "connect", connect_to_a_small_disk)
    with open_store(path) as store:
        with pytest.raises(StoreUnavailable, match="disk is full"):
            store.put("big", _record(reason="x" * 200_000))
        assert store.get("k", "toy.claim") is not None
        assert store.get("big", "toy.claim") is None


def test_what_is_no_store_is_refused_unharmed(tmp_path: Path) -> None:
    """If false, a wrong --store PATH overwrites a file of the user's."""
    text = tmp_path / "letter.txt"
    text.write_text("Dear reader, " * 100, encoding="utf-8")
    before = text.read_bytes()
    with pytest.raises(StoreUnavailable, match="not a database"):
        open_store(text)
    assert text.read_bytes() == before
    _alter(tmp_path / "other.sqlite3", "CREATE TABLE letters (body TEXT)")
    with pytest.raises(StoreUnavailable, match="another program"):
        open_store(tmp_path / "other.sqlite3")
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        open_store(tmp_path)


@pytest.mark.parametrize(("version", "advice"), [(VERSION + 1, "upgrade proofs-check"), (VERSION - 1, "delete it")])
def test_other_versions_are_refused(tmp_path: Path, version: int, advice: str) -> None:
    """If false, a store written by another version is misread."""
    open_store(tmp_path / "s").close()
    _alter(tmp_path / "s", "UPDATE schema SET version = ?", version)
    with pytest.raises(StoreUnavailable, match=advice):
        open_store(tmp_path / "s")


def test_read_only_database_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If false, a store that may only be read ends a run with a traceback, or hides what it holds."""
    with open_store(tmp_path / "s") as store:
        store.put("k", _record())
    connect = sqlite3.connect

    def connect_to_read(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.execute("PRAGMA query_only = ON")
        return connection

    monkeypatch.setattr(module.sqlite3, "connect", connect_to_read)
    with open_store(tmp_path / "s") as store:
        assert store.get("k", "toy.claim") is not None
        with pytest.raises(StoreUnavailable, match="read-only"):
            store.put("l", _record())


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_read_only_folder_is_a_sentence(tmp_path: Path) -> None:
    """If false, a folder without write permission ends in a traceback."""
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StoreUnavailable, match="--store"):
            open_store(tmp_path / "s")
    finally:
        tmp_path.chmod(0o700)


def test_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    """If false, a file in the place of a folder ends in a traceback."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="--store"):
        open_store(tmp_path / "file" / "s")


def test_absent_store_is_not_made_for_reading(tmp_path: Path) -> None:
    """If false, asking for an explanation leaves an empty store behind."""
    with pytest.raises(StoreUnavailable, match="verify"):
        open_store(tmp_path / "s", create=False)
    assert not (tmp_path / "s").exists()


def test_path_comes_from_option_then_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """If false, the store is not where the user said."""
    monkeypatch.delenv(PATH_VARIABLE, raising=False)
    assert store_path(None) == DEFAULT_PATH
    monkeypatch.setenv(PATH_VARIABLE, "from_environment")
    assert store_path(None) == Path("from_environment")
    assert store_path("given") == Path("given")


def test_default_folder_is_ignored_by_git(tmp_path: Path) -> None:
    """If false, results turn up among the user's own changes."""
    open_store(tmp_path / DEFAULT_PATH).close()
    assert (tmp_path / DEFAULT_PATH.parent / ".gitignore").read_text(encoding="utf-8") == "*\n"

"""The store: verdicts kept in SQLite, each in a transaction of its own, found again by key.

What it holds is data from disk and is treated so: JSON only, of bounded size, rebuilt through `ClaimRecord.from_json`.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

from .errors import MalformedRecord, StoreUnavailable
from .records import ClaimRecord

VERSION = 1
"""Version of the tables. A store of a newer version is refused, never altered."""

DEFAULT_PATH = Path(".proofs-check") / "results.sqlite3"

PATH_VARIABLE = "PROOFS_CHECK_STORE"

WAIT_SECONDS = 5.0
"""How long to wait for another process that writes."""

LARGEST_ROW = 8_000_000
"""Characters of JSON per record; the largest verdicts, with figures, take a hundredth of it."""

_TABLES = (
    "CREATE TABLE IF NOT EXISTS schema (version INTEGER NOT NULL)",
    "CREATE TABLE IF NOT EXISTS results "
    "(key TEXT PRIMARY KEY, claim TEXT NOT NULL, created REAL NOT NULL, record TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS results_by_claim ON results (claim, created)",
)


def store_path(given: str | None) -> Path:
    """The store's path: as given, else from the environment, else the default below the current folder."""
    return Path(given or os.environ.get(PATH_VARIABLE) or DEFAULT_PATH)


@final
@dataclass(frozen=True)
class Store:
    """An open store. Make it with `open_store`, close it with `close` or a `with` block.

    Args:
        path: the file. report: called with one sentence for each stored row that cannot be used.
    """

    path: Path
    _connection: sqlite3.Connection = field(repr=False)
    report: Callable[[str], None] = lambda sentence: None

    def get(self, key: str, claim_id: str) -> ClaimRecord | None:
        """The record stored under `key` if it is one of `claim_id`, marked `from_store`; None if there is none."""
        return self._one("SELECT claim, record FROM results WHERE key = ? AND claim = ?", (key, claim_id))

    def latest(self, claim_id: str) -> ClaimRecord | None:
        """The record of `claim_id` that was stored last, under whatever key; None if there is none."""
        query = "SELECT claim, record FROM results WHERE claim = ? ORDER BY created DESC, rowid DESC LIMIT 1"
        return self._one(query, (claim_id,))

    def put(self, key: str, record: ClaimRecord) -> None:
        """Keep `record` under `key`, durably before this returns.

        Raises:
            StoreUnavailable: if it cannot be written; what was stored before is unharmed.
        """
        text = json.dumps(record.to_json())
        if len(text) > LARGEST_ROW:
            raise StoreUnavailable(
                f"store {self.path}: the record of {record.id} has {len(text)} characters, {LARGEST_ROW} are allowed; "
                "give the claim smaller figures or a smaller certificate"
            )
        with _explained(self.path), self._connection:
            self._connection.execute(
                "INSERT OR REPLACE INTO results (key, claim, created, record) VALUES (?, ?, ?, ?)",
                (key, record.id, time.time(), text),
            )

    def close(self) -> None:
        """Close the file. The store cannot be used afterwards."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _one(self, query: str, arguments: tuple[str, ...]) -> ClaimRecord | None:
        with _explained(self.path):
            row = self._connection.execute(query, arguments).fetchone()
        if row is None:
            return None
        claim, text = row
        try:
            return dataclasses.replace(_decode(text, claim), from_store=True)
        except MalformedRecord as error:
            self.report(f"store {self.path}: the row of {claim!s} is damaged ({error}); it is ignored and run again")
            return None


def open_store(path: Path, *, create: bool = True, report: Callable[[str], None] = lambda sentence: None) -> Store:
    """Open the store at `path`.

    Args:
        path: the file. create: make the file and its folder where absent. report: see `Store`.

    Raises:
        StoreUnavailable: if it cannot be opened or made, or is not a store of this version.
    """
    if not create and not path.exists():
        raise StoreUnavailable(f"store {path}: there is no such file; run `proofs-check verify` first")
    _make_folder(path.parent)
    with _explained(path):
        connection = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level="IMMEDIATE")
        try:
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 4 * LARGEST_ROW)
            _prepare(connection, path)
        except BaseException:
            connection.close()
            raise
    return Store(path, connection, report)


def _make_folder(folder: Path) -> None:
    try:
        if not folder.exists():
            folder.mkdir(parents=True)
            if folder.name == DEFAULT_PATH.parent.name:
                (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise StoreUnavailable(
            f"store folder {folder}: cannot be made ({error.strerror or error}); name another place with --store PATH"
        ) from error


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Check that the database is a store of this version, and make the tables of a new one."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables:
        _check_version(connection, tables, path)
        return
    connection.execute("PRAGMA journal_mode = WAL")
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        for statement in _TABLES:
            connection.execute(statement)
        if not connection.execute("SELECT version FROM schema").fetchone():
            connection.execute("INSERT INTO schema (version) VALUES (?)", (VERSION,))


def _check_version(connection: sqlite3.Connection, tables: set[str], path: Path) -> None:
    row = connection.execute("SELECT version FROM schema").fetchone() if {"schema", "results"} <= tables else None
    if row is None or not isinstance(row[0], int):
        raise StoreUnavailable(f"store {path}: this database belongs to another program; name another --store PATH")
    if row[0] != VERSION:
        age, step = ("newer", "upgrade proofs-check") if row[0] > VERSION else ("older", "delete it")
        raise StoreUnavailable(
            f"store {path}: its version is {row[0]}, {age} than {VERSION}, which this program reads; "
            f"{step}, or name another --store PATH"
        )


def _decode(text: object, claim_id: str) -> ClaimRecord:
    if not isinstance(text, str) or len(text) > LARGEST_ROW:
        raise MalformedRecord("no text of the allowed size")
    try:
        entry = json.loads(text)
        record = ClaimRecord.from_json(entry)
        words = (record.slug, record.kind, record.locator, record.statement, record.text, record.verdict.reason)
        if record.id != claim_id or not all(isinstance(word, str) for word in words):
            raise MalformedRecord("it describes another claim")
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise MalformedRecord(" ".join(str(error).split())[:200]) from error
    return record


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite into one sentence each."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreUnavailable(f"store {path}: {_sentence(error)}") from error


def _sentence(error: sqlite3.Error) -> str:
    name = getattr(error, "sqlite_errorname", "")
    causes = {
        "SQLITE_BUSY": "another process holds it locked; wait for that run to end, or name another --store PATH",
        "SQLITE_LOCKED": "another process holds it locked; wait for that run to end, or name another --store PATH",
        "SQLITE_READONLY": "it is read-only; make it writable, or name another --store PATH",
        "SQLITE_FULL": "the disk is full; free some space, or name a --store PATH on another disk",
        "SQLITE_NOTADB": "the file is not a database; delete or move it, or name another --store PATH",
        "SQLITE_CORRUPT": "the database is damaged; delete or move it, or name another --store PATH",
        "SQLITE_CANTOPEN": "the file cannot be opened; check its permissions, or name another --store PATH",
        "SQLITE_IOERR": "the disk cannot be read or written; check it, or name another --store PATH",
    }
    for code, cause in causes.items():
        if name.startswith(code):
            return f"{cause} ({error})"
    return f"it cannot be used ({error}); name another --store PATH"

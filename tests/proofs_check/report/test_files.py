"""Files: written whole or not at all, and a clear word where they cannot be."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from proofs_check.errors import ProofsCheckError
from proofs_check.report.files import ReportUnwritable, write_whole


def test_folders_are_made_and_files_replaced(tmp_path: Path) -> None:
    """False if a new folder were refused, an old file kept, or a draft left behind."""
    path = tmp_path / "new" / "folder" / "index.html"
    for text in ("one", "two é \ud800"):
        assert write_whole(path, text) == path
    assert path.read_text(encoding="utf-8") == "two é ?"
    assert [item.name for item in path.parent.iterdir()] == ["index.html"]


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """False if a disk that fills up destroyed the previous report, left a draft, or raised something unnamed."""
    path = write_whole(tmp_path / "index.html", "old")

    def fail(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ReportUnwritable, match="No space left"):
        write_whole(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert len(list(tmp_path.iterdir())) == 1


def test_an_impossible_folder_is_named(tmp_path: Path) -> None:
    """False if the error did not say which path, or were neither the package's nor an OSError."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ReportUnwritable, match=r"file.*choose a folder") as caught:
        write_whole(tmp_path / "file" / "index.html", "text")
    assert isinstance(caught.value, ProofsCheckError)
    assert isinstance(caught.value, OSError)

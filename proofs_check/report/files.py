"""Files of a report: written whole or not at all."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import final

from ..errors import ProofsCheckError


@final
class ReportUnwritable(ProofsCheckError, OSError):
    """A report cannot be written where it was asked for."""


def write_whole(path: Path, text: str) -> Path:
    """Write `text` to `path` through a temporary file in the same folder, so that readers never see half of it.

    Returns:
        `path`.

    Raises:
        ReportUnwritable: if the folder cannot be made or written, or the disk is full.
    """
    draft = path.with_name(f".{path.name[:80]}.{secrets.token_hex(6)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with draft.open("x", encoding="utf-8", errors="replace", newline="\n") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ReportUnwritable(
            f"path={str(path)!r} cannot be written ({reason}): "
            "choose a folder that you may write to, on a disk with space left"
        ) from error
    return path

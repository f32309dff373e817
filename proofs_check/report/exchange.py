"""The exchange file: every record and the run, as one strict JSON document."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..errors import MalformedRecord
from ..records import ClaimRecord, exchange
from .files import write_whole


def write_json(records: Sequence[ClaimRecord], path: Path | str, *, run: Mapping[str, Any]) -> Path:
    """Write the exchange document of `records`; `records.read_exchange` reads it back.

    Numbers that JSON cannot hold (infinities, not-a-number) become null.

    Args:
        records: the claims with their verdicts. path: the file. run: what is known about the run, JSON-ready.

    Returns:
        The path written.

    Raises:
        ReportUnwritable: if the file cannot be written.
        MalformedRecord: if a record or `run` holds something that is not JSON-ready.
    """
    try:
        text = json.dumps(_strict(exchange(records, run=run)), indent=1, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise MalformedRecord(
            f"the records hold data that JSON cannot express ({error}); make it JSON-ready"
        ) from error
    return write_whole(Path(path), text + "\n")


def _strict(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _strict(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_strict(item) for item in value]
    return value

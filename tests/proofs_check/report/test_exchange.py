"""The exchange file: what is written is read back, and it is strict JSON."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import pytest

from proofs_check.errors import MalformedRecord
from proofs_check.records import read_exchange
from proofs_check.report.exchange import write_json
from proofs_check.report.files import ReportUnwritable
from proofs_check.verdicts import Certificate, Evidence, Outcome

from .samples import RUN, every_record, hostile_record, record


def _strict(path: Path) -> Any:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    return json.loads(path.read_text(encoding="utf-8"), parse_constant=refuse)


def test_records_survive_the_round_trip(tmp_path: Path) -> None:
    """False if a stored report differed from the run that made it."""
    document = _strict(write_json(every_record(), tmp_path / "run.json", run=RUN))
    assert read_exchange(document) == [dataclasses.replace(shown, from_store=False) for shown in every_record()]
    assert document["run"] == RUN


def test_numbers_outside_json_become_null(tmp_path: Path) -> None:
    """False if other programs could not read the file because of an infinity."""
    shown = record("claim", Outcome.HOLDS, Evidence.SEARCHED, tightness=math.inf, slack=math.nan)
    (entry,) = _strict(write_json([shown, hostile_record()][:1], tmp_path / "run.json", run={}))["claims"]
    assert (entry["tightness"], entry["slack"]) == (None, None)


def test_hostile_text_is_carried(tmp_path: Path) -> None:
    """False if control characters or lone surrogates broke the file."""
    (entry,) = _strict(write_json([hostile_record()], tmp_path / "run.json", run={}))["claims"]
    assert entry["slug"] == hostile_record().slug


def test_data_that_json_cannot_hold_are_refused(tmp_path: Path) -> None:
    """False if an object were silently written as its name."""
    shown = record("claim", Outcome.HOLDS, Evidence.EXACT, certificate=Certificate(kind="k", content={"a": object()}))
    with pytest.raises(MalformedRecord, match="JSON"):
        write_json([shown], tmp_path / "run.json", run={})
    with pytest.raises(ReportUnwritable):
        write_json([], tmp_path, run={})

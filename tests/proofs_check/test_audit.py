"""The command `audit`: what it prints, keeps and returns."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from proofs_check.catalogue import select
from proofs_check.cli import main
from proofs_check.store import PATH_VARIABLE, open_store
from proofs_check.verification import verify

from . import toy_papers as toys

BLIND = """
from proofs_check.claims import Twin

BLIND = Identity(
    slug="blind", locator="eq. (2)", statement="s", text="a toy", source="derived",
    lhs=doubled(x), rhs=sin(2 * x), domain=BOX,
    twins=(Twin(label="no mistake at all", change="history", changes={"rhs": 2 * sin(x) * cos(x)}),),
)
"""


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PATH_VARIABLE, str(tmp_path / "results.sqlite3"))


def test_a_good_check_passes_and_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If false, the audit fails a sound check, or audits again what it has audited."""
    path = toys.write(tmp_path, toys.TRUE, toys.ERRATUM)
    place = tmp_path / "audit.json"
    assert main(["audit", str(path), "--json", str(place), "--jobs", "1"]) == 0
    first = capsys.readouterr()
    entries = {entry["id"]: entry for entry in json.loads(place.read_text(encoding="utf-8"))["claims"]}
    assert entries["toy.right"]["caught"] == entries["toy.right"]["viable"] > 20
    assert entries["toy.erratum"]["viable"] == 0
    assert entries["toy.erratum"]["meets_threshold"]
    assert "[2/2]" in first.err
    assert main(["audit", str(path), "--jobs", "1"]) == 0
    assert capsys.readouterr().err == ""


def test_a_false_claim_is_not_audited(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If false, the audit of a paper with a false claim would pass."""
    assert main(["audit", str(toys.write(tmp_path, toys.FALSE)), "--jobs", "1"]) == 3
    assert "not audited" in capsys.readouterr().out


def test_survivors_are_named_and_fail(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If false, a claim with a variant that nothing refutes would pass for a well tested one."""
    path = tmp_path / "toy.py"
    path.write_text(toys.HEAD + BLIND + "\nCLAIMS = (BLIND,)\n", encoding="utf-8")
    place = tmp_path / "audit.json"
    code = main(["audit", str(path), "--jobs", "1", "--json", str(place)])
    (entry,) = json.loads(place.read_text(encoding="utf-8"))["claims"]
    assert code == 3
    assert [one["label"] for one in entry["survivors"]] == ["no mistake at all"]
    assert entry["caught"] == entry["viable"] - 1 > 20
    assert "no mistake at all" in capsys.readouterr().out
    assert main(["audit", str(path), "--jobs", "1", "--threshold", "0.9"]) == 0


def test_verify_shows_what_an_audit_found(tmp_path: Path) -> None:
    """If false, a report would call a claim well tested that an audit has found to be weakly tested."""
    path = toys.write(tmp_path, toys.TRUE)
    with open_store(tmp_path / "store.sqlite3") as store:
        requests = select([str(path)])
        (before,) = verify(requests, budget="quick", store=store)
        (audited,) = verify(requests, budget="quick", store=store, assayed=True)
        (after,) = verify(requests, budget="quick", store=store)
        (fresh,) = verify(requests, budget="quick", store=store, fresh=True)
    assert len(before.verdict.twins) < len(audited.verdict.twins)
    assert after.verdict.twins == audited.verdict.twins
    assert len(fresh.verdict.twins) == len(before.verdict.twins)


def test_the_score_does_not_depend_on_the_number_of_workers(tmp_path: Path) -> None:
    """If false, an audit on one machine could not be compared with one on another."""
    requests = select([str(toys.write(tmp_path, toys.TRUE, toys.ERRATUM))])
    alone, together = (verify(requests, budget="quick", jobs=jobs, assayed=True) for jobs in (1, 2))
    assert [record.verdict.twins for record in alone] == [record.verdict.twins for record in together]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--threshold", "0"], "number above 0"),
        (["--threshold", "nan"], "number above 0"),
        (["--jobs", "0"], "write 1 or more"),
        (["--seed", "x"], "whole number"),
        (["--data", "absent.csv"], "no readable file"),
        (["--json", "{folder}"], "this is a folder"),
        (["--budget", "huge"], "quick"),
    ],
)
def test_misuse_is_one_sentence(
    options: list[str], expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """If false, a mistake of the user's ends in a traceback or after minutes of work."""
    path = toys.write(tmp_path, toys.TRUE)
    assert main(["audit", str(path), *(part.format(folder=tmp_path) for part in options)]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert expected in captured.err

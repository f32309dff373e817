"""Verification: verdicts that depend on the claim alone, kept as they come, whatever happens to a worker."""

from __future__ import annotations

import dataclasses
import os
import sqlite3
from collections.abc import Callable
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path

import pytest

from proofs_check import store as store_module
from proofs_check import verification, worker
from proofs_check.catalogue import PaperFile, select
from proofs_check.checkers.context import BUDGETS
from proofs_check.claims import KINDS
from proofs_check.errors import MalformedClaim
from proofs_check.records import ClaimRecord
from proofs_check.store import Store, open_store
from proofs_check.verdicts import Outcome
from proofs_check.verification import LONGEST_FIRST, Event, verify

from . import toy_papers as toys


def _outcomes(records: list[ClaimRecord]) -> dict[str, str]:
    return {record.slug: record.verdict.outcome.name for record in records}


def _timeless(records: list[ClaimRecord]) -> list[ClaimRecord]:
    return [dataclasses.replace(item, verdict=dataclasses.replace(item.verdict, seconds=0.0)) for item in records]


def _verify(
    path: Path,
    *,
    jobs: int = 1,
    store: Store | None = None,
    executor: Executor | None = None,
    fresh: bool = False,
    data_path: str | None = None,
    on_event: Callable[[Event], None] = lambda event: None,
) -> list[ClaimRecord]:
    return verify(
        select([str(path)]),
        budget="quick",
        jobs=jobs,
        store=store,
        executor=executor,
        fresh=fresh,
        data_path=data_path,
        on_event=on_event,
    )


def test_every_kind_has_its_place_in_the_queue() -> None:
    """If false, a new kind of claim ends a run with an error."""
    assert sorted(LONGEST_FIRST) == sorted(kind.kind for kind in KINDS)


def test_verdicts_do_not_depend_on_the_workers(tmp_path: Path) -> None:
    """If false, a verdict is a property of the machine."""
    path = toys.write(tmp_path, toys.TRUE, toys.FALSE, toys.ERRATUM, toys.FAILING)
    alone = _verify(path)
    assert _outcomes(alone) == {"right": "HOLDS", "wrong": "REFUTED", "erratum": "REFUTED", "failing_one": "ERROR"}
    assert _timeless(_verify(path, jobs=2)) == _timeless(alone)
    with ThreadPoolExecutor(1) as executor:
        assert _timeless(_verify(path, executor=executor)) == _timeless(alone)
    assert _timeless(verify(select([f"{path}::wrong"]), budget="quick")) == _timeless(alone)[1:2]


def test_record_tells_how_it_was_made(tmp_path: Path) -> None:
    """If false, a verdict cannot be reproduced."""
    [record] = verify(select([str(toys.write(tmp_path, toys.TRUE))]), budget="quick", seed_root=5)
    assert (record.budget, record.seed_root, record.data) == ("quick", 5, "digits")
    assert record.verdict.seeds == (5, "toy.right")
    assert {"python", "sympy"} <= set(record.verdict.versions)
    assert record.verdict.seconds > 0
    assert record.verdict.twins


def test_error_in_a_check_is_a_verdict_with_its_place(tmp_path: Path) -> None:
    """If false, one faulty claim ends the run, or does not say where it fails."""
    path = toys.write(tmp_path, toys.FAILING)
    line = path.read_text(encoding="utf-8").splitlines().index("    return 1 // 0") + 1
    [record] = _verify(path)
    assert record.verdict.outcome is Outcome.ERROR
    assert "ZeroDivisionError" in record.verdict.reason
    assert f"toy.py:{line}" in record.verdict.reason
    assert str(tmp_path.parent) not in record.verdict.reason


def test_dead_worker_costs_only_its_own_claim(tmp_path: Path) -> None:
    """If false, a crash in native code takes other claims with it, or ends the run."""
    path = toys.write(tmp_path, toys.DEADLY, toys.TRUE, toys.FALSE, toys.claim("third"))
    records = _verify(path, jobs=2)
    assert _outcomes(records) == {"deadly_one": "ERROR", "right": "HOLDS", "wrong": "REFUTED", "third": "HOLDS"}
    assert "died" in records[0].verdict.reason


def test_broken_executor_is_told_for_each_claim(tmp_path: Path) -> None:
    """If false, a broken cluster loses claims or hangs."""
    path = toys.write(tmp_path, toys.DEADLY, toys.TRUE)
    with ProcessPoolExecutor(1, mp_context=verification.multiprocessing.get_context("spawn")) as executor:
        records = _verify(path, executor=executor)
    assert _outcomes(records) == {"deadly_one": "ERROR", "right": "ERROR"}
    assert "executor" in records[1].verdict.reason


def test_catalogued_paper_that_fails_to_load_is_an_error_of_its_claims(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If false, one broken paper of the catalogue hides the verdicts on all others."""
    path = toys.write(tmp_path, toys.TRUE)

    def refuse(name: str | PaperFile) -> None:
        raise MalformedClaim(f"{name} is broken")

    requests = [dataclasses.replace(request, file=PaperFile(key="toy", path=path)) for request in select([str(path)])]
    monkeypatch.setattr(worker, "load_paper", refuse)
    [record] = verify(requests, budget="quick")
    assert record.verdict.outcome is Outcome.ERROR
    assert "toy is broken" in record.verdict.reason


def test_store_answers_until_fresh_is_asked_for(tmp_path: Path) -> None:
    """If false, unchanged claims run again, or --fresh does not."""
    path = toys.write(tmp_path, toys.TRUE, toys.FALSE)
    stages: list[str] = []
    with open_store(tmp_path / "s") as store:
        first = _verify(path, store=store)
        second = _verify(path, store=store, on_event=lambda event: stages.append(event.stage))
        third = _verify(path, store=store, fresh=True)
    assert stages == ["answered", "answered"]
    assert [record.from_store for record in (*first, *second, *third)] == [False, False, True, True, False, False]
    assert [dataclasses.replace(record, from_store=False) for record in second] == first


def test_only_what_was_edited_runs_again(tmp_path: Path) -> None:
    """If false, the store is useless while a file is being written, or answers for a changed claim."""
    path = toys.write(tmp_path, toys.TRUE, toys.FALSE)
    with open_store(tmp_path / "s") as store:
        _verify(path, store=store)
        toys.write(tmp_path, toys.TRUE, toys.claim("wrong"))
        records = _verify(path, store=store)
    assert [record.from_store for record in records] == [True, False]
    assert _outcomes(records) == {"right": "HOLDS", "wrong": "HOLDS"}


def test_answers_show_the_paper_as_it_is_now(tmp_path: Path) -> None:
    """If false, a report shows the title or the path that a paper once had."""
    path = toys.write(tmp_path, toys.TRUE)
    moved = tmp_path / "elsewhere" / "toy.py"
    moved.parent.mkdir()
    with open_store(tmp_path / "s") as store:
        _verify(path, store=store)
        moved.write_text(path.read_text(encoding="utf-8").replace('"Toys"', '"New toys"'), encoding="utf-8")
        [record] = _verify(moved, store=store)
    assert record.from_store
    assert (record.paper.title, record.paper.path) == ("New toys", str(moved))


def test_errors_are_kept_but_never_answer(tmp_path: Path) -> None:
    """If false, a passing shortage of memory sticks to a claim, or cannot be explained afterwards."""
    path = toys.write(tmp_path, toys.FAILING)
    with open_store(tmp_path / "s") as store:
        _verify(path, store=store)
        [record] = _verify(path, store=store)
        kept = store.latest("toy.failing_one")
    assert not record.from_store
    assert kept is not None
    assert kept.verdict.outcome is Outcome.ERROR


def test_verdicts_on_a_file_edited_in_mid_run_are_not_kept(tmp_path: Path) -> None:
    """If false, the verdict on the new text answers for the old."""
    path = toys.write(tmp_path, toys.TRUE, toys.FALSE)
    warnings: list[str] = []

    def edit(event: Event) -> None:
        if event.stage == "started" and event.claim_id == "toy.right":
            path.write_text(path.read_text(encoding="utf-8") + "\n# later\n", encoding="utf-8")
        if event.stage == "warning":
            warnings.append(event.text)

    with open_store(tmp_path / "s") as store:
        records = _verify(path, store=store, on_event=edit)
        assert store.latest("toy.right") is None
    assert [record.verdict.outcome.name for record in records] == ["HOLDS", "REFUTED"]
    assert len(warnings) == 1
    assert "edited during the run" in warnings[0]


def test_store_that_fails_is_told_once_and_loses_no_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If false, a full disk or a lock throws away the verdicts of the run."""
    monkeypatch.setattr(store_module, "WAIT_SECONDS", 0.05)
    path = toys.write(tmp_path, toys.TRUE, toys.FALSE)
    warnings: list[str] = []
    with open_store(tmp_path / "s") as store:
        other = sqlite3.connect(tmp_path / "s", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        records = _verify(
            path, store=store, on_event=lambda event: warnings.append(event.text) if event.stage == "warning" else None
        )
        other.close()
    assert [record.verdict.outcome.name for record in records] == ["HOLDS", "REFUTED"]
    assert len(warnings) == 1
    assert "locked" in warnings[0]


def test_interrupt_keeps_what_is_finished(tmp_path: Path) -> None:
    """If false, Ctrl-C throws away finished verdicts, or hides what was not run."""
    path = toys.write(tmp_path, toys.TRUE, toys.FALSE, toys.claim("third"))
    stages: list[str] = []

    def interrupt(event: Event) -> None:
        stages.append(event.stage)
        if event.stage == "started" and event.claim_id == "toy.wrong":
            raise KeyboardInterrupt

    with open_store(tmp_path / "s") as store:
        records = _verify(path, store=store, on_event=interrupt)
        assert store.latest("toy.right") is not None
        assert store.latest("toy.third") is None
    assert _outcomes(records) == {"right": "HOLDS", "wrong": "NOT_RUN", "third": "NOT_RUN"}
    assert stages[-1] == "interrupted"


def test_users_data_are_used_and_keyed(tmp_path: Path) -> None:
    """If false, --data is ignored, or one file's verdicts answer for another's."""
    path = toys.write(tmp_path, toys.TRUE)
    data = tmp_path / "data.csv"
    data.write_text("1,2\n3,4\n5,7\n", encoding="utf-8")
    with open_store(tmp_path / "s") as store:
        [first] = _verify(path, store=store, data_path=str(data))
        [again] = _verify(path, store=store, data_path=str(data))
        data.write_text("1,2\n3,4\n5,8\n", encoding="utf-8")
        [changed] = _verify(path, store=store, data_path=str(data))
    assert (first.data, again.from_store, changed.from_store) == (str(data), True, False)


def test_malformed_data_are_told_before_anything_runs(tmp_path: Path) -> None:
    """If false, a mistake in the data is repeated for each claim."""
    path = toys.write(tmp_path, toys.TRUE)
    data = tmp_path / "data.csv"
    data.write_text("one,two\n", encoding="utf-8")
    started: list[str] = []
    with pytest.raises(MalformedClaim, match="--data"):
        _verify(path, data_path=str(data), on_event=lambda event: started.append(event.stage))
    assert started == []


def test_limited_threads_reach_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """If false, two workers fight for the cores, and sums depend on their number."""
    for name in worker.THREAD_VARIABLES:
        monkeypatch.setenv(name, "8")
    worker.limit_threads()
    assert {os.environ[name] for name in worker.THREAD_VARIABLES} == {"1"}


def test_budgets_can_be_chosen_by_every_name(tmp_path: Path) -> None:
    """If false, a budget is accepted and then fails."""
    path = toys.write(tmp_path, toys.TRUE)
    for name in BUDGETS:
        [record] = verify(select([str(path)]), budget=name)
        assert (record.budget, record.verdict.outcome) == (name, Outcome.HOLDS)

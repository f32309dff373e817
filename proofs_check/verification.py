"""Verification: many claims, each answered from the store or checked by a worker, with what was finished kept."""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, final

from .catalogue import Request
from .errors import MalformedRecord, StoreUnavailable
from .fingerprint import Fingerprints
from .records import ClaimRecord
from .store import Store
from .verdicts import Outcome, Verdict
from .worker import check_inputs, describe, prepare_process, run_claim

LONGEST_FIRST = (
    "Rate",
    "Limit",
    "Scaling",
    "Law",
    "SameLaw",
    "Bound",
    "Construction",
    "Inequality",
    "Identity",
    "WorstCase",
)
"""Kinds of claim by the time they usually take; starting with the longest leaves the fewest idle workers at the end."""

AUDITED = ".audit"
"""What the key of a verdict ends in if all variants that the mutator makes of its claim were tried."""

DEAD_WORKER = (
    "the process that checked this claim died (it ran out of memory, was killed, or crashed in native code); "
    "try it alone, with --jobs 1 or a smaller --budget"
)


@final
@dataclass(frozen=True, kw_only=True)
class Event:
    """What happened in a run.

    Args:
        stage: "answered" (from the store), "started", "finished", "stored", "warning" or "interrupted".
        claim_id: the claim, empty where none is meant. record: its record. text: the words of a warning.
    """

    stage: str
    claim_id: str = ""
    record: ClaimRecord | None = None
    text: str = ""


@final
@dataclass(frozen=True, kw_only=True)
class _Run:
    """How the claims of one call are run."""

    budget: str
    seed_root: int
    jobs: int
    data_path: str | None
    assayed: bool
    store: Store | None
    prints: Fingerprints
    keys: dict[str, str]
    tell: Callable[[Event], None]
    warned: set[str] = field(default_factory=set)

    def arguments(self, request: Request) -> tuple[str, str, str, int, str | None, bool]:
        return request.file.name, request.claim.slug, self.budget, self.seed_root, self.data_path, self.assayed

    def record(self, request: Request, outcome: Outcome, reason: str) -> ClaimRecord:
        """A record for a claim that was not judged."""
        return request.claim.record(
            request.paper,
            Verdict(outcome=outcome, reason=reason),
            budget=self.budget,
            seed_root=self.seed_root,
            data=self.data_path or "digits",
        )

    def warn(self, subject: str, text: str) -> None:
        """Tell a warning, once per subject."""
        if subject not in self.warned:
            self.warned.add(subject)
            self.tell(Event(stage="warning", text=text))


def verify(
    requests: Sequence[Request],
    *,
    budget: str,
    seed_root: int = 0,
    jobs: int = 1,
    data_path: str | None = None,
    assayed: bool = False,
    store: Store | None = None,
    fresh: bool = False,
    executor: Executor | None = None,
    on_event: Callable[[Event], None] = lambda event: None,
) -> list[ClaimRecord]:
    """Verify claims; the verdicts do not depend on `jobs`, on the executor or on which other claims are run.

    Args:
        requests: the claims, from `catalogue.select`. budget: "quick", "standard" or "thorough".
        seed_root: root of all random streams. data_path: the user's data file, None for the digits.
        assayed: try all variants that the mutator makes of a claim, and keep such verdicts apart from others.
        jobs: claims checked at the same time; 1 checks them in this process unless an executor is given.
        store: where verdicts are looked up and kept, None for nowhere; an audit kept there lends its variants.
        fresh: do not look them up.
        executor: runs the checks; processes of this machine by default. on_event: told of each step, in this process.

    Returns:
        One record per request, in their order. After Ctrl-C, what was not finished is NOT_RUN.

    Raises:
        MalformedClaim: if a user's paper or data file cannot be used. StoreUnavailable: if the store cannot be read.
    """
    prints = Fingerprints(budget=budget, seed_root=seed_root, data_digest=_digest(data_path))
    ending = AUDITED if assayed else ""
    keys = {request.id: prints.key(request.outline, request.id) + ending for request in requests}
    run = _Run(
        budget=budget,
        seed_root=seed_root,
        jobs=jobs,
        data_path=data_path,
        assayed=assayed,
        store=store,
        prints=prints,
        keys=keys,
        tell=on_event,
    )
    records = {} if fresh else _answers(requests, run)
    waiting = sorted(
        (request for request in requests if request.id not in records),
        key=lambda request: LONGEST_FIRST.index(request.claim.kind),
    )
    _check(waiting, records, run, executor)
    records |= _unfinished(requests, records, run)
    lends = store is not None and not (fresh or assayed)
    return [_with_audit(records[request.id], run) if lends else records[request.id] for request in requests]


def _check(waiting: Sequence[Request], records: dict[str, ClaimRecord], run: _Run, executor: Executor | None) -> None:
    """Check what is waiting and add its records, one by one, so that Ctrl-C loses none."""
    try:
        if waiting:
            users = dict.fromkeys(request.file.name for request in waiting if request.file.is_user)
            check_inputs(users, run.data_path)
        with contextlib.closing(_results(waiting, run, executor)) as results:
            for request, result in results:
                records[request.id] = _finish(request, result, run)
    except KeyboardInterrupt:
        run.tell(Event(stage="interrupted"))


def _digest(data_path: str | None) -> str:
    if data_path is None:
        return "digits"
    with Path(data_path).open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _answers(requests: Sequence[Request], run: _Run) -> dict[str, ClaimRecord]:
    """What the store knows, with the paper's data as they are now."""
    records: dict[str, ClaimRecord] = {}
    if run.store is None:
        return records
    for request in requests:
        if (found := run.store.get(run.keys[request.id], request.id)) is not None:
            record = replace(found, paper=request.paper, data=run.data_path or "digits")
            records[request.id] = record
            run.tell(Event(stage="answered", claim_id=request.id, record=record))
    return records


def _unfinished(requests: Sequence[Request], records: Mapping[str, ClaimRecord], run: _Run) -> dict[str, ClaimRecord]:
    """Records of the claims that an interrupted run has not reached."""
    reason = "the run was interrupted before this claim finished"
    return {
        request.id: run.record(request, Outcome.NOT_RUN, reason) for request in requests if request.id not in records
    }


def _with_audit(record: ClaimRecord, run: _Run) -> ClaimRecord:
    """The record with the variants that an audit of the same claim tried, if the store holds one that agrees."""
    found = run.store.get(run.keys[record.id] + AUDITED, record.id) if run.store else None
    if found is None or found.verdict.outcome is not record.verdict.outcome:
        return record
    return replace(record, verdict=replace(record.verdict, twins=found.verdict.twins))


def _finish(request: Request, result: dict[str, Any], run: _Run) -> ClaimRecord:
    """The record of a result, told and kept."""
    try:
        record = ClaimRecord.from_json(result["record"]) if "record" in result else None
    except MalformedRecord as error:
        record, result = None, {"failure": f"the worker returned no record: {error}"}
    if record is None:
        record = run.record(request, Outcome.ERROR, str(result["failure"]))
    run.tell(Event(stage="finished", claim_id=request.id, record=record))
    if run.store is not None:
        _keep(run.store, record, run)
    return record


def _keep(store: Store, record: ClaimRecord, run: _Run) -> None:
    if not run.prints.is_current():
        run.warn("changed", "a source file was edited during the run; the verdicts found since then are not stored")
        return
    # An error may be of the moment: it is kept for `explain`, under a key that never answers.
    key = run.keys[record.id] + (".error" if record.verdict.outcome is Outcome.ERROR else "")
    try:
        store.put(key, record)
    except StoreUnavailable as error:
        run.warn("store", f"{error}. The run goes on, but its verdicts are not all kept")
    else:
        run.tell(Event(stage="stored", claim_id=record.id, record=record))


def _results(
    waiting: Sequence[Request], run: _Run, executor: Executor | None
) -> Generator[tuple[Request, dict[str, Any]], None, None]:
    """Request and result of each claim as it finishes."""
    if executor is not None:
        queue = deque(waiting)
        lost = yield from _through(executor, queue, run)
        for request in (*lost, *queue):
            yield request, {"failure": "the executor broke down before this claim finished; give another one"}
    elif run.jobs == 1:
        for request in waiting:
            run.tell(Event(stage="started", claim_id=request.id))
            yield request, run_claim(*run.arguments(request))
    elif waiting:
        yield from _in_processes(deque(waiting), run)


def _in_processes(queue: deque[Request], run: _Run) -> Iterator[tuple[Request, dict[str, Any]]]:
    """Through processes of this machine. Where one dies, those in flight are tried again, each alone."""
    suspects: list[Request] = []
    while queue:
        with _process_pool(min(run.jobs, len(queue))) as pool:
            suspects += yield from _through(pool, queue, run)
    for request in suspects:
        with _process_pool(1) as pool:
            lost = yield from _through(pool, deque([request]), run)
        for dead in lost:
            yield dead, {"failure": DEAD_WORKER}


def _through(
    executor: Executor, queue: deque[Request], run: _Run
) -> Generator[tuple[Request, dict[str, Any]], None, list[Request]]:
    """Results of the claims in `queue` until it is empty or the executor breaks; returns what was in flight then.

    No more are handed over than run at once, so that those in flight are those that a dead process was working on.
    """
    flying: dict[Future[dict[str, Any]], Request] = {}
    lost: list[Request] = []
    broken = False
    while flying or (queue and not broken):
        while queue and not broken and len(flying) < run.jobs:
            try:
                with _interrupts_held():
                    flying[executor.submit(run_claim, *run.arguments(queue[0]))] = queue[0]
            except RuntimeError:
                broken = True
            else:
                run.tell(Event(stage="started", claim_id=queue.popleft().id))
        for future in wait(flying, return_when=FIRST_COMPLETED).done:
            request = flying.pop(future)
            error = CancelledError() if future.cancelled() else future.exception()
            if isinstance(error, (BrokenExecutor, CancelledError)):
                broken = True
                lost.append(request)
            else:
                yield request, future.result() if error is None else {"failure": describe(error)}
    return lost


@contextlib.contextmanager
def _process_pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A pool whose processes end at once if the block is left early."""
    others = set(multiprocessing.active_children())
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(workers, mp_context=context, initializer=prepare_process)
    try:
        yield pool
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        raise
    finally:
        pool.shutdown()


@contextlib.contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while processes start: they inherit that, and the parent alone decides when they end."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)

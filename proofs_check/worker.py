"""One check of one claim, in whatever process it runs: strings and numbers in, JSON-ready data out."""

from __future__ import annotations

import dataclasses
import functools
import multiprocessing
import multiprocessing.connection
import os
import signal
import threading
import time
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .catalogue import load_paper
from .errors import MalformedClaim
from .fingerprint import versions
from .outline import ClaimOutline
from .verdicts import Outcome, Verdict

if TYPE_CHECKING:
    from numerics.data import Dataset

    from .checkers.context import CheckContext
    from .claims import AbstractClaim

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


def limit_threads() -> None:
    """One thread per process for linear algebra: workers share the cores, and sums are made in one order."""
    os.environ.update(dict.fromkeys(THREAD_VARIABLES, "1"))


def prepare_process() -> None:
    """Make a worker process of this one: one thread, deaf to Ctrl-C (the parent ends it), gone when the parent is."""
    limit_threads()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    multiprocessing.connection.wait([sentinel])
    os._exit(1)


def check_inputs(user_files: Iterable[str], data_path: str | None) -> None:
    """Load the user's paper files and data once, so that a mistake in them is told before anything runs.

    Raises:
        MalformedClaim: if one of them cannot be used.
    """
    for name in user_files:
        load_paper(name)
    if data_path is not None:
        try:
            _dataset(data_path)
        except (ValueError, OSError) as error:
            raise MalformedClaim(f"--data: {error}") from error


def run_claim(
    name: str, slug: str, budget: str, seed_root: int, data_path: str | None, assayed: bool = False
) -> dict[str, Any]:
    """Check one claim and its twins.

    Args:
        name: key of the catalogue or path of a user's file. slug: the claim. budget: a key of `BUDGETS`.
        seed_root: root of all random streams. data_path: the user's data, None for the digits.
        assayed: all variants that the mutator makes are tried, instead of a few twins.

    Returns:
        {"record": ClaimRecord.to_json()}, or {"failure": one sentence} if the claim cannot be loaded.
    """
    try:
        paper = load_paper(name)
        claim = paper.claim(slug)
        context = _context(f"{paper.key}.{slug}", budget, seed_root, data_path)
    except Exception as error:
        return {"failure": describe(error)}
    verdict = judge(claim, context, assayed=assayed)
    record = ClaimOutline.of(claim).record(
        paper.record, verdict, budget=budget, seed_root=seed_root, data=data_path or "digits"
    )
    return {"record": record.to_json()}


def judge(claim: AbstractClaim, context: CheckContext, *, assayed: bool = False) -> Verdict:
    """The verdict on `claim` with its twins, time, seeds and versions. An error in the check is a verdict, too.

    All variants that the mutator makes are tried if `assayed`, instead of a few twins.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    started = time.perf_counter()
    try:
        # The environment reaches libraries loaded from now on, this those that a host program had loaded.
        with threadpool_limits(limits=1):
            verdict = _check_with_mutants(claim, context) if assayed else _check_with_twins(claim, context)
    except (Exception, SystemExit) as error:
        verdict = Verdict(outcome=Outcome.ERROR, reason=f"the check failed: {describe(error)}")
    return dataclasses.replace(
        verdict,
        seconds=time.perf_counter() - started,
        seeds=verdict.seeds or (context.seed_root, context.claim_id),
        versions={**versions(), **verdict.versions},
    )


def _check_with_twins(claim: AbstractClaim, context: CheckContext) -> Verdict:
    from .checkers import check
    from .repair import with_suggestions
    from .twins import try_twins

    verdict = check(claim, context)
    if verdict.outcome is Outcome.HOLDS and claim.expect == "holds":
        return dataclasses.replace(verdict, twins=try_twins(claim, context, check))
    if verdict.outcome is Outcome.REFUTED:
        return with_suggestions(claim, verdict, context)
    return verdict


def _check_with_mutants(claim: AbstractClaim, context: CheckContext) -> Verdict:
    from .checkers import check
    from .twins.assay import assay

    return assay(claim, context, check)


def run_alpha() -> float:
    """The false-alarm rate of a whole run, for the reports."""
    from .checkers.context import RUN_ALPHA

    return RUN_ALPHA


def describe(error: BaseException) -> str:
    """Type, message and innermost place of an error, in one line."""
    message = " ".join(str(error).split())[:500] or "no message"
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({_short(frames[-1].filename)}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {message}{place}"


def _short(filename: str) -> str:
    """A path from the project's folder on, or its last two parts: reports must not hold the user's folders."""
    path, root = Path(filename), Path(__file__).resolve().parent.parent
    return str(path.relative_to(root)) if path.is_relative_to(root) else "/".join(path.parts[-2:])


def _context(claim_id: str, budget: str, seed_root: int, data_path: str | None) -> CheckContext:
    from .checkers.context import BUDGETS, CheckContext

    return CheckContext(claim_id=claim_id, budget=BUDGETS[budget], dataset=_dataset(data_path), seed_root=seed_root)


@functools.lru_cache(maxsize=2)
def _dataset(data_path: str | None) -> Dataset:
    from numerics.data import load_digits, load_file

    return load_digits() if data_path is None else load_file(data_path)

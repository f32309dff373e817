"""The command that audits checks: `proofs-check audit` tries false variants of each claim, which must be refuted."""

from __future__ import annotations

import argparse
import contextlib
import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from . import __version__
from .catalogue import Request, select
from .errors import ProofsCheckError
from .fingerprint import versions
from .progress import show_progress
from .records import ClaimRecord
from .report.audit import meets, print_audit, write_audit
from .report.html import write_html
from .report.standing import legible
from .store import PATH_VARIABLE, Store, open_store, store_path
from .verification import Event, verify
from .worker import limit_threads, run_alpha

if TYPE_CHECKING:
    from rich.console import Console

FINE, MISSED, INTERRUPTED = 0, 3, 130

_DESCRIPTION = """Make small mistakes at every place of a claim (constants, exponents, signs,
terms, arguments) and count how many of these false variants the claim's own
check refutes. A check that lets them pass proves nothing.

example:
  proofs-check audit taylor_2017 --json audit.json
"""
_EPILOG = """exit codes:
  0   every claim meets the threshold
  2   misuse: unknown target, malformed file, bad option
  3   a claim misses the threshold, or could not be audited
  130 interrupted by Ctrl-C; what was finished is kept
"""


@final
class CannotAudit(ProofsCheckError, ValueError):
    """The audit was asked for something that cannot be done."""


def add_audit(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `audit` to the command line."""
    parser = commands.add_parser(
        "audit",
        help="try false variants of claims: a check that does not refute them proves nothing",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add(
        "targets",
        nargs="*",
        metavar="TARGET",
        help="KEY (a paper), KEY.slug (a claim), FILE.py or FILE.py::slug (your own); all papers if none is given",
    )
    add("--json", metavar="FILE", help="write caught and viable variants of each claim as JSON")
    add("--html", metavar="DIR", help="write the HTML report, with all variants, into this folder")
    add("--budget", choices=("quick", "standard", "thorough"), default="quick", help="how much work to spend (quick)")
    add("--jobs", type=_count, default=os.cpu_count() or 1, metavar="N", help="claims audited at once (all cores)")
    add("--seed", type=_natural, default=0, metavar="ROOT", help="root of all random streams (0)")
    add("--threshold", type=_share, default=1.0, metavar="T", help="share of viable variants to be caught (1)")
    add("--fresh", action="store_true", help="audit again what the store already knows")
    add("--data", metavar="FILE", help="your own data, .npz, .npy or .csv, instead of the digits")
    add("--store", metavar="PATH", help=f"where results are kept (or ${PATH_VARIABLE})")
    parser.set_defaults(run=_audit)


def _natural(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number; write 0, 1, 2, ...")
    return int(text)


def _count(text: str) -> int:
    if (number := _natural(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is too small; write 1 or more")
    return number


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is no share; write a number above 0 and at most 1, as 0.95")
    return value


def _audit(options: argparse.Namespace, command: str) -> int:
    limit_threads()
    started, clock = datetime.now(UTC), time.perf_counter()
    _check_places(options)
    requests = select(options.targets)
    events: list[str] = []
    with open_store(store_path(options.store)) as store:
        records = _run(options, requests, store, events)
    seconds = time.perf_counter() - clock
    _print(lambda console: print_audit(records, console, threshold=options.threshold, seconds=seconds))
    if options.json is not None:
        _tell_written(write_audit(records, options.json, threshold=options.threshold))
    if options.html is not None:
        run = {
            "version": __version__,
            "command": command,
            "started": started.isoformat(timespec="seconds"),
            "seconds": seconds,
            "budget": options.budget,
            "seed_root": options.seed,
            "alpha": run_alpha(),
            "jobs": options.jobs,
            "data": options.data or "digits",
            "versions": dict(versions()),
        }
        _tell_written(write_html(records, options.html, run=run))
    if "interrupted" in events:
        return INTERRUPTED
    return FINE if all(meets(record, options.threshold) for record in records) else MISSED


def _check_places(options: argparse.Namespace) -> None:
    """Refuse, before anything runs, a data file that is not there and a report that cannot be placed."""
    if options.data is not None and not os.access(options.data, os.R_OK):
        raise CannotAudit(
            f"--data {options.data}: there is no readable file of this name; give an .npz, .npy or .csv file"
        )
    if options.json is not None and Path(options.json).is_dir():
        raise CannotAudit(f"--json {options.json}: this is a folder; name a file")
    if options.html is not None and Path(options.html).is_file():
        raise CannotAudit(f"--html {options.html}: this is a file; name a folder")


def _run(
    options: argparse.Namespace, requests: Sequence[Request], store: Store, events: list[str]
) -> list[ClaimRecord]:
    with show_progress(len(requests)) as listen:

        def hear(event: Event) -> None:
            events.append(event.stage)
            listen(event)

        return verify(
            requests,
            budget=options.budget,
            seed_root=options.seed,
            jobs=options.jobs,
            data_path=options.data,
            assayed=True,
            store=store,
            fresh=options.fresh,
            on_event=hear,
        )


def _tell_written(path: Path) -> None:
    _print(lambda console: console.print(f"written: {legible(path)}", markup=False, soft_wrap=True))


def _print(write: Callable[[Console], None]) -> None:
    from rich.console import Console

    # Rich exits where the reader of a pipe left; the exit code of the audit still counts.
    with contextlib.suppress(SystemExit):
        write(Console(highlight=False))

"""The command line: `list`, `show`, `verify`, `explain`, `audit`, `dual`, `kernel`, `recheck`; imports little."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import shlex
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, final

from . import __version__
from .audit import add_audit
from .catalogue import PaperFile, Request, find_papers, outline_of, resolve, select, unknown_sentence
from .derivation import add_dual, add_kernel
from .errors import MalformedClaim, ProofsCheckError, UnknownClaim
from .fingerprint import PACKAGES, package_folders, versions
from .outline import ClaimOutline, read_outline
from .progress import show_progress
from .rechecking import add_recheck, write_certificates
from .records import ClaimRecord, PaperRecord
from .report.exchange import write_json
from .report.html import write_html
from .report.junit import write_junit
from .report.standing import legible
from .report.terminal import explain, print_table
from .store import PATH_VARIABLE, Store, open_store, store_path
from .verification import Event, verify
from .worker import limit_threads, run_alpha

if TYPE_CHECKING:
    from rich.console import Console

BUDGET_NAMES = ("quick", "standard", "thorough")
"""Names of the budgets, known here because importing them costs more than listing them."""

FINE, REFUTED, MISUSE, UNSETTLED, INTERRUPTED = 0, 1, 2, 3, 130

_EXIT_CODES = """exit codes:
  0   every claim came out as expected
  1   a claim was REFUTED, or a published statement known to be false HOLDS
  2   misuse: unknown target, malformed file, bad option
  3   with --strict: something is UNDECIDED, INAPPLICABLE, NOT_RUN, in ERROR or weakly tested
  130 interrupted by Ctrl-C; what was finished is kept
"""

_VERIFY = """Check claims, and print one verdict per claim: its outcome, how strong the
evidence is, and a counterexample where it is REFUTED. False variants of a
claim (twins) go through the same check, to show that it could have failed.
Verdicts are kept in a store, so that a second run answers at once.

examples:
  proofs-check verify taylor_2017
  proofs-check verify my_paper.py --html report
"""
_SHOW = """Print what a paper or a claim states, as published and as checked, with its
assumptions. Nothing is checked.

example:
  proofs-check show taylor_2017.distance
"""
_EXPLAIN = """Print the stored verdict on a claim with its grounds: scope, strength, design of
the test, assumptions, false variants, and what was not checked.

example:
  proofs-check explain taylor_2017.distance
"""
_TARGETS = "KEY (a paper), KEY.slug (a claim), FILE.py or FILE.py::slug (your own)"


@final
class Misuse(ProofsCheckError, ValueError):
    """The command line asks for something that cannot be done."""


@final
class _Parser(argparse.ArgumentParser):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # No option begins with a single dash but -h: -1/3 is a number, and -z**3 an expression.
        self._negative_number_matcher = re.compile("-[^-]")

    def error(self, message: str) -> NoReturn:
        raise Misuse(f"{message}; see `{self.prog} --help`")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        options = build_parser().parse_args(given)
        _warn_about_mixed_packages()
        code = int(options.run(options, shlex.join(["proofs-check", *given])))
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        _discard_output()
        return FINE
    except (ProofsCheckError, OSError) as error:
        _complain(str(error))
        return MISUSE
    except KeyboardInterrupt:
        _complain("interrupted")
        return INTERRUPTED


def build_parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    parser = _Parser(
        prog="proofs-check",
        description="Checks formulas, bounds and limits of wide-network theory, and says how strong the evidence is.",
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"proofs-check {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    listing = commands.add_parser(
        "list",
        help="the papers of the catalogue and their claims",
        description="List the papers of the catalogue and their claims, without running any of them.",
    )
    listing.add_argument("--json", action="store_true", help="as JSON")
    listing.set_defaults(run=_list)

    show = commands.add_parser(
        "show",
        help="what a paper claims, in words and formulas",
        description=_SHOW,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    show.add_argument("target", metavar="TARGET", help=_TARGETS)
    show.set_defaults(run=_show)

    _add_verify(
        commands.add_parser(
            "verify",
            help="check claims",
            description=_VERIFY,
            epilog=_EXIT_CODES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
    )

    explaining = commands.add_parser(
        "explain",
        help="what was checked about a claim, how strongly, and what was not",
        description=_EXPLAIN,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    explaining.add_argument("id", metavar="TARGET", help="KEY.slug (a claim) or FILE.py::slug (your own)")
    explaining.add_argument("--store", metavar="PATH", help=f"where verdicts are kept (or ${PATH_VARIABLE})")
    explaining.set_defaults(run=_explain)

    add_audit(commands)
    add_dual(commands)
    add_kernel(commands)
    add_recheck(commands)
    return parser


def _add_verify(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("targets", nargs="*", metavar="TARGET", help=f"{_TARGETS}; all papers if none is given")
    add("--budget", choices=BUDGET_NAMES, default="quick", help="how much work a check may spend (quick)")
    add("--jobs", type=_positive, default=os.cpu_count() or 1, metavar="N", help="claims checked at once (all cores)")
    add("--seed", type=_natural, default=0, metavar="ROOT", help="root of all random streams (0)")
    add("--strict", action="store_true", help="exit code 3 if anything is unsettled or weakly tested")
    add("--html", metavar="DIR", help="write the HTML report into this folder")
    add("--json", metavar="FILE", help="write the verdicts as JSON")
    add("--junit", metavar="FILE", help="write the verdicts as JUnit XML")
    add("--certificates", metavar="DIR", help="write a file per certificate, for `recheck`, into this folder")
    add("--fresh", action="store_true", help="check again what the store already knows")
    add("--data", metavar="FILE", help="your own data, .npz, .npy or .csv, instead of the digits")
    add("--store", metavar="PATH", help=f"where verdicts are kept (or ${PATH_VARIABLE})")
    parser.set_defaults(run=_verify)


def _natural(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number; write 0, 1, 2, ...")
    return int(text)


def _positive(text: str) -> int:
    if (number := _natural(text)) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is too small; write 1 or more")
    return number


def _warn_about_mixed_packages() -> None:
    """Say so if another package named `theory` or `numerics` hides ours: the names are common words."""
    folders = package_folders()
    if missing := [name for name in PACKAGES if name not in folders]:
        _complain(f"{', '.join(missing)} cannot be found; install proofs-check again")
    elif len({folder.parent for folder in folders.values()}) > 1:
        places = ", ".join(f"{name} in {folder.parent}" for name, folder in folders.items())
        _complain(f"its packages come from different places ({places}); start elsewhere")


def _discard_output() -> None:
    """Send the rest of the output nowhere: its reader left, and flushing at exit would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _list(options: argparse.Namespace, command: str) -> int:
    entries = [_entry(file) for file in find_papers()]
    if options.json:
        print(json.dumps(entries, indent=1))
        return FINE
    width = max((len(claim["slug"]) for entry in entries for claim in entry["claims"]), default=0)
    for entry in entries:
        print(legible(f"{entry['key']}  {entry['citation']}"))
        for claim in entry["claims"]:
            print(legible(f"  {claim['slug']:{width}}  {claim['kind']:<12}  {claim['locator']}: {claim['text']}"))
        if entry["note"]:
            print(legible(f"  {entry['note']}"))
    if not entries:
        print("The catalogue is empty.")
    return FINE


def _entry(file: PaperFile) -> dict[str, Any]:
    """A paper as `list` shows it, read without running its file."""
    shown = ("slug", "kind", "locator", "text", "expect")
    try:
        outline = read_outline(file.path, key=file.key)
    except MalformedClaim as error:
        return {"key": file.key, "citation": "cannot be read", "claims": [], "note": str(error)}
    claims = [{name: getattr(claim, name) for name in shown} for claim in outline.claims]
    why = f"needs import: {outline.needs_import}; see `proofs-check show {file.key}`" if outline.needs_import else ""
    return {"key": file.key, "citation": outline.paper.citation if outline.paper else "", "claims": claims, "note": why}


def _show(options: argparse.Namespace, command: str) -> int:
    file, slug = resolve(options.target)
    paper, _, claims = outline_of(file)
    chosen = [claim for claim in claims if not slug or claim.slug == slug]
    if not chosen:
        raise UnknownClaim(unknown_sentence(slug, [claim.slug for claim in claims], f"claim in {file.key}"))
    print("\n".join(map(legible, (*_paper_lines(paper), *(line for claim in chosen for line in _claim_lines(claim))))))
    return FINE


def _paper_lines(paper: PaperRecord) -> list[str]:
    facts = {"arXiv": paper.arxiv, "DOI": paper.doi, "venue": paper.venue, "note": paper.note, "file": paper.path}
    return [paper.citation, *(f"  {name}: {value}" for name, value in facts.items() if value)]


def _claim_lines(claim: ClaimOutline) -> list[str]:
    facts = {
        "statement": claim.statement,
        "checked": claim.checked,
        "difference": claim.difference,
        "assumes": "; ".join(claim.assumes),
        "not checked": "; ".join(claim.not_checked),
        "source": claim.source,
        "expected": "REFUTED, a published statement known to be false" if claim.expect == "refuted" else "",
        "corrected by": claim.corrected_by,
    }
    return [
        "",
        f"{claim.slug}  ({claim.kind}, {claim.locator})",
        f"  {claim.text}",
        *(f"    {name}: {value}" for name, value in facts.items() if value),
    ]


def _explain(options: argparse.Namespace, command: str) -> int:
    file, slug = resolve(options.id)
    if not slug:
        raise Misuse(f"{options.id!r} names a paper; name one of its claims, as {file.key}.SLUG")
    request = select([options.id])[0]
    path = store_path(options.store)
    record = None
    if path.exists():
        with open_store(path, create=False, report=_complain) as store:
            record = store.latest(request.id)
    if record is None:
        raise UnknownClaim(f"{request.id} has no stored verdict; run `proofs-check verify {options.id}` first")
    _print(lambda console: explain(record, console))
    return FINE


def _verify(options: argparse.Namespace, command: str) -> int:
    limit_threads()
    started, clock = datetime.now(UTC), time.perf_counter()
    _check_places(options)
    requests = select(options.targets)
    events: list[str] = []
    with open_store(store_path(options.store), report=_complain) as store:
        records = _run(options, requests, store, events)
    run = {
        "version": __version__,
        "command": command,
        "started": started.isoformat(timespec="seconds"),
        "seconds": time.perf_counter() - clock,
        "budget": options.budget,
        "seed_root": options.seed,
        "alpha": run_alpha(),
        "jobs": options.jobs,
        "data": options.data or "digits",
        "versions": dict(versions()),
    }
    _print(lambda console: print_table(records, console, run=run))
    whole = _write_reports(records, options, run)
    code = exit_code(records, strict=options.strict)
    return INTERRUPTED if "interrupted" in events else code if whole else MISUSE


def exit_code(records: Sequence[ClaimRecord], *, strict: bool) -> int:
    """0 all as expected, 1 a verdict against expectation, 3 under `strict` where something is unsettled."""
    if any(record.is_surprise for record in records):
        return REFUTED
    return UNSETTLED if strict and any(record.is_unsettled for record in records) else FINE


def _check_places(options: argparse.Namespace) -> None:
    """Refuse, before anything runs, a data file that is not there and a report that cannot be placed."""
    if options.data is not None and not os.access(options.data, os.R_OK):
        raise Misuse(f"--data {options.data}: there is no readable file of this name; give an .npz, .npy or .csv file")
    for name in ("json", "junit"):
        given = getattr(options, name)
        if given is not None and Path(given).is_dir():
            raise Misuse(f"--{name} {given}: this is a folder; name a file")
    for name in ("html", "certificates"):
        given = getattr(options, name)
        if given is not None and Path(given).is_file():
            raise Misuse(f"--{name} {given}: this is a file; name a folder")


def _run(
    options: argparse.Namespace, requests: Sequence[Request], store: Store, events: list[str]
) -> list[ClaimRecord]:
    with show_progress(len(requests)) as listen:

        def hear(event: Event) -> None:
            events.append(event.stage)
            listen(event)

        try:
            return verify(
                requests,
                budget=options.budget,
                seed_root=options.seed,
                jobs=options.jobs,
                data_path=options.data,
                store=store,
                fresh=options.fresh,
                on_event=hear,
            )
        except FileNotFoundError as error:
            raise Misuse(f"{error.filename}: the file vanished; name one that stays") from error


def _write_reports(records: Sequence[ClaimRecord], options: argparse.Namespace, run: Mapping[str, Any]) -> bool:
    """Write the reports asked for and name them; False if one could not be written."""
    writers = (
        (options.html, write_html),
        (options.json, write_json),
        (options.junit, write_junit),
        (options.certificates, write_certificates),
    )
    lines: list[str] = []
    whole = True
    for place, write in writers:
        if place is not None:
            try:
                lines.append(f"written: {legible(write(records, place, run=run))}")
            except (ProofsCheckError, OSError) as error:
                whole = False
                _complain(str(error))
    _print(lambda console: console.print(*lines, sep="\n", markup=False, soft_wrap=True) if lines else None)
    return whole


def _complain(sentence: str) -> None:
    print(f"proofs-check: {legible(sentence)}", file=sys.stderr)


def _print(write: Callable[[Console], None]) -> None:
    """Print through a console of rich; a reader that left does not end the run, whose exit code still counts."""
    from rich.console import Console

    # Rich sends the rest of the output nowhere and exits where the reader of a pipe left.
    with contextlib.suppress(SystemExit):
        write(Console(highlight=False))

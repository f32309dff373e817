"""The HTML report: a folder of pages that need no network, no server and no script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..records import ClaimRecord, tally
from ..verdicts import Evidence, Outcome
from .files import ReportUnwritable, write_whole
from .pages import arrange_pages, moment, run_facts
from .standing import Tone, legible, tone_of

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["ReportUnwritable", "write_html"]


def write_html(records: Sequence[ClaimRecord], directory: Path | str, *, run: Mapping[str, Any]) -> Path:
    """Write the report: `index.html` with the summary, and one page per paper.

    Args:
        records: the claims with their verdicts. directory: the folder, made if it does not exist.
        run: what is known about the run: version, budget, seed_root, data, started, seconds, alpha, versions, command.

    Returns:
        The path of `index.html`, which is written last: where it is new, the pages it links to are new.

    Raises:
        ReportUnwritable: if the folder cannot be made or written, or the disk is full.
    """
    folder = Path(directory)
    environment = _environment()
    pages = arrange_pages(records)
    common = {"run": run_facts(run), "outcomes": list(Outcome), "evidences": list(Evidence)}
    paper_template = environment.get_template("paper.html.j2")
    for page in pages:
        write_whole(folder / page.file, paper_template.render(page=page, **common))
    index = environment.get_template("index.html.j2").render(
        pages=pages,
        started=moment(run.get("started")),
        counts=tally(records),
        strengths=_strengths(records),
        errata=sum(tone_of(record) is Tone.KNOWN for record in records),
        total=len(records),
        **common,
    )
    return write_whole(folder / "index.html", index)


def _strengths(records: Sequence[ClaimRecord]) -> dict[str, int]:
    """Evidence name -> number of settled claims that rest on it."""
    found = Counter(record.verdict.evidence for record in records)
    return {evidence.name: found[evidence] for evidence in Evidence}


def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("proofs_check.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_finalize,
    )


def _finalize(value: Any) -> Any:
    """Text without control characters; markup made here passes."""
    return value if hasattr(value, "__html__") else legible(value)

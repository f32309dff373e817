"""Progress: on a terminal as elsewhere, each claim that finishes is told, and nothing from a file is markup."""

from __future__ import annotations

import io

from proofs_check.outline import ClaimOutline
from proofs_check.progress import show_progress
from proofs_check.records import ClaimRecord, PaperRecord
from proofs_check.verdicts import Outcome, Verdict
from proofs_check.verification import Event


class Terminal(io.StringIO):
    """A stream that passes for a terminal."""

    def isatty(self) -> bool:
        """True."""
        return True


class Closed(io.StringIO):
    """A stream whose reader left."""

    def write(self, text: str) -> int:
        """Fail as a closed pipe does."""
        raise BrokenPipeError


def _record(slug: str) -> ClaimRecord:
    claim = ClaimOutline(kind="Law", slug=slug, locator="l", statement="a", text="t", source="derived")
    paper = PaperRecord(key="toy", title="Toys", authors=("Toy",), year=2020)
    verdict = Verdict(outcome=Outcome.UNDECIDED, reason="because", seconds=3.0)
    return claim.record(paper, verdict, budget="quick", seed_root=0, data="digits")


EVENTS = (
    Event(stage="answered", claim_id="toy.a", record=_record("a")),
    Event(stage="started", claim_id="[bold]toy.b"),
    Event(stage="warning", text="a [red]warning[/nonsense]\x1b[2J"),
    Event(stage="finished", claim_id="[bold]toy.b", record=_record("b")),
    Event(stage="stored", claim_id="[bold]toy.b", record=_record("b")),
    Event(stage="interrupted"),
)


def _shown(stream: io.StringIO) -> str:
    with show_progress(2, stream) as listen:
        for event in EVENTS:
            listen(event)
    return stream.getvalue()


def test_lines_tell_what_finished() -> None:
    """If false, the log of a run does not show how far it came, or repeats what the store knew."""
    shown = _shown(io.StringIO())
    assert "[2/2] [bold]toy.b UNDECIDED 3.0 s" in shown
    assert "toy.a" not in shown
    assert "a [red]warning" in shown
    assert "\x1b" not in shown
    assert "interrupted" in shown


def test_bar_reads_no_markup() -> None:
    """If false, the name of a claim or a path could break or forge what the terminal shows."""
    shown = _shown(Terminal())
    assert "[bold]toy.b" in shown
    assert "a [red]warning[/nonsense]" in shown
    assert "\x1b[2J" not in shown


def test_reader_that_leaves_does_not_end_the_run() -> None:
    """If false, closing the pipe behind a run throws its verdicts away."""
    with show_progress(2, Closed()) as listen:
        for event in EVENTS:
            listen(event)

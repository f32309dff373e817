"""Progress of a run on the standard error: a live bar on a terminal, one line per claim elsewhere."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO, final

from .report.standing import duration, label_of, legible
from .verification import Event

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@contextlib.contextmanager
def show_progress(total: int, stream: TextIO | None = None) -> Iterator[Callable[[Event], None]]:
    """A listener for the events of a run of `total` claims, on `stream` (standard error unless given)."""
    stream = stream or sys.stderr
    if not stream.isatty():
        yield _Lines(total, stream).listen
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(file=stream)
    columns = (
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        yield _Bar(bar, bar.add_task("", total=total), []).listen


@final
@dataclass(frozen=True)
class _Lines:
    """One line per claim that finishes. Claims answered from the store are not news."""

    total: int
    stream: TextIO
    settled: list[str] = field(default_factory=list)

    def listen(self, event: Event) -> None:
        """Print what there is to say about `event`."""
        if event.stage == "warning":
            self._write(f"proofs-check: {legible(event.text)}")
        elif event.stage == "interrupted":
            self._write("proofs-check: interrupted; what was finished is kept")
        elif event.stage in ("answered", "finished"):
            self.settled.append(event.claim_id)
            if event.stage == "finished" and event.record is not None:
                time = duration(event.record.verdict.seconds)
                label = label_of(event.record)
                self._write(f"[{len(self.settled)}/{self.total}] {legible(event.claim_id)} {label} {time}")

    def _write(self, line: str) -> None:
        # A reader that left, or a full disk behind a redirection, must not end the run.
        with contextlib.suppress(OSError, ValueError):
            print(line, file=self.stream, flush=True)


@final
@dataclass(frozen=True)
class _Bar:
    """A live bar that names the claims being checked."""

    bar: Progress
    task: TaskID
    running: list[str]

    def listen(self, event: Event) -> None:
        """Move the bar on, or print above it."""
        if event.stage == "warning":
            self.bar.console.print(f"proofs-check: {legible(event.text)}", markup=False, highlight=False)
        elif event.stage == "interrupted":
            self.bar.console.print("proofs-check: interrupted; what was finished is kept", markup=False)
        elif event.stage == "started":
            self.running.append(event.claim_id)
        elif event.stage in ("answered", "finished"):
            if event.claim_id in self.running:
                self.running.remove(event.claim_id)
            self.bar.advance(self.task)
        self.bar.update(self.task, description=", ".join(map(legible, self.running)), refresh=True)

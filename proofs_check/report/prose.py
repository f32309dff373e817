"""Lines on a terminal: text without markup or control codes, in colours that carry no meaning of their own."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ..verdicts import Counterexample, Suggestion
from .counterexample import point_rows
from .standing import Tone, legible

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

STYLES = {
    Tone.GOOD: "green",
    Tone.KNOWN: "cyan",
    Tone.WEAK: "yellow",
    Tone.OPEN: "yellow",
    Tone.BAD: "bold red",
    Tone.FAULT: "bold magenta",
}
_LONGEST_VALUE = 300
_LONGEST_LINE = 60


def styled(text: str, console: Console, style: str = "") -> Text:
    """`text` in characters that the console can write; nothing in it is read as markup."""
    from rich.text import Text

    plain = legible(text).encode(console.encoding, "replace").decode(console.encoding)
    return Text(plain, style=style, overflow="fold")


def broken(name: str, width: int) -> str:
    """A name over several lines, broken after underscores where it can be."""
    if len(name) <= width:
        return name
    head = name[: name.rfind("_", 0, width) + 1] or name[:width]
    return f"{head}\n{broken(name[len(head) :], width)}"


def print_line(console: Console, *parts: tuple[str, str], indent: int = 0) -> None:
    """Print (text, style) parts as one paragraph, wrapped to the console, each line behind `indent` spaces."""
    paragraph = styled("", console)
    for text, style in parts:
        paragraph.append_text(styled(text, console, style))
    for line in paragraph.wrap(console, max(console.width - indent, 8)):
        line.rstrip()
        console.print(styled(" " * indent, console) + line, soft_wrap=True)


def print_block(console: Console, title: str, lines: Iterable[str]) -> None:
    """Print a title and indented lines; nothing if there are none."""
    shown = [line for line in lines if line]
    if shown:
        console.print()
        print_line(console, (title, "bold"))
    for line in shown:
        print_line(console, (line, ""), indent=2)


def counterexample_lines(example: Counterexample) -> list[str]:
    """The point, if there is more than one, both sides, and how they were confirmed."""
    rows = [f"{name} = {_short(value)}" for name, value in point_rows(example.point)]
    line = "; ".join(rows)
    point = rows if len(line) > _LONGEST_LINE else [line]
    sides = f"left side {_short(example.lhs)}; right side {_short(example.rhs)}"
    first, *others = [line for line in (*point, sides) if line]
    return [f"counterexample: {first}", *others, f"confirmed: {example.recheck}"]


def suggestion_lines(suggestions: Iterable[Suggestion]) -> list[str]:
    """Each repaired statement and the verdict on it: "lhs = 2 * rhs: HOLDS, EXACT (the right side times 2)"."""
    return [
        f"{_short(found.statement)}: {found.outcome.name}, {found.evidence.name} ({_short(found.change)})"
        for found in suggestions
    ]


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]} ... (whole in the JSON file)"

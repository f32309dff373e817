"""Lines on a terminal: wrapped, indented, and never read as markup."""

from __future__ import annotations

import io

from rich.console import Console

from proofs_check.report.prose import counterexample_lines, print_block, print_line, suggestion_lines

from .samples import EXAMPLE, SUGGESTION


def _printed(width: int, *parts: tuple[str, str], indent: int) -> list[str]:
    stream = io.StringIO()
    print_line(Console(file=stream, width=width, color_system=None), *parts, indent=indent)
    return stream.getvalue().splitlines()


def test_paragraphs_wrap_behind_their_indent() -> None:
    """False if a line ran over, lost its indent, or ended in spaces that spoil a diff of logs."""
    lines = _printed(20, ("one two three four", "bold"), (" five six [b]seven[/b]", ""), indent=4)
    assert all(line.startswith("    ") and len(line) <= 20 and line == line.rstrip() for line in lines)
    assert " ".join(" ".join(lines).split()) == "one two three four five six [b]seven[/b]"


def test_empty_blocks_are_silent() -> None:
    """False if a title stood over nothing."""
    stream = io.StringIO()
    print_block(Console(file=stream, width=80), "Title", ["", ""])
    assert stream.getvalue() == ""


def test_suggestions_carry_their_own_verdict() -> None:
    """False if a suggestion could be read without how well it was checked."""
    (line,) = suggestion_lines([SUGGESTION])
    assert line == "lhs <= 21/20 * rhs: HOLDS, SEARCHED (the right side times 21/20)"


def test_counterexamples_name_point_and_sides() -> None:
    """False if a reader could not repeat the counterexample by hand."""
    first, sides, confirmed = counterexample_lines(EXAMPLE)
    assert "rho = -127/128" in first
    assert EXAMPLE.lhs in sides
    assert EXAMPLE.rhs in sides
    assert EXAMPLE.recheck in confirmed

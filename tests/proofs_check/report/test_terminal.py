"""The terminal report: complete, honest without colour, and never wider than the terminal."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from proofs_check.records import ClaimRecord
from proofs_check.report.terminal import explain, print_table
from proofs_check.verdicts import Outcome

from .samples import RUN, every_record, hostile_record, record


def _console(width: int, *, colour: bool = False, encoding: str = "utf-8") -> tuple[Console, io.TextIOWrapper]:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    system = "truecolor" if colour else None
    return Console(file=stream, width=width, force_terminal=colour, color_system=system, legacy_windows=False), stream


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode(stream.encoding)


def _table(records: list[ClaimRecord], width: int, **how: bool) -> str:
    console, stream = _console(width, **how)
    print_table(records, console, run=RUN)
    return _written(stream)


@pytest.mark.parametrize("width", [40, 60, 75, 80, 100, 160])
def test_lines_fit_and_nothing_is_lost(width: int) -> None:
    """False if the table were cut or ran over at some width."""
    text = _table([*every_record(), hostile_record()], width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    joined = "".join(text.split())
    for shown in every_record():
        assert all(part in joined for part in shown.slug.split("_"))
        assert "".join(shown.verdict.reason.split()) in joined or shown.verdict.outcome.name == "HOLDS"


def test_rows_at_eighty_columns() -> None:
    """False if a row of the usual terminal did not show outcome, evidence, strength, twins and time."""
    text = _table(every_record(), 80)
    (row,) = (line for line in text.splitlines() if line.startswith("gram_concentrates"))
    assert row.split()[1:] == ["Limit", "HOLDS", "STATISTICAL", "resolves", "0.8", "%", "4/4", "41", "s*"]
    assert "12 claims: 6 HOLDS, 2 REFUTED, 1 UNDECIDED, 1 INAPPLICABLE, 1 NOT RUN, 1 ERROR" in text
    assert "from the store (*)" in " ".join(text.split())
    assert "REFUTED (erratum)" in _table(every_record(), 120)


def test_green_is_only_for_what_holds_as_expected() -> None:
    """False if colour said more than the verdict."""
    text = _table(every_record(), 140, colour=True)
    green = [line for line in text.splitlines() if "\x1b[32m" in line]
    assert [line.split()[0] for line in green] == ["h_infinity", "gram_concentrates", "gd_rate"]


def test_reasons_follow_for_what_is_not_settled_as_expected() -> None:
    """False if a refuted claim came without its counterexample, or a survivor without its name."""
    text = _table(every_record(), 100)
    tail = text[text.index("12 claims") :]
    assert "du_2019.width_requirement" in tail
    assert "counterexample: rho = -127/128" in tail
    assert "suggestion: lhs <= 21/20 * rhs: HOLDS, SEARCHED" in tail
    assert "survived: variant 4" in tail
    assert "ZeroDivisionError" in tail
    assert "lee_2019.printed_constant" in tail
    assert "h_infinity" not in tail


def test_claims_cannot_speak_to_the_terminal() -> None:
    """False if a claim's text could colour, clear or move in the terminal, or were read as markup."""
    text = _table([hostile_record()], 100)
    assert "\x1b" not in text
    assert "\x00" not in text
    assert "[red]m[/red]" in text


def test_old_encodings_and_empty_runs_are_served() -> None:
    """False if an ASCII log raised, or a run without claims printed nothing."""
    console, stream = _console(80, encoding="ascii")
    print_table(every_record(), console, run={})
    explain(hostile_record(), console)
    assert "P?czos" in _written(stream)
    assert "No claim" in _table([], 80)


def test_long_names_break_at_underscores() -> None:
    """False if a long claim's name were cut, or pushed the other columns out."""
    name = "concentration_of_the_empirical_tangent_kernel_at_initialisation"
    shown = record(name, every_record()[0].verdict.outcome, every_record()[0].verdict.evidence)
    lines = _table([shown], 80).splitlines()[2:]
    assert "".join(line.split()[0] for line in lines[: lines.index("")]) == name
    assert all(line.split()[0].endswith("_") for line in lines[: lines.index("") - 1])


def test_claims_that_share_a_reason_share_its_line() -> None:
    """False if a missing extra were explained once for each of twenty claims."""
    reason = "the extra sdp is not installed"
    text = _table([record(f"claim_{k}", Outcome.NOT_RUN, reason=reason) for k in range(4)], 80)
    assert text.count(reason) == 1
    assert all(f"du_2019.claim_{k}" in text for k in range(4))

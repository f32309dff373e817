"""Counterexamples as readers see them."""

from __future__ import annotations

from proofs_check.report.counterexample import point_rows
from proofs_check.report.prose import counterexample_lines
from proofs_check.verdicts import Counterexample

RUN = {
    "function": {"knots": ["1"], "curvatures": ["2", "1"]},
    "formula": "f(x) = x^2 for x <= 1; f(x) = 1 + 2 (x - 1) + 1/2 (x - 1)^2 for x >= 1",
    "starts": ["3", "4"],
    "iterates": [str(k) for k in range(3, 64)],
    "initial": "25",
    "performance": "9",
    "worst": "9/25",
}


def test_a_run_shows_its_function_once_and_few_iterates() -> None:
    """If false, a reader must find the function between twenty lines of iterates."""
    rows = point_rows(RUN)
    assert rows == [
        ("f(x)", "x^2 for x <= 1"),
        ("f(x)", "1 + 2 (x - 1) + 1/2 (x - 1)^2 for x >= 1"),
        ("x_{-1}", "4"),
        ("x_0, x_1, ...", "3, 4, 5, 6, ..., 63 (61 in all)"),
        ("initial measure", "25"),
    ]


def test_other_points_are_shown_whole() -> None:
    """If false, a data set would be cut, and could not be put into the formula."""
    point = {"iterates": list(range(50)), "rho": "1/2"}
    assert point_rows(point) == list(point.items())


def test_malformed_runs_are_still_shown() -> None:
    """If false, a store written by others could end a report."""
    rows = point_rows({**RUN, "starts": None, "iterates": "many", "formula": 3})
    assert ("x_0, x_1, ...", "many") in rows


def test_relations_do_not_break_where_a_line_each_has_room() -> None:
    """If false, a formula is cut between its pieces."""
    example = Counterexample(point=RUN, lhs="9", rhs="8", recheck="again")
    lines = counterexample_lines(example)
    assert lines[0] == "counterexample: f(x) = x^2 for x <= 1"
    assert max(map(len, lines)) < 78


def test_no_line_for_no_symbols() -> None:
    """If false, a reader is told that there are no free symbols where the two sides say it all."""
    lines = counterexample_lines(Counterexample(point={}, lhs="1", rhs="2", recheck="again"))
    assert lines == ["counterexample: left side 1; right side 2", "confirmed: again"]

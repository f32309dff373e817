"""Counterexamples as readers see them: the point that refutes, without what the JSON file alone needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_MOST_PIECES = 8
_MOST_ITERATES = 6
_RUN = {"function", "formula", "starts", "iterates", "initial", "performance", "worst"}


def point_rows(point: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """(name, value) of what a reader needs: of the run of a method its function, once, and a few iterates.

    Args:
        point: of a `Counterexample`; any other than the run of a method is returned as it is.
    """
    return _run_rows(point) if set(point) == _RUN else list(point.items())


def _run_rows(run: Mapping[str, Any]) -> list[tuple[str, Any]]:
    pieces = [piece.partition(" = ") for piece in str(run["formula"]).split("; ")]
    rows: list[tuple[str, Any]] = [(name, text) for name, _, text in pieces[:_MOST_PIECES]]
    if len(pieces) > _MOST_PIECES:
        rows.append(("further pieces", f"{len(pieces) - _MOST_PIECES}, in the JSON file"))
    starts, iterates = run["starts"], run["iterates"]
    if isinstance(starts, Sequence) and len(starts) > 1:
        rows.append(("x_{-1}", starts[1]))
    rows.append(("x_0, x_1, ...", _few(iterates)))
    if run["initial"] != "1":
        rows.append(("initial measure", run["initial"]))
    return rows


def _few(values: Any) -> str:
    if not isinstance(values, Sequence) or isinstance(values, str):
        return str(values)
    if len(values) <= _MOST_ITERATES:
        return ", ".join(map(str, values))
    return f"{', '.join(map(str, values[: _MOST_ITERATES - 2]))}, ..., {values[-1]} ({len(values)} in all)"

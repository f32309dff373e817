"""Mutants of rates: faster, lower, one step ahead."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
from hypothesis import strategies as st

from proofs_check.checkers import check
from proofs_check.claims import Rate
from proofs_check.twins.assay import assay
from proofs_check.verdicts import Outcome, TwinResult

from ..checkers.toys import BASE, toy_context

STEPS = 8


def geometric(slower: float = 1.0) -> Rate:
    """q^k <= (slower q)^k: attained where slower is 1."""

    def precise(data: Any, digits: int) -> tuple[Any, Any]:
        q = mpmath.mpf(data["q"])
        return [q**k for k in range(1, STEPS + 1)], [(mpmath.mpf(slower) * q) ** k for k in range(1, STEPS + 1)]

    return Rate(
        **BASE,
        data=st.fixed_dictionaries({"q": st.floats(0.3, 0.6)}),
        trajectory=lambda data: {"values": data["q"] ** np.arange(STEPS + 1.0)},
        envelope=lambda k, data, start: (slower * data["q"]) ** k * start,
        precise=precise,
    )


def results(claim: Rate) -> dict[str, TwinResult]:
    """Label -> result of the assay of a rate that holds."""
    verdict = assay(claim, toy_context(), check)
    assert verdict.outcome is Outcome.HOLDS, verdict.reason
    return {result.label: result for result in verdict.twins}


def test_an_attained_rate_catches_faster_ones() -> None:
    """If false, a rate that is too good, or an index off by one, would pass for tested."""
    found = results(geometric())
    for label in ("rate faster by 1/1000000", "envelope times 99/100", "envelope one step ahead (k + 1 for k)"):
        assert found[label].caught, found[label]
    assert found["rate slower by 1/100"].standing == "equivalent"
    assert found["envelope times 2"].standing == "equivalent"


def test_a_loose_rate_does_not_count_what_may_be_true() -> None:
    """If false, true statements would be asked to be refuted."""
    found = results(geometric(slower=1.2))
    assert found["envelope times 99/100"].standing == "unknown"
    assert all(result.caught for result in found.values() if result.is_viable)

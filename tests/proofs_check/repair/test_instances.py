"""Repair of bounds and rates: a factor only where the search has settled on one."""

from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st

from proofs_check.checkers import check
from proofs_check.claims import Bound, Rate
from proofs_check.verdicts import Evidence, Outcome

from .broken import described, make_context, repair

VECTORS = st.lists(st.floats(-5, 5, width=32), min_size=3, max_size=3).map(lambda values: {"v": np.array(values)})


def norms(factor: float) -> Bound:
    """|v|_1 <= factor |v|_2 in three dimensions, true from sqrt(3) on."""
    return Bound(
        **described(
            data=VECTORS,
            lhs=lambda data: abs(data["v"]).sum(),
            rhs=lambda data: factor * (data["v"] * data["v"]).sum() ** 0.5,
            given=lambda data: float((data["v"] ** 2).sum()) > 1e-6,
            repair=lambda data: {"v": np.clip(data["v"], -5, 5)},
        )
    )


def halving(rate: float) -> Rate:
    """x_k = x_0 / 2^k against x_0 rate^k over three steps."""

    def trajectory(data: Any) -> dict[str, Any]:
        return {"values": float(data["start"]) * 0.5 ** np.arange(4)}

    def precise(data: Any, digits: int) -> tuple[Any, Any]:
        import mpmath

        start = mpmath.mpf(data["start"])
        steps = range(1, 4)
        return [start / 2**k for k in steps], [start * mpmath.mpf(rate) ** k for k in steps]

    return Rate(
        **described(
            data=st.fixed_dictionaries({"start": st.floats(1, 2)}),
            trajectory=trajectory,
            envelope=lambda k, data, start: start * rate**k,
            precise=precise,
            repair=lambda data: {"start": min(max(data["start"], 1.0), 2.0)},
        )
    )


def test_smallest_simple_factor_that_survives() -> None:
    """If false, a bound with too small a constant would not be told by how much."""
    claim = norms(1.0)
    assert check(claim, make_context()).outcome is Outcome.REFUTED
    (found,) = repair(claim)
    assert found.change == "the right side times 7/4"
    assert found.evidence is Evidence.SEARCHED
    assert "1.732" in found.statement


def test_attained_factors_are_met_exactly() -> None:
    """If false, rounding in float64 would push the factor to the next simple number."""
    claim = halving(0.25)
    assert check(claim, make_context()).outcome is Outcome.REFUTED
    (found,) = repair(claim)
    assert found.change == "the envelope times 8"


@pytest.mark.parametrize("power", [8])
def test_suprema_that_still_grow_are_not_given_a_factor(power: int) -> None:
    """If false, a bound that fails by any factor would be shown with one that the search happened to reach."""
    claim = Bound(
        **described(
            data=st.fixed_dictionaries({"t": st.floats(1e-6, 1)}),
            lhs=lambda data: 1.0 + 0 * data["t"],
            rhs=lambda data: data["t"] ** power,
        )
    )
    assert repair(claim) == ()

"""Mutants of bounds count only where an instance shows them false."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from proofs_check.checkers import check
from proofs_check.claims import Bound, Construction
from proofs_check.twins.assay import assay
from proofs_check.twins.instance_mutants import bound_mutants
from proofs_check.twins.recording import Recording
from proofs_check.verdicts import Outcome, TwinResult

from ..checkers.toys import BASE, toy_context


def cauchy_schwarz(factor: float = 1.0, **changes: Any) -> Bound:
    """|x . y|^2 <= factor |x|^2 |y|^2 for y = x (attained) or y nearly orthogonal, in floats that lift to mpmath."""
    fields: dict[str, Any] = {
        "data": st.fixed_dictionaries({"s": st.floats(0.5, 2.0), "t": st.floats(-1.0, 1.0)}),
        "lhs": lambda data: data["s"] * data["t"] ** 2,
        "rhs": lambda data: factor * data["s"],
        "repair": lambda data: {"s": min(max(data["s"], 0.5), 2.0), "t": min(max(data["t"], -1.0), 1.0)},
    }
    return Bound(**{**BASE, **fields, **changes})


def results(claim: Any) -> dict[str, TwinResult]:
    """Label -> result of the assay of a claim that holds."""
    verdict = assay(claim, toy_context(), check)
    assert verdict.outcome is Outcome.HOLDS
    return {result.label: result for result in verdict.twins}


def test_an_attained_bound_catches_one_per_cent() -> None:
    """If false, a constant that is too good would pass for tested, or not count although it is false."""
    found = results(cauchy_schwarz())
    for label in ("right side times 99/100", "right side times 1/2", "direction reversed"):
        assert found[label].caught, found[label]
    assert found["right side times 2"].standing == "equivalent"
    assert found["right side times (s)^(1/2)"].caught


def test_a_loose_bound_does_not_count_its_tighter_variants() -> None:
    """If false, a true statement would be asked to be refuted, and its claim called weakly tested."""
    found = results(cauchy_schwarz(factor=3.0))
    assert found["right side times 99/100"].standing == "unknown"
    assert found["right side times 1/2"].standing == "unknown"
    assert all(result.caught for result in found.values() if result.is_viable)


def test_a_bound_without_second_evaluation_has_survivors() -> None:
    """If false, violations that no second evaluation can confirm would look caught."""
    claim = cauchy_schwarz(lhs=lambda data: float(data["s"]) * float(data["t"]) ** 2, rhs=lambda data: float(data["s"]))
    recording = Recording()
    check(recording.of_bound(claim), toy_context())
    (half,) = [one for one in bound_mutants(claim, recording).tried if one.twin.label == "right side times 1/2"]
    assert half.standing == "viable"
    assert check(claim.altered(half.twin), toy_context()).outcome is Outcome.UNDECIDED


def test_rounding_is_no_witness() -> None:
    """If false, 0 <= R would count as refuted by R = -1e-17, whatever its constant."""
    recording = Recording()
    claim = Bound(
        **BASE,
        data=st.fixed_dictionaries({"s": st.floats(0.1, 1.0)}),
        lhs=lambda data: 0.0,
        rhs=lambda data: -1e-17,
        precise=lambda data, digits: (0, 1),
    )
    recorded = recording.of_bound(claim)
    recorded.lhs(data := {"s": 0.5})
    recorded.rhs(data)
    standings = {one.twin.label: one.standing for one in bound_mutants(claim, recording).tried}
    assert standings["right side times 99/100"] == "unknown"


def test_a_construction_with_a_wrong_entry_is_caught() -> None:
    """If false, a promise that does not look at every entry would pass for tested."""
    pairs = st.fixed_dictionaries({"p": st.integers(1, 50)})
    claim = Construction(
        **BASE,
        data=pairs,
        construct=lambda data: (Fraction(data["p"]), Fraction(1, data["p"])),
        promise=lambda data, made: made[0] * made[1] == 1,
    )
    found = results(claim)
    assert len(found) >= 10
    assert all(result.caught for result in found.values())
    blind = Construction(**{**BASE, "data": pairs, "construct": claim.construct, "promise": lambda data, made: True})
    assert {result.standing for result in results(blind).values()} == {"unknown"}

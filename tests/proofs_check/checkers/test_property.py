"""Search: violations are found, shrunk and confirmed; rounding and failed assumptions are told apart from them."""

from __future__ import annotations

import sys
import types
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import strategies as st

from proofs_check import strategies
from proofs_check.checkers import property as searched
from proofs_check.claims import Bound, Construction, Rate
from proofs_check.errors import MalformedClaim
from proofs_check.twins import try_twins
from proofs_check.verdicts import Evidence, Outcome

from .toys import BASE, toy_context

PAIR = strategies.together(strategies.vectors(size=(3, 3), name="u"), strategies.vectors(size=(3, 3), name="v"))


def norm_product(data: Any) -> Any:
    """|u| |v| in float64 or mpmath."""
    square = (data["u"] @ data["u"]) * (data["v"] @ data["v"])
    return mpmath.sqrt(square) if isinstance(square, mpmath.mpf) else float(np.sqrt(square))


def cauchy(**changes: Any) -> Bound:
    """Cauchy-Schwarz."""
    fields: dict[str, Any] = {
        "data": PAIR,
        "lhs": lambda data: abs(data["u"] @ data["v"]),
        "rhs": norm_product,
        "repair": lambda data: data,
    }
    return Bound(**{**BASE, **fields, **changes})


def halving(**changes: Any) -> Rate:
    """x -> x / 2 under the envelope x_0 2^-k, which it attains."""
    fields: dict[str, Any] = {
        "data": st.floats(1, 2).map(lambda start: {"start": start}),
        "trajectory": lambda data: {"values": data["start"] * 0.5 ** np.arange(8)},
        "envelope": lambda k, data, start: start * 0.5**k,
        "precise": lambda data, digits: (
            [mpmath.mpf(data["start"]) / 2**k for k in range(1, 8)],
            [mpmath.mpf(data["start"]) / 2**k for k in range(1, 8)],
        ),
    }
    return Rate(**{**BASE, **fields, **changes})


def test_a_true_bound_holds_by_search_and_states_its_tightness() -> None:
    """A bound would be called more than searched, or its tightness not be found."""
    verdict = searched.check(cauchy(), toy_context())
    assert (verdict.outcome, verdict.evidence) == (Outcome.HOLDS, Evidence.SEARCHED)
    assert verdict.tightness is not None
    assert verdict.tightness > 0.99


def test_a_false_bound_is_refuted_with_a_confirmed_instance() -> None:
    """A bound that is 1 % too small would survive the search."""
    verdict = searched.check(cauchy(rhs=lambda data: norm_product(data) * 99 / 100), toy_context())
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.counterexample is not None
    point = {name: np.array(value) for name, value in verdict.counterexample.point.items()}
    assert abs(point["u"] @ point["v"]) > 0.99 * norm_product(point)


def test_a_violation_that_cannot_be_confirmed_is_undecided() -> None:
    """A violation seen in float64 alone would be printed as a refutation."""
    verdict = searched.check(cauchy(rhs=lambda data: 0.99 * float(norm_product(data))), toy_context())
    assert verdict.outcome is Outcome.UNDECIDED
    assert "precise" in verdict.reason


def test_rounding_is_not_a_violation() -> None:
    """|u.u| <= |u|^2 is violated in float64 by an ulp; a false REFUTED would follow."""
    claim = cauchy(
        lhs=lambda data: data["u"] @ data["u"], rhs=lambda data: norm_product({"u": data["u"], "v": data["u"]})
    )
    assert searched.check(claim, toy_context()).outcome is Outcome.HOLDS


def test_failed_assumptions_are_inapplicable() -> None:
    """A claim that was never tested would be called true."""
    assert searched.check(cauchy(given=lambda data: False), toy_context()).outcome is Outcome.INAPPLICABLE


def test_nan_is_malformed() -> None:
    """nan <= x is false but so is nan > x: a bound of nan would never be violated."""
    with pytest.raises(MalformedClaim, match="nan"):
        searched.check(cauchy(rhs=lambda data: float("nan")), toy_context())


def test_a_strict_bound_with_equality_is_not_held() -> None:
    """|u||v| < |u||v| would hold because no float exceeds itself."""
    verdict = searched.check(cauchy(lhs=norm_product, strict=True), toy_context())
    assert verdict.outcome is not Outcome.HOLDS


def test_rates_and_their_twins() -> None:
    """A rate that is attained would be refuted, or a faster rate would pass."""
    context = toy_context()
    assert searched.check(halving(), context).outcome is Outcome.HOLDS
    faster = halving(
        envelope=lambda k, data, start: start * 0.49**k,
        precise=lambda data, digits: (
            [mpmath.mpf(data["start"]) / 2**k for k in range(1, 8)],
            [mpmath.mpf(data["start"]) * mpmath.mpf("0.49") ** k for k in range(1, 8)],
        ),
    )
    verdict = searched.check(faster, context)
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.counterexample is not None
    assert "step 1" in verdict.counterexample.lhs


def test_constructions_are_decided_exactly() -> None:
    """A construction would be accepted or refused in floating point."""
    fields: dict[str, Any] = {**BASE, "data": st.fractions().map(lambda value: {"value": value})}
    true = Construction(
        **fields, construct=lambda data: data["value"] / 3, promise=lambda data, third: 3 * third == data["value"]
    )
    false = Construction(
        **fields,
        construct=lambda data: data["value"] * Fraction(1, 3),
        promise=lambda data, third: third <= data["value"],
    )
    assert searched.check(true, toy_context()).outcome is Outcome.HOLDS
    verdict = searched.check(false, toy_context())
    assert (verdict.outcome, verdict.evidence) == (Outcome.REFUTED, Evidence.EXACT)


def test_the_reversed_direction_is_caught() -> None:
    """The machine-made twin of a bound would survive."""
    (twin,) = try_twins(cauchy(), toy_context(), searched.check)
    assert twin.caught


def test_the_search_does_not_depend_on_the_modules_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hypothesis draws constants from loaded local modules: verdicts would depend on what ran before in a worker."""
    seen: list[list[float]] = []
    for round_ in range(2):
        drawn: list[float] = []
        claim = cauchy(given=lambda data, drawn=drawn: bool(drawn.append(float(data["u"][0]))) or True, repair=None)
        searched.check(claim, toy_context())
        seen.append(drawn)
        if round_ == 0:
            module = types.ModuleType("strange_constants")
            module.__file__ = __file__
            monkeypatch.setitem(sys.modules, "strange_constants", module)
    assert seen[0] == seen[1]

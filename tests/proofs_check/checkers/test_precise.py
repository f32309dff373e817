"""The second look: float64 that hides inside a side is not believed to fifty digits."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest

from proofs_check import strategies
from proofs_check.checkers import property as searched
from proofs_check.checkers.instance import digest, floating_parts, with_parts
from proofs_check.checkers.precise import compare_bound, compare_rate
from proofs_check.claims import Bound, Rate
from proofs_check.strategies import Huber
from proofs_check.verdicts import Outcome

from .toys import BASE, toy_context

VECTORS = strategies.vectors(size=(1, 6))


def bound(lhs: Any, rhs: Any, **fields: Any) -> Bound:
    """lhs <= rhs on vectors."""
    return Bound(**{**BASE, "lhs": lhs, "rhs": rhs, "data": VECTORS, **fields})


def root(value: Any) -> Any:
    """A root in the arithmetic of the argument."""
    return mpmath.sqrt(value) if isinstance(value, mpmath.mpf) else float(np.sqrt(value))


NORMS = bound(lambda data: sum(abs(data["v"])), lambda data: math.sqrt(len(data["v"])) * root(data["v"] @ data["v"]))


@pytest.mark.parametrize("size", range(2, 12))
def test_a_rounded_constant_refutes_nothing(size: int) -> None:
    """|v|_1 <= sqrt(n) |v|_2 would be refuted at v = 1, where both are equal, if the root in float64 is low."""
    assert compare_bound(NORMS, {"v": np.ones(size)}, 1e-16).violated is False


def test_a_bound_with_a_rounded_constant_holds() -> None:
    """The same through a whole search."""
    assert searched.check(NORMS, toy_context()).outcome is Outcome.HOLDS


def test_a_false_bound_with_a_rounded_constant_is_still_refuted() -> None:
    """Care about constants would let a bound pass that is too small by a millionth."""
    claim = bound(
        lambda data: sum(abs(data["v"])),
        lambda data: 0.999999 * math.sqrt(len(data["v"])) * root(data["v"] @ data["v"]),
    )
    precise = compare_bound(claim, {"v": np.ones(3)})
    assert precise.violated
    assert "moved both ways" in precise.how
    assert searched.check(claim, toy_context()).outcome is Outcome.REFUTED


@pytest.mark.parametrize(
    "side",
    [
        lambda data: float(data["v"][0]) * data["v"][1],
        lambda data: math.sqrt(data["v"][0] ** 2),
        lambda data: np.asarray(data["v"], dtype=np.float64)[0] * data["v"][1],
        lambda data: np.linalg.norm(np.array(data["v"], dtype=float)),
        lambda data: 0.1,
    ],
)
def test_sides_that_go_through_float64_are_not_evaluated_again(side: Any) -> None:
    """A side rounded on the way would be believed to fifty digits, and could refute a true bound."""
    precise = compare_bound(bound(side, lambda data: -1.0), {"v": np.array([0.3, 0.7])})
    assert precise.violated is None
    assert "precise" in precise.how


def test_rounding_of_the_data_refutes_nothing() -> None:
    """x . y <= 1 on the sphere would be refuted by vectors that are unit up to rounding; near 1 it is still refuted."""
    points = strategies.unit_vectors(count=(2, 2))

    def cosine(data: Any) -> Any:
        return data["X"][0] @ data["X"][1]

    assert searched.check(bound(cosine, lambda data: 1, data=points), toy_context()).outcome is Outcome.HOLDS
    verdict = searched.check(bound(cosine, lambda data: Fraction(999999, 10**6), data=points), toy_context())
    assert verdict.outcome is Outcome.REFUTED


def test_pinsker_holds_where_both_sides_vanish() -> None:
    """Masses that sum to 1 up to rounding would refute Pinsker's inequality where p is near q."""
    pairs = strategies.together(
        strategies.probability_vectors(size=(3, 3), name="p"), strategies.probability_vectors(size=(3, 3), name="q")
    )

    def divergence(data: Any) -> Any:
        logarithm = mpmath.log if isinstance(data["p"][0], mpmath.mpf) else math.log
        return sum(p * logarithm(p / q) for p, q in zip(data["p"], data["q"], strict=True) if p > 0)

    claim = bound(
        lambda data: sum(abs(data["p"] - data["q"])) ** 2 / 2,
        divergence,
        data=pairs,
        given=lambda data: bool((data["q"] > 0).all()),
        repair=lambda data: strategies.repair_probabilities(data, "p", "q"),
    )
    assert searched.check(claim, toy_context()).outcome is Outcome.HOLDS


def test_global_state_of_mpmath_is_put_back() -> None:
    """The guard against float64 would outlive the evaluation."""
    compare_bound(bound(lambda data: data["v"][0], lambda data: 0.0), {"v": np.array([0.3])})
    assert float(mpmath.mpf("0.5")) == 0.5
    assert mpmath.mpf(1) * 0.1 == mpmath.mpf(0.1)


def test_nan_and_drowned_gaps_are_open() -> None:
    """A second evaluation that says nothing would be read as `not violated`."""
    nan = bound(lambda data: 1.0, lambda data: 0.0, precise=lambda data, digits: (mpmath.mpf(1), mpmath.nan))
    assert compare_bound(nan, {"v": np.ones(1)}).violated is None
    noisy = bound(
        lambda data: 1.0, lambda data: 0.0, precise=lambda data, digits: (mpmath.mpf(1), 1 + mpmath.mpf(50 - digits))
    )
    assert compare_bound(noisy, {"v": np.ones(1)}, 1e-9).violated is None


def test_equal_sides_are_equal_at_any_scale() -> None:
    """Equality at zero, as of a singular matrix, would stay open however many digits are taken."""
    zero = bound(
        lambda data: 0.0, lambda data: 0.0, precise=lambda data, digits: (mpmath.mpf(0), -(mpmath.mpf(10) ** -digits))
    )
    assert compare_bound(zero, {"v": np.ones(1)}, 1e-17).violated is False


def test_integers_made_from_floats_are_not_called_exact() -> None:
    """A count that depends on rounding would be evidence EXACT."""
    claim = bound(lambda data: round(float(data["v"][0]) * 10), lambda data: 0)
    assert not compare_bound(claim, {"v": np.array([0.5])}).exact
    rational = {"v": np.array([Fraction(1, 2)], dtype=object)}
    assert compare_bound(bound(lambda data: data["v"][0], lambda data: 0), rational).exact


def test_a_rate_that_starts_above_its_envelope_does_not_hold() -> None:
    """Step 0 is left out by the second evaluation; a violation there would be taken for rounding."""
    claim = Rate(
        **{
            **BASE,
            "data": VECTORS,
            "trajectory": lambda data: {"values": np.array([1.0, 0.2])},
            "envelope": lambda k, data, start: np.array([0.5, 0.25]),
            "precise": lambda data, digits: ([mpmath.mpf("0.2")], [mpmath.mpf("0.25")]),
        }
    )
    assert compare_rate(claim, {"v": np.ones(1)}).violated is False
    assert searched.check(claim, toy_context()).outcome is Outcome.UNDECIDED


def test_instances_are_taken_apart_and_put_together() -> None:
    """The ascent would move something else than the numbers of an instance, or two instances be counted as one."""
    data = {"f": Huber(largest=2.0, thresholds=(0.5, 1.0)), "X": np.eye(2), "k": 3, "w": (np.ones(1), "name")}
    parts = floating_parts(data)
    assert [part.tolist() for part in parts] == [2.0, 0.5, 1.0, [[1.0, 0.0], [0.0, 1.0]], [1.0]]
    moved = with_parts(data, [part + 1 for part in parts])
    assert moved["f"] == Huber(largest=3.0, thresholds=(1.5, 2.0))
    assert moved["k"] == 3
    assert digest(moved) != digest(data) == digest({**data, "X": np.eye(2)})

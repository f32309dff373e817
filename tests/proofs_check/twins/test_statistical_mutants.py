"""Mutants of statistical claims count from their resolution on."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from proofs_check.claims import Law
from proofs_check.twins.statistical_mutants import law_mutants, limit_mutants, scaling_mutants

from ..checkers.toys import BASE, toy_context, toy_limit, toy_scaling


def test_a_limit_mutant_below_the_resolution_does_not_count() -> None:
    """If false, a test that works as designed would be called weak for not resolving a millionth."""
    standings = {one.twin.label: one.standing for one in limit_mutants(toy_limit(), toy_context()).tried}
    assert standings["limit times 1000001/1000000"] == "below resolution"
    assert standings["limit times 99/100"] == ""
    assert standings["limit times 1/2"] == ""


def test_every_entry_of_a_limit_is_mutated_alone() -> None:
    """If false, a test that looks at one entry only would pass for a test of all."""
    claim = toy_limit(limit=lambda X: np.array([1.0, 2.0]), labels=("one", "two"))
    found = {one.twin.label: one.twin.changes for one in limit_mutants(claim, toy_context()).tried}
    assert found["two of the limit times 1.02"]["limit"](None).tolist() == [1.0, 2.04]
    assert found["one of the limit times 0.98"]["limit"](None).tolist() == [0.98, 2.0]
    assert found["first two entries of the limit exchanged"]["limit"](None).tolist() == [2.0, 1.0]


def test_an_exponent_nearer_than_the_rivals_does_not_count() -> None:
    """If false, a scaling would be asked for a resolution that it never claimed."""
    standings = {one.twin.label: one.standing for one in scaling_mutants(toy_scaling()).tried}
    assert standings["exponent 21/20 instead of 1"] == "below resolution"
    assert standings["exponent 3/2 instead of 1"] == ""


def test_a_law_mutant_counts_by_its_distance() -> None:
    """If false, an approximate law would be asked to refute what its approximation allows."""
    fields = {
        "inputs": lambda data: data.inputs,
        "sample": lambda X, draws, rng: 2 * rng.standard_normal(draws),
        "cdf": lambda values, X: ndtr(np.asarray(values) / 2),
        "resolution": 0.02,
    }
    exact, rough = (Law(**BASE, **fields, approximate=flag) for flag in (False, True))
    near, far = "scale times 9/10", "standard deviation taken for the variance"
    for claim, expected in ((exact, ""), (rough, "below resolution")):
        standings = {one.twin.label: one.standing for one in law_mutants(claim, toy_context()).tried}
        assert standings[near] == expected
        assert standings[far] == ""
        assert standings["law of -X"] == "below resolution"

"""Measures have mass 1, and atoms, gaps and bins of every size."""

from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import given

from proofs_check import strategies

from .corners import unreached

EPS = float(np.finfo(float).eps)


@given(strategies.probability_vectors(size=(1, 6)))
def test_probabilities_sum_to_one(data: dict[str, Any]) -> None:
    """Claims about probabilities would be searched over other vectors."""
    assert data["p"].min() >= 0
    assert sum(Fraction(float(mass)) for mass in data["p"]) == 1


@given(strategies.rational_probability_vectors())
def test_rational_probabilities_sum_to_exactly_one(data: dict[str, Any]) -> None:
    """Exact arithmetic would start from a rounded sum."""
    assert sum(data["p"]) == Fraction(1)
    assert min(data["p"]) >= 0


def test_probabilities_reach_vertices_and_tiny_masses() -> None:
    """Entropies and divergences would be searched away from the boundary, where they are smooth."""
    corners = {
        "vertex": lambda data: data["p"].max() == 1,
        "uniform": lambda data: np.ptp(data["p"]) == 0,
        "tiny": lambda data: ((data["p"] > 0) & (data["p"] < 1e-9)).any(),
        "zeros": lambda data: (data["p"] == 0).any() and data["p"].max() < 1,
    }
    assert unreached(strategies.probability_vectors(size=(3, 4)), corners) == []


@given(strategies.histogram_measures(), strategies.histogram_measures(dimension=2))
def test_histograms_have_increasing_edges_and_mass_one(line: dict[str, Any], plane: dict[str, Any]) -> None:
    """A bin of no width would have no density."""
    assert (np.diff(line["edges"]) > 0).all()
    assert line["masses"].shape == (len(line["edges"]) - 1,)
    assert (np.diff(plane["x_edges"]) > 0).all()
    assert (np.diff(plane["y_edges"]) > 0).all()
    assert plane["masses"].shape == (len(plane["x_edges"]) - 1, len(plane["y_edges"]) - 1)
    assert abs(line["masses"].sum() - 1) <= 8 * EPS
    assert abs(plane["masses"].sum() - 1) <= 64 * EPS


def test_discrete_measures_reach_coinciding_and_empty_atoms() -> None:
    """Distances between measures would be searched where all atoms count and differ."""
    corners = {
        "coinciding": lambda data: (data["points"][0] == data["points"][-1]).all() and data["points"].any(),
        "empty atom": lambda data: (data["weights"] == 0).any(),
        "far": lambda data: np.abs(data["points"]).max() > 100,
    }
    assert unreached(strategies.discrete_measures(atoms=(2, 4)), corners) == []


def test_repair_projects_to_the_simplex() -> None:
    """The local search would leave the simplex."""
    repaired = strategies.repair_probabilities({"p": np.array([-1.0, 3.0]), "q": np.zeros(2)}, "p", "q")
    assert repaired["p"].tolist() == [0.25, 0.75]
    assert repaired["q"].tolist() == [0.5, 0.5]

"""A user's own tests: a bound searched for violations, a bound that must be found false, and a claim.

pytest examples/test_my_bound.py
"""

import numpy as np
import pytest
from sympy import Interval, Symbol, acos, diff, pi, sqrt

from proofs_check.claims import Identity
from proofs_check.strategies import project_to_simplex, repair_probabilities, smooth_functions, vectors


def gap_after_descent(data):
    """f(x_N) - min f after N steps of gradient descent with step 1/L."""
    f, x = data["f"], data["x0"]
    for _ in range(data["steps"]):
        x = x - f.gradient(x) / f.smoothness
    return f.value(x) - f.minimum


def guarantee(data):
    """L |x_0 - x_*|^2 / (4 N + 2)."""
    f = data["f"]
    away = data["x0"] - f.minimiser
    return f.smoothness * (away @ away) / (4 * data["steps"] + 2)


def test_gradient_descent(proofs_check):
    """The rate on smooth convex functions holds and cannot be improved."""
    verdict = proofs_check.search(gap_after_descent, guarantee, data=smooth_functions("convex"), repair=dict)
    proofs_check.assert_holds(verdict, tightness=0.99)


def test_half_the_guarantee_is_false(proofs_check):
    """A test that cannot fail proves nothing: with half the constant the same search finds a violation."""
    verdict = proofs_check.search(
        gap_after_descent, lambda data: guarantee(data) / 2, data=smooth_functions("convex", exact=True)
    )
    proofs_check.assert_refuted(verdict)
    assert verdict.evidence.name == "EXACT"


def test_norms_of_probability_vectors(proofs_check):
    """|p|_2^2 <= max p for probability vectors; one instance of one's own is tried first."""
    verdict = proofs_check.search(
        lambda data: data["p"] @ data["p"],
        lambda data: max(data["p"]),
        data=vectors(size=(1, 6), name="p").map(lambda data: {"p": project_to_simplex(data["p"])}),
        given=lambda data: abs(sum(data["p"]) - 1) < 1e-12,
        examples=[{"p": np.array([0.5, 0.25, 0.25])}],
        repair=lambda data: repair_probabilities(data, "p"),
    )
    proofs_check.assert_holds(verdict)


@pytest.mark.claim
def test_derivative_of_the_relu_kernel():
    """A test marked `claim` returns a claim of any kind, which is verified with its false variants."""
    rho = Symbol("rho", real=True)
    kappa = (sqrt(1 - rho**2) + rho * (pi - acos(rho))) / pi
    return Identity(
        slug="derivative",
        locator="eq. (1)",
        statement=r"\kappa'(\rho) = 1 - \arccos(\rho) / \pi",
        text="The derivative of the ReLU kernel is the kernel of the step function.",
        source="derived",
        lhs=diff(kappa, rho),
        rhs=1 - acos(rho) / pi,
        domain={rho: Interval(-1, 1)},
    )

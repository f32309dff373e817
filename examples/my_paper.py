"""A user's own file: the kernel of a wide ReLU layer, with one formula that is right, one that is wrong, and a bound.

kappa(rho) = (sqrt(1 - rho^2) + rho (pi - arccos rho)) / pi is the normalised ReLU kernel at correlation rho.
"""

import numpy as np
from sympy import Interval, Symbol, acos, diff, pi, sqrt

from proofs_check.claims import Bound, Identity, Twin
from proofs_check.sources import Paper
from proofs_check.strategies import together, vectors

PAPER = Paper(title="Notes on the ReLU kernel", authors=("Example",), year=2026)

rho = Symbol("rho", real=True)
kappa = (sqrt(1 - rho**2) + rho * (pi - acos(rho))) / pi

DERIVATIVE = Identity(
    slug="derivative",
    locator="eq. (1)",
    statement=r"\kappa'(\rho) = 1 - \arccos(\rho) / \pi",
    text="The derivative of the ReLU kernel is the kernel of the step function.",
    source="derived",
    lhs=diff(kappa, rho),
    rhs=1 - acos(rho) / pi,
    domain={rho: Interval(-1, 1)},
)

WRONG_ANGLE = Identity(
    slug="wrong_angle",
    locator="eq. (2)",
    statement=r"\kappa'(\rho) = \arccos(\rho) / \pi",
    text="The same with the angle measured from the other side. This is false.",
    source="derived",
    lhs=diff(kappa, rho),
    rhs=acos(rho) / pi,
    domain={rho: Interval(-1, 1)},
)


def change_of_output(data):
    """(relu(w.x) - relu(w.y))^2, for float64 arrays as for arrays of mpmath numbers."""
    return (np.maximum(data["w"] @ data["x"], 0) - np.maximum(data["w"] @ data["y"], 0)) ** 2


def change_of_input(data):
    """|w|^2 |x - y|^2."""
    gap = data["x"] - data["y"]
    return (data["w"] @ data["w"]) * (gap @ gap)


LIPSCHITZ = Bound(
    slug="lipschitz",
    locator="Lemma 3",
    statement=r"(\sigma(w^\top x) - \sigma(w^\top y))^2 \le |w|^2 |x - y|^2",
    text="One ReLU neuron is Lipschitz with the norm of its weights.",
    source="derived",
    data=together(*(vectors(size=(3, 3), name=name) for name in ("w", "x", "y"))),
    lhs=change_of_output,
    rhs=change_of_input,
    twins=(
        Twin(
            label="right side times 9/10",
            change="constant",
            changes={"rhs": lambda data: 9 * change_of_input(data) / 10},
        ),
        Twin(
            label="|w|^3 in place of |w|^2",
            change="exponent",
            changes={"rhs": lambda data: (data["w"] @ data["w"]) ** 0.5 * change_of_input(data)},
        ),
    ),
)

CLAIMS = (DERIVATIVE, WRONG_ANGLE, LIPSCHITZ)

"""Traps of simulation: heavy tails, too little data, a wrong order of corrections, one geometry."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from proofs_check.claims import Bound, Law, Rate
from proofs_check.errors import MalformedClaim

from ..proofs_check.checkers.toys import BASE, toy_limit, toy_scaling
from .trap import Contract, Trap


def cauchy(X: Any, width: int, draws: int, rng: np.random.Generator) -> Any:
    """No mean exists."""
    return 1 + rng.standard_cauchy((draws, 2))


def pareto(X: Any, width: int, draws: int, rng: np.random.Generator) -> Any:
    """Mean 1 with infinite variance: most samples lie below their mean."""
    return rng.pareto(1.2, (draws, 2)) * 0.2 * 0.9


def rare(X: Any, width: int, draws: int, rng: np.random.Generator) -> Any:
    """Mean 2, half of which comes from an event of probability 1e-9 that no sample holds."""
    return 1 + 1e-3 * rng.standard_normal((draws, 2)) + np.where(rng.random((draws, 2)) < 1e-9, 1e9, 0.0)


def drifting(X: Any, width: int, draws: int, rng: np.random.Generator) -> Any:
    """Tends to 1 like width^-1/2, slower than claimed."""
    return 1 + 3 * width**-0.5 + 1e-3 * rng.standard_normal((draws, 2))


def logarithmic(X: Any, width: int, draws: int, rng: np.random.Generator) -> Any:
    """Tends nowhere."""
    return np.log(width) / 10 + 1e-3 * rng.standard_normal((draws, 2))


def separation(data: Any) -> Any:
    """Fails for points that nearly coincide, and for nothing else."""
    return 10**12 * abs(data["v"][0] - data["v"][1])


PAIRS = st.tuples(st.floats(-1, 1), st.floats(-1, 1)).map(lambda pair: {"v": np.array(pair)})


TRAPS = (
    Trap(
        name="a mean that does not exist",
        contract=Contract.REFUSES,
        run=lambda: toy_limit(simulate=cauchy, resolution=0.1),
    ),
    Trap(
        name="infinite variance, and a limit that is wrong by a tenth",
        contract=Contract.REFUSES,
        run=lambda: toy_limit(simulate=pareto, resolution=0.05),
    ),
    Trap(
        name="corrections of a slower order than claimed, at a wrong limit",
        contract=Contract.REFUSES,
        run=lambda: toy_limit(simulate=drifting, limit=lambda X: np.full(2, 1.02), resolution=0.01),
    ),
    Trap(
        name="no limit at all, judged where the last width happens to agree",
        contract=Contract.REFUSES,
        run=lambda: toy_limit(simulate=logarithmic, limit=lambda X: np.full(2, np.log(16384) / 10)),
    ),
    Trap(
        name="nan from a diverging simulation",
        contract=Contract.RAISES,
        run=lambda: toy_limit(simulate=lambda X, width, draws, rng: np.full((draws, 2), np.nan)),
        error=MalformedClaim,
        says="nan",
    ),
    Trap(
        name="a limit wrong by twice the resolution",
        contract=Contract.REFUTES,
        run=lambda: toy_limit(limit=lambda X: np.full(2, 1.02)),
    ),
    Trap(
        name="an exponent off by a half, within a transient",
        contract=Contract.REFUSES,
        run=lambda: toy_scaling(exponent=Fraction(1, 2), rivals=(Fraction(1),)),
    ),
    Trap(
        name="a law whose tail alone is wrong by more than the resolution",
        contract=Contract.REFUTES,
        run=lambda: Law(
            **BASE,
            inputs=lambda data: data.inputs,
            resolution=0.01,
            sample=lambda X, draws, rng: np.where(rng.random(draws) < 0.05, 5.0, rng.random(draws)),
            cdf=lambda values, X: np.clip(values, 0, 1),
        ),
    ),
    Trap(
        name="a bound that fails only where two numbers coincide",
        contract=Contract.REFUTES,
        run=lambda: Bound(**BASE, data=PAIRS, lhs=lambda data: 1, rhs=separation),
    ),
    Trap(
        name="assumptions that no instance meets",
        contract=Contract.REFUSES,
        run=lambda: Bound(**BASE, data=PAIRS, given=lambda data: False, lhs=lambda data: 0.0, rhs=lambda data: 1.0),
    ),
    Trap(
        name="nan on one side of a bound",
        contract=Contract.RAISES,
        run=lambda: Bound(**BASE, data=PAIRS, lhs=lambda data: float("nan"), rhs=lambda data: 1.0),
        error=MalformedClaim,
        says="nan",
    ),
    Trap(
        name="a bound missed by one unit in the last place is rounding",
        contract=Contract.HOLDS,
        run=lambda: Bound(
            **BASE,
            data=PAIRS,
            lhs=lambda data: data["v"][0] + (data["v"][1] - data["v"][0]),
            rhs=lambda data: data["v"][1],
        ),
    ),
    Trap(
        name="an envelope broken at a late step only",
        contract=Contract.REFUTES,
        run=lambda: Rate(
            **BASE,
            data=PAIRS,
            trajectory=lambda data: {"values": np.array([1.0, 0.5, 0.25, 0.125, 0.1])},
            envelope=lambda k, data, start: start * 0.5**k,
            precise=lambda data, digits: (
                [Fraction(1, 2), Fraction(1, 4), Fraction(1, 8), Fraction(1, 10)],
                [Fraction(1, 2**k) for k in range(1, 5)],
            ),
        ),
    ),
)

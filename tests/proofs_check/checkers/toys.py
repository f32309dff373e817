"""Small claims with known truth, and the context to check them in."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from numerics.data import Dataset
from proofs_check.checkers.context import BUDGETS, CheckContext
from proofs_check.claims import Limit, Scaling

BASE: dict[str, Any] = {"slug": "toy", "locator": "none", "statement": "s", "text": "t", "source": "derived"}
WIDTHS = (64, 256, 1024, 4096, 16384)


def toy_context(root: int = 0, budget: str = "quick") -> CheckContext:
    """A context on a two-point data set."""
    dataset = Dataset(name="toy", inputs=np.eye(2), targets=None, digest="0" * 64)
    return CheckContext(claim_id="toys.toy", budget=BUDGETS[budget], dataset=dataset, seed_root=root)


def skewed_mean(X: Any, width: int, draws: int, rng: np.random.Generator) -> Any:
    """Two entries of mean 1 + 1/(2 width) and variance 9 / width, skewed like kernel entries."""
    return rng.gamma(width / 9, 9 / width, size=(draws, 2)) + 0.5 / width


def toy_limit(**changes: Any) -> Limit:
    """A true Limit unless changed."""
    fields: dict[str, Any] = {
        "inputs": lambda data: data.inputs,
        "simulate": skewed_mean,
        "limit": lambda X: np.ones(2),
        "widths": WIDTHS,
        "correction_order": Fraction(1),
        "resolution": 0.01,
    }
    return Limit(**{**BASE, **fields, **changes})


def toy_scaling(**changes: Any) -> Scaling:
    """A true Scaling (exponent 1, relative correction 2 / width) unless changed."""
    fields: dict[str, Any] = {
        "inputs": lambda data: data.inputs,
        "simulate": lambda X, width, draws, rng: rng.standard_normal(draws) ** 2 / width * (1 + 2 / width),
        "widths": WIDTHS,
        "exponent": Fraction(1),
        "rivals": (Fraction(1, 2), Fraction(3, 2)),
    }
    return Scaling(**{**BASE, **fields, **changes})

"""What a checker is given besides the claim: budget, seeds, data, and a memo shared with the claim's twins."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numerics.data import Dataset

T = TypeVar("T")

RUN_ALPHA = 1e-6
"""False-alarm rate of a whole run: the chance that any true claim in it is REFUTED by statistics."""

CLAIMS_PER_RUN = 1000
"""Shares into which `RUN_ALPHA` is split. Fixed, so that a verdict does not depend on which other claims ran."""


@dataclass(frozen=True, kw_only=True)
class Budget:
    """How much work a check may spend, in counts and never in seconds, so that verdicts do not depend on the machine.

    Args:
        neurons: widths times draws summed over a statistical claim's simulation.
        examples: instances drawn by a property test. climbs: evaluations of the local search after it.
        boxes: boxes of a branch and bound. points: random rational points of a ball check.
    """

    name: str
    neurons: int
    examples: int
    climbs: int
    boxes: int
    points: int


BUDGETS = {
    "quick": Budget(name="quick", neurons=40_000_000, examples=150, climbs=300, boxes=20_000, points=12),
    "standard": Budget(name="standard", neurons=160_000_000, examples=800, climbs=2_000, boxes=200_000, points=40),
    "thorough": Budget(
        name="thorough", neurons=2_000_000_000, examples=10_000, climbs=20_000, boxes=2_000_000, points=200
    ),
}


@dataclass(frozen=True, kw_only=True)
class CheckContext:
    """One check of one claim.

    Args:
        claim_id: "paper.slug". seed_root: every random stream is spawned from it and the claim id.
        dataset: real data, the digits unless the user gave a file. alpha: this claim's share of the false-alarm rate.
        shrink: whether a counterexample is to be made small, for a reader.
        report: called with a short line on progress.
    """

    claim_id: str
    budget: Budget
    dataset: Dataset
    seed_root: int = 0
    alpha: float = RUN_ALPHA / CLAIMS_PER_RUN
    shrink: bool = True
    report: Callable[[str], None] = lambda line: None
    _memo: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    def seed(self, *keys: str | int) -> np.random.SeedSequence:
        """The seed of the stream named by `keys` within this claim."""
        text = "\x1f".join([self.claim_id, *map(str, keys)])
        digest = hashlib.sha256(text.encode()).digest()
        return np.random.SeedSequence([self.seed_root, *np.frombuffer(digest[:16], dtype=np.uint32).tolist()])

    def rng(self, *keys: str | int) -> np.random.Generator:
        """A generator for the stream named by `keys`; the same keys give the same stream."""
        return np.random.Generator(np.random.PCG64(self.seed(*keys)))

    def once(self, key: Hashable, compute: Callable[[], T]) -> T:
        """`compute()`, once per key for this claim and its twins, which differ only in what is judged."""
        if key not in self._memo:
            self._memo[key] = compute()
        value: T = self._memo[key]
        return value

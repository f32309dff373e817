"""Repair of an identity: the smallest change of its right side that makes the sides agree, then proved as a claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

import sympy

from theory.errors import TheoryError

from ..claims import Identity
from ..verdicts import Suggestion
from .changes import Change, Fitter, atoms_of
from .positions import positions
from .samples import Samples, Values, draw_samples
from .substitutions import substitutions
from .trial import Trials

_FEWEST_POINTS = 4
_MOST_TRIALS = 3
_LONGEST = 400
_PER_OPERATION = 0.5
"""Cost of an operation that a change adds: of changes that fit, the one that leaves the simplest formula is nearest."""
_LARGEST_EXPRESSION = 600
"""Operations on the right side up to which its parts are searched; the whole of it always is."""


@final
@dataclass(frozen=True)
class _Proposal:
    """A right side that agrees with the left one at all points, and what was changed."""

    rhs: sympy.Expr
    words: str
    cost: float


def repair_identity(claim: Identity, trials: Trials) -> tuple[Suggestion, ...]:
    """The simplest change of the right side that gives an identity which HOLDS; empty if none was found."""
    lhs, rhs = claim.sides()
    try:
        samples = draw_samples((lhs, rhs), claim.domain, trials.context.rng("samples"))
    except TheoryError:
        return ()
    target = samples.of(lhs)
    if target is None or len(samples.points) < (_FEWEST_POINTS if claim.domain else 1):
        return ()
    ordered = sorted(_proposals(lhs, rhs, target, samples), key=lambda proposal: proposal.cost)
    trials = trials if len(claim.domain) <= 1 else trials.without_boxes()
    for proposal in ordered[:_MOST_TRIALS]:
        found = trials.suggestion(
            claim, {"rhs": proposal.rhs}, change=proposal.words, statement=_statement(rhs, proposal)
        )
        if found is not None:
            return (found,)
    return ()


def _statement(rhs: sympy.Expr, proposal: _Proposal) -> str:
    text = str(proposal.rhs)
    return f"lhs = {text}" if len(text) <= _LONGEST else f"lhs = rhs with {proposal.words}"


def _proposals(lhs: sympy.Expr, rhs: sympy.Expr, target: Values, samples: Samples) -> Iterator[_Proposal]:
    fitter = Fitter(atoms_of((lhs, rhs), samples.symbols), samples)
    size = rhs.count_ops()
    for position in positions(rhs, target, samples):
        if position.depth > 1 and size > _LARGEST_EXPRESSION:
            break
        for change in (one for found in fitter.changes(position) for one in _signed(found)):
            if (proposal := _confirmed(change, size, target, samples)) is not None:
                yield proposal
    for substitution in substitutions(rhs, target, samples):
        yield _Proposal(substitution.apply(rhs), str(substitution), substitution.cost)


def _signed(change: Change) -> Iterator[Change]:
    """The change, and with it the one without moduli, which an even function around it hides."""
    yield change
    if change.new.has(sympy.Abs) and not change.position.part.has(sympy.Abs):
        plain = change.new.replace(sympy.Abs, lambda argument: argument)
        yield Change(change.position, plain, change.words.replace(str(change.new), str(plain)), change.cost - 1)


def _confirmed(change: Change, before: int, target: Values, samples: Samples) -> _Proposal | None:
    """The whole with the change, if it agrees with the target at every point."""
    if change.replaces and 2 * change.position.part.count_ops() >= before:
        return None  # it would only say what the left side is
    whole = change.position.rebuild(change.new)
    values = samples.of(whole)
    if values is None or not all(one.overlaps(two) for one, two in zip(values, target, strict=True)):
        return None
    growth = (whole.count_ops() - before) * _PER_OPERATION
    return _Proposal(whole, change.words, change.cost + max(growth, 0.0))

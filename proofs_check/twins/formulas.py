"""Mutants of identities and inequalities: one mistake in one side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import sympy

from ..claims import Identity, Inequality, Twin
from .mutants import Mutant, Mutants
from .mutation import Mutation, mutations, spread

LARGEST_SIDE = 400
"""Operations of a side above which it is left alone where the other side is smaller: derived, not printed."""


def formula_mutants(claim: Identity | Inequality, most: int) -> Mutants:
    """At most `most` distinct mutants of both sides, all families in turn; the rest is counted.

    Raises:
        MalformedClaim: if a side is no expression over the domain.
    """
    lhs, rhs = claim.sides()
    fields = {"rhs": rhs, "lhs": lhs}
    found = _reversals(claim, lhs, rhs)
    untried: Counter[str] = Counter()
    seen = {(lhs, rhs)}
    chosen = _mutated_sides(fields)
    for number, name in enumerate(chosen):
        room = (most - len(found)) // (len(chosen) - number)
        for mutation in spread(list(mutations(fields[name], claim.domain, side=name))):
            if room == 0:
                untried[mutation.change] += 1
                continue
            changed = {**fields, name: _built(mutation)}
            if changed[name] is not None and (pair := (changed["lhs"], changed["rhs"])) not in seen:
                seen.add(pair)
                found.append(Twin(label=mutation.label, change=mutation.change, changes=changed))
                room -= 1
    return Mutants(tried=tuple(Mutant(twin=twin) for twin in found), untried=untried)


def _reversals(claim: Identity | Inequality, lhs: sympy.Expr, rhs: sympy.Expr) -> list[Twin]:
    if isinstance(claim, Identity):
        return []
    changes = {"lhs": rhs, "rhs": lhs, "slack": Fraction(0)}
    return [Twin(label="direction reversed", change="direction", changes=changes)]


def _mutated_sides(fields: Mapping[str, sympy.Expr]) -> list[str]:
    """The smaller side, and the larger one unless it is a derived monster beside a printed formula."""
    sizes = {name: side.count_ops() for name, side in fields.items()}
    return [name for name in fields if sizes[name] <= max(LARGEST_SIDE, min(sizes.values()))]


def _built(mutation: Mutation) -> Any:
    """The wrong expression, or None where it is no real expression."""
    try:
        wrong = mutation.build()
    except (ArithmeticError, ValueError, TypeError, AttributeError):
        return None
    hopeless = (sympy.nan, sympy.zoo, sympy.oo, -sympy.oo, sympy.I)
    usable = isinstance(wrong, sympy.Expr) and not wrong.has(*hopeless) and not _integrates_over_a_singularity(wrong)
    return wrong if usable else None


def _integrates_over_a_singularity(expression: sympy.Expr) -> bool:
    """True if an integrand has a root or a pole where its base may vanish: quadrature of it would hardly end."""
    return any(
        power.base.has(*integral.variables) and not (power.base.is_positive or _is_harmless(power))
        for integral in expression.atoms(sympy.Integral)
        for power in integral.function.atoms(sympy.Pow)
    )


def _is_harmless(power: sympy.Pow) -> bool:
    return bool(power.exp.is_Integer and power.exp.is_nonnegative)

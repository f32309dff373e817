"""Evidence from simulation: every test is planned, states its resolution, and confirms a refutation on fresh draws."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..claims import AbstractClaim
from ..claims.statistics import Law, Limit, SameLaw, Scaling
from ..errors import MalformedClaim
from . import laws, limits, same_laws, scalings

if TYPE_CHECKING:
    from ..verdicts import Verdict
    from .context import CheckContext


def check(claim: AbstractClaim, context: CheckContext) -> Verdict:
    """Plan, run and judge the test of a `Limit`, `Scaling`, `Law` or `SameLaw`.

    Returns:
        HOLDS if the simultaneous confidence region lies inside the stated resolution, REFUTED if it excludes the
        claim and a fresh sample confirms that, UNDECIDED otherwise.
    """
    if isinstance(claim, Limit):
        return limits.check(claim, context)
    if isinstance(claim, Scaling):
        return scalings.check(claim, context)
    if isinstance(claim, Law):
        return laws.check(claim, context)
    if isinstance(claim, SameLaw):
        return same_laws.check(claim, context)
    raise MalformedClaim(f"{claim.kind} {claim.slug!r} is not a statistical claim: use Limit, Scaling, Law or SameLaw")

"""The checkers, one kind of evidence each, and the choice of the one that fits a claim."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import MalformedClaim

if TYPE_CHECKING:
    from ..claims import AbstractClaim
    from ..verdicts import Verdict
    from .context import CheckContext


def check(claim: AbstractClaim, context: CheckContext) -> Verdict:
    """The verdict of the checker that fits the kind of `claim`. The checkers are imported here: each is heavy.

    Raises:
        MalformedClaim: if no checker knows the kind.
    """
    from ..claims import Bound, Construction, Identity, Inequality, Law, Limit, Rate, SameLaw, Scaling, WorstCase

    if isinstance(claim, Identity):
        from . import symbolic

        return symbolic.check(claim, context)
    if isinstance(claim, Inequality):
        from . import enclosure

        return enclosure.check(claim, context)
    if isinstance(claim, (Bound, Rate, Construction)):
        from . import property as properties

        return properties.check(claim, context)
    if isinstance(claim, (Limit, Scaling, Law, SameLaw)):
        from . import statistical

        return statistical.check(claim, context)
    if isinstance(claim, WorstCase):
        from . import worst_case

        return worst_case.check(claim, context)
    raise MalformedClaim(
        f"{claim.kind} {claim.slug!r}: no checker knows this kind; use one of proofs_check.claims.KINDS"
    )

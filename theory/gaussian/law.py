"""The law of a Gaussian pair."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import final

import sympy

from ..errors import OutsideDomain
from ..symbols import a, b, c


@final
@dataclass(frozen=True)
class Law:
    """Variances, covariance and means of (u, v), exact.

    Source: derived here (a notation).
    """

    var_u: sympy.Expr = a
    var_v: sympy.Expr = b
    covariance: sympy.Expr = c
    mean_u: sympy.Expr = sympy.S.Zero
    mean_v: sympy.Expr = sympy.S.Zero

    @cached_property
    def gap(self) -> sympy.Expr:
        """Var u Var v - Cov(u, v)^2, simplified."""
        return sympy.simplify(self.var_u * self.var_v - self.covariance**2)

    def require_covariance(self) -> None:
        """Raise unless this may be a law.

        Raises:
            OutsideDomain: for a negative variance, a covariance that is too large, or a mean that is not real.
        """
        if self.var_u.is_negative or self.var_v.is_negative or self.gap.is_negative:
            raise OutsideDomain(
                f"variances=({self.var_u}, {self.var_v}), covariance={self.covariance}: this is not a covariance "
                "matrix; variances must not be negative, nor covariance^2 above their product"
            )
        for mean in (self.mean_u, self.mean_v):
            if not mean.is_real:
                raise OutsideDomain(f"means: {mean} is not known to be real; give its symbols real=True")

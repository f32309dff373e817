"""Claims about two SymPy expressions over a box: identities and inequalities."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, TypeAlias, final

import sympy

from ..errors import MalformedClaim
from .abstract import AbstractClaim

Domain: TypeAlias = Mapping[sympy.Symbol, sympy.Interval]
Expression: TypeAlias = sympy.Expr | Callable[[], sympy.Expr]


@dataclass(frozen=True, kw_only=True)
class AbstractTwoSided(AbstractClaim):
    """Claims about two SymPy expressions over a box. A side may be a function that derives the expression."""

    lhs: Expression
    rhs: Expression
    domain: Domain

    def _validate(self) -> None:
        if not isinstance(self.domain, Mapping):
            self._fail("domain", "write {symbol: sympy.Interval(low, high)}")
        for symbol, interval in self.domain.items():
            if not isinstance(symbol, sympy.Symbol) or not isinstance(interval, sympy.Interval):
                self._fail("domain", "write {symbol: sympy.Interval(low, high)}")
        for name in ("lhs", "rhs"):
            if not callable(side := getattr(self, name)) or isinstance(side, sympy.Basic):
                self._check_side(name, side)

    def _check_side(self, name: str, side: Any) -> sympy.Expr:
        try:
            expression = sympy.sympify(side, strict=True)
        except sympy.SympifyError:
            expression = None
        if not isinstance(expression, sympy.Expr):
            raise MalformedClaim(f"{self.kind} {self.slug!r}: {name}={side!r}: write a SymPy expression")
        if expression.has(sympy.Float):
            raise MalformedClaim(
                f"{self.kind} {self.slug!r}: {name} holds the float {min(map(str, expression.atoms(sympy.Float)))}, "
                "which stands for a different number: write sympy.Rational"
            )
        if missing := expression.free_symbols - set(self.domain):
            raise MalformedClaim(
                f"{self.kind} {self.slug!r}: {name} uses {sorted(map(str, missing))}, which have no domain: "
                "add symbol: Interval(low, high) to `domain`"
            )
        return expression

    def sides(self) -> tuple[sympy.Expr, sympy.Expr]:
        """Both expressions, derived now where a side is a function.

        Raises:
            MalformedClaim: if a derivation gives no expression, a float, or a symbol without a domain.
        """
        left, right = (
            self._check_side(name, side() if callable(side) and not isinstance(side, sympy.Basic) else side)
            for name, side in (("lhs", self.lhs), ("rhs", self.rhs))
        )
        return left, right


@final
@dataclass(frozen=True, kw_only=True)
class Identity(AbstractTwoSided):
    """lhs = rhs on a domain.

    Args:
        oracle: a third, independent way to the left side: (point, digits) -> ball, point maps symbol names to fmpq.
    """

    kind: ClassVar[str] = "Identity"

    oracle: Callable[[Mapping[str, Any], int], Any] | None = None


@final
@dataclass(frozen=True, kw_only=True)
class Inequality(AbstractTwoSided):
    """lhs <= rhs (lhs < rhs if `strict`) on a box of finitely many reals.

    Args:
        slack: the checked statement is lhs <= rhs + slack; 0 unless equality occurs and you say so in `checked`.
    """

    kind: ClassVar[str] = "Inequality"

    strict: bool = False
    slack: Fraction = Fraction(0)

    def _validate(self) -> None:
        super()._validate()
        if not isinstance(self.slack, (int, Fraction)) or self.slack < 0:
            self._fail("slack", "write a non-negative Fraction")
        if self.slack and not self.checked:
            self._fail("checked", "a slack changes the statement: say in `checked` and `difference` what is checked")

"""Price certificates: evidence that a closed form is E[f(u) g(v)], which can be checked again from scratch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, final

import sympy

from ..balls import compile_balls
from ..errors import InvalidArgument, TheoryError
from ..normal_form import Reduction
from ..symbols import a, b, c
from .expectation import derive_expectation, derive_mean, derive_member_expectation
from .law import Law
from .normal_coordinates import reduce_closed_form
from .reading import read_member
from .tree import read_tree, write_tree

_POINTS = (
    {"a": Fraction(6, 5), "b": Fraction(7, 10), "c": Fraction(2, 5)},
    {"a": Fraction(1), "b": Fraction(2), "c": Fraction(-1, 3)},
    {"a": Fraction(1, 8), "b": Fraction(1, 2), "c": Fraction(1, 5)},
)
_DIGITS = 25


@final
@dataclass(frozen=True, kw_only=True)
class PriceCertificate:
    """Two sides of Price's theorem, derived apart, and the value at c = 0. Together they determine E[f(u) g(v)].

    Formula:
        d/dc E[f(u) g(v)] = E[f'(u) g'(v)];  E[f(u) g(v)] = E[f(u)] E[g(v)] at c = 0.

    Args:
        f, g: expressions in z.
        expression: the claimed E[f(u) g(v)] in a, b, c.
        slope: E[f'(u) g'(v)], derived from the derivatives of f and g in the sense of distributions.
        boundary: E[f(u)] E[g(v)], a product of expectations in one variable.
        slope_form, boundary_form: normal forms of d expression/dc - slope and of expression - boundary at c = 0.

    Source: Price (1958), restated; Bonamente's condition of tempered growth holds for every member of class G.
    """

    f: sympy.Expr
    g: sympy.Expr
    expression: sympy.Expr
    slope: sympy.Expr
    boundary: sympy.Expr
    slope_form: Mapping[str, Any]
    boundary_form: Mapping[str, Any]

    @property
    def is_proof(self) -> bool:
        """Whether both recorded normal forms are zero."""
        return bool(self.slope_form.get("is_zero") is True and self.boundary_form.get("is_zero") is True)

    def problems(self) -> Iterator[str]:
        """What does not hold when everything is derived and checked again; nothing for a valid certificate."""
        try:
            again = certify(self.f, self.g, expression=self.expression)
        except TheoryError as error:
            yield f"the sides cannot be derived again: {error}"
            return
        if not again.is_proof:
            yield "the derivative of the expression, or its value at c = 0, differs from what f and g give"
        for name in ("slope", "boundary"):
            recorded, found = getattr(self, name), getattr(again, name)
            if recorded != found and not _vanishes(recorded - found):
                yield f"the recorded {name} is not the one that f and g give"
        if (dict(self.slope_form), dict(self.boundary_form)) != (again.slope_form, again.boundary_form):
            yield "the recorded normal forms are not those of the recorded sides"
        yield from self._ball_problems()

    def _ball_problems(self) -> Iterator[str]:
        difference = sympy.diff(self.expression, c) - self.slope
        at_zero = (self.expression - self.boundary).subs(c, 0)
        for point in _POINTS:
            for name, gap in (("d/dc of the expression and the slope", difference), ("boundary values", at_zero)):
                if not _touches_zero(gap, point):
                    yield f"the {name} differ at {', '.join(f'{key} = {value}' for key, value in point.items())}"

    def verify(self) -> bool:
        """Derive both sides again, prove again that they agree, and compare them in balls at rational points.

        Returns:
            True if all of it holds; `problems` says what does not.
        """
        return not any(True for _ in self.problems())

    def to_json(self) -> dict[str, Any]:
        """The certificate as data for `json.dumps`."""
        trees = {name: write_tree(getattr(self, name)) for name in _TREES}
        return {"kind": _KIND, **trees, "slope_form": dict(self.slope_form), "boundary_form": dict(self.boundary_form)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> PriceCertificate:
        """The certificate that `to_json` wrote; it is not verified thereby.

        Raises:
            InvalidArgument: if the data are no certificate.
        """
        wanted = {"kind", *_TREES, *_FORMS}
        if not isinstance(data, Mapping) or set(data) != wanted or data["kind"] != _KIND:
            raise InvalidArgument(
                f"data: a certificate of kind {_KIND!r} has exactly the keys {', '.join(sorted(wanted))}"
            )
        if not all(isinstance(data[name], Mapping) for name in _FORMS):
            raise InvalidArgument(f"data: {' and '.join(_FORMS)} must be objects, as `Reduction.to_json` writes them")
        return cls(**{name: read_tree(data[name]) for name in _TREES}, **{name: dict(data[name]) for name in _FORMS})


_KIND = "price"
_TREES = ("f", "g", "expression", "slope", "boundary")
_FORMS = ("slope_form", "boundary_form")


def certify(f: sympy.Expr, g: sympy.Expr, *, expression: sympy.Expr | None = None) -> PriceCertificate:
    """Derive both sides of Price's theorem and the value at c = 0, and bring their differences to normal form.

    Args:
        f, g: expressions in z of class G. expression: the claimed E[f(u) g(v)]; derived if left out.

    Returns:
        The certificate; ask `is_proof`, or `verify()`.

    Raises:
        NoClosedForm, OutsideDomain: as `derive_expectation`.

    Source: derived here.

    Example:
        >>> from sympy import Max
        >>> from theory.symbols import z
        >>> certify(Max(z, 0), Max(z, 0)).is_proof
        True
    """
    claimed = derive_expectation(f, g) if expression is None else expression
    slope = derive_member_expectation(read_member(f).derivative, read_member(g).derivative, Law())
    boundary = derive_mean(f) * derive_mean(g, variance=b)
    return PriceCertificate(
        f=f,
        g=g,
        expression=claimed,
        slope=slope,
        boundary=boundary,
        slope_form=reduce_closed_form(sympy.diff(claimed, c) - slope).to_json(),
        boundary_form=reduce_closed_form(claimed.subs(c, 0) - boundary).to_json(),
    )


def _vanishes(expression: sympy.Expr) -> bool:
    try:
        reduction: Reduction = reduce_closed_form(expression)
    except TheoryError:
        return False
    return reduction.is_zero


def _touches_zero(expression: sympy.Expr, point: Mapping[str, Fraction]) -> bool:
    """Whether a ball of the value at a point holds 0; a point where nothing is enclosed says nothing."""
    parameters = expression.free_symbols - {a, b, c}
    fixed = expression.subs({symbol: sympy.Rational(2, 3) for symbol in parameters})
    try:
        ball = compile_balls(fixed, (a, b, c)).at(point, _DIGITS)
    except TheoryError:
        return False
    return bool(ball.contains(0))

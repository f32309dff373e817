"""The kinds of claim. A claim is frozen data: what a source states, and what it takes to check it."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, final

import numpy as np
import sympy

from .errors import MalformedClaim
from .sources import SOURCES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from numerics.data import Dataset

    Array = NDArray[np.float64]
    Data = Mapping[str, Any]
    Domain = Mapping[sympy.Symbol, sympy.Interval]
    Expression: TypeAlias = sympy.Expr | Callable[[], sympy.Expr]
    Simulation = Callable[[Array, int, int, np.random.Generator], Array]

_SLUG = re.compile(r"[a-z][a-z0-9_]*\Z")


@dataclass(frozen=True, kw_only=True)
class Twin:
    """A false variant of a claim: the same claim with some fields changed. Its check must refute it.

    Args:
        label: what is wrong in it, in words.
        change: "constant", "sign", "direction", "exponent", "term" or "history" (a mistake found in print).
        changes: field name -> false value.
    """

    label: str
    change: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class AbstractClaim:
    """What every kind of claim holds.

    Args:
        slug: name within the paper, lower case with underscores.
        locator: where the source states it, as "Theorem 3.1, eq. (12)".
        statement: the statement as the source has it, in LaTeX.
        text: the same in words.
        source: how the statement reached us, a key of `SOURCES`.
        checked, difference: the statement actually checked (LaTeX) where it differs, and in what; both or neither.
        assumes: assumptions, in words. not_checked: what this check leaves open, in words.
        twins: hand-made false variants.
        expect: "holds", or "refuted" for a published statement known to be false; corrected_by: slug of its correction.
    """

    kind: ClassVar[str] = "Claim"

    slug: str
    locator: str
    statement: str
    text: str
    source: str
    checked: str = ""
    difference: str = ""
    assumes: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    twins: tuple[Twin, ...] = ()
    expect: str = "holds"
    corrected_by: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.slug, str) or not _SLUG.match(self.slug):
            raise MalformedClaim(
                f"slug={self.slug!r}: write lower-case letters, digits and underscores, as 'width_limit'"
            )
        for name in ("locator", "statement", "text"):
            if not isinstance(getattr(self, name), str) or not getattr(self, name).strip():
                self._fail(name, "write a non-empty string")
        if self.source not in SOURCES:
            self._fail("source", f"write one of {', '.join(map(repr, SOURCES))}")
        if bool(self.checked) != bool(self.difference):
            self._fail("difference", "give `checked` and `difference` together: what is checked, and how it differs")
        if self.expect not in ("holds", "refuted"):
            self._fail("expect", "write 'holds', or 'refuted' for a published statement known to be false")
        for name in ("assumes", "not_checked", "twins"):
            if not isinstance(getattr(self, name), tuple):
                self._fail(name, "write a tuple; a tuple of one ends in a comma")
        known = {item.name for item in dataclasses.fields(self)}
        for twin in self.twins:
            if not isinstance(twin, Twin) or not twin.changes or not set(twin.changes) <= known:
                self._fail(
                    "twins",
                    f"write Twin(label=..., change=..., changes={{field: value}}) with fields among {sorted(known)}",
                )
        self._validate()

    def _validate(self) -> None:
        """Checks of the concrete kind."""

    def _fail(self, name: str, advice: str) -> None:
        raise MalformedClaim(f"{self.kind} {self.slug!r}: {name}={getattr(self, name)!r}: {advice}")

    def _require_callable(self, *names: str) -> None:
        for name in names:
            if not callable(getattr(self, name)):
                self._fail(name, "write a function")

    def _require_simulation(self, widths: tuple[int, ...], fewest: int) -> None:
        ordered = all(isinstance(width, int) and width > 0 for width in widths)
        if len(widths) < fewest or not ordered or list(widths) != sorted(set(widths)):
            self._fail("widths", f"write at least {fewest} increasing positive integers")

    def altered(self, twin: Twin) -> AbstractClaim:
        """The claim with the changes of `twin`, free of twins of its own."""
        return dataclasses.replace(self, **{**twin.changes, "twins": ()})


@dataclass(frozen=True, kw_only=True)
class _TwoSided(AbstractClaim):
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
class Identity(_TwoSided):
    """lhs = rhs on a domain.

    Args:
        oracle: a third, independent way to the left side: (point, digits) -> ball, point maps symbol names to fmpq.
    """

    kind: ClassVar[str] = "Identity"

    oracle: Callable[[Mapping[str, Any], int], Any] | None = None


@final
@dataclass(frozen=True, kw_only=True)
class Inequality(_TwoSided):
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


@final
@dataclass(frozen=True, kw_only=True)
class Bound(AbstractClaim):
    """lhs(data) <= rhs(data) for all data that a strategy can draw.

    Args:
        data: a Hypothesis strategy of dicts (name -> number or float array), or a function that makes one.
        lhs, rhs: data -> float.
        given: data -> bool, the computable assumptions; instances that fail them do not count.
        examples: dataset -> instances of real data, tried first.
        precise: (data, digits) -> (lhs, rhs) as mpmath numbers or flint balls, independent of float64;
            without it `lhs` and `rhs` are tried on object arrays of mpmath numbers.
        repair: maps perturbed data back to the domain, for the local search.
        strict: lhs < rhs is claimed.
    """

    kind: ClassVar[str] = "Bound"

    data: Any
    lhs: Callable[[Data], float]
    rhs: Callable[[Data], float]
    given: Callable[[Data], bool] | None = None
    examples: Callable[[Dataset], Sequence[Data]] | None = None
    precise: Callable[[Data, int], tuple[Any, Any]] | None = None
    repair: Callable[[Data], Data] | None = None
    strict: bool = False

    def _validate(self) -> None:
        self._require_callable("lhs", "rhs")


@final
@dataclass(frozen=True, kw_only=True)
class Rate(AbstractClaim):
    """A trajectory stays under its envelope at every step, for all data that a strategy can draw.

    Args:
        data, examples, repair: as in `Bound`.
        trajectory: data -> mapping with "values" of shape (K+1,), and whatever `given` needs to know of the path.
        envelope: (k, data, values[0]) -> bounds of shape (K+1,), k = 0..K.
        given: (data, path) -> bool, the assumptions along the path.
        precise: (data, digits) -> (values, bounds) at steps 1..K, sequences of mpmath numbers or flint balls.
    """

    kind: ClassVar[str] = "Rate"

    data: Any
    trajectory: Callable[[Data], Mapping[str, Any]]
    envelope: Callable[[Array, Data, float], Array]
    given: Callable[[Data, Mapping[str, Any]], bool] | None = None
    examples: Callable[[Dataset], Sequence[Data]] | None = None
    precise: Callable[[Data, int], tuple[Sequence[Any], Sequence[Any]]] | None = None
    repair: Callable[[Data], Data] | None = None

    def _validate(self) -> None:
        self._require_callable("trajectory", "envelope")


@final
@dataclass(frozen=True, kw_only=True)
class Limit(AbstractClaim):
    """The mean of a statistic at width m tends to a limit, with corrections of order m^-k.

    Args:
        inputs: dataset -> array X of shape (n, d) on which simulation and limit are evaluated.
        simulate: (X, width, draws, rng) -> (draws, p), independent rows.
        limit: X -> (p,).
        widths: at least four widths, increasing.
        correction_order: k.
        resolution: relative error to be resolved, per entry, relative to |limit| of that entry.
        width_power: the statistic compared is width**width_power * simulate(...).
        labels: names of the p entries, for the report.
    """

    kind: ClassVar[str] = "Limit"

    inputs: Callable[[Dataset], Array]
    simulate: Simulation
    limit: Callable[[Array], Array]
    widths: tuple[int, ...]
    correction_order: Fraction
    resolution: float
    width_power: Fraction = Fraction(0)
    labels: tuple[str, ...] = ()

    def _validate(self) -> None:
        self._require_callable("inputs", "simulate", "limit")
        self._require_simulation(self.widths, 4)
        if not 0 < self.resolution < 1:
            self._fail("resolution", "write a relative error between 0 and 1, as 0.01")
        if not isinstance(self.correction_order, (int, Fraction)) or self.correction_order <= 0:
            self._fail("correction_order", "write a positive Fraction, as Fraction(1)")


@final
@dataclass(frozen=True, kw_only=True)
class Scaling(AbstractClaim):
    """The mean of a positive statistic behaves as C m^-exponent for large width m.

    Args:
        inputs, widths: as in `Limit`. simulate: (X, width, draws, rng) -> (draws,).
        exponent: the power k of m^-k. rivals: exponents that the test must tell from it.
        correction_order: order of the first relative correction, C m^-k (1 + c m^-order + ...).
    """

    kind: ClassVar[str] = "Scaling"

    inputs: Callable[[Dataset], Array]
    simulate: Simulation
    widths: tuple[int, ...]
    exponent: Fraction
    rivals: tuple[Fraction, ...]
    correction_order: Fraction = Fraction(1)

    def _validate(self) -> None:
        self._require_callable("inputs", "simulate")
        self._require_simulation(self.widths, 4)
        if not isinstance(self.exponent, (int, Fraction)):
            self._fail("exponent", "write a Fraction, as Fraction(1, 2)")
        if not self.rivals:
            self._fail("rivals", "name at least one other exponent, as (Fraction(1),); the test must separate them")


@final
@dataclass(frozen=True, kw_only=True)
class Law(AbstractClaim):
    """Samples follow a distribution.

    Args:
        inputs: as in `Limit`. sample: (X, draws, rng) -> (draws,), independent.
        cdf: (values, X) -> probabilities in [0, 1], increasing in values.
        resolution: largest difference of distribution functions that may pass.
        width: network width within one sample, which is what it costs.
        approximate: the law is a limit and the samples are finite: differences up to `resolution` do not refute it.
    """

    kind: ClassVar[str] = "Law"

    inputs: Callable[[Dataset], Array]
    sample: Callable[[Array, int, np.random.Generator], Array]
    cdf: Callable[[Array, Array], Array]
    resolution: float
    width: int = 1
    approximate: bool = False

    def _validate(self) -> None:
        self._require_callable("inputs", "sample", "cdf")
        if not 0 < self.resolution < 1:
            self._fail("resolution", "write a difference of probabilities between 0 and 1, as 0.01")


@final
@dataclass(frozen=True, kw_only=True)
class Construction(AbstractClaim):
    """An algorithm returns what the theorem promises, decided in exact arithmetic on every instance.

    Args:
        data, given, examples: as in `Bound`; data hold exact numbers (Fractions, integers).
        construct: data -> the object. promise: (data, object) -> bool, exact; no floats.
    """

    kind: ClassVar[str] = "Construction"

    data: Any
    construct: Callable[[Data], Any]
    promise: Callable[[Data, Any], bool]
    given: Callable[[Data], bool] | None = None
    examples: Callable[[Dataset], Sequence[Data]] | None = None

    def _validate(self) -> None:
        self._require_callable("construct", "promise")


KINDS: tuple[type[AbstractClaim], ...] = (Identity, Inequality, Bound, Limit, Scaling, Rate, Law, Construction)

"""Dual activations: E[phi(u) phi(v)] as a function of the covariance of (u, v), derived from the expression of phi."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Literal, TypeAlias, final

import numpy as np
import sympy
from flint import arb
from numpy.typing import ArrayLike

from ..activations import CATALOGUE, Activation, find_activation
from ..balls import Exact, as_fmpq, compile_balls
from ..errors import InvalidArgument, NoClosedForm
from ..gaussian import derive_expectation, derive_mean
from ..gaussian.certificate import PriceCertificate, certify
from ..gaussian.enclosure import enclose_expectation
from ..parser import parse_expression
from ..symbols import a, b, c, z
from .arrays import GAP, Array, XArray, evaluate_array, evaluate_in
from .covariances import Covariances
from .float_duals import evaluate_pairs, integrate_dual, integrate_mean

Form: TypeAlias = Literal["closed", "enclosure"]


@final
@dataclass(frozen=True)
class Dual:
    """The dual of an activation, E[phi(u) phi(v)] for a centred Gaussian pair (u, v).

    Args:
        activation: phi.

    Source: han_2022 for the name (restated from memory); the expressions are derived here.
    """

    activation: Activation

    @cached_property
    def form(self) -> Form:
        """What there is: "closed" for an expression, "enclosure" for balls and quadrature only."""
        return "enclosure" if self._closed is None else "closed"

    @cached_property
    def _closed(self) -> sympy.Expr | None:
        try:
            return self.expression
        except NoClosedForm:
            return None

    @cached_property
    def expression(self) -> sympy.Expr:
        """E[phi(u) phi(v)] in a = Var u, b = Var v, c = Cov(u, v).

        Raises:
            NoClosedForm: naming the term of the activation that is outside class G.
            OutsideDomain: if the expectation is not finite for all a, b.
        """
        return derive_expectation(self.activation.expression, self.activation.expression)

    @cached_property
    def mean(self) -> sympy.Expr:
        """E[phi(u)] in a = Var u. Raises as `expression`."""
        return derive_mean(self.activation.expression)

    @cached_property
    def derivative(self) -> Dual:
        """The dual of phi', E[phi'(u) phi'(v)]. By Price's theorem it is the derivative of the dual in c."""
        return dual(self.activation.derivative)

    @cached_property
    def certificate(self) -> PriceCertificate:
        """Evidence for the expression that can be checked again. Raises as `expression`."""
        phi = self.activation.expression
        return certify(phi, phi, expression=self.expression)

    def evaluate(self, var_u: ArrayLike | XArray, var_v: ArrayLike | XArray, covariance: ArrayLike | XArray) -> XArray:
        """E[phi(u) phi(v)] elementwise.

        Args:
            var_u, var_v, covariance: numbers, or arrays of any array-API namespace, that broadcast; variances not
                negative, covariance^2 at most var_u * var_v up to rounding (the excess is cut off).

        Returns:
            An array of the broadcast shape in the same namespace, float32 if all arrays are, else float64. Where a
            variance is zero, the value of the degenerate law, with Heaviside(0) = 1/2.

        Raises:
            InvalidArgument: for NaN or infinite entries, or shapes that do not fit. OutsideDomain: if no covariances.
            NotEnclosed: without a closed form, if quadrature does not converge, as for an infinite expectation.

        Accuracy:
            On NumPy 1e-13 relative to sqrt(E phi(u)^2 E phi(v)^2) or better, also for var_u = var_v = covariance;
            summands of a closed form that cancel are noticed and integrated instead. Where phi jumps, a pair that is
            nearly but not quite degenerate turns rounding eps of its covariance into sqrt(eps).
            Closed forms run in the namespace of the arguments, quadrature on the host.

        Source: derived here.

        Example:
            >>> dual("relu").evaluate(1.0, 1.0, 1.0)
            array(0.5)
            >>> print(f"{dual('tanh').evaluate(1.0, 1.0, 0.5):.12f}")
            0.186324413203
        """
        law = Covariances.of(var_u, var_v, covariance)
        if isinstance(law.a, np.ndarray):
            values = self._on_host(law.a, law.b, law.c, law.gap)
        elif self.form == "closed":
            values = self._in_namespace(law)
        else:
            host = (np.asarray(entry, dtype=np.float64) for entry in (law.a, law.b, law.c, law.gap))
            values = law.xp.asarray(self._on_host(*host), dtype=law.a.dtype)
        return law.xp.astype(values, law.dtype)

    def _on_host(self, p: Array, q: Array, r: Array, gap: Array) -> Array:
        shape = p.shape
        p, q, r, gap = (np.ravel(entry) for entry in (p, q, r, gap))
        null = (p == 0.0) | (q == 0.0)
        values = np.empty_like(p)
        pairs = (p[~null], q[~null], r[~null], gap[~null])
        phi = self.activation.expression
        if self._closed is not None:
            values[~null] = evaluate_pairs(self._closed, phi, pairs)
        elif pairs[0].size:
            values[~null] = integrate_dual(phi, pairs)
        if null.any():
            values[null] = self.evaluate_mean(p[null]) * self.evaluate_mean(q[null])
        return values.reshape(shape)

    def _in_namespace(self, law: Covariances) -> XArray:
        xp = law.xp
        values = evaluate_in(self.expression, dict(zip(_LAW, (law.a, law.b, law.c, law.gap), strict=True)), xp)
        null = (law.a == 0) | (law.b == 0)
        if not bool(xp.any(null)):
            return values
        means = (self._mean_in_namespace(variance, xp) for variance in (law.a, law.b))
        return xp.where(null, next(means) * next(means), values)

    def _mean_in_namespace(self, variance: XArray, xp: XArray) -> XArray:
        safe = xp.where(variance == 0, 1.0 + 0 * variance, variance)
        return xp.where(variance == 0, self._at_zero() + 0 * variance, evaluate_in(self.mean, {a: safe}, xp))

    def _at_zero(self) -> float:
        origin = self.activation.expression.subs(z, 0)
        return np.inf if origin.has(sympy.DiracDelta) else float(origin)

    def evaluate_mean(self, variance: ArrayLike) -> Array:
        """E[phi(u)] elementwise, on NumPy.

        Args:
            variance: not negative.

        Returns:
            A float64 array; at variance zero phi(0), with Heaviside(0) = 1/2. Raises as `evaluate`.

        Source: derived here.

        Example:
            >>> dual("softplus").evaluate_mean([0.0, 1.0]).round(12)
            array([0.69314718, 0.80605918])
        """
        given = np.asarray(variance, dtype=np.float64)
        flat = Covariances.of(given, given, given).a.ravel()
        values = np.full(len(flat), self._at_zero())
        known = flat > 0.0
        if known.any():
            values[known] = self._means(flat[known])
        return values.reshape(given.shape)

    def _means(self, variance: Array) -> Array:
        try:
            return evaluate_array(self.mean, {a: variance})
        except NoClosedForm:
            return integrate_mean(self.activation.expression, variance)

    def enclose(self, var_u: Exact, var_v: Exact, covariance: Exact, digits: int) -> arb:
        """A ball around E[phi(u) phi(v)] at an exact law.

        Args:
            var_u, var_v, covariance: exact rational numbers (int, Fraction, fmpq, sympy.Rational).
            digits: significant decimal digits; absolute ones for values below 10^-digits.

        Returns:
            A ball that contains the value, of radius at most 10^-digits * max(|value|, 10^-digits).

        Raises:
            InvalidArgument: for floats, or no digits.
            OutsideDomain: if they are no covariances, or the expectation is not finite.
            NotEnclosed: if the digits are not reached.

        Source: derived here: the closed form in ball arithmetic, else `theory.gaussian.enclosure`.

        Example:
            >>> print(dual("tanh").enclose(1, 1, sympy.Rational(1, 2), digits=15).str(12, radius=False))
            0.186324413203
        """
        if not isinstance(digits, int) or digits < 1:
            raise InvalidArgument(f"digits={digits!r}: give a positive whole number of decimal digits")
        names = ("var_u", "var_v", "covariance")
        given = (as_fmpq(value, name) for name, value in zip(names, (var_u, var_v, covariance), strict=True))
        first, second, mixed = (sympy.Rational(int(value.p), int(value.q)) for value in given)
        phi = self.activation.expression
        if self._closed is None:
            return enclose_expectation(phi, phi, variances=(first, second), covariance=mixed, digits=digits)
        value = derive_expectation(phi, phi, variances=(first, second), covariance=mixed)
        return compile_balls(value, ()).at({}, digits)

    def latex(self) -> str:
        """The formula for print; without a closed form, what it stands for.

        Example:
            >>> print(dual("exp").latex())
            e^{\\frac{a}{2} + \\frac{b}{2} + c}
        """
        if self._closed is not None:
            return str(sympy.latex(self._closed))
        shown = [sympy.latex(self.activation.expression.subs(z, sympy.Symbol(name, real=True))) for name in "uv"]
        return rf"\mathbb{{E}}\left[\left({shown[0]}\right) \left({shown[1]}\right)\right]"


_LAW = (a, b, c, GAP)


def dual(activation: str | sympy.Expr | Activation) -> Dual:
    """The dual of any activation: a closed form where there is one, balls and quadrature elsewhere.

    Formula:
        E[phi(u) phi(v)] for (u, v) centred Gaussian with Var u = a, Var v = b, Cov(u, v) = c.

    Args:
        activation: a catalogue name, a text such as "Max(z, 0) + 0.1*Min(z, 0)", a SymPy expression in z, or an
            `Activation`.

    Returns:
        The dual; its `form` says "closed" or "enclosure".

    Raises:
        UnknownToken: for a text with a word that is not known, naming it.
        OutsideDomain: if phi is in class G and its expectation is not finite for all variances, as for exp(z**2).
        InvalidArgument: for anything else that is no activation.

    Source: derived here by `theory.gaussian`.

    Example:
        >>> dual("step").expression
        asin(c/(sqrt(a)*sqrt(b)))/(2*pi) + 1/4
        >>> dual("tanh").form
        'enclosure'
    """
    if isinstance(activation, str) and activation not in CATALOGUE:
        activation = parse_expression(activation)
    return _found(find_activation(activation))


@cache
def _found(activation: Activation) -> Dual:
    found = Dual(activation)
    found.form  # noqa: B018  # an infinite expectation is refused here, not at the first evaluation
    return found


def derive_dual(activation: str | sympy.Expr | Activation) -> Dual:
    """Derive the dual of an activation from its expression alone, in closed form.

    Args:
        activation: a catalogue name, a SymPy expression in z, or an `Activation`.

    Returns:
        The dual, with its expression.

    Raises:
        NoClosedForm: naming the term of the activation that is outside class G.
        UnknownFunction: for a name that is not in the catalogue. OutsideDomain: as `dual`.

    Source: derived here by `theory.gaussian.derive_expectation`.

    Example:
        >>> derive_dual("relu").derivative.expression == derive_dual("step").expression
        True
    """
    found = _found(find_activation(activation))
    found.expression  # noqa: B018  # raises if there is none
    return found

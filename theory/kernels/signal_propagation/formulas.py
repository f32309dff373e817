"""Signal propagation in symbols: the length map, the correlation map and chi_1 of an activation in closed form."""

from __future__ import annotations

import sympy

from ...activations import Activation
from ...gaussian import derive_expectation, derive_mean
from ...symbols import q_xx, rho, sigma_b, sigma_w, z
from .moments import as_activation


def derive_length_map(activation: str | sympy.Expr | Activation) -> sympy.Expr:
    """The length map in q_xx, sigma_w, sigma_b.

    Formula:
        sigma_w^2 E phi(u)^2 + sigma_b^2, u ~ N(0, q_xx)

    Args:
        activation: a catalogue name, a text or an expression in z, or an `Activation`.

    Returns:
        A SymPy expression.

    Raises:
        NoClosedForm: naming the term of the activation that has none; `LengthMap` evaluates it all the same.

    Source: poole_2016, eq. (3) (restated from memory); the mean is derived here.

    Example:
        >>> derive_length_map("relu")
        q_xx*sigma_w**2/2 + sigma_b**2
    """
    phi = as_activation(activation).expression
    return sigma_w**2 * derive_mean(phi**2, variance=q_xx) + sigma_b**2


def derive_correlation_map(activation: str | sympy.Expr | Activation) -> sympy.Expr:
    """The correlation map at length q_xx, in rho, q_xx, sigma_w, sigma_b.

    Formula:
        (sigma_w^2 E phi(u) phi(v) + sigma_b^2) / q_xx for variances q_xx and covariance rho q_xx; a correlation if
        q_xx is a fixed point of the length map.

    Args:
        activation: as in `derive_length_map`.

    Returns:
        A SymPy expression. Raises as `derive_length_map`.

    Source: schoenholz_2017, eq. (5) (restated from memory); the mean is derived here.

    Example:
        >>> derive_correlation_map("identity")
        (q_xx*rho*sigma_w**2 + sigma_b**2)/q_xx
    """
    phi = as_activation(activation).expression
    pair = derive_expectation(phi, phi, variances=(q_xx, q_xx), covariance=rho * q_xx)
    return (sigma_w**2 * pair + sigma_b**2) / q_xx


def derive_chi(activation: str | sympy.Expr | Activation) -> sympy.Expr:
    """chi at correlation rho and length q_xx, the slope of the correlation map; chi_1 at rho = 1.

    Formula:
        sigma_w^2 E phi'(u) phi'(v)

    Args:
        activation: as in `derive_length_map`.

    Returns:
        A SymPy expression. Raises as `derive_length_map`.

    Source: schoenholz_2017, eqs. (6), (9) (restated from memory); the mean is derived here.

    Example:
        >>> derive_chi("relu")
        sigma_w**2*(asin(rho)/(2*pi) + 1/4)
    """
    slope = sympy.diff(as_activation(activation).expression, z)
    return sigma_w**2 * derive_expectation(slope, slope, variances=(q_xx, q_xx), covariance=rho * q_xx)


def derive_chi_1(activation: str | sympy.Expr | Activation) -> sympy.Expr:
    """chi_1 at length q_xx, the slope of the correlation map at rho = 1.

    Formula:
        sigma_w^2 E phi'(u)^2, u ~ N(0, q_xx)

    Args:
        activation: as in `derive_length_map`.

    Returns:
        A SymPy expression. Raises as `derive_length_map`.

    Source: poole_2016, eq. (6) (restated from memory); the mean is derived here.

    Example:
        >>> derive_chi_1("erf")
        4*sigma_w**2/(pi*sqrt(4*q_xx + 1))
    """
    slope = sympy.diff(as_activation(activation).expression, z)
    return sigma_w**2 * derive_mean(slope**2, variance=q_xx)


def derive_length_slope(activation: str | sympy.Expr | Activation) -> sympy.Expr:
    """The slope of the length map by Stein's identity, with no derivative in q_xx taken.

    Formula:
        sigma_w^2 E[phi'(u)^2 + phi(u) phi''(u)]

    Args:
        activation: as in `derive_length_map`.

    Returns:
        A SymPy expression. Raises as `derive_length_map`.

    Source: schoenholz_2017, eq. (8) (restated from memory); the mean is derived here.

    Example:
        >>> derive_length_slope("relu")
        sigma_w**2/2
    """
    phi = as_activation(activation).expression
    slope = sympy.diff(phi, z)
    return sigma_w**2 * derive_mean(slope**2 + phi * sympy.diff(slope, z), variance=q_xx)

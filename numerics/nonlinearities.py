"""Activations as a simulator needs them: a function of arrays and its slope. The formulas live elsewhere."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.special import erf as _erf

from .errors import InvalidArgument

Array = NDArray[np.float64]


@final
@dataclass(frozen=True)
class Nonlinearity:
    """An activation applied entry by entry.

    Args:
        name: short name, by which two are equal.
        value, slope: array -> array of the same shape, `slope` the derivative of `value` wherever it exists;
            module-level functions, or partials of them, so that processes can share them.
    """

    name: str
    value: Callable[[Array], Array] = field(compare=False, repr=False)
    slope: Callable[[Array], Array] = field(compare=False, repr=False)


def _relu(z: Array) -> Array:
    return np.maximum(z, 0.0)


def _step(z: Array) -> Array:
    return (z > 0).astype(z.dtype)


def _erf_value(z: Array) -> Array:
    result: Array = _erf(z)
    return result


def _erf_slope(z: Array) -> Array:
    return np.exp(-(z * z)) * (2 / math.sqrt(math.pi))


def _tanh_slope(z: Array) -> Array:
    return 1.0 - np.tanh(z) ** 2


def _leaky_value(z: Array, negative_slope: float) -> Array:
    return np.where(z > 0, z, negative_slope * z)


def _leaky_slope(z: Array, negative_slope: float) -> Array:
    return np.where(z > 0, 1.0, negative_slope)


RELU = Nonlinearity("relu", _relu, _step)
"""max(z, 0), with slope 0 at 0."""

ERF = Nonlinearity("erf", _erf_value, _erf_slope)
"""The error function."""

IDENTITY = Nonlinearity("identity", np.positive, np.ones_like)
"""z itself: a deep linear network."""

TANH = Nonlinearity("tanh", np.tanh, _tanh_slope)
"""The hyperbolic tangent."""


def leaky(negative_slope: float) -> Nonlinearity:
    """max(z, 0) + negative_slope min(z, 0), with slope `negative_slope` at 0.

    Raises:
        InvalidArgument: negative_slope is not finite.

    Example:
        >>> leaky(0.5).value(np.array([-2.0, 3.0]))
        array([-1.,  3.])
    """
    if not math.isfinite(negative_slope):
        raise InvalidArgument(f"negative_slope = {negative_slope!r} is not finite; give a real number, as 0.2")
    return Nonlinearity(
        f"leaky({negative_slope!r})",
        partial(_leaky_value, negative_slope=negative_slope),
        partial(_leaky_slope, negative_slope=negative_slope),
    )

"""Covariances of pairs as arrays: read, refused where they are none, and with the gap ab - c^2 to full accuracy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias, final

import array_api_compat.numpy as numpy_namespace
from array_api_compat import array_namespace, is_array_api_obj, is_jax_namespace, is_numpy_array

from ..errors import InvalidArgument, OutsideDomain

XArray: TypeAlias = Any
"""An array of any array-API namespace."""

_ROUNDING = 2.0**-24
"""Covariances may exceed sqrt(a b) by this much, relatively: rounding of float32 input, not a wrong argument."""
_SPLIT = {"float64": 134217729.0, "float32": 4097.0}


@final
@dataclass(frozen=True)
class Covariances:
    """Var u, Var v, Cov(u, v) and their gap, broadcast, in one namespace.

    Args:
        xp: the namespace. dtype: of the result asked for. a, b, c, gap: arrays of one shape, in working precision.
    """

    xp: Any
    dtype: Any
    a: XArray
    b: XArray
    c: XArray
    gap: XArray

    @classmethod
    def of(cls, var_u: Any, var_v: Any, covariance: Any) -> Covariances:
        """Read and check.

        Raises:
            InvalidArgument: for NaN or infinite entries, shapes that do not broadcast, and what is no real number.
            OutsideDomain: if they are no covariances.
        """
        given = (var_u, var_v, covariance)
        foreign = [value for value in given if is_array_api_obj(value) and not is_numpy_array(value)]
        xp = array_namespace(*foreign) if foreign else numpy_namespace
        dtype = _dtype(xp, given)
        # Double precision inside, where the namespace surely has it: JAX may have it switched off.
        working = dtype if is_jax_namespace(xp) else xp.float64
        p, q, r = _broadcast(xp, given, working)
        if not all(bool(xp.all(xp.isfinite(entry))) for entry in (p, q, r)):
            raise InvalidArgument("the covariances hold NaN or infinite entries; remove those rows of the data")
        if bool(xp.any(p < 0)) or bool(xp.any(q < 0)):
            worst = min(float(xp.min(p)), float(xp.min(q)))
            raise OutsideDomain(f"a variance is negative ({worst}); variances must be at least 0")
        # For p = q the product of roots may fall below p in the last bit, and the diagonal would not be degenerate.
        limit = xp.where(p == q, p, xp.sqrt(p) * xp.sqrt(q))
        _require_bound(xp, p, q, r, limit)
        r = xp.where(r > limit, limit, xp.where(r < -limit, -limit, r))
        gap = xp.where(xp.abs(r) == limit, 0 * limit, _difference_of_products(xp, p, q, r))
        return cls(xp, dtype, p, q, r, xp.where(gap > 0, gap, 0 * gap))


def _broadcast(xp: Any, given: tuple[Any, ...], working: Any) -> Any:
    try:
        arrays = [xp.asarray(value) for value in given]
    except (TypeError, ValueError) as error:
        raise InvalidArgument(
            f"the covariances are no arrays of numbers ({error}); give rows of equal length"
        ) from error
    for array in arrays:
        if not xp.isdtype(array.dtype, ("bool", "integral", "real floating")):
            raise InvalidArgument(f"the covariances have entries of type {array.dtype}; give real numbers")
    try:
        return xp.broadcast_arrays(*(xp.astype(array, working) for array in arrays))
    except (TypeError, ValueError, RuntimeError) as error:
        shapes = ", ".join(str(tuple(array.shape)) for array in arrays)
        raise InvalidArgument(f"var_u, var_v and covariance have shapes {shapes}, which do not broadcast") from error


def _dtype(xp: Any, given: tuple[Any, ...]) -> Any:
    types = [value.dtype for value in given if is_array_api_obj(value) and value.dtype in (xp.float32, xp.float64)]
    if not types:
        return xp.asarray(1.0).dtype if is_jax_namespace(xp) else xp.float64
    return xp.float64 if any(kind == xp.float64 for kind in types) else xp.float32


def _require_bound(xp: Any, p: XArray, q: XArray, r: XArray, limit: XArray) -> None:
    excess = xp.abs(r) - limit * (1 + _ROUNDING)
    if not bool(xp.any(excess > 0)):
        return
    place = int(xp.argmax(xp.reshape(excess, (-1,))))
    first, second, mixed = (float(xp.reshape(entry, (-1,))[place]) for entry in (p, q, r))
    raise OutsideDomain(
        f"covariance={mixed} at flat index {place} exceeds sqrt({first} * {second}); "
        "give covariances of a pair of variables"
    )


def _difference_of_products(xp: Any, p: XArray, q: XArray, r: XArray) -> XArray:
    """pq - r^2 with the error of one rounding (Dekker's exact product)."""
    (high, low), (other_high, other_low) = _product(xp, p, q), _product(xp, r, r)
    return (high - other_high) + (low - other_low)


def _product(xp: Any, x: XArray, y: XArray) -> tuple[XArray, XArray]:
    product = x * y
    (x_high, x_low), (y_high, y_low) = _halves(xp, x), _halves(xp, y)
    return product, ((x_high * y_high - product) + x_high * y_low + x_low * y_high) + x_low * y_low


def _halves(xp: Any, x: XArray) -> tuple[XArray, XArray]:
    moved = x * _SPLIT["float64" if x.dtype == xp.float64 else "float32"]
    high = moved - (moved - x)
    return high, x - high

"""E-values: evidence against a hypothesis that may be averaged, multiplied over stages, and looked at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..errors import OutsideBounds

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


def from_p_value(p_value: float) -> float:
    """E-value of a p-value.

    Formula: (1 - p + p log p) / (p log(p)^2), the average over k of k p^(k - 1). Source: Vovk and Wang (2021), eq. (2).
    """
    if not 0 <= p_value <= 1:
        raise OutsideBounds(f"p_value={p_value!r}: give a probability")
    if p_value == 0:
        return np.inf
    logarithm = np.log(p_value)
    # Near p = 1 the quotient is 0/0; it falls to 1/2, which is therefore safe there.
    if p_value > 1 - 1e-4:
        return 0.5
    return float((1 - p_value + p_value * logarithm) / (p_value * logarithm**2))


def average(e_values: Array) -> float:
    """An e-value against the intersection of the hypotheses, whatever their dependence."""
    return float(np.mean(_checked(e_values)))


def rejected(e_values: Array, level: float) -> tuple[int, ...]:
    """Indices rejected by e-BH: false discovery rate at most `level`, whatever the dependence.

    Formula: the k largest, k the largest number with the k-th largest e-value at least n / (k level).
    Source: Wang and Ramdas (2022), False discovery rate control with e-values.
    """
    values = _checked(e_values)
    order = np.argsort(-values, kind="stable")
    needed = len(values) / (np.arange(1, len(values) + 1) * level)
    passing = np.flatnonzero(values[order] >= needed)
    count = int(passing[-1]) + 1 if len(passing) else 0
    return tuple(sorted(int(index) for index in order[:count]))


def _checked(e_values: Array) -> Array:
    values = np.asarray(e_values, dtype=np.float64)
    if values.ndim != 1 or not len(values) or not (values >= 0).all():
        raise OutsideBounds(f"e_values={e_values!r}: give a vector of non-negative numbers")
    return values

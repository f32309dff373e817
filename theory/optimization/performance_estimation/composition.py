"""Proofs of many steps from the proof of one, where the measure of an end is the measure of the next start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from .measures import Measure
from .methods import GradientDescent
from .problem import Setting

_LABEL = re.compile(r"(?<=[(,])[0-9]+(?=[,)])")


def is_composable(setting: Setting) -> bool:
    """Whether steps repeat: gradient descent, with one measure of value or distance at start and end.

    Source: derived here (a definition).
    """
    is_repeated = setting.initial is setting.performance and setting.initial in (Measure.VALUE, Measure.DISTANCE)
    return isinstance(setting.method, GradientDescent) and is_repeated


def compose_steps(multipliers: Mapping[str, Fraction], rate: Fraction, steps: int) -> dict[str, Fraction]:
    """Multipliers for many steps from those that prove a rate for one.

    Formula: step k has the multipliers of one step times rate^{N-1-k}, its labels shifted by k; the start rate^N.

    Args:
        multipliers: of one step, for the bound `rate`. steps: N.

    Source: derived here: the sum of the proofs of the steps telescopes.

    Example:
        >>> compose_steps({"start": Fraction(1, 2), "smooth(*,0)": Fraction(3)}, Fraction(1, 2), 2)
        {'start': Fraction(1, 4), 'smooth(*,0)': Fraction(3, 2), 'smooth(*,1)': Fraction(3, 1)}
    """
    composed: dict[str, Fraction] = {"start": rate**steps}
    for k in range(steps):
        for name, multiplier in multipliers.items():
            if name != "start":
                shifted = _shifted(name, k)
                composed[shifted] = composed.get(shifted, Fraction(0)) + rate ** (steps - 1 - k) * multiplier
    return composed


def _shifted(name: str, k: int) -> str:
    return _LABEL.sub(lambda label: str(int(label[0]) + k), name)

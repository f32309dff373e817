"""Settings as data: read back as they were written, and nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest

from theory.errors import InvalidArgument
from theory.optimization.performance_estimation import (
    AcceleratedGradient,
    HeavyBall,
    Measure,
    StochasticGradient,
    describe,
    in_words,
    read_setting,
)

from .settings import CONVEX, KNOWN, PL, make_setting

SETTINGS = [
    *(setting for setting, _ in KNOWN),
    make_setting(2, method=AcceleratedGradient(step=Fraction(1))),
    make_setting(2, method=AcceleratedGradient(step=Fraction(1), momentum=Fraction(1, 3))),
    make_setting(
        2, CONVEX, Measure.PAIR_DISTANCE, method=HeavyBall(step=Fraction(1), momentum=Fraction(1), from_two_points=True)
    ),
    make_setting(2, PL, Measure.VALUE, method=StochasticGradient(step=Fraction(1, 7), noise=Fraction(3))),
]


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_survives(setting: Any) -> None:
    """A certificate would be re-checked for another problem than it was made for."""
    assert read_setting(json.loads(json.dumps(describe(setting)))) == setting
    assert str(setting.steps) in in_words(setting)


CHANGES: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no key": lambda c: c.pop("steps"),
    "further key": lambda c: c.update(more=1),
    "bool": lambda c: c.update(steps=True),
    "class": lambda c: c.update(function_class={"name": "object"}),
    "class as text": lambda c: c.update(function_class="SmoothConvex"),
    "parameter": lambda c: c["method"].update(momentum="1"),
    "float": lambda c: c["method"].update(step=0.5),
    "expression": lambda c: c["method"].update(step="1+1"),
    "zero": lambda c: c["method"].update(step="1/00"),
    "negative": lambda c: c["function_class"].update(L="-1"),
    "list": lambda c: c.update(initial=["a"]),
}


@pytest.mark.parametrize("name", CHANGES)
def test_malformed_settings_are_refused(name: str) -> None:
    """Untrusted data would reach the arithmetic, or crash it."""
    content = copy.deepcopy(describe(make_setting(2)))
    CHANGES[name](content)
    with pytest.raises(InvalidArgument):
        read_setting(content)


def test_words_name_measure_steps_method_and_class() -> None:
    """A reader of a certificate would not learn what it bounds."""
    method = HeavyBall(step=Fraction(1, 9), momentum=Fraction(4, 9), from_two_points=True)
    setting = make_setting(3, CONVEX, Measure.PAIR_DISTANCE, performance=Measure.PAIR_DISTANCE, method=method)
    assert in_words(setting, Fraction(2)) == (
        "|x_3 - x*|^2 + |x_2 - x*|^2 <= 2 after 3 steps of heavy ball with step 1/9 and momentum 4/9, from any x_{-1} "
        "and x_0, for every convex 1-smooth f with |x_0 - x*|^2 + |x_{-1} - x*|^2 <= 1"
    )
    assert len({in_words(other) for other in SETTINGS}) == len({str(describe(other)) for other in SETTINGS})

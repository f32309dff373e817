"""Settings in words, and as plain data that is read back within limits."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, TypeVar

from ...errors import InvalidArgument
from .function_classes import (
    AbstractFunctionClass,
    Smooth,
    SmoothConvex,
    SmoothPolyakLojasiewicz,
    SmoothStronglyConvex,
)
from .measures import Measure
from .methods import AbstractMethod, AcceleratedGradient, GradientDescent, HeavyBall, StochasticGradient
from .problem import Setting

_CLASSES: tuple[type[AbstractFunctionClass], ...] = (
    SmoothConvex,
    SmoothStronglyConvex,
    Smooth,
    SmoothPolyakLojasiewicz,
)
_METHODS: tuple[type[AbstractMethod], ...] = (GradientDescent, HeavyBall, AcceleratedGradient, StochasticGradient)
_RATIONAL = re.compile(r"-?[0-9]{1,60}(/[0-9]{1,60})?")
_KEYS = ("function_class", "method", "steps", "initial", "performance")

C = TypeVar("C")


def describe(setting: Setting) -> dict[str, Any]:
    """The setting as JSON-ready data; `read_setting` inverts it.

    Source: derived here (a notation).
    """
    return {
        "function_class": _plain(setting.function_class),
        "method": _plain(setting.method),
        "steps": setting.steps,
        "initial": setting.initial.value,
        "performance": setting.performance.value,
    }


def in_words(setting: Setting) -> str:
    """The setting as one line.

    Source: derived here (a notation).
    """
    parts = [" ".join(_shown(part)) for part in (setting.function_class, setting.method)]
    return (
        f"{parts[0]} on R^d for every d; {parts[1]}; N = {setting.steps}; "
        f"{setting.performance.value} at k = N for {setting.initial.value} <= 1 at k = 0"
    )


def _shown(part: AbstractFunctionClass | AbstractMethod) -> list[str]:
    fields = _plain(part)
    return [str(fields.pop("name")), *(f"{name} = {value}" for name, value in fields.items() if value is not None)]


def _plain(part: AbstractFunctionClass | AbstractMethod) -> dict[str, Any]:
    values = {item.name: getattr(part, item.name) for item in dataclasses.fields(part)}
    shown = {
        name: value if value is None or isinstance(value, bool) else str(Fraction(value))
        for name, value in values.items()
    }
    return {"name": type(part).__name__, **shown}


def read_setting(content: Mapping[str, Any]) -> Setting:
    """Rebuild a setting from untrusted data.

    Raises:
        InvalidArgument: if a part is missing, unknown, too long or out of range.

    Source: derived here (a notation).
    """
    if not isinstance(content, Mapping) or set(content) != set(_KEYS):
        raise InvalidArgument(f"setting: write an object with exactly the keys {', '.join(_KEYS)}")
    measures = {measure.value: measure for measure in Measure}
    for name in ("initial", "performance"):
        if not isinstance(content[name], str) or content[name] not in measures:
            raise InvalidArgument(f"{name}={str(content[name])[:60]!r}: write one of {', '.join(measures)}")
    return Setting(
        function_class=_read(content["function_class"], _CLASSES),
        method=_read(content["method"], _METHODS),
        steps=content["steps"],
        initial=measures[content["initial"]],
        performance=measures[content["performance"]],
    )


def _read(content: Any, kinds: tuple[type[C], ...]) -> C:
    known = {kind.__name__: kind for kind in kinds}
    name = content.get("name") if isinstance(content, Mapping) else None
    if not isinstance(name, str) or name not in known:
        raise InvalidArgument(f"name={str(name)[:40]!r}: write one of {', '.join(known)}")
    fields = {key: value for key, value in content.items() if key != "name"}
    expected = {item.name: item for item in dataclasses.fields(known[name])}  # type: ignore[arg-type]
    if set(fields) != set(expected):
        raise InvalidArgument(f"{name} has exactly the parameters {', '.join(expected)}")
    optional = {key for key, item in expected.items() if item.default is None}
    flags = {key for key, item in expected.items() if isinstance(item.default, bool)}
    return known[name](**{key: _parameter(key, fields[key], key in flags, key in optional) for key in fields})


def _parameter(name: str, value: Any, is_flag: bool, is_optional: bool) -> Fraction | bool | None:
    if is_flag and isinstance(value, bool):
        return value
    if is_optional and value is None:
        return None
    if not is_flag and isinstance(value, str) and _RATIONAL.fullmatch(value) and not re.search(r"/0+\Z", value):
        return Fraction(value)
    raise InvalidArgument(f"{name}={str(value)[:40]!r}: write a rational number as '3/7', of at most 60 digits")

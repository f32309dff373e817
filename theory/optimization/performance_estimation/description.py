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


def in_words(setting: Setting, bound: Fraction | None = None) -> str:
    r"""What is bounded, by what, for which method and functions, as a sentence of plain words.

    Args:
        setting: the setting. bound: the bound on its performance, if one is stated.

    Source: derived here (a notation).

    Example:
        >>> from .measures import Measure
        >>> one = Setting(function_class=SmoothConvex(), method=GradientDescent(step=Fraction(1)), steps=4,
        ...     initial=Measure.DISTANCE, performance=Measure.VALUE)
        >>> print(in_words(one, Fraction(1, 18)).replace(", ", ",\n"))
        f(x_4) - f* <= 1/18 after 4 steps of gradient descent with step 1,
        for every convex 1-smooth f with |x_0 - x*|^2 <= 1
    """
    measured = _at(setting.performance, setting.steps)
    stated = measured if bound is None else f"{measured} <= {bound}"
    steps = f"{setting.steps} step{'' if setting.steps == 1 else 's'}"
    return (
        f"{stated} after {steps} of {_method_in_words(setting.method)}, "
        f"for every {_class_in_words(setting.function_class)} with {_at(setting.initial, 0)} <= 1"
    )


def _at(measure: Measure, k: int) -> str:
    earlier = str(k - 1) if k else "{-1}"
    return measure.value.replace("{k-1}", earlier).replace("x_k", f"x_{k}").replace("i <= k", f"i <= {k}")


def _method_in_words(method: AbstractMethod) -> str:
    step = f"with step {method.step}"
    if isinstance(method, GradientDescent):
        return f"gradient descent {step}"
    if isinstance(method, HeavyBall):
        start = ", from any x_{-1} and x_0" if method.from_two_points else ""
        return f"heavy ball {step} and momentum {method.momentum}{start}"
    if isinstance(method, AcceleratedGradient):
        momentum = "k/(k + 3)" if method.momentum is None else method.momentum
        return f"accelerated gradient descent {step} and momentum {momentum}"
    if isinstance(method, StochasticGradient):
        return f"stochastic gradient descent {step} and errors of variance at most {method.noise}, in expectation"
    return " ".join(_shown(method))


def _class_in_words(functions: AbstractFunctionClass) -> str:
    smooth = f"{functions.L}-smooth f"
    if isinstance(functions, SmoothConvex):
        return f"convex {smooth}"
    if isinstance(functions, SmoothStronglyConvex):
        return f"{functions.mu}-strongly convex {smooth}"
    if isinstance(functions, SmoothPolyakLojasiewicz):
        return f"{smooth} under |g(x)|^2 >= {2 * functions.mu} (f(x) - f*), convex or not,"
    if isinstance(functions, Smooth):
        return f"{smooth}, convex or not,"
    return " ".join(_shown(functions))


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

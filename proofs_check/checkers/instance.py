"""One instance of a claim's data: as JSON, as a digest, and as the floating-point numbers that an optimiser moves."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Data = Mapping[str, Any]

LONGEST = 400
"""Characters of an instance quoted in a message."""


def readable(data: Data) -> dict[str, Any]:
    """The instance as JSON-ready data that reproduces it to the last bit."""
    return {name: _plain(value) for name, value in data.items()}


def quoted(data: Data) -> str:
    """The instance in a message, cut where it is long."""
    text = str(readable(data))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist() if value.dtype.kind in "fiub" else [_plain(item) for item in value.tolist()]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, (bool, int, float, str)) or value is None:
        return value
    return str(value)


def digest(data: Data) -> str:
    """The same for equal instances, different for others."""
    content = hashlib.sha256()
    _feed(content.update, data)
    return content.hexdigest()


def _feed(update: Callable[[bytes], None], value: Any) -> None:
    if isinstance(value, np.ndarray) and value.dtype.kind != "O":
        update(f"{value.dtype}{value.shape}".encode())
        update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, Mapping):
        for name in sorted(value):
            update(f"{name}=".encode())
            _feed(update, value[name])
    elif isinstance(value, (list, tuple, np.ndarray)):
        update(f"[{len(value)}".encode())
        for item in value:
            _feed(update, item)
    else:
        update(f"{type(value).__name__} {value!r};".encode())


def mapped(value: Any, change: Callable[[Any], Any], is_leaf: Callable[[Any], bool]) -> Any:
    """`value` with every leaf replaced by change(leaf), inside tuples, lists, mappings and dataclasses.

    Args:
        value: an instance or a part of it; parts without leaves are kept as they are. change: leaf -> new leaf.
        is_leaf: which parts are to be changed.
    """
    if is_leaf(value):
        return change(value)
    if isinstance(value, Mapping):
        return {name: mapped(item, change, is_leaf) for name, item in value.items()}
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return type(value)(mapped(item, change, is_leaf) for item in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {item.name: getattr(value, item.name) for item in dataclasses.fields(value) if item.init}
        new = {name: mapped(item, change, is_leaf) for name, item in fields.items()}
        moved = {name: item for name, item in new.items() if not _same(item, fields[name])}
        return dataclasses.replace(value, **moved) if moved else value
    return value


def _same(one: Any, other: Any) -> bool:
    """True if mapping changed nothing: identical leaves in equal places."""
    if one is other:
        return True
    if type(one) is type(other) and isinstance(one, (list, tuple)) and len(one) == len(other):
        return all(map(_same, one, other))
    return isinstance(one, dict) and isinstance(other, Mapping) and all(_same(one[name], other[name]) for name in one)


def is_floating(value: Any) -> bool:
    """True for a float and for an array of floats."""
    return type(value) is float or isinstance(value, np.floating) or _is_float_array(value)


def _is_float_array(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def floating_parts(value: Any) -> list[Array]:
    """Every float and float array in an instance, in a fixed order."""
    found: list[Array] = []

    def note(leaf: Any) -> Any:
        found.append(np.asarray(leaf, dtype=np.float64))
        return leaf

    mapped(value, note, is_floating)
    return found


def with_parts(data: Data, parts: list[Array]) -> Data:
    """The instance with its floating parts replaced, in the order of `floating_parts`.

    Raises:
        ValueError: if an object in the instance refuses them.
    """
    queue: Iterator[Array] = iter(parts)

    def take(leaf: Any) -> Any:
        new = next(queue)
        return float(new) if not isinstance(leaf, np.ndarray) else np.array(new).reshape(leaf.shape)

    moved: Data = mapped(data, take, is_floating)
    return moved


def holds_floats(*values: Any) -> bool:
    """True if a float is somewhere in the values."""
    return any(floating_parts(value) for value in values) or any(
        isinstance(item, float)
        for value in values
        if isinstance(value, np.ndarray) and value.dtype.kind == "O"
        for item in value.ravel().tolist()
    )

"""Untrusted JSON, read within limits: size, depth, length of numbers; no duplicate keys, no infinities."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from .record import MalformedCertificate

LARGEST_FILE = 64 * 2**20
"""Bytes: a certificate of two million boxes takes some megabytes, a run of all papers with them somewhat more."""

_DEEPEST = 300
_LONGEST_NUMBER = 400
_LONGEST_RATIONAL = 4000
_RATIONAL = re.compile(r"-?[0-9]{1,4000}(/[0-9]{1,4000})?")


def read_document(path: Path) -> Mapping[str, Any]:
    """The JSON object in a file.

    Raises:
        MalformedCertificate: if the file cannot be read, is too large, or does not hold one strict JSON object.
    """
    try:
        if not path.is_file():
            raise MalformedCertificate(f"{path}: there is no such file; name a certificate")
        with path.open("rb") as stream:
            raw = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise MalformedCertificate(f"{path}: cannot be read ({error.strerror}); name a readable file") from error
    if len(raw) > LARGEST_FILE:
        raise MalformedCertificate(f"{path}: larger than {LARGEST_FILE} bytes, which no certificate is")
    return read_text(raw, str(path))


def read_text(raw: bytes | str, name: str) -> Mapping[str, Any]:
    """The JSON object in a text. `name` stands for it in messages.

    Raises:
        MalformedCertificate: as `read_document`.
    """
    try:
        document = json.loads(
            raw, object_pairs_hook=_unique, parse_int=_integer, parse_float=_decimal, parse_constant=_refuse_constant
        )
        _measure(document)
    except MalformedCertificate as error:
        raise MalformedCertificate(f"{name}: {error}") from error
    except RecursionError as error:
        raise MalformedCertificate(f"{name}: nested too deeply; a certificate is nearly flat") from error
    except (ValueError, UnicodeDecodeError) as error:
        raise MalformedCertificate(f"{name}: not JSON ({str(error)[:120]}); the file may be truncated") from error
    if not isinstance(document, dict):
        raise MalformedCertificate(f"{name}: holds a {type(document).__name__}, not a JSON object; name a certificate")
    return document


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise MalformedCertificate(f"the key {key[:40]!r} occurs twice; which one counts is not known")
        found[key] = value
    return found


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER:
        raise MalformedCertificate(f"a number of {len(text)} digits; at most {_LONGEST_NUMBER} are read")
    return int(text)


def _decimal(text: str) -> float:
    if len(text) > _LONGEST_NUMBER:
        raise MalformedCertificate(f"a number of {len(text)} digits; at most {_LONGEST_NUMBER} are read")
    return float(text)


def _refuse_constant(text: str) -> float:
    raise MalformedCertificate(f"{text} is no JSON number")


def _measure(document: Any) -> None:
    level, depth = [document], 0
    while level:
        depth += 1
        if depth > _DEEPEST:
            raise MalformedCertificate(f"nested deeper than {_DEEPEST}; a certificate is nearly flat")
        parts = [item for item in level if isinstance(item, (dict, list))]
        level = [inner for item in parts for inner in (item.values() if isinstance(item, dict) else item)]


def read_rational(value: Any, name: str) -> Fraction:
    """The exact number that a string such as "-3/7" writes.

    Raises:
        MalformedCertificate: if it is anything else, has over 4000 digits, or divides by zero.
    """
    if not isinstance(value, str) or not _RATIONAL.fullmatch(value):
        raise MalformedCertificate(
            f"{name}={str(value)[:40]!r}: write a rational number as '-3/7', of at most {_LONGEST_RATIONAL} digits"
        )
    numerator, _, denominator = value.partition("/")
    if denominator and not int(denominator):
        raise MalformedCertificate(f"{name}={value[:40]!r}: it divides by zero")
    return Fraction(int(numerator), int(denominator or 1))


def require_keys(content: Mapping[str, Any], **types: type | tuple[type, ...]) -> None:
    """Refuse a content that lacks one of the keys, has a further one, or a value of another type.

    Raises:
        MalformedCertificate: naming the key.
    """
    if set(content) != set(types):
        odd = ", ".join(sorted(set(content) ^ set(types)))[:200]
        raise MalformedCertificate(f"content: missing or unknown are {odd}; the certificate has been changed")
    for name, kind in types.items():
        if not isinstance(content[name], kind) or (isinstance(content[name], bool) and kind is not bool):
            raise MalformedCertificate(f"content: {name} has the wrong type, {type(content[name]).__name__}")


def seal(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content with the digest of its parts: an accident to any of them shows, whatever it would still prove."""
    rest = {key: value for key, value in content.items() if key != "digest"}
    text = json.dumps(rest, sort_keys=True, ensure_ascii=True, allow_nan=False)
    return {**rest, "digest": hashlib.sha256(text.encode()).hexdigest()}


def is_sealed(content: Mapping[str, Any]) -> bool:
    """Whether the digest fits the content."""
    try:
        return bool(seal(content)["digest"] == content.get("digest"))
    except (TypeError, ValueError):
        return False

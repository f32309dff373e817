"""The kinds of certificate: every module of this package with a `KIND` and a `recheck` is one, none is registered."""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from theory.errors import TheoryError

from .record import CertificateFile, MalformedCertificate, Recheck

Rechecker: TypeAlias = Callable[[Mapping[str, Any]], Recheck]


@cache
def kinds() -> Mapping[str, Rechecker]:
    """Kind -> the function that re-checks its content."""
    found: dict[str, Rechecker] = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        if module.name == "kinds":
            continue
        loaded = importlib.import_module(f".{module.name}", __package__)
        if hasattr(loaded, "KIND") and hasattr(loaded, "recheck"):
            found[loaded.KIND] = loaded.recheck
    return MappingProxyType(dict(sorted(found.items())))


def recheck(certificate: CertificateFile) -> tuple[Recheck, float]:
    """Check a certificate again, without the search that found it.

    Returns:
        What was found, and the seconds that it took.

    Raises:
        MalformedCertificate: if the kind is unknown or the content has not the form of its kind.
    """
    known = kinds()
    if certificate.kind not in known:
        raise MalformedCertificate(
            f"kind={certificate.kind[:60]!r} is not known; known are {', '.join(map(repr, known))}"
        )
    started = time.perf_counter()
    try:
        found = known[certificate.kind](certificate.content)
    except TheoryError as error:
        raise MalformedCertificate(f"the content is not one of kind {certificate.kind!r}: {error}") from error
    return found, time.perf_counter() - started

"""What a certificate file holds, and what re-checking it found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from ..errors import ProofsCheckError

SCHEMA = 1
_KEYS = ("schema", "kind", "claim", "content")


class MalformedCertificate(ProofsCheckError, ValueError):
    """A file is no certificate: it is not JSON, too large, of another schema or kind, or lacks a part."""


@final
class NeedsPaper(ProofsCheckError, ValueError):
    """A certificate names an instance of functions that only its paper holds: it cannot be checked alone."""


@final
@dataclass(frozen=True, kw_only=True)
class Recheck:
    """What re-checking one certificate found.

    Args:
        valid: whether the certificate proves the statement. statement: what it proves, or claims to, in words.
        detail: what was checked again, or the first thing that does not hold.
    """

    valid: bool
    statement: str
    detail: str


@final
@dataclass(frozen=True, kw_only=True)
class CertificateFile:
    """One stored certificate.

    Args:
        kind: names the module that re-checks it. claim: "paper.slug", or empty. content: the evidence, JSON-ready.
    """

    kind: str
    claim: str
    content: Mapping[str, Any]

    def to_json(self) -> dict[str, Any]:
        """The document of the file."""
        return {"schema": SCHEMA, "kind": self.kind, "claim": self.claim, "content": dict(self.content)}

    @staticmethod
    def from_json(document: Mapping[str, Any]) -> CertificateFile:
        """The certificate of a document.

        Raises:
            MalformedCertificate: if a part is missing, unknown or of the wrong type, or the schema is another one.
        """
        if document.get("schema") != SCHEMA or isinstance(document.get("schema"), bool):
            raise MalformedCertificate(
                f"schema={str(document.get('schema'))[:40]!r}: this version reads schema {SCHEMA}; write the file again"
            )
        if set(document) != set(_KEYS):
            raise MalformedCertificate(
                f"keys={', '.join(sorted(document))[:200]}: a certificate has exactly the keys {', '.join(_KEYS)}"
            )
        kind, claim, content = document["kind"], document["claim"], document["content"]
        if not isinstance(kind, str) or not isinstance(claim, str) or not isinstance(content, Mapping):
            raise MalformedCertificate("`kind` and `claim` must be strings and `content` an object; write it again")
        return CertificateFile(kind=kind, claim=claim, content=content)

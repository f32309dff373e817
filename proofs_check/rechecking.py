"""The command `recheck`: certificates checked again without the search, the solver or the paper that made them."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .records import ClaimRecord
from .report.files import write_whole
from .report.standing import legible

if TYPE_CHECKING:
    from .certificates import CertificateFile

VALID, INVALID, MALFORMED = 0, 1, 2
_LONGEST_STATEMENT = 600
_DESCRIPTION = """Decide the statements of certificates again, offline, without the search, the
solver, the store or the paper that made them, and print what each proves.

example:
  proofs-check verify taylor_2017.distance --certificates certificates
  proofs-check recheck certificates/taylor_2017.distance.json
"""
_EXIT_CODES = """exit codes:
  0   every certificate that stands alone is valid; one that needs its paper
      is named, and counts for nothing
  1   a certificate proves nothing
  2   a file cannot be read
"""


def add_recheck(commands: argparse._SubParsersAction[Any]) -> None:
    """Add `recheck` to the command line."""
    parser = commands.add_parser(
        "recheck",
        help="check certificates again, without the search that found them",
        description=_DESCRIPTION,
        epilog=_EXIT_CODES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="of verify --certificates, of dual --certificate, or of verify --json"
    )
    parser.set_defaults(run=_recheck)


def _recheck(options: argparse.Namespace, command: str) -> int:
    codes = [_recheck_file(Path(name)) for name in options.files]
    return max(codes)


def _recheck_file(path: Path) -> int:
    from .certificates import MalformedCertificate
    from .certificates.reading import read_document

    try:
        found = list(certificates_in(read_document(path)))
    except MalformedCertificate as error:
        print(f"proofs-check: {legible(error)}", file=sys.stderr)
        return MALFORMED
    if not found:
        print(legible(f"{path}: holds no certificate, so nothing is proved"))
    return max((_report(path, certificate) for certificate in found), default=VALID)


def _report(path: Path, certificate: CertificateFile) -> int:
    from .certificates import MalformedCertificate, NeedsPaper
    from .certificates.kinds import recheck

    name = f"{certificate.claim or path.name} ({certificate.kind})"
    try:
        result, seconds = recheck(certificate)
    except NeedsPaper as error:
        print(legible(f"needs its paper  {name}: {error}"))
        return VALID
    except MalformedCertificate as error:
        print(f"proofs-check: {legible(f'{path}: {name}: {error}')}", file=sys.stderr)
        return MALFORMED
    print(legible(f"{'valid' if result.valid else 'NOT VALID'}  {name}, {1000 * seconds:.0f} ms"))
    print(legible(f"  {'proves' if result.valid else 'claims'}: {_short(result.statement)}"))
    print(legible(f"  {'because' if result.valid else 'but'}: {result.detail}"))
    return VALID if result.valid else INVALID


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_STATEMENT else f"{text[:_LONGEST_STATEMENT]}... ({len(text)} characters)"


def certificates_in(document: Mapping[str, Any]) -> Iterator[CertificateFile]:
    """The certificates of a document: its own, that of `dual`, or one per claim of an exchange document.

    Raises:
        MalformedCertificate: if it is none of these.
    """
    from .certificates import SCHEMA, CertificateFile, MalformedCertificate

    if "claims" not in document:
        bare = document.get("kind") == "price" and "schema" not in document
        yield CertificateFile(kind="price", claim="", content=document) if bare else CertificateFile.from_json(document)
        return
    claims = document["claims"]
    if document.get("schema") != SCHEMA or not isinstance(claims, list):
        raise MalformedCertificate("`claims`: this is no exchange document of schema 1; write it again with --json")
    for entry in claims:
        if not isinstance(entry, Mapping):
            raise MalformedCertificate("`claims`: an entry is no object; write the document again with --json")
        found = entry.get("certificate")
        if found is not None:
            kind = found.get("kind") if isinstance(found, Mapping) else None
            content = found.get("content") if isinstance(found, Mapping) else None
            yield CertificateFile.from_json(
                {"schema": SCHEMA, "kind": kind, "claim": str(entry.get("id", "")), "content": content}
            )


def write_certificates(records: Sequence[ClaimRecord], folder: str | Path, *, run: Mapping[str, Any]) -> Path:
    """Write one file per verdict that has a certificate into a folder, named after its claim.

    Raises:
        ReportUnwritable: if a file cannot be written.
    """
    import json

    from .certificates import CertificateFile

    place = Path(folder)
    for record in records:
        certificate = record.verdict.certificate
        if certificate is not None:
            document = CertificateFile(kind=certificate.kind, claim=record.id, content=certificate.content).to_json()
            name = re.sub(r"[^A-Za-z0-9_.-]", "_", record.id)
            write_whole(place / f"{name}.json", json.dumps(document, indent=1, allow_nan=False) + "\n")
    place.mkdir(parents=True, exist_ok=True)
    return place

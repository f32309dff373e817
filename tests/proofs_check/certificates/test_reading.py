"""Untrusted JSON: what is no certificate is refused in one sentence, quickly."""

from pathlib import Path

import pytest

from proofs_check.certificates.reading import LARGEST_FILE, read_document, read_rational, read_text
from proofs_check.certificates.record import CertificateFile, MalformedCertificate


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"schema": 1, "kind": ', "truncated"),
        ("[1, 2]", "not a JSON object"),
        ('{"a": 1, "a": 2}', "twice"),
        ('{"a": NaN}', "NaN"),
        ('{"a": ' + "9" * 500 + "}", "digits"),
        ("[" * 400 + "]" * 400, "nested"),
        ("[" * 10**6, "nested"),
        (b"\xff\xfe\x00", "not JSON"),
    ],
)
def test_what_is_no_certificate_is_refused(text: str | bytes, why: str) -> None:
    """If false, a damaged or hostile file would end in a traceback, or be read as something else."""
    with pytest.raises(MalformedCertificate, match=why):
        read_text(text, "file")


def test_large_and_missing_files_are_refused(tmp_path: Path) -> None:
    """If false, a file of any size would be read into memory."""
    large = tmp_path / "large.json"
    with large.open("wb") as stream:
        stream.truncate(LARGEST_FILE + 1)
    for path in (large, tmp_path, tmp_path / "absent.json"):
        with pytest.raises(MalformedCertificate):
            read_document(path)


@pytest.mark.parametrize("value", ["1.5", "1/0", "9" * 4001, 3, "1e9", "--1", "", None, "1/-2", "١"])
def test_only_rationals_are_numbers(value: object) -> None:
    """If false, a float or an absurd number would enter an exact check."""
    with pytest.raises(MalformedCertificate):
        read_rational(value, "value")


@pytest.mark.parametrize(
    "change", [{"schema": 2}, {"schema": True}, {"kind": 3}, {"content": []}, {"claim": None}, {"further": 1}]
)
def test_only_schema_one_is_read(change: dict[str, object]) -> None:
    """If false, a certificate of another form would be read as one of this form."""
    document = {"schema": 1, "kind": "k", "claim": "a.b", "content": {"x": "1"}}
    assert CertificateFile.from_json(document).to_json() == document
    with pytest.raises(MalformedCertificate):
        CertificateFile.from_json({**document, **change})

"""Untrusted input: texts, JSON, certificates, data files and stored rows are read with limits, and never run."""

from __future__ import annotations

import contextlib
import json
import resource
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.data_files import read_csv, read_npz
from numerics.errors import MalformedData
from proofs_check.errors import ProofsCheckError
from proofs_check.records import read_exchange
from proofs_check.verdicts import Verdict
from theory.errors import TheoryError
from theory.kernels.notation import parse_architecture
from theory.parser import parse_expression

SECONDS = 20
"""Allowed for a refusal, the start of Python and of SymPy on a busy machine included."""
MEMORY = 3 * 2**30
GIGABYTE = 2**30

WORDS = (
    "z",
    "pi",
    "exp",
    "Max",
    "(",
    ")",
    "+",
    "*",
    "**",
    "/",
    ",",
    "1",
    "0",
    "9e999",
    "relu",
    ">>",
    "Dense",
    "_",
    "[",
    "lambda",
    "__import__",
    ".",
    "'",
    "Residual",
    "Conv",
    "if",
    "else",
    ":",
    "=",
    "~",
    "\n",
    "\\",
    "#",
    "é",
    "\x00",
)
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own with little memory and time."""
    command = [sys.executable, "-m", "proofs_check", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, preexec_fn=_limited, check=False)


def refused(*arguments: str) -> str:
    """One sentence on the error stream, exit code 2, no traceback."""
    done = run(*arguments)
    assert done.returncode == 2, (done.returncode, done.stdout[-300:], done.stderr[-300:])
    assert "Traceback" not in done.stderr
    assert 0 < len(done.stderr.splitlines()) <= 3
    return done.stderr


def huge(path: Path, start: bytes = b"") -> Path:
    """A file of a gigabyte, sparse on disk."""
    with path.open("wb") as stream:
        stream.write(start)
        stream.truncate(GIGABYTE)
    return path


@given(text=TEXTS)
def test_any_text_is_an_expression_or_an_error(text: str) -> None:
    """If false, a text can break the parser, or worse."""
    for parse in (parse_expression, parse_architecture):
        with contextlib.suppress(TheoryError):
            parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "9**9**9**9",
        "exp(" * 2000,
        "z" + "+z" * 10**6,
        "1" * 10**7,
        "(" * 10**6,
        "exp(exp(exp(exp(9))))",
        "z**(10**9)",
        "-" * 900 + "z",
        "__import__('os').system('true')",
        "().__class__.__base__",
        "z.subs",
        "f'{z}'",
        "[z for z in ()]",
        "z if z else z",
        "(z:=1)",
        "eval(z)",
        "open(z)",
        "Min(acos(E), E)",
        "sin(selu(asin(exp(1))))",
        "cosh(erf(atan(-1)**sin(E)))",
        "(-1)**z",
        "(1/3)**(z + pi + 1e9)",
    ],
)
def test_hostile_text_is_refused_at_once(text: str) -> None:
    """If false, a text of a few characters takes the machine, or runs code."""
    start = time.process_time()
    with pytest.raises(TheoryError):
        parse_expression(text)
    assert time.process_time() - start < 5


def test_text_of_a_gigabyte_is_refused_at_once() -> None:
    """If false, a long text is parsed before it is measured."""
    start = time.process_time()
    with pytest.raises(TheoryError, match="characters"):
        parse_expression("z" * GIGABYTE)
    assert time.process_time() - start < 2


@given(document=JSON)
def test_any_json_is_a_record_or_an_error(document: Any) -> None:
    """If false, a damaged file of verdicts ends in a traceback."""
    for read in (Verdict.from_json, read_exchange):
        with contextlib.suppress(ProofsCheckError):
            read(document)


@pytest.mark.parametrize("name", ["data.npz", "data.csv"])
def test_data_of_a_gigabyte_is_refused_at_once(tmp_path: Path, name: str) -> None:
    """If false, a large file fills the memory before anything is said."""
    start = b"PK\x03\x04" if name.endswith("npz") else b"1,2,3\n"
    assert name in refused("verify", "lee_2019.ntk_relu", "--data", str(huge(tmp_path / name, start)))


def test_bomb_of_zeros_is_refused(tmp_path: Path) -> None:
    """If false, forty kilobytes unpack to gigabytes."""
    path = tmp_path / "bomb.npz"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("X.npy", "w", force_zip64=True) as out,
    ):
        header = {"descr": "<f8", "fortran_order": False, "shape": (2**27, 1)}
        np.lib.format.write_array_header_2_0(out, header)  # type: ignore[arg-type]
        for _ in range(64):
            out.write(bytes(2**24))
    with pytest.raises(MalformedData, match="unpacked"):
        read_npz(path, 512 * 2**20)


def test_archive_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """If false, a header that promises more than its member holds makes NumPy allocate it."""
    path = tmp_path / "liar.npz"
    with zipfile.ZipFile(path, "w") as archive, archive.open("X.npy", "w") as out:
        np.lib.format.write_array_header_2_0(  # type: ignore[arg-type]
            out, {"descr": "<f8", "fortran_order": False, "shape": (2**40, 2**10)}
        )
    with pytest.raises(MalformedData):
        read_npz(path, 512 * 2**20)


def test_archive_of_objects_is_refused(tmp_path: Path) -> None:
    """If false, a pickle is run."""
    path = tmp_path / "objects.npz"
    np.savez(path, X=np.array([{"a": 1}], dtype=object))
    with pytest.raises(MalformedData):
        read_npz(path, 2**20)


@given(content=st.binary(max_size=200))
def test_any_bytes_are_data_or_an_error(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """If false, a damaged data file ends in a traceback."""
    path = tmp_path_factory.getbasetemp() / "fuzzed"
    path.write_bytes(content)
    for read in (read_csv, read_npz):
        with contextlib.suppress(MalformedData):
            read(path, 2**20)


HOSTILE_PAPER = '''"""A paper whose words are markup."""
from sympy import Interval, Symbol
from proofs_check.claims import Identity
from proofs_check.sources import Paper

x = Symbol("x", real=True)
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>"
PAPER = Paper(title=EVIL, authors=(EVIL,), year=2026, note=EVIL)
SAME = Identity(slug="same", locator=EVIL, statement=EVIL, text=EVIL, source="derived", lhs=x, rhs=x + 1,
                domain={x: Interval(0, 1)}, assumes=(EVIL,), not_checked=(EVIL,))
CLAIMS = (SAME,)
'''


def test_markup_in_a_claim_stays_text(tmp_path: Path) -> None:
    """If false, a statement runs as a script in the reader's browser."""
    paper = tmp_path / "..%2f..%2fevil <b>.py"
    paper.write_text(HOSTILE_PAPER)
    out = tmp_path / "out"
    done = run("verify", str(paper), "--html", str(out), "--store", str(tmp_path / "s.db"), "--jobs", "1")
    assert done.returncode == 1, done.stderr
    written = [path for path in tmp_path.rglob("*") if path.suffix == ".html"]
    assert written
    for path in written:
        assert path.resolve().is_relative_to(out.resolve())
        text = path.read_text()
        assert "<script" not in text
        assert "<img" not in text


def test_report_of_a_gigabyte_is_refused_at_once(tmp_path: Path) -> None:
    """If false, a certificate file fills the memory before anything is said."""
    assert "huge.json" in refused("recheck", str(huge(tmp_path / "huge.json", b'{"schema": 1, "kind": "')))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"schema": 1}',
        "[" * 100_000,
        '{"a":' * 50_000,
        "null",
        "9" * 10**6,
        '{"schema": 1, "schema": 1}',
        '{"schema": NaN}',
        json.dumps({"schema": 1, "kind": "../../x", "claim": "", "content": {}}),
        "\ufeff{]",
        "\x00",
    ],
    ids=lambda text: text[:12],
)
def test_broken_certificates_are_refused(tmp_path: Path, text: str) -> None:
    """If false, a truncated or hostile certificate ends in a traceback, or counts as valid."""
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    assert refused("recheck", str(path))

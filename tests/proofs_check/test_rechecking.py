"""`recheck`: what verify and dual write is valid again without the papers, and what was changed is not."""

import json
from pathlib import Path
from typing import Any

import pytest

from proofs_check.cli import main

PAPER = '''"""A paper."""
from fractions import Fraction
import sympy
from sympy import Interval, asin, atan, sin
from proofs_check.claims import Identity, Inequality
from proofs_check.sources import Paper
x = sympy.Symbol("x", real=True)
PAPER = Paper(title="T", authors=("A",), year=2020)
COMMON = {"locator": "here", "statement": "s", "text": "t", "source": "derived", "domain": {x: Interval(0, 1)}}
ONE = Identity(slug="one", lhs=(x + 1) ** 2, rhs=x**2 + 2 * x + 1, **COMMON)
TWO = Inequality(slug="two", lhs=x**2, rhs=x, **COMMON)
THREE = Inequality(slug="three", lhs=sin(x), rhs=x, **COMMON)
FOUR = Identity(slug="four", lhs=2 * atan(x / 9), rhs=asin(18 * x / (81 + x**2)), **COMMON)
CLAIMS = (ONE, TWO, THREE, FOUR)
'''


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the certificates and the exchange document of a run."""
    folder = tmp_path_factory.mktemp("run")
    paper = folder / "paper.py"
    paper.write_text(PAPER, encoding="utf-8")
    options = ["--store", str(folder / "s.db"), "--jobs", "1", "--certificates", str(folder / "certificates")]
    assert main(["verify", str(paper), *options, "--json", str(folder / "run.json")]) == 0
    return folder


def test_what_verify_writes_is_valid(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If false, nobody could check a verdict without the search that found it."""
    files = sorted((written / "certificates").glob("*.json"))
    assert [file.name for file in files] == [f"paper.{slug}.json" for slug in ("four", "one", "three", "two")]
    assert main(["recheck", *map(str, files)]) == 0
    printed = capsys.readouterr().out
    assert printed.count("valid  ") == 4
    assert "proves: sin(x) <= x for x in [0, 1]" in printed
    assert main(["recheck", str(written / "run.json")]) == 0
    assert capsys.readouterr().out.count("valid  ") == 4


def test_a_changed_certificate_is_not_valid(written: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If false, a certificate would vouch for a statement that it does not prove."""
    document = json.loads((written / "certificates" / "paper.three.json").read_text(encoding="utf-8"))
    document["content"]["lhs"] = [["Symbol", "x", "real"], ["Rational", "2/1"], ["Mul", 0, 1]]
    changed = written / "changed.json"
    changed.write_text(json.dumps(document), encoding="utf-8")
    assert main(["recheck", str(changed)]) == 1
    assert "NOT VALID" in capsys.readouterr().out


def test_dual_writes_what_recheck_reads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If false, a derived kernel could not be checked by someone else."""
    path = tmp_path / "price.json"
    assert main(["dual", "Max(z, 0)", "--certificate", str(path)]) == 0
    assert main(["recheck", str(path)]) == 0
    assert "proves: E[f(u) g(v)] =" in capsys.readouterr().out
    document = json.loads(path.read_text(encoding="utf-8"))
    document["slope"] = document["boundary"]
    path.write_text(json.dumps(document), encoding="utf-8")
    assert main(["recheck", str(path)]) == 1


@pytest.mark.parametrize(
    "document",
    [
        {"schema": 2, "kind": "price", "claim": "", "content": {}},
        {"schema": 1, "kind": "unheard of", "claim": "", "content": {}},
        {"schema": 1, "kind": "branch and bound", "claim": "", "content": {}},
        {"schema": 1, "claims": 3},
        {"schema": 1, "claims": [7]},
        {"schema": 1, "claims": [{"certificate": "x"}]},
        {"kind": "price", "f": [["Pow"] * 5]},
        {},
    ],
)
def test_what_is_no_certificate_is_malformed(
    document: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """If false, a hostile file would end in a traceback or pass as checked."""
    path = tmp_path / "file.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert main(["recheck", str(path)]) == 2
    assert capsys.readouterr().err.startswith("proofs-check: ")


def test_a_worst_instance_needs_its_paper(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If false, a search that found nothing would be called a proof."""
    path = tmp_path / "file.json"
    document = {"schema": 1, "kind": "worst instance found", "claim": "a.b", "content": {}}
    path.write_text(json.dumps(document), encoding="utf-8")
    assert main(["recheck", str(path)]) == 0
    assert capsys.readouterr().out.startswith("needs its paper")

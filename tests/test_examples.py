"""Every example runs as its own text says, at quick budget, in less than ten seconds of processor time."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 10
STORE = "results.sqlite3"

RUNS = {
    "my_paper.py": ("-m", "proofs_check", "verify", "examples/my_paper.py"),
    "my_rate.py": ("-m", "proofs_check", "verify", "examples/my_rate.py"),
    "phase_diagram.py": ("examples/phase_diagram.py", "--points", "12", "--out", "phases.svg"),
    "test_my_bound.py": ("-m", "pytest", "-p", "no:cacheprovider", "-q", "examples/test_my_bound.py"),
}
"""Example -> what a reader would type after `python`."""

FINISHES_WITH = {"my_paper.py": 1, "my_rate.py": 1}
"""Exit codes other than 0: these files hold a false claim, to show what a refutation looks like."""


def run(words: tuple[str, ...], folder: Path) -> tuple[subprocess.CompletedProcess[str], float]:
    """Run an example from the root of the repository, its output in a folder; the processor seconds it took."""
    placed = [str(folder / word) if word == "phases.svg" else word for word in words]
    if "verify" in words:
        placed += ["--jobs", "1", "--store", str(folder / STORE), "--json", str(folder / "verdicts.json")]
        placed += ["--certificates", str(folder / "certificates")]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, *placed], cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done, (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def recheck(*files: Path) -> subprocess.CompletedProcess[str]:
    """Check certificates again."""
    words = [sys.executable, "-m", "proofs_check", "recheck", *map(str, files)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)


def test_every_example_is_run() -> None:
    """If false, an example lies there that no one would notice to be broken."""
    assert {path.name for path in (ROOT / "examples").glob("*.py")} == set(RUNS)


@pytest.mark.parametrize("name", ["my_paper.py", "test_my_bound.py"])
def test_example_runs(name: str, tmp_path: Path) -> None:
    """If false, a reader's first try fails, or takes long enough to be given up."""
    done, seconds = run(RUNS[name], tmp_path)
    assert done.returncode == FINISHES_WITH.get(name, 0), done.stdout + done.stderr
    assert seconds < SECONDS


def test_the_rate_is_exact_and_its_certificate_stands_alone(tmp_path: Path) -> None:
    """If false, the page on rates promises verdicts, a witness or certificates that its example does not give."""
    done, seconds = run(RUNS["my_rate.py"], tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert seconds < SECONDS
    claims = json.loads((tmp_path / "verdicts.json").read_text(encoding="utf-8"))["claims"]
    found = {claim["id"]: (claim["outcome"], claim["evidence"]) for claim in claims}
    assert found == {
        "my_rate.exact_rate": ("HOLDS", "EXACT"),
        "my_rate.textbook_rate": ("HOLDS", "EXACT"),
        "my_rate.too_fast": ("REFUTED", "EXACT"),
    }
    assert all(claim["counterexample"] for claim in claims if claim["outcome"] == "REFUTED")
    files = sorted((tmp_path / "certificates").glob("*.json"))
    assert [file.stem for file in files] == ["my_rate.exact_rate", "my_rate.textbook_rate"]
    sound = recheck(*files)
    assert sound.returncode == 0
    assert sound.stdout.count("valid  my_rate.") == len(files)
    files[0].write_text(files[0].read_text(encoding="utf-8").replace('"bound": "1/22"', '"bound": "999/22000"'))
    tampered = recheck(files[0])
    assert tampered.returncode == 1
    page = (ROOT / "docs/how-to/recheck-a-certificate.md").read_text(encoding="utf-8")
    quoted = re.findall(r"^  (?:proves|because|claims|but): .*$", page, re.MULTILINE)
    assert len(quoted) == 4
    assert [line for line in quoted if line not in (sound.stdout + tampered.stdout).splitlines()] == []


def test_the_phase_diagram_is_drawn(tmp_path: Path) -> None:
    """If false, the example says that it drew a diagram and there is none, or that tanh is critical elsewhere."""
    done, seconds = run(RUNS["phase_diagram.py"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert seconds < SECONDS
    assert "critical sigma_w = 1.39558398" in done.stdout
    assert "<svg" in (tmp_path / "phases.svg").read_text(encoding="utf-8")

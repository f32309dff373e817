"""Fingerprints: a key changes with what the verdict depends on, and with nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from proofs_check.catalogue import PaperFile, outline_of
from proofs_check.fingerprint import DISTRIBUTIONS, Fingerprints, package_folders, slice_of, versions

from . import toy_papers as toys

TEXT = toys.paper(toys.TRUE, toys.FALSE)


def _key(
    folder: Path, text: str = TEXT, *, slug: str = "right", budget: str = "quick", seed: int = 0, data: str = "d"
) -> str:
    path = folder / "toy.py"
    path.write_text(text, encoding="utf-8")
    _, outline, _ = outline_of(PaperFile(key="toy", path=path, is_user=True))
    return Fingerprints(budget=budget, seed_root=seed, data_digest=data).key(outline, f"toy.{slug}")


IRRELEVANT = {
    "comment": TEXT.replace("def doubled", "# a remark\ndef doubled"),
    "format": TEXT.replace("2 * sin(angle)", "2*sin( angle )"),
    "another claim": TEXT.replace("sin(3 * x)", "sin(4 * x)"),
    "another function": TEXT.replace("return cos(angle)", "return sin(angle)"),
    "docstring of the file": TEXT.replace("A toy paper.", "A paper of toys."),
    "title": TEXT.replace('title="Toys"', 'title="More toys"'),
    "new claim": toys.paper(toys.TRUE, toys.FALSE, toys.ERRATUM),
    "unused import": "import json\n" + TEXT,
}

RELEVANT = {
    "the claim": TEXT.replace("sin(2 * x)", "sin(2.5 * x)"),
    "its words": TEXT.replace('text="a toy"', 'text="a real toy"'),
    "its function": TEXT.replace("2 * sin(angle)", "3 * sin(angle)"),
    "its constant": TEXT.replace("Interval(0, 1)", "Interval(0, 2)"),
    "what its constant uses": TEXT.replace('Symbol("x", real=True)', 'Symbol("x")'),
    "a bare call": TEXT.replace("CLAIMS", "BOX.update({})\nCLAIMS"),
    "an item assigned": TEXT.replace("CLAIMS", "BOX[x] = Interval(0, 3)\nCLAIMS"),
    "a compound statement": TEXT.replace("CLAIMS", "for key in BOX:\n    BOX[key] = Interval(0, 3)\nCLAIMS"),
    "bound again": TEXT.replace("\nCLAIMS", "\nBOX = {x: Interval(0, 3)}\nCLAIMS"),
    "whence a name comes": TEXT.replace(
        "import Interval, Symbol, cos, sin", "import Interval, Symbol, cos, sinh as sin"
    ),
}


@pytest.mark.parametrize("name", IRRELEVANT)
def test_key_survives_what_does_not_matter(tmp_path: Path, name: str) -> None:
    """If false, editing a comment or another claim makes a claim run again."""
    assert IRRELEVANT[name] != TEXT
    assert _key(tmp_path) == _key(tmp_path, IRRELEVANT[name])


@pytest.mark.parametrize("name", RELEVANT)
def test_key_changes_with_what_matters(tmp_path: Path, name: str) -> None:
    """If false, a claim is answered by the verdict on its former text."""
    assert RELEVANT[name] != TEXT
    assert _key(tmp_path) != _key(tmp_path, RELEVANT[name])


def test_key_changes_with_the_run(tmp_path: Path) -> None:
    """If false, a thorough run is answered by a quick one, or one data set by another."""
    keys = [
        _key(tmp_path),
        _key(tmp_path, budget="thorough"),
        _key(tmp_path, seed=1),
        _key(tmp_path, data="e"),
        _key(tmp_path, slug="wrong"),
    ]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("opaque", ["from math import *\n", "def f():\n    global BOX\n    BOX = 1\n", "globals()\n"])
def test_file_with_hidden_bindings_counts_whole(tmp_path: Path, opaque: str) -> None:
    """If false, a name bound out of sight could change a claim under an unchanged key."""
    edited = TEXT.replace("sin(3 * x)", "sin(4 * x)")
    assert _key(tmp_path, opaque + TEXT) != _key(tmp_path, opaque + edited)


def test_file_read_by_running_counts_whole(tmp_path: Path) -> None:
    """If false, claims that are computed keep the verdicts of their former selves."""
    computed = TEXT.replace("CLAIMS = (RIGHT, WRONG, )", "CLAIMS = tuple(c for c in (RIGHT, WRONG))")
    assert computed != TEXT
    assert _key(tmp_path, computed) != _key(tmp_path, computed.replace("sin(3 * x)", "sin(4 * x)"))


def test_slice_holds_what_the_claim_uses(tmp_path: Path) -> None:
    """If false, the slice misses a statement, or holds the whole file."""
    path = toys.write(tmp_path, toys.TRUE, toys.GATED)
    _, outline, _ = outline_of(PaperFile(key="toy", path=path, is_user=True))
    names = {getattr(node, "name", "") for node in slice_of(outline, "gated_one")} - {""}
    assert names == {"doubled", "gated"}


@pytest.mark.parametrize(
    ("edited", "changes"),
    [
        ("theory/symbols.py", True),
        ("proofs_check/checkers/symbolic.py", True),
        ("proofs_check/verdicts.py", True),
        ("proofs_check/twins/trial.py", True),
        ("numerics/data.py", True),
        ("proofs_check/cli.py", False),
        ("proofs_check/store.py", False),
        ("proofs_check/report/html.py", False),
    ],
)
def test_key_follows_the_source_of_what_is_called(tmp_path: Path, edited: str, changes: bool) -> None:
    """If false, verdicts outlive a change of the code that made them, or a change of colours makes all run again."""
    folders = {}
    for name, folder in package_folders().items():
        folders[name] = tmp_path / name
        shutil.copytree(folder, folders[name], ignore=shutil.ignore_patterns("__pycache__"))
    path = tmp_path / "toy.py"
    path.write_text("from theory.symbols import Symbol\n" + TEXT.replace("Symbol, cos", "cos"), encoding="utf-8")
    _, outline, _ = outline_of(PaperFile(key="toy", path=path, is_user=True))

    def key() -> tuple[str, Fingerprints]:
        prints = Fingerprints(budget="quick", seed_root=0, data_digest="d", _folders=folders)
        return prints.key(outline, "toy.right"), prints

    before, prints = key()
    assert prints.is_current()
    with (tmp_path / edited).open("a", encoding="utf-8") as stream:
        stream.write("\nEDITED = True\n")
    assert (before != key()[0]) is changes
    assert prints.is_current() is not changes


def test_edited_paper_is_noticed(tmp_path: Path) -> None:
    """If false, a verdict on an edited file is kept under the key of its former text."""
    path = toys.write(tmp_path, toys.TRUE)
    _, outline, _ = outline_of(PaperFile(key="toy", path=path, is_user=True))
    prints = Fingerprints(budget="quick", seed_root=0, data_digest="d")
    prints.key(outline, "toy.right")
    assert prints.is_current()
    os.utime(path, ns=(1, 1))
    assert not prints.is_current()


def test_versions_name_every_library() -> None:
    """If false, an upgrade of a library leaves the verdicts made with the former one in place."""
    assert set(versions()) == {"python", *DISTRIBUTIONS}
    assert "absent" not in versions().values()


def test_keys_of_the_catalogue_need_no_heavy_import() -> None:
    """If false, a run that the store answers wholly pays for libraries that it does not use."""
    code = (
        "import sys\n"
        "from proofs_check.catalogue import select\n"
        "from proofs_check.fingerprint import Fingerprints\n"
        "prints = Fingerprints(budget='quick', seed_root=0, data_digest='digits')\n"
        "keys = {prints.key(request.outline, request.id) for request in select([])}\n"
        "assert len(keys) == len(select([])) > 0\n"
        "print(sorted({'numpy', 'sympy', 'scipy', 'flint', 'hypothesis', 'sklearn', 'mpmath'} & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

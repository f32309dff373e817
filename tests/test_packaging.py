"""What is installed: three packages and one command that answers at once."""

from __future__ import annotations

import ast
import importlib.metadata
import os
import resource
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import proofs_check

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("theory", "numerics", "proofs_check")
START_UP = 0.5
HEAVY = {"matplotlib", "jax", "sklearn", "scipy.stats", "hypothesis", "sympy"}


IMPORTED_AS = {"flint": "python-flint", "sklearn": "scikit-learn"}
"""Import name -> distribution, where they differ."""


def imported() -> set[str]:
    """Top-level names that the packages import from outside themselves and the standard library."""
    nodes = [
        node
        for name in PACKAGES
        for path in (ROOT / name).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_bytes()))
    ]
    direct = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    parents = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.split(".")[0] for name in direct | parents} - set(sys.stdlib_module_names) - set(PACKAGES)


def test_imports_are_declared() -> None:
    """If false, an installation works only because another distribution happens to bring ours along."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [text for name, group in project["optional-dependencies"].items() if name != "dev" for text in group]
    declared = {canonicalize_name(Requirement(text).name) for text in [*project["dependencies"], *extras]}
    assert {canonicalize_name(IMPORTED_AS.get(name, name)) for name in imported()} <= declared


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline with the installed backend."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    run = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert run.returncode == 0, run.stdout + run.stderr
    (built,) = folder.glob("*.whl")
    return built


def files_below(*folders: str) -> set[str]:
    """Files of the packages as they lie in the checkout, byte code and dot files left out."""
    return {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


def test_top_level_is_three_packages(wheel: Path) -> None:
    """If false, an installation drops a stray package next to ours, or lacks one."""
    found = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert found == {*PACKAGES, f"proofs_check-{proofs_check.__version__}.dist-info"}


def test_wheel_holds_every_file(wheel: Path) -> None:
    """If false, an installed copy lacks a module, a paper, a template or a marker of types."""
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == files_below(*PACKAGES)
    assert {f"{package}/py.typed" for package in PACKAGES} <= names
    assert any(name.startswith("proofs_check/papers/") for name in names)
    assert any(name.startswith("proofs_check/report/templates/") for name in names)


def test_version_is_one(wheel: Path) -> None:
    """If false, the wheel, the installed metadata and the package disagree on the version."""
    assert wheel.name.split("-")[1] == proofs_check.__version__
    assert importlib.metadata.version("proofs-check") == proofs_check.__version__


def cpu_seconds(command: list[str], folder: Path) -> float:
    """Processor time of a command that must succeed; the wall clock would count waiting for a busy core too."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


@pytest.mark.parametrize("argument", ["--version", "list"])
def test_command_answers_at_once(argument: str, tmp_path: Path) -> None:
    """If false, asking for the version or the catalogue feels slow.

    The rule: the least processor time of five runs stays under the limit; noise only ever adds to it.
    """
    program = Path(sys.executable).with_name("proofs-check")
    assert os.access(program, os.X_OK), f"{program} is not installed: pip install -e ."
    fastest = min(cpu_seconds([str(program), argument], tmp_path) for _ in range(5))
    assert fastest < START_UP


@pytest.mark.parametrize("argument", ["--version", "list", "--help"])
def test_start_up_imports_nothing_heavy(argument: str, tmp_path: Path) -> None:
    """If false, a heavy library is loaded before anything needs it."""
    program = (
        "import sys\n"
        "from proofs_check.cli import main\n"
        "try:\n"
        "    main(sys.argv[1:])\n"
        "except SystemExit:\n"
        "    pass\n"
        "print(*sorted(sys.modules), file=sys.stderr)\n"
    )
    command = [sys.executable, "-c", program, argument]
    run = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert HEAVY & set(run.stderr.split()) == set()

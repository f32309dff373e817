"""Rules on the source as text: who imports whom, what may be called, how large a file may grow."""

from __future__ import annotations

import ast
import builtins
import functools
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("theory", "numerics", "proofs_check")
LONGEST_FILE = 400
LONGEST_FUNCTION = 60

DEFERRED_IMPORTS: dict[str, str] = {
    "proofs_check/catalogue.py": "the kinds of claim load SymPy, which listing the catalogue does without",
    "proofs_check/cli.py": "the constants of a check load NumPy, which --version and list do without",
    "proofs_check/derivation.py": "the derivations load SymPy, which the other commands do without",
    "proofs_check/checkers/__init__.py": "each checker loads libraries of its own, and a claim needs one checker",
    "proofs_check/worker.py": "it is imported to plan a run, and loads the checkers only in the process that checks",
    "proofs_check/pytest_plugin.py": "every pytest run loads it, and few tests need a checker",
    "proofs_check/rechecking.py": "the certificates load SymPy, which the other commands do without",
    "proofs_check/report/html.py": "its pages draw with matplotlib, which only a report needs",
}
"""File or folder -> why its functions may import project packages when they run, and not at the top of the file."""

STRING_IMPORTS: dict[str, str] = {
    "proofs_check/catalogue.py": "discovery: papers are found by their files, a user's own file included",
    "proofs_check/certificates/kinds.py": "discovery: kinds of certificate are found by their files, in its own folder",
}
"""File -> why it may import a module whose name is a string. Other files would escape the rules on imports."""

WHOLE_PACKAGE_TESTS: dict[str, str] = {
    "tests/theory/gaussian/test_class_g.py": "every function of class G that papers use, through all of the calculus",
    "tests/proofs_check/test_conformance.py": "one suite that every claim of the catalogue runs",
}
"""Test file -> the subject that it has in place of a module."""

LARGER_FUNCTIONS: dict[str, str] = {}
"""`file::function` -> why it may exceed the limit."""

VAGUE_NAMES = {"utils", "util", "helpers", "helper", "misc", "common"}
FORBIDDEN_BUILTINS = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib", "random"}
FORBIDDEN_CALLS = {"parse_expr", "parse_latex", "save_session"}
STRING_IMPORT_CALLS = {"import_module", "exec_module", "spec_from_file_location", "run_path", "run_module"}


@functools.cache
def tracked() -> tuple[Path, ...]:
    """Every file that git tracks or would add, relative to the root."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout.split("\0")
    return tuple(Path(name) for name in names if name and (ROOT / name).is_file())


def sources(*folders: str) -> list[Path]:
    """The Python files below `folders`, or all of them."""
    return [path for path in tracked() if path.suffix == ".py" and (not folders or path.parts[0] in folders)]


@functools.cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a file."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def module_name(path: Path) -> list[str]:
    """Dotted parts of the module in `path`; a package stands for its `__init__`."""
    parts = list(path.with_suffix("").parts)
    return parts[:-1] if parts[-1] == "__init__" else parts


def imported(path: Path, node: ast.stmt) -> Iterator[str]:
    """Absolute dotted names that an import statement may bind, `from a import b` as "a.b"."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        package = module_name(path) if path.name == "__init__.py" else module_name(path)[:-1]
        base = package[: len(package) - node.level + 1] if node.level else []
        prefix = [*base, *([node.module] if node.module else [])]
        yield from (".".join([*prefix, alias.name]) for alias in node.names)


def imports(path: Path) -> Iterator[tuple[ast.stmt, str]]:
    """All imports of a file, those inside functions and `if TYPE_CHECKING` included."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            for name in imported(path, node):
                yield node, name


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """All functions and methods of a file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def called(node: ast.Call) -> str:
    """The last name of what is called: "f" for f(), "g" for a.g()."""
    target = node.func
    return target.id if isinstance(target, ast.Name) else target.attr if isinstance(target, ast.Attribute) else ""


def calls(path: Path) -> Iterator[ast.Call]:
    """All calls in a file."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def allowed(path: Path, table: dict[str, str]) -> bool:
    """True if `table` names the file or a folder above it."""
    return any(str(candidate.as_posix()) in table for candidate in (path, *path.parents))


@pytest.mark.parametrize(
    ("package", "foreign"), [("theory", ("numerics", "proofs_check")), ("numerics", ("theory", "proofs_check"))]
)
def test_siblings_are_isolated(package: str, foreign: tuple[str, ...]) -> None:
    """If false, a simulation could share code with the formula that it is to refute."""
    leaks = [
        f"{path}: {name}" for path in sources(package) for _, name in imports(path) if name.split(".")[0] in foreign
    ]
    assert leaks == []


def test_papers_do_not_import_one_another() -> None:
    """If false, an error in one paper file could silently change the claims of another."""
    papers = [path for path in sources("proofs_check") if path.parts[1] == "papers" and path.name != "__init__.py"]
    leaks = [
        f"{path}: {name}" for path in papers for _, name in imports(path) if name.startswith("proofs_check.papers")
    ]
    assert leaks == []


def test_packages_do_not_import_tests() -> None:
    """If false, an installed wheel lacks a module that it needs."""
    outside = {"tests", "benchmarks", "examples"}
    leaks = [
        f"{path}: {name}" for path in sources(*PACKAGES) for _, name in imports(path) if name.split(".")[0] in outside
    ]
    assert leaks == []


def test_imports_within_a_package_are_relative() -> None:
    """If false, moving a package would need edits in all of its files. Papers are read as users' files are: exempt."""
    absolute = [
        f"{path}: {name}"
        for path in sources(*PACKAGES)
        if path.parts[:2] != ("proofs_check", "papers")
        for node, name in imports(path)
        if name.split(".")[0] == path.parts[0] and not (isinstance(node, ast.ImportFrom) and node.level)
    ]
    assert absolute == []


def test_project_imports_are_not_deferred() -> None:
    """If false, a cycle or a forbidden import hides inside a function."""
    deferred = {
        f"{path}:{node.lineno}: {name}"
        for path in sources(*PACKAGES)
        if not allowed(path, DEFERRED_IMPORTS)
        for function in functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in imported(path, node)
        if name.split(".")[0] in PACKAGES
    }
    assert deferred == set()


def test_modules_are_imported_by_name() -> None:
    """If false, an import by string escapes the rules above."""
    found = [
        f"{path}:{call.lineno}: {called(call)}"
        for path in sources(*PACKAGES)
        if not allowed(path, STRING_IMPORTS)
        for call in calls(path)
        if called(call) in STRING_IMPORT_CALLS
    ]
    assert found == []


def test_whitelists_hold_nothing_stale() -> None:
    """If false, an exception outlives its reason and would cover a new offence."""
    tables = (DEFERRED_IMPORTS, STRING_IMPORTS, WHOLE_PACKAGE_TESTS)
    assert [name for table in tables for name, why in table.items() if not (ROOT / name).exists() or not why] == []
    names = {f"{path.as_posix()}::{function.name}" for path in sources() for function in functions(path)}
    assert set(LARGER_FUNCTIONS) <= names


def test_no_text_is_run_as_code() -> None:
    """If false, a claim file, a stored result or a command line could run arbitrary code."""
    found = [
        f"{path}:{call.lineno}: {ast.unparse(call)[:60]}"
        for path in sources(*PACKAGES)
        for call in calls(path)
        if (isinstance(call.func, ast.Name) and call.func.id in FORBIDDEN_BUILTINS)
        or called(call) in FORBIDDEN_CALLS
        or any(keyword.arg == "allow_pickle" and ast.unparse(keyword.value) != "False" for keyword in call.keywords)
    ]
    modules = [
        f"{path}: {name}"
        for path in sources()
        if path.parts[0] != "tests"
        for _, name in imports(path)
        if name.split(".")[0] in FORBIDDEN_MODULES
    ]
    assert found + modules == []


def test_sympify_is_strict() -> None:
    """If false, SymPy may evaluate a string as Python code."""
    lax = [
        f"{path}:{call.lineno}: {ast.unparse(call)[:60]}"
        for path in sources(*PACKAGES, "examples", "benchmarks")
        for call in calls(path)
        if called(call) == "sympify"
        and not any(keyword.arg == "strict" and ast.unparse(keyword.value) == "True" for keyword in call.keywords)
    ]
    texts = [
        f"{path}:{call.lineno}: {ast.unparse(call)[:60]}"
        for path in sources(*PACKAGES, "examples", "benchmarks")
        for call in calls(path)
        if ast.unparse(call.func) in ("S", "sympy.S")
        if any(isinstance(item, ast.JoinedStr) or isinstance(getattr(item, "value", None), str) for item in call.args)
    ]
    assert lax + texts == []


def test_generators_are_seeded() -> None:
    """If false, a result cannot be reproduced from the seed root that its verdict names."""
    unseeded = [
        f"{path}:{call.lineno}"
        for path in sources()
        for call in calls(path)
        if called(call) in ("default_rng", "SeedSequence", "PCG64") and not call.args and not call.keywords
    ]
    assert unseeded == []


def test_files_are_short() -> None:
    """If false, a file has grown a second subject."""
    lengths = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in sources()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_files_are_named_by_nouns() -> None:
    """If false, a file's name says nothing about its subject."""
    vague = [
        str(path) for path in sources() if VAGUE_NAMES & {part.removesuffix(".py").strip("_") for part in path.parts}
    ]
    assert vague == []


def test_functions_are_short() -> None:
    """If false, a function does several things that should have names of their own."""
    lengths = {
        f"{path.as_posix()}::{function.name}": (function.end_lineno or function.lineno) - function.lineno + 1
        for path in sources()
        for function in functions(path)
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_FUNCTION and name not in LARGER_FUNCTIONS} == {}


def base_name(node: ast.expr) -> str:
    """The last name of a base class, without its type parameters."""
    if isinstance(node, ast.Subscript):
        return base_name(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_error(name: str, bases: dict[str, list[str]]) -> bool:
    """True if a class is an exception, by the names of its ancestors."""
    builtin = getattr(builtins, name, None)
    if isinstance(builtin, type) and issubclass(builtin, BaseException):
        return True
    return any(is_error(base, bases) for base in bases.get(name, []))


def test_classes_are_abstract_or_final() -> None:
    """If false, a class is both used and overridden, and its behaviour cannot be read in one place.

    A base class is named `Abstract...`, or begins with an underscore and stays in its file; errors form a tree.
    """
    classes = {
        node.name: node
        for path in sources(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
    }
    bases = {name: [base_name(base) for base in node.bases] for name, node in classes.items()}
    subclassed = {base for names in bases.values() for base in names if base in classes}
    abstract = {name for name in subclassed if not is_error(name, bases)}
    assert [name for name in sorted(abstract) if not name.startswith(("Abstract", "_"))] == []
    made = {f"{path}:{call.lineno}" for path in sources(*PACKAGES) for call in calls(path) if called(call) in abstract}
    assert made == set(), "an abstract class is instantiated"


def is_mutable(value: ast.expr | None) -> bool:
    """True for a list, dict or set, written out, comprehended or called."""
    if isinstance(value, ast.Call):
        return called(value) in ("list", "dict", "set", "defaultdict", "Counter", "deque")
    return isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp)


def test_classes_hold_no_mutable_state() -> None:
    """If false, two objects that are alive at once can disturb each other."""
    shared = [
        f"{path}:{statement.lineno}"
        for path in sources(*PACKAGES)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        for statement in node.body
        if isinstance(statement, ast.Assign | ast.AnnAssign) and is_mutable(statement.value)
    ]
    assert shared == []


def test_functions_declare_no_globals() -> None:
    """If false, a result may depend on what ran before it."""
    found = [
        f"{path}:{n.lineno}" for path in sources(*PACKAGES) for n in ast.walk(tree(path)) if isinstance(n, ast.Global)
    ]
    assert found == []


MACHINE = re.compile(
    r"(?<![\w.~$}>*)\]/-])/(?:work|root|home|Users|opt|srv|mnt|tmp|var|etc|data|private)/[\w.]"
    r"|\b[A-Z]:\\\\?[A-Za-z]"
    r"|\b(?:test\.)?pypi\.org|\bpythonhosted\.org|\banaconda\.org|--(?:extra-)?index-url|--find-links|\bfile://"
)


def test_files_name_no_machine_and_no_registry() -> None:
    """If false, a file holds a path or a host that exists only where it was written."""
    offences = []
    for path in tracked():
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        offences += [
            f"{path}: {match.group(0)}"
            for match in MACHINE.finditer(text)
            if path != Path("tests/test_architecture.py")
        ]
    assert offences == []


def test_every_folder_is_a_package() -> None:
    """If false, two tests of the same name collide and one is not collected, or a package depends on how it is run."""
    files = set(sources("tests", *PACKAGES))
    assert sorted({str(path.parent) for path in files if path.parent / "__init__.py" not in files}) == []


def test_tests_mirror_the_packages() -> None:
    """If false, a test file names no module, and nobody looking for the module's tests would find it."""
    modules = {path.parent / path.name.removeprefix("_") for path in sources(*PACKAGES)}
    orphans = [
        str(path)
        for path in sources("tests")
        if path.parts[1] in PACKAGES and path.name.startswith("test_") and not allowed(path, WHOLE_PACKAGE_TESTS)
        if Path(*path.parts[1:-1], path.name.removeprefix("test_")) not in modules
        and Path(*path.parts[1:-1], path.stem.removeprefix("test_"), "__init__.py") not in modules
    ]
    assert orphans == []

"""Public names are documented, and their documents name what is there."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("theory", "numerics", "proofs_check")
SECTIONS = ("Formula", "Args", "Returns", "Raises", "Assumes", "Accuracy", "Source", "Example")
SOURCELESS = ("theory/balls/", "theory/errors.py")
"""Where functions need no Source: arithmetic evaluates formulas and states none."""
HEADING = re.compile(rf"^({'|'.join(SECTIONS)}):", re.MULTILINE)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@functools.cache
def trees() -> dict[str, ast.Module]:
    """Path -> syntax tree of every file of the packages."""
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in files}


def public(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, Definition]]:
    """(qualified name, definition) of public functions and classes, and of the public methods of public classes."""
    for node in body:
        if isinstance(node, Definition) and not node.name.startswith("_"):
            yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{prefix}{node.name}.")


def is_public(path: str) -> bool:
    """True unless the module's name begins with one underscore."""
    return Path(path).name == "__init__.py" or not Path(path).name.startswith("_")


def definitions(package: str = "") -> Iterator[tuple[str, Definition]]:
    """All public definitions below `package`, or everywhere."""
    for path, tree in trees().items():
        if path.startswith(package) and is_public(path):
            yield from public(tree.body, f"{path}::")


def is_overriding(name: str, node: Definition) -> bool:
    """True for a method marked with @override, whose document is that of the method it overrides."""
    return any(ast.unparse(decorator).split(".")[-1] == "override" for decorator in node.decorator_list)


def sections(text: str) -> list[str]:
    """The headings of a docstring, in order. A section may follow another on one line, as two short ones do."""
    return HEADING.findall(text)


def documented_arguments(text: str) -> set[str]:
    """Names at the start of the lines of an Args section."""
    match = re.search(r"^Args:\s*\n((?:[ ]{4,}.*\n?|\n)+)", text, re.MULTILINE)
    lines = match.group(1).splitlines() if match else []
    starts = [re.match(r" {4}((?:\*{0,2}\w+(?:, )?)+):", line) for line in lines]
    return {name.strip("* ") for start in starts if start for name in start.group(1).split(",")}


def arguments(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Names of a function's parameters."""
    given = node.args
    several = [*given.posonlyargs, *given.args, *given.kwonlyargs]
    return {item.arg for item in (*several, given.vararg, given.kwarg) if item is not None}


def fields(node: ast.ClassDef) -> set[str]:
    """Names assigned with a type in a class body, and the parameters of its `__init__`."""
    assigned = {
        item.target.id for item in node.body if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name)
    }
    made = [arguments(item) for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"]
    return assigned.union(*made)


def test_every_module_has_a_docstring() -> None:
    """If false, a reader opens a file and must guess its subject."""
    assert [path for path, tree in trees().items() if tree.body and not ast.get_docstring(tree)] == []


def test_every_public_name_has_a_docstring() -> None:
    """If false, a public name must be understood from its code."""
    bare = [name for name, node in definitions() if not ast.get_docstring(node) and not is_overriding(name, node)]
    assert bare == []


def test_summary_is_one_line() -> None:
    """If false, the first line of a docstring cannot stand alone in a list."""
    texts = {name: ast.get_docstring(node) or "" for name, node in definitions()}
    ragged = [name for name, text in texts.items() if len(text.splitlines()) > 1 and text.splitlines()[1].strip()]
    assert ragged == []


def test_sections_stand_in_order() -> None:
    """If false, a reader looks for a section where it is not."""
    found = {name: sections(ast.get_docstring(node) or "") for name, node in definitions()}
    assert [name for name, names in found.items() if names != sorted(names, key=SECTIONS.index)] == []
    assert [name for name, names in found.items() if len(names) != len(set(names))] == []


def test_documented_arguments_exist() -> None:
    """If false, a docstring describes a parameter that was renamed or removed."""
    stale = [
        f"{name}: {sorted(unknown)}"
        for name, node in definitions()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (unknown := documented_arguments(ast.get_docstring(node) or "") - arguments(node))
    ]
    classes = [
        f"{name}: {sorted(unknown)}"
        for name, node in definitions()
        if isinstance(node, ast.ClassDef) and not node.bases
        if (unknown := documented_arguments(ast.get_docstring(node) or "") - fields(node))
    ]
    assert stale + classes == []


def needs_source(name: str, node: Definition) -> bool:
    """True for the functions of theory, classes and their methods apart: they hold formulas, functions make them."""
    return not isinstance(node, ast.ClassDef) and "." not in name.split("::")[1] and not name.startswith(SOURCELESS)


def test_theory_names_its_sources() -> None:
    """If false, a formula of theory comes from nowhere."""
    bare = [
        name
        for name, node in definitions("theory/")
        if needs_source(name, node) and "Source" not in sections(ast.get_docstring(node) or "")
    ]
    assert bare == []

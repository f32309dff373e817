"""Fingerprints: the key under which a verdict is stored, a hash of everything that the verdict depends on.

What a claim is: its own statement in the paper file and, transitively, the statements whose names it uses. What it
calls: the source of every module of the three packages that these reach, the checkers and the versions of the
libraries. How it was run: budget, seed root and data. Nothing is imported. Not seen: files that a paper opens by
name, and attributes that one statement assigns to what another has made.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.metadata
import importlib.util
import json
import platform
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import final

from .outline import PaperOutline

DISTRIBUTIONS = ("numpy", "scipy", "sympy", "mpmath", "python-flint", "hypothesis", "scikit-learn", "clarabel")
"""Libraries that take part in every check."""

PACKAGES = ("theory", "numerics", "proofs_check")

JUDGES = ("claims", "verdicts", "records", "twins", "worker", "checkers")
"""Parts of `proofs_check` on which every verdict depends, a folder with all of its modules."""

BYSTANDERS = ("report", "cli", "store", "catalogue", "outline", "fingerprint", "verification", "progress", "__main__")
"""Parts of `proofs_check` that find, keep or show verdicts and cannot change one."""

_OPAQUE = {"globals", "locals", "vars", "exec", "eval", "setattr", "delattr", "__import__", "import_module"}


@functools.cache
def versions() -> Mapping[str, str]:
    """Name -> version of Python and of each library that takes part; "absent" where it is not installed."""
    found = {"python": platform.python_version()}
    for name in DISTRIBUTIONS:
        found[name] = _version(name)
    return found


def _version(distribution: str) -> str:
    try:
        return importlib.metadata.version(distribution)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def package_folders() -> dict[str, Path]:
    """Package -> folder that Python would import it from, for the three packages; nothing is imported."""
    folders = {}
    for name in PACKAGES:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin:
            folders[name] = Path(spec.origin).resolve().parent
    return folders


@final
@dataclass(frozen=True)
class _Source:
    """One module's file: what it is, and the dotted names that it may import."""

    digest: str
    imports: tuple[str, ...]


@final
@dataclass(frozen=True, kw_only=True)
class Fingerprints:
    """Keys of claims under one way of running them. Each file is read once in the life of this object.

    Args:
        budget, seed_root: how the claims are run. data_digest: "digits", or the digest of the user's file.
    """

    budget: str
    seed_root: int
    data_digest: str
    _folders: Mapping[str, Path] = field(default_factory=package_folders, repr=False)
    _sources: dict[Path, _Source] = field(default_factory=dict, repr=False)
    _stamps: dict[Path, tuple[int, int]] = field(default_factory=dict, repr=False)
    _places: dict[str, Path | None] = field(default_factory=dict, repr=False)
    _papers: dict[Path, _Statements] = field(default_factory=dict, repr=False)
    _judges: dict[str, Path] = field(default_factory=dict, repr=False)
    _strangers: dict[str, str] = field(default_factory=dict, repr=False)

    def key(self, outline: PaperOutline, claim_id: str) -> str:
        """The key of the claim `claim_id`, "paper.slug", of the file that `outline` describes."""
        self._stamps[outline.path] = outline.stamp
        if outline.path not in self._papers:
            self._papers[outline.path] = _Statements.of(outline.tree)
        nodes = slice_of(outline, claim_id.rpartition(".")[2], self._papers[outline.path])
        imports = [name for node in nodes for name in _imports_within(node, package=())]
        modules = self._closure(imports)
        foreign = {name.partition(".")[0] for name in imports} - set(PACKAGES) - sys.stdlib_module_names
        content = {
            "claim": claim_id,
            "slice": [ast.dump(node) for node in nodes],
            "modules": {name: self._source(path, name).digest for name, path in modules.items()},
            "foreign": {name: self._stranger(name) for name in sorted(foreign)},
            "python": platform.python_version_tuple()[:2],
            "versions": {name: versions()[name] for name in DISTRIBUTIONS},
            "run": [self.budget, self.seed_root, self.data_digest],
        }
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()

    def is_current(self) -> bool:
        """False if a file that a key depends on has changed since it was read, so that keys no longer describe it."""
        return all(_stamp(path) == stamp for path, stamp in self._stamps.items())

    def _judging(self) -> Iterator[str]:
        folder = self._folders["proofs_check"]
        for part in JUDGES:
            yield f"proofs_check.{part}"
            for path in sorted((folder / part).glob("**/*.py")):
                yield ".".join(["proofs_check", *path.relative_to(folder).with_suffix("").parts])

    def _closure(self, names: Iterable[str]) -> dict[str, Path]:
        """Module -> file for all modules of the three packages that `names` and the judges reach, sorted."""
        if not self._judges:
            self._judges.update(self._reached(self._judging(), {}))
        return dict(sorted(self._reached(names, self._judges).items()))

    def _reached(self, names: Iterable[str], known: Mapping[str, Path]) -> dict[str, Path]:
        found = dict(known)
        waiting = list(names)
        seen: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name in seen or name in known:
                continue
            seen.add(name)
            parent = name.rpartition(".")[0]
            if parent:
                waiting.append(parent)
            if (path := self._locate(name)) is not None:
                found[name] = path
                waiting.extend(self._source(path, name).imports)
        return found

    def _stranger(self, name: str) -> str:
        if name not in self._strangers:
            self._strangers[name] = _foreign(name)
        return self._strangers[name]

    def _locate(self, name: str) -> Path | None:
        if name not in self._places:
            self._places[name] = self._look_up(name)
        return self._places[name]

    def _look_up(self, name: str) -> Path | None:
        package, *parts = name.split(".")
        if package not in self._folders or (package == "proofs_check" and parts and parts[0] in BYSTANDERS):
            return None
        place = self._folders[package].joinpath(*parts)
        candidates = (place / "__init__.py", place.with_name(f"{place.name}.py"))
        return next((path for path in candidates if path.is_file()), None)

    def _source(self, path: Path, name: str) -> _Source:
        if path not in self._sources:
            self._stamps[path] = _stamp(path)
            text = path.read_bytes()
            package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
            try:
                imports = tuple(_imports_within(ast.parse(text), package=tuple(package)))
            except (SyntaxError, ValueError):
                imports = ()
            self._sources[path] = _Source(hashlib.sha256(text).hexdigest(), imports)
        return self._sources[path]


def _stamp(path: Path) -> tuple[int, int]:
    try:
        stat = path.stat()
    except OSError:
        return (0, -1)
    return (stat.st_mtime_ns, stat.st_size)


def _foreign(name: str) -> str:
    """What is known of a module outside of the three packages: its version and the content of its first file."""
    try:
        spec = importlib.util.find_spec(name)
        text = Path(spec.origin).read_bytes() if spec is not None and spec.origin else b""
    except (ImportError, ValueError, OSError):
        text = b""
    return f"{_version(name)} {hashlib.sha256(text).hexdigest()}"


def _imports_within(node: ast.AST, *, package: tuple[str, ...]) -> Iterator[str]:
    """Dotted names that the import statements below `node` may bind; "a.b" for `from a import b`."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = package[: len(package) - node.level + 1] if node.level else ()
        prefix = ".".join([*base, *([node.module] if node.module else [])])
        yield prefix
        yield from (f"{prefix}.{alias.name}" for alias in node.names)
    elif not isinstance(node, ast.expr):
        for child in ast.iter_child_nodes(node):
            yield from _imports_within(child, package=package)


@final
@dataclass(frozen=True)
class _Statements:
    """The top-level statements of a file by the names that they bind."""

    is_opaque: bool
    binders: Mapping[str, list[ast.stmt]]
    always: list[ast.stmt]

    @classmethod
    def of(cls, tree: ast.Module) -> _Statements:
        binders: dict[str, list[ast.stmt]] = {}
        for statement in tree.body:
            for name in _bound(statement):
                binders.setdefault(name, []).append(statement)
        return cls(_is_opaque(tree), binders, [item for item in tree.body if _is_always_included(item)])


def slice_of(outline: PaperOutline, slug: str, statements: _Statements | None = None) -> list[ast.AST]:
    """The parts of a paper file that can change the claim `slug`, in the order of the file.

    The claim's own statement, the statements that bind the names it uses, transitively, and every statement that acts
    without binding a name. The whole file where a name may be bound in a way that its text does not show.
    """
    statements = statements or _Statements.of(outline.tree)
    anchor = outline.anchors.get(slug)
    if anchor is None or statements.is_opaque:
        return list(outline.tree.body)
    chosen: dict[int, ast.AST] = {}
    waiting: list[ast.AST] = [anchor, *statements.always]
    while waiting:
        node = waiting.pop()
        if id(node) not in chosen:
            chosen[id(node)] = node
            waiting.extend(item for name in _used(node) for item in statements.binders.get(name, ()))
    return sorted(chosen.values(), key=lambda node: (getattr(node, "lineno", 0), getattr(node, "col_offset", 0)))


def _is_opaque(tree: ast.Module) -> bool:
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            return True
        if isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names):
            return True
        if isinstance(node, ast.Name) and node.id in _OPAQUE:
            return True
        if isinstance(node, ast.Attribute) and node.attr == "import_module":
            return True
    return False


def _bound(statement: ast.stmt) -> set[str]:
    """Names that a top-level statement binds."""
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {statement.name}
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return {"__doc__"}
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        walrus = [node.target for node in ast.walk(statement) if isinstance(node, ast.NamedExpr)]
        stored = [node for target in (*targets, *walrus) for node in ast.walk(target) if isinstance(node, ast.Name)]
        return {node.id for node in stored if isinstance(node.ctx, ast.Store)}
    names = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
    return names


def _is_always_included(statement: ast.stmt) -> bool:
    """True for statements that act: they bind no simple name, only `_`, or are compound."""
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
    if isinstance(statement, ast.If):
        return "TYPE_CHECKING" not in ast.unparse(statement.test)
    if isinstance(statement, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        parts = [node for target in targets for node in ast.walk(target)]
        return any(isinstance(node, (ast.Attribute, ast.Subscript)) for node in parts) or _bound(statement) <= {"_"}
    return not isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and "__doc__" not in _bound(
        statement
    )


def _used(node: ast.AST) -> set[str]:
    return {item.id for item in ast.walk(node) if isinstance(item, ast.Name)}

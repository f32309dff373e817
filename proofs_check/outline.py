"""Outlines: what a paper file says about itself, read from its text without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

from .errors import MalformedClaim
from .records import ClaimRecord, PaperRecord

if TYPE_CHECKING:
    from .claims import AbstractClaim
    from .verdicts import Verdict

KIND_NAMES = (
    "Identity",
    "Inequality",
    "Bound",
    "Limit",
    "Scaling",
    "Rate",
    "Law",
    "Construction",
    "WorstCase",
    "SameLaw",
)
"""Names of the kinds of claim, known here because importing them costs more than listing them."""


@final
@dataclass(frozen=True, kw_only=True)
class ClaimOutline:
    """The words of a claim without its expressions and functions. Fields as in `AbstractClaim`."""

    kind: str
    slug: str
    locator: str
    statement: str
    text: str
    source: str
    checked: str = ""
    difference: str = ""
    assumes: tuple[str, ...] = ()
    not_checked: tuple[str, ...] = ()
    expect: str = "holds"
    corrected_by: str = ""

    @classmethod
    def of(cls, claim: AbstractClaim) -> ClaimOutline:
        """The outline of a claim that is loaded."""
        return cls(**{item.name: getattr(claim, item.name) for item in fields(cls)})

    def record(self, paper: PaperRecord, verdict: Verdict, *, budget: str, seed_root: int, data: str) -> ClaimRecord:
        """The record of this claim, judged by `verdict`."""
        kept = {item.name for item in fields(ClaimRecord)} & {item.name for item in fields(self)}
        return ClaimRecord(
            paper=paper,
            verdict=verdict,
            budget=budget,
            seed_root=seed_root,
            data=data,
            **{name: getattr(self, name) for name in kept},
        )


@final
@dataclass(frozen=True, kw_only=True)
class PaperOutline:
    """What is known of a paper file from its text.

    Args:
        path: the file. stamp: its modification time and size when it was read.
        tree: its syntax tree. anchors: slug -> the top-level statement or the expression that makes the claim.
        paper, claims: read as literals; None and empty where `needs_import` says why that was impossible.
    """

    path: Path
    stamp: tuple[int, int]
    tree: ast.Module = field(repr=False, compare=False)
    anchors: Mapping[str, ast.stmt | ast.expr] = field(repr=False, compare=False)
    paper: PaperRecord | None
    claims: tuple[ClaimOutline, ...]
    needs_import: str = ""


def read_outline(path: Path, *, key: str, shown_path: str = "") -> PaperOutline:
    """Read a paper file without running it.

    Args:
        path: the file. key: the paper's key. shown_path: the path that records show, empty for the catalogue's papers.

    Raises:
        MalformedClaim: if the file cannot be read or is not Python.
    """
    try:
        stat = path.stat()
        tree = ast.parse(path.read_bytes(), filename=str(path))
    except SyntaxError as error:
        raise MalformedClaim(syntax_sentence(path, error)) from error
    except (OSError, ValueError, RecursionError, MemoryError) as error:
        raise MalformedClaim(f"{path}: cannot be read as Python ({error}); name a text file in UTF-8") from error
    bound = _bindings(tree)
    anchors: dict[str, ast.stmt | ast.expr] = {}
    paper: PaperRecord | None = None
    claims: tuple[ClaimOutline, ...] = ()
    reason = ""
    try:
        paper = PaperRecord(key=key, path=shown_path, **_arguments(_call(bound, "PAPER", ("Paper",)), bound))
        claims = tuple(_read_claims(bound, anchors))
    except (_NotLiteral, TypeError) as error:
        reason, paper, claims = str(error), None, ()
    return PaperOutline(
        path=path,
        stamp=(stat.st_mtime_ns, stat.st_size),
        tree=tree,
        anchors=anchors,
        paper=paper,
        claims=claims,
        needs_import=reason,
    )


def syntax_sentence(path: Path, error: SyntaxError) -> str:
    """One sentence on a file that is not Python."""
    message = error.msg or "invalid syntax"
    return f"{path}, line {error.lineno or 1}: {message}; correct this line, the file is not valid Python"


@final
class _NotLiteral(Exception):
    """A part of the file can be known only by running it."""


def _bindings(tree: ast.Module) -> dict[str, list[ast.stmt]]:
    """Name -> the plain top-level assignments to it."""
    bound: dict[str, list[ast.stmt]] = {}
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            bound.setdefault(statement.name, []).append(statement)
            continue
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        for target in targets:
            for node in ast.walk(target) if target is not None else ():
                if isinstance(node, ast.Name):
                    bound.setdefault(node.id, []).append(statement)
    return bound


def _assigned(bound: Mapping[str, list[ast.stmt]], name: str) -> ast.expr:
    statements = bound.get(name, [])
    if len(statements) == 1 and isinstance(statement := statements[0], (ast.Assign, ast.AnnAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        if len(targets) == 1 and isinstance(targets[0], ast.Name) and statement.value is not None:
            return statement.value
    raise _NotLiteral(f"{name} is not assigned exactly once at the top of the file")


def _call(bound: Mapping[str, list[ast.stmt]], name: str, kinds: tuple[str, ...]) -> ast.Call:
    return _as_call(_assigned(bound, name), name, kinds)


def _as_call(node: ast.expr, name: str, kinds: tuple[str, ...]) -> ast.Call:
    if isinstance(node, ast.Call) and not node.args and _last_name(node.func) in kinds:
        return node
    raise _NotLiteral(f"{name} is not written as {' or '.join(kinds)}(...)")


def _last_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _read_claims(bound: Mapping[str, list[ast.stmt]], anchors: dict[str, ast.stmt | ast.expr]) -> list[ClaimOutline]:
    members = _assigned(bound, "CLAIMS")
    if not isinstance(members, ast.Tuple):
        raise _NotLiteral("CLAIMS is not written as a tuple")
    found: list[tuple[ast.Call, ast.stmt | ast.expr]] = []
    for member in members.elts:
        if isinstance(member, ast.Name):
            found.append((_call(bound, member.id, KIND_NAMES), bound[member.id][0]))
        else:
            found.append((call := _as_call(member, "a member of CLAIMS", KIND_NAMES), call))
    # Anchors first: a claim whose words are computed can still be told apart from the others.
    for call, anchor in found:
        anchors[str(_literal(_keyword(call, "slug"), bound))] = anchor
    return [_read_claim(call, bound) for call, _ in found]


def _keyword(call: ast.Call, name: str) -> ast.expr:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    raise _NotLiteral(f"a claim in line {call.lineno} does not write {name}=...")


def _read_claim(call: ast.Call, bound: Mapping[str, list[ast.stmt]]) -> ClaimOutline:
    wanted = {item.name for item in fields(ClaimOutline)} - {"kind"}
    return ClaimOutline(kind=_last_name(call.func), **_arguments(call, bound, wanted))


def _arguments(call: ast.Call, bound: Mapping[str, list[ast.stmt]], wanted: set[str] | None = None) -> dict[str, Any]:
    found = {}
    for keyword in call.keywords:
        if keyword.arg is not None:
            if wanted is None or keyword.arg in wanted:
                found[keyword.arg] = _literal(keyword.value, bound)
        elif wanted is None or _spread_names(keyword.value, bound) & wanted:
            raise _NotLiteral(f"line {call.lineno} passes words of a claim as **arguments")
    return found


def _spread_names(node: ast.expr, bound: Mapping[str, list[ast.stmt]]) -> set[str]:
    """The argument names in `**node`: a dict, a name bound to one, or a call of a function that returns one."""
    if isinstance(node, ast.Name):
        node = _assigned(bound, node.id)
    results: list[ast.expr | None] = [node]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in bound:
        [maker, *others] = bound[node.func.id]
        if isinstance(maker, ast.FunctionDef) and not others:
            results = [item.value for item in _returns(maker)]
    names = set()
    for result in results:
        keys = result.keys if isinstance(result, ast.Dict) else [None]
        for key in keys:
            if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
                raise _NotLiteral(f"line {node.lineno} passes **arguments whose names only running the file gives")
            names.add(key.value)
    return names


def _returns(node: ast.AST) -> Iterator[ast.Return]:
    """The return statements of a function, without those of functions within it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Return):
            yield child
        elif not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            yield from _returns(child)


def _literal(node: ast.expr, bound: Mapping[str, list[ast.stmt]]) -> Any:
    """The value of a literal, of a name bound once to one, or of a sum of strings."""
    if isinstance(node, ast.Name):
        return _literal(_assigned(bound, node.id), {})
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _literal(node.left, bound), _literal(node.right, bound)
        if isinstance(left, str) and isinstance(right, str):
            return left + right
    try:
        return ast.literal_eval(node)
    except ValueError as error:
        raise _NotLiteral(f"line {node.lineno} computes a value that only running the file gives") from error

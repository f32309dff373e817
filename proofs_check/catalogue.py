"""The catalogue: finds paper files, resolves what the user names, and loads papers with one sentence on failure."""

from __future__ import annotations

import difflib
import hashlib
import importlib
import importlib.machinery
import importlib.util
import re
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, final

from .errors import MalformedClaim, UnknownClaim
from .outline import ClaimOutline, PaperOutline, read_outline, syntax_sentence
from .records import PaperRecord

if TYPE_CHECKING:
    from .claims import AbstractClaim
    from .sources import Paper

FOLDER = Path(__file__).resolve().parent / "papers"
"""Where the catalogue's papers lie. A file dropped here is found; nothing is registered."""

_FILE_TARGET = re.compile(r"(?P<path>.*\.py)(?:::?(?P<slug>\w+))?\Z", re.DOTALL)


@final
@dataclass(frozen=True, kw_only=True)
class PaperFile:
    """One paper file. `name` is what finds it again: the key, or the path of a user's own file."""

    key: str
    path: Path
    is_user: bool = False

    @property
    def name(self) -> str:
        """The key of a catalogued paper, the path of a user's own."""
        return str(self.path) if self.is_user else self.key

    @property
    def shown_path(self) -> str:
        """The path that records show: empty for a catalogued paper."""
        return str(self.path) if self.is_user else ""


@final
@dataclass(frozen=True, kw_only=True)
class LoadedPaper:
    """A paper file that was run: its key, file, `PAPER` and `CLAIMS`."""

    key: str
    path: Path
    paper: Paper
    claims: tuple[AbstractClaim, ...]
    is_user: bool = False

    def claim(self, slug: str) -> AbstractClaim:
        """The claim of that slug.

        Raises:
            UnknownClaim: if there is none.
        """
        for claim in self.claims:
            if claim.slug == slug:
                return claim
        raise UnknownClaim(unknown_sentence(slug, [claim.slug for claim in self.claims], f"claim in {self.key}"))

    @property
    def record(self) -> PaperRecord:
        """The paper as records show it."""
        return PaperRecord.of(self.key, self.paper, path=str(self.path) if self.is_user else "")


@final
@dataclass(frozen=True, kw_only=True)
class Request:
    """One claim to verify, known from its file's outline."""

    file: PaperFile
    paper: PaperRecord
    outline: PaperOutline
    claim: ClaimOutline

    @property
    def id(self) -> str:
        """paper.slug"""
        return f"{self.file.key}.{self.claim.slug}"


def find_papers(folder: Path = FOLDER) -> tuple[PaperFile, ...]:
    """The catalogue's papers, sorted by key. Files whose names start with an underscore are not papers."""
    files = sorted(path for path in folder.glob("*.py") if not path.name.startswith("_"))
    return tuple(PaperFile(key=path.stem, path=path) for path in files)


def resolve(target: str) -> tuple[PaperFile, str]:
    """The paper file and the slug (empty for the whole paper) that `target` names, without running the file.

    Args:
        target: KEY, KEY.slug, path/to/file.py, or path/to/file.py::slug.

    Raises:
        UnknownClaim: if there is no such paper or file.
    """
    if match := _FILE_TARGET.match(target):
        path = Path(match["path"])
        if not path.is_file():
            raise UnknownClaim(f"{target!r}: there is no file {str(path)!r}; {_hint(path.stem)}")
        return PaperFile(key=path.stem, path=path, is_user=True), match["slug"] or ""
    key, _, slug = target.partition(".")
    papers = {file.key: file for file in find_papers()}
    if key in papers:
        return papers[key], slug
    raise UnknownClaim(f"{target!r}: there is no paper of this key; {_hint(key)}")


def outline_of(file: PaperFile) -> tuple[PaperRecord, PaperOutline, tuple[ClaimOutline, ...]]:
    """Paper, outline and claims of a file: from its text where that suffices, by running it otherwise.

    Raises:
        MalformedClaim: if the file cannot be used as written.
    """
    outline = read_outline(file.path, key=file.key, shown_path=file.shown_path)
    if outline.paper is not None:
        return outline.paper, outline, outline.claims
    loaded = load_paper(file)
    return loaded.record, outline, tuple(ClaimOutline.of(claim) for claim in loaded.claims)


def select(targets: Sequence[str]) -> tuple[Request, ...]:
    """The claims that `targets` name, each once, in that order; the whole catalogue if there are none.

    Raises:
        UnknownClaim: if a target names nothing. MalformedClaim: if a file cannot be used, or two share a name.
    """
    wanted = [resolve(target) for target in targets] or [(file, "") for file in find_papers()]
    chosen: dict[str, Request] = {}
    places: dict[str, Path] = {}
    for file, slug in wanted:
        if places.setdefault(file.key, file.path.resolve()) != file.path.resolve():
            raise MalformedClaim(f"{file.path} and {places[file.key]} have the same name; verify them one at a time")
        paper, outline, claims = outline_of(file)
        if slug and slug not in {claim.slug for claim in claims}:
            known = [claim.slug for claim in claims]
            raise UnknownClaim(unknown_sentence(slug, known, f"claim in {file.key}"))
        for claim in claims:
            if not slug or claim.slug == slug:
                request = Request(file=file, paper=paper, outline=outline, claim=claim)
                chosen.setdefault(request.id, request)
    return tuple(chosen.values())


def load_paper(target: str | PaperFile) -> LoadedPaper:
    """Run a paper file and check that it says what a paper file must.

    Args:
        target: a key of the catalogue, the path of a user's own file, or a `PaperFile`.

    Raises:
        MalformedClaim: if running it fails, or `PAPER` or `CLAIMS` are not as they must be; the message names the line.
        UnknownClaim: if there is no such paper or file.
    """
    file = target if isinstance(target, PaperFile) else resolve(target)[0]
    try:
        module = _import_user_file(file.path) if file.is_user else _import_catalogued(file)
    except (Exception, SystemExit) as error:
        raise MalformedClaim(_import_sentence(file.path, error)) from error
    return _checked(file, module)


def _import_catalogued(file: PaperFile) -> ModuleType:
    return importlib.import_module(f"{__package__}.papers.{file.key}")


def _import_user_file(path: Path) -> ModuleType:
    """Run the file as a module of a name of its own; its code runs only because the user named the file."""
    source = path.read_bytes()
    name = f"_proofs_check_user_{hashlib.sha256(str(path.resolve()).encode() + source).hexdigest()[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    loader = _UncachedLoader(name, str(path))
    spec = importlib.util.spec_from_loader(name, loader)
    if spec is None:
        raise ImportError(f"{path} is not a Python source file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


@final
class _UncachedLoader(importlib.machinery.SourceFileLoader):
    """Reads the source each time: byte code is matched by size and whole seconds, and would miss a quick edit."""

    def path_stats(self, path: str) -> Mapping[str, Any]:
        """Refused, which makes the import system neither read nor write byte code."""
        raise OSError(f"byte code of {path} is not used")


def _checked(file: PaperFile, module: ModuleType) -> LoadedPaper:
    from .claims import AbstractClaim
    from .sources import Paper

    paper, claims = getattr(module, "PAPER", None), getattr(module, "CLAIMS", None)
    if not isinstance(paper, Paper):
        raise MalformedClaim(f"{file.path}: PAPER is missing; write PAPER = Paper(title=..., authors=(...,), year=...)")
    if not isinstance(claims, tuple) or not claims:
        raise MalformedClaim(f"{file.path}: CLAIMS is missing; write CLAIMS = (FIRST, SECOND), a tuple of claims")
    for position, claim in enumerate(claims, start=1):
        if not isinstance(claim, AbstractClaim):
            kind = type(claim).__name__
            raise MalformedClaim(f"{file.path}: CLAIMS[{position - 1}] is a {kind}; write a claim, as Identity(...)")
    slugs = [claim.slug for claim in claims]
    for claim in claims:
        if slugs.count(claim.slug) > 1:
            raise MalformedClaim(f"{file.path}: two claims have the slug {claim.slug!r}; give each its own")
        if claim.corrected_by and claim.corrected_by not in slugs:
            raise MalformedClaim(
                f"{file.path}: claim {claim.slug!r} says corrected_by={claim.corrected_by!r}, "
                f"which is no slug in this file; write one of {', '.join(slugs)}"
            )
    return LoadedPaper(key=file.key, path=file.path, paper=paper, claims=claims, is_user=file.is_user)


def _import_sentence(path: Path, error: BaseException) -> str:
    """One sentence on what went wrong while running a paper file."""
    if isinstance(error, SyntaxError) and error.filename and Path(error.filename).resolve() == path.resolve():
        return syntax_sentence(path, error)
    trace = traceback.extract_tb(error.__traceback__)
    frames = [frame for frame in trace if Path(frame.filename).resolve() == path.resolve()]
    place = f"{path}, line {frames[-1].lineno}" if frames else f"{path}"
    message = " ".join(str(error).split())[:500]
    missing = re.search(r"(\w+)\.__init__\(\) missing .*?: (.*)", message)
    unexpected = re.search(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'", message)
    if isinstance(error, MalformedClaim):
        return f"{place}: {message}"
    if isinstance(error, ModuleNotFoundError):
        return f"{place}: it imports {error.name!r}, which is not installed here; install it or remove the import"
    if isinstance(error, ImportError):
        return f"{place}: {message}; correct the import"
    if isinstance(error, NameError):
        return f"{place}: {message}; define or import it first"
    if isinstance(error, TypeError) and missing:
        return f"{place}: {missing[1]} lacks {missing[2]}; add what is missing"
    if isinstance(error, TypeError) and unexpected:
        return f"{place}: {unexpected[1]} has no argument {unexpected[2]!r}; remove or rename it"
    return f"{place}: running the file raised {type(error).__name__}: {message}; it must run without errors"


def unknown_sentence(name: str, known: Sequence[str], noun: str) -> str:
    """One sentence that offers the nearest known names."""
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    offer = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known) or 'none'}"
    return f"{name!r}: there is no {noun} of this name; {offer}"


def _hint(name: str) -> str:
    near = difflib.get_close_matches(name, [file.key for file in find_papers()], n=3, cutoff=0.5)
    if near:
        return f"did you mean {' or '.join(near)}?"
    return "see `proofs-check list`, or name a file that ends in .py"

"""The documents name only what exists, and all of it: dependencies, versions, commands, options, claims and kinds."""

from __future__ import annotations

import ast
import contextlib
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import proofs_check
from proofs_check.catalogue import load_paper, select
from proofs_check.certificates.kinds import kinds as certificate_kinds
from proofs_check.claims import KINDS, AbstractClaim
from proofs_check.cli import build_parser, main
from proofs_check.errors import ProofsCheckError
from proofs_check.verdicts import Evidence, Outcome

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGES = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
REASON = re.compile(r"^- `([\w.-]+)` \([^)]+\): \S.*\.$", re.MULTILINE)


def requirements() -> dict[str, Requirement]:
    """Normalised name -> requirement, extras included."""
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    found = [Requirement(text) for group in groups for text in group]
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def pins() -> dict[str, str]:
    """Normalised name -> version in constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {canonicalize_name(name): version for name, version in pairs}


def blocks(page: Path, *languages: str) -> Iterator[str]:
    """The fenced blocks of a page in one of the languages."""
    text = page.read_text(encoding="utf-8")
    return (body for language, body in FENCE.findall(text) if language in languages)


def commands() -> list[tuple[str, list[str]]]:
    """(page, words) of every line that a reader would type, prompts removed."""
    lines = [
        (page.relative_to(ROOT).as_posix(), line.removeprefix("$ ").strip())
        for page in PAGES
        for body in blocks(page, "console", "sh", "bash")
        for line in body.splitlines()
        if line.startswith("$ ")
    ]
    return [(page, shlex.split(line, comments=True)) for page, line in lines]


def test_every_dependency_has_a_reason() -> None:
    """If false, a dependency came in without anyone saying why, or its reason outlived it."""
    reasons = {
        canonicalize_name(name) for name in REASON.findall((ROOT / "docs/dependencies.md").read_text(encoding="utf-8"))
    }
    assert reasons == set(requirements())


def test_every_dependency_is_pinned_within_its_range() -> None:
    """If false, `pip install -c constraints.txt` installs an untested version or cannot be satisfied."""
    pinned = pins()
    unmet = [name for name, wanted in requirements().items() if not wanted.specifier.contains(pinned.get(name, "0"))]
    assert unmet == []


def test_pins_are_plain_versions() -> None:
    """If false, the constraints hold an address, an option or a project of ours."""
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    strange = [line for line in text.splitlines() if not re.fullmatch(r"|#.*|[\w.-]+==[\w.]+", line)]
    assert strange == []
    assert canonicalize_name(PROJECT["name"]) not in pins()


def test_readme_is_short() -> None:
    """If false, a reader must scroll past what they came for."""
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 150


def test_changelog_starts_with_this_version() -> None:
    """If false, a release has no entry, or its version was not raised."""
    versions = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert versions[0] == proofs_check.__version__


def test_commands_are_understood() -> None:
    """If false, a document shows a command or an option that the command line rejects."""
    rejected = []
    for page, words in commands():
        if Path(words[0]).name == "proofs-check":
            try:
                with contextlib.suppress(SystemExit):  # --help and --version answer and stop
                    build_parser().parse_args(words[1:])
            except ProofsCheckError as error:
                rejected.append(f"{page}: {shlex.join(words)}: {error}")
    assert rejected == []


def test_commands_name_existing_claims(monkeypatch: pytest.MonkeyPatch) -> None:
    """If false, a document sends the reader to a paper or a claim that is not there."""
    monkeypatch.chdir(ROOT)
    given = [
        vars(build_parser().parse_args(words[1:])) for _, words in commands() if Path(words[0]).name == "proofs-check"
    ]
    targets = [
        target for one in given for target in (*one.get("targets", ()), one.get("target"), one.get("id")) if target
    ]
    assert len(targets) > 3
    assert all(select([target]) for target in targets)


def test_make_targets_exist() -> None:
    """If false, a document names a make target that is not in the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = {words[1] for _, words in commands() if words[0] == "make"} | set(re.findall(r"`make ([a-z]+)`", text))
    assert named
    assert named <= targets


def test_links_lead_somewhere() -> None:
    """If false, a relative link in a document is dead."""
    dead = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert dead == []


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md"])
def test_paper_files_in_documents_are_well_formed(page: str, tmp_path: Path) -> None:
    """If false, a reader who copies the file gets an error."""
    papers = [body for body in blocks(ROOT / page, "python") if "PAPER" in body and "CLAIMS" in body]
    assert len(papers) == 1
    file = tmp_path / "copied_paper.py"
    file.write_text(papers[0], encoding="utf-8")
    assert load_paper(str(file)).claims


@pytest.mark.parametrize(
    ("page", "example"), [("verify-your-paper.md", "my_paper.py"), ("certify-a-rate.md", "my_rate.py")]
)
def test_quoted_code_is_in_the_example(page: str, example: str) -> None:
    """If false, the how-to shows another file than the one that runs."""
    flat = re.sub(r"\s+", " ", (ROOT / "examples" / example).read_text(encoding="utf-8"))
    quotes = list(blocks(ROOT / "docs/how-to" / page, "python"))
    missing = [
        line
        for body in quotes
        for line in body.splitlines()
        if line.strip() and re.sub(r"\s+", " ", line.strip()) not in flat
    ]
    assert quotes
    assert missing == []


def test_index_lists_every_page() -> None:
    """If false, a page lies there that no reader will find."""
    index = ROOT / "docs/README.md"
    links = re.findall(r"\]\(([^)#:]+)\)", index.read_text(encoding="utf-8"))
    assert set((ROOT / "docs").rglob("*.md")) - {index} <= {(index.parent / link).resolve() for link in links}


def test_concepts_name_every_kind_outcome_and_evidence() -> None:
    """If false, a report uses a word that the page of words does not explain."""
    page = (ROOT / "docs/concepts.md").read_text(encoding="utf-8")
    rows = set(re.findall(r"^\| `?(\w+)`? \|", page, re.MULTILINE))
    assert {kind.kind for kind in KINDS} | {one.name for enum in (Outcome, Evidence) for one in enum} <= rows


def test_every_kind_of_certificate_is_explained() -> None:
    """If false, `recheck` names a kind of which its page says nothing."""
    page = (ROOT / "docs/how-to/recheck-a-certificate.md").read_text(encoding="utf-8")
    named = re.findall(
        r"`([^`]+)`", "".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))
    )
    assert set(named) == set(certificate_kinds())


def test_every_command_is_shown() -> None:
    """If false, a command exists that no page shows at work."""
    offered = re.findall(r"^    ([a-z]+)  ", build_parser().format_help(), re.MULTILINE)
    assert len(offered) > 5
    assert set(offered) <= {words[1] for _, words in commands() if Path(words[0]).name == "proofs-check"}


def test_readme_shows_what_the_kernel_commands_print(capsys: pytest.CaptureFixture[str]) -> None:
    """If false, a reader who types the commands of the tour sees something else."""
    quoted = [
        (shlex.split(command)[1:], output)
        for body in blocks(ROOT / "README.md", "console")
        for command, output in re.findall(r"^\$ (proofs-check .*)\n((?:(?!\$ ).*\n)+)", body, re.MULTILINE)
    ]
    assert [words[0] for words, _ in quoted] == ["dual", "kernel"]
    for words, output in quoted:
        assert main(words) == 0
        assert capsys.readouterr().out == output


def test_quoted_verdicts_are_of_claims_that_exist() -> None:
    """If false, a page shows a table of verdicts that a run could not print."""
    row = re.compile(r"^(\w+) +([A-Z]\w+) +(?:HOLDS|REFUTED) ", re.MULTILINE)
    claims = {(claim.slug, claim.kind) for name in ("my_paper", "my_rate") for claim in claims_of(name)}
    shown = [found for page in PAGES for body in blocks(page, "text") for found in row.findall(body)]
    assert shown
    assert set(shown) <= claims


def claims_of(example: str) -> tuple[AbstractClaim, ...]:
    """The claims of an example."""
    return load_paper(str(ROOT / "examples" / f"{example}.py")).claims


def test_calibration_page_has_the_columns_and_kinds_of_its_script() -> None:
    """If false, the page shows a table that the script no longer prints, or leaves a kind of test out."""
    script = (ROOT / "benchmarks/calibration.py").read_text(encoding="utf-8")
    columns = ast.literal_eval(re.search(r"^COLUMNS = (\(.*?\))$", script, re.MULTILINE | re.DOTALL)[1])  # type: ignore[index]
    trials = (ROOT / "benchmarks/calibration_trials.py").read_text(encoding="utf-8")
    kinds = re.findall(r'^    "([^"]+)": (?:Trial|checked)\(', trials, re.MULTILINE)
    page = (ROOT / "docs/calibration.md").read_text(encoding="utf-8")
    assert f"| {' | '.join(columns)} |" in page
    shown = re.findall(r"^\| ([^|]+?) \| \d+ \|", page, re.MULTILINE)
    assert list(dict.fromkeys(shown)) == kinds
    assert "FAILS" not in page

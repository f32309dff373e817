"""The command line: what it prints, how it exits, and what survives when it is stopped."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from proofs_check import cli
from proofs_check.catalogue import find_papers, load_paper
from proofs_check.checkers.context import BUDGETS
from proofs_check.cli import BUDGET_NAMES, build_parser, exit_code, main
from proofs_check.outline import ClaimOutline
from proofs_check.records import PaperRecord, read_exchange
from proofs_check.store import PATH_VARIABLE, open_store
from proofs_check.verdicts import Evidence, Outcome, TwinResult, Verdict

from . import toy_papers as toys

HEAVY = ("numpy", "sympy", "scipy", "flint", "hypothesis", "sklearn", "mpmath", "matplotlib", "jinja2")


@pytest.fixture(autouse=True)
def _own_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PATH_VARIABLE, str(tmp_path / "results.sqlite3"))


def _python(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, **options)  # type: ignore[call-overload,no-any-return]


@pytest.mark.parametrize("command", [["--version"], ["list"], ["list", "--json"]])
def test_light_commands_import_nothing_heavy(command: list[str]) -> None:
    """If false, the commands that should answer at once wait for libraries that they do not use."""
    code = (
        "import sys\nfrom proofs_check.cli import main\n"
        f"try:\n    main({command!r})\nexcept SystemExit:\n    pass\n"
        f"sys.exit(','.join({{*{HEAVY!r}}} & set(sys.modules)) or 0)\n"
    )
    done = _python("-c", code)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def test_list_names_every_claim(capsys: pytest.CaptureFixture[str]) -> None:
    """If false, a claim of the catalogue cannot be discovered."""
    assert main(["list"]) == 0
    text = capsys.readouterr().out
    assert main(["list", "--json"]) == 0
    listed = {entry["key"]: entry["claims"] for entry in json.loads(capsys.readouterr().out)}
    for file in find_papers():
        slugs = [claim.slug for claim in load_paper(file).claims]
        assert [claim["slug"] for claim in listed[file.key]] == slugs
        assert all(slug in text for slug in (file.key, *slugs))


def test_list_survives_files_that_it_cannot_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """If false, one unusual paper hides all others."""
    (tmp_path / "broken.py").write_text("x = (", encoding="utf-8")
    (tmp_path / "computed.py").write_text(toys.HEAD + "CLAIMS = tuple(make())", encoding="utf-8")
    toys.write(tmp_path, toys.TRUE)
    monkeypatch.setattr(cli, "find_papers", lambda: find_papers(tmp_path))
    assert main(["list"]) == 0
    text = capsys.readouterr().out
    assert "cannot be read" in text
    assert "needs import" in text
    assert "right" in text


def test_show_tells_paper_claim_and_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If false, a reader cannot see what a claim says before it is run."""
    file = find_papers()[0]
    claim = load_paper(file).claims[0]
    for target in (file.key, f"{file.key}.{claim.slug}"):
        assert main(["show", target]) == 0
        shown = capsys.readouterr().out
        assert claim.statement in shown
        assert claim.locator in shown
    assert main(["show", str(toys.write(tmp_path, toys.TRUE, toys.ERRATUM))]) == 0
    assert "known to be false" in capsys.readouterr().out


MISUSES = [
    (["verify", "nobody_1900"], "no paper of this key"),
    (["verify", "nowhere.py"], "there is no file"),
    (["verify", "{toy}::absent"], "there is no claim in toy"),
    (["verify", "{toy}", "--jobs", "0"], "write 1 or more"),
    (["verify", "{toy}", "--seed", "-1"], "seed"),
    (["verify", "{toy}", "--seed", "x"], "write 0, 1, 2"),
    (["verify", "{toy}", "--budget", "huge"], "quick"),
    (["verify", "{toy}", "--data", "absent.csv"], "--data absent.csv"),
    (["verify", "{toy}", "--data", "{toy}"], "--data"),
    (["verify", "{toy}", "--json", "{folder}"], "this is a folder"),
    (["verify", "{toy}", "--html", "{toy}"], "this is a file"),
    (["verify", "{toy}", "--store", "{toy}"], "not a database"),
    (["verify", "{broken}"], "line 1"),
    (["verify", "{toy}", "--unknown"], "--unknown"),
    (["show", "nobody_1900"], "no paper"),
    (["show", "{toy}::absent"], "there are right"),
    (["explain", "{toy}"], "names a paper"),
    (["explain", "{toy}::right"], "run `proofs-check verify"),
    (["explain", "{toy}::absent"], "there is no claim"),
    ([], "COMMAND"),
    (["dance"], "dance"),
]


@pytest.mark.parametrize(("command", "expected"), MISUSES)
def test_misuse_is_one_sentence(
    command: list[str], expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """If false, a mistake of the user's ends in a traceback, or in a code that means a refuted claim."""
    broken = tmp_path / "broken.py"
    broken.write_text("x = (\n", encoding="utf-8")
    names = {"toy": toys.write(tmp_path, toys.TRUE), "folder": tmp_path, "broken": broken}
    assert main([part.format(**names) for part in command]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("proofs-check: ")
    assert captured.err.count("\n") == 1
    assert expected in captured.err


def test_verify_prints_keeps_and_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If false, a run leaves no table, no report or no stored verdict."""
    path = toys.write(tmp_path, toys.TRUE, toys.ERRATUM)
    places = [tmp_path / "out" / name for name in ("html", "run.json", "run.xml")]
    options = ["--html", str(places[0]), "--json", str(places[1]), "--junit", str(places[2]), "--jobs", "1"]
    assert main(["verify", str(path), *options]) == 0
    captured = capsys.readouterr()
    assert "HOLDS" in captured.out
    assert "written:" in captured.out
    assert "[2/2] toy.erratum REFUTED" in captured.err
    document = json.loads(places[1].read_text(encoding="utf-8"))
    assert [record.id for record in read_exchange(document)] == ["toy.right", "toy.erratum"]
    assert {"version", "command", "started", "seconds", "budget", "seed_root", "alpha", "data"} <= set(document["run"])
    assert (places[0] / "index.html").is_file()
    assert places[2].is_file()
    assert main(["explain", f"{path}::right"]) == 0
    assert "toy.right" in capsys.readouterr().out


def test_stored_verdicts_need_no_heavy_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If false, a second run is slow though nothing is checked."""
    path = toys.write(tmp_path, toys.TRUE, toys.FALSE)
    assert main(["verify", str(path), "--jobs", "1"]) == 1
    code = (
        f"import sys\nfrom proofs_check.cli import main\ncode = main(['verify', {str(path)!r}])\n"
        "print(code, sorted({'sympy', 'scipy', 'hypothesis', 'sklearn'} & set(sys.modules)))"
    )
    done = _python("-c", code)
    assert done.stdout.splitlines()[-1] == "1 []"
    assert done.stderr == ""


def test_report_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """If false, a report that is missing passes for one that was written."""
    path = toys.write(tmp_path, toys.TRUE)
    assert main(["verify", str(path), "--jobs", "1", "--json", str(path / "below_a_file.json")]) == 2
    captured = capsys.readouterr()
    assert "HOLDS" in captured.out
    assert "below_a_file.json" in captured.err


def _verdict(outcome: str, *, survivor: bool = False) -> Verdict:
    evidence = Evidence.EXACT if outcome in ("HOLDS", "REFUTED") else None
    twin = TwinResult(label="twin", change="sign", outcome=Outcome.HOLDS, reason="survived")
    return Verdict(outcome=Outcome[outcome], evidence=evidence, reason="because", twins=(twin,) if survivor else ())


@pytest.mark.parametrize(
    ("expect", "outcome", "survivor", "plain", "strict"),
    [
        ("holds", "HOLDS", False, 0, 0),
        ("holds", "HOLDS", True, 0, 3),
        ("holds", "REFUTED", False, 1, 1),
        ("refuted", "REFUTED", False, 0, 0),
        ("refuted", "HOLDS", False, 1, 1),
        ("holds", "UNDECIDED", False, 0, 3),
        ("holds", "INAPPLICABLE", False, 0, 3),
        ("holds", "NOT_RUN", False, 0, 3),
        ("holds", "ERROR", False, 0, 3),
        ("refuted", "UNDECIDED", False, 0, 3),
    ],
)
def test_exit_codes(expect: str, outcome: str, survivor: bool, plain: int, strict: int) -> None:
    """If false, a script that reads the exit code takes a refuted or unsettled claim for a checked one."""
    claim = ClaimOutline(
        kind="Identity", slug="s", locator="l", statement="a", text="t", source="derived", expect=expect
    )
    paper = PaperRecord(key="toy", title="Toys", authors=("Toy",), year=2020)
    record = claim.record(paper, _verdict(outcome, survivor=survivor), budget="quick", seed_root=0, data="digits")
    good = ClaimOutline(kind="Law", slug="g", locator="l", statement="a", text="t", source="derived")
    other = good.record(paper, _verdict("HOLDS"), budget="quick", seed_root=0, data="digits")
    assert exit_code([other, record], strict=False) == plain
    assert exit_code([record, other], strict=True) == strict


def test_budget_names_are_the_budgets() -> None:
    """If false, a budget exists that cannot be chosen, or the other way round."""
    assert set(BUDGET_NAMES) == set(BUDGETS)


def test_mixed_packages_are_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """If false, another project's `theory` silently takes the place of ours."""
    folders = {name: Path("/ours") / name for name in cli.PACKAGES}
    monkeypatch.setattr(cli, "package_folders", lambda: {**folders, "theory": Path("/theirs/theory")})
    main(["list"])
    assert "different places" in capsys.readouterr().err
    monkeypatch.setattr(cli, "package_folders", lambda: {"proofs_check": folders["proofs_check"]})
    main(["list"])
    assert "theory, numerics cannot be found" in capsys.readouterr().err


def test_reader_that_leaves_is_no_error() -> None:
    """If false, `proofs-check list | head -1` ends with a traceback."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "proofs_check", "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    assert (process.wait(30), errors) == (0, "")


@pytest.fixture
def gated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Path, Path, list[str]]]:
    """A file whose third claim does not finish while the gate exists; the gate; the command that verifies the file."""
    path = toys.write(tmp_path, toys.TRUE, toys.claim("second"), toys.GATED, toys.FALSE)
    gate = tmp_path / "gate"
    gate.touch()
    monkeypatch.setenv("TOY_GATE", str(gate))
    yield path, gate, [sys.executable, "-m", "proofs_check", "verify", str(path)]
    gate.unlink(missing_ok=True)


def _wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def _stored() -> int:
    try:
        connection = sqlite3.connect(f"file:{os.environ[PATH_VARIABLE]}?mode=ro", uri=True)
        try:
            return int(connection.execute("SELECT count(*) FROM results").fetchone()[0])
        finally:
            connection.close()
    except sqlite3.Error:
        return 0


def _group_is_empty(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="signals as on POSIX")
@pytest.mark.parametrize("jobs", [1, 2])
def test_killed_run_is_resumed(gated: tuple[Path, Path, list[str]], jobs: int) -> None:
    """If false, a run killed at any moment loses what was finished, repeats it, or leaves processes behind."""
    _, gate, command = gated
    finished = 2 if jobs == 1 else 3
    process = subprocess.Popen(
        [*command, "--jobs", str(jobs)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    _wait_until(lambda: _stored() == finished)
    process.send_signal(signal.SIGKILL)
    process.wait(30)
    _wait_until(lambda: _group_is_empty(process.pid))
    gate.unlink()
    done = subprocess.run([*command, "--jobs", "1"], capture_output=True, text=True, timeout=120, check=False)
    checked = [line.split()[1] for line in done.stderr.splitlines() if line.startswith("[")]
    assert checked == (["toy.gated_one", "toy.wrong"] if jobs == 1 else ["toy.gated_one"])
    assert done.returncode == 1
    assert _stored() == 4


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="signals as on POSIX")
@pytest.mark.parametrize(("jobs", "to_all"), [(1, False), (2, False), (2, True)])
def test_interrupted_run_prints_what_it_has(gated: tuple[Path, Path, list[str]], jobs: int, to_all: bool) -> None:
    """If false, Ctrl-C ends in tracebacks, hangs, leaves processes behind, or hides what was found."""
    _, _, command = gated
    process = subprocess.Popen(
        [*command, "--jobs", str(jobs)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _wait_until(lambda: _stored() == (2 if jobs == 1 else 3))
    if to_all:
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert "interrupted" in err
    assert "NOT RUN" in out
    assert "HOLDS" in out
    _wait_until(lambda: _group_is_empty(process.pid))


def test_full_store_ends_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """If false, a full disk hides the verdicts of a run that has finished."""
    path = toys.write(tmp_path, toys.TRUE, toys.claim("second"))
    open_store(Path(os.environ[PATH_VARIABLE])).close()
    connect = sqlite3.connect

    def connect_to_a_small_disk(*arguments: object, **options: object) -> sqlite3.Connection:
        connection = connect(*arguments, **options)  # type: ignore[call-overload]
        connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the present size where that is larger
        return connection  # type: ignore[no-any-return]

    monkeypatch.setattr(sqlite3, "connect", connect_to_a_small_disk)
    assert main(["verify", str(path), "--jobs", "1"]) == 0
    captured = capsys.readouterr()
    assert captured.err.count("The run goes on") == 1
    assert captured.out.count("HOLDS") >= 2


@pytest.mark.parametrize("name", ["verify", "show", "explain", "audit", "dual", "kernel", "recheck"])
def test_every_command_explains_itself_with_an_example(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If false, a stranger sees options and not what the command is for, or lines that wrap."""
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        build_parser().parse_args([name, "--help"])
    text = capsys.readouterr().out
    assert f"\n  proofs-check {name} " in text
    for line in re.findall(r"^  (proofs-check .*)$", text, re.MULTILINE):
        build_parser().parse_args(shlex.split(line)[1:])
    assert max(map(len, text.split("exit codes")[0].splitlines())) <= 80

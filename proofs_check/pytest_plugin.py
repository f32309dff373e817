"""The pytest plugin: bounds and claims as tests, with their verdicts in the terminal summary.

It is loaded by every pytest run of an environment where the package is installed, so it imports nothing heavy itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import pytest

if TYPE_CHECKING:
    from .claims import AbstractClaim
    from .examiner import Examiner
    from .verdicts import Verdict

BUDGETS = ("quick", "standard", "thorough")
PROPERTY = "proofs-check verdict"
"""Key of the verdicts among the properties of a test's report, by which they also reach JUnit files."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of the plugin."""
    group = parser.getgroup("proofs-check", "verdicts on claims and bounds")
    group.addoption(
        "--proofs-check-budget", choices=BUDGETS, default="quick", help="how much work each check may spend"
    )
    group.addoption("--proofs-check-seed", type=int, default=0, help="root of the random streams of all checks")
    parser.addini("proofs_check_files", type="args", default=[], help="patterns of paper files to run, as claims_*.py")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers", "claim(budget='quick', seed=0): the test returns a claim, which is verified with its false variants"
    )


@pytest.fixture
def proofs_check(request: pytest.FixtureRequest) -> Examiner:
    """Checks bounds and claims within a test: `search`, `verify`, `assert_holds`, `assert_refuted`."""
    return _examiner(request.node)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run a test marked `claim`: verify the claim that it returns."""
    marker = pyfuncitem.get_closest_marker("claim")
    if marker is None:
        return None
    names = pyfuncitem._fixtureinfo.argnames
    claim = pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names})
    _verify(pyfuncitem, claim, "", **_settings(marker))
    return True


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> PaperFile | None:
    """Collect the paper files that match the setting `proofs_check_files`; none do by default."""
    patterns = parent.config.getini("proofs_check_files")
    if file_path.suffix == ".py" and any(file_path.match(pattern) for pattern in patterns):
        return PaperFile.from_parent(parent, path=file_path)
    return None


@final
class PaperFile(pytest.File):
    """A file with PAPER and CLAIMS, run as Python because the settings name it."""

    def collect(self) -> Iterator[ClaimItem]:
        """One item per claim.

        Raises:
            CollectError: with the sentence that says what is wrong in the file.
        """
        from .catalogue import load_paper
        from .errors import ProofsCheckError

        try:
            paper = load_paper(str(self.path))
        except ProofsCheckError as error:
            raise self.CollectError(str(error)) from error
        for claim in paper.claims:
            yield ClaimItem.from_parent(self, name=claim.slug, claim=claim, paper=paper.key)


@final
class ClaimItem(pytest.Item):
    """One claim of a paper file."""

    def __init__(self, *, claim: AbstractClaim, paper: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.claim = claim
        self.paper = paper

    def runtest(self) -> None:
        """Verify the claim with the seeds that the command line would use."""
        _verify(self, self.claim, f"{self.paper}.{self.name}")

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the claim stands, for the heading of a failure."""
        return self.path, None, f"claim {self.paper}.{self.name}"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List the verdicts, those of passing tests included."""
    found = [
        (report.nodeid, text)
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "call"
        for name, text in report.user_properties
        if name == PROPERTY
    ]
    if found:
        terminalreporter.section("proofs-check verdicts")
        for nodeid, text in found:
            terminalreporter.write_line(f"{nodeid}: {text}")


def _settings(marker: pytest.Mark) -> dict[str, Any]:
    strange = [*marker.args, *(name for name in marker.kwargs if name not in ("budget", "seed"))]
    if strange:
        pytest.fail(f"pytest.mark.claim takes budget=... and seed=..., not {strange}", pytrace=False)
    return dict(marker.kwargs)


def _verify(item: pytest.Item, claim: AbstractClaim, name: str, **settings: Any) -> None:
    from .errors import ProofsCheckError

    examiner = _examiner(item, **settings)
    try:
        verdict = examiner.verify(claim, name=name)
        examiner.assert_expected(claim, verdict)
    except (AssertionError, ProofsCheckError) as error:
        pytest.fail(f"{error}", pytrace=False)


def _examiner(item: pytest.Item, budget: str = "", seed: int | None = None) -> Examiner:
    from .examiner import Examiner, headline

    def note(verdict: Verdict) -> None:
        item.user_properties.append((PROPERTY, headline(verdict)))

    return Examiner(
        name=item.nodeid,
        budget=budget or item.config.getoption("--proofs-check-budget"),
        seed=item.config.getoption("--proofs-check-seed") if seed is None else seed,
        note=note,
        report=print,
    )

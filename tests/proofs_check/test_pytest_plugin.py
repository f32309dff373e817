"""The plugin in a user's suite: what passes, what fails, what is said, and that it costs other projects nothing."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path

import pytest

# Loaded here, once: runs within this process would load them anew, which compiled modules do not survive.
import proofs_check.catalogue
import proofs_check.examiner
import proofs_check.strategies

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parents[2]
INSTALLED = any(
    point.value == "proofs_check.pytest_plugin" for point in importlib.metadata.entry_points(group="pytest11")
)
PLUGIN = () if INSTALLED else ("-p", "proofs_check.pytest_plugin")
LOADED = (proofs_check.catalogue, proofs_check.examiner, proofs_check.strategies)

HEAD = """
import numpy as np
import pytest
from hypothesis import strategies as st
from proofs_check.claims import Bound, Construction
from proofs_check.sources import Paper
from proofs_check.strategies import vectors

BASE = dict(locator="here", statement="s", text="t", source="derived")

def square(data):
    return data["v"] @ data["v"]

def larger(data):
    return sum(abs(data["v"])) ** 2
"""


def run(pytester: pytest.Pytester, source: str, *arguments: str) -> pytest.RunResult:
    """A run of a test file in this process, with warnings as errors."""
    pytester.makepyfile(HEAD + source)
    return pytester.runpytest_inprocess(*PLUGIN, "-p", "no:cacheprovider", "-W", "error", *arguments)


def test_bounds_are_searched_and_listed(pytester: pytest.Pytester) -> None:
    """A true bound would fail, a false one pass, or their verdicts not be seen."""
    result = run(
        pytester,
        """
def test_true(proofs_check):
    proofs_check.assert_holds(proofs_check.search(square, larger, data=vectors(), repair=dict), tightness=0.999)

def test_false(proofs_check):
    verdict = proofs_check.search(larger, square, data=vectors(), examples=[{"v": np.array([1.0, 1.0])}])
    proofs_check.assert_refuted(verdict)
    proofs_check.assert_holds(verdict)
""",
    )
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*REFUTED where HOLDS is asserted*",
            "*counterexample: v = [[]1.0, 1.0[]]*",
            "*confirmed: *digits*",
            "*proofs-check verdicts*",
            "*::test_true: HOLDS SEARCHED: no violation*",
            "*::test_false: REFUTED SEARCHED: violated*",
        ]
    )


def test_everything_short_of_holds_fails(pytester: pytest.Pytester) -> None:
    """A verdict that settles nothing would leave a suite green."""
    result = run(
        pytester,
        """
def test_inapplicable(proofs_check):
    proofs_check.assert_holds(proofs_check.search(square, larger, data=vectors(), given=lambda data: False))

def test_undecided(proofs_check):
    rarely = lambda data: bool(np.all(data["v"] == 0.5))
    proofs_check.assert_holds(proofs_check.search(square, larger, data=vectors(size=(3, 4)), given=rarely))

def test_loose(proofs_check):
    verdict = proofs_check.search(square, lambda data: 9 * larger(data), data=vectors())
    proofs_check.assert_holds(verdict, tightness=0.5)

def test_boolean(proofs_check):
    assert proofs_check.search(square, larger, data=vectors())

def test_broken(proofs_check):
    proofs_check.search(lambda data: 1 / len(data["w"]), larger, data=vectors())
""",
    )
    result.assert_outcomes(failed=5)
    result.stdout.fnmatch_lines_random(
        [
            "*INAPPLICABLE where HOLDS is asserted*",
            "*HOLDS, but lhs / rhs reached 0.11*",
            "*VerdictIsNotBoolean*",
            "*MalformedClaim: Bound 'bound': the claim's functions raised KeyError*",
        ]
    )


CLAIMS = """
def claim(**changes):
    return Bound(**{**BASE, "slug": "norms", "data": vectors(), "lhs": square, "rhs": larger, **changes})
"""


def test_marked_tests_return_claims(pytester: pytest.Pytester) -> None:
    """A claim in a test would not be verified, a known error would fail, or a misused marker pass."""
    result = run(
        pytester,
        CLAIMS
        + """
@pytest.fixture
def one():
    return claim()

@pytest.mark.claim(budget="quick", seed=3)
def test_true(one):
    return one

@pytest.mark.claim
def test_false():
    return claim(lhs=larger, rhs=square)

@pytest.mark.claim
def test_erratum():
    return claim(lhs=larger, rhs=square, expect="refuted", corrected_by="norms")

@pytest.mark.claim
def test_same_sides():
    return claim(rhs=square)

@pytest.mark.claim
def test_nothing():
    claim()

@pytest.mark.claim(tolerance=1)
def test_strange():
    return claim()
""",
    )
    result.assert_outcomes(passed=2, failed=4)
    result.stdout.fnmatch_lines_random(
        [
            "*REFUTED where HOLDS is asserted*",
            "*false variants of the claim survive*",
            "*claim=None: give a claim*",
            "*takes budget=... and seed=..., not*tolerance*",
        ]
    )


def test_paper_files_are_collected_where_the_settings_say_so(pytester: pytest.Pytester) -> None:
    """Files of claims would not be run, or another project's file of that name would be."""
    paper = HEAD + CLAIMS + 'PAPER = Paper(title="Notes", authors=("A",), year=2026)\n'
    pytester.makepyfile(
        claims_good=paper + 'CLAIMS = (claim(), claim(slug="wrong", lhs=larger, rhs=square))\n',
        claims_bad="PAPER = CLAIMS = 3\n",
    )
    alone = pytester.runpytest_inprocess(*PLUGIN, "-p", "no:cacheprovider")
    alone.assert_outcomes()
    result = pytester.runpytest_inprocess(*PLUGIN, "-p", "no:cacheprovider", "-o", "proofs_check_files=claims_*.py")
    result.assert_outcomes(errors=1)
    good = pytester.runpytest_inprocess(*PLUGIN, "-p", "no:cacheprovider", "-o", "proofs_check_files=claims_good.py")
    good.assert_outcomes(passed=1, failed=1)
    good.stdout.fnmatch_lines(["*claim claims_good.wrong*", "*REFUTED where HOLDS*", "*claims_good.py::norms: HOLDS*"])


def test_options_reach_the_search(pytester: pytest.Pytester) -> None:
    """The budget or the seed of the command line would be ignored."""
    source = """
def test_options(proofs_check):
    assert (proofs_check.budget, proofs_check.seed) == ("standard", 7)
"""
    run(pytester, source, "--proofs-check-budget", "standard", "--proofs-check-seed", "7").assert_outcomes(passed=1)
    assert run(pytester, source, "--proofs-check-budget", "endless").ret == pytest.ExitCode.USAGE_ERROR


def test_the_same_seed_gives_the_same_verdict(pytester: pytest.Pytester) -> None:
    """A failure in one run could not be looked at in the next."""
    source = """
def test_verdict(proofs_check):
    verdict = proofs_check.search(square, larger, data=vectors(size=(2, 3)), repair=dict)
    proofs_check.assert_holds(verdict, tightness=2)
"""
    lines = [
        [line for line in run(pytester, source).outlines if "HOLDS SEARCHED" in line or "instances satisfied" in line]
        for _ in range(2)
    ]
    assert lines[0]
    assert lines[0] == lines[1]


def test_the_example_passes() -> None:
    """A reader would start from an example that fails."""
    command = [sys.executable, "-m", "pytest", *PLUGIN, "-p", "no:cacheprovider", "-q", "examples/test_my_bound.py"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "test_gradient_descent: HOLDS SEARCHED" in done.stdout


def test_loading_the_plugin_imports_nothing_heavy() -> None:
    """Every pytest run in the environment would become slower. Processor time of the import alone, least of five."""
    program = (
        "import sys, time, pytest\n"
        "before = time.process_time()\n"
        "import proofs_check.pytest_plugin\n"
        "print(time.process_time() - before, *sys.modules)\n"
    )
    runs = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(5)
    ]
    assert not {"numpy", "sympy", "hypothesis", "scipy", "mpmath", "proofs_check.claims"} & set(runs[0])
    assert min(float(one[0]) for one in runs) < 0.05


def test_the_page_quotes_the_example() -> None:
    """The how-to would show other code than the example that runs, or leave out a strategy."""
    page = (ROOT / "docs/how-to/property-test-your-bound.md").read_text(encoding="utf-8")
    example = (ROOT / "examples/test_my_bound.py").read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert blocks
    assert [block for block in blocks if block.strip("\n") not in example] == []
    drawn = set(re.findall(r"`(\w+)`", "\n".join(line for line in page.splitlines() if line.startswith("| `"))))
    assert drawn - {"X", "y"} <= set(proofs_check.strategies.__all__)

"""Every claim of the catalogue, and of the example, passes one suite: well-formed, as expected, twins caught, shown."""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from pathlib import Path

import pytest

from numerics.data import Dataset, load_digits
from proofs_check.catalogue import LoadedPaper, find_papers, load_paper, select
from proofs_check.checkers import check
from proofs_check.checkers.context import BUDGETS, CheckContext
from proofs_check.claims import AbstractClaim
from proofs_check.outline import ClaimOutline
from proofs_check.records import ClaimRecord
from proofs_check.repair import with_suggestions
from proofs_check.report.mathml import to_mathml
from proofs_check.report.plots import to_svg
from proofs_check.twins import make_twins
from proofs_check.verdicts import Evidence, Outcome, Verdict
from proofs_check.worker import judge

EXAMPLE = str(Path(__file__).parents[2] / "examples" / "my_paper.py")
CATALOGUE = [(request.file.name, request.claim.slug) for request in select([])]
FALSE_IN_EXAMPLE = "wrong_angle"


@cache
def digits() -> Dataset:
    """The default data."""
    return load_digits()


@cache
def paper_of(name: str) -> LoadedPaper:
    """A paper, loaded once."""
    return load_paper(name)


def context_of(name: str, slug: str) -> CheckContext:
    """The context in which the command line checks the claim at quick budget."""
    return CheckContext(claim_id=f"{paper_of(name).key}.{slug}", budget=BUDGETS["quick"], dataset=digits())


@cache
def verdict_of(name: str, slug: str) -> Verdict:
    """The verdict with twins, once per process."""
    return judge(paper_of(name).claim(slug), context_of(name, slug))


def claim_of(name: str, slug: str) -> AbstractClaim:
    """One claim."""
    return paper_of(name).claim(slug)


everywhere = pytest.mark.parametrize(
    ("name", "slug"),
    # One group per claim, so that a worker process judges it once for all tests.
    [pytest.param(*pair, id=".".join(pair), marks=pytest.mark.xdist_group(".".join(pair))) for pair in CATALOGUE],
)


@everywhere
def test_the_verdict_is_the_expected_one_and_every_twin_is_caught(name: str, slug: str) -> None:
    """The catalogue would show a false verdict, or a check that cannot fail."""
    claim, verdict = claim_of(name, slug), verdict_of(name, slug)
    if claim.expect == "refuted":
        assert verdict.outcome is Outcome.REFUTED, verdict.reason
        assert verdict.counterexample is not None
        assert verdict.counterexample.recheck
        return
    assert verdict.outcome is Outcome.HOLDS, verdict.reason
    assert len(verdict.twins) >= 3, "write hand-made twins"
    assert all(twin.caught for twin in verdict.twins), [twin for twin in verdict.twins if not twin.caught]
    assert len({twin.change for twin in verdict.twins}) >= 2, "twins of one kind test one thing"


@everywhere
def test_the_evidence_says_how_strong_it_is(name: str, slug: str) -> None:
    """A verdict would come without its scope, resolution, design or certificate."""
    verdict = verdict_of(name, slug)
    assert verdict.scope
    assert verdict.not_checked or verdict.evidence in (Evidence.EXACT, Evidence.CERTIFIED)
    assert verdict.seeds is not None
    if verdict.evidence is Evidence.STATISTICAL:
        assert verdict.design is not None
        assert verdict.resolution is not None
        assert verdict.design.power > 0.9
    if verdict.evidence in (Evidence.EXACT, Evidence.CERTIFIED) and verdict.outcome is Outcome.HOLDS:
        assert verdict.certificate is not None


@everywhere
def test_the_record_survives_exchange_and_renders(name: str, slug: str) -> None:
    """A result could not be stored, or its formulas and figures would not be shown."""
    paper, claim, verdict = paper_of(name), claim_of(name, slug), verdict_of(name, slug)
    record = ClaimOutline.of(claim).record(paper.record, verdict, budget="quick", seed_root=0, data="digits")
    assert ClaimRecord.from_json(json.loads(json.dumps(record.to_json()))) == record
    for latex in filter(None, (claim.statement, claim.checked)):
        assert "<math" in to_mathml(latex, display=True), f"{latex} is not typeset"
    for number, figure in enumerate(verdict.figures):
        assert "<svg" in to_svg(figure, identifier=f"figure-{number}")


@everywhere
def test_the_verdict_is_the_same_again(name: str, slug: str) -> None:
    """A verdict would depend on more than claim, budget, data and seed."""
    verdict = verdict_of(name, slug)
    claim, context = claim_of(name, slug), context_of(name, slug)
    again = with_suggestions(claim, check(claim, context), context)
    private = {"seconds": 0.0, "versions": {}, "twins": (), "seeds": None}
    assert dataclasses.replace(verdict, **private) == dataclasses.replace(again, **private)


def test_every_file_in_the_folder_is_found() -> None:
    """A paper would be left out of the catalogue because nobody registered it."""
    assert {"cho_saul_2009", "du_2019", "lee_2019"} <= {file.key for file in find_papers()}


def test_errata_stand_beside_their_corrections() -> None:
    """A refuted statement would leave the reader without the true one."""
    for file in find_papers():
        for claim in load_paper(file).claims:
            if claim.expect == "refuted":
                assert claim.corrected_by, f"{file.key}.{claim.slug} names no correction"


def test_the_example_has_one_true_and_one_false_formula() -> None:
    """The user's first file would not show what a refutation looks like."""
    outcomes = {claim.slug: verdict_of(EXAMPLE, claim.slug).outcome for claim in paper_of(EXAMPLE).claims}
    refuted = {slug for slug, outcome in outcomes.items() if outcome is Outcome.REFUTED}
    assert refuted == {FALSE_IN_EXAMPLE}
    assert set(outcomes.values()) == {Outcome.HOLDS, Outcome.REFUTED}
    assert verdict_of(EXAMPLE, FALSE_IN_EXAMPLE).counterexample is not None


def test_twins_differ_from_their_claim() -> None:
    """A twin would be its claim over again."""
    for file in find_papers():
        for claim in load_paper(file).claims:
            for twin in make_twins(claim):
                assert claim.altered(twin) != claim, f"{claim.slug}: {twin.label}"

"""The corpus of silent errors: every known trap, with the contract that the kit keeps."""

from __future__ import annotations

import pytest

from .ball_traps import TRAPS as BALLS
from .inequality_traps import TRAPS as INEQUALITIES
from .statistical_traps import TRAPS as STATISTICS
from .symbolic_traps import TRAPS as SYMBOLIC
from .trap import Contract, Trap

ALL = (*BALLS, *SYMBOLIC, *INEQUALITIES, *STATISTICS)
VALUES = [trap for trap in ALL if trap.contract is Contract.RIGHT_VALUE]
ERRORS = [trap for trap in ALL if trap.contract is Contract.RAISES]
VERDICTS = [trap for trap in ALL if trap.contract not in (Contract.RIGHT_VALUE, Contract.RAISES)]


def name(trap: Trap) -> str:
    return trap.name


@pytest.mark.parametrize("trap", VALUES, ids=name)
def test_value_is_right(trap: Trap) -> None:
    """If false, an enclosure misses the truth or says nothing."""
    found, truth = trap.run(), trap.exact()
    assert found.overlaps(truth)
    assert abs(found - truth) < 1e-4 * (1 + abs(truth))


@pytest.mark.parametrize("trap", ERRORS, ids=name)
def test_trouble_is_named(trap: Trap) -> None:
    """If false, a question without an answer gets one."""
    with pytest.raises(trap.error, match=trap.says or None):
        trap.verdict()


@pytest.mark.parametrize("trap", VERDICTS, ids=name)
def test_verdict_keeps_the_contract(trap: Trap) -> None:
    """If false, a check is fooled by a known trap."""
    verdict = trap.verdict()
    assert trap.is_kept(verdict), f"{verdict.outcome.name}: {verdict.reason}"


def test_names_are_distinct() -> None:
    """If false, one trap hides another in the listing."""
    assert len({trap.name for trap in ALL}) == len(ALL)

"""Re-checks multipliers that bound the worst case of a method: no solver, only rational arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from theory.optimization.performance_estimation import (
    PiecewiseQuadratic,
    Setting,
    exact,
    in_words,
    is_admissible,
    proven_bound,
    read_setting,
    run_on,
    state_problem,
)

from .reading import read_rational, require_keys
from .record import MalformedCertificate, Recheck

KIND = "multipliers of a worst case"
MOST_STEPS = 24
"""Steps of a problem that is still proven and re-checked in a second."""
_MOST_KNOTS = 200
_LONGEST = 1000
"""Characters of a number: elimination multiplies them by the number of steps."""


def recheck(content: Mapping[str, Any]) -> Recheck:
    """Check that the multipliers prove the bound, and that the run is as it says.

    Raises:
        MalformedCertificate: if the content has not its form, or is too large. TheoryError: if the setting is unknown.
    """
    require_keys(content, setting=dict, bound=str, proven=str, multipliers=dict, worst_run=(dict, type(None)))
    setting = read_setting(content["setting"])
    if setting.steps > MOST_STEPS:
        raise MalformedCertificate(f"steps={setting.steps}: certificates of at most {MOST_STEPS} steps are read")
    bound, claimed = (_short(content[name], name) for name in ("bound", "proven"))
    statement = in_words(setting, bound)
    problem = state_problem(setting)
    if len(content["multipliers"]) > len(problem.constraints):
        detail = f"{len(content['multipliers'])} multipliers for {len(problem.constraints)} constraints"
        return Recheck(valid=False, statement=statement, detail=detail)
    multipliers = {name: exact(_short(value, "multiplier")) for name, value in content["multipliers"].items()}
    proven, trouble = proven_bound(problem, multipliers)
    if proven is None:
        return Recheck(valid=False, statement=statement, detail=trouble)
    if proven > exact(bound) or proven > exact(claimed):
        return Recheck(valid=False, statement=statement, detail=f"the multipliers prove {proven}, which is larger")
    detail = f"{len(multipliers)} multipliers; function values cancel, and the slack matrix is positive semidefinite"
    if content["worst_run"] is not None:
        attained, trouble = _rerun(setting, content["worst_run"])
        if attained is None:
            return Recheck(valid=False, statement=statement, detail=trouble)
        detail += f"; the run of the method gives {attained}"
    return Recheck(valid=True, statement=statement, detail=detail)


def _rerun(setting: Setting, content: Mapping[str, Any]) -> tuple[Fraction | None, str]:
    require_keys(
        content, function=dict, formula=str, starts=list, iterates=list, initial=str, performance=str, worst=str
    )
    require_keys(content["function"], knots=list, curvatures=list)
    numbers = {name: [_short(item, name) for item in content["function"][name]] for name in ("knots", "curvatures")}
    starts = tuple(_short(item, "starts") for item in content["starts"])
    if len(numbers["knots"]) > _MOST_KNOTS or len(starts) != len(setting.method.starts):
        raise MalformedCertificate(f"worst_run: at most {_MOST_KNOTS} knots and {len(setting.method.starts)} starts")
    if setting.method.variance and setting.steps > 8:
        raise MalformedCertificate("worst_run: runs with errors are repeated for at most 8 steps")
    function = PiecewiseQuadratic(knots=tuple(numbers["knots"]), curvatures=tuple(numbers["curvatures"]))
    run = run_on(setting, function, starts)
    if not is_admissible(setting, run):
        return None, "the function of the run does not belong to the class, or its start is not allowed"
    if run.to_json() != dict(content):
        return None, "the run of the method on the function gives other numbers"
    return run.worst, ""


def _short(value: Any, name: str) -> Fraction:
    if isinstance(value, str) and len(value) > _LONGEST:
        raise MalformedCertificate(f"{name}: a number of {len(value)} characters; at most {_LONGEST} are read")
    return read_rational(value, name)

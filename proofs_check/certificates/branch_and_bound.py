"""Certificates of inequalities over a box: a tree of cells, each leaf of which is bounded once, without a search."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sympy

from ..checkers.collars import Pin, Plan
from ..checkers.coverage_proof import METHODS, check_coverage, target_of
from ..checkers.covering import KIND, statement_of
from .expressions import read_domain, read_expression
from .reading import is_sealed, read_rational, require_keys
from .record import MalformedCertificate, Recheck

__all__ = ["KIND", "recheck"]

_DEEPEST_PLAN = 4
_MOST_CELLS = 8_000_000


def recheck(content: Mapping[str, Any]) -> Recheck:
    """Bound every leaf of the stored tree again.

    Raises:
        MalformedCertificate: if the content has not the form of such a certificate.
    """
    require_keys(
        content, lhs=list, rhs=list, domain=list, statement=str, slack=str, strict=bool, method=str, function=list,
        collars=list, tree=str, form=str, boxes=int, verified=int, undefined=int, digest=str,
    )  # fmt: skip
    domain = read_domain(content["domain"])
    lhs, rhs = (read_side(content[name], name, domain) for name in ("lhs", "rhs"))
    slack, strict, tree = read_rational(content["slack"], "slack"), content["strict"], content["tree"]
    if slack < 0 or content["method"] not in METHODS or len(tree) > _MOST_CELLS:
        raise MalformedCertificate("content: slack is negative, the method unknown or the tree too large")
    plans = tuple(read_plan(one, 0) for one in content["collars"])
    statement = statement_of(lhs, rhs, domain, strict=strict, slack=slack)
    gap = rhs - lhs + sympy.Rational(slack.numerator, slack.denominator)
    problem = _recorded(content, statement) or check_coverage(
        gap, domain, method=content["method"], plans=plans, tree=tree, strict=strict
    )
    problem = problem or _described(content, gap, domain, plans)
    if problem:
        return Recheck(valid=False, statement=statement, detail=problem)
    leaves = content["verified"]
    return Recheck(valid=True, statement=statement, detail=f"{leaves} boxes bounded again: {content['form']}")


def read_side(data: Any, name: str, domain: Mapping[sympy.Symbol, sympy.Interval]) -> sympy.Expr:
    """One side of a statement, whose symbols all have a domain.

    Raises:
        MalformedCertificate: if it is no expression over the domain.
    """
    side = read_expression(data, name)
    if not isinstance(side, sympy.Expr) or side.free_symbols - set(domain):
        raise MalformedCertificate(f"{name}: it is no expression in the symbols of the domain")
    return side


def _recorded(content: Mapping[str, Any], statement: str) -> str:
    if not is_sealed(content):
        return "the digest does not fit the content: the file has been changed"
    tree = content["tree"]
    counts = {"boxes": len(tree), "verified": tree.count("."), "undefined": tree.count("u")}
    for name, count in counts.items():
        if content[name] != count:
            return f"{name} is recorded as {content[name]}, but the tree has {count}"
    return "" if content["statement"] == statement else "the statement in words is not that of the expressions"


def _described(
    content: Mapping[str, Any],
    gap: sympy.Expr,
    domain: Mapping[sympy.Symbol, sympy.Interval],
    plans: Sequence[Plan],
) -> str:
    target = target_of(gap, domain, content["method"])
    bounds = None if target is None else target.bounds(tuple(plans))
    if target is None or bounds is None or content["form"] != bounds.form:
        return "the recorded form is not the one that was used"
    return "" if content["function"] == list(target.words) else "the recorded function is not the one that was covered"


def read_plan(data: Any, depth: int) -> Plan:
    """A plan of a collar.

    Raises:
        MalformedCertificate: if the data are no plan.
    """
    if not isinstance(data, Mapping) or depth > _DEEPEST_PLAN:
        raise MalformedCertificate("collars: a collar is an object, with few others within it")
    require_keys(data, pins=list, order=int, side=int, sheared=bool, inner=list)
    return Plan(
        tuple(_read_pin(pin) for pin in data["pins"]),
        data["order"],
        data["side"],
        tuple(read_plan(one, depth + 1) for one in data["inner"]),
        data["sheared"],
    )


def _read_pin(data: Any) -> Pin:
    fits = isinstance(data, list) and len(data) == 4
    if not fits or not all(isinstance(data[place], int) and not isinstance(data[place], bool) for place in (0, 2, 3)):
        raise MalformedCertificate("collars: a pin is [variable, constant or null, other variable, sign]")
    value = None if data[1] is None else read_rational(data[1], "pin")
    if value is not None and data[2:] != [-1, 1]:
        raise MalformedCertificate("collars: a pin at a constant has no other variable")
    return Pin(data[0], value, data[2], data[3])

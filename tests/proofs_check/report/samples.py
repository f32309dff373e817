"""Records made by hand: every outcome, every evidence, figures of every kind, and hostile text in every field."""

from __future__ import annotations

import dataclasses
import itertools
import math
from typing import Any

from proofs_check.records import ClaimRecord, PaperRecord
from proofs_check.verdicts import (
    Certificate,
    Counterexample,
    Design,
    Evidence,
    Figure,
    Outcome,
    Series,
    Suggestion,
    TwinResult,
    Verdict,
)

RUN = {
    "version": "0.1.0",
    "budget": "standard",
    "seed_root": 7,
    "data": "digits",
    "started": "2026-11-21T08:00:00+00:00",
    "seconds": 95.2,
    "alpha": 1e-6,
    "versions": {"numpy": "2.4.6", "sympy": "1.14.0"},
    "command": "proofs-check verify --all --html report",
}

HOSTILE = (
    "</math></p><script>alert('x')</script><img src=x onerror=\"alert(1)\">&lt;b&gt; [red]m[/red] \x1b[31m\x00\ud800 ∞"
)

PAPER = PaperRecord(
    key="du_2019",
    title="Gradient descent provably optimizes over-parameterized neural networks",
    authors=("Du", "Zhai", "Póczos", "Singh"),
    year=2019,
    arxiv="1810.02054",
    venue="ICLR",
    note="The loss is 1/2 |u - y|^2; the paper writes the same sum without the 1/2 in its section 2.",
)
OTHER = PaperRecord(key="lee_2019", title="Wide networks evolve as linear models", authors=("Lee", "Xiao"), year=2019)

WIDTHS = (64, 128, 256, 512, 1024, 2048, 4096)

DEVIATION = Figure(
    title="Deviation from the limit, entry (0, 1)",
    caption="Relative deviation of the simulated mean from the claimed limit, with simultaneous confidence intervals.",
    x_label="width",
    y_label="simulated mean / limit - 1",
    x_scale="log",
    series=(
        Series(name="claimed limit", x=(64.0, 4096.0), y=(0.0, 0.0), lower=(-0.008,) * 2, upper=(0.008,) * 2),
        Series(name="fit in powers of 1/width", x=WIDTHS, y=tuple(1.6 / m for m in WIDTHS), style="dashed"),
        Series(
            name="simulation",
            x=WIDTHS,
            y=tuple(1.7 / m for m in WIDTHS),
            lower=tuple(1.7 / m - 0.003 for m in WIDTHS),
            upper=tuple(1.7 / m + 0.003 for m in WIDTHS),
            style="points",
        ),
    ),
)
DECAY = Figure(
    title="Trajectory and envelope",
    caption="Loss at every step and the bound claimed for it.",
    x_label="step",
    y_label="loss",
    y_scale="log",
    series=(
        Series(name="envelope", x=tuple(range(60)), y=tuple(0.8**k for k in range(60)), style="dashed"),
        Series(name="gradient descent", x=tuple(range(60)), y=tuple(0.9 * 0.7**k for k in range(60))),
    ),
)
AWKWARD = Figure(
    title=HOSTILE,
    caption=HOSTILE,
    x_label="$x_{",
    y_label=HOSTILE,
    x_scale="log",
    y_scale="log",
    series=(
        Series(
            name="_hidden",
            x=(0.0, 1.0, 2.0),
            y=(1.0, math.nan, 3.0),
            lower=(-1.0, 0.0, -2.0),
            upper=(2.0, 3.0, math.inf),
        ),
        Series(name="$\\frac{", x=(), y=()),
    ),
)

DESIGN = Design(
    samples=(200_000, 100_000, 50_000, 25_000, 12_500, 6_250, 3_125),
    widths=WIDTHS,
    alpha=2.5e-8,
    power=0.997,
    comparisons=30,
    method="weighted least squares in powers of 1/width; simultaneous Student intervals",
)
EXAMPLE = Counterexample(
    point={"rho": "-127/128", "data": [[1.0, 0.0], [-0.9921875, 0.12475]]},
    lhs="0.012470911305",
    rhs="0.012183005114",
    recheck="both sides enclosed by balls of 200 bits, which do not overlap",
)


SUGGESTION = Suggestion(
    change="the right side times 21/20",
    statement="lhs <= 21/20 * rhs",
    outcome=Outcome.HOLDS,
    evidence=Evidence.SEARCHED,
    reason="no violation of the wider bound in 4000 instances",
)


def twins(caught: int, tried: int) -> tuple[TwinResult, ...]:
    """`tried` false variants, the first `caught` of them refuted."""
    changes = itertools.cycle(("constant", "sign", "exponent", "term", "history"))
    return tuple(
        TwinResult(
            label=f"variant {place + 1}: the {change} is off",
            change=change,
            outcome=Outcome.REFUTED if place < caught else Outcome.HOLDS,
            reason="both sides differ at rho = 1/2" if place < caught else "no difference was found",
        )
        for place, change in zip(range(tried), changes, strict=False)
    )


def record(slug: str, outcome: Outcome, evidence: Evidence | None = None, **changes: Any) -> ClaimRecord:
    """A record; `changes` may name fields of the claim or of the verdict."""
    claim = {item.name for item in dataclasses.fields(ClaimRecord)}
    own = {name: value for name, value in changes.items() if name in claim}
    found = {name: value for name, value in changes.items() if name not in claim}
    base: dict[str, Any] = {
        "paper": PAPER,
        "kind": "Identity",
        "locator": "Section 3, eq. (5)",
        "statement": r"H^\infty_{ij} = x_i^\top x_j\,\frac{\pi - \arccos(x_i^\top x_j)}{2\pi}",
        "text": "The limiting Gram matrix is an arc-cosine kernel of order zero.",
        "source": "text",
        "budget": "standard",
        "seed_root": 7,
    }
    verdict = {"reason": "the difference of both sides reduces to zero", "seconds": 0.31, **found}
    return ClaimRecord(slug=slug, **{**base, **own}, verdict=Verdict(outcome=outcome, evidence=evidence, **verdict))


def every_record() -> list[ClaimRecord]:
    """A run as users see it: every outcome and every evidence once or more."""
    return [*_holding_records(), *_other_records()]


def _holding_records() -> list[ClaimRecord]:
    return [
        record(
            "h_infinity",
            Outcome.HOLDS,
            Evidence.EXACT,
            twins=twins(5, 5),
            scope="rho in [-1, 1]",
            certificate=Certificate(kind="Price", content={"derivative": "acos(-rho)/(2*pi)", "at zero": "1/4"}),
            versions={"sympy": "1.14.0"},
        ),
        record(
            "gram_concentrates",
            Outcome.HOLDS,
            Evidence.STATISTICAL,
            kind="Limit",
            locator="Lemma 3.1",
            statement=r"\lim_{m\to\infty} \mathbb{E}\,H(0)_{ij} = H^\infty_{ij}",
            reason="all 10 extrapolated means lie within 0.8% of the limit, intervals included (asked for 1%)",
            twins=twins(4, 4),
            resolution=0.008,
            design=DESIGN,
            scope="means at widths 64 to 4096 on digits, extrapolated",
            figures=(DEVIATION, DECAY),
            assumptions=("the mean expands in powers of 1/width",),
            not_checked=("convergence in probability beyond the mean",),
            seeds=(7, "du_2019.gram_concentrates"),
            seconds=41.2,
            from_store=True,
        ),
        record(
            "eigenvalue_bound",
            Outcome.HOLDS,
            Evidence.CERTIFIED,
            kind="Inequality",
            statement=r"\begin{aligned} \lambda_{\min}(H) &\ge \tfrac{1}{2}\lambda_0 \\ &> 0 \end{aligned}",
            checked=r"\lambda_{\min}(H) \ge \tfrac12 \lambda_0 - \eta",
            difference="equality occurs at rho = 1, so a slack is allowed",
            slack=1e-6,
            twins=twins(3, 4),
            fallbacks=("no decision procedure applied; balls instead",),
            seconds=3.4,
        ),
        record(
            "gd_rate",
            Outcome.HOLDS,
            Evidence.SEARCHED,
            kind="Rate",
            locator="Theorem 4.1",
            statement=r"\|u(k)-y\|_2^2 \le \Bigl(1-\frac{\eta\lambda_0}{2}\Bigr)^k \|u(0)-y\|_2^2"
            r"\quad\text{for all } k\ge 0 \text{ and every } \eta \le \frac{\lambda_0}{4 n^2}",
            tightness=0.9713,
            twins=twins(6, 6),
            figures=(DECAY,),
            seconds=12.0,
        ),
    ]


def _other_records() -> list[ClaimRecord]:
    return [
        record("data_assumption", Outcome.HOLDS, Evidence.ASSUMED, reason="taken from the paper"),
        record(
            "width_requirement",
            Outcome.REFUTED,
            Evidence.CERTIFIED,
            kind="Bound",
            reason="the bound fails at 1 of 4000 instances; 1.024 times the right side would do",
            counterexample=EXAMPLE,
            suggestions=(SUGGESTION,),
        ),
        record(
            "printed_constant",
            Outcome.REFUTED,
            Evidence.EXACT,
            paper=OTHER,
            expect="refuted",
            corrected_by="corrected_constant",
            counterexample=EXAMPLE,
            twins=twins(1, 1),
        ),
        record("revived_erratum", Outcome.HOLDS, Evidence.EXACT, paper=OTHER, expect="refuted"),
        record(
            "slow_limit", Outcome.UNDECIDED, paper=OTHER, kind="Limit", reason="resolves 3.1%, not the 1% asked for"
        ),
        record("empty_domain", Outcome.INAPPLICABLE, paper=OTHER, reason="no instance met the assumptions"),
        record("needs_jax", Outcome.NOT_RUN, paper=OTHER, reason="JAX is not installed"),
        record("broken_check", Outcome.ERROR, paper=OTHER, reason="ZeroDivisionError: division by zero"),
    ]


def hostile_record() -> ClaimRecord:
    """Markup, entities, control characters and a lone surrogate in every text field."""
    paper = PaperRecord(
        key="../../" + HOSTILE,
        title=HOSTILE,
        authors=(HOSTILE, HOSTILE),
        year=2020,
        arxiv=HOSTILE,
        doi=HOSTILE,
        venue=HOSTILE,
        note=HOSTILE,
        path=HOSTILE,
    )
    return record(
        HOSTILE,
        Outcome.REFUTED,
        Evidence.STATISTICAL,
        paper=paper,
        **dict.fromkeys(("kind", "locator", "text", "source", "checked", "difference", "corrected_by"), HOSTILE),
        **dict.fromkeys(("budget", "data", "reason", "scope"), HOSTILE),
        statement=r"\href{javascript:alert(1)}{x} \text{</math><script>alert(1)</script>}",
        assumes=(HOSTILE,),
        assumptions=(HOSTILE,),
        not_checked=(HOSTILE,),
        fallbacks=(HOSTILE,),
        counterexample=Counterexample(point={HOSTILE: HOSTILE}, lhs=HOSTILE, rhs=HOSTILE, recheck=HOSTILE),
        suggestions=(dataclasses.replace(SUGGESTION, change=HOSTILE, statement=HOSTILE, reason=HOSTILE),),
        certificate=Certificate(kind=HOSTILE, content={HOSTILE: [HOSTILE]}),
        design=Design(samples=(10,), alpha=0.01, power=0.9, method=HOSTILE),
        twins=(TwinResult(label=HOSTILE, change=HOSTILE, outcome=Outcome.ERROR, reason=HOSTILE),),
        seeds=(1, HOSTILE),
        figures=(AWKWARD,),
        versions={HOSTILE: HOSTILE},
    )

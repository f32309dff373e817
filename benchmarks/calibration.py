"""Measures every kind of statistical test against its design: false alarms, power, and p-values of true claims.

Each kind runs at fresh seeds on data whose truth is known. A false alarm rejects the truth; the design allows a share
alpha of them. Power is the share of runs that detect an error of the size of the stated resolution (for equivalence:
that establish it). Counts come with exact binomial intervals; a kind fails if its interval contradicts the design,
or if its p-values leave a simultaneous band of the uniform law. Exit status 1 if a kind fails.

Usage: python benchmarks/calibration.py [--runs 1000] [--jobs 2] [--seed 0] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from calibration_trials import TRIALS, Outcome
from scipy.special import betaincinv

from proofs_check.statistics.uniformity import uniform_band
from proofs_check.worker import limit_threads

ALPHAS = (0.05, 0.01)
DOUBT = 1e-5
"""Level of each comparison with the design; the whole table raises a false alarm about once in a thousand runs."""
COLUMNS = ("kind", "runs", "alpha", "false alarms", "power", "design", "p-values", "verdict")


class Row(NamedTuple):
    """One line of the table: counts and what the design promises."""

    kind: str
    runs: int
    alpha: float
    alarms: int
    detections: int
    design: float
    uniform: str

    @property
    def passes(self) -> bool:
        """False if the counts contradict the design."""
        few_alarms = count_interval(self.alarms, self.runs)[0] <= self.alpha
        powerful = count_interval(self.detections, self.runs)[1] >= self.design
        return few_alarms and powerful and self.uniform != "outside"

    def cells(self) -> tuple[str, ...]:
        """The line as text."""
        alarms, power = (share(count, self.runs) for count in (self.alarms, self.detections))
        verdict = "ok" if self.passes else "FAILS"
        design = f"{self.design:.3f}"
        return (self.kind, str(self.runs), f"{self.alpha:g}", alarms, power, design, self.uniform, verdict)


def count_interval(count: int, runs: int, level: float = DOUBT) -> tuple[float, float]:
    """Exact (Clopper-Pearson) interval of a probability."""
    low = float(betaincinv(count, runs - count + 1, level / 2)) if count else 0.0
    high = float(betaincinv(count + 1, runs - count, 1 - level / 2)) if count < runs else 1.0
    return low, high


def share(count: int, runs: int) -> str:
    """A frequency with its 95 % interval."""
    low, high = count_interval(count, runs, 0.05)
    return f"{count / runs:.3f} [{low:.3f}, {high:.3f}]"


def run_block(kind: str, alpha: float, seed: int, runs: range) -> list[Outcome]:
    """Outcomes of some of the runs of one kind, each from its own stream."""
    limit_threads()
    trial = TRIALS[kind]
    number = list(TRIALS).index(kind)
    return [trial.run(np.random.default_rng([seed, number, round(1e6 * alpha), run]), alpha) for run in runs]


@cache
def band(runs: int) -> Any:
    """The simultaneous band of uniform p-values."""
    return uniform_band(runs, DOUBT, points=100)


def summarise(kind: str, alpha: float, outcomes: list[Outcome]) -> Row:
    """Count."""
    p_values = np.array([one.p_value for one in outcomes if one.p_value is not None])
    uniform = "-"
    if len(p_values):
        uniform = "inside" if band(len(outcomes)).holds(p_values) else "outside"
    return Row(
        kind=kind,
        runs=len(outcomes),
        alpha=alpha,
        alarms=sum(one.false_alarm for one in outcomes),
        detections=sum(one.detected for one in outcomes),
        design=TRIALS[kind].power(alpha),
        uniform=uniform,
    )


def calibrate(runs: int, jobs: int, seed: int) -> list[Row]:
    """All kinds at all levels."""
    rows = []
    block = max(1, runs // (4 * jobs))
    blocks = [range(start, min(start + block, runs)) for start in range(0, runs, block)]
    with ProcessPoolExecutor(jobs) as executor:
        for kind in TRIALS:
            for alpha in ALPHAS:
                parts = executor.map(partial(run_block, kind, alpha, seed), blocks)
                rows.append(summarise(kind, alpha, [outcome for part in parts for outcome in part]))
                print(" | ".join(rows[-1].cells()), file=sys.stderr, flush=True)
    return rows


def table(rows: list[Row]) -> str:
    """The rows as a Markdown table."""
    lines = [COLUMNS, tuple("---" for _ in COLUMNS), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> int:
    """Print the table; exit status 1 if a kind contradicts its design."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    started = time.perf_counter()
    rows = calibrate(options.runs, options.jobs, options.seed)
    print(table(rows))
    print(f"\n{len(rows)} rows in {time.perf_counter() - started:.0f} s, seed {options.seed}")
    if options.json:
        Path(options.json).write_text(json.dumps([row._asdict() for row in rows], indent=1) + "\n", encoding="utf-8")
    return 0 if all(row.passes for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())

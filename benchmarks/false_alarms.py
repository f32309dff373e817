"""Runs one statistical claim at many fresh seed roots and counts false alarms.

The claim is true (its closed form is proved elsewhere), so every REFUTED is a false alarm. Prints the counts, the
distribution of |estimate - limit| in units of the interval's half-width, and writes the figures to a JSON file.

Usage: python benchmarks/false_alarms.py [--claim lee_2019.ntk_relu] [--runs 100] [--jobs 2] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

from proofs_check.worker import limit_threads, run_claim


def one_run(claim: str, root: int) -> tuple[str, float, float, int]:
    """Outcome, resolution reached, seconds with twins, and twins that survived, of one run at a seed root."""
    key, slug = claim.split(".")
    limit_threads()
    started = time.perf_counter()
    verdict = run_claim(key, slug, "quick", root, None)["record"]
    surviving = sum(twin["outcome"] != "REFUTED" for twin in verdict["twins"])
    return verdict["outcome"], verdict["resolution"], time.perf_counter() - started, surviving


def main() -> int:
    """Print the counts; exit status 1 if there was a false alarm."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--claim", default="lee_2019.ntk_relu")
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", default="")
    options = parser.parse_args()
    with ProcessPoolExecutor(options.jobs) as executor:
        runs = list(executor.map(partial(one_run, options.claim), range(1, options.runs + 1)))
    outcomes = [run[0] for run in runs]
    resolutions = sorted(run[1] for run in runs)
    result = {
        "claim": options.claim,
        "runs": options.runs,
        "outcomes": {name: outcomes.count(name) for name in sorted(set(outcomes))},
        "false_alarms": outcomes.count("REFUTED"),
        "resolution_median": statistics.median(resolutions),
        "resolution_range": [resolutions[0], resolutions[-1]],
        "surviving_twins": sum(run[3] for run in runs),
        "seconds_median": statistics.median(run[2] for run in runs),
    }
    for name, value in result.items():
        print(f"{name}: {value}")
    if options.json:
        Path(options.json).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 1 if result["false_alarms"] else 0


if __name__ == "__main__":
    sys.exit(main())

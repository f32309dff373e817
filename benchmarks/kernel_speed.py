"""Time and memory of NTK matrices of ReLU networks, next to the textbook recursion in NumPy and to neural-tangents.

    python benchmarks/kernel_speed.py [--reference ENVIRONMENT/bin/python] [--sizes 500 1000 2000 4000]

The rivals take turns, so that a busy machine slows all of them; medians are printed. Compilation is not counted.
"ours" has biases and runs the recursion; "map" is the network without biases on its certified polynomial, whose
building is timed apart (at depth 1 the recursion is taken, which is cheaper); the rivals cost the same with biases and
without.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import mpmath
import numpy as np
from rivals import NeuralTangents, naive_ntk, peak_above, start_reference

from theory.errors import NotEnclosed
from theory.kernels.chebyshev import HomogeneousMap
from theory.kernels.homogeneous import dense_kernels

SIGMA_W, SIGMA_B, DIMENSION = 1.5, 0.05, 100
ENTRIES = [(0, 0), (1, 1), (2, 2), (0, 1), (2, 3), (4, 5)]
RELU = (0.0, 1.0)
NAMES = ("ours", "map", "numpy", "n-t")
SLOW = 2.0
"""Seconds of a call from which two rounds must do."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reference", default=os.environ.get("NEURAL_TANGENTS_PYTHON"), help="python that imports it")
    parser.add_argument("--sizes", type=int, nargs="+", default=[500, 1000, 2000, 4000])
    parser.add_argument("--depths", type=int, nargs="+", default=[1, 3, 10, 100])
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    maps = {depth: built for depth in arguments.depths if (built := build_map(depth)) is not None}
    for kind in ("float64", "float32"):
        reference = start_reference(arguments.reference, kind)
        print(HEADER)
        for depth in arguments.depths:
            for n in arguments.sizes:
                print(measure(n, depth, kind, maps.get(depth), reference, arguments.rounds), flush=True)
        if reference is not None:
            reference.close()


def build_map(depth: int) -> HomogeneousMap | None:
    """The map of a depth, its building timed."""
    start = time.perf_counter()
    try:
        built = HomogeneousMap.build(RELU, depth)
    except NotEnclosed as error:
        print(error)
        return None
    terms, seconds = len(built.ntk.coefficients), time.perf_counter() - start
    print(f"map of depth {depth}: {terms} terms, bound {built.ntk.bound:.1e}, built in {seconds:.2f} s")
    return built


HEADER = (
    f"{'':14}{'depth':>6}{'n':>6} |{'ours s':>9}{'map s':>9}{'numpy s':>9}{'n-t s':>9} |{'n-t/ours':>9}{'n-t/map':>9} |"
    f"{'ours MB':>9}{'map MB':>9}{'numpy MB':>9}{'n-t MB':>9}{'result':>8} |"
    f"{'ours err':>9}{'numpy err':>10}{'n-t err':>9}"
)


def measure(
    n: int, depth: int, kind: str, built: HomogeneousMap | None, reference: NeuralTangents | None, rounds: int
) -> str:
    """One line of the table."""
    X = np.random.default_rng(0).standard_normal((n, DIMENSION)).astype(kind)
    exact = exact_entries(X, depth)
    calls: dict[str, Callable[[], np.ndarray]] = {
        "ours": lambda: ntk(X, [(SIGMA_W, SIGMA_B)] * (depth + 1), None),
    }
    if built is not None:
        calls["map"] = lambda: ntk(X, [(SIGMA_W, 0.0)] * (depth + 1), built)
    calls["numpy"] = lambda: naive_ntk(X, depth, SIGMA_W, SIGMA_B)  # Last: its idle threads spin into the next call.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.npy"
        np.save(path, X)
        ask = None if reference is None else lambda: reference.ask(path, depth, SIGMA_W, SIGMA_B, ENTRIES)
        seconds, answers = take_turns(calls, ask, rounds)
    errors = {name: worst(call(), exact) for name, call in calls.items() if name != "map"}
    peaks = {name: peak_above(call) for name, call in calls.items()}
    if answers:
        errors["n-t"] = max(
            abs(float((mpmath.mpf(v) - e) / e)) for v, e in zip(answers[0]["values"], exact, strict=True)
        )
        peaks["n-t"] = median(answer["bytes"] for answer in answers)
    return line(kind, depth, n, X.dtype.itemsize * n * n, seconds, peaks, errors)


def ntk(X: np.ndarray, sigma: list[tuple[float, float]], built: HomogeneousMap | None) -> np.ndarray:
    """Our matrix."""
    return dense_kernels(X, slopes=RELU, sigma=sigma, which="ntk", depth_map=built)


def take_turns(
    calls: dict[str, Callable[[], np.ndarray]], ask: Callable[[], dict[str, Any]] | None, rounds: int
) -> tuple[dict[str, float], list[dict[str, Any]]]:
    """Median seconds by name, and the answers of the reference."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    answers = []
    for name in calls:
        calls[name]()
    for turn in range(rounds):
        for name, call in calls.items():
            start = time.perf_counter()
            call()
            seconds[name].append(time.perf_counter() - start)
        if ask is not None:
            answers.append(ask())
        if turn == 1 and max(seconds["numpy"]) > SLOW:
            break
    medians = {name: median(values) for name, values in seconds.items()}
    if answers:
        medians["n-t"] = median(answer["seconds"] for answer in answers)
    return medians, answers


def exact_entries(X: np.ndarray, depth: int) -> list[mpmath.mpf]:
    """The NTK at `ENTRIES` in 60 digits, by the plain recursion."""
    with mpmath.workdps(60):
        return [
            _exact([mpmath.mpf(float(e)) for e in X[i]], [mpmath.mpf(float(e)) for e in X[j]], depth)
            for i, j in ENTRIES
        ]


def _exact(x: list[mpmath.mpf], y: list[mpmath.mpf], depth: int) -> mpmath.mpf:
    w, b = mpmath.mpf(SIGMA_W) ** 2, mpmath.mpf(SIGMA_B) ** 2
    p, q, c = (w * mpmath.fdot(left, right) / len(x) + b for left, right in ((x, x), (y, y), (x, y)))
    theta = c
    for _ in range(depth):
        root = mpmath.sqrt(max(p * q - c * c, mpmath.mpf(0)))
        angle = mpmath.atan2(root, c)
        p, q, c = w * p / 2 + b, w * q / 2 + b, w * (root + (mpmath.pi - angle) * c) / (2 * mpmath.pi) + b
        theta = c + w * (mpmath.pi - angle) / (2 * mpmath.pi) * theta
    return theta


def worst(kernel: np.ndarray, exact: list[mpmath.mpf]) -> float:
    """The largest relative error over `ENTRIES`, diagonal ones included."""
    pairs = zip(ENTRIES, exact, strict=True)
    return max(float(abs((mpmath.mpf(float(kernel[entry])) - value) / value)) for entry, value in pairs)


def line(
    kind: str, depth: int, n: int, size: int, seconds: dict[str, float], peaks: dict[str, Any], errors: dict[str, float]
) -> str:
    """One row as text; a dash where a rival was left out."""

    def cell(value: float | None, width: int, form: str) -> str:
        return f"{'-':>{width}}" if value is None else f"{value:>{width}{form}}"

    rival = seconds.get("n-t")
    times = [cell(seconds.get(name), 9, ".4f") for name in NAMES]
    ratios = [
        cell(None if rival is None or name not in seconds else rival / seconds[name], 9, ".1f")
        for name in ("ours", "map")
    ]
    memory = [cell(None if peaks.get(key) is None else peaks[key] / 1e6, 9, ".1f") for key in NAMES]
    off = [cell(errors.get(key), width, ".1e") for key, width in (("ours", 9), ("numpy", 10), ("n-t", 9))]
    groups = [times, ratios, [*memory, f"{size / 1e6:>8.1f}"], off]
    return f"{kind:14}{depth:>6}{n:>6} |" + " |".join("".join(group) for group in groups)


if __name__ == "__main__":
    main()

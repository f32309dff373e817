"""Errors of ReLU kernels at small and straight angles against 90-digit arithmetic, next to NumPy and neural-tangents.

    python benchmarks/kernel_accuracy.py [--reference ENVIRONMENT/bin/python]

"ntk" is the relative error of Theta(x, y); "difference" that of Theta(x, x) - Theta(x, y). A rival's difference is the
one of its matrix; ours is `pair_kernels(...).ntk_gap`, as no matrix can hold it, not even ours, which is rounded to its
type: "matrix" is the difference read off it. 1 means no correct digit.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

import mpmath
import numpy as np
from rivals import NeuralTangents, naive_ntk, start_reference

from theory.kernels.gap import pair_kernels
from theory.kernels.homogeneous import dense_kernels

RELU, SIGMA_W = (0.0, 1.0), 2.0**0.5
DEPTHS = (3, 10, 100)
ANGLES = [10.0**-k for k in range(2, 11, 2)]
DIGITS = 90


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reference", default=os.environ.get("NEURAL_TANGENTS_PYTHON"), help="python that imports it")
    python = parser.parse_args().reference
    for kind in ("float64", "float32"):
        reference = start_reference(python, kind)
        angles(kind, reference)
        crowds(kind, reference)
        if reference is not None:
            reference.close()


def angles(kind: str, reference: NeuralTangents | None) -> None:
    """Two inputs at an angle."""
    head = f"{kind:8}{'depth':>6}{'angle':>12} |{'ntk: ours':>11}{'numpy':>9}{'n-t':>9}"
    print(head + f" |{'difference: ours':>17}{'matrix':>9}{'numpy':>9}{'n-t':>9}")
    for depth in DEPTHS:
        for angle, label in [(a, f"{a:.0e}") for a in ANGLES] + [(np.pi - a, f"pi-{a:.0e}") for a in ANGLES]:
            X = np.array([[1.0, 0.0], [np.cos(angle), np.sin(angle)]]).astype(kind)
            exact = exact_kernels(X, depth)
            sigma = [(SIGMA_W, 0.0)] * (depth + 1)
            found = dense_kernels(X, slopes=RELU, sigma=sigma, which="ntk")
            gap = float(pair_kernels(X, slopes=RELU, sigma=sigma).ntk_gap[0, 1])
            ours = [error(found[0, 1], exact[0]), error(gap, exact[1])]
            naive = errors(naive_ntk(X, depth, SIGMA_W, 0.0), exact)
            rival = (None, None) if reference is None else errors(ask(reference, X, depth), exact)
            entry = cells(11, ours[0], naive[0], rival[0])
            difference = cells(17, ours[1], errors(found, exact)[1], naive[1], rival[1])
            print(f"{'':8}{depth:>6}{label:>12} |{entry} |{difference}", flush=True)


def crowds(kind: str, reference: NeuralTangents | None) -> None:
    """Forty points crowded on a circle: the smallest eigenvalue of the Gram matrix, depth 3."""
    spacing = 1e-8 if kind == "float64" else 1e-4
    turns = spacing * np.arange(40)
    X = np.stack([np.cos(turns), np.sin(turns)], axis=1).astype(kind)
    matrices = {
        "ours": dense_kernels(X, slopes=RELU, sigma=[(SIGMA_W, 0.0)] * 4, which="ntk"),
        "numpy": naive_ntk(X, 3, SIGMA_W, 0.0),
    }
    if reference is not None:
        matrices["n-t"] = ask(reference, X, 3)
    values = {name: np.linalg.eigvalsh(matrix.astype(np.float64))[0] for name, matrix in matrices.items()}
    listed = ", ".join(f"{name} {value:+.2e}" for name, value in values.items())
    print(f"{kind}: smallest eigenvalue of 40 points {spacing:.0e} apart: {listed}\n")


def ask(reference: NeuralTangents, X: np.ndarray, depth: int) -> np.ndarray:
    """The reference's matrix."""
    n = len(X)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.npy"
        np.save(path, X)
        entries = [(i, j) for i in range(n) for j in range(n)]
        return np.array(reference.ask(path, depth, SIGMA_W, 0.0, entries)["values"]).reshape(n, n)


def exact_kernels(X: np.ndarray, depth: int) -> tuple[mpmath.mpf, mpmath.mpf]:
    """Theta(x, y) and sqrt(Theta(x, x) Theta(y, y)) - Theta(x, y) at the very floats, without biases."""
    with mpmath.workdps(DIGITS):
        x, y = ([mpmath.mpf(float(entry)) for entry in row] for row in X)
        w = mpmath.mpf(SIGMA_W) ** 2
        lengths = [mpmath.sqrt(mpmath.fdot(row, row)) for row in (x, y)]
        rho = mpmath.fdot(x, y) / (lengths[0] * lengths[1])
        theta = rho
        for _ in range(depth):
            angle = mpmath.acos(rho)
            rho = (mpmath.sin(angle) + (mpmath.pi - angle) * rho) / mpmath.pi
            theta = rho + (1 - angle / mpmath.pi) * theta
        size = w / len(x) * (w / 2) ** depth * lengths[0] * lengths[1]
        return size * theta, size * (depth + 1 - theta)


def error(value: float, exact: mpmath.mpf) -> float:
    """The relative error."""
    with mpmath.workdps(DIGITS):
        return float(abs((mpmath.mpf(float(value)) - exact) / exact))


def errors(kernel: np.ndarray, exact: tuple[mpmath.mpf, mpmath.mpf]) -> list[float]:
    """Errors of an entry and of its difference to the diagonal, taken in higher precision than the matrix has."""
    difference = np.sqrt(np.longdouble(kernel[0, 0]) * np.longdouble(kernel[1, 1])) - np.longdouble(kernel[0, 1])
    return [error(kernel[0, 1], exact[0]), error(float(difference), exact[1])]


def cells(width: int, *values: float | None) -> str:
    """Numbers side by side, the first in a cell of its own width; a dash where a rival was left out."""
    widths = (width, *[9] * (len(values) - 1))
    return "".join(
        f"{'-':>{w}}" if value is None else f"{value:>{w}.1e}" for w, value in zip(widths, values, strict=True)
    )


if __name__ == "__main__":
    main()

"""Kernels of nearly parallel inputs, whose covariances do not hold their angles."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import Any

import mpmath
import numpy as np
import pytest

from theory.errors import OutsideDomain
from theory.kernels import parse_architecture

SEED = 20190426
DIGITS = 40
UNITS = 64 * np.finfo(np.float64).eps
"""Two convolutions and a read-out of nine summands each."""

NETWORKS = {
    "biases": "Dense(1.5, 0.3) >> relu >> Dense(1.2, 0.1) >> relu >> Dense(1, 0.2)",
    "mixed": "Dense(1.5, 0.3) >> relu >> Dense(1.2) >> abs >> Dense(1.1, 1/2) >> Max(z,0)+0.1*Min(z,0) >> Dense(1)",
    "residual": "Dense(1.5) >> Residual(relu >> Dense(1.1, 0.4)) >> abs >> Dense(1)",
    "layer norm": "Dense(1.5, 0.1) >> LayerNorm() >> relu >> Dense(1.2, 0.3) >> LayerNorm() >> relu >> Dense(1)",
    "odd slopes": "Dense(1.1, 0.2) >> 2*Max(z,0)-3*Min(z,0) >> Dense(1.1) >> Max(z,0)+2*Min(z,0) >> Dense(1, 0.1)",
}
GAPS = (Fraction(1, 10), Fraction(1, 2**20), Fraction(1, 2**27), Fraction(1, 2**34), Fraction(1, 2**45))


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize("sign", [1, -1])
def test_vectors_against_balls(name: str, sign: int) -> None:
    """If false, a kernel loses digits where two inputs are nearly parallel or nearly opposite."""
    network = parse_architecture(NETWORKS[name])
    x = (Fraction(1), Fraction(-2), Fraction(1, 2))
    for gap in GAPS:
        y = (sign * (x[0] + gap), sign * (x[1] + gap / 4), sign * (x[2] - gap / 2))
        rows = [np.array([[float(entry) for entry in vector]]) for vector in (x, y)]
        exact = tuple(Fraction(float(entry)) for entry in y)
        diagonals = [network.enclose(vector, vector, 15) for vector in (x, exact)]
        for place, kernel in enumerate((network.nngp, network.ntk)):
            wanted = network.enclose(x, exact, 20)[place]
            size = (float(diagonals[0][place]) * float(diagonals[1][place])) ** 0.5
            assert abs(kernel(*rows)[0, 0] - float(wanted.mid())) <= UNITS * size


@pytest.mark.parametrize("name", ["sign", "step", "3*Heaviside(z) - 1"])
def test_jumps_against_balls(name: str) -> None:
    """If false, a kernel of jumps, of the root of the angle's square, is rounded; its tangent kernel is 1 / angle."""
    network = parse_architecture(f"Dense(1.5, 0.3) >> {name} >> Dense(1.2, 0.1) >> relu >> Dense(1)")
    for gap, sign in product((Fraction(1, 8), Fraction(1, 2**20), Fraction(1, 2**30)), (1, -1)):
        x, y = (Fraction(1), Fraction(-2)), (sign * (1 + gap), -sign * (Fraction(2) + gap / 4))
        rows = [np.array([[float(entry) for entry in vector]]) for vector in (x, y)]
        nngp, ntk = network.enclose(x, y, 20)
        assert network.nngp(*rows)[0, 0] == pytest.approx(float(nngp.mid()), rel=1e-14)
        assert network.ntk(*rows)[0, 0] == pytest.approx(float(ntk.mid()), rel=UNITS / float(gap))
    with pytest.raises(OutsideDomain, match="jumps"):
        network.ntk([[1.0, 3.0]], [[1.0, 3.0]])


def law(p: Any, q: Any, r: Any, slopes: tuple[int, int]) -> tuple[Any, Any]:
    """E phi(u) phi(v) and E phi'(u) phi'(v) from their definition by sectors of the plane."""
    low, high = slopes
    size = mpmath.sqrt(p * q)
    if size == 0:
        return mpmath.mpf(0), mpmath.mpf((low + high) ** 2) / 4
    cosine = max(min(r / size, 1), -1)
    theta = mpmath.acos(cosine)
    same, other = (mpmath.pi - theta) / (2 * mpmath.pi), theta / (2 * mpmath.pi)
    sine = mpmath.sin(theta) / (2 * mpmath.pi)
    value = (low**2 + high**2) * (same * cosine + sine) + 2 * low * high * (other * cosine - sine)
    return size * value, (low**2 + high**2) * same + 2 * low * high * other


def kernels(x: Any, y: Any, slopes: tuple[int, int], sigma_b: Any, pooled: bool) -> tuple[Any, Any]:
    """Conv(3, 3/2, sigma_b) >> phi >> Conv(3, 3/2, sigma_b) >> phi >> end >> Dense(1) in many digits, by loops."""
    places = list(np.ndindex(x.shape[:2]))
    weight, bias = mpmath.mpf(9) / 4, mpmath.mpf(sigma_b) ** 2
    sides = {"xx": (x, x), "yy": (y, y), "xy": (x, y)}
    K = {
        (name, p, r): mpmath.fdot(map(float, one[p]), map(float, two[r])) / x.shape[2]
        for name, (one, two) in sides.items()
        for p in places
        for r in places
    }
    theta = {key: mpmath.mpf(0) for key in K}
    for _ in range(2):
        K, theta = ({key: weight * value for key, value in windows(table).items()} for table in (K, theta))
        K = {key: value + bias for key, value in K.items()}
        theta = {key: theta[key] + K[key] for key in K}
        found = {k: law(K[k[0][0] * 2, k[1], k[1]], K[k[0][1] * 2, k[2], k[2]], K[k], slopes) for k in K}
        K, theta = {key: found[key][0] for key in K}, {key: found[key][1] * theta[key] for key in K}
    chosen = [key for key in K if key[0] == "xy" and (pooled or key[1] == key[2])]
    nngp = mpmath.fsum(K[key] for key in chosen) / len(chosen)
    return nngp, nngp + mpmath.fsum(theta[key] for key in chosen) / len(chosen)


def windows(table: dict[Any, Any]) -> dict[Any, Any]:
    """Means over 3 x 3 offsets, zero outside."""
    offsets = list(product((-1, 0, 1), repeat=2))

    def mean(name: str, p: tuple[int, int], r: tuple[int, int]) -> Any:
        moved = ((name, (p[0] + i, p[1] + j), (r[0] + i, r[1] + j)) for i, j in offsets)
        return mpmath.fsum(table.get(key, 0) for key in moved) / 9

    return {key: mean(*key) for key in table}


@pytest.mark.parametrize("pooled", [False, True])
@pytest.mark.parametrize(("text", "slopes"), [("relu", (0, 1)), ("abs", (-1, 1)), ("Max(z,0) + 2*Min(z,0)", (2, 1))])
@pytest.mark.parametrize("perturbation", [0.1, 1e-6, 1e-8, 1e-11])
def test_images_against_many_digits(perturbation: float, text: str, slopes: tuple[int, int], pooled: bool) -> None:
    """If false, near-duplicate images get half of the digits, as from covariances; or opposite ones, or biases."""
    rng = np.random.default_rng(SEED)
    x, noise = rng.standard_normal((2, 2, 2, 2))
    end = "GlobalAvgPool()" if pooled else "Flatten()"
    sigma_b = 0.0 if perturbation == 1e-6 else 0.25
    layer = f"Conv(3, 1.5, {sigma_b}) >> {text}"
    network = parse_architecture(f"{layer} >> {layer} >> {end} >> Dense(1)")
    for sign in (1, -1):
        y = sign * (x + perturbation * noise)
        with mpmath.workdps(DIGITS):
            wanted = kernels(x, y, slopes, sigma_b, pooled)
            ends = [kernels(v, v, slopes, sigma_b, pooled) for v in (x, y)]
            sizes = [mpmath.sqrt(one * two) for one, two in zip(*ends, strict=True)]
            found = (network.nngp(x[None], y[None])[0, 0], network.ntk(x[None], y[None])[0, 0])
            for value, truth, size in zip(found, wanted, sizes, strict=True):
                assert abs(value - truth) <= UNITS * size


def test_windows_are_those_of_a_linear_network() -> None:
    """If false, the state with angles moves other windows than the one without, which linear networks take."""
    X = np.random.default_rng(SEED).standard_normal((3, 6, 5, 2))
    options = ("", ", stride=2", ", padding='valid'", ", padding='circular'")
    for option, end in product(options, ("Flatten()", "GlobalAvgPool()")):
        layer = f"Conv((2, 3), 1.5, 0.2{option})"
        activated = parse_architecture(f"{layer} >> identity >> {layer} >> identity >> {end} >> Dense(1)")
        plain = parse_architecture(f"{layer} >> {layer} >> {end} >> Dense(1)")
        for found, wanted in ((activated.ntk(X), plain.ntk(X)), (activated.nngp(X), plain.nngp(X))):
            np.testing.assert_allclose(found, wanted, rtol=1e-13)

"""Kernel matrices: every engine, both types, symmetry, semidefiniteness, memory."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from functools import reduce

import numpy as np
import pytest

from theory.errors import InvalidArgument, OutsideDomain
from theory.kernels import Dense, InfiniteMLP, Network, parse_architecture
from theory.kernels.chebyshev import HomogeneousMap
from theory.kernels.homogeneous import DenseHomogeneous, Engine, dense_kernels
from theory.kernels.stable import derive_slopes, load_native

from .mp_kernels import kernels_mp, relative_error

RELU = (0.0, 1.0)
ENGINES: list[Engine] = ["numpy", "c"] if load_native() else ["numpy"]
PROBE = """
import pathlib
import numpy as np
from theory.kernels.homogeneous import dense_kernels

def kilobytes(name):
    lines = pathlib.Path("/proc/self/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0)

reset = pathlib.Path("/proc/self/clear_refs")
for kind in (np.float32, np.float64):
    for depth in (1, 100):
        X = np.random.default_rng(16).standard_normal((500, 100)).astype(kind)
        given = {"slopes": (0.0, 1.0), "sigma": [(1.4, 0.1)] * (depth + 1), "which": "ntk", "threads": 2}
        dense_kernels(X[:300], **given)
        if reset.exists():
            reset.write_text("5")
        before = kilobytes("VmRSS")
        size = dense_kernels(X, **given).nbytes
        print(1024 * (kilobytes("VmHWM") - before) / size if reset.exists() else 0.0)
"""
"""Ratios of the peak of resident memory to the result; 0 where the system does not tell."""
DEPTHS = {0: [(1.3, 0.2)], 1: [(1.3, 0.0)] * 2, 3: [(1.4, 0.3), (1.1, 0.0), (1.5, 0.1), (1.0, 0.0)]}


def awkward(rng: np.random.Generator, n: int, d: int) -> np.ndarray:
    """Rows among which are copies, opposites, multiples, near copies and zero."""
    X = rng.standard_normal((n, d))
    X[1], X[2], X[3], X[4], X[5] = X[0], -X[0], 0.0, 2 * X[0], 3 * X[0]
    X[6:10] = X[0] + 1e-9 * rng.standard_normal((4, d))
    X[-1] = -5 * X[6]
    return X


@pytest.mark.parametrize("depth", DEPTHS)
@pytest.mark.parametrize("slopes", [RELU, (0.1, 1.0), (-1.0, 1.0), (1.0, 1.0), (-0.5, 1.0)])
@pytest.mark.parametrize("which", ["nngp", "ntk"])
def test_engines_agree(which: str, slopes: tuple[float, float], depth: int) -> None:
    """If false, the compiled tile and the arrays are two different formulas somewhere."""
    rng = np.random.default_rng(11)
    for X, Y in ((awkward(rng, 130, 5), None), (awkward(rng, 70, 3), awkward(rng, 65, 3)), (rng.random((1, 1)), None)):
        results = [
            dense_kernels(X, Y, slopes=slopes, sigma=DEPTHS[depth], which=which, engine=engine, threads=2)
            for engine in ENGINES
        ]
        scale = np.abs(results[0]).max(initial=1e-300)
        for result in results:
            assert np.isfinite(result).all()
            np.testing.assert_allclose(result, results[0], rtol=1e-13, atol=1e-15 * scale)
            assert Y is not None or (result == result.T).all()


@pytest.mark.parametrize("engine", ENGINES)
def test_agrees_with_the_covariance_recursion(engine: Engine) -> None:
    """If false, the fast kernel is of another network: by a factor, a layer, or the dimension."""
    rng = np.random.default_rng(12)
    X, Y = rng.standard_normal((40, 20)), rng.standard_normal((30, 20))
    for name in ("relu", "leaky_relu", "abs", "identity"):
        slopes = derive_slopes(name)
        assert slopes is not None
        network = InfiniteMLP(name, depth=2, sigma_w=1.4, sigma_b=0.3)
        given = {"slopes": (slopes.negative, slopes.positive), "sigma": [(1.4, 0.3)] * 3, "engine": engine}
        np.testing.assert_allclose(dense_kernels(X, Y, which="ntk", **given), network.ntk(X, Y), rtol=1e-11)
        np.testing.assert_allclose(dense_kernels(X, which="nngp", **given), network.nngp(X), rtol=1e-11)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("mapped", [False, True])
def test_against_many_digits(engine: Engine, mapped: bool) -> None:
    """If false, an entry at an ordinary or an extreme angle is off by more than rounding."""
    rng = np.random.default_rng(13)
    X = awkward(rng, 12, 6)
    sigma = [(1.3, 0.0)] * 5
    depth_map = HomogeneousMap.build(RELU, 4) if mapped else None
    kernel = dense_kernels(X, slopes=RELU, sigma=sigma, which="ntk", engine=engine, depth_map=depth_map)
    for i, j in ((0, 0), (0, 1), (0, 2), (0, 6), (0, 11), (6, 7), (10, 5), (9, 11)):
        assert relative_error(kernel[i, j], kernels_mp(X[i], X[j], RELU, sigma)[2]) < 1e-14


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("kind", "spacing"), [(np.float64, 1e-8), (np.float64, 1e-4), (np.float32, 1e-4)])
def test_crowded_points_are_semidefinite(engine: Engine, kind: type, spacing: float) -> None:
    """If false, a Gram matrix of crowded points has a negative eigenvalue beyond the rounding of its entries."""
    angles = spacing * np.arange(40)
    X = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(kind)
    for which in ("nngp", "ntk"):
        for sigma_b in (0.0, 0.3):
            sigma = [(np.sqrt(2), sigma_b)] * 4
            kernel = dense_kernels(X, slopes=RELU, sigma=sigma, which=which, engine=engine)
            assert kernel.dtype == kind
            unit = np.finfo(kind).eps / 2
            rounding = np.linalg.norm(unit * np.abs(kernel.astype(np.float64))) + 40 * 2**-53 * np.trace(kernel)
            assert np.linalg.eigvalsh(kernel.astype(np.float64))[0] >= -2 * rounding


@pytest.mark.parametrize("engine", ENGINES)
def test_crowded_points_are_resolved(engine: Engine) -> None:
    """If false, the smallest eigenvalue at a spacing of 1e-8, 9.6e-9, is not found to leading digits."""
    angles = 1e-8 * np.arange(40)
    X = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    kernel = dense_kernels(X, slopes=RELU, sigma=[(np.sqrt(2), 0.0)] * 4, which="ntk", engine=engine)
    assert np.linalg.eigvalsh(kernel)[0] == pytest.approx(9.6e-9, rel=0.01)


@pytest.mark.parametrize("engine", ENGINES)
def test_diagonal_is_exact(engine: Engine) -> None:
    """If false, the diagonal, a polynomial in |x|^2, is off by more than a few roundings at any depth."""
    X = np.random.default_rng(14).standard_normal((60, 100))
    for depth in (1, 10, 100):
        sigma = [(1.4, 0.1)] * (depth + 1)
        kernel = dense_kernels(X, slopes=RELU, sigma=sigma, which="ntk", engine=engine)
        for i in (0, 59):
            assert relative_error(kernel[i, i], kernels_mp(X[i], X[i], RELU, sigma)[2]) < 1e-15
        copies = dense_kernels(X, X.copy(), slopes=RELU, sigma=sigma, which="ntk", engine=engine)
        np.testing.assert_allclose(np.diag(copies), np.diag(kernel), rtol=1e-15 * (depth + 5))


@pytest.mark.parametrize("engine", ENGINES)
def test_single_precision_is_double_rounded(engine: Engine) -> None:
    """If false, float32 results carry more error than the rounding of the result."""
    X = awkward(np.random.default_rng(15), 70, 8).astype(np.float32)
    given = {"slopes": RELU, "sigma": [(1.4, 0.1)] * 6, "which": "ntk", "engine": engine}
    single, double = dense_kernels(X, **given), dense_kernels(X, dtype=np.float64, **given)
    assert single.dtype == np.float32
    assert double.dtype == np.float64
    np.testing.assert_allclose(single, double, rtol=2.0**-24)


@pytest.mark.parametrize(("engine", "depth"), [(engine, 100 if engine == "c" else 4) for engine in ENGINES])
def test_no_temporaries_of_matrix_size(engine: Engine, depth: int) -> None:
    """If false, the arrays of an evaluation take more than 1.3 times the memory of its result, at some depth."""
    X = np.random.default_rng(16).standard_normal((800, 20))
    given = {"slopes": RELU, "sigma": [(1.4, 0.1)] * (depth + 1), "which": "ntk", "engine": engine, "threads": 1}
    dense_kernels(X, **given)
    tracemalloc.start()
    kernel = dense_kernels(X, **given)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= 1.3 * kernel.nbytes


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("depth", [1, 100])
def test_network_adds_no_memory(depth: int, kind: type) -> None:
    """If false, a network's own kernel, its checks included, takes more than 1.3 times the memory of the matrix."""
    X = np.random.default_rng(16).standard_normal((500, 100)).astype(kind)
    network = parse_architecture("Dense(1.4, 0.1)" + " >> relu >> Dense(1.4, 0.1)" * depth)
    network.ntk(X)
    tracemalloc.start()
    kernel = network.ntk(X)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert kernel.dtype == kind
    assert peak <= 1.3 * kernel.nbytes


def test_resident_memory() -> None:
    """If false, scratch space of the compiled tile, threads included, exceeds 0.3 times the smallest result: depth 1 or
    100, float32 or float64, as a fresh process counts its pages."""
    found = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True, timeout=100)
    ratios = [float(word) for word in found.stdout.split()]
    assert len(ratios) == 4
    assert max(ratios) <= 1.3


@pytest.mark.parametrize("depth", [3, 10, 100])
def test_networks_at_extreme_angles(depth: int) -> None:
    """If false, 1 - NNGP / |x||y|, the NTK or its difference to the diagonal, asked of a network, loses digits near 0
    or pi, or a matrix of the compiled tile or of arrays has another NTK."""
    angles = 10.0 ** -np.arange(2, 11)
    turns = np.concatenate([angles, np.pi - angles])
    x, Y = np.array([[1.0, 0.0]]), np.stack([np.cos(turns), np.sin(turns)], axis=1)
    sigma = [(2**0.5, 0.0)] * (depth + 1)
    network = Network(reduce(lambda chain, _: chain >> "relu" >> Dense(2**0.5), range(depth), Dense(2**0.5)))
    gaps, ntk, nngp = network.gaps(x, Y), network.ntk(x, Y), network.nngp(x, Y)
    exact = [kernels_mp(x[0], y, RELU, sigma) for y in Y]
    matrices = [dense_kernels(x, Y, slopes=RELU, sigma=sigma, which="ntk", engine=engine) for engine in ENGINES]
    for j, (first, first_gap, second, second_gap) in enumerate(exact):
        assert relative_error(nngp[0, j], first) < 1e-13
        assert relative_error(gaps.nngp_gap[0, j], first_gap) < 1e-13
        assert relative_error(gaps.ntk_gap[0, j], second_gap) < 1e-13
        for matrix in (ntk, gaps.ntk, *matrices):
            assert relative_error(matrix[0, j], second) < 1e-13


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("depth", [3, 10, 100])
def test_networks_of_crowded_points(depth: int, kind: type) -> None:
    """If false, a deep network's Gram matrix of crowded points has a negative eigenvalue beyond the rounding of its
    entries, or a diagonal off by more than one rounding."""
    angles = (1e-8 if kind is np.float64 else 1e-4) * np.arange(40)
    X = (np.array([1.0, 0.8])[np.arange(40) % 2][:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)).astype(
        kind
    )
    network = Network(reduce(lambda chain, _: chain >> "relu" >> Dense(1.4, 0.05), range(depth), Dense(1.4, 0.05)))
    sigma = [(1.4, 0.05)] * (depth + 1)
    for place, kernel in ((0, network.nngp(X)), (2, network.ntk(X))):
        assert kernel.dtype == kind
        wide = kernel.astype(np.float64)
        rounding = np.linalg.norm(np.finfo(kind).eps / 2 * np.abs(wide)) + 40 * 2**-53 * np.trace(wide)
        assert np.linalg.eigvalsh(wide)[0] >= -2 * rounding
        for i in (0, 1, 39):
            exact = kernels_mp(X[i].astype(np.float64), X[i].astype(np.float64), RELU, sigma)[place]
            assert relative_error(kernel[i, i], exact) <= np.finfo(kind).eps * (4 if kind is np.float64 else 0.51)


def test_gaps_are_for_homogeneous_networks() -> None:
    """If false, another network's gaps are computed from its covariances, without the digits that they stand for."""
    for text, convention in (("Dense(1) >> erf >> Dense(1)", "ntk"), ("Dense(1) >> relu >> Dense(1)", "standard")):
        with pytest.raises(InvalidArgument, match="use enclose"):
            parse_architecture(text, parameterisation=convention).gaps([[1.0]])


def test_scaling_of_rows() -> None:
    """If false, a homogeneous kernel is not homogeneous, or tiny and huge inputs under- or overflow on the way."""
    X = np.random.default_rng(17).standard_normal((6, 4))
    scales = np.array([1e-140, 1e-3, 1.0, 5.0, 1e6, 1e100])
    network = DenseHomogeneous(RELU, ((1.5, 0.0),) * 3)
    np.testing.assert_allclose(network.ntk(X * scales[:, None]), network.ntk(X) * np.outer(scales, scales), rtol=1e-13)


def test_maps_are_used_and_refused() -> None:
    """If false, a map changes a kernel, is built for a biased network, or is accepted for another depth."""
    X = np.random.default_rng(18).standard_normal((9, 4))
    plain = DenseHomogeneous(RELU, ((1.5, 0.0),) * 4)
    mapped = plain.with_map()
    assert mapped.depth_map is not None
    np.testing.assert_allclose(mapped.ntk(X), plain.ntk(X), rtol=1e-14)
    np.testing.assert_allclose(mapped.nngp(X), plain.nngp(X), rtol=1e-14)
    np.testing.assert_allclose(plain.gaps(X).ntk, plain.ntk(X), rtol=1e-14)
    biased = DenseHomogeneous(RELU, ((1.5, 0.1),) * 4)
    assert biased.with_map() is biased
    with pytest.raises(InvalidArgument, match="depth_map"):
        dense_kernels(X, slopes=RELU, sigma=[(1.0, 0.0)], which="ntk", depth_map=mapped.depth_map)


@pytest.mark.parametrize("engine", ENGINES)
def test_overflow_is_refused(engine: Engine) -> None:
    """If false, an entry beyond float32 comes back as infinity, or a finite one of large data is refused."""
    X = np.array([[3e19, 0.0], [0.0, 1.0]], dtype=np.float32)
    given = {"slopes": RELU, "sigma": [(1.0, 0.0)], "which": "ntk", "engine": engine}
    with pytest.raises(OutsideDomain, match="float32"):
        dense_kernels(X, **given)
    assert dense_kernels(X, dtype=np.float64, **given)[0, 0] == pytest.approx(4.5e38)
    assert np.isfinite(dense_kernels(X, X[1:], **given)).all()


def test_bad_arguments_are_named() -> None:
    """If false, a wrong argument is taken for another."""
    good = {"slopes": RELU, "sigma": [(1.0, 0.0)]}
    with pytest.raises(InvalidArgument, match="which='cntk'"):
        dense_kernels([[1.0]], which="cntk", **good)
    with pytest.raises(InvalidArgument, match="engine='gpu'"):
        dense_kernels([[1.0]], which="ntk", engine="gpu", **good)
    with pytest.raises(InvalidArgument, match="dtype=float16"):
        dense_kernels([[1.0]], which="ntk", dtype=np.float16, **good)
    with pytest.raises(InvalidArgument, match="threads=-1"):
        dense_kernels([[1.0]], which="ntk", threads=-1, **good)

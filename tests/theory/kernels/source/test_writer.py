"""Generated source runs, and agrees with the arrays."""

from __future__ import annotations

import ctypes
import importlib.util
import shutil
import subprocess
import sys
import types
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import scipy.special
from flint import arb, ctx
from hypothesis import given
from hypothesis import strategies as st

from theory.balls import compile_balls
from theory.errors import InvalidArgument, NoClosedForm
from theory.kernels import Network, parse_architecture
from theory.normal_cdf import BivariateNormalCDF
from theory.symbols import rho, x, y

SEED = 20130601
PHI_2 = compile_balls(BivariateNormalCDF(x, y, rho), (x, y, rho))
TEXTS = (
    "Dense(1.5, 0.1) >> relu >> Dense(1) >> relu >> Dense(1.2, 0.3)",
    "Dense(1.5, 0.1) >> erf >> Dense(1) >> Residual(gelu >> Dense(1)) >> Dense(1)",
    "Dense(1.5) >> LayerNorm() >> sin(z + 1) >> Dense(1) >> sin(z - 1) >> Dense(1)",
    "Dense(1, 0.5) >> exp(-z**2)*sin(z) >> Dense(1) >> abs >> Dense(1)",
    "Dense(1.5, 0.1) >> elu >> Dense(1) >> hard_tanh >> Dense(1.2, 0.3)",
    "Dense(1.5) >> LayerNorm() >> hard_swish >> Dense(1) >> triangle >> Dense(1)",
)
PAIRED = ("elu", "selu", "celu", "hard_tanh", "relu6", "hard_sigmoid", "hard_swish", "triangle", "Max(z - 1/10, 0)")
"""Activations whose duals hold the bivariate normal distribution function."""


def data() -> tuple[np.ndarray, np.ndarray]:
    """Inputs, the second set of which repeats the first."""
    rng = np.random.default_rng(SEED)
    X = rng.standard_normal((3, 4))
    return X, np.vstack([rng.standard_normal((2, 4)), X])


def load(path: Path, text: str) -> ModuleType:
    """The text as a module."""
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check(network: Network, nngp: np.ndarray, ntk: np.ndarray) -> None:
    """Compare with the arrays of the network."""
    np.testing.assert_allclose(nngp, network.nngp(*data()), rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(ntk, network.ntk(*data()), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("text", TEXTS)
def test_numpy(text: str, tmp_path: Path) -> None:
    """If false, the NumPy text computes other kernels, or needs more than NumPy and SciPy."""
    network = parse_architecture(text)
    source = network.source("numpy")
    assert str(network) in source
    assert "theory" not in source
    check(network, *load(tmp_path / "generated.py", source).kernels(*data()))


def stand_in_for_jax(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy under the name of JAX, as far as the generated text names its functions."""

    def fori_loop(start: int, end: int, body: Callable[[int, np.ndarray], np.ndarray], value: np.ndarray) -> np.ndarray:
        for i in range(start, end):
            value = body(i, value)
        return value

    jax = types.ModuleType("jax")
    special = types.SimpleNamespace(erf=scipy.special.erf, erfc=scipy.special.erfc)
    vars(jax).update(
        numpy=np, scipy=types.SimpleNamespace(special=special), lax=types.SimpleNamespace(fori_loop=fori_loop)
    )
    monkeypatch.setitem(sys.modules, "jax", jax)
    monkeypatch.setitem(sys.modules, "jax.numpy", np)


@pytest.mark.parametrize("text", [*TEXTS, *(f"Dense(1.5, 0.1) >> {name} >> Dense(1)" for name in PAIRED)])
def test_jax(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If false, the JAX text computes other kernels. Without JAX, NumPy stands in for it, as their names agree."""
    network = parse_architecture(text)
    if importlib.util.find_spec("jax") is None:
        stand_in_for_jax(monkeypatch)
        check(network, *load(tmp_path / "generated.py", network.source("jax")).kernels(*data()))
        return
    jax = importlib.import_module("jax")
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    try:
        kernels = jax.jit(load(tmp_path / "generated.py", network.source("jax")).kernels)
        check(network, *map(np.asarray, kernels(*map(jax.numpy.asarray, data()))))
    finally:
        jax.config.update("jax_enable_x64", before)


def compiled(path: Path, text: str) -> ctypes.CDLL:
    """The C text as a library, built without a warning."""
    source, library = path / "kernels.c", path / "kernels.so"
    source.write_text(text)
    flags = ["-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-shared", "-fPIC"]
    subprocess.run(["cc", *flags, str(source), "-o", str(library), "-lm"], check=True, capture_output=True)
    return ctypes.CDLL(str(library))


def c_kernels(path: Path, network: Network, X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """NNGP and NTK by the C text."""
    kernels = compiled(path, network.source("c")).kernels
    number, vector = ctypes.c_double, ctypes.POINTER(ctypes.c_double)
    kernels.argtypes, kernels.restype = [ctypes.c_size_t, vector, vector, vector, vector], None
    found = np.empty((2, len(X), len(Y)))
    for i, left in enumerate(X):
        for j, right in enumerate(Y):
            nngp, ntk = number(), number()
            pair = ((number * len(row))(*row) for row in (left, right))
            kernels(len(left), *pair, ctypes.byref(nngp), ctypes.byref(ntk))
            found[:, i, j] = nngp.value, ntk.value
    return found


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
@pytest.mark.parametrize("text", TEXTS)
def test_c(text: str, tmp_path: Path) -> None:
    """If false, the C text does not compile without warnings, or computes other kernels."""
    network = parse_architecture(text)
    check(network, *c_kernels(tmp_path, network, *data()))


@pytest.mark.parametrize("name", PAIRED)
def test_bivariate_normals_to_thirteen_digits(name: str, tmp_path: Path) -> None:
    """If false, a kernel with a bivariate normal in it loses digits in NumPy or C, at an angle or where pairs are
    equal, opposite, or zero."""
    network = parse_architecture(f"Dense(1.5, 0.1) >> {name} >> Dense(1)")
    X = np.array([[0.3, -1.2, 0.7], [1.1, 0.4, -2.0], [0.0, 0.0, 0.0], [-1.1, -0.4, 2.0], [1.1, 0.3, -2.0]])
    exact = [[network.enclose(*(map(Fraction, row) for row in (left, right)), digits=18) for right in X] for left in X]
    truth = np.array([[[float(ball.mid()) for ball in pair] for pair in row] for row in exact]).transpose(2, 0, 1)
    scale = np.sqrt(np.einsum("kii->ki", truth)[:, :, None] * np.einsum("kii->ki", truth)[:, None, :])
    texts = [np.array(load(tmp_path / "generated.py", network.source("numpy")).kernels(X, X))]
    if shutil.which("cc") is not None:
        texts.append(c_kernels(tmp_path, network, X, X))
    for found in texts:
        assert (np.abs(found - truth) <= 2e-13 * np.maximum(np.abs(truth), 0.1 * scale)).all()


def test_zero_inputs_without_bias(tmp_path: Path) -> None:
    """If false, a zero input, whose variance is zero, ends in NaN or a warning."""
    network = parse_architecture("Dense(1.5) >> elu >> Dense(1) >> hard_tanh >> Dense(1)")
    X = np.array([[0.0, 0.0], [1.0, 2.0]])
    found = np.array(load(tmp_path / "generated.py", network.source("numpy")).kernels(X, X))
    np.testing.assert_allclose(found, [network.nngp(X), network.ntk(X)], rtol=1e-13, atol=1e-14)


levels = st.one_of(st.floats(-3, 3), st.floats(-30, 30))
angles = st.one_of(st.floats(-1.57, 1.57), st.integers(1, 7).map(lambda k: np.pi / 2 - 10.0**-k))


@pytest.fixture(scope="module")
def pair_cdfs(tmp_path_factory: pytest.TempPathFactory) -> list[Callable[..., float]]:
    """The bivariate normal of the texts in NumPy and, where there is a compiler, in C."""
    folder = tmp_path_factory.mktemp("pairs")
    network = parse_architecture("Dense(1) >> hard_tanh >> Dense(1)")
    python = load(folder / "pair.py", network.source("numpy")).pair_cdf
    found: list[Callable[..., float]] = [lambda *given: float(python(*map(np.array, given)))]
    if shutil.which("cc") is not None:
        library = compiled(folder, network.source("c").replace("static double pair_cdf", "double pair_cdf"))
        library.pair_cdf.argtypes, library.pair_cdf.restype = [ctypes.c_double] * 4, ctypes.c_double
        found.append(library.pair_cdf)
    return found


@given(h=levels, k=levels, angle=angles, sign=st.sampled_from((-1, 1)), tied=st.booleans())
def test_pair_cdf_against_balls(
    pair_cdfs: list[Callable[..., float]], h: float, k: float, angle: float, sign: int, tied: bool
) -> None:
    """If false, the written bivariate normal errs by more than 1e-14, or 1e-12 relative in the lower corner."""
    k = sign * h + 1e-3 * k if tied else k
    s, gap = float(np.sin(sign * angle)), float(np.cos(angle) ** 2)
    with ctx.workprec(200):
        correlation = arb(s) / (arb(s) ** 2 + arb(gap)).sqrt()
        exact = PHI_2.enclose([arb(h), arb(k), correlation], 200)
        errors = [float(abs(exact - arb(value(h, k, s, gap))).upper()) for value in pair_cdfs]
        size = float(exact.upper())
    assert max(errors) <= 1e-14
    if h < 0 and k < 0 and s >= 0 and size > 1e-290:
        assert max(errors) <= 1e-12 * size


def test_symbols_become_parameters(tmp_path: Path) -> None:
    """If false, a symbolic standard deviation is lost in the generated text."""
    source = parse_architecture("Dense(sigma_w, sigma_b) >> relu >> Dense(sigma_w)").source("numpy")
    module = load(tmp_path / "generated.py", source)
    check(
        parse_architecture("Dense(1.3, 0.2) >> relu >> Dense(1.3)"), *module.kernels(*data(), sigma_b=0.2, sigma_w=1.3)
    )


def test_latex_names_every_quantity() -> None:
    """If false, the display lacks an activation, a function or the two kernels."""
    shown = parse_architecture("Dense(sigma_w) >> relu >> Dense(1) >> erf >> Dense(1)").latex()
    for part in (
        r"\phi_{1}(z)",
        r"\phi_{2}(z)",
        "F_{1}(a, b, c)",
        r"\dot F_{2}(a, b, c)",
        r"\sigma_{w}",
        r"\Theta(x, y)",
    ):
        assert part in shown
    assert shown.count("{") == shown.count("}")


def test_refusals_are_clear() -> None:
    """If false, an unknown language or a function that it lacks ends in text that does not run."""
    with pytest.raises(InvalidArgument, match="'fortran'"):
        parse_architecture("Dense(1)").source("fortran")  # type: ignore[arg-type]
    with pytest.raises(NoClosedForm):
        parse_architecture("Conv(3, 1) >> Flatten() >> Dense(1)").source("numpy")

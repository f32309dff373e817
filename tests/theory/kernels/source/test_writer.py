"""Generated source runs, and agrees with the arrays."""

from __future__ import annotations

import ctypes
import importlib.util
import shutil
import subprocess
import sys
import types
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import scipy.special

from theory.errors import InvalidArgument, NoClosedForm
from theory.kernels import Network, parse_architecture

SEED = 20130601
TEXTS = (
    "Dense(1.5, 0.1) >> relu >> Dense(1) >> relu >> Dense(1.2, 0.3)",
    "Dense(1.5, 0.1) >> erf >> Dense(1) >> Residual(gelu >> Dense(1)) >> Dense(1)",
    "Dense(1.5) >> LayerNorm() >> sin(z + 1) >> Dense(1) >> sin(z - 1) >> Dense(1)",
    "Dense(1, 0.5) >> exp(-z**2)*sin(z) >> Dense(1) >> abs >> Dense(1)",
)


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


@pytest.mark.parametrize("text", TEXTS)
def test_jax(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If false, the JAX text computes other kernels. Without JAX, NumPy stands in for it, as their names agree."""
    if importlib.util.find_spec("jax") is None:
        stand_in = types.ModuleType("jax")
        stand_in.numpy = np  # type: ignore[attr-defined]
        stand_in.scipy = types.SimpleNamespace(special=scipy.special)  # type: ignore[attr-defined]
        monkeypatch.setitem(sys.modules, "jax", stand_in)
        monkeypatch.setitem(sys.modules, "jax.numpy", np)
        network = parse_architecture(text)
        check(network, *load(tmp_path / "generated.py", network.source("jax")).kernels(*data()))
        return
    jax = importlib.import_module("jax")
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    try:
        network = parse_architecture(text)
        kernels = jax.jit(load(tmp_path / "generated.py", network.source("jax")).kernels)
        check(network, *map(np.asarray, kernels(*map(jax.numpy.asarray, data()))))
    finally:
        jax.config.update("jax_enable_x64", before)


@pytest.mark.skipif(shutil.which("cc") is None, reason="no C compiler")
@pytest.mark.parametrize("text", TEXTS)
def test_c(text: str, tmp_path: Path) -> None:
    """If false, the C text does not compile without warnings, or computes other kernels."""
    network = parse_architecture(text)
    source, library = tmp_path / "kernels.c", tmp_path / "kernels.so"
    source.write_text(network.source("c"))
    flags = ["-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", "-shared", "-fPIC"]
    subprocess.run(["cc", *flags, str(source), "-o", str(library), "-lm"], check=True, capture_output=True)
    kernels = ctypes.CDLL(str(library)).kernels
    number, vector = ctypes.c_double, ctypes.POINTER(ctypes.c_double)
    kernels.argtypes, kernels.restype = [ctypes.c_size_t, vector, vector, vector, vector], None
    X, Y = data()
    found = np.empty((2, len(X), len(Y)))
    for i, x in enumerate(X):
        for j, y in enumerate(Y):
            nngp, ntk = number(), number()
            left, right = ((number * 4)(*row) for row in (x, y))
            kernels(4, left, right, ctypes.byref(nngp), ctypes.byref(ntk))
            found[:, i, j] = nngp.value, ntk.value
    check(network, found[0], found[1])


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

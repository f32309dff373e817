"""The commands `dual` and `kernel`: right output, one sentence for what cannot be derived."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from proofs_check.cli import main

KERNEL = "Dense(1.5, 0.1) >> erf >> Dense(1, 0)"


def test_dual_prints_formulas_and_encloses(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The ReLU kernel would be printed wrongly, or the ball would miss the known value."""
    certificate = tmp_path / "certificate.json"
    assert main(["dual", "Max(z,0)", "--at", "1", "1", "1/2", "--digits", "20", "--certificate", str(certificate)]) == 0
    output = capsys.readouterr().out
    assert "K (a, b, c) =" in output
    assert "0.3044988905221146790" in output, "(sqrt(3)/2 + pi/3)/(2 pi)"
    assert isinstance(json.loads(certificate.read_text(encoding="utf-8")), dict)


def test_dual_encloses_what_has_no_closed_form(capsys: pytest.CaptureFixture[str]) -> None:
    """tanh would be refused although its expectation can be enclosed."""
    assert main(["dual", "tanh(z)", "--at", "1", "1", "0.5", "--digits", "30"]) == 0
    output = capsys.readouterr().out
    assert "no closed form" in output
    assert "0.186324413203448086106782889972" in output


def test_kernel_prints_formulas_source_and_latex(capsys: pytest.CaptureFixture[str]) -> None:
    """An architecture would be accepted without its kernel being shown."""
    assert main(["kernel", KERNEL]) == 0
    assert "NTK = " in capsys.readouterr().out
    assert main(["kernel", KERNEL, "--latex"]) == 0
    assert r"\Theta" in capsys.readouterr().out
    for language, word in (("numpy", "import numpy"), ("c", "#include"), ("jax", "jax")):
        assert main(["kernel", KERNEL, "--source", language]) == 0
        assert word in capsys.readouterr().out


def test_kernel_evaluates_the_users_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The matrix written would not be the kernel of the rows."""
    rows = np.random.default_rng(3).standard_normal((6, 4))
    data, out = tmp_path / "rows.csv", tmp_path / "kernel.npy"
    np.savetxt(data, rows, delimiter=",", fmt="%.17g")
    assert main(["kernel", KERNEL, "--nngp", "--data", str(data), "--out", str(out)]) == 0
    matrix = np.load(out, allow_pickle=False)
    q = 2.25 * rows @ rows.T / 4 + 0.01
    s = np.sqrt(1 + 2 * np.diag(q))
    expected = 2 / np.pi * np.arcsin(2 * q / np.outer(s, s))
    assert np.abs(matrix - expected).max() < 1e3 * np.finfo(float).eps, "two float64 evaluations of one formula"
    assert "6 x 6" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "word"),
    [
        (["dual", "foo(z)"], "foo"),
        (["dual", "exp(z**2)"], "finite"),
        (["dual", "relu", "--at", "1", "1", "2"], "covariance"),
        (["dual", "exp(z**2)"], "take an activation of slower growth"),
        (["dual", "exp(z**2/4)", "--at", "1", "1", "1/2"], "infinite where a variance reaches 2;"),
        (["dual", "relu", "--at", "1", "1", "one"], "one"),
        (["dual", "relu", "--at", "1", "1", "1e9999"], "1e9999"),
        (["dual", "relu", "--digits", "100000"], "digits"),
        (["dual", "__import__('os').system('true')"], "system"),
        (["dual", "(" * 5000], "5000"),
        (["kernel", "Dense(1.5, 0.1) >> bar >> Dense(1, 0)"], "bar"),
        (["kernel", "Dense(-1, 0) >> erf >> Dense(1, 0)"], "sigma_w"),
        (["kernel", "erf >> erf"], "erf"),
        (["kernel", KERNEL, "--data", "rows.csv"], "--out"),
        (["kernel", KERNEL, "--data", "no-such.csv", "--out", "k.npy"], "no-such.csv"),
    ],
)
def test_misuse_is_one_sentence(command: list[str], word: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Bad input would end in a traceback, or in a message that does not name it."""
    assert main(command) == 2
    message = capsys.readouterr().err
    assert message.startswith("proofs-check: ")
    assert word in message
    assert "Traceback" not in message


@pytest.mark.parametrize("covariance", ["-1/3", "-.5", "-1e-3", "-1"])
def test_negative_numbers_are_no_options(covariance: str, capsys: pytest.CaptureFixture[str]) -> None:
    """If false, half of all covariances could not be given to --at as exact fractions."""
    assert main(["dual", "Max(z,0)", "--at", "1", "1", covariance]) == 0
    assert "K  in " in capsys.readouterr().out


def test_expressions_may_begin_with_a_minus(capsys: pytest.CaptureFixture[str]) -> None:
    """If false, -z**3 would be refused as an unknown option."""
    assert main(["dual", "-z**3"]) == 0
    assert "phi(z) = -z**3" in capsys.readouterr().out

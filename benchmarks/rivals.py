"""What the kernel benchmarks compare with: the textbook recursion in NumPy, and neural-tangents in its own process."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

_THP_DISABLE = 41
"""PR_SET_THP_DISABLE of Linux."""


def naive_ntk(X: np.ndarray, depth: int, sigma_w: float, sigma_b: float) -> np.ndarray:
    """The NTK of a ReLU network by the textbook recursion, in the type of X."""
    w, b = X.dtype.type(sigma_w**2), X.dtype.type(sigma_b**2)
    kernel = w * (X @ X.T) / X.shape[1] + b
    theta = kernel
    for _ in range(depth):
        root = np.sqrt(np.diag(kernel))
        size = root[:, None] * root
        cosine = np.clip(kernel / size, -1, 1)
        angle = np.arccos(cosine)
        kernel = w * size * (np.sin(angle) + (np.pi - angle) * cosine) / (2 * np.pi) + b
        theta = kernel + w * (np.pi - angle) / (2 * np.pi) * theta
    return theta


def peak_above(call: Callable[[], Any]) -> int | None:
    """The peak of resident memory during a call, in bytes above the level before; None where it is not known.

    Meanwhile no new huge pages are handed out: they round an array up to the next 2 MB, or not, by what was there.
    """
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)  # Memory kept from earlier calls would hide this one's.
    _set_huge_pages(allowed=False)
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        before = _status("VmRSS")
        call()
        return max(0, _status("VmHWM") - before)
    except OSError:
        return None
    finally:
        _set_huge_pages(allowed=True)


def _set_huge_pages(*, allowed: bool) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_THP_DISABLE, int(not allowed), 0, 0, 0)


def _status(field: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(1024 * int(line.split()[1]) for line in lines if line.startswith(field + ":"))


class NeuralTangents:
    """neural-tangents in the environment of another interpreter, in one type."""

    def __init__(self, python: str, kind: str) -> None:
        """Start the worker.

        Args:
            python: its interpreter. kind: "float32" or "float64".
        """
        worker = Path(__file__).with_name("neural_tangents_worker.py")
        self._process = subprocess.Popen(
            [python, str(worker), kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def ask(
        self, rows: Path, depth: int, sigma_w: float, sigma_b: float, entries: Sequence[tuple[int, int]] = ()
    ) -> dict[str, Any]:
        """One timed call on the rows in a file; see `neural_tangents_worker.py`."""
        question = {"rows": str(rows), "depth": depth, "sigma_w": sigma_w, "sigma_b": sigma_b, "entries": list(entries)}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        return answer

    def close(self) -> None:
        """End the worker."""
        self._process.communicate()


def start_reference(python: str | None, kind: str) -> NeuralTangents | None:
    """The reference if its environment is there and can import it; else say so and go on without."""
    if python is None:
        print("neural-tangents: left out; make its environment with neural_tangents_environment.sh, give --reference")
        return None
    try:
        probe = subprocess.run([python, "-c", "import neural_tangents"], capture_output=True, text=True, check=False)
    except OSError as error:
        print(f"neural-tangents: left out; {python} cannot be started ({error})")
        return None
    if probe.returncode:
        print(f"neural-tangents: left out; {python} cannot import it ({probe.stderr.strip().splitlines()[-1]})")
        return None
    return NeuralTangents(python, kind)

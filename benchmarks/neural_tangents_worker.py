"""Answers questions about neural-tangents, one JSON line each, inside its own environment. Started by `rivals.py`.

A question {"rows": FILE.npy, "depth", "sigma_w", "sigma_b", "entries"} is answered by {"seconds", "bytes", "values"}:
of one call after the compilation, the peak of memory above the level before it, and the NTK at the entries asked for.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from rivals import peak_above

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import jax
from neural_tangents import stax


@cache
def compiled(depth: int, sigma_w: float, sigma_b: float) -> Callable[[Any], Any]:
    """The compiled NTK of a ReLU network; the shape is compiled at the first call."""
    hidden = [layer for _ in range(depth) for layer in (stax.Dense(1, sigma_w, sigma_b), stax.Relu())]
    kernel = stax.serial(*hidden, stax.Dense(1, sigma_w, sigma_b))[2]
    return jax.jit(lambda rows: kernel(rows, None, "ntk"))


@cache
def rows(path: str) -> Any:
    """The data, on the device, after a first call would be free of its transfer."""
    return jax.numpy.asarray(np.load(path)).block_until_ready()


@cache
def warm(path: str, depth: int, sigma_w: float, sigma_b: float) -> None:
    """Compile for this shape."""
    compiled(depth, sigma_w, sigma_b)(rows(path)).block_until_ready()


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Time one call."""
    network = question["depth"], question["sigma_w"], question["sigma_b"]
    warm(question["rows"], *network)
    function, data = compiled(*network), rows(question["rows"])
    peak = peak_above(lambda: function(data).block_until_ready())  # Before the timed call, whose result is freed late.
    start = time.perf_counter()
    kernel = function(data).block_until_ready()
    seconds = time.perf_counter() - start
    values = [float(kernel[i, j]) for i, j in question["entries"]]
    return {"seconds": seconds, "bytes": peak, "values": values}


def main() -> None:
    """Read questions until the end of input; the first argument says whether float64 is on."""
    jax.config.update("jax_enable_x64", sys.argv[1] == "float64")
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()

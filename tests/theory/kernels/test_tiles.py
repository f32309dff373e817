"""Blocks and threads."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory.errors import InvalidArgument
from theory.kernels.tiles import Block, count_threads, mirror_block, run_blocks, run_together, split_blocks


@given(n=st.integers(1, 400), m=st.integers(1, 400), edge=st.sampled_from([64, 128]), symmetric=st.booleans())
def test_blocks_cover_once(n: int, m: int, edge: int, symmetric: bool) -> None:
    """If false, an entry of a kernel matrix is left unset, or computed twice."""
    m = n if symmetric else m
    counts = np.zeros((n, m), dtype=int)
    for i0, i1, j0, j1 in split_blocks(n, m, symmetric=symmetric, edge=edge):
        assert i0 % 64 == j0 % 64 == 0
        counts[i0:i1, j0:j1] += 1
        if symmetric and i0 != j0:
            counts[j0:j1, i0:i1] += 1
    assert (counts == 1).all()


def test_half_of_the_work() -> None:
    """If false, a symmetric matrix costs as much as any other."""
    area = sum((i1 - i0) * (j1 - j0) for i0, i1, j0, j1 in split_blocks(4096, 4096, symmetric=True, edge=128))
    assert area <= 0.52 * 4096**2


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_give_one_result(threads: int) -> None:
    """If false, blocks are lost or mirrored to the wrong place."""
    result = np.full((300, 300), np.nan)

    def fill(block: Block) -> None:
        i0, i1, j0, j1 = block
        result[i0:i1, j0:j1] = np.add.outer(np.arange(i0, i1) ** 2, np.arange(j0, j1) ** 2)
        mirror_block(result, block)

    run_blocks(fill, split_blocks(300, 300, symmetric=True, edge=64), threads)
    np.testing.assert_array_equal(result, np.add.outer(np.arange(300) ** 2, np.arange(300) ** 2))


def test_errors_of_blocks_are_raised() -> None:
    """If false, a block that fails in a thread leaves garbage without a word."""

    def fill(block: Block) -> None:
        raise MemoryError(str(block))

    with pytest.raises(MemoryError):
        run_blocks(fill, split_blocks(200, 200, symmetric=False, edge=64), 2)


def test_every_thread_works_once() -> None:
    """If false, a thread is not started, or not waited for."""
    calls: list[int] = []
    run_together(lambda: calls.append(threading.get_ident()), 3)
    assert len(calls) == 3
    assert threading.get_ident() in calls


def test_count_of_threads() -> None:
    """If false, a nonsensical number of threads is taken for a default."""
    assert count_threads(None) >= 1
    assert count_threads(3) == 3
    with pytest.raises(InvalidArgument, match="threads=0"):
        count_threads(0)

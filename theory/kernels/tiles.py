"""Filling a kernel matrix block by block in threads, half of a symmetric one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeAlias

from ..errors import InvalidArgument
from .arrays import Array

Block: TypeAlias = tuple[int, int, int, int]
"""Rows [i0, i1) and columns [j0, j1) as (i0, i1, j0, j1)."""

GRAIN = 64
"""Blocks start at multiples of this, the edge of a compiled tile."""

_LARGEST = 512
_SHARES = 8
"""Blocks per thread and side of the matrix that keep the threads equally busy to the end."""


def count_threads(threads: int | None) -> int:
    """The number of threads to use.

    Args:
        threads: the wish of the caller; None for one for each processor that this process may use.

    Returns:
        At least 1.

    Raises:
        InvalidArgument: for a number below 1.

    Source: derived here (a default).
    """
    if threads is None:
        affinity = getattr(os, "sched_getaffinity", None)
        return len(affinity(0)) if affinity else os.cpu_count() or 1
    if threads < 1:
        raise InvalidArgument(f"threads={threads}: give at least 1, or None for one for each processor")
    return threads


def split_blocks(n: int, m: int, *, symmetric: bool, edge: int) -> Iterator[Block]:
    """Blocks that cover an n x m matrix, or the part on and above the diagonal of a symmetric one.

    Args:
        n, m: shape. symmetric: leave out blocks below the diagonal. edge: of the blocks, a multiple of `GRAIN`.

    Returns:
        The blocks, column by column, so that one column's data stays in the cache.

    Source: derived here.

    Example:
        >>> list(split_blocks(100, 100, symmetric=True, edge=64))
        [(0, 64, 0, 64), (0, 64, 64, 100), (64, 100, 64, 100)]
    """
    for j in range(0, m, edge):
        for i in range(0, min(n, j + 1) if symmetric else n, edge):
            yield i, min(i + edge, n), j, min(j + edge, m)


def block_edge(n: int, m: int, threads: int) -> int:
    """An edge of blocks for `split_blocks` that gives every thread several.

    Args:
        n, m: shape. threads: their number.

    Returns:
        A multiple of `GRAIN`.

    Source: derived here.
    """
    wanted = max(n, m) // (_SHARES * threads)
    return min(_LARGEST, max(GRAIN, wanted // GRAIN * GRAIN))


def run_blocks(fill: Callable[[Block], None], blocks: Iterator[Block], threads: int) -> None:
    """Call `fill` on every block; which thread takes which block does not change the result.

    Args:
        fill: writes one block; it may be called from several threads at once.
        blocks: disjoint. threads: how many to use.

    Raises:
        Exception: the first that `fill` raises.

    Source: derived here.
    """
    work = list(blocks)
    if threads == 1 or len(work) == 1:
        for block in work:
            fill(block)
        return
    with ThreadPoolExecutor(min(threads, len(work))) as pool:
        for _ in pool.map(fill, work):
            pass


def mirror_block(result: Array, block: Block) -> None:
    """Copy a block above the diagonal of a symmetric matrix to its place below; make a block on it symmetric.

    Args:
        result: square, changed in place. block: with i0 <= j0.

    Source: derived here.
    """
    i0, i1, j0, j1 = block
    if i0 != j0:
        result[j0:j1, i0:i1] = result[i0:i1, j0:j1].T
        return
    for k in range(i0, i1):
        result[k, i0:k] = result[i0:k, k]

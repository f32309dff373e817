"""Filling a kernel matrix block by block in threads, half of a symmetric one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from threading import Lock, Thread
from typing import TypeAlias

from ..errors import InvalidArgument
from .arrays import Array

Block: TypeAlias = tuple[int, int, int, int]
"""Rows [i0, i1) and columns [j0, j1) as (i0, i1, j0, j1)."""


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
        n, m: shape. symmetric: leave out blocks below the diagonal. edge: of the blocks.

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


def run_blocks(fill: Callable[[Block], None], blocks: Iterable[Block], threads: int) -> None:
    """Call `fill` on every block; which thread takes which block does not change the result.

    Args:
        fill: writes one block; it may be called from several threads at once.
        blocks: disjoint. threads: how many to use.

    Raises:
        Exception: the first that `fill` raises.

    Source: derived here.
    """
    work = list(blocks)
    number, lock = count(), Lock()

    def take() -> None:
        while True:
            with lock:
                place = next(number)
            if place >= len(work):
                return
            fill(work[place])

    run_together(take, min(threads, len(work)))


def run_together(work: Callable[[], None], threads: int) -> None:
    """Call a function once in each thread, this one among them, and wait for all.

    Args:
        work: takes its share from where the others see it. threads: how many, at least 1 is used.

    Raises:
        Exception: the first that `work` raises.

    Source: derived here.
    """
    errors: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:
            errors.append(error)

    helpers = [Thread(target=guarded, daemon=True) for _ in range(threads - 1)]
    for helper in helpers:
        helper.start()
    guarded()
    for helper in helpers:
        helper.join()
    if errors:
        raise errors[0]


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

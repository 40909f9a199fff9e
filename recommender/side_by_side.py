"""People worked on block by block, some blocks at once; what comes of them comes in their order.

Threads do, because loops let go of the GIL (`compiled.lazily`), as numpy, scipy and faiss do. These
have threads of their own, which are left out meanwhile: two kinds of threads on the same cores only
wait for one another.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from recommender.domain.cores import cores
from recommender.domain.progress import Progress, silent

T = TypeVar("T")
Askers = NDArray[np.int32]

BLOCK = 128
"""People worked on at once: bounds memory, and lets blocks have the same one after another."""


def in_blocks(
    people: NDArray[np.integer],
    work: Callable[[Askers], T],
    threads: int,
    progress: Progress = silent,
    step: str = "",
    size: int = 0,
) -> Iterator[T]:
    """What `work` makes of every block of people, int32 [b], in their order; and word of how far.

    Where there is nobody it is asked about them, so that somebody says what nothing looks like.
    threads: 0 means one per core; size: people in a block, 0 means BLOCK. However many there are,
    the same comes out.
    """
    size = size or BLOCK
    starts = range(0, max(len(people), 1), size)
    blocks = [people[start : start + size].astype(np.int32) for start in starts]
    for done, made in enumerate(_in_turn(blocks, work, threads or cores())):
        progress(step, done / len(blocks))
        yield made
    progress(step, 1.0)


def _in_turn(blocks: list[Askers], work: Callable[[Askers], T], threads: int) -> Iterator[T]:
    begun: deque[Future[T]] = deque()
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(threads, initializer=_alone) as pool:
        # The first is done alone: it compiles what is called, and puts rows of matrices in order
        # that all share.
        yield pool.submit(work, blocks[0]).result()
        for block in blocks[1:]:
            begun.append(pool.submit(work, block))
            if len(begun) > 2 * threads:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()


def _alone() -> None:
    """OpenMP goes by what each thread asks for."""
    threadpool_limits(1, "openmp")

"""Kernels that Numba compiles: once a machine, kept on disk, and run side by side on threads.

Import it where a kernel is needed, not at the top of a module: Numba takes a third of a second.
"""

import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from typing import Any

import numba
import numpy as np
from numba.core import event

__all__ = ["kernel", "side_by_side"]

PARTS = 16  # of a thread: the last to end then leaves the others idle for little


def kernel(
    function: Callable[..., Any] | None = None,
    *,
    signature: str | None = None,
    fuse: bool = False,
    reorder: bool = False,
) -> Any:
    """The function, compiled at its first call; what was compiled is kept for the next process.

    It releases Python's lock, so that threads run it side by side, and divides by zero as NumPy
    does. signature: types of its arguments, as Numba writes them: it is compiled for these at once
    and takes no others. fuse: a product and a sum may be rounded once, where a processor can, so
    that x y + z is another number than on the next one; reorder: the terms of a sum may come in any
    order, so that vectors take them up. Without these it computes what its lines say, everywhere.
    It may use compiled functions and constants of its own file only: Numba compiles anew what it
    has kept when that file has changed, not when another has, nor when this one has (make clean).
    """
    if function is None:
        return partial(kernel, signature=signature, fuse=fuse, reorder=reorder)
    allowed = {name for name, given in (("contract", fuse), ("reassoc", reorder)) if given}
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": allowed}
    try:
        return numba.njit(signature, cache=True, **options)(function)
    except RuntimeError:  # no folder for what is compiled can be written: anew in each process
        return numba.njit(signature, **options)(function)


def side_by_side(work: Callable[[int, int], None], n: int, most: int | None = None) -> None:
    """work(start, stop) for slices that cover range(n), on as many threads as torch has.

    most: elements of a slice, where work costs something however short the slice is; each thread
    then has one slice at least. None: many slices, so that the last leaves no thread idle.

    >>> seen = []
    >>> side_by_side(lambda start, stop: seen.extend(range(start, stop)), 5)
    >>> sorted(seen)
    [0, 1, 2, 3, 4]
    """
    import torch  # takes seconds, and a kernel on one thread needs none

    threads = torch.get_num_threads()
    parts = threads * PARTS if most is None else threads * -(-n // (threads * most))
    edges = np.linspace(0, n, min(n, parts) + 1).astype(int).tolist()
    if threads == 1:
        for start, stop in pairwise(edges):
            work(start, stop)
        return
    pool = ThreadPoolExecutor(threads)
    try:
        list(pool.map(work, edges[:-1], edges[1:]))
    finally:  # an interrupt waits for the slices that run, not for those that wait
        pool.shutdown(cancel_futures=True)


class _Told(event.Listener):
    """A line on a terminal while kernels are compiled, which takes seconds, once."""

    def on_start(self, event: Any) -> None:
        global _said
        if not _said and sys.stderr.isatty():
            print("compiling kernels, once on this machine …", file=sys.stderr)
        _said = True

    def on_end(self, event: Any) -> None:
        pass


_said = False
event.register("numba:compile", _Told())

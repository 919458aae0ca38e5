"""Members trained side by side: each core trains some of them, one thread each."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from itertools import pairwise
from typing import TypeVar

import torch

__all__ = ["StoppedError", "in_parts", "parts_of"]

Answer = TypeVar("Answer")

# What the members that a core trains at once may take: ten critics of the usual size, the arrays
# of whose steps its caches hold in good part.
CACHE = 2**24
# What a core has to train for its thread to pay: each of the fifty calls of a step waits for
# Python's lock, which threads share; with less, torch's own threads were faster on two cores.
LEAST = 2**23
# Of so many threads one step each takes five milliseconds, and the lock for one of them.
CORES = 4
# How much longer than its share the thread with most to do may take: what threads save is lost.
UNEVEN = 1.2
GLANCE = 0.2  # seconds


class StoppedError(Exception):
    """Another part has failed, or the user has interrupted: nobody waits for this one."""


def parts_of(members: int, each: int, threads: int) -> list[slice]:
    """Members 0, 1, … in parts for so many threads, as many for each of them as for the others.

    each: bytes that a member takes in training. One part where threads would not pay.

    >>> parts_of(5, 2**22, threads=2), parts_of(5, 2**22, threads=1)
    ([slice(0, 3, None), slice(3, 5, None)], [slice(0, 5, None)])
    """
    if not 1 < threads <= min(CORES, members, members * each // LEAST):
        return [slice(0, members)]
    most = threads * max(1, CACHE // each)
    for count in (min(members, threads * -(-members // most)), threads):
        longest = -(-members // count) * -(-count // threads)
        if longest * threads <= UNEVEN * members:
            size, longer = divmod(members, count)
            ends = [(i + 1) * size + min(i + 1, longer) for i in range(count)]
            return [slice(start, end) for start, end in pairwise([0, *ends])]
    return [slice(0, members)]


def in_parts(
    work: Callable[[slice, threading.Event], Answer], parts: Sequence[slice]
) -> list[Answer]:
    """What `work` makes of each part, on as many Python threads as torch has here, one each.

    work(part, stop): `stop` is set where its answer is of no use any more, as another part has
    raised, which is raised here, or Ctrl-C was pressed; it then ends with :class:`StoppedError`.
    A single part is done by this thread, with all of torch's threads.
    """
    if len(parts) == 1:
        return [work(parts[0], threading.Event())]
    threads = torch.get_num_threads()
    stop = threading.Event()
    # of a new thread torch asks how many threads it has: the number is its own, not everyone's
    pool = ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,))
    try:
        futures = [pool.submit(work, part, stop) for part in parts]
        going = set(futures)
        while going:  # a wait without end would not hear of Ctrl-C on every system
            done, going = wait(going, GLANCE, FIRST_EXCEPTION)
            if failed := [future for future in futures if future in done and future.exception()]:
                failed[0].result()
        return [future.result() for future in futures]
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)
        torch.set_num_threads(threads)  # which threads to come begin with

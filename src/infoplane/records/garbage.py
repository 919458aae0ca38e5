"""A pause in Python's search for garbage, for work that makes much and leaves none."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["uncollected"]


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cycles of objects inside, of which parsing source or JSON makes none.

    Each search looks at every object there is, and a parser makes hundreds of thousands that stay:
    most of its time is this search. What no name refers to is still freed at once. Wrong where
    cycles are left behind in number, as in a loop of trainings: their memory is not freed until
    it ends.

    >>> with uncollected():
    ...     gc.isenabled()
    False
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()

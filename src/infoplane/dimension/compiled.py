"""Loops that Numba compiles at their first call, and keeps on disk for the next process.

Numba takes a third of a second to import: import this module where it is needed, not at the top.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

__all__ = ["any_order", "in_order"]

Function = TypeVar("Function", bound=Callable[..., Any])


def in_order(function: Function) -> Function:
    """The function compiled, with sums in the order of its lines; products may fuse with them.

    It releases Python's lock, so that threads run it side by side, and divides by zero as NumPy
    does. It may call compiled functions of its own file only: Numba compiles anew what is on
    disk when that file has changed, not when another has.
    """
    return _compiled(function, {"contract"})


def any_order(function: Function) -> Function:
    """As :func:`in_order`, with terms of a sum in any order, so that vectors take them up."""
    return _compiled(function, {"contract", "reassoc"})


def _compiled(function: Function, fastmath: set[str]) -> Function:
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": fastmath}
    try:
        made: Any = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # no folder for what is compiled can be written: anew in each process
        made = numba.njit(**options)(function)
    return cast(Function, made)

"""Checks of single options: a number in its range, or a sentence that says what is accepted."""

import math
import numbers
from typing import Any

from infoplane.errors import InputError

__all__ = ["flag", "listed", "whole", "within"]


def flag(name: str, value: object) -> None:
    """True or False, or InputError: 1, "no" and None are none of both.

    >>> flag("standardize", "no")
    Traceback (most recent call last):
    infoplane.errors.InputError: standardize='no' is not accepted: pass True or False
    """
    if not isinstance(value, bool):
        raise InputError(f"{name}={value!r} is not accepted: pass True or False")


def listed(name: str, value: Any) -> list[Any]:
    """The items of a list, or InputError for what is none: a number, None, text.

    >>> listed("seeds", 0)
    Traceback (most recent call last):
    infoplane.errors.InputError: seeds=0 is not accepted: pass a list
    """
    try:
        items = None if isinstance(value, str | bytes) else list(value)
    except TypeError:
        items = None
    if items is None:
        raise InputError(f"{name}={value!r} is not accepted: pass a list")
    return items


def whole(name: str, value: object, *, at_least: int, at_most: int | None = None) -> None:
    """An integer from `at_least` to `at_most`, or InputError.

    >>> whole("steps", -1, at_least=1)
    Traceback (most recent call last):
    infoplane.errors.InputError: steps=-1 is not accepted: pass an integer >= 1
    """
    integer = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    fits = (
        integer
        and int(value) >= at_least  # type: ignore[call-overload]
        and (at_most is None or int(value) <= at_most)  # type: ignore[call-overload]
    )
    if not fits:
        told = f">= {at_least}" + ("" if at_most is None else f" and <= {at_most}")
        raise InputError(f"{name}={value!r} is not accepted: pass an integer {told}")


def within(
    name: str,
    value: object,
    *,
    above: float | None = None,
    low: float | None = None,
    below: float | None = None,
    high: float | None = None,
) -> None:
    """A finite number with above < value < below and low <= value <= high, or InputError.

    >>> within("rate", 2.0, above=0, high=1)
    Traceback (most recent call last):
    infoplane.errors.InputError: rate=2.0 is not accepted: pass a number > 0 and <= 1
    """
    limits = [(">", above), (">=", low), ("<", below), ("<=", high)]
    told = " and ".join(f"{sign} {limit:g}" for sign, limit in limits if limit is not None)
    fits = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if fits:
        v = float(value)  # type: ignore[arg-type]
        fits = (
            math.isfinite(v)
            and (above is None or v > above)
            and (low is None or v >= low)
            and (below is None or v < below)
            and (high is None or v <= high)
        )
    if not fits:
        raise InputError(f"{name}={value!r} is not accepted: pass a number {told}".rstrip())

"""Checks of single options: a number in its range, or a sentence that says what is accepted."""

import difflib
import math
import numbers
from collections.abc import Iterable, Sequence
from typing import Any

from infoplane.errors import InputError

__all__ = [
    "check_device",
    "flag",
    "is_count",
    "listed",
    "nearest",
    "one_of",
    "require",
    "require_seeds",
    "whole",
    "within",
]


def flag(name: str, value: object) -> None:
    """True or False, or InputError: 1, "no" and None are none of both.

    >>> flag("truncate", "no")
    Traceback (most recent call last):
    infoplane.errors.InputError: truncate='no' is not accepted: pass True or False
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


def whole(
    name: str,
    value: object,
    *,
    at_least: int,
    at_most: int | None = None,
    or_none: bool = False,
) -> None:
    """An integer from `at_least` to `at_most`, or InputError; or_none: None is accepted, too.

    >>> whole("steps", -1, at_least=1)
    Traceback (most recent call last):
    infoplane.errors.InputError: steps=-1 is not accepted: pass an integer >= 1
    """
    if not (is_count(value, at_least, at_most) or (or_none and value is None)):
        told = f">= {at_least}" + ("" if at_most is None else f" and <= {at_most}")
        told += " or None" if or_none else ""
        raise InputError(f"{name}={value!r} is not accepted: pass an integer {told}")


def within(
    name: str,
    value: object,
    *,
    above: float | None = None,
    low: float | None = None,
    below: float | None = None,
    high: float | None = None,
    or_none: bool = False,
) -> None:
    """A finite number with above < value < below and low <= value <= high, or InputError.

    or_none: None is accepted, too.

    >>> within("rate", 2.0, above=0, high=1)
    Traceback (most recent call last):
    infoplane.errors.InputError: rate=2.0 is not accepted: pass a number > 0 and <= 1
    """
    limits = [(">", above), (">=", low), ("<", below), ("<=", high)]
    told = " and ".join(f"{sign} {limit:g}" for sign, limit in limits if limit is not None)
    told += " or None" if or_none else ""
    if or_none and value is None:
        return
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


def check_device(device: object) -> None:
    """Refuse a device that is not on this machine, naming those that are."""
    device = device if isinstance(device, str) else str(device)  # a torch.device, say
    if device == "cpu":
        return
    import torch  # takes seconds

    count = torch.cuda.device_count()
    here = ["cpu", "cuda", *(f"cuda:{i}" for i in range(count))] if count else ["cpu"]
    if device not in here:
        raise InputError(f"device={device!r} is not on this machine: choose {' or '.join(here)}")


def is_count(value: object, at_least: int, at_most: int | None = None) -> bool:
    """Whether an option is an integer, and no boolean, from `at_least` to `at_most`."""
    if isinstance(value, bool) or not isinstance(value, numbers.Integral):
        return False
    return int(value) >= at_least and (at_most is None or int(value) <= at_most)


def one_of(name: str, value: object, accepted: Sequence[str], *, or_none: bool = False) -> None:
    """Refuse a value that is not among the accepted names, which it tells.

    or_none: None is accepted, too.
    """
    known = value in accepted if isinstance(value, str) else or_none and value is None
    if not known:
        told = ", ".join(accepted) + (" or None" if or_none else "")
        raise InputError(
            f"{name}={value!r} does not exist: choose one of {told}{nearest(value, accepted)}"
        )


def require_seeds(seeds: Sequence[int], name: str = "seeds") -> None:
    """Seeds of repetitions, the parameter `name`: at least two, different, none negative."""
    require(len(seeds) >= 2, name, seeds, "give at least 2 different seeds, for an interval")
    require(len(set(seeds)) == len(seeds), name, seeds, "each seed must differ")
    require(min(seeds) >= 0, name, seeds, "seeds are whole numbers from 0")


def require(condition: bool, name: str, value: Any, accepted: str) -> None:
    """A chapter's parameter in range, or an InputError that names it, its value and the range."""
    if not condition:
        raise InputError(f"{name}={value!r} is not accepted: {accepted}")


def nearest(name: object, known: Iterable[str]) -> str:
    """Half a sentence for the end of another that names the nearest of `known`, or nothing.

    >>> nearest("KGS", ["kde", "ksg"])
    "; did you mean 'ksg'?"
    """
    folded = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(str(name).casefold(), list(folded), n=1, cutoff=0.5)
    return f"; did you mean {folded[close[0]]!r}?" if close else ""

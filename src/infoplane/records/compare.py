"""Whether a record and its recomputation say the same."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice
from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.records.plan import Values

__all__ = ["comparable", "compare", "compare_trained", "doubted"]

ROUNDING = 1e-5  # of a quantity's largest number: what the order of a sum moves on a processor
ZERO = 1e-9
# A draw is this many times as far from another as the two farthest of its peers are once in
# about a hundred times, if there are four peers and all are normal, and more rarely if more.
APART = 2.0
FEWEST = 3  # peers that tell how far two draws of a quantity may be apart

CLOCK = "took"  # the seconds of a method, which are the machine's
UNTRUSTED = "too uncertain to trust"  # the words of a warning that calls its value worthless
CEILING = re.compile(r"ceiling .*?= ([-+.e\d]+)")  # of one that says what can be shown at most

Floats = npt.NDArray[np.float64]


def compare(old: Values, new: Values) -> Iterator[str]:
    """What differs of values that follow no training: nothing but rounding may.

    Numbers, lists and lists of lists are compared; a None, which stands for NaN, is equal to
    None alone. Texts are not compared, nor what took how long.
    """
    for name, was in old.items():
        (shape, a), (now_shape, b) = _flat(was), _flat(new.get(name))
        if not len(a) or name == CLOCK:
            continue
        if shape != now_shape or (np.isnan(a) != np.isnan(b)).any():
            yield f"{name} was {was!r:.60} and is now {new.get(name)!r:.60}"
        elif _distance(a, b, farthest=True) > _rounding(a):
            at = int(np.nanargmax(np.abs(a - b)))
            yield f"{name} was {a[at]:.6g} and is now {b[at]:.6g}"


def compare_trained(old: Values, new: Values, others: Sequence[Values]) -> Iterator[str]:
    """What differs of values that follow a training, beyond their spread over seeds.

    Another processor, or another batch, sends a training on another path, as another seed does;
    so the error of what it ends in is the spread over seeds, of which its own standard error is
    a part. others: the values of the same config under other seeds. A quantity may be twice as
    far from what it was as the two farthest of `others` are apart, and agrees up to rounding
    where these do; of a list the distance is the root of the mean square. Not compared is what
    :func:`comparable` leaves out.
    """
    for name in comparable(old, others):
        was, now = old[name], new.get(name)
        (shape, a), (now_shape, b) = _flat(was), _flat(now)
        if doubted(new, name):
            continue
        peers = list(_peers(name, shape, others))
        if shape != now_shape:
            yield f"{name} was {was!r:.60} and is now {now!r:.60}"
            continue
        gaps = np.isnan(a) != np.isnan(b)
        if gaps.any() and all((np.isnan(peer) == np.isnan(a)).all() for peer in peers):
            yield f"{name} has another number of values than before and under other seeds"
            continue
        apart, room = _distance(a, b), max(_distance(x, y) for x, y in combinations(peers, 2))
        if apart > max(APART * room, _rounding(a)):
            change = f"moved {apart:.3g}"
            if len(a) == 1:
                change = f"was {a[0]:.6g} and is now {b[0]:.6g}"
            yield f"{name} {change}, where other seeds are at most {room:.3g} apart"


def comparable(old: Values, others: Sequence[Values]) -> Iterator[str]:
    """The names of a training's values that the spread over seeds says something about.

    Left out are texts; what took how long; whole numbers, which are decisions on its path (a step
    to stop at, a count of doubts); what :func:`doubted` calls worthless; and what fewer than three
    other seeds have in the same shape.
    """
    for name, was in old.items():
        shape, a = _flat(was)
        decided = all(isinstance(number, int) for number in _items(was) if number is not None)
        if not len(a) or decided or name == CLOCK or doubted(old, name):
            continue
        if len(list(islice(_peers(name, shape, others), FEWEST))) == FEWEST:
            yield name


def doubted(values: Values, name: str) -> bool:
    """Whether its own warnings call a value worthless, or it is beyond what they say can be shown.

    >>> doubted({"value": 900.0, "warnings": ["within 5 % of the ceiling log n = 14.5"]}, "value")
    True
    """
    name = "value" if name == "std" else name.removesuffix("_std")
    value = values.get(name)
    told = values.get("warnings" if name == "value" else f"{name}_warnings") or []
    # a record may have counted them only, which says nothing of one value
    listed = told if isinstance(told, Iterable) else []
    warnings = [text for text in listed if isinstance(text, str)]
    ceilings = [float(found[1]) for text in warnings if (found := CEILING.search(text))]
    beyond = isinstance(value, int | float) and any(value > ceiling for ceiling in ceilings)
    return beyond or any(UNTRUSTED in text for text in warnings)


def _peers(name: str, shape: Any, others: Sequence[Values]) -> Iterator[Floats]:
    """The same quantity under other seeds, where it has the same shape and is not doubted."""
    for other in others:
        other_shape, numbers = _flat(other.get(name))
        if other_shape == shape and not doubted(other, name):
            yield numbers


def _distance(a: Floats, b: Floats, farthest: bool = False) -> float:
    """Root mean square, or largest, difference of the numbers that both have."""
    both = ~(np.isnan(a) | np.isnan(b))
    if not both.any():
        return 0.0
    apart = np.abs(a[both] - b[both])
    return float(apart.max() if farthest else math.sqrt(np.square(apart).mean()))


def _rounding(a: Floats) -> float:
    largest = float(np.nanmax(np.abs(a))) if np.isfinite(a).any() else 0.0
    return max(ZERO, ROUNDING * largest)


def _flat(value: Any) -> tuple[Any, Floats]:
    """How the numbers of a value are nested, and the numbers in a row, None as NaN."""
    numbers = [math.nan if item is None else float(item) for item in _items(value)]
    return _shape(value), np.array(numbers)


def _items(value: Any) -> Iterator[int | float | None]:
    if isinstance(value, dict):
        value = [value[name] for name in sorted(value)]
    if isinstance(value, list):
        for item in value:
            yield from _items(item)
    elif value is None or isinstance(value, int | float):
        yield value


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: shape for name, item in value.items() if (shape := _shape(item)) != ""}
    if isinstance(value, list):
        return [_shape(item) for item in value]
    return "" if isinstance(value, str) else "number"

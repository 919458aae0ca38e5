"""A measured number of a claim, and how far it could be from what it stands for."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from infoplane.stats import (
    Interval,
    largest_of,
    mean_interval,
    share_interval,
)

__all__ = ["Check"]


@dataclass(frozen=True)
class Check:
    """One measured number of a claim: its value, its interval, and how many repetitions it has.

    name: the part of the claim's criterion it answers to ("" where there is one part only).
    interval: what the value could be; (value, value) where it is exact.
    repetitions: seeds or networks behind the interval; 0 where the error is numerical.
    over: what more of which shrinks the interval, as one over the root of their number: that of
    a mean. "" where no such law holds, as of the least or the largest of several, or of a share.
    doubt: why the interval is as wide as it is, where repetitions are not the reason.
    remark: what is to be known of the measurement, whatever the word: the reason ends with it.
    """

    value: float
    interval: tuple[float, float]
    name: str = ""
    repetitions: int = 0
    over: str = ""
    doubt: str = ""
    remark: str = ""

    @property
    def finite(self) -> bool:
        return all(math.isfinite(number) for number in (self.value, *self.interval))

    @classmethod
    def mean(cls, values: Any, name: str = "", *, over: str = "seeds") -> "Check":
        """The mean of independent repetitions, (n,), with Student's interval.

        >>> Check.mean([1.0, 2.0, 3.0]).interval
        (-0.484..., 4.484...)
        """
        a = np.asarray(values, dtype=np.float64)
        mean, low, high = mean_interval(a)
        return cls(mean, (low, high), name, a.size, over)

    @classmethod
    def share(cls, count: int, n: int, name: str = "") -> "Check":
        """In how many of n networks or seeds something was seen, by Clopper and Pearson.

        >>> Check.share(20, 20).interval
        (0.831..., 1.0)
        """
        share, low, high = share_interval(count, n)
        return cls(share, (low, high), name, n)

    @classmethod
    def largest(
        cls,
        groups: Sequence[Any],
        name: str = "",
        *,
        of: Callable[[Any, float], Interval] = mean_interval,
        repetitions: int | None = None,
    ) -> "Check":
        """The largest of several means, of groups of repetitions, or of what `of` makes of them.

        repetitions: those of the smallest group, unless given.

        >>> Check.largest([[0.0, 2.0], [5.0, 5.0]]).value
        5.0
        """
        value, low, high = largest_of(groups, of)
        fewest = min(map(len, groups)) if repetitions is None else repetitions
        return cls(value, (low, high), name, fewest)

    @classmethod
    def least(cls, groups: Sequence[Any], name: str = "") -> "Check":
        """The least of several means.

        >>> Check.least([[0.0, 2.0], [5.0, 5.0]]).value
        1.0
        """
        found = cls.largest([-np.asarray(group, dtype=np.float64) for group in groups], name)
        low, high = found.interval
        # 0 - x, which is never the -0 that nobody wants to read
        return cls(0 - found.value, (0 - high, 0 - low), name, found.repetitions)

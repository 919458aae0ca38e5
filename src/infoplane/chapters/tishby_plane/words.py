"""Numbers in prose: means with their intervals, lists, and what is sure of them."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from infoplane.stats import mean_interval

__all__ = ["counted", "listed", "mean_of", "sure", "told"]

Floats = npt.NDArray[np.float64]

NOTHING = 0.005  # what two digits write as zero


def told(values: Floats, digits: int = 2) -> str:
    """The mean of independent values, with its 95 % interval where there are two or more.

    >>> told(np.array([1.0, 2.0, 3.0]))
    '2.00 [-0.48, 4.48]'
    """
    if len(values) < 2:
        return f"{values[0]:.{digits}f}"
    mean, low, high = mean_interval(values)
    return "{:.{d}f} [{:.{d}f}, {:.{d}f}]".format(
        *(round(value, digits) + 0.0 for value in (mean, low, high)), d=digits
    )


def mean_of(values: Floats, digits: int = 2) -> str:
    """The mean alone, never as a negative zero.

    >>> mean_of(np.array([-0.001, 0.0]))
    '0.00'
    """
    return f"{round(float(np.mean(values)), digits) + 0.0:.{digits}f}"


def sure(values: Floats) -> int:
    """1 or -1 where the 95 % interval of the mean lies above or below zero, and 0 else.

    >>> sure(np.array([1.0, 1.1, 1.2])), sure(-np.ones(3)), sure(np.array([-1.0, 1.0]))
    (1, -1, 0)
    """
    if len(values) < 2:
        return 0
    _, low, high = mean_interval(values)
    return int(low > NOTHING) - int(high < -NOTHING)


def listed(words: Sequence[object]) -> str:
    """Words with commas, and an *and* before the last.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    few = [str(word) for word in words]
    return " and ".join([", ".join(few[:-1]), few[-1]] if len(few) > 1 else few)


def counted(count: int, word: str) -> str:
    """How many of something, and thousands with a space.

    >>> counted(1, "network"), counted(4000, "epoch")
    ('1 network', '4 000 epochs')
    """
    return f"{count:,} {word}{'' if count == 1 else 's'}".replace(",", " ")

"""Numbers in prose: lists, counts, and means with their intervals."""

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from infoplane.stats import mean_interval

__all__ = ["counted", "listed", "mean_of", "power_above", "scientific", "sure", "told"]

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
NOTHING = 0.005  # what two digits write as zero


def listed(words: Sequence[object], none: str = "none") -> str:
    """Words with commas, and an *and* before the last.

    >>> listed(["a", "b", "c"]), listed([])
    ('a, b and c', 'none')
    """
    few = [str(word) for word in words]
    if not few:
        return none
    return " and ".join([", ".join(few[:-1]), few[-1]] if len(few) > 1 else few)


def counted(count: int, word: str = "") -> str:
    """How many, of what is named if it is, and thousands with a space.

    >>> counted(60000), counted(1, "network"), counted(4000, "epoch")
    ('60 000', '1 network', '4 000 epochs')
    """
    number = f"{count:,}".replace(",", " ")
    return f"{number} {word}{'' if count == 1 else 's'}" if word else number


def told(values: npt.ArrayLike, digits: int = 2) -> str:
    """The mean of independent values, with its 95 % interval where they differ.

    >>> told([1.0, 2.0, 3.0]), told([2.0, 2.0])
    ('2.00 [-0.48, 4.48]', '2.00')
    """
    a = np.asarray(values, dtype=float)
    if len(a) < 2 or np.allclose(a, a[0]):
        return mean_of(a[:1], digits)
    mean, low, high = (mean_of([value], digits) for value in mean_interval(a))
    return f"{mean} [{low}, {high}]"


def mean_of(values: npt.ArrayLike, digits: int = 2) -> str:
    """The mean alone, never as a negative zero.

    >>> mean_of([-0.001, 0.0])
    '0.00'
    """
    return f"{round(float(np.asarray(values, dtype=float).mean()), digits) + 0.0:.{digits}f}"


def scientific(value: float) -> str:
    """A small number to one digit and a power of ten.

    >>> scientific(1.93e-10), scientific(1.1e-15), scientific(0.0)
    ('2 × 10⁻¹⁰', '10⁻¹⁵', '0')
    """
    if value == 0:
        return "0"
    digits, exponent = f"{value:.0e}".split("e")
    return f"{digits} × {_ten_to(int(exponent))}".removeprefix("1 × ")


def power_above(value: float) -> str:
    """The least power of ten that a positive value does not exceed.

    >>> power_above(1.07e-14), power_above(1e-3)
    ('10⁻¹³', '10⁻³')
    """
    return _ten_to(math.ceil(math.log10(value)))


def _ten_to(exponent: int) -> str:
    return f"10{str(exponent).translate(RAISED)}"


def sure(values: npt.ArrayLike) -> int:
    """1 or -1 where the 95 % interval of the mean lies above or below zero, and 0 else.

    >>> sure([1.0, 1.1, 1.2]), sure([-1.0, -1.0]), sure([-1.0, 1.0])
    (1, -1, 0)
    """
    a = np.asarray(values, dtype=float)
    if len(a) < 2:
        return 0
    _, low, high = mean_interval(a)
    return int(low > NOTHING) - int(high < -NOTHING)

"""Numbers in prose: lists, counts, and means with their intervals."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from infoplane.stats import mean_interval

__all__ = ["counted", "listed", "told"]


def listed(words: Sequence[object], none: str = "none") -> str:
    """Words with commas, and an *and* before the last.

    >>> listed(["a", "b", "c"]), listed([])
    ('a, b and c', 'none')
    """
    few = [str(word) for word in words]
    if not few:
        return none
    return " and ".join([", ".join(few[:-1]), few[-1]] if len(few) > 1 else few)


def counted(count: int) -> str:
    """A number, and thousands with a space.

    >>> counted(60000)
    '60 000'
    """
    return f"{count:,}".replace(",", " ")


def told(values: npt.ArrayLike, digits: int = 2) -> str:
    """The mean of independent values, with its 95 % interval where they differ.

    >>> told([1.0, 2.0, 3.0]), told([2.0, 2.0])
    ('2.00 [-0.48, 4.48]', '2.00')
    """
    a = np.asarray(values, dtype=float)
    if len(a) < 2 or np.allclose(a, a[0]):
        return f"{a[0]:.{digits}f}"
    mean, low, high = mean_interval(a)
    return f"{mean:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"

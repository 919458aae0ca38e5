"""What estimators by densities share: numbers apart from labels, one unit, no copies."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.estimators.base import Array, Samples, is_discrete, refuse_constant, scaled

__all__ = ["Sides", "class_rows", "copies", "entropy_rows", "sides", "standardized"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# As for KSG: a few copies (rounding, a saturated unit) bias the answer a little, more are no
# sample from a density.
MOST_COPIES = 0.05


class Sides(NamedTuple):
    """Checked sides: names and columns of those with a density, and the labels, if any.

    warnings: what to tell of copies among the rows.
    """

    names: tuple[str, ...]
    numbers: tuple[Array, ...]
    labels: Ints | None
    warnings: list[str]


def sides(samples: Samples, estimator: str) -> Sides:
    """Numbers and labels (one column of integers, booleans or text) told apart, and checked.

    Raises InputError where both sides are labels, and for numbers with a constant column or
    with more than 5 % of copies.
    """
    both = {"x": samples.x, "z": samples.z}
    labels = [name for name, a in both.items() if a.shape[1] == 1 and is_discrete(a)]
    if len(labels) == 2:
        raise InputError(
            f"x and z are both labels, and {estimator} needs numbers with a density on one side: "
            "use binning, or pass numbers as floats"
        )
    numbers = {name: a for name, a in both.items() if name not in labels}
    warnings = []
    for name, a in numbers.items():
        refuse_constant(a, name)
        # In standard units: next to an outlier of 1e20, values that differ may not differ there.
        warnings += copies(standardized(a)[0], name)
    codes = None
    if labels:
        values, codes = np.unique(both[labels[0]][:, 0], return_inverse=True)
        if len(values) == 1:
            raise InputError(
                f"{labels[0]} has a single class ({values[0]}): at least 2 classes are needed"
            )
    return Sides(tuple(numbers), tuple(numbers.values()), codes, warnings)


def class_rows(labels: Ints, at_least: int, told: str) -> list[Ints]:
    """Row numbers of each class, or an InputError where a class has fewer than `at_least`."""
    sizes = np.bincount(labels)
    if sizes.min() < at_least:
        raise InputError(
            f"the smallest class has {sizes.min()} rows: {told} needs at least {at_least} in "
            "each class; drop or merge the class, or give more data"
        )
    return [np.flatnonzero(labels == label) for label in range(len(sizes))]


def entropy_rows(a: Array) -> tuple[Floats, float, list[str]]:
    """Checked rows of an entropy in standard units, the log of their volume, and warnings."""
    n, d = a.shape
    if n <= d:
        raise InputError(
            f"rows has {n} rows of {d} columns: a density in {d} dimensions needs more than {d}, "
            "and far more to be of use; give more data or fewer columns"
        )
    if n < 4:
        raise InputError(f"rows has {n} rows: at least 4 are needed")
    refuse_constant(a, "rows")
    standard, log_volume = standardized(a)
    return standard, log_volume, copies(standard, "rows")


def standardized(a: Array) -> tuple[Floats, float]:
    """Columns of mean 0 and variance 1, and the sum of the logs of what they were divided by.

    >>> standardized(np.array([[1.0], [5.0]]))  # divided by 2
    (array([[-1.], [ 1.]]), 0.693...)
    """
    fraction, exponent = scaled(a)
    std = fraction.std(axis=0)
    standard: Floats = (fraction - fraction.mean(axis=0)) / std
    return standard, float(np.sum(np.log(std)) + np.log(2) * np.sum(exponent, dtype=np.int64))


def copies(a: Array, name: str) -> list[str]:
    """A warning where rows have exact copies, an InputError where more than 5 % do.

    >>> copies(np.arange(3.0)[:, None], "t"), copies(np.maximum(np.arange(100.0), 1)[:, None], "t")
    ([], ['2 % of the rows of t have an exact copy: ...'])
    """
    rows = np.ascontiguousarray(a + 0)  # -0.0 becomes 0.0: equal rows are equal bytes
    _, counts = np.unique(rows.view(f"V{rows[0].nbytes}")[:, 0], return_counts=True)
    share = float(counts[counts > 1].sum()) / len(a)
    if share == 0:
        return []
    told = f"{100 * share:.3g} % of the rows of {name} have an exact copy"
    if share > MOST_COPIES:
        raise InputError(
            f"{told}, and a density has none (its entropy would be minus infinity); at most "
            f"{100 * MOST_COPIES:g} % are accepted: drop the copies, use binning, pass labels as "
            "integers, or add noise of a stated size"
        )
    return [f"{told}: the estimate assumes values that never repeat, and is biased by copies"]

"""Which side of a pair of samples holds labels."""

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.estimators.base import Samples
from infoplane.inputs.columns import is_discrete

__all__ = ["classes_of", "label_side"]

# From here on all floats are whole numbers, with gaps between: measurements, and no labels.
GAPS = 2.0**53


def label_side(samples: Samples) -> tuple[str, npt.NDArray[np.int64]]:
    """The side that holds labels, by name, and its codes (n,): that of text, or z if both could.

    One column of integers, truth values or text is labels, and so are floats that are whole
    numbers, where no side has any of the former. Raises InputError where no side has labels.
    """
    sides = sorted((("z", samples.z), ("x", samples.x)), key=lambda s: s[0] not in samples.text)
    for name, a in sides:
        if a.shape[1] == 1 and is_discrete(a):
            return name, a[:, 0]
    for name, a in sides:
        if a.shape[1] == 1 and np.abs(a).max() < GAPS and np.array_equal(a, np.rint(a)):
            return name, a[:, 0].astype(np.int64)
    raise InputError(
        f"z has shape {samples.z.shape} and no labels, and neither has x: one column of "
        "integers, booleans or strings is needed on one side; use ksg for two continuous sides"
    )


def classes_of(
    samples: Samples, estimator: str
) -> tuple[str, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The side that holds labels, by name, its classes (c,), and how many rows each has, (c,).

    Raises InputError as :func:`label_side` does, for text on both sides, and for a single class.
    """
    if len(samples.text) == 2:
        raise InputError(
            f"x and z both hold text, and {estimator} needs numbers on one side: use binning"
        )
    name, labels = label_side(samples)
    values, counts = np.unique(labels, return_counts=True)
    if len(values) == 1:
        raise InputError(f"{name} has a single class ({values[0]}): at least 2 classes are needed")
    return name, values, counts

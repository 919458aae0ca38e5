"""What a ranker is given, checked: rows of numbers, and a class for each of them."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.inputs.arrays import as_columns, as_labels, as_plain
from infoplane.inputs.columns import Floats, is_text

__all__ = ["Labelled", "as_embedding", "class_means", "labelled"]

Ints = npt.NDArray[np.int64]


class Labelled(NamedTuple):
    """An embedding with its classes.

    rows: (n, d), in units of a power of two; exponent: of that unit, values are rows 2^exponent;
    classes: (n,) from 0 on, by increasing label; sizes: (C,), the rows of each, C >= 2.
    """

    rows: Floats
    exponent: int
    classes: Ints
    sizes: Ints


def as_embedding(values: Any, name: str = "embedding") -> tuple[Floats, int]:
    """Rows of numbers (n, d) in [-1, 1], and the exponent of the power of two they were divided by.

    One unit for all columns, exact, so that no square overflows or vanishes; no ranker depends on
    it. Raises InputError for text, values that are not finite, other shapes and no row.

    >>> as_embedding([[6.0, 0.0], [0.0, -3.0]])
    (array([[ 0.75 , 0. ], [ 0. , -0.375]]), 3)
    """
    plain = as_plain(values, name)
    if is_text(plain):
        raise InputError(f"{name} holds text, which has no place in space: give numbers (n, d)")
    if plain.shape[:1] == (0,):
        raise InputError(f"{name} has shape {plain.shape}: no rows; give one for each image")
    rows = as_columns(plain, name).astype(np.float64)
    exponent = int(np.frexp(np.abs(rows).max())[1])
    return np.ldexp(rows, -exponent), exponent


def labelled(embedding: Any, labels: Any) -> Labelled:
    """An embedding (n, d) and its labels (n,): whole numbers or text.

    Raises InputError as :func:`as_embedding` and :func:`~infoplane.inputs.arrays.as_labels` do,
    for another number of labels than of rows, fewer than two classes, and rows that are all equal.

    >>> labelled([[1.0], [2.0], [3.0]], ["dog", "cat", "dog"]).classes
    array([1, 0, 1])
    """
    rows, exponent = as_embedding(embedding)
    numbers = as_labels(labels, "labels")
    if len(numbers) != len(rows):
        raise InputError(
            f"labels has {len(numbers)} rows and embedding {len(rows)}: give one label for each row"
        )
    found, classes, sizes = np.unique(numbers, return_inverse=True, return_counts=True)
    if len(found) < 2:
        raise InputError(
            f"labels has {len(found)} class in {len(rows)} rows: at least 2 are needed; give rows "
            "of others, too"
        )
    if (rows == rows[0]).all():
        raise InputError(
            f"embedding has {len(rows)} rows that are all equal: it tells no image from another; "
            "look whether the network is dead, or give different images"
        )
    return Labelled(rows, exponent, classes.reshape(-1).astype(np.int64), sizes.astype(np.int64))


def class_means(rows: Floats, classes: Ints, sizes: Ints) -> Floats:
    """The mean of the rows (n, d) of each class: (C, d).

    >>> class_means(np.array([[1.0], [2.0], [4.0]]), np.array([0, 1, 1]), np.array([1, 2]))
    array([[1.], [3.]])
    """
    members = (classes == np.arange(len(sizes))[:, None]).astype(np.float64)  # (C, n)
    means: Floats = members @ rows / sizes[:, None]
    return means

"""What a user passes, as arrays: numbers of any shape, and labels."""

from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from infoplane.errors import InputError
from infoplane.estimators.base import Array, as_columns

__all__ = ["as_array", "as_labels", "as_numbers"]


def as_array(values: Any, name: str) -> Array:
    """An array of any kind and shape; no copy where it is one already.

    Raises InputError for rows of several lengths, and for a masked array.
    """
    if isinstance(values, torch.Tensor):
        values = values.detach().cpu()
        values = (values.float() if values.dtype == torch.bfloat16 else values).numpy()
    if np.ma.isMaskedArray(values):
        raise InputError(f"{name} is a masked array: fill it, or drop the masked rows")
    try:
        return np.asarray(values)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} is no array: give all rows the same length") from error


def as_numbers(values: Any, name: str) -> Array:
    """An array of numbers or truth values, of any shape; no copy where it is one already.

    Raises InputError for text and whatever else is no number, and as :func:`as_array` does.

    >>> as_numbers(["1", "2"], "t")
    Traceback (most recent call last):
    infoplane.errors.InputError: t has shape (2,) and dtype <U1: pass numbers
    """
    a = as_array(values, name)
    if a.dtype.kind == "O" and not any(isinstance(v, str | bytes) for v in a.flat):
        with suppress(TypeError, ValueError):
            a = a.astype(np.float64)
    if a.dtype.kind not in "fiub":
        raise InputError(f"{name} has shape {a.shape} and dtype {a.dtype}: pass numbers")
    return a


def as_labels(values: Any, name: str) -> npt.NDArray[np.int64]:
    """Labels (n,) as integers, themselves where they are whole numbers, codes where they are text.

    values: (n,) or (n, 1) integers, truth values, text, or floats that are whole numbers.
    Raises InputError for other shapes and values.

    >>> as_labels([2.0, 0.0], "y"), as_labels(["cat", "ape"], "y")
    (array([2, 0]), array([1, 0]))
    """
    a = as_columns(values, name)
    if a.shape[1] != 1:
        raise InputError(
            f"{name} has shape {a.shape}: one label a row is accepted, ({len(a)},); of indicators "
            "take the argmax"
        )
    broken = np.flatnonzero(a[:, 0] != np.rint(a[:, 0]))
    if len(broken):
        row = int(broken[0])
        raise InputError(
            f"{name} has values between integers, the first {a[row, 0]:g} at row {row}: labels are "
            "accepted, integers or text; number them"
        )
    labels: npt.NDArray[np.int64] = a[:, 0].astype(np.int64)
    return labels

"""What a user passes, as arrays: numbers of any shape, and labels."""

import sys
from contextlib import suppress
from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError

__all__ = ["Array", "as_array", "as_columns", "as_labels", "as_numbers", "as_plain"]


Array = npt.NDArray[Any]


def as_array(values: Any, name: str) -> Array:
    """An array of any kind and shape; no copy where it is one already.

    Raises InputError for rows of several lengths, and for a masked array.
    """
    values = _of_tensor(values)
    if np.ma.isMaskedArray(values):
        raise InputError(f"{name} is a masked array: fill it, or drop the masked rows")
    try:
        return np.asarray(values)
    except (TypeError, ValueError) as error:
        raise InputError(f"{name} is no array: give all rows the same length") from error


def as_plain(values: Any, name: str) -> Array:
    """An array of one kind, of any shape: numbers, truth values or text, no objects.

    Raises InputError where values are of several kinds or missing, and as :func:`as_array` does.

    >>> as_plain(np.array(["ape", "cat"], dtype=object), "y")
    array(['ape', 'cat'], dtype='<U3')
    """
    a = as_array(values, name)
    return _plain(a, name) if a.dtype.kind == "O" else a


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


def as_columns(values: Any, name: str) -> Array:
    """One checked (n, d) array, float64 or int64; `name` is what an error calls it."""
    a = as_plain(values, name)
    if a.ndim == 1:
        a = a[:, None]
        if a.dtype.kind in "bUS":
            a = np.unique(a, return_inverse=True)[1].reshape(a.shape)
    if a.ndim != 2:
        raise InputError(
            f"{name} has shape {a.shape}: (n,) or (n, d) is accepted; "
            "flatten each sample, or use estimate_batch for a leading batch axis"
        )
    if a.shape[1] == 0:
        raise InputError(f"{name} has shape {a.shape}: at least one column is needed")
    if a.dtype.kind in "iub":
        return a.astype(np.int64)
    if a.dtype.kind != "f":
        columns = "real and imaginary parts are two columns"
        advice = columns if a.dtype.kind == "c" else "encode text first"
        raise InputError(f"{name} has dtype {a.dtype}: numbers are accepted; {advice}")
    a = a.astype(np.float64)
    _refuse_missing(~np.isfinite(a), name)
    return a


def _refuse_missing(bad: npt.NDArray[np.bool_], name: str) -> None:
    if bad.any():
        row, column = np.argwhere(bad.reshape(len(bad), -1))[0]
        raise InputError(
            f"{name} has {bad.sum()} values that are NaN or infinite, the first at row {row}, "
            f"column {column} of {name}: drop or replace them"
        )


def _of_tensor(values: Any) -> Any:
    """The NumPy array of a tensor, whatever it is else as it is."""
    torch = sys.modules.get("torch")  # who has a tensor has it loaded; nobody else should wait
    if torch is None or not isinstance(values, torch.Tensor):
        return values
    values = values.detach().cpu()
    if values.is_floating_point() and values.dtype not in (torch.float64, torch.float16):
        values = values.float()  # NumPy has no bfloat16
    return values.numpy()


def _plain(a: Array, name: str) -> Array:
    """An array of objects, such as a table with columns of several types, as one of its kind."""
    missing = np.array([_is_missing(v) for v in a.flat], dtype=bool).reshape(a.shape)
    kinds = {type(v) for v in a[~missing]}
    try:
        if any(issubclass(kind, str | bytes) for kind in kinds):
            if not (all(issubclass(k, str) for k in kinds) or kinds == {bytes}):
                raise TypeError("text and other values")
            _refuse_missing(missing, name)
            return a.astype("S" if kinds == {bytes} else "U")
        if not missing.any() and all(issubclass(k, bool | np.bool_) for k in kinds):
            return a.astype(bool)
        if not missing.any() and all(issubclass(k, int | np.integer) for k in kinds):
            return a.astype(np.int64)
        return np.where(missing, np.nan, a).astype(np.float64)
    except InputError:
        raise
    except (TypeError, ValueError, OverflowError) as error:
        raise InputError(
            f"{name} mixes types that cannot be compared: give numbers, or labels of one type, "
            "and rows of one length"
        ) from error


def _is_missing(value: object) -> bool:
    """None, NaN, and the missing values of pandas, which equal nothing, or say so of themselves."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float | np.floating) and bool(value != value)

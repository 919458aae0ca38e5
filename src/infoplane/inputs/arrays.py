"""What a user passes, as arrays: numbers of any shape, columns, and labels."""

import numbers
from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.inputs.foreign import readable
from infoplane.inputs.objects import as_int64, of_objects, refuse_kind, refuse_missing

__all__ = ["Array", "as_array", "as_columns", "as_labels", "as_numbers", "as_plain"]


Array = npt.NDArray[Any]


def as_array(values: Any, name: str) -> Array:
    """An array of any kind and shape; no copy where it is one already.

    The one entrance: in the machine's byte order, no longer than float64, and never a number for
    text or for a larger integer. Raises InputError for rows of several lengths, for long doubles
    that float64 lacks, and for what :func:`~infoplane.inputs.foreign.readable` refuses.
    """
    values = readable(values, name)
    try:
        a = np.asarray(values)
        if isinstance(values, list | tuple) and _changed(values, a):
            a = np.array(values, dtype=object)
    except (TypeError, ValueError, RuntimeError) as error:
        if "inhomogeneous" in str(error):
            raise InputError(f"{name} is no array: give all rows the same length") from error
        raise InputError(
            f"{name} is no array that NumPy can read ({error}): pass a NumPy array"
        ) from error
    if a.dtype.kind == "T":  # text of variable length
        return a.astype(object)
    if a.dtype.type is np.longdouble:
        return _as_float64(a, name)
    return a if a.dtype.isnative else a.astype(a.dtype.newbyteorder("="))


def as_plain(values: Any, name: str) -> Array:
    """An array of one kind, of any shape: numbers that float64 or int64 have, or text.

    Raises InputError where values are of several kinds or missing, for dates and times, complex
    and structured arrays and integers beyond int64, and as :func:`as_array` does.

    >>> as_plain(np.array(["ape", "cat"], dtype=object), "y")
    array(['ape', 'cat'], dtype='<U3')
    """
    a = as_array(values, name)
    if a.dtype.kind == "O":
        a = of_objects(a, name)
    if a.dtype.kind not in "biufSU":
        refuse_kind(a, name)
    return as_int64(a, name) if a.dtype == np.uint64 else a


def as_numbers(values: Any, name: str) -> Array:
    """An array of numbers or truth values, of any shape; no copy where it is one already.

    Raises InputError for text, and as :func:`as_plain` does.

    >>> as_numbers(["1", "2"], "t")
    Traceback (most recent call last):
    infoplane.errors.InputError: t has shape (2,) and dtype <U1: pass numbers
    """
    a = as_plain(values, name)
    if a.dtype.kind in "SU":
        raise InputError(f"{name} has shape {a.shape} and dtype {a.dtype}: pass numbers")
    return a


def as_labels(values: Any, name: str) -> npt.NDArray[np.int64]:
    """Labels (n,) as integers, themselves where they are whole numbers, codes where they are text.

    values: (n,) or (n, 1) integers, truth values, text, or floats that are whole numbers.
    Raises InputError for other shapes and values, and for floats so large that those beside them
    are not one apart: which label was meant is lost.

    >>> as_labels([2.0, 0.0], "y"), as_labels(["cat", "ape"], "y")
    (array([2, 0]), array([1, 0]))
    """
    plain = as_plain(values, name)
    a = as_columns(plain, name)
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
    if plain.dtype.kind == "f" and (large := np.abs(a) >= _first_gap(values, plain)).any():
        raise InputError(
            f"{name} has labels as large as {a[large][0]:g} in {_dtype(values, plain)}, which "
            "lacks integers there, so that labels may have become one: pass integers or text"
        )
    labels: npt.NDArray[np.int64] = a[:, 0].astype(np.int64)
    return labels


def as_columns(values: Any, name: str) -> Array:
    """One checked (n, d) array, float64 or int64; `name` is what an error calls it.

    One column of text becomes codes 0, 1, … by the alphabet, whose order and distances mean
    nothing: who measures has to ask for text beforehand.
    """
    a = as_plain(values, name)
    if a.ndim == 1:
        a = a[:, None]
    if a.ndim != 2:
        raise InputError(
            f"{name} has shape {a.shape}: (n,) or (n, d) is accepted; "
            "flatten each sample, or use estimate_batch for a leading batch axis"
        )
    if a.shape[1] == 0:
        raise InputError(f"{name} has shape {a.shape}: at least one column is needed")
    if a.dtype.kind in "SU":
        if a.shape[1] > 1:
            raise InputError(
                f"{name} has dtype {a.dtype}: numbers are accepted, or one column of text where "
                f"labels are; join its {a.shape[1]}, ['/'.join(row) for row in np.asarray({name})]"
            )
        return np.unique(a, return_inverse=True)[1].reshape(a.shape)
    if a.dtype.kind in "iub":
        return a.astype(np.int64)
    a = a.astype(np.float64)
    refuse_missing(~np.isfinite(a), name)
    return a


def _changed(values: Any, a: Array) -> bool:
    """Whether NumPy made numbers in lists text, or integers floats, to get them into one array."""
    if a.dtype.kind not in "fSU":
        return False
    kinds = _kinds(values)
    if a.dtype.kind == "f":
        return bool(kinds) and all(issubclass(kind, numbers.Integral) for kind in kinds)
    return len({bytes if issubclass(k, bytes) else issubclass(k, str) for k in kinds}) > 1


def _kinds(values: Any) -> set[type]:
    """The types of what lies in lists, at any depth, and in the arrays among it."""
    kinds = set(map(type, values))
    nested = {kind for kind in kinds if issubclass(kind, list | tuple | np.ndarray)}
    inside = [v for v in values if type(v) in nested] if nested else []
    of_inside = (_kinds(v) if isinstance(v, list | tuple) else {v.dtype.type} for v in inside)
    return (kinds - nested).union(*of_inside)


def _as_float64(a: Array, name: str) -> npt.NDArray[np.float64]:
    """Long doubles as float64; what is finite stays so, or InputError."""
    with np.errstate(over="ignore"):
        rounded = a.astype(np.float64)
    if (lost := np.isinf(rounded) & np.isfinite(a)).any():
        raise InputError(
            f"{name} has {lost.sum()} values beyond the range of float64, 1e308: pass it in "
            "another unit"
        )
    return rounded


def _first_gap(values: Any, plain: Array) -> float:
    """The power of two from which on floats are more than one apart."""
    if _dtype(values, plain) == "torch.bfloat16":  # which arrives as float32
        return 2.0**8
    return 2.0 / float(np.finfo(plain.dtype).eps)


def _dtype(values: Any, plain: Array) -> str:
    """The dtype that numbers came in."""
    return str(getattr(values, "dtype", plain.dtype))

"""Values that are no numbers: what they are and what to do instead, and arrays of objects."""

import datetime
import decimal
import numbers
from typing import Any, Never

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.inputs.foreign import is_masked

__all__ = ["as_int64", "of_objects", "refuse_kind", "refuse_missing"]

Array = npt.NDArray[Any]

INT64 = np.iinfo(np.int64)


def of_objects(a: Array, name: str) -> Array:
    """An array of objects, such as a table with columns of several types, as one of their kind.

    None, NaN and the missing values of pandas are NaN among numbers. Raises InputError where
    they stand among text, and for kinds that do not go together or are neither numbers nor text.

    >>> of_objects(np.array([1, None], dtype=object), "x")
    array([ 1., nan])
    """
    if not a.ndim:
        raise InputError(f"{name} is {_article(type(a.item()))}: pass an array of numbers")
    missing = np.array([_is_missing(v) for v in a.flat], dtype=bool).reshape(a.shape)
    kinds = {type(v) for v in a[~missing]}
    if any(is_masked(kind) for kind in kinds):
        raise InputError(f"{name} holds masked values: fill them, or drop their rows")
    if any(issubclass(kind, str | bytes) for kind in kinds):
        if not (all(issubclass(kind, str) for kind in kinds) or kinds == {bytes}):
            raise InputError(
                f"{name} mixes text and other values ({_listed(kinds)}): give numbers, or labels "
                "of one type"
            )
        refuse_missing(missing, name)
        return a.astype("S" if kinds == {bytes} else "U")
    _refuse_times(kinds, name)  # before numbers: NumPy counts its durations among the integers
    if not missing.any() and all(issubclass(kind, bool | np.bool_) for kind in kinds):
        return a.astype(bool)
    if not missing.any() and all(issubclass(k, numbers.Integral | np.bool_) for k in kinds):
        return as_int64(a, name)
    if all(issubclass(k, numbers.Real | np.bool_ | decimal.Decimal) for k in kinds):
        try:
            return np.where(missing, np.nan, a).astype(np.float64)
        except OverflowError as error:
            raise InputError(
                f"{name} has numbers beyond the range of float64, 1e308: pass it in another unit"
            ) from error
    _refuse_objects(kinds, name)


def as_int64(a: Array, name: str) -> npt.NDArray[np.int64]:
    """Integers of any size as int64, or InputError: those beyond would come out as others.

    >>> as_int64(np.array([1, 2**63], dtype=np.uint64), "y")
    Traceback (most recent call last):
    infoplane.errors.InputError: y has 1 integers beyond 64 bits with a sign, the first 92233720...
    """
    beyond = (a < INT64.min) | (a > INT64.max)
    if beyond.any():
        raise InputError(
            f"{name} has {beyond.sum()} integers beyond 64 bits with a sign, the first "
            f"{a[beyond][0]}: pass np.asarray({name}, dtype=float) if they are measurements, and "
            f"np.unique({name}, return_inverse=True)[1] if they are labels"
        )
    return a.astype(np.int64)


def refuse_kind(a: Array, name: str) -> Never:
    """InputError for an array that NumPy has a dtype for, but not of numbers or text."""
    kind, fields = a.dtype.kind, a.dtype.names
    if kind == "M":
        _refuse_dates(str(a.dtype), name)
    if kind == "m":
        _refuse_durations(str(a.dtype), name)
    if fields:
        raise InputError(
            f"{name} is a structured array of the fields {', '.join(fields)}: pass its columns "
            f"side by side, np.column_stack([{name}[f] for f in {name}.dtype.names])"
        )
    advice = "convert it"
    if kind == "c":
        advice = "real and imaginary parts are two columns"
    raise InputError(f"{name} has dtype {a.dtype}: numbers are accepted; {advice}")


def refuse_missing(bad: npt.NDArray[np.bool_], name: str) -> None:
    """InputError where anything is `bad`, naming the first place."""
    if bad.any():
        row, column = np.argwhere(bad.reshape(len(bad), -1))[0]
        raise InputError(
            f"{name} has {bad.sum()} values that are NaN or infinite, the first at row {row}, "
            f"column {column} of {name}: drop or replace them"
        )


def _refuse_times(kinds: set[type], name: str) -> None:
    told = _listed(kinds)
    if any(issubclass(k, datetime.date | np.datetime64) or k.__name__ == "Period" for k in kinds):
        _refuse_dates(told, name)
    if any(issubclass(kind, datetime.timedelta | np.timedelta64) for kind in kinds):
        _refuse_durations(told, name)


def _refuse_objects(kinds: set[type], name: str) -> Never:
    told = _listed(kinds)
    if any(
        issubclass(kind, numbers.Complex) and not issubclass(kind, numbers.Real) for kind in kinds
    ):
        raise InputError(
            f"{name} has complex values ({told}): numbers are accepted; real and imaginary parts "
            "are two columns"
        )
    if any(issubclass(kind, list | tuple) or hasattr(kind, "__array__") for kind in kinds):
        raise InputError(
            f"{name} is an array of objects that are no single values ({told}): pass all of one "
            f"length, np.stack({name})"
        )
    raise InputError(
        f"{name} has objects that are neither numbers nor text ({told}): pass numbers, or text "
        f"where labels are meant, [str(v) for v in {name}]"
    )


def _refuse_dates(told: str, name: str) -> Never:
    raise InputError(
        f"{name} holds dates ({told}): numbers are accepted; pass the time since one, in days say: "
        f"(np.asarray({name}, 'datetime64[us]') - np.datetime64('2000')) / np.timedelta64(1, 'D')"
    )


def _refuse_durations(told: str, name: str) -> Never:
    raise InputError(
        f"{name} holds times ({told}): numbers are accepted; pass them in a unit, such as "
        f"np.asarray({name}, 'timedelta64[us]') / np.timedelta64(1, 's')"
    )


def _listed(kinds: set[type]) -> str:
    return ", ".join(sorted(kind.__name__ for kind in kinds))


def _article(kind: type) -> str:
    return "None" if kind is type(None) else f"of type {kind.__name__}, which is no array"


def _is_missing(value: object) -> bool:
    """None, NaN, and the missing values of pandas, which equal nothing, or say so of themselves."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float | np.floating) and bool(value != value)

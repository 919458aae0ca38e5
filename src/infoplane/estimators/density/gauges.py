"""The gauges of an autoencoder's code: what training does not fix is fixed here, and said."""

import math
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.inputs.arrays import Array, as_columns, as_plain
from infoplane.inputs.columns import Floats, independent, is_text, scaled, standardized
from infoplane.inputs.options import one_of

__all__ = [
    "GAUGES",
    "code_columns",
    "live",
    "normalised",
    "refuse_flat",
    "relative_stds",
    "whiten",
]

GAUGES = ("raw", "one scale", "unit variance", "whitened")


def live(codes: Any) -> tuple[npt.NDArray[np.bool_], list[str]]:
    """Which columns of a code change from row to row, (d,), and a warning if not all do.

    codes: (n, d). A column counts as constant, a dead unit, where its standard deviation is
    no more than 32 roundings of its largest value, in single precision if all its values are.
    Raises InputError where every column is constant, for text, and without rows.

    >>> live([[0.0, 1.0, 2.0], [0.0, 3.0, 1.0]])
    (array([False,  True,  True]), ['code unit 0 is constant (a dead unit): it is left out, ...'])
    """
    a = code_columns(codes)
    alive = np.array([independent(a[:, [j]])[0] for j in range(a.shape[1])])
    dead = np.flatnonzero(~alive)
    if not len(dead):
        return alive, []
    if not alive.any():
        raise InputError(
            f"codes has {len(dead)} columns, and all are constant (dead units): a point has no "
            "density (its entropy would be minus infinity); train the encoder again, from another "
            "seed or with a smaller learning rate"
        )
    names = ", ".join(map(str, dead))
    told = f"code units {names} are constant (dead units)"
    if len(dead) == 1:
        told = f"code unit {names} is constant (a dead unit)"
    out = "it is" if len(dead) == 1 else "they are"
    return alive, [f"{told}: {out} left out, and the dimension counted without"]


def normalised(codes: Any, gauge: str) -> Floats:
    """The live columns of a code in a gauge: (n, live), float64.

    "raw": as the encoder gives them.
    "one scale": centred, and all divided by one number, the root mean square over all columns.
    "unit variance": each column centred and divided by its standard deviation.
    "whitened": rotated to principal axes, those of least variance first, and each axis divided
    by its standard deviation: the covariance is the identity. Defined up to the sign of each
    axis, here that its largest weight is positive, and up to rotations where variances agree.

    codes: (n, d) or (n,); columns that are constant are left out, see :func:`live`.
    Raises InputError for an unknown gauge, where all columns are constant, for text, without
    rows, and, if whitened, where a column is a linear combination of others, or n <= d.

    >>> normalised([[0.0, 5.0], [2.0, -1.0]], "unit variance")
    array([[-1.,  1.], [ 1., -1.]])
    """
    one_of("gauge", gauge, GAUGES)
    a = code_columns(codes)
    a = a[:, live(a)[0]]
    if gauge == "raw":
        return a.astype(np.float64)
    standard, _ = standardized(a)
    if gauge == "unit variance":
        return standard
    if gauge == "one scale":
        return standard * relative_stds(a)
    refuse_flat(a)
    return whiten(a)


def relative_stds(a: Array) -> Floats:
    """Standard deviations of the columns over their root mean square: (d,)."""
    fraction, exponent = scaled(a)
    # From the largest exponent down: squares neither overflow nor all vanish.
    stds = np.ldexp(fraction.std(axis=0), exponent - exponent.max())
    return cast(Floats, stds / math.sqrt(float(np.mean(stds**2))))


def whiten(a: Array) -> Floats:
    """Principal axes, each of mean 0 and variance 1, smallest variance first: (n, d)."""
    fraction, exponent = scaled(a)
    # One power of two for all columns: their relative scale decides the axes.
    centred = np.ldexp(fraction - fraction.mean(axis=0), exponent - exponent.max())
    # Of the rows themselves: forming the covariance would square small variances away.
    _, singular, axes = np.linalg.svd(centred, full_matrices=False)
    signs = np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])
    projected = centred @ (axes * signs[:, None] / singular[:, None] * math.sqrt(len(a))).T
    return cast(Floats, np.ascontiguousarray(projected[:, ::-1]))


def refuse_flat(a: Array) -> None:
    """InputError where the live columns of a code have no density in their dimension."""
    n, d = a.shape
    if n <= d or n < 4:
        raise InputError(
            f"codes has {n} rows of {d} columns that are not constant: a density needs more rows "
            "than columns, and at least 4, and far more to be of use; give more rows or a "
            "smaller code"
        )
    kept = independent(a)
    if not kept.all():
        raise InputError(
            f"codes has {d} columns that lie in {kept.sum()} dimensions: there is no density in "
            f"{d} dimensions (the entropy is minus infinity in every gauge); use a code of at "
            f"most {kept.sum()}, or add noise of a stated size"
        )


def code_columns(codes: Any) -> Array:
    """Checked columns of numbers, with rows."""
    if is_text(plain := as_plain(codes, "codes")):
        raise InputError("codes holds text, which has no density: give numbers")
    a = as_columns(plain, "codes")
    if not len(a):
        raise InputError(
            f"codes has shape {a.shape}, and so no rows: a density needs more rows than columns, "
            "and at least 4; give more rows"
        )
    return a

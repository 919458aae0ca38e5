"""The rule for stopping, as a pure function of curves.

The callbacks of :mod:`infoplane.stopping.callbacks` apply it while a network trains, to what they
have measured so far; an experiment applies it afterwards to recorded curves, for many networks and
many beta at once. Both are the same lines.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.inputs.arrays import as_numbers
from infoplane.inputs.options import whole, within

__all__ = ["Stop", "after_peak", "stop_at"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


class Stop(NamedTuple):
    """Numbers of checks, counted from 0. stopped is -1 where the curve ends before the rule."""

    best: Ints
    stopped: Ints


def stop_at(
    profile: npt.ArrayLike, *, patience: int, min_improvement: float = 0.0, start: Any = 0
) -> Stop:
    """The check whose state is kept, and the one after which training stops.

    Beginning with best = start, check i > start is the new best if

        profile_i < profile_best - min_improvement

    and the first i with i - best >= patience stops. So a check that is lower by less is not
    kept, and a slow descent counts once it adds up to `min_improvement`.

    profile: (..., k), what is minimised at k checks in order, one curve for each network or
    beta; start: the first check that counts, one number or (...,), as :func:`after_peak` gives.
    Returns two arrays (...) of int64.
    Raises InputError for options out of range, for what is no array of numbers, and for NaN.
    Source: Prechelt (1998), Early stopping - but when?, https://doi.org/10.1007/3-540-49430-8_3

    >>> print(*stop_at([3.0, 1.0, 2.0, 1.0], patience=2), *stop_at([3.0, 1.0, 2.0], patience=2))
    1 3 1 -1
    """
    whole("patience", patience, at_least=1)
    within("min_improvement", min_improvement, low=0)
    curve = _curve(profile, "profile")
    checks = as_numbers(start, "start")
    try:
        first = np.broadcast_to(checks, curve.shape[:-1]).astype(np.int64)
    except ValueError:
        first = None
    if first is None or checks.dtype.kind not in "iu":
        raise InputError(
            f"start has shape {checks.shape} and dtype {checks.dtype}: an integer, or one for "
            f"each curve, {curve.shape[:-1]}, is accepted"
        )
    if ((first < 0) | (first >= curve.shape[-1])).any():
        raise InputError(
            f"start={start!r} is not among the {curve.shape[-1]} checks: pass 0 to "
            f"{curve.shape[-1] - 1}"
        )
    best, stopped = first.copy(), np.full_like(first, -1)
    lowest = np.take_along_axis(curve, first[..., None], axis=-1)[..., 0]
    for i in range(curve.shape[-1]):
        counts = (i > first) & (stopped < 0)
        better = counts & (curve[..., i] < lowest - min_improvement)
        lowest, best = np.where(better, curve[..., i], lowest), np.where(better, i, best)
        stopped = np.where(counts & (i - best >= patience), i, stopped)
    return Stop(best, stopped)


def after_peak(information_x: npt.ArrayLike, *, checks: int) -> Ints:
    """The check from which a profile counts: the peak of I(X;Yhat), once it has been passed.

    A peak is passed when `checks` checks in a row lie strictly below it, and what comes after
    is no peak any more. Of equal maxima the last is the peak: a network whose output does not
    depend on its input yet, I(X;Yhat) = 0 check after check, has passed nothing.

    information_x: (..., k), at k checks in order. Returns (...,) int64; where no peak has been
    passed, the last maximum so far. With checks <= patience a rule that begins there cannot
    stop before the peak is passed.
    Wrong when: I(X;Yhat) creeps up to the end, as it often does by binning: the more checks are
    asked for, the later the last of its small maxima is passed, if ever.
    Raises InputError for checks < 1, and for NaN.

    >>> print(after_peak([0.0, 0.0, 2.0, 1.0, 1.0, 3.0], checks=2))
    2
    """
    whole("checks", checks, at_least=1)
    curve = _curve(information_x, "information_x")
    peak = np.zeros(curve.shape[:-1], np.int64)
    top, passed = curve[..., 0], np.zeros(curve.shape[:-1], bool)
    for i in range(curve.shape[-1]):
        higher = ~passed & (curve[..., i] >= top)
        top, peak = np.where(higher, curve[..., i], top), np.where(higher, i, peak)
        passed |= i - peak >= checks
    return peak


def _curve(values: npt.ArrayLike, name: str) -> Floats:
    a: Floats = as_numbers(values, name).astype(np.float64, copy=False)
    if a.ndim == 0 or a.shape[-1] == 0:
        raise InputError(f"{name} has shape {a.shape}: (..., k) is accepted, k >= 1 checks")
    if np.isnan(a).any():
        check = np.argwhere(np.isnan(a))[0, -1]
        raise InputError(f"{name} is NaN at check {check}: end the curve before it")
    return a

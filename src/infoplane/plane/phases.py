"""Two phases of a curve: a rise to its peak, and a fall from there, by repetitions of it."""

import numpy as np
import numpy.typing as npt

__all__ = ["change_since_peak", "largest_fall", "rise_to_peak"]

Floats = npt.NDArray[np.float64]


def change_since_peak(curves: Floats) -> Floats:
    """Final value minus that at the peak, for the second half of r >= 3 curves (r, checkpoints).

    The peak is that of the mean of the first half, which has no other part: (r - r // 2,) values
    remain, independent given the peak. The maximum of a curve minus its end is never negative,
    and would find a fall in noise; these values can have either sign.

    >>> change_since_peak(np.array([[0.0, 2.0, 1.0], [0.0, 1.0, 3.0], [0.0, 4.0, 3.0]]))
    array([ 2., -1.])
    """
    half = len(curves) // 2
    peak = int(curves[:half].mean(axis=0).argmax())
    change: Floats = curves[half:, -1] - curves[half:, peak]
    return change


def rise_to_peak(curves: Floats) -> Floats:
    """Value at the peak minus the first, for the second half of r >= 3 curves (r, checkpoints).

    The peak is found as in :func:`change_since_peak`, so that these values can have either sign.

    >>> rise_to_peak(np.array([[0.0, 2.0, 1.0], [0.0, 1.0, 3.0], [1.0, 4.0, 3.0]]))
    array([1., 3.])
    """
    half = len(curves) // 2
    peak = int(curves[:half].mean(axis=0).argmax())
    rise: Floats = curves[half:, peak] - curves[half:, 0]
    return rise


def largest_fall(curves: Floats) -> tuple[Floats, tuple[int, int]]:
    """The change over the largest fall on the way, (r - r // 2,), and its checkpoints, from and to.

    Where it is, the mean of the first half of r >= 3 curves (r, checkpoints) says, as in
    :func:`change_since_peak`, which has no other part: the changes of the others there can have
    either sign. Of a mean that never falls, one checkpoint and no change.

    >>> largest_fall(np.array([[0.0, 5.0, 2.0, 6.0], [0.0, 4.0, 3.0, 5.0], [0.0, 4.0, 1.0, 5.0]]))
    (array([-1., -3.]), (1, 2))
    """
    half = len(curves) // 2
    mean = curves[:half].mean(axis=0)
    drop = np.maximum.accumulate(mean) - mean  # below the highest before
    end = int(drop.argmax())
    start = int(mean[: end + 1].argmax())
    change: Floats = curves[half:, end] - curves[half:, start]
    return change, (start, end)

"""Chapter 09: the filters through which the published planes went, and what they make of noise.

Source: Butakov et al. (2024), https://arxiv.org/abs/2305.08013; the constants from the authors'
published code, https://github.com/VanessB/Information-v3, notebook "Information plane experiments
(DNN classifier, MNIST)".
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, savgol_filter, sosfiltfilt

from infoplane.errors import InputError
from infoplane.inputs.options import whole, within

__all__ = ["LEAST", "filtered", "spread", "swings", "swings_of_noise"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

CHECKPOINTS = 300  # of the published curves, one an epoch
WINDOW, ORDER = 30, 4  # of Savitzky and Golay
POLES, CUTOFF = 8, 0.125  # of the low-pass, as a share of the highest frequency there is
LEAST = 60  # checkpoints: with a tenth of fewer, the polynomials go through every point


def filtered(curves: Any, *, published: int = CHECKPOINTS) -> Floats:
    """The curves behind the two filters of the published planes, of the same shape.

        Savitzky-Golay, window 30, order 4  ->  Butterworth low-pass of eight poles, there and back

    curves: (..., checkpoints), evenly spaced in the training, at least 60. Both filters are those
    of 300 checkpoints, stretched with the curve: the window is the share 30 / `published` of the
    checkpoints, made odd (7 of 60, 11 of 100, 31 of 300), and the cutoff is at the same number of
    periods a curve, 300 / 16, which is .125 of the highest frequency for 300 checkpoints and .625
    for 60. published: the number of checkpoints that the constants are of; pass that of `curves`
    for a window of 31 as it stands.

    Linear, and without a shift. A constant and a straight line pass unchanged, a cubic through
    the first filter, too; of a wave of p periods a curve next to nothing is left from p = 30 on.
    In two places not the authors': their even window takes the polynomial between two checkpoints,
    and so shifts curves by half of one; and their low-pass continues curves by five checkpoints
    turned about the end, ours by all, so that the first and last few percent differ.

    Wrong when: what comes out is read as it looks. White noise goes in and a smooth curve comes
    out, with about thirteen rises and thirteen falls, however many checkpoints there are: they are
    the filter's, and :func:`swings_of_noise` counts them. Of the noise's standard deviation .32 is
    left of 300 checkpoints and .72 of 60. Near its ends a curve is filtered least.
    Raises InputError for fewer than 60 checkpoints, and for values that are not finite.
    Source: Savitzky & Golay (1964), https://doi.org/10.1021/ac60214a047; SciPy's savgol_filter,
    butter and sosfiltfilt.

    >>> line = np.linspace(0, 2, 100)
    >>> bool(np.allclose(filtered(line), line))
    True
    """
    whole("published", published, at_least=LEAST)
    rows = _checked(curves, LEAST)
    n = rows.shape[-1]
    stretch = n / published
    window, cutoff = 2 * round(WINDOW / 2 * stretch) + 1, CUTOFF / stretch
    if window <= ORDER + 1 or cutoff >= 1:
        raise InputError(
            f"published={published!r} makes a window of {window} of {n} checkpoints, too few for "
            f"polynomials of order {ORDER}: pass published <= {WINDOW * n // (ORDER + 2)}"
        )
    smooth = savgol_filter(rows, window, ORDER, axis=-1)
    sections = butter(POLES, cutoff, output="sos")
    found: Floats = sosfiltfilt(sections, smooth, axis=-1, padtype="odd", padlen=n - 1)
    return found


def spread(curves: Any) -> Floats:
    """The standard deviation of the noise from checkpoint to checkpoint, (...) of (..., n).

        sqrt(mean_k (c_k-1 - 2 c_k + c_k+1)^2 / 6)

    Exact in the mean for white noise about a straight line; the curvature of what is below the
    noise adds to it. Noise that neighbouring checkpoints share, such as that of the same test
    images, is not seen: it moves curves slowly, and is no part of what a filter smooths.
    Raises InputError for fewer than 3 checkpoints, and for values that are not finite.

    >>> float(spread([0.0, 1.0, 2.0, 3.0]))
    0.0
    >>> bool(abs(spread(np.random.default_rng(0).normal(size=10_000)) - 1) < 0.05)
    True
    """
    second = np.diff(_checked(curves, 3), n=2, axis=-1)
    found: Floats = np.sqrt(np.square(second).mean(axis=-1) / 6)
    return found


def swings(curve: Any, *, least: float = 0.0) -> tuple[int, int]:
    """How often a curve (checkpoints,) rises, and how often it falls, by more than `least`.

    A rise ends at the highest value before a fall of more than `least`, and the other way round:
    the two alternate, so that their numbers differ by one at most. With 0 these are the stretches
    between local extremes.
    Raises InputError for fewer than 2 checkpoints, values that are not finite and least < 0.

    >>> swings([0.0, 2.0, 1.9, 3.0, 0.0]), swings([0.0, 2.0, 1.9, 3.0, 0.0], least=0.5)
    ((2, 2), (1, 1))
    """
    within("least", least, low=0)
    values = _checked(curve, 2)
    if values.ndim != 1:
        raise InputError(f"curve has shape {values.shape}: one curve, (checkpoints,), is accepted")
    counts = {1: 0, -1: 0}
    direction, low, high = 0, values[0], values[0]  # extremes since the last turn
    for value in values:
        low, high = min(low, value), max(high, value)
        if direction != 1 and value - low > least:
            direction, high = 1, value
            counts[1] += 1
        elif direction != -1 and high - value > least:
            direction, low = -1, value
            counts[-1] += 1
        elif direction == 1 and value == high:
            low = value
        elif direction == -1 and value == low:
            high = value
    return counts[1], counts[-1]


def swings_of_noise(
    std: Any,
    checkpoints: int,
    *,
    least: float = 0.0,
    below: Any = None,
    draws: int = 1000,
    seed: int = 0,
    published: int = CHECKPOINTS,
) -> tuple[Ints, Ints]:
    """Rises and falls that the filters make of white noise: (draws,) numbers of each.

    Gaussian noise of `std`, as :func:`spread` measures it, one number or one a checkpoint, is
    drawn `draws` times, put through :func:`filtered`, and its :func:`swings` of more than `least`
    nats are counted. below: (checkpoints,) what the noise is added to, such as a curve with one
    rise, or None for a constant. A curve has more phases than noise makes if it has more falls
    than all but a few draws.
    Wrong when: noise of neighbouring checkpoints is not independent; the curve has then fewer and
    longer swings than counted here, which are no phases either.
    Raises InputError for std < 0, and where :func:`filtered` does.

    >>> rises, falls = swings_of_noise(0.1, 300, draws=20)
    >>> int(falls.min()) > 5  # of noise alone, in every draw
    True
    """
    whole("checkpoints", checkpoints, at_least=LEAST)
    whole("draws", draws, at_least=1)
    whole("seed", seed, at_least=0)
    size = np.asarray(std, dtype=np.float64)
    if size.shape not in ((), (checkpoints,)) or not (np.isfinite(size) & (size >= 0)).all():
        raise InputError(
            f"std has shape {size.shape} and values from {size.min(initial=np.inf):g}: one number "
            f">= 0, or one for each of the {checkpoints} checkpoints, is accepted"
        )
    base = np.zeros(checkpoints) if below is None else _checked(below, LEAST)
    if base.shape != (checkpoints,):
        raise InputError(
            f"below has shape {base.shape}: one value for each of the {checkpoints} checkpoints "
            "is accepted"
        )
    noise = np.random.default_rng(seed).standard_normal((draws, checkpoints))
    smooth = filtered(base + size * noise, published=published)
    counted = np.array([swings(row, least=least) for row in smooth])
    return counted[:, 0], counted[:, 1]


def _checked(curves: Any, least: int) -> Floats:
    """Curves as float64, finite, of at least so many checkpoints."""
    rows = np.asarray(curves, dtype=np.float64)
    if not rows.ndim or rows.shape[-1] < least:
        given = rows.shape[-1] if rows.ndim else 0
        raise InputError(
            f"curves has {given} checkpoints: at least {least} are needed, on its last axis; look "
            "at the training more often, or at the curves as they are"
        )
    if bad := int((~np.isfinite(rows)).sum()):
        raise InputError(
            f"curves has {bad} values that are NaN or infinite: drop these curves or replace them"
        )
    return rows

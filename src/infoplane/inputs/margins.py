"""Maps of single columns, which change distances but no information: what is near is a choice.

I(X; Z) is the same under every strictly monotone map of a single column, and no estimator of
distances, kernels or critics is. "raw" leaves columns as they are: the units decide. "standardized"
divides them by their standard deviations: an affine map, which keeps near what is near within a
column and lets all columns count alike. It is the default everywhere, as any other map is a
decision about what is near; where tails or a peak make standard deviations meaningless, a doubt
says so and names the map (:mod:`infoplane.inputs.shape`).

"asinh" is linear over the bulk and logarithmic in the tails: smooth, so that densities stay
densities, and no value is far away; two modes far apart come nearer to each other than their
widths say. "normal-scores" are exact: every column without ties gets the same normal values,
whatever its margin was, and one outlier changes nothing. But ranks are rough: near-copies lose the
small differences in which their information lies, .7 nats of 5 a column; and gaps between modes
close. Ties stay ties in all.
"""

import numpy as np

from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import Floats, scaled, standardized
from infoplane.inputs.options import one_of

__all__ = ["AFFINE", "MARGINS", "check_margins", "robust", "transformed"]

MARGINS = ("raw", "standardized", "asinh", "normal-scores")
AFFINE = ("raw", "standardized")

# Of a Gaussian the standard deviation is so many times the median distance to the median.
GAUSSIAN = 1.4826
# A bulk that is smaller, beside the largest value, is lost to rounding; quotients stay finite.
SMALLEST = 1e-300


def check_margins(margins: object) -> None:
    """An InputError for what is none of MARGINS."""
    one_of("margins", margins, MARGINS)


def transformed(a: Array, margins: str, rng: np.random.Generator | None = None) -> Floats:
    """The columns after the map that `margins` names: (n, d), float64.

        raw             x
        standardized    (x - mean) / std
        asinh           asinh((x - median) / s), standardized; s = 1.4826 median |x - median|
        normal-scores   ndtri((r - 1/2) / n),  r the rank from 1, of ties their mean

    a: (n, d) finite numbers, no column constant. Where more than half of a column's values are
    equal, s is taken over the others. All but "raw" are the same in other units, those of powers
    of two to the bit. Equal values stay equal.
    rng: for random normal scores (Bell & Doksum 1965), n Gaussian draws in order in place of
    ndtri((r - 1/2) / n), others for each column. Evenly spaced scores have none of the
    chance in the gaps of a sample, by which estimators of entropies by neighbours judge a density.
    When wrong: see the head of this module. Raises InputError for another name.
    Source: Bell & Doksum (1965), https://doi.org/10.1214/aoms/1177700267

    >>> transformed(np.array([[1.0], [2.0], [1e9]]), "normal-scores").round(3).ravel()
    array([-0.967,  0.   ,  0.967])
    """
    check_margins(margins)
    if margins == "raw":
        return a.astype(np.float64)
    if margins == "normal-scores":
        from scipy.special import ndtri  # who only reads arrays need not wait for them
        from scipy.stats import rankdata

        ranks = rankdata(a, axis=0)
        if rng is None:
            return np.asarray(ndtri((ranks - 0.5) / len(a)), dtype=np.float64)
        drawn = np.sort(rng.standard_normal(a.shape), axis=0)
        places = np.arange(1, len(a) + 1)  # of ties between two
        pairs = zip(ranks.T, drawn.T, strict=True)
        return np.stack([np.interp(r, places, g) for r, g in pairs], axis=1)
    if margins == "asinh":
        centred, scale = robust(a)
        a = np.arcsinh(centred / scale)
    return standardized(a)[0]


def robust(a: Array) -> tuple[Floats, Floats]:
    """Columns less their medians (n, d), and their robust scales (d,), in units of 2^e of `scaled`.

    >>> robust(np.array([[-1.0], [0.0], [1.0], [0.0], [0.0]]))[1]  # of the others than 0, in 2s
    array([0.7413])
    """
    fraction, _ = scaled(a)
    centred = fraction - np.median(fraction, axis=0)
    distance = np.abs(centred)
    middle = np.median(distance, axis=0)
    for j in np.flatnonzero(middle == 0):
        others = distance[distance[:, j] > 0, j]
        middle[j] = np.median(others) if len(others) else 1.0
    return centred, np.maximum(GAUSSIAN * middle, SMALLEST)

"""LogME: how probable the labels are under a Bayesian linear model of the embedding."""

from typing import Any, NamedTuple

import numpy as np

from infoplane.errors import InputError
from infoplane.inputs.columns import Floats
from infoplane.rankers.checked import labelled

__all__ = ["Evidence", "logme", "maximal_evidence"]

# The grid of log(alpha / beta), about the logs of the squared singular values: each term of the
# evidence is a logistic curve of width 1, so that no two steps hide a maximum. e^-80 is beyond
# what is left of a target in rounding, e^-73.
STEP, BEYOND = 0.25, 80.0
# A minimum lies at most this far below the lowest value near it on the grid: STEP^2 / 8 times the
# second derivative, which is at most 1/4 for the sum and 1 for log v.
BELOW = 0.01
HALVINGS = 45  # of two steps: to the rounding of a logarithm
ROUNDING = 1e-13  # of a height, some hundred units in the last place


class Evidence(NamedTuple):
    """Largest log evidence of each of C targets, in nats a row, and where it is: (C,) each.

    alpha: precision of the weights, inf where the embedding says nothing; beta: precision of the
    noise, inf where there is none.
    """

    value: Floats
    alpha: Floats
    beta: Floats


def logme(embedding: Any, labels: Any) -> float:
    """Log of the maximal evidence a row, in nats, mean over the indicators of the classes.

        LogME = 1/C sum_c max_{alpha, beta} 1/n log N(t_c; 0, 1/beta I + 1/alpha E E^T)

    where t_c is 1 in rows of class c and 0 elsewhere: the evidence of t = E w + noise with
    w ~ N(0, 1/alpha I) and noise ~ N(0, 1/beta I), as :func:`maximal_evidence` finds it.
    embedding: (n, d); labels: (n,), at least 2 classes. It is a density, of any sign and without
    bound. Time as for a singular value decomposition: 1 s for n = 1000, d = 2048 on one core.

    Columns are not centred and no constant is added, as in the authors' code: E and E + 1 differ.
    Rotations and a common factor change nothing; a factor of one column does.
    This is the whole evidence. The authors' code (github.com/thuml/LogME, 2021) has d log(alpha)
    where min(n, d) of them belong, and so adds (d - n) / (2 n) log(alpha) where n < d: numbers of
    embeddings of that kind are not comparable with others. It also stops after 11 steps of a fixed
    point from alpha = beta = 1; here it is the largest of all.
    Wrong when: networks are fine-tuned; few rows, where networks differ by less than they do over
    samples of images; nearly separable classes, where it is the log of a small residual.
    Raises InputError as :func:`~infoplane.rankers.checked.labelled` does, and where a class is a
    linear function of the embedding without residual, in fewer dimensions than rows.
    Source: You, Liu, Wang & Long (2021), section 4, https://arxiv.org/abs/2102.11005

    >>> logme([[1.0], [-1.0]], [0, 1])  # the embedding says nothing: 1/n sum t^2 = 1/2
    -1.072...
    """
    found = labelled(embedding, labels)
    targets = (found.classes[:, None] == np.arange(len(found.sizes))).astype(np.float64)
    return float(maximal_evidence(found.rows, targets).value.mean())


def maximal_evidence(rows: Floats, targets: Floats) -> Evidence:
    """The largest log evidence of each column of targets given rows, over alpha and beta.

    rows: (n, d); targets: (n, C). With singular values s_i of rows, z_i the coordinates of t
    along their left singular vectors, and q = alpha / beta,

        -2/n log evidence = log 2 pi + 1 + log v + 1/n sum_i log(1 + s_i^2 / q)
        v = 1/beta = 1/n (|t|^2 - sum_i z_i^2 s_i^2 / (q + s_i^2))

    so that beta is known for each q, and what is left is a search along a line: on a grid, then
    by halving where the derivative changes sign. There alpha |m|^2 = gamma and beta |t - E m|^2 =
    n - gamma for the mean weights m and gamma = sum_i s_i^2 / (q + s_i^2), MacKay's fixed point.
    The maximum may be at an end. q = inf: the embedding says nothing, and t is noise. q = 0: no
    noise, with a finite evidence where rows have rank n. Where t has no residual in a span of
    fewer dimensions the evidence has no bound.
    Raises InputError in that last case, and for rows or a target that are 0.
    Source: You et al. (2021), https://arxiv.org/abs/2102.11005; MacKay (1992),
    https://doi.org/10.1162/neco.1992.4.3.415

    >>> maximal_evidence(np.array([[1.0], [0.0]]), np.array([[3.0], [1.0]]))  # N(0, 9) N(0, 1)
    Evidence(value=array([-1.968...]), alpha=array([0.125]), beta=array([1.]))
    """
    n = len(rows)
    length = np.square(targets).sum(axis=0)  # (C,)
    if not rows.any() or not length.all():
        what = f"target {int(np.argmin(length))}" if rows.any() else "the embedding"
        raise InputError(f"{what} is 0 in all rows: there is no scale; leave it out")
    left, singular, _ = np.linalg.svd(rows, full_matrices=False)
    eps = float(np.finfo(np.float64).eps)
    kept = singular > max(rows.shape) * eps * singular[0]
    left, s2 = left[:, kept], np.square(singular[kept])  # (n, k), (k,)
    z = left.T @ targets
    beside = np.square(targets - left @ z).sum(axis=0)
    # Sums of n terms, each rounded; of a whole basis nothing is left but that.
    beside[(beside <= np.square(n * eps) * length) | (len(s2) == n)] = 0.0
    if len(s2) < n and not beside.all():
        raise InputError(
            f"class {int(np.argmin(beside))} is a linear function of the embedding without any "
            f"residual, in {len(s2)} dimensions of {n} rows: the evidence has no bound; give more "
            "rows, or drop copies"
        )
    return _largest(s2, np.square(z), beside, n)


def _largest(s2: Floats, z2: Floats, beside: Floats, n: int) -> Evidence:
    """s2: (k,); z2: (k, C); beside: (C,), the squared length of t outside the span."""
    logs, columns = np.log(s2), np.arange(z2.shape[1])
    grid = np.arange(logs.min() - BEYOND, logs.max() + BEYOND, STEP)  # (g,) of log q
    shares = _logistic(grid[:, None] - logs)  # (g, k): q / (q + s^2)
    heights = np.log((shares @ z2 + beside) / n) - np.log(shares).sum(axis=1)[:, None] / n
    # Candidates (height, alpha, beta) of each column; the ends first, in closed form.
    v = (z2.sum(axis=0) + beside) / n
    found = [(np.log(v), np.full(len(columns), np.inf), 1 / v)]
    if len(s2) == n:
        scale = (z2 / s2[:, None]).sum(axis=0) / n
        found.append((np.log(scale) + logs.sum() / n, 1 / scale, np.full(len(columns), np.inf)))
    inner = heights[1:-1]
    low = (inner <= heights[:-2]) & (inner < heights[2:]) & (inner < heights.min(axis=0) + BELOW)
    for end, _, _ in found:  # on whose plateau heights differ by rounding
        low &= np.abs(inner - end) > ROUNDING
    while low.any():  # the first of each column, then the second, of which there hardly is any
        at = low.argmax(axis=0)
        log_q = _halved(grid[at], grid[at + 2], logs, z2, beside, n)
        share = _logistic(log_q - logs[:, None])  # (k, C)
        v = ((share * z2).sum(axis=0) + beside) / n
        height = np.where(low.any(axis=0), np.log(v) - np.log(share).sum(axis=0) / n, np.inf)
        found.append((height + ROUNDING, np.exp(log_q) / v, 1 / v))  # an end, where both are equal
        low[at, columns] = False
    height, alpha, beta = (np.stack(parts) for parts in zip(*found, strict=True))
    best = height.argmin(axis=0), columns
    return Evidence(-(np.log(2 * np.pi) + 1 + height[best]) / 2, alpha[best], beta[best])


def _halved(low: Floats, high: Floats, logs: Floats, z2: Floats, beside: Floats, n: int) -> Floats:
    """log q (C,) between low and high at which the height stops falling."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        share = _logistic(middle - logs[:, None])  # (k, C)
        rest = _logistic(logs[:, None] - middle)
        v = ((share * z2).sum(axis=0) + beside) / n
        falls = (share * rest * z2).sum(axis=0) / v < rest.sum(axis=0)
        low, high = np.where(falls, middle, low), np.where(falls, high, middle)
    return (low + high) / 2


def _logistic(x: Floats) -> Floats:
    logistic: Floats = 1 / (1 + np.exp(-x))
    return logistic

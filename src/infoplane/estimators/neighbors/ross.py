"""Ross's estimator: numbers against labels, from nearest neighbours."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from scipy.special import digamma

from infoplane.errors import InputError
from infoplane.estimators.base import Answer, Samples
from infoplane.estimators.labels import classes_of, label_side
from infoplane.estimators.neighbors.balls import Balls
from infoplane.estimators.neighbors.base import NeighborEstimator
from infoplane.estimators.neighbors.ties import (
    Ints,
    distinct,
    mean_digamma_in_order,
    tied,
    tolerance,
)
from infoplane.estimators.repeats import recorded_twice
from infoplane.inputs.columns import Floats, refuse_constant
from infoplane.inputs.margins import transformed
from infoplane.inputs.shape import doubts_of_margins

__all__ = ["Ross"]


@dataclass(frozen=True)
class Ross(NeighborEstimator):
    """I(X; Z) between numbers and labels, from nearest neighbours, in nats.

    With eps_i the distance from x_i to its k-th neighbour of the same label, n_z(i) the number
    of samples with that label, and m_i the number of samples of any label strictly nearer than
    eps_i, the sample itself included,

        I = psi(n) + psi(k) - mean_i [psi(n_z(i)) + psi(m_i)]

    x: (n, dx) numbers: with a density inside each class, on a grid, or both; z: (n,) labels:
    integers, booleans, strings, or floats with integer values. The two may be swapped.
    k: neighbours; margins: "standardized" z-scores every column of x first, by its standard
    deviation over all classes, so that all count alike; "raw" leaves their units, "asinh" and
    "normal-scores" draw in tails, with a gain and a loss: :mod:`infoplane.inputs.margins`. Labels
    stay as they are. Where standard deviations mean little a warning names the map that helps.
    standardize: deprecated, True for "standardized" and False for "raw".
    Range: about [0, H(Z)] up to chance; slightly below zero at independence.

    Several rows at the distance of the k-th neighbour (decimals, counts, pixels) come in random
    order, and the mean over all orders is taken, of m_i as a negative hypergeometric number:
    :mod:`infoplane.estimators.neighbors.ties`. Distances that differ by rounding are equal.

    Wrong when: a class is small or x has many columns: among 50 columns of noise the value sinks
    to a tenth of what one column tells. `Estimate.warnings` says so whatever the value, and
    `Estimate.bias` by how much, where classes are like Gaussians; take
    :class:`~infoplane.estimators.classifier.Classifier` there.
    errors: "half-samples", the spread of values from halves of the rows, and the bias on Gaussian
    classes that resemble the data; "local", the standard deviation of the n terms over sqrt(n),
    0.82 to 0.99 times the actual spread for two Gaussian classes, and no bias; None, neither.
    Time: ten times that of the value; "local" and None cost nothing.

    Raises InputError where neither side holds labels, for a single class, a class with fewer
    than k + 1 rows, and a constant column of x.
    Source: Ross (2014), eq. 2, https://doi.org/10.1371/journal.pone.0087357

    >>> x, z = [0.0, 1.0, 2.0, 100.0, 101.0, 102.0], ["a", "a", "a", "b", "b", "b"]
    >>> round(Ross(k=1).estimate(x, z).value, 6)  # psi(6) - psi(3) = 1/3 + 1/4 + 1/5
    0.783333
    """

    name: ClassVar[str] = "ross"

    def check(self, x: Any, z: Any) -> Samples:
        samples = super().check(x, z)
        name, values, counts = classes_of(samples, self.name)
        smallest = counts.argmin()
        if counts[smallest] <= self.k:
            raise InputError(
                f"k={self.k} needs at least {self.k + 1} rows in each class, got "
                f"{counts[smallest]} in class {values[smallest]} of {name}: pass "
                f"k<={counts[smallest] - 1}, drop or merge the class, or give more data"
                if counts[smallest] > 1
                else f"class {values[smallest]} of {name} has 1 row: k={self.k} needs at least "
                f"{self.k + 1} in each class; drop or merge the class, or give more data"
            )
        if name == "z":
            refuse_constant(samples.x, "x")
        else:
            refuse_constant(samples.z, "z")
        return samples

    def _estimate(self, samples: Samples, seed: int, device: str) -> Answer:
        name, labels = label_side(samples)
        numbers_name, raw = ("x", samples.x) if name == "z" else ("z", samples.z)
        within = tolerance(raw, self.margins)
        warnings = recorded_twice(samples.x, samples.z)
        warnings += doubts_of_margins(raw, numbers_name, self.margins)
        a = transformed(raw, self.margins)
        return self._answer(lambda x, z: _terms(x, z, self.k, within), a, labels, warnings, seed)


def _terms(a: Floats, labels: Ints, k: int, within: float) -> Floats:
    """The n terms of the mean: of numbers (n, d) and labels (n,)."""
    n = len(a)
    eps, size = np.empty(n), np.empty(n)
    classes = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    whole, parts = Balls(a), [Balls(a[rows]) for rows in classes]
    for rows, part in zip(classes, parts, strict=True):
        eps[rows], size[rows] = part.kth_distance(k), len(rows)
    counts, at = whole.count_around(eps, 2 * within)  # twice as wide as a shell: see KSG
    mean = digamma(np.maximum(counts, 1))  # of m_i
    doubtful = np.isin(np.arange(n), tied(at, eps, within))
    for rows, part in zip(classes, parts, strict=True):
        some, equal = distinct(a, rows[doubtful[rows]])
        place = np.searchsorted(rows, some)
        # within the inner end of the shell, and within its outer one: of this label, and of all
        low, high = eps[some] - within, eps[some] + within
        same_inner = np.maximum(part.count_within(low, place), 1)
        same_outer = part.count_within(high, place)
        nearer = np.maximum(whole.count_within(low, some), 1) - same_inner  # of other labels
        others = whole.count_within(high, some) - same_outer - nearer
        rank, ties = k + 1 - same_inner, same_outer - same_inner
        means = mean_digamma_in_order(k + nearer, others, rank, ties)
        mean[rows[doubtful[rows]]] = means[equal]
    terms: Floats = digamma(n) + digamma(k) - digamma(size) - mean
    return terms

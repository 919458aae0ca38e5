"""Weighted Kozachenko-Leonenko: entropy and information from nearest neighbours, less bias."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from infoplane.errors import InputError
from infoplane.estimators.base import Answer, Estimator, Samples
from infoplane.estimators.density.sides import (
    ENTROPY,
    Sided,
    class_rows,
    entropy_rows,
    in_one_unit,
    refuse_few,
    sides,
)
from infoplane.estimators.density.weighted import entropy_terms
from infoplane.estimators.estimate import Estimate
from infoplane.estimators.uncertainty import check_errors, uncertainty
from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import Floats
from infoplane.inputs.margins import check_margins
from infoplane.inputs.options import check_device, whole, within
from infoplane.inputs.shape import doubts_of_margins, outliers
from infoplane.inputs.tables import names_columns

__all__ = ["WKL", "wkl_entropy"]

# Of one column and itself the estimate is log n - 2, up to chance: 0.57 log n for 100 rows.
MOST_OF_LOG = 0.5


@names_columns
def wkl_entropy(rows: Any, k: int | None = None, *, device: str = "cpu") -> Estimate:
    """Differential entropy of the density the rows come from, in nats, by nearest neighbours.

        h = mean_i sum_j w_j [log((n-1) V_d r_ij^d) - psi(j)],   j = 1 ... k

    with r_ij the Euclidean distance from row i to its j-th neighbour, V_d the volume of the
    unit ball and w of :func:`infoplane.estimators.density.weighted.weights`.

    rows: (n, d) or (n,), n > max(d, k); columns divided by their standard deviations first,
    and the logarithms of these added again; float64. k, and how many terms of the bias are
    cancelled: see :class:`WKL`. A change of units by c adds d log c exactly.

    Wrong when: the density is rough or steep (edges, heavy tails), or dimension is high. A map f
    of a column cures tails and changes the entropy: h(Y) = h(f(Y)) - E log f'(Y). The mean
    bias in nats, over 3 to 10 seeds:

        d                   1        2        4        8
        Gaussian  n = 500  -.03     -.06     -.08      .03
                     5000  -.01      .00     -.04     -.18
        uniform       500   .00      .06      .20     1.2
                     5000   .00      .02      .12      .50

    Time: .5 s for n = 10 000, d = 8; trees up to 10 columns, all pairs of rows beyond.
    Standard error: standard deviation of the n terms, over sqrt(n), see :class:`WKL`.

    Raises InputError for k out of range, text, n <= d, a column that is constant or a linear
    combination of others, and more than 5 % of rows with a copy; rows with fewer copies are
    left out, with a warning.
    Source: Kozachenko & Leonenko (1987); Berrett, Samworth & Yuan (2019), eq. 1-3,
    https://arxiv.org/abs/1606.00304

    >>> e = wkl_entropy([0.0, 1.0, 3.0, 7.0], k=1)  # mean of log(3 * 2 r), r = 1 1 2 4, - psi(1)
    >>> round(e.value - math.log(6 * 8**0.25), 6)
    0.577216
    """
    started = time.perf_counter()
    check_device(device)
    raw, standard, log_volume, warnings = entropy_rows(rows, "wkl_entropy")
    _check_k(k, raw.shape[1], len(raw), "rows")
    terms, doubts = entropy_terms(standard, k, device)
    terms, left_out = _finite(terms)
    return Estimate(
        value=log_volume + float(terms.mean()),
        std=float(terms.std()) / math.sqrt(len(terms)),
        n=len(raw),
        estimator="wkl",
        seconds=time.perf_counter() - started,
        warnings=(*warnings, *left_out, *doubts, *outliers(raw, "rows", ENTROPY)),
    )


@dataclass(frozen=True)
class WKL(Estimator):
    """I(X; Z) as entropies by weighted Kozachenko-Leonenko estimates, in nats.

        I = h(X) + h(Z) - h(X, Z),    or, for labels on one side, h(X) - sum_z p(z) h(X|z)

    each h the mean over rows of weighted logarithms of neighbour distances, see
    :func:`wkl_entropy`, with its own k and weights.

    x: (n, dx), z: (n, dz), n > dx + dz, numbers with a density; or one side labels, one column of
    integers, booleans or text, with more rows in each class than columns beside. Columns are
    left out where they are linear combinations of others on their side (the last of softmax
    probabilities, a copied unit), as that changes no information; float64.
    margins: "standardized" divides columns by their standard deviations, so that all count alike;
    "raw" all by one number, so that units decide; "asinh" and "normal-scores" draw in tails, with
    a gain and a loss: :mod:`infoplane.inputs.margins`. Normal scores are random here, drawn from
    the seed, x first, as even ones are no sample (.80 for .51). Labels stay as they are. Where
    standard deviations mean little a warning names the map that helps.
    k: neighbours of every entropy, with floor(d / 4) terms of the bias of a d-dimensional one
    cancelled, k > floor(d / 4). None: for each entropy as many terms, up to floor(d / 4), as
    k <= sqrt(n) neighbours allow without their weights having a variance of more than d / 8 in
    a term, and the fewest neighbours which do that: 8, 5 and 4 in 1, 2 and 3 dimensions. A
    Gaussian log density has the variance d / 2, so this costs up to 12 % of standard error.
    weights_std: another rule for k=None: the fewest neighbours whose weights add at most so many
    nats to the standard error of an entropy, by the norm of the weights in the covariance of the
    logarithms. Fewer neighbours are nearer, and see stronger dependence: with .05 and n = 10 000
    it is 2 in 4 and 12 in 8 dimensions, in place of 20 and 27.
    Signed; symmetric in x and z; the same in other units.

    Wrong when: dependence is strong or dimension not low. The three entropies have biases of
    different order in n, which do not cancel; with weights the sum is mostly too high, also at
    independence. The mean bias in nats for correlated Gaussians, componentwise, n = 5000 (3000
    for 8 + 8 columns), over 3 to 5 seeds, k=None:

        columns     1 + 1    2 + 2    4 + 4    8 + 8
        I = 0        .00      .03      .13      .8
        I = 1        .02      .02      .19     1.0
        I = 5       -.02      .23      .43     1.4

    For n = 500 and I < 2 it is .02 to .03 in 1 + 1 and .02 to .10 in 2 + 2 columns. Where one
    side determines the other, I is infinite and the value about log n - 2 for 1 + 1 columns: a
    warning is given above log(n) / 2.
    errors: "half-samples", the spread of values from halves of the rows, and the bias on Gaussians
    that resemble the data, which holds the table above for these data; "local", the standard
    deviation of the n terms over sqrt(n), 0.5 to 0.9 times the actual spread in 1 + 1 and 2 + 2
    columns, and no bias; None, neither. Time: ten times that of the value; "local" and None cost
    nothing.

    Raises InputError for k out of range, two sides of labels, a constant column, more than 5 %
    of rows of one side with a copy there, n <= dx + dz, a class with too few rows for k or the
    columns, and one whose rows lie in fewer dimensions.
    Source: Kozachenko & Leonenko (1987); Berrett, Samworth & Yuan (2019),
    https://arxiv.org/abs/1606.00304

    >>> x = [0.0, 1.0, 2.0, 100.0, 101.0, 102.0]  # the same distances: log (5 / 2)
    >>> round(WKL(k=1).estimate(x, ["a", "a", "a", "b", "b", "b"]).value, 6)
    0.916291
    """

    name: ClassVar[str] = "wkl"

    k: int | None = None
    margins: str = "standardized"
    errors: str | None = "half-samples"
    weights_std: float | None = None

    def __post_init__(self) -> None:
        whole("k", self.k, at_least=1, or_none=True)
        within("weights_std", self.weights_std, above=0, or_none=True)
        if self.k is not None and self.weights_std is not None:
            raise InputError(
                f"weights_std={self.weights_std!r} chooses k, which is {self.k!r}: leave out one"
            )
        check_margins(self.margins)
        check_errors(self.errors)

    def check(self, x: Any, z: Any) -> Sided:
        samples = super().check(x, z)
        found = sides(samples, self.name, self.margins)
        d, k = found.columns, 1 if self.k is None else self.k
        _check_k(self.k, d, samples.n, "x and z")
        refuse_few(samples, found)
        rows = []
        if found.labels is not None:
            told = f"k={k}" if k >= d else f"a density in {d} dimensions"
            rows = class_rows(samples, found, max(k, d) + 1, told)
        return Sided(samples.x, samples.z, samples.text, sides=found, rows=tuple(rows))

    def _estimate(self, samples: Samples, seed: int, device: str) -> Answer:
        assert isinstance(samples, Sided)  # as check has it
        found, n = samples.sides, samples.n
        numbers = in_one_unit(found.numbers, self.margins, seed)
        x, z = numbers if found.labels is None else (numbers[0], found.labels)
        terms, doubts = self._terms(x, z, device, found.classes)
        value = float(terms.mean())
        warnings = [*found.warnings, *doubts]
        for name in found.names:
            warnings += doubts_of_margins(getattr(samples, name), name, self.margins)
        if value > MOST_OF_LOG * math.log(n):
            warnings.append(
                f"{value:.2f} nats from {n} samples: nearest neighbours need of the order exp(I) "
                "samples and underestimate strong dependence; the true value is probably higher"
            )
        error = uncertainty(
            self.errors,
            terms,
            lambda a, b: float(self._terms(a, b, device)[0].mean()),
            x,
            z,
            name=self.name,
            seed=seed,
            least=max(1 if self.k is None else self.k, found.columns) + 1,
        )
        warnings += error.warnings
        return Answer(value, error.std, warnings, {}, error.bias, error.bias_std, error.dof)

    def _terms(
        self, x: Floats, z: Array, device: str, classes: Sequence[str] = ()
    ) -> tuple[Floats, list[str]]:
        """The terms of the mean, (n,) or fewer where rows coincide, and what to doubt in them.

        z: (n, dz) numbers, or (n,) labels, which an error calls by their names in `classes`.
        """

        def of(rows: Floats) -> tuple[Floats, list[str]]:
            return entropy_terms(rows, self.k, device, self.weights_std)

        if z.ndim == 2:
            joint, doubts = of(np.hstack([x, z]))
            terms = of(z)[0] - joint
        else:
            terms, doubts = np.empty(len(z)), []
            for i, label in enumerate(np.unique(z)):
                rows = np.flatnonzero(z == label)
                of_class, told = of(x[rows])
                terms[rows] = -of_class
                doubts += [f"in {classes[i]}: {doubt}" for doubt in told if classes]
            if len(doubts) > 1:  # one class stands for all
                doubts = [f"{doubts[0]} (and {len(doubts) - 1} more of such classes)"]
        terms, left_out = _finite(terms + of(x)[0])
        return terms, doubts + left_out


def _check_k(k: object, d: int, n: int, name: str) -> None:
    """Refuse a number of neighbours too few for the weights or too many for the rows."""
    if k is None:
        return
    whole("k", k, at_least=1)
    assert isinstance(k, int | np.integer)
    if k <= d // 4:
        raise InputError(
            f"k={k} has too few neighbours for {d} columns, where {d // 4} terms of the bias are "
            f"cancelled: pass k>={d // 4 + 1}, better 20 times that, or k=None"
        )
    if n <= k:
        raise InputError(
            f"k={k} needs at least {k + 1} samples, got {n} of {name}: pass k<={n - 1} or more data"
        )


def _finite(terms: Floats) -> tuple[Floats, list[str]]:
    """The finite terms, and a warning if these are not all; few are lost, as copies are few."""
    finite = np.isfinite(terms)
    if finite.all():
        return terms, []
    share = f"{100 * (1 - finite.mean()):.3g} % of the rows coincide with neighbours"
    return terms[finite], [f"{share} and were left out: their distance zero has no logarithm"]

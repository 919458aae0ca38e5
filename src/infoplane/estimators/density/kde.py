"""Information from Gaussian kernel densities, of one bandwidth for the joint and its margins."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from torch import Tensor

from infoplane.estimators.base import Answer, Estimator, Samples
from infoplane.estimators.density.doubts import few_rows, narrow
from infoplane.estimators.density.kernel_entropy import NARROWEST, WIDEST
from infoplane.estimators.density.kernels import box, leave_one_out, likeliest, with_own
from infoplane.estimators.density.sides import Sided, class_rows, in_one_unit, refuse_few, sides
from infoplane.estimators.uncertainty import check_errors, uncertainty
from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import Floats
from infoplane.inputs.margins import check_margins
from infoplane.inputs.options import flag, within
from infoplane.inputs.shape import doubts_of_margins

__all__ = ["KDE"]

LEAVE_OUT = "leaving one out"
# Gaussian kernels of one width fit Gaussian margins best; asinh leaves a slope its steepness.
MAPS = ("normal-scores", "asinh")


@dataclass(frozen=True)
class KDE(Estimator):
    """I(X; Z) from Gaussian kernel densities, each row left out of its own density, in nats.

        I = mean_i log p(x_i, z_i) / (p(x_i) p(z_i))                  two sides of numbers
        I = mean_i log p(x_i | z_i) / p(x_i) = h(X) - sum_z p(z) h(X|z)    labels on one side

    x: (n, dx), z: (n, dz), n > dx + dz, numbers with a density, or one side labels: one column
    of integers, booleans or text, at least 2 rows each. Columns are left out where they are
    linear combinations of others on their side (the last of softmax probabilities, a copied unit),
    as that changes no information; float64.
    margins: "standardized" divides columns by their standard deviations, so that one width suits
    all; "raw" all by one number, the root mean square of these; "asinh" and "normal-scores" draw
    in tails, with a gain and a loss: :mod:`infoplane.inputs.margins`. Labels stay as they are.
    Where standard deviations mean little a warning names the map that helps.
    h: the kernel's width in the columns' standard deviations, after their map, or that one number;
    None: of largest leave-one-out
    likelihood of all that is known of a row, p(x, z) or p(x | z). It is one width for the
    joint density and its margins, since then these are the margins of *that* density: what is
    smoothed away is alike above and below the line, and I is at most log(n - 1), or with
    labels the mean of log (n - 1) / (n_z - 1). With a width for each density the bias was
    larger in every case tried (plain kernels): Gaussians, 1 + 1 and 2 + 2 columns,
    rho = 0, .5, .9, n = 500 and 2000.
    truncate: see :func:`bandwidth`.
    Signed; symmetric in x and z; the same in other units.

    Wrong when: dependence is strong or dimension not low. Smoothing (X, Z) destroys
    information, so that the value is too low. The mean
    bias in nats for correlated Gaussians, over 6 to 24 seeds:

        rho                       0       .5       .9    (I = 0, .14, .83 for each column)
        1 + 1 columns  n = 500  -.007    -.01     -.03
                          5000  -.003    -.01     -.02
        2 + 2 columns      500  -.02     -.07     -.24
                          5000  -.02     -.03     -.10

    errors: "half-samples", the spread of values from halves of the rows, each with a width of its
    own where h is None, and the bias on Gaussians that resemble the data, which holds the table
    above for these data; "local", the standard deviation of the n log ratios over sqrt(n), .6
    (rho = .9, 2 + 2 columns, n = 500) to 1.3 (rho = 0) times the actual spread as ratios of rows
    share kernels, and no bias; None, neither. Time: ten times that of the value; "local" and None
    cost nothing.
    Time of the value grows as n^2: n = 10 000, h=None: 1.5 s for 1 + 1 columns, .8 s for one
    column and labels, on one core; memory as of :func:`kde_entropy`.

    Raises InputError for two sides of labels, a constant column, more than 5 % of rows of one
    side with a copy there, n <= dx + dz, a class of one row, and one whose rows, more than the
    columns beside, lie in fewer dimensions.
    Source: Moon, Rajagopalan & Lall (1995), https://doi.org/10.1103/PhysRevE.52.2318

    >>> x = [0.0, 1.0, 2.0, 100.0, 101.0, 102.0]  # two far classes of 3: log (5 / 2)
    >>> round(KDE().estimate(x, ["a", "a", "a", "b", "b", "b"]).value, 6)
    0.916291
    """

    name: ClassVar[str] = "kde"

    h: float | None = None
    truncate: bool = True
    margins: str = "standardized"
    errors: str | None = "half-samples"

    def __post_init__(self) -> None:
        flag("truncate", self.truncate)
        check_margins(self.margins)
        check_errors(self.errors)
        within("h", self.h, low=NARROWEST, high=WIDEST, or_none=True)

    def check(self, x: Any, z: Any) -> Sided:
        samples = super().check(x, z)
        found = sides(samples, self.name, self.margins)
        refuse_few(samples, found)
        rows = [] if found.labels is None else class_rows(samples, found, 2, LEAVE_OUT)
        return Sided(samples.x, samples.z, samples.text, sides=found, rows=tuple(rows))

    def _estimate(self, samples: Samples, seed: int, device: str) -> Answer:
        assert isinstance(samples, Sided)  # as check has it
        found, n = samples.sides, samples.n
        numbers = in_one_unit(found.numbers, self.margins)
        x, z = numbers if found.labels is None else (numbers[0], found.labels)
        told = [] if self.h is None else narrow(_split(x, z, device)[1], float(self.h))
        terms, few = self._terms(x, z, device)
        value, warnings = float(terms.mean()), list(found.warnings)
        for name in found.names:
            warnings += doubts_of_margins(getattr(samples, name), name, self.margins, MAPS)
        warnings += told or few
        if value > 0.95 * math.log(n):
            warnings.append(
                f"within 5 % of the ceiling log n = {math.log(n):.2f} nats: the true value is "
                "probably higher, and infinite for a deterministic relation"
            )
        error = uncertainty(
            # of kernels that see no neighbour there is nothing to learn by trying them
            "local" if told and self.errors else self.errors,
            terms,
            lambda a, b: float(self._terms(a, b, device)[0].mean()),
            x,
            z,
            name=self.name,
            seed=seed,
            least=found.columns + 1 if found.labels is None else 2,
        )
        warnings += error.warnings
        return Answer(value, error.std, warnings, {}, error.bias, error.bias_std, error.dof)

    def _terms(self, x: Floats, z: Array, device: str) -> tuple[Floats, list[str]]:
        """The n log ratios, class by class where z is labels (n,), and whether rows are few."""
        margins, groups = _split(x, z, device)
        joint = torch.hstack(margins)
        edges = box(joint, self.truncate)
        h = likeliest(groups, edges) if self.h is None else float(self.h)
        (logs,) = leave_one_out(groups, [h], edges)
        terms, column = logs.clone(), 0
        for margin in margins:
            part = slice(column, column + margin.shape[1])
            terms -= leave_one_out([margin], [h], (edges[0][part], edges[1][part]))[0]
            column = part.stop
        few = few_rows(with_own(groups, logs, h, edges), logs, joint.shape[1])
        return terms.cpu().numpy(), few


def _split(x: Floats, z: Array, device: str) -> tuple[list[Tensor], list[Tensor]]:
    """The margins, each (n, d), and the groups of rows that have a joint density of their own."""
    numbers, sizes = [x, z], [len(x)]
    if z.ndim == 1:
        # so that the densities within and over the classes meet in a row
        numbers, sizes = [x[np.argsort(z, kind="stable")]], np.bincount(z).tolist()
    margins = [torch.as_tensor(a, device=device) for a in numbers]
    return margins, list(torch.hstack(margins).split(sizes))

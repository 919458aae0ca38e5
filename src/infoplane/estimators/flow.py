"""Information through normalizing flows: two flows, a correlation layer, and a likelihood ratio."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.estimators.base import Answer, Estimator, Samples, refuse_text
from infoplane.estimators.cca import sines
from infoplane.estimators.infinite import infinite
from infoplane.estimators.matched import on_grid
from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import copies, independent, is_discrete, refuse_constant
from infoplane.inputs.margins import AFFINE, check_margins, transformed
from infoplane.inputs.options import one_of, whole, within
from infoplane.inputs.shape import doubts_of_margins
from infoplane.inputs.tails import heaviest_tail

__all__ = ["Flow"]

Ints = npt.NDArray[np.int64]

MAPS = ("asinh", "normal-scores")
NARROW = 8  # columns of a side up to which its flow has blocks where none are asked for
BLOCKS = 2
LEAST = 100  # rows to learn from: the knots of a spline are quantiles of them
STEPS, FAR_STEPS = 200, 2_000  # where closed forms are nearly the answer, and where not


@dataclass(frozen=True)
class Flow(Estimator):
    """I(X; Z) as the held-out likelihood ratio of a joint density made of two flows, in nats.

        (a, b) = (B f(x), A g(z)) ~ N(0, R),    corr(a_j, b_j) = rho_j, and 0 otherwise
        value = mean over held-out rows of log p(a, b) / (p(a) p(b))

    f and g are flows of splines (:class:`infoplane.models.flows.SplineFlow`), A and B the
    correlation layer (:func:`infoplane.estimators.latents.correlation.correlation_layer`): in
    closed form at the start, then learned with all else by the likelihood of pairs, with Adam, up
    to the best likelihood of validation rows. Information does not change under f, g, A and B, so
    that it is that of (a, b), -1/2 sum_j log(1 - rho_j^2), where the model holds.

    x: (n, dx), z: (n, dz), numbers, any dx and dz.
    rho: "canonical", one for each pair; "shared", one for all, as in document 001, right where all
    canonical correlations of the latents are equal.
    base: "gaussian"; or "mixture", so many `components` of Gaussians for the latents of both sides
    together, for what no map of single sides makes Gaussian, such as a radius that they share.
    start: of A: "likelihood", "covariance", two closed forms that differ where rho is shared, or
    "random", what they save from.
    refit: "checks", A and rho in closed form again at each of 20 looks at the validation rows;
    "end", once, after training; None, left to Adam, as published, where rho travels slowly at high
    information.
    margins: a map of single columns before f: "asinh" draws in tails, which splines on [-6, 6]
    cannot; the first splines take back what it bends. "raw" and "standardized" are the same here.
    blocks: autoregressive blocks of f and g behind their splines of single columns; None: 2 for a
    side of 2 to 8 columns, which may be bent in any way, and none for wider ones, whose columns
    are then bent one by one and turned by A. bins of the splines, hidden layers of the blocks.
    steps: of Adam; None: 2000 where there are blocks or a mixture, else 200. Of 64 units at
    2e-3 and 16 at 5e-3 the likelihood of validation rows was lower (codes of images, 10 nats).

    history: at each check, nats: "train" and "validation", the mean ratio of these rows; "loss",
    -log p(x, z) of validation rows; "from_rho", the information that rho says, and "rho" its mean
    over pairs (not of a mixture); "step"; and for the final state "ratios", of training rows and
    held-out ones, which lie on either side of the truth, "rhos", all pairs, "information_of_rho",
    what these say less p / 2m, by which correlations fitted to m rows say too much (see `bias`),
    and "rows" of the three splits.
    `bias`: of the held-out ratio of Gaussians, by what A is free to fit: -p / 2m of m training
    rows, p = dx dz with a rho for each pair; not of what flows learn by heart, which was as much
    again for 30 columns a side, n = 2000 and correlations of .9. `std`: chance of the held-out
    rows; with groups, of independent ones. Of 40 to 60 Gaussian samples each, intervals of 95 %
    held the value in 82 % at independence of single columns, where errors are thousandths of a nat,
    and in 88 to 100 % elsewhere.

    Wrong when: the latents are not Gaussian after the best f and g, by nats and either way: a
    shared radius (Student's t: .25 to 2 nats too low), or wide sides that are mixed after they were
    bent (16 of 25: an ICA problem); the ratio of a wrong model is no bound. Warnings: latents whose
    radius is no Gaussian's, sides that are sums of columns that are not, sides whose density ratio
    is not 1 on average when they are paired anew, KSG where it finds more in few columns; ratios of
    training and held-out rows that differ by more than the bias, rho that says something else than
    the rows, pairs too fine for a spline, training that was not finished, rows outside the box of
    the splines, tails of infinite variance. What lies in few rows, or in more bends than the
    splines have, is not seen.
    At independence its mean is 0 to chance, less the bias. Its value may be below 0.
    Raises InputError for labels, text, columns with many equal values, constant columns and those
    that are linear combinations of others, a linear function of x that is one of z, tails of
    infinite variance where margins do not draw them in, and fewer training rows than A has entries.
    Source: document 001, second half; Butakov et al. (2024), Mutual information estimation via
    normalizing flows, https://arxiv.org/abs/2403.02187

    >>> rng = np.random.default_rng(0)
    >>> x, z = rng.multivariate_normal([0, 0], [[1, 0.9], [0.9, 1]], 2_000).T  # .83 nats
    >>> abs(Flow(steps=40).estimate(np.sinh(2 * x), z**3).value - 0.83) < 0.15
    True
    """

    name: ClassVar[str] = "flow"
    min_samples: ClassVar[int] = 200
    uses_groups: ClassVar[bool] = True

    rho: str = "canonical"
    base: str = "gaussian"
    components: int = 8
    start: str = "likelihood"
    refit: str | None = "checks"
    margins: str = "asinh"
    blocks: int | None = None
    bins: int = 12
    hidden: tuple[int, ...] = (32, 32)
    steps: int | None = None
    batch_size: int = 256
    learning_rate: float = 3e-3
    train_fraction: float = 0.7
    validation_fraction: float = 0.1

    def __post_init__(self) -> None:
        one_of("rho", self.rho, ("canonical", "shared"))
        one_of("base", self.base, ("gaussian", "mixture"))
        one_of("start", self.start, ("likelihood", "covariance", "random"))
        one_of("refit", self.refit, ("checks", "end"), or_none=True)
        check_margins(self.margins)
        whole("components", self.components, at_least=2)
        whole("blocks", self.blocks, at_least=0, or_none=True)
        whole("bins", self.bins, at_least=3, at_most=100)
        if not isinstance(self.hidden, list | tuple) or not self.hidden:
            raise InputError(
                f"hidden={self.hidden!r} is not accepted: pass a list of the layers' widths, such "
                "as [32, 32]"
            )
        for width in self.hidden:
            whole("hidden", width, at_least=1)
        object.__setattr__(self, "hidden", tuple(self.hidden))  # a list from the command line
        whole("steps", self.steps, at_least=0, or_none=True)
        whole("batch_size", self.batch_size, at_least=2)
        within("learning_rate", self.learning_rate, above=0, below=1)
        within("train_fraction", self.train_fraction, above=0, below=1)
        within("validation_fraction", self.validation_fraction, above=0, below=1)
        if self.train_fraction + self.validation_fraction > 0.95 + 1e-9:  # .9 and .05 are more
            raise InputError(
                f"train_fraction={self.train_fraction:g} and validation_fraction="
                f"{self.validation_fraction:g} leave less than 0.05 for the held-out rows: lower "
                "one"
            )

    def check(self, x: Any, z: Any) -> Samples:
        samples = super().check(x, z)
        refuse_text(samples, self.name)
        self._check_sizes(samples)  # of few rows many columns are linear functions of the others
        for name in "xz":
            self._check_side(getattr(samples, name), name)
        told = infinite(samples.x, samples.z)  # of the columns before a map bends them
        if told:
            raise InputError(told[0])
        sides = [self._mapped(getattr(samples, name)) for name in "xz"]
        if samples.n > sum(side.shape[1] for side in sides):
            sines(*sides)  # says where a linear function of x is one of z
        return samples

    def _check_side(self, a: Array, name: str) -> None:
        """An InputError for a side without a density, or whose density a flow cannot have."""
        if a.shape[1] == 1 and is_discrete(a):
            raise InputError(
                f"{name} holds labels, one column of integers, and {self.name} needs densities: "
                "use ross where the other side is numbers, or binning; pass "
                f"{name}.astype(float) if these are measurements"
            )
        refuse_constant(a, name)
        grid = np.flatnonzero(on_grid(a))
        if len(grid):
            j = int(grid[0])
            repeated = float((np.diff(np.sort(a[:, j])) == 0).mean())
            raise InputError(
                f"column {j} of {name} has {100 * repeated:.3g} % of its values more than once "
                f"(a grid, counts or marks), and {self.name} needs a density: use ross where it "
                "is a label, binning where both sides have few values, or add noise of a stated "
                "size"
            )
        dependent = np.flatnonzero(~independent(a))
        if len(dependent):
            raise InputError(
                f"column {dependent[0]} of {name} is a linear combination of its other columns, "
                "whose covariance is singular: drop it"
            )
        tail = heaviest_tail(a)
        if tail is not None and self.margins in AFFINE:
            raise InputError(
                f"column {tail.column} of {name} has tails of infinite variance (tail index "
                f"{tail.power:.2f} ± {tail.std:.2f}), which margins={self.margins!r} leaves to "
                "splines: pass margins='asinh' or 'normal-scores'"
            )

    def _check_sizes(self, samples: Samples) -> None:
        from infoplane.estimators.latents.doubts import parameters

        widths = samples.x.shape[1], samples.z.shape[1]
        widest, seen = max(widths), round(self.train_fraction * samples.n)
        if seen < LEAST:
            raise InputError(
                f"train_fraction={self.train_fraction:g} of {samples.n} rows leaves {seen} to "
                f"learn from, and {LEAST} are needed: raise it, or give more rows"
            )
        if seen <= widest**2:
            least = math.ceil((widest**2 + 1) / self.train_fraction)
            raise InputError(
                f"A has {widest**2} entries for {widest} columns, and {seen} of {samples.n} rows "
                f"to learn from are too few: give at least {least} rows, fewer columns, or use "
                "compressed"
            )
        needed = parameters(sum(widths), self.components)
        if self.base == "mixture" and seen <= needed:
            raise InputError(
                f"components={self.components} of a mixture in {sum(widths)} columns have {needed} "
                f"parameters, and {seen} of {samples.n} rows to learn from are too few: pass fewer "
                "components, or give more rows or fewer columns"
            )

    def _mapped(self, a: Array) -> Array:
        """The columns as a flow is given them: of mean 0 and variance 1."""
        return transformed(a, "standardized" if self.margins in AFFINE else self.margins)

    def _estimate(self, samples: Samples, seed: int, device: str) -> Answer:
        from infoplane.estimators.latents.solve import solved  # takes seconds

        doubts = []
        for name in "xz":
            a = getattr(samples, name)
            doubts += copies(a, name)
            doubts += doubts_of_margins(a, name, self.margins, MAPS)
            tail = heaviest_tail(a)
            if tail is not None:
                way = "; pass base='mixture'" if self.base == "gaussian" else ""
                doubts.append(
                    f"column {tail.column} of {name} has tails of infinite variance (tail index "
                    f"{tail.power:.2f} ± {tail.std:.2f}): what both sides share there is likely "
                    f"found in part only, and the value too low{way}"
                )
        answer = solved(
            self,
            self._mapped(samples.x),
            self._mapped(samples.z),
            samples,
            seed=seed,
            device=device,
        )
        return answer._replace(warnings=[*doubts, *answer.warnings])

    def blocks_for(self, columns: int) -> int:
        """The blocks of the flow of a side of so many columns."""
        if self.blocks is not None:
            return self.blocks
        return BLOCKS if 1 < columns <= NARROW else 0

    def steps_for(self, *columns: int) -> int:
        """The steps for sides of so many columns."""
        if self.steps is not None:
            return self.steps
        far = self.base == "mixture" or any(map(self.blocks_for, columns))
        return FAR_STEPS if far else STEPS

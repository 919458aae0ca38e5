"""Information between codes of a few columns, learned from rows that are not used for it."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from infoplane.dimension.correlation import correlation_dimension
from infoplane.errors import InputError
from infoplane.estimators.base import Answer, Estimator, Samples, refuse_text
from infoplane.estimators.cca import CCA
from infoplane.estimators.density.kde import KDE
from infoplane.estimators.density.wkl import WKL
from infoplane.estimators.neighbors.ksg import KSG
from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import is_discrete
from infoplane.inputs.options import listed, one_of, whole, within

__all__ = ["Compressed"]

Floats = npt.NDArray[np.floating[Any]]

SMALL = 2  # columns that are never compressed
# Share of the variance that a code may lose before that is said.
MUCH = 0.1
# Nats that what the codes lose may add before that is said, in parts of the rows whose mean has a
# standard error; and how many of these make it sure.
LITTLE, PARTS, SURELY = 0.05, 5, 3.0
PART_ROWS = 200  # the least of such a part
LARGEST = 100  # powers of two up to which the squares of rows are left alone
DIMENSION_ROWS = 3_000  # on which intrinsic dimensions are looked for

INNER: dict[str, Estimator] = {
    "wkl": WKL(weights_std=0.05),
    "ksg": KSG(),
    "kde": KDE(),
    "cca": CCA(),
}
"""By name, the estimators that look at codes."""


@dataclass(frozen=True)
class Compressed(Estimator):
    """I(X; Z) as the information between codes of x and z, in nats.

        I(X; Z) >= I(f(X); g(Z)),    equal where nothing that both share is lost

    with f and g learned apart, each from one side of the rows that are set aside for it (never
    from pairs, and never from both sides at once), and the information estimated on the others.

    x: (n, dx), z: (n, dz), numbers, such as pixels or activations; a side of no more columns than
    its code stays as it is, and so does one of at most 2 where code_dim is None.
    code_dim: columns of the codes, one number for both sides or a pair; None: for each side its
    correlation dimension, rounded, :func:`infoplane.dimension.correlation_dimension`, of up to
    3000 of the rows to learn from. :func:`infoplane.estimators.code_curve.code_curve` looks at
    several.
    estimator: "wkl", with weights that add at most .05 nats of standard error, "ksg", "kde",
    "cca", or any other of numbers, as an object.
    train_fraction: the share of rows to learn codes from; one split, drawn from the seed: codes
    of other rows have other axes, and cannot be pooled.
    coder: "pca", "autoencoder", or "auto", the one that loses less of a tenth of the rows to
    learn from, and PCA where that loses at most a thousandth; see
    :func:`infoplane.models.autoencoders.compression.learn`, whose options are hidden, steps,
    batch_size, learning_rate and code_noise_std.

    `n` counts all rows; standard error and bias are the inner estimator's for the rows that it
    saw, with these codes: another split has other ones. Both sides' autoencoders are trained as
    one model where they have equal columns. Time: a minute for two times 10 000 images of 32 x 32
    pixels on two cores, and the inner estimator's.

    Wrong when: the code is too small, and what is left out tells of the other side: the value is
    then too low, by nats. Warnings: a code that loses more than a tenth of the variance of the
    rows it has not learned from; an autoencoder that was asked for and loses more than PCA; what
    the codes lose, along the line of most, which beside the codes adds more than .05 nats to KSG,
    surely (the mean over five parts of the rows): what lies on other lines, or shows in more rows
    only, is not seen. And all doubts of the inner estimator, for strong dependence or many columns.
    Raises InputError for labels and text, a code of as many columns as both sides have, rows of
    one side that are all equal, too few rows, and what the inner estimator refuses of codes.
    Source: Butakov et al. (2024), section 3, https://arxiv.org/abs/2305.08013

    >>> rng = np.random.default_rng(0)
    >>> u, v = rng.multivariate_normal([0, 0], [[1, 0.9], [0.9, 1]], 2_000).T  # .83 nats
    >>> x, z = (np.outer(a, rng.normal(size=9)) for a in (u, v))
    >>> abs(Compressed(code_dim=1, estimator="ksg").estimate(x, z).value - 0.83) < 0.1
    True
    """

    name: ClassVar[str] = "compressed"
    min_samples: ClassVar[int] = 60

    code_dim: int | tuple[int, int] | None = None
    estimator: str | Estimator = "wkl"
    train_fraction: float = 0.5
    coder: str = "auto"
    hidden: tuple[int, ...] = (256, 128)
    steps: int = 6_000
    batch_size: int = 64
    learning_rate: float = 3e-3
    code_noise_std: float = 0.1

    def __post_init__(self) -> None:
        dims: Any = self.code_dim  # a list from the command line
        if isinstance(dims, list):
            object.__setattr__(self, "code_dim", tuple(dims))
        if isinstance(self.code_dim, tuple):
            if len(dims) != 2:
                raise InputError(
                    f"code_dim={self.code_dim!r} is not accepted: pass one number for both sides, "
                    "a pair of them, or None"
                )
            for each in self.code_dim:
                whole("code_dim", each, at_least=1)
        else:
            whole("code_dim", self.code_dim, at_least=1, or_none=True)
        inner: Any = self.estimator
        if isinstance(inner, str):
            one_of("estimator", inner, list(INNER))
        elif not isinstance(inner, Estimator) or inner.draws_z or isinstance(inner, Compressed):
            raise InputError(
                f"estimator={inner!r} is not accepted: pass an estimator of numbers, such as "
                f"KSG(k=5), or one of {', '.join(INNER)}"
            )
        object.__setattr__(self, "hidden", tuple(listed("hidden", self.hidden)))
        within("train_fraction", self.train_fraction, above=0, below=1)
        self._coder()  # says what is wrong

    @property
    def inner(self) -> Estimator:
        """The estimator that looks at codes."""
        return INNER[self.estimator] if isinstance(self.estimator, str) else self.estimator

    def _coder(self) -> Any:
        from infoplane.models.autoencoders.compression import Coder

        return Coder(
            self.coder,
            self.hidden,
            self.steps,
            self.batch_size,
            self.learning_rate,
            self.code_noise_std,
        )

    def check(self, x: Any, z: Any) -> Samples:
        samples = super().check(x, z)
        refuse_text(samples, self.name)
        for name in "xz":
            a = getattr(samples, name)
            if a.shape[1] == 1 and is_discrete(a):
                raise InputError(
                    f"{name} holds labels, one column of integers, and {self.name} compresses "
                    "numbers: use ross or classifier, on codes or as it is; pass "
                    f"{name}.astype(float) if these are measurements"
                )
            if (a == a[0]).all():
                raise InputError(
                    f"{name} has equal rows only (constant images, say), which tell nothing: check "
                    "what was given"
                )
        widths = samples.x.shape[1], samples.z.shape[1]
        wide = [
            width > (SMALL if dim is None else dim)
            for width, dim in zip(widths, self._wanted(), strict=True)
        ]
        if not any(wide):
            raise InputError(
                f"code_dim={self.code_dim!r} leaves nothing to compress in {widths[0]} and "
                f"{widths[1]} columns: use {self.inner.name} itself, or pass a smaller one"
            )
        return samples

    def _grouped(self, samples: Samples, groups: Any) -> Samples:
        if groups is None:
            return samples
        raise InputError(
            f"groups is not used by {self.name}, whose inner estimator takes rows for independent: "
            "leave it out, and keep one row of each group"
        )

    def _wanted(self) -> tuple[int | None, int | None]:
        if isinstance(self.code_dim, tuple):
            return self.code_dim
        return self.code_dim, self.code_dim

    def _estimate(self, samples: Samples, seed: int, device: str) -> Answer:
        order = np.random.default_rng(seed).permutation(samples.n)
        m = round(self.train_fraction * samples.n)
        learned, left = order[:m], order[m:]
        sides = {name: _Side(name, getattr(samples, name)) for name in "xz"}
        doubts = self._learn(list(sides.values()), learned, seed, device)
        codes, residuals = [], []
        for side in sides.values():
            code, residual, told = side.coded(left)
            codes.append(code)
            residuals.append(residual)
            doubts += told
        checked = self.inner.check(*codes)
        answer = Answer(*self.inner._estimate(checked, seed, device))
        doubts += _residual_doubts(codes, residuals)
        return answer._replace(warnings=[*doubts, *answer.warnings], history={}, critic=None)

    def _learn(
        self, sides: "list[_Side]", learned: npt.NDArray[np.int64], seed: int, device: str
    ) -> list[str]:
        """Give each side that is to be compressed its code; what to doubt in the choice."""
        from infoplane.models.autoencoders.compression import learn

        doubts, wide = [], []
        for side, wanted in zip(sides, self._wanted(), strict=True):
            rows, width = side.rows[learned], side.rows.shape[1]
            if wanted is None and width <= SMALL:
                continue
            if wanted is None:
                found = correlation_dimension(rows[:DIMENSION_ROWS], device=device)
                wanted = max(1, round(found.value))
                doubts += [
                    f"code_dim of {side.name} is its correlation dimension, {found.value:.2g}, "
                    f"where {told}"
                    for told in found.warnings
                ]
            if wanted < width:
                wide.append((side, rows, wanted))
        codes = learn(
            [rows for _, rows, _ in wide],
            [dim for _, _, dim in wide],
            seeds=[2 * seed + (side.name == "z") for side, _, _ in wide],
            coder=self._coder(),
            device=device,
        )
        for (side, _, _), code in zip(wide, codes, strict=True):
            side.code = code
        return doubts


class _Side:
    """One side of the samples, and the code that was learned for it, if any."""

    def __init__(self, name: str, rows: Array) -> None:
        rows = np.asarray(rows, dtype=np.float64)
        exponent = int(np.frexp(np.abs(rows).max())[1])
        if abs(exponent) > LARGEST:  # squares would overflow, or vanish
            rows = np.ldexp(rows, -exponent)
        self.name, self.rows = name, rows
        self.code: Any = None

    def coded(self, at: npt.NDArray[np.int64]) -> tuple[Floats, Floats | None, list[str]]:
        """The code of the rows `at`, what it loses of them, and what there is to doubt."""
        rows = self.rows[at]
        if self.code is None:
            return rows, None, []
        doubts, lost, tried = [], self.code.lost(rows), self.code.tried
        code = self.code.encode(rows)
        if lost > MUCH:
            doubts.append(
                f"the code of {self.name} in {code.shape[1]} columns ({self.code.kind}) loses "
                f"{100 * lost:.0f} % of its variance: what of this tells of the other side is "
                "missing; pass a larger code_dim"
            )
        if tried[self.code.kind] > min(tried.values()):
            doubts.append(
                f"the autoencoder of {self.name} has not learned: it loses "
                f"{100 * tried['autoencoder']:.3g} % where PCA loses {100 * tried['pca']:.3g} %; "
                "take coder='auto', more steps or more rows"
            )
        return code, self.code.residual(rows), doubts


def _residual_doubts(codes: list[Floats], residuals: list[Floats | None]) -> list[str]:
    """A warning where what the codes lose, put beside them, surely adds information to KSG."""
    n = len(codes[0])
    parts = [np.arange(i, n, PARTS) for i in range(PARTS)]
    if all(residual is None for residual in residuals) or n < PARTS * PART_ROWS:
        return []
    ksg, more = KSG(errors=None), []
    wide = [
        code if residual is None or not np.ptp(residual) else np.hstack([code, residual])
        for code, residual in zip(codes, residuals, strict=True)
    ]
    for part in parts:
        with_, without = (
            ksg._estimate(ksg.check(*(side[part] for side in sides)), 0, "cpu").value
            for sides in (wide, codes)
        )
        more.append(with_ - without)
    mean, std = float(np.mean(more)), float(np.std(more, ddof=1)) / PARTS**0.5
    if mean < LITTLE or mean < SURELY * std:
        return []
    return [
        f"what the codes leave out tells more: with its main part beside them KSG finds "
        f"{mean:.2g} ± {std:.1g} nats more in {len(parts[0])} rows; pass a larger code_dim"
    ]

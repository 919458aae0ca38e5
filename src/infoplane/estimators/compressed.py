"""Information between codes of a few columns, learned from rows that are not used for it."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from infoplane.errors import InputError
from infoplane.estimators.base import Answer, Estimator, Samples, refuse_text
from infoplane.estimators.cca import CCA
from infoplane.estimators.classifier import Classifier
from infoplane.estimators.density.kde import KDE
from infoplane.estimators.density.wkl import WKL
from infoplane.estimators.flow import Flow
from infoplane.estimators.lossy import Side, left_out, no_density, second_opinion
from infoplane.estimators.neighbors.ksg import KSG
from infoplane.estimators.neighbors.ross import Ross
from infoplane.inputs.columns import is_discrete
from infoplane.inputs.options import listed, one_of, whole, within

__all__ = ["Compressed"]

SMALL = 2  # columns that are never compressed where no code_dim is given
LEAST = 20  # rows for the estimate, the fewest with which any says something

INNER: dict[str, Estimator] = {
    "wkl": WKL(weights_std=0.05),
    "ksg": KSG(),
    "kde": KDE(),
    "cca": CCA(),
    "flow": Flow(),
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
    code_dim: columns of the codes, one number for both sides or a pair, in which None is accepted,
    too; None: for each side its correlation dimension, rounded,
    :func:`infoplane.dimension.correlation_dimension`, of up to 3000 of the rows to learn from, at
    least 64. :func:`infoplane.estimators.code_curve` looks at several.
    margins: "raw" divides all columns of a side by one number, so that their relative size says
    what there is to keep, as for pixels; "standardized" each by its standard deviation in the rows
    to learn from, where units mean nothing.
    estimator: "wkl", with weights that add at most .05 nats of standard error, "ksg", "kde",
    "cca", "flow", or any other of numbers, as an object.
    train_fraction: the share of rows to learn codes from; one split, drawn from the seed: codes
    of other rows have other axes, and cannot be pooled.
    coder: "pca", "autoencoder", or "auto", the one that loses less of a tenth of the rows to
    learn from, and PCA where that loses at most a thousandth; see
    :func:`infoplane.models.autoencoders.compression.learn`, whose options are hidden, steps,
    batch_size, learning_rate and code_noise_std.

    `n` counts all rows; standard error and bias are the inner estimator's for the rows that it
    saw, with these codes: another split has other ones. `history`: "code_dim" and "lost", the
    columns of both codes and the share of variance that they lose, 0 for a side that stays as it
    is, and "rows", those of the estimate. Both sides' autoencoders are trained as one model where
    they have equal columns. Time: a minute for two times 10 000 images of 32 x 32 pixels on two
    cores, and the inner estimator's.

    Wrong when: the code is too small, and what is left out tells of the other side: the value is
    then too low, by nats. Warnings: a code that loses more than a tenth of the variance of rows it
    has not learned from, one that knows its rows by heart, and an autoencoder that was asked for
    and loses more than PCA; raw columns of very different size, of which the code follows the
    largest; what the codes lose, along the three lines of most, one of which beside the codes adds
    more than .05 nats to KSG, surely (the mean over five parts of the rows): what lies on other
    lines, or shows in more rows only, is not seen, and below 300 rows for the estimate nothing is.
    A code of more columns than the data have dimensions lies on a surface and has no density:
    WKL and KDE then err by nats, either way (12.5 for 10 of bumps in 3 columns), KSG does not; a
    warning goes by the correlation dimension of codes of up to 6 columns. WKL is biased low on the
    rough densities of codes at weak dependence (-.1 to -.4 nats at independence): a warning goes
    where KSG, which errs low, finds surely more. And all doubts of the inner estimator, for strong
    dependence or many columns.
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

    code_dim: int | tuple[int | None, int | None] | None = None
    estimator: str | Estimator = "wkl"
    margins: str = "raw"
    train_fraction: float = 0.5
    coder: str = "auto"
    hidden: tuple[int, ...] = (256, 128)
    steps: int = 6_000
    batch_size: int = 64
    learning_rate: float = 3e-3
    code_noise_std: float = 0.1

    def __post_init__(self) -> None:
        dims: Any = self.code_dim
        if isinstance(dims, list | tuple):  # a list from the command line
            if len(dims) != 2:
                raise InputError(_told_dim(dims))
            object.__setattr__(self, "code_dim", tuple(dims))
        for each in dims if isinstance(dims, list | tuple) else (dims,):
            try:
                whole("code_dim", each, at_least=1, or_none=True)
            except InputError as error:
                raise InputError(_told_dim(dims)) from error
        inner: Any = self.estimator
        if isinstance(inner, str):
            one_of("estimator", inner, list(INNER))
        elif (
            not isinstance(inner, Estimator)
            or inner.draws_z
            or isinstance(inner, Compressed | Ross | Classifier)  # codes are no labels
        ):
            raise InputError(
                f"estimator={inner!r} is not accepted: pass an estimator of numbers on both sides, "
                f"such as KSG(k=5), or one of {', '.join(INNER)}"
            )
        one_of("margins", self.margins, ("raw", "standardized"))
        if not isinstance(self.hidden, list | tuple):
            raise InputError(
                f"hidden={self.hidden!r} is not accepted: pass the widths of the layers, such as "
                "[256, 128]"
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
        left = samples.n - round(self.train_fraction * samples.n)
        if left < LEAST:
            raise InputError(
                f"train_fraction={self.train_fraction!r} leaves {left} of {samples.n} rows for the "
                f"estimate, and {LEAST} are needed: pass a smaller one, or give more rows"
            )
        return samples

    def _grouped(self, samples: Samples, groups: Any) -> Samples:
        if groups is None:
            return samples
        raise InputError(
            f"groups is not used by {self.name}, which deals single rows to codes and estimate: "
            "leave it out, and keep one row of each group"
        )

    def _wanted(self) -> tuple[int | None, int | None]:
        if isinstance(self.code_dim, tuple):
            return self.code_dim
        return self.code_dim, self.code_dim

    def _estimate(self, samples: Samples, seed: int, device: str) -> Answer:
        order = np.random.default_rng(seed).permutation(samples.n)
        m = round(self.train_fraction * samples.n)
        learned, rest = order[:m], order[m:]
        sides = [
            Side(name, getattr(samples, name), learned, self.margins, wanted, SMALL)
            for name, wanted in zip("xz", self._wanted(), strict=True)
        ]
        self._learn(sides, seed, device)
        coded = [side.coded(rest) for side in sides]
        doubts = [told for side, own in zip(sides, coded, strict=True) for told in (
            *side.doubts, *own.doubts)]  # fmt: skip
        try:
            checked = self.inner.check(*(own.code for own in coded))
            answer = Answer(*self.inner._estimate(checked, seed, device))
        except InputError as error:
            raise InputError(_of_codes(str(error), sides)) from error
        doubts += left_out(coded)
        if isinstance(self.inner, WKL | KDE):  # of densities
            for side, own in zip(sides, coded, strict=True):
                doubts += no_density(side.name, own, device)
        if isinstance(self.inner, WKL):
            doubts += second_opinion(coded, answer.value, answer.std)
        history = {
            "code_dim": np.array([own.code.shape[1] for own in coded], dtype=np.float64),
            "lost": np.array([own.lost for own in coded]),
            "rows": np.array([float(len(rest))]),
        }
        inner = [_of_codes(told, sides) for told in answer.warnings]
        return answer._replace(warnings=[*doubts, *inner], history=history, critic=None)

    def _learn(self, sides: list[Side], seed: int, device: str) -> None:
        """Give each side that is to be compressed its code."""
        from infoplane.models.autoencoders.compression import learn

        wide = []
        for i, side in enumerate(sides):
            dim = side.code_dim(device)
            if dim is not None:
                wide.append((side, dim, 2 * seed + i))
        codes = learn(
            [side.learned for side, _, _ in wide],
            [dim for _, dim, _ in wide],
            seeds=[own for _, _, own in wide],
            coder=self._coder(),
            device=device,
        )
        for (side, _, _), code in zip(wide, codes, strict=True):
            side.code = code


def _told_dim(dims: object) -> str:
    return (
        f"code_dim={dims!r} is not accepted: pass an integer >= 1 for both sides, a pair of them "
        "such as [2, 3], or None"
    )


def _of_codes(sentence: str, sides: list[Side]) -> str:
    """What the inner estimator says of columns it was given, said of codes where these are."""
    for side in sides:
        if side.code is not None:
            sentence = re.sub(
                rf"\bcolumn (\d+) of {side.name}\b", rf"column \1 of the code of {side.name}",
                sentence,
            )  # fmt: skip
    return re.sub(r"\bpass margins=", "give estimator= one with margins=", sentence)

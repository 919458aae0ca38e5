"""The options that all variational estimators share, and what follows from them."""

import math
from dataclasses import dataclass
from typing import Any

from infoplane.errors import InputError
from infoplane.estimators.neural.critics import Critic, critic_class
from infoplane.estimators.neural.critics.convolutional import ConvolutionalCritic, Shape
from infoplane.estimators.rows import split_sizes
from infoplane.inputs.margins import check_margins
from infoplane.inputs.options import whole, within

__all__ = ["LARGEST_RAW", "Options"]

# Widths beyond this are slips: the weights of two such layers are 17 GB.
MAX_WIDTH = 65_536
# What the members trained at once may take beside their samples; more of them go one group after
# the other.
MEMORY = 2**31
# What a single one may take: beyond this a slip is likelier than a machine for it.
LARGEST = 2**36
# Raw numbers whose squares single precision, and so a critic, can still add up.
LARGEST_RAW = 1e15


@dataclass(frozen=True)
class Options:
    """How a critic is built, trained and tested; each estimator may have defaults of its own.

    | option | default | why |
    |---|---|---|
    | critic | by bound | "concatenated" sees x and z together; "separable" all pairs at once |
    | shape_x, shape_z | None | (channels, height, width) of images, for critic="convolutional" |
    | hidden | (128, 128) | two layers, as usual; twice the width brought 0.01 nats |
    | batch_size | 256 | memory and noise; twice as much costs twice as much for 0.03 nats |
    | negatives | by critic | marginal pairs a row: 1 where each costs a network's run, else all |
    | learning_rate | 5e-4 | Song & Ermon (2020) |
    | weight_decay | 1.0 | decoupled; the bound was lower at 0, 0.5, 1.5, 2 and 4 |
    | average_decay | 0.998 | mean of the last 500 weights is checked (Polyak & Juditsky 1992) |
    | clip | 1.0 | norm of one member's gradient; one outlier pair cannot throw it off; None: off |
    | steps | 5 000 | at most; most members stop before |
    | check_every | 100 | checks stay a tenth of the cost |
    | patience | 10 | checks without a better validation bound, 1 000 steps |
    | train_fraction | 0.6 | the critic needs most rows, |
    | validation_fraction | 0.2 | the other splits need error bars; the rest is the test split |
    | margins | "standardized" | units do not count, and what is near stays near; see below |
    | test_shifts | by critic | derangements of the test rows, each n_test marginal pairs |
    | restarts | 3 | critics for one split, from other weights and batches; see below |

    One set for the whole book. Where the table compares, it compares validation bounds of MINE
    on correlated Gaussians (d = 20, rho = 0.5, n = 10 000, 2 to 4 seeds), not distances from the
    true value. Weight decay and averaging came in because without them the held-out bound there
    stayed a quarter below the closed form; their sizes were taken by that bound. test_shifts is
    32 for a concatenated critic and 1 024 otherwise; InfoNCE takes its number of negatives.
    margins: "standardized" by the training rows; "asinh" and "normal-scores" are maps of single
    columns before that, which change no information and draw in tails, where a few values otherwise
    leave all others to one flat piece of the critic: :mod:`infoplane.inputs.margins` says what they
    lose. They are of a column's values in all rows, and know nothing of pairs. "raw" gives the
    critic the data in their own units. Indicators of labels stay 0 and 1.

    shape_x, shape_z: of the images that are the rows of that side, flattened; the critic sees a
    side without shape through a ReLU.

    restarts: where training goes depends on its random numbers, and on the rounding of the
    processor. The value is the mean of so many critics that share their splits and are trained as
    one batched model; their spread joins the standard error.
    On one core r critics cost r times as much, or a little less (MINE, n = 2 000, 1 000 steps: 2.2,
    4.5, 6.0 and 10 s for 1, 2, 3 and 5). Two know their spread with one degree of freedom, for
    which Student's factor is 13, three with two, 4.3: three are the fewest that tell something.

    Raises InputError for what is out of range.
    """

    critic: str = "concatenated"
    hidden: tuple[int, ...] = (128, 128)
    batch_size: int = 256
    negatives: int | None = None
    learning_rate: float = 5e-4
    weight_decay: float = 1.0
    average_decay: float = 0.998
    clip: float | None = 1.0
    steps: int = 5_000
    check_every: int = 100
    patience: int = 10
    train_fraction: float = 0.6
    validation_fraction: float = 0.2
    test_shifts: int | None = None
    restarts: int = 3
    margins: str = "standardized"
    shape_x: tuple[int, int, int] | None = None
    shape_z: tuple[int, int, int] | None = None

    def __post_init__(self) -> None:
        critic_class(self.critic)
        for name in ("shape_x", "shape_z"):
            object.__setattr__(self, name, self._shape(name))
        # a list comes from the command line; a frozen set of options has to be hashable
        if not isinstance(self.hidden, tuple | list):
            raise InputError(
                f"hidden={self.hidden!r} is not accepted: give the width of each layer, such as "
                "(64,)"
            )
        object.__setattr__(self, "hidden", tuple(self.hidden))
        if not self.hidden:
            raise InputError("hidden=() has no layer: give at least one width, such as (128, 128)")
        for width in self.hidden:
            whole("hidden", width, at_least=1, at_most=MAX_WIDTH)
        whole("batch_size", self.batch_size, at_least=2)
        check_margins(self.margins)
        for name in ("steps", "check_every", "patience", "restarts"):
            whole(name, getattr(self, name), at_least=1)
        for name in ("negatives", "test_shifts"):
            whole(name, getattr(self, name), at_least=1, or_none=True)
        if self.negatives is not None and self.negatives >= self.batch_size:
            raise InputError(
                f"negatives={self.negatives} is more than the {self.batch_size - 1} other rows of "
                f"a batch: pass negatives<={self.batch_size - 1} or a larger batch_size"
            )
        within("learning_rate", self.learning_rate, above=0, below=1)
        within("weight_decay", self.weight_decay, low=0)
        within("average_decay", self.average_decay, low=0, below=1)
        within("clip", self.clip, above=0, high=1e30, or_none=True)
        within("train_fraction", self.train_fraction, above=0, below=1)
        within("validation_fraction", self.validation_fraction, above=0, below=1)
        if self.train_fraction + self.validation_fraction > 0.95:
            raise InputError(
                f"train_fraction={self.train_fraction:g} and validation_fraction="
                f"{self.validation_fraction:g} leave less than 0.05 for the test split: lower one"
            )

    def _shape(self, name: str) -> Shape:
        """A checked shape, as a tuple."""
        given: Any = getattr(self, name)
        if given is None:
            return None
        if self.critic != "convolutional":
            raise InputError(
                f"{name}={given!r} is of a convolutional critic, and critic={self.critic!r}: leave "
                "it out, or pass critic='convolutional'"
            )
        if not isinstance(given, tuple | list) or len(given) != 3:
            raise InputError(
                f"{name}={given!r} is not accepted: give channels, height and width of the images, "
                "such as (1, 28, 28)"
            )
        for size in given:
            whole(name, size, at_least=1)
        return tuple(given)

    @property
    def _critic_type(self) -> type[Critic]:
        """The critic's class, which knows the shapes of images."""
        found = critic_class(self.critic)
        if issubclass(found, ConvolutionalCritic):
            return found.of(self.shape_x, self.shape_z)
        return found

    def _check_shapes(self, dx: int, dz: int) -> None:
        """An InputError where rows do not have as many columns as images of that shape."""
        for name, shape, columns in (("x", self.shape_x, dx), ("z", self.shape_z, dz)):
            if shape is not None and math.prod(shape) != columns:
                raise InputError(
                    f"shape_{name}={shape} is of images with {math.prod(shape)} numbers, and "
                    f"{name} has {columns} columns: give the shape of its rows, or leave it out"
                )

    def _check_sizes(self, n: int, *, fresh: bool = False) -> tuple[int, int, int]:
        """Rows for training, validation and test, or InputError where they are too few.

        fresh: training rows are drawn, as many as one likes.
        """
        whole("n", n, at_least=1)
        sizes = split_sizes(n, self.train_fraction, self.validation_fraction)
        n_train, n_validation, n_test = sizes
        if self.batch_size > n_train and not fresh:
            raise InputError(
                f"batch_size={self.batch_size} is more than the {n_train} training rows "
                f"({self.train_fraction:g} of n={n}): pass batch_size<={n_train} "
                f"or at least {math.ceil(self.batch_size / self.train_fraction)} samples"
            )
        if min(n_validation, n_test) < 2:
            raise InputError(
                f"n={n} leaves {n_validation} rows for validation and {n_test} for the "
                "test, which need 2 each: give more samples"
            )
        if self.test_shifts is not None and self.test_shifts >= n_test:
            raise InputError(
                f"test_shifts={self.test_shifts} is more than the {n_test - 1} other rows of the "
                f"test split ({n_test} of n={n}): pass test_shifts<={n_test - 1}"
            )
        return sizes

    @property
    def _negatives(self) -> int:
        """Marginal pairs for each row of a training batch."""
        if self.negatives is not None:
            return self.negatives
        return self.batch_size - 1 if self._critic_type.cheap_pairs else 1

    @property
    def _held_out_shifts(self) -> tuple[int, int]:
        """Derangements of the held-out rows at a check and at the test.

        At a check enough that their noise stays below that of the joint term, few enough that
        checks cost little beside the steps between them.
        """
        check, test = (256, 1024) if self._critic_type.cheap_pairs else (4, 32)
        return check, test if self.test_shifts is None else self.test_shifts

    def _bytes_of_member(self, dx: int, dz: int) -> int:
        """About what one critic takes in training."""
        return self._critic_type.bytes_per_member(
            dx, dz, self.hidden, self.batch_size, self._negatives
        )

    def _together(self, dx: int, dz: int) -> int:
        """How many critics fit in memory together."""
        each = self._bytes_of_member(dx, dz)
        if each > LARGEST:
            raise InputError(
                f"batch_size={self.batch_size} with hidden={self.hidden}, negatives="
                f"{self._negatives} and critic={self.critic!r} takes {each / 2**30:.3g} GiB in "
                f"training, more than {LARGEST / 2**30:g} GiB: lower one of them"
            )
        return max(1, MEMORY // each)

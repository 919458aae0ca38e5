"""MINE: the Donsker–Varadhan bound with a trained critic."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.estimate import Estimate
from infoplane.estimators.base import (
    Estimator,
    Samples,
    check_batch,
    check_device,
    is_discrete,
    outliers,
    refuse_constant,
)
from infoplane.estimators.bounds import DonskerVaradhan, dv, dv_test
from infoplane.estimators.critics import ConcatenatedCritic, initial_weights
from infoplane.estimators.options import flag, whole, within
from infoplane.estimators.rows import columns, generator, prepare, split_sizes
from infoplane.estimators.training import Run, Schedule, train

__all__ = ["MINE"]

# A relative standard error of mean exp above which the standard error is not to be trusted: in
# simulation 95 % intervals cover 95 % of the time at 0.04, and 78 % at 0.2 (d = 20, 5.4 nats).
MAX_RELATIVE_ERROR = 0.1
# Nats between training and held-out bounds that are no reason for doubt at any value.
MIN_GAP = 0.05
# Widths beyond this are slips: the weights of two such layers are 17 GB.
MAX_WIDTH = 65_536
RESCALE = "the critic sees it in units of the former; transform it"

Floats = npt.NDArray[np.float64]
History = dict[str, Floats]
Answer = tuple[float, float, list[str], History]


@dataclass(frozen=True)
class MINE(Estimator):
    """Mutual information neural estimation: a lower bound on I(X; Z) by a trained critic, in nats.

    I(X; Z) >= mean f(x, z) - log mean exp f(x, z'),  f raised over networks by gradient ascent

    x: (n, dx); z: (n, dz); a one-dimensional integer or string array is a label and becomes
    indicator columns. Each member's seed splits the rows in three: training, validation (decides
    when to stop and which checkpoint counts), test (gives the number, once). The value is the
    bound of that critic on the whole test split; `std` is its standard error there, from the
    influence of each test row, and knows nothing of training: another seed trains another critic.

    | option | default | why |
    |---|---|---|
    | hidden | (128, 128) | two layers, as usual; twice the width brought 0.01 nats |
    | batch_size | 256 | memory and noise; twice as much costs twice as much for 0.03 nats |
    | learning_rate | 5e-4 | Song & Ermon (2020) |
    | weight_decay | 1.0 | decoupled; the bound was lower at 0, 0.5, 1.5, 2 and 4 |
    | average_decay | 0.998 | mean of the last 500 weights is checked (Polyak & Juditsky 1992) |
    | clip | 1.0 | norm of one member's gradient; one outlier pair cannot throw it off |
    | bias_correction | True | Belghazi et al. (2018), section 3.2; False shows what it does |
    | ema_rate | 0.01 | a mean over 100 batches; 0.1 lost 0.25 nats of held-out bound |
    | steps | 5 000 | at most; most members stop before |
    | check_every | 100 | checks stay a tenth of the cost |
    | patience | 10 | checks without a better validation bound, 1 000 steps |
    | train_fraction | 0.6 | the critic needs most rows, |
    | validation_fraction | 0.2 | the other splits need error bars; the rest is the test split |
    | test_shifts | 32 | derangements of the test rows: n_test · 32 marginal pairs |

    One set for the whole book. Where the table compares, it compares validation bounds on
    correlated Gaussians (d = 20, rho = 0.5, n = 10 000, 2 to 4 seeds), not distances from the
    true value. Weight decay and averaging came in because without them the held-out bound there
    stayed a quarter below the closed form; their sizes were taken by that bound.

    `history`, one entry a check: "step" (updates made), "train" (mean of the minibatch bounds
    since the check before), "validation" and "test" (the bound on those splits; nothing is
    decided by "test", it is there to be drawn).

    When it is wrong: below the truth where n or the critic is too small, which is usual above 3
    nats, and more so in high dimension; with a variance that grows like exp(I); noise above the
    truth where few pairs carry the marginal term. `warnings` names what can be seen of this.
    Raises InputError for a constant column, for more than 100 distinct labels, and for a batch
    larger than the training split.
    Source: Belghazi et al. (2018), https://arxiv.org/abs/1801.04062, eq. 10 and 12.

    >>> import numpy as np
    >>> x = np.random.default_rng(0).integers(2, size=1_000)
    >>> e = MINE(steps=500).estimate(x, x)  # H(X) = log 2 = 0.693
    >>> round(e.value, 1), e.n
    (0.7, 1000)
    """

    name: ClassVar[str] = "mine"
    min_samples: ClassVar[int] = 10

    hidden: tuple[int, ...] = (128, 128)
    batch_size: int = 256
    learning_rate: float = 5e-4
    weight_decay: float = 1.0
    average_decay: float = 0.998
    clip: float = 1.0
    bias_correction: bool = True
    ema_rate: float = 0.01
    steps: int = 5_000
    check_every: int = 100
    patience: int = 10
    train_fraction: float = 0.6
    validation_fraction: float = 0.2
    test_shifts: int = 32

    def __post_init__(self) -> None:
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
        flag("bias_correction", self.bias_correction)
        whole("batch_size", self.batch_size, at_least=2)
        for name in ("steps", "check_every", "patience", "test_shifts"):
            whole(name, getattr(self, name), at_least=1)
        within("learning_rate", self.learning_rate, above=0, below=1)
        within("weight_decay", self.weight_decay, low=0)
        within("average_decay", self.average_decay, low=0, below=1)
        within("clip", self.clip, above=0)
        within("ema_rate", self.ema_rate, above=0, high=1)
        within("train_fraction", self.train_fraction, above=0, below=1)
        within("validation_fraction", self.validation_fraction, above=0, below=1)
        if self.train_fraction + self.validation_fraction > 0.95:
            raise InputError(
                f"train_fraction={self.train_fraction:g} and validation_fraction="
                f"{self.validation_fraction:g} leave less than 0.05 for the test split: lower one"
            )

    def estimate_batch(
        self, x: Any, z: Any, *, seeds: Sequence[int], device: str = "cpu"
    ) -> list[Estimate]:
        """Estimate b problems of equal shape, x: (b, n, dx) and z: (b, n[, dz]), one seed each,
        by b critics trained as one batched model.

        The same numbers, within floating point, as b calls of :meth:`estimate`; `seconds` is
        each member's share.
        """
        check_batch(x, z, seeds)
        check_device(device)
        started = time.perf_counter()
        samples = [self.check(xi, zi) for xi, zi in zip(x, z, strict=True)]
        # one batch for each shape: members may have different numbers of labels
        groups: dict[tuple[tuple[int, ...], ...], list[int]] = {}
        for i, s in enumerate(samples):
            groups.setdefault((s.x.shape, s.z.shape), []).append(i)
        answers: dict[int, Answer] = {}
        for members in groups.values():
            found = self._solve([samples[i] for i in members], [seeds[i] for i in members], device)
            answers.update(zip(members, found, strict=True))
        seconds = (time.perf_counter() - started) / len(samples)
        return [
            Estimate(
                value=value,
                std=std,
                n=samples[i].n,
                estimator=self.name,
                seed=seeds[i],
                seconds=seconds,
                warnings=tuple(warnings),
                history=history,
            )
            for i, (value, std, warnings, history) in sorted(answers.items())
        ]

    def check(self, x: Any, z: Any) -> Samples:
        """Input as a critic sees it: columns of numbers, a label column as indicators."""
        samples = super().check(x, z)
        refuse_constant(samples.x, "x")
        refuse_constant(samples.z, "z")
        n_train, n_validation, n_test = self._sizes(samples.n)
        if self.batch_size > n_train:
            raise InputError(
                f"batch_size={self.batch_size} is more than the {n_train} training rows "
                f"({self.train_fraction:g} of n={samples.n}): pass batch_size<={n_train} "
                f"or at least {math.ceil(self.batch_size / self.train_fraction)} samples"
            )
        if min(n_validation, n_test) < 2:
            raise InputError(
                f"n={samples.n} leaves {n_validation} rows for validation and {n_test} for the "
                "test, which need 2 each: give more samples"
            )
        return Samples(columns(samples.x, "x"), columns(samples.z, "z"))

    def _estimate(
        self, samples: Samples, seed: int, device: str
    ) -> tuple[float, float, Sequence[str], History]:
        return self._solve([samples], [seed], device)[0]

    def _sizes(self, n: int) -> tuple[int, int, int]:
        return split_sizes(n, self.train_fraction, self.validation_fraction)

    def _solve(self, samples: Sequence[Samples], seeds: Sequence[int], device: str) -> list[Answer]:
        """Train and test one critic for each member; all members have the same shape."""
        generators = [generator(seed) for seed in seeds]
        rows = prepare(samples, self._sizes(samples[0].n), generators, device)
        dx, dz = rows.x.shape[1], rows.z.shape[1]
        weights = initial_weights(dx, dz, self.hidden, generators).to(device)
        critic = ConcatenatedCritic(weights, dx, dz, self.hidden)
        bound = DonskerVaradhan(self.ema_rate if self.bias_correction else None)
        schedule = Schedule(
            steps=self.steps,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            average_decay=self.average_decay,
            clip=self.clip,
            check_every=self.check_every,
            patience=self.patience,
        )
        best, runs = train(critic, bound, rows, schedule, generators)
        critic = critic.like(best)
        n_test = rows.test.shape[1]
        seen = rows.train[:, :n_test]
        tested = critic.evaluate(*rows.take(rows.test), min(self.test_shifts, n_test - 1))
        trained = critic.evaluate(*rows.take(seen), min(self.test_shifts, seen.shape[1] - 1))
        joint, marginal = (scores.double().cpu().numpy() for scores in tested)
        on_train = dv(trained[0], trained[1].flatten(1)).tolist()
        answers = [
            self._answer(run, *scores)
            for run, *scores in zip(runs, joint, marginal, on_train, strict=True)
        ]
        for member, (_, _, doubts, _) in zip(samples, answers, strict=True):
            for name, a in (("x", member.x), ("z", member.z)):
                if not is_discrete(a):  # what is not standardised has no unit to lose
                    doubts += outliers(a, name, RESCALE)
        return answers

    def _answer(self, run: Run, joint: Floats, marginal: Floats, on_train: float) -> Answer:
        """Value, standard error, warnings and history of one member from its test scores."""
        value, std, relative = dv_test(joint, marginal)
        doubts = []
        last = run.step[-1]
        if last == self.steps and run.step[run.best] >= 0.9 * self.steps:
            doubts.append(
                f"the validation bound was still rising at the last step ({last}): pass more steps"
            )
        if np.ptp(joint) == 0 and np.ptp(marginal) == 0:
            doubts.append("the critic is dead: it gives every pair the same score")
        elif run.best == 0:
            doubts.append(
                "training never raised the validation bound: x and z are independent, or depend "
                "in a way that this critic does not learn from so many rows"
            )
        gap = on_train - value
        # the difference of two bounds with about the same standard error
        if gap > max(MIN_GAP, 0.1 * abs(value), 3 * math.sqrt(2) * std):
            doubts.append(
                f"training and held-out bounds differ by {gap:.2g} nats: the critic knows its "
                "training rows by heart, and more samples would raise the held-out bound"
            )
        ceiling = math.log(marginal.size)
        if value > 0.95 * ceiling:
            doubts.append(
                f"within 5 % of the ceiling log {marginal.size} = {ceiling:.3g}: so many marginal "
                "pairs cannot show more"
            )
        if relative > MAX_RELATIVE_ERROR:
            doubts.append(
                f"few pairs carry the marginal term (relative standard error of mean exp: "
                f"{relative:.2g}): value and standard error are both too uncertain to trust"
            )
        history = {
            "step": np.array(run.step, dtype=np.float64),
            "train": np.array(run.train),
            "validation": np.array(run.validation),
            "test": np.array(run.test),
        }
        return value, std, doubts, history

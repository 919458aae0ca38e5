"""What all variational estimators share: training a critic, and its bound on held-out pairs."""

import time
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import torch

from infoplane.errors import InputError
from infoplane.estimate import Estimate
from infoplane.estimators.base import Estimator, Samples, check_batch
from infoplane.estimators.ceilings import above_entropy
from infoplane.estimators.neural.batches import Draw, FreshDraws, SampleRows, Source, drawn
from infoplane.estimators.neural.critics import critic_class
from infoplane.estimators.neural.critics.base import Critic
from infoplane.estimators.neural.doubts import doubts_of_scores, doubts_of_training
from infoplane.estimators.neural.objectives import Bound
from infoplane.estimators.neural.options import Options
from infoplane.estimators.neural.training import Run, Schedule, train
from infoplane.estimators.repeats import recorded_twice
from infoplane.estimators.rows import columns, prepare, split_sizes
from infoplane.inputs.columns import is_discrete, refuse_constant
from infoplane.inputs.options import check_device
from infoplane.inputs.shape import doubts_of_margins
from infoplane.streams import stream

__all__ = ["MEMORY", "NeuralEstimator"]

# What the members trained at once may take beside their samples; more of them go one group after
# the other.
MEMORY = 2**31
# What a single one may take: beyond this a slip is likelier than a machine for it.
LARGEST = 2**36
# Raw numbers whose squares single precision, and so a critic, can still add up.
LARGEST_RAW = 1e15

Floats = npt.NDArray[np.float64]
History = dict[str, Floats]
Answer = tuple[float, float, list[str], History]


@dataclass(frozen=True)
class NeuralEstimator(Options, Estimator):
    """A critic f(x, z) trained to raise a variational bound on I(X; Z), in nats.

    x: (n, dx); z: (n, dz); a one-dimensional integer or string array is a label and becomes
    indicator columns. Each member's seed splits the rows in three: training, validation (decides
    when to stop and which checkpoint counts), test (gives the number, once). The value is the
    bound of that critic on the whole test split; `std` is its standard error there, from the
    influence of each test row, and knows nothing of training: another seed trains another critic.
    Options, their defaults and the reasons for these: :class:`Options`.

    `history`, one entry a check: "step" (updates made), "train" and "train_std" (mean and
    standard deviation of the bound on the batches since the check before), "validation" and
    "test" (the bound on those splits; nothing is decided by "test", it is there to be drawn).

    Raises InputError for a constant column, for more than 100 distinct labels, for a batch
    larger than the training split, and for more negatives than the batch has other rows.
    """

    min_samples: ClassVar[int] = 10

    @abstractmethod
    def _bound(self) -> Bound:
        """The bound in training: one object for each group of members."""

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
        for i, member in enumerate(samples):  # as the base class does for a single one
            answers[i][2].extend(above_entropy(answers[i][0], member.x, member.z))
        return self._estimates(
            [answers[i] for i in range(len(samples))], [s.n for s in samples], seeds, started
        )

    def estimate_fresh(
        self, draws: Sequence[Draw], *, seeds: Sequence[int], n: int = 10_000, device: str = "cpu"
    ) -> list[Estimate]:
        """Estimate b problems from fresh draws: every training batch is new, no row comes twice.

        draws: one function a member, draw(rows, generator) -> x (rows, dx) and z (rows, dz), in
        torch or NumPy, random by that torch.Generator only. seeds: one a member. n: the
        validation and test sets have as many rows as those of a fixed sample of n.
        An `Estimate` for each member, in order; its n counts every row drawn. Raises InputError
        for draws of other shapes or with values that are not finite.

        >>> from infoplane.datasets.gaussian import CorrelatedGaussian
        >>> from infoplane.estimators.neural.mine import MINE
        >>> draw = CorrelatedGaussian(d=1, rho=0.9).draw
        >>> (e,) = MINE(steps=300).estimate_fresh([draw], seeds=[0])
        >>> e.value > 0.5  # 0.83
        True
        """
        started = time.perf_counter()
        check_batch(draws, draws, seeds)
        check_device(device)
        if self.margins != "standardized":
            raise InputError(
                f"margins={self.margins!r} is of a fixed sample, and fresh draws are only "
                "standardized: transform them in draw, or leave margins out"
            )
        for draw in draws:
            if not callable(draw):
                raise InputError(
                    f"draws has {draw!r}, which is no function: give draw(rows, generator) for "
                    "each member"
                )
        _, n_validation, n_test = self._check_sizes(n, fresh=True)
        # its own stream, so that looking at the shape moves no member's
        x, z = drawn(draws[0], 2, torch.Generator().manual_seed(0))
        answers, rows = [], []
        for some in self._groups(len(seeds), x.shape[1], z.shape[1]):
            generators = [stream(seeds[i]) for i in some]
            source = FreshDraws(
                [draws[i] for i in some],
                (n_validation, n_test),
                self.batch_size,
                generators,
                device,
            )
            found = self._train(source, generators, device)
            answers += found
            rows += [source.drawn + int(h["step"][-1] + 1) * self.batch_size for *_, h in found]
        return self._estimates(answers, rows, seeds, started)

    def check(self, x: Any, z: Any) -> Samples:
        """Input as a critic sees it: columns of numbers, a label column as indicators."""
        samples = super().check(x, z)
        refuse_constant(samples.x, "x")
        refuse_constant(samples.z, "z")
        self._check_sizes(samples.n)
        seen = Samples(
            columns(samples.x, "x", "x" in samples.text),
            columns(samples.z, "z", "z" in samples.text),
        )
        if self.margins == "raw":
            for name, a in (("x", seen.x), ("z", seen.z)):
                if (most := np.abs(a).max()) > LARGEST_RAW:
                    raise InputError(
                        f"margins='raw' leaves {most:.3g} in {name}, and a critic computes in "
                        f"single precision: up to {LARGEST_RAW:g} is accepted; change the units, "
                        "or pass margins='standardized'"
                    )
        return seen

    def _estimate(
        self, samples: Samples, seed: int, device: str
    ) -> tuple[float, float, Sequence[str], History]:
        return self._solve([samples], [seed], device)[0]

    def _estimates(
        self, answers: Sequence[Answer], rows: Sequence[int], seeds: Sequence[int], started: float
    ) -> list[Estimate]:
        seconds = (time.perf_counter() - started) / len(answers)
        return [
            Estimate(
                value=value,
                std=std,
                n=n,
                estimator=self.name,
                seed=seed,
                seconds=seconds,
                warnings=tuple(warnings),
                history=history,
            )
            for (value, std, warnings, history), n, seed in zip(answers, rows, seeds, strict=True)
        ]

    def _solve(self, samples: Sequence[Samples], seeds: Sequence[int], device: str) -> list[Answer]:
        """Train and test one critic for each member; all members have the same shape."""
        answers: list[Answer] = []
        dx, dz = samples[0].x.shape[1], samples[0].z.shape[1]
        for some in self._groups(len(samples), dx, dz):
            members = [samples[i] for i in some]
            generators = [stream(seeds[i]) for i in some]
            source = self._source(members, generators, device)
            answers += self._train(source, generators, device)
        for member, (_, _, doubts, _) in zip(samples, answers, strict=True):
            doubts += recorded_twice(member.x, member.z)
            for name, a in (("x", member.x), ("z", member.z)):
                if not is_discrete(a):  # what is not standardised has no unit to lose
                    doubts += doubts_of_margins(a, name, self.margins)
        return answers

    def _groups(self, members: int, dx: int, dz: int) -> list[range]:
        """Members that fit in memory together, group by group."""
        each = critic_class(self.critic).bytes_per_member(
            dx, dz, self.hidden, self.batch_size, self._negatives
        )
        if each > LARGEST:
            raise InputError(
                f"batch_size={self.batch_size} with hidden={self.hidden}, negatives="
                f"{self._negatives} and critic={self.critic!r} takes {each / 2**30:.3g} GiB in "
                f"training, more than {LARGEST / 2**30:g} GiB: lower one of them"
            )
        size = max(1, MEMORY // each)
        return [range(i, min(i + size, members)) for i in range(0, members, size)]

    def _source(
        self, samples: Sequence[Samples], generators: Sequence[torch.Generator], device: str
    ) -> Source:
        sizes = split_sizes(samples[0].n, self.train_fraction, self.validation_fraction)
        rows = prepare(samples, sizes, generators, device, self.margins)
        return SampleRows(rows, self.batch_size, generators)

    def _critic(
        self, dx: int, dz: int, generators: Sequence[torch.Generator], source: Source, device: str
    ) -> Critic:
        return critic_class(self.critic).initial(dx, dz, self.hidden, generators, device)

    def _train(
        self, source: Source, generators: Sequence[torch.Generator], device: str
    ) -> list[Answer]:
        everyone = torch.arange(len(generators), device=device)
        x, z = source.test(everyone[:1])
        critic = self._critic(x.shape[2], z.shape[2], generators, source, device)
        bound = self._bound()
        check_shifts, test_shifts = self._held_out_shifts
        schedule = Schedule(
            steps=self.steps,
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            average_decay=self.average_decay,
            clip=self.clip,
            check_every=self.check_every,
            patience=self.patience,
            negatives=self._negatives,
            check_shifts=check_shifts,
        )
        best, runs = train(critic, bound, source, schedule)
        critic = critic.like(best)
        return [
            self._answer(runs[i], bound, critic.select(member), source, member, test_shifts)
            for i, member in enumerate(everyone.split(1))
        ]

    def _answer(
        self,
        run: Run,
        bound: Bound,
        critic: Critic,
        source: Source,
        member: torch.Tensor,
        shifts: int,
    ) -> Answer:
        """Value, standard error, warnings and history of one member, from its test scores."""
        x, z = source.test(member)
        shifts = min(shifts, x.shape[1] - 1)
        joint, marginal = (s[0].double().cpu().numpy() for s in critic.evaluate(x, z, shifts))
        value, std, relative = bound.test(joint, marginal)
        seen = source.seen(member)
        on_train = None
        if seen is not None:
            scores = critic.evaluate(*seen, min(shifts, seen[0].shape[1] - 1))
            on_train = float(bound.value(*scores))
        doubts = doubts_of_training(run, self.steps) + doubts_of_scores(
            run,
            joint,
            marginal,
            value=value,
            std=std,
            relative=relative,
            on_train=on_train,
            ceiling=bound.ceiling(*marginal.shape),
        )
        names = ("step", "train", "train_std", "validation", "test")
        history = {name: np.array(getattr(run, name), dtype=np.float64) for name in names}
        return value, std, doubts, history

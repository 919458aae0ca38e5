"""The training loop of neural estimators: b critics at once, each stopped on its own."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.optim.adam import adam

from infoplane.estimators.bounds import DonskerVaradhan, dv
from infoplane.estimators.critics import ConcatenatedCritic
from infoplane.estimators.rows import Rows

__all__ = ["Run", "Schedule", "train"]

# Numbers gathered at once for the next training batches: 1 MB, which stays in the cache.
BLOCK = 2**18
# Derangements of the held-out rows at each check: enough that their noise stays below that of
# the joint term, few enough that checks cost little beside the steps between them.
CHECK_SHIFTS = 4


@dataclass(frozen=True)
class Schedule:
    """How long and how to train; what each means and why is in the estimator's docstring."""

    steps: int
    batch_size: int
    learning_rate: float
    weight_decay: float
    average_decay: float
    clip: float
    check_every: int
    patience: int


@dataclass
class Run:
    """What training leaves of one member: its history, and where its best checkpoint lies."""

    step: list[int] = field(default_factory=list)
    train: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    test: list[float] = field(default_factory=list)
    best: int = 0

    def note(self, step: int, train: float, validation: float, test: float) -> bool:
        """Note one check; whether its validation bound is the best so far."""
        better = not self.validation or validation > self.validation[self.best]
        if better:
            self.best = len(self.step)
        self.step.append(step)
        self.train.append(train)
        self.validation.append(validation)
        self.test.append(test)
        return better

    def stale(self, patience: int) -> bool:
        """Whether the last `patience` checks brought nothing better."""
        return len(self.step) - 1 - self.best >= patience


def train(
    critic: ConcatenatedCritic,
    bound: DonskerVaradhan,
    rows: Rows,
    schedule: Schedule,
    generators: Sequence[torch.Generator],
) -> tuple[Tensor, list[Run]]:
    """Weights (b, p) of each member's best validated checkpoint, and its history.

    Checks happen before the first step, every `check_every` steps and after the last; what is
    checked are the averaged weights. The test bound is noted at each check and decides nothing.
    A member whose validation bound has not risen for `patience` checks leaves the batch and
    costs nothing any more.
    """
    runs = [Run() for _ in range(len(critic.weights))]
    active = list(range(len(runs)))
    best = critic.weights.clone()
    batches = _Batches(rows, schedule.batch_size, generators)
    optimiser = _AveragedAdam(critic.weights, schedule)
    total, count = torch.zeros_like(critic.weights[:, 0]), 0
    for step in range(schedule.steps + 1):
        value, d_joint, d_marginal = bound.step(*critic.scores(*batches.next()))
        total += value
        count += 1
        checked = step % schedule.check_every == 0 or step == schedule.steps
        if checked:
            averaged = critic.like(optimiser.average)
            here = torch.tensor(active, device=best.device)
            validation = _held_out(averaged, rows, rows.validation[here])
            test = _held_out(averaged, rows, rows.test[here])
            checks = torch.stack([total / count, validation, test], dim=1).tolist()
            total, count = torch.zeros_like(total), 0
            for row, (i, values) in enumerate(zip(active, checks, strict=True)):
                if runs[i].note(step, *values):
                    best[i] = optimiser.average[row]  # assignment copies
        if step == schedule.steps:
            break
        optimiser.step(critic.backward(d_joint, d_marginal))
        if checked:
            going = [row for row, i in enumerate(active) if not runs[i].stale(schedule.patience)]
            if not going:
                break
            if len(going) < len(active):
                active = [active[row] for row in going]
                keep = torch.tensor(going, device=best.device)
                critic, total = critic.like(critic.weights[keep]), total[keep]
                optimiser.keep(critic.weights, keep)
                bound.keep(keep)
                batches.keep(keep)
    return best, runs


def _held_out(critic: ConcatenatedCritic, rows: Rows, split: Tensor) -> Tensor:
    """The bound of each member on rows (b, n) that it was not trained on."""
    joint, marginal = critic.evaluate(*rows.take(split), min(CHECK_SHIFTS, split.shape[1] - 1))
    return dv(joint, marginal.flatten(1))


class _Batches:
    """Batches without replacement from one shuffle an epoch, gathered many steps at a time."""

    def __init__(self, rows: Rows, size: int, generators: Sequence[torch.Generator]) -> None:
        self._rows, self._size = rows, size
        self._train = rows.train  # (b, n_train)
        self._generators = list(generators)
        self._epoch = rows.train.new_empty(0, len(generators), size + 1)  # row numbers
        self._block = (rows.x[:0], rows.z[:0])

    def next(self) -> tuple[Tensor, Tensor]:
        """x (b, m, dx) and z (b, m + 1, dz), whose last row is its first again."""
        if not len(self._block[0]):
            if not len(self._epoch):
                self._shuffle()
            x, z, (b, m) = self._rows.x, self._rows.z, self._epoch.shape[1:]
            steps = max(1, BLOCK // (b * m * (x.shape[1] + z.shape[1])))
            self._block = self._rows.take(self._epoch[:steps])  # (steps, b, m + 1, d)
            self._epoch = self._epoch[steps:]
        x, z = (part[0] for part in self._block)
        self._block = (self._block[0][1:], self._block[1][1:])
        return x[:, :-1], z

    def keep(self, rows: Tensor) -> None:
        """Go on with the members `rows` only."""
        self._train = self._train[rows]
        self._generators = [self._generators[row] for row in rows.tolist()]
        self._epoch = self._epoch[:, rows]
        self._block = (self._block[0][:, rows], self._block[1][:, rows])

    def _shuffle(self) -> None:
        n = self._train.shape[1]
        steps = n // self._size
        order = torch.stack([torch.randperm(n, generator=g) for g in self._generators])
        order = order[:, : steps * self._size].to(self._train.device)
        batches = self._train.gather(1, order).unflatten(1, (steps, self._size))
        ring = torch.cat([batches, batches[..., :1]], dim=-1)  # (b, steps, m + 1)
        self._epoch = ring.transpose(0, 1)  # (steps, b, m + 1)


class _AveragedAdam:
    """Adam with decoupled weight decay on flat weights (b, p), and their running mean.

    Each member's gradient is clipped to the norm `clip` first. The mean reaches back about a
    ninth of the steps so far, and never further than 1 / (1 - average_decay) steps.
    """

    def __init__(self, weights: Tensor, schedule: Schedule) -> None:
        self.average = weights.clone()
        self._weights, self._schedule = weights, schedule
        self._mean, self._square = torch.zeros_like(weights), torch.zeros_like(weights)
        self._count = torch.zeros((), device=weights.device)
        self._steps = 0

    def step(self, grad: Tensor) -> None:
        grad.renorm_(2, 0, self._schedule.clip)
        # the functional form: the bookkeeping of torch.optim.Adam costs a tenth of a small step
        adam(
            [self._weights],
            [grad],
            [self._mean],
            [self._square],
            [],
            [self._count],
            fused=True,
            decoupled_weight_decay=True,
            amsgrad=False,
            beta1=0.9,
            beta2=0.999,
            lr=self._schedule.learning_rate,
            weight_decay=self._schedule.weight_decay,
            eps=1e-8,
            maximize=False,
        )
        decay = min(self._schedule.average_decay, (1 + self._steps) / (10 + self._steps))
        self.average.lerp_(self._weights, 1 - decay)
        self._steps += 1

    def keep(self, weights: Tensor, rows: Tensor) -> None:
        """Go on with the members `rows` only, whose weights are `weights` now."""
        self._weights = weights
        self.average = self.average[rows]
        self._mean, self._square = self._mean[rows], self._square[rows]

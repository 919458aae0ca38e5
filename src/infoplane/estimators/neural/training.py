"""The training loop of neural estimators: b critics at once, each stopped on its own."""

from dataclasses import dataclass, field
from threading import Event

import torch
from torch import Tensor
from torch.optim.adam import adam

from infoplane.estimators.neural.batches import Source, scored
from infoplane.estimators.neural.critics.base import Critic
from infoplane.estimators.neural.objectives import Bound
from infoplane.estimators.neural.parts import StoppedError

__all__ = ["Run", "Schedule", "train"]


@dataclass(frozen=True)
class Schedule:
    """How long and how to train; what each means and why is in the estimator's docstring.

    negatives: marginal pairs for each row of a training batch; check_shifts: and for each
    held-out row at a check.
    """

    steps: int
    learning_rate: float
    weight_decay: float
    average_decay: float
    clip: float | None
    check_every: int
    patience: int
    negatives: int = 1
    check_shifts: int = 4


@dataclass
class Run:
    """What training leaves of one member: its history, and where its best checkpoint lies.

    train and train_std: mean and standard deviation of the batch values since the check before.
    """

    step: list[int] = field(default_factory=list)
    train: list[float] = field(default_factory=list)
    train_std: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    test: list[float] = field(default_factory=list)
    best: int = 0

    def note(
        self, step: int, train: float, train_std: float, validation: float, test: float
    ) -> bool:
        """Note one check; whether its validation bound is the best so far."""
        better = not self.validation or validation > self.validation[self.best]
        if better:
            self.best = len(self.step)
        self.step.append(step)
        self.train.append(train)
        self.train_std.append(train_std)
        self.validation.append(validation)
        self.test.append(test)
        return better

    def stale(self, patience: int) -> bool:
        """Whether the last `patience` checks brought nothing better."""
        return len(self.step) - 1 - self.best >= patience


def train(
    critic: Critic, bound: Bound, source: Source, schedule: Schedule, stop: Event | None = None
) -> tuple[Tensor, list[Run]]:
    """Weights (b, p) of each member's best validated checkpoint, and its history.

    Checks happen before the first step, every `check_every` steps and after the last; what is
    checked are the averaged weights. The test bound is noted at each check and decides nothing.
    A member whose validation bound has not risen for `patience` checks leaves the batch and
    costs nothing any more. Once `stop` is set, the next step raises StoppedError.
    """
    apart = (None, None) if source.apart is None else source.apart[1:]  # validation, test
    runs = [Run() for _ in range(len(critic.weights))]
    active = list(range(len(runs)))
    best = critic.weights.clone()
    optimiser = _AveragedAdam(critic.weights, schedule)
    values: list[Tensor] = []  # (b,) each, since the last check
    for step in range(schedule.steps + 1):
        if stop is not None and stop.is_set():
            raise StoppedError
        value, d_joint, d_marginal = bound.step(*critic.scores(*source.next(), schedule.negatives))
        values.append(value)
        checked = step % schedule.check_every == 0 or step == schedule.steps
        if checked:
            averaged = critic.like(optimiser.average)
            here = torch.tensor(active, device=best.device)
            spread, mean = torch.std_mean(torch.stack(values), dim=0, correction=0)
            validation = bound.value(
                *scored(averaged, source.validation(here), schedule.check_shifts, apart[0])
            )
            test = bound.value(
                *scored(averaged, source.test(here), schedule.check_shifts, apart[1])
            )  # fmt: skip
            checks = torch.stack([mean, spread, validation, test], dim=1).tolist()
            values = []
            for row, (i, noted) in enumerate(zip(active, checks, strict=True)):
                if runs[i].note(step, *noted):
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
                critic = critic.select(keep)
                optimiser.keep(critic.weights, keep)
                bound.keep(keep)
                source.keep(keep)
    return best, runs


class _AveragedAdam:
    """Adam with decoupled weight decay on flat weights (b, p), and their running mean.

    Each member's gradient is clipped to the norm `clip` first, if there is one. The mean reaches
    back about a ninth of the steps so far, and never further than 1 / (1 - average_decay) steps.
    """

    def __init__(self, weights: Tensor, schedule: Schedule) -> None:
        self.average = weights.clone()
        self._weights, self._schedule = weights, schedule
        self._mean, self._square = torch.zeros_like(weights), torch.zeros_like(weights)
        self._count = torch.zeros((), device=weights.device)
        self._steps = 0

    def step(self, grad: Tensor) -> None:
        if self._schedule.clip is not None:
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

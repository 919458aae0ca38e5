"""How two flows and their correlation layer are trained: from closed forms, then by Adam."""

import math
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field

import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimators.latents.bases import Normal
from infoplane.estimators.latents.correlation import Correlation
from infoplane.estimators.latents.model import Latents, TwoFlows
from infoplane.models.descent import optimiser_of

__all__ = ["CHECKS", "GAIN", "PATIENCE", "Course", "train"]

CHECKS = 20  # looks at the validation rows, at most
PATIENCE = 8  # of them that gain less than GAIN together, after which training ends
GAIN = 0.02  # nats of the likelihood of a row


@dataclass
class Course:
    """What the checks saw: means over rows, nats; `loss` is -log p(x, z) of validation rows."""

    step: list[int] = field(default_factory=list)
    train: list[float] = field(default_factory=list)
    validation: list[float] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    from_rho: list[float] = field(default_factory=list)
    rho: list[float] = field(default_factory=list)
    ended: bool = False  # before all steps were made, as nothing was gained any more
    lost: int | None = None  # the step at which latents were found that have no density

    @property
    def best(self) -> int:
        """The check of the least loss."""
        return min(range(len(self.loss)), key=self.loss.__getitem__)

    @property
    def gained(self) -> float:
        """By how much the last eight checks, or all there are, made the loss less, nats."""
        before, since = self.loss[:-PATIENCE] or self.loss[:1], self.loss[-PATIENCE:]
        return min(before) - min(since)

    @property
    def stands(self) -> bool:
        """Whether the last checks gained nothing worth the time."""
        return len(self.loss) > PATIENCE and self.gained < GAIN


def train(
    model: TwoFlows,
    seen: tuple[Tensor, Tensor],
    validation: tuple[Tensor, Tensor],
    *,
    fitted: Callable[[Latents], Correlation] | None,
    steps: int,
    batch_size: int,
    learning_rate: float,
    generator: torch.Generator,
) -> Course:
    """Train the model in place, by its likelihood, and leave it as it was at the best check.

    seen, validation: rows of x and z to learn from, and by which the best state is chosen.
    fitted: the closed form of the correlation layer, taken at every check, or None.
    Adam; the learning rate falls to 0 along half a cosine. Batches are parts of the rows in random
    order. 20 checks, or fewer where eight in a row gain less than .02 nats.
    """
    parameters = list(model.parameters())
    adam = optimiser_of(
        "adam",
        [[p.data for p in parameters]],
        lambda step: learning_rate * 0.5 * (1 + math.cos(math.pi * step / steps)),
    )
    course, best = Course(), deepcopy(model.state_dict())
    every = max(1, math.ceil(steps / CHECKS))
    batches: Iterator[Tensor] = iter(())
    for step in range(steps + 1):
        if step % every == 0 or step == steps:
            latents = model.at(*seen)
            if not torch.isfinite(latents.u).all() or not torch.isfinite(latents.v).all():
                course.lost = step
                break
            if fitted is not None and step:
                try:
                    layer = fitted(latents)
                except InputError:  # columns that have become one
                    course.lost = step
                    break
                model.set(layer)
            _look(course, model, step, latents, model.at(*validation))
            if course.best == len(course.loss) - 1:
                best = deepcopy(model.state_dict())
            if course.stands:
                course.ended = True
                break
        if step == steps:
            break
        rows = next(batches, None)
        if rows is None:
            order = torch.randperm(len(seen[0]), generator=generator)
            batches = iter(order.split(batch_size)[: max(1, len(order) // batch_size)])
            rows = next(batches)
        rows = rows.to(seen[0].device)
        loss = -model.log_density(model.latents(seen[0][rows], seen[1][rows])).mean()
        adam(list(torch.autograd.grad(loss, parameters)))
    model.load_state_dict(best)
    return course


@torch.no_grad()
def _look(course: Course, model: TwoFlows, step: int, seen: Latents, others: Latents) -> None:
    course.step.append(step)
    course.train.append(float(model.log_ratio(seen).mean()))
    course.validation.append(float(model.log_ratio(others).mean()))
    loss = -float(model.log_density(others).mean())
    course.loss.append(loss if math.isfinite(loss) else math.inf)
    if isinstance(model.base, Normal):
        course.from_rho.append(model.base.information())
        course.rho.append(float(model.base.rho().mean()))

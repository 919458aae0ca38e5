"""The bound of a trained critic on its test rows: the number, its error and its doubts."""

import math

import numpy as np
import torch

from infoplane.estimators.base import Answer
from infoplane.estimators.neural.batches import Source, scored
from infoplane.estimators.neural.critics.base import Critic
from infoplane.estimators.neural.doubts import doubts_of_scores, doubts_of_training
from infoplane.estimators.neural.influence import Together
from infoplane.estimators.neural.objectives import Bound
from infoplane.estimators.neural.training import Run

__all__ = ["tested"]


def tested(
    run: Run, bound: Bound, critic: Critic, source: Source, member: int, *, shifts: int, steps: int
) -> Answer:
    """Value, standard error, warnings and history of one member of a source, by its own critic.

    shifts: derangements of the test rows, fewer where there are no more; steps: of training, at
    most. With groups std has the degrees of freedom of those in the test.
    """
    here = torch.tensor([member], device=critic.weights.device)
    apart, groups = source.apart, source.groups(member)
    scores = scored(critic, source.test(here), shifts, apart and apart.test)
    joint, marginal = (s[0].double().cpu().numpy() for s in scores)
    together, dof = None, math.inf
    if apart is not None and groups is not None:
        together = Together(groups, apart.test[: len(marginal)])
        dof = len(np.unique(groups)) - 1
    value, std, relative = bound.test(joint, marginal, together)
    seen = source.seen(here)
    on_train = None
    if seen is not None and (apart is None or len(apart.seen)):
        on_train = float(bound.value(*scored(critic, seen, shifts, apart and apart.seen)))
    doubts = doubts_of_training(run, steps) + doubts_of_scores(
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
    return Answer(value, std, doubts, history, dof=dof)

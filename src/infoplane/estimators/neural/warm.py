"""Critics that an estimate carries, for another one to begin with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimators.estimate import Estimate

__all__ = ["KeptCritic", "beginning"]


@dataclass(frozen=True, eq=False)
class KeptCritic:
    """The critics of one estimate: what they are, and their weights (restarts, p).

    They see rows as that estimate's `margins` leave them: another one's are transformed by its own
    training rows, so that a layer may change its scale between two epochs.
    """

    critic: str
    hidden: tuple[int, ...]
    columns: tuple[int, int]
    shapes: tuple[object, object]
    weights: Tensor

    def __repr__(self) -> str:
        return f"KeptCritic({self.critic}, {len(self.weights)} x {self.weights.shape[1]} weights)"

    def check(self, like: "KeptCritic", name: str) -> None:
        """An InputError where a critic `like` that, of which no weights are known, is another."""
        for what, ours, theirs in (
            ("critic", self.critic, like.critic),
            ("hidden", self.hidden, like.hidden),
            ("shape_x and shape_z", self.shapes, like.shapes),
            ("columns of x and z", self.columns, like.columns),
            ("restarts", len(self.weights), len(like.weights)),
        ):
            if ours != theirs:
                raise InputError(
                    f"{name} carries a critic with {what} {ours!r}, and this one has {theirs!r}: "
                    "begin with an estimate of the same options and shapes, or leave init out"
                )


def beginning(init: Sequence[Any] | None, like: Sequence[KeptCritic]) -> Tensor | None:
    """Weights (b, restarts, p) to begin with.

    init: None, or for each member an Estimate that carries its critics; like: what each has to be.
    Raises InputError for what is no Estimate, one that carries none, and critics of another kind
    or shape.
    """
    if init is None:
        return None
    weights = []
    for i, (found, expected) in enumerate(zip(init, like, strict=True)):
        name = "init" if len(like) == 1 else f"init[{i}]"
        if not isinstance(found, Estimate) or not isinstance(found.critic, KeptCritic):
            raise InputError(
                f"{name}={found!r} carries no critic: pass an Estimate that was made with "
                "keep_critic=True"
            )
        found.critic.check(expected, name)
        weights.append(found.critic.weights)
    return torch.stack(weights)

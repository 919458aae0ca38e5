"""Members of a batched model: what their seeds are asked for, and checks of these."""

from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.inputs.options import listed, whole
from infoplane.streams import stream

__all__ = ["NOISE", "ORDER", "TRAINING_NOISE", "WEIGHTS", "check_seeds", "orders"]

# What a seed is asked for; each has a stream of its own, see :func:`infoplane.streams.stream`.
WEIGHTS, ORDER, TRAINING_NOISE, NOISE = range(4)


def check_seeds(seeds: Sequence[int], members: int) -> None:
    """Refuse seeds that are not one whole number from 0 for each member."""
    given = listed("seeds", seeds)
    if len(given) != members or not members:
        raise InputError(f"seeds={given!r}: give one for each of the {members or 1} members")
    for seed in given:
        whole("seed", seed, at_least=0)


def orders(
    n: int, epochs: int, seeds: Sequence[int], on_epoch: Callable[[int], object] | None
) -> Iterator[Tensor]:
    """The order (b, n) in which each member visits n rows in each epoch, by its own seed.

    on_epoch(epoch): called with 0 before the first and with e after the e-th; True ends them.

    >>> [order.shape for order in orders(5, 9, [0, 1], lambda epoch: epoch == 2)]
    [torch.Size([2, 5]), torch.Size([2, 5])]
    """
    streams = [stream(seed, ORDER) for seed in seeds]
    for epoch in range(epochs + 1):
        if epoch:
            yield torch.stack([torch.randperm(n, generator=g) for g in streams])
        if on_epoch is not None and on_epoch(epoch) is True:
            return

"""Members of a batched model: a stream of random numbers for each, and checks of options."""

from collections.abc import Sequence

import numpy as np
import torch

from infoplane.errors import InputError
from infoplane.inputs.options import listed, whole

__all__ = ["NOISE", "ORDER", "TRAINING_NOISE", "WEIGHTS", "check_seeds", "stream"]

# What a seed is asked for; each has a stream of its own.
WEIGHTS, ORDER, TRAINING_NOISE, NOISE = range(4)


def stream(seed: int, *purpose: int) -> torch.Generator:
    """A CPU generator for one purpose of one member, independent of those for the others."""
    state = np.random.SeedSequence(int(seed), spawn_key=purpose).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(state))


def check_seeds(seeds: Sequence[int], members: int) -> None:
    """Refuse seeds that are not one whole number from 0 for each member."""
    given = listed("seeds", seeds)
    if len(given) != members or not members:
        raise InputError(f"seeds={given!r}: give one for each of the {members or 1} members")
    for seed in given:
        whole("seed", seed, at_least=0)

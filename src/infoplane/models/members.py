"""Members of a batched model: what their seeds are asked for, and checks of these."""

from collections.abc import Sequence

from infoplane.errors import InputError
from infoplane.inputs.options import listed, whole

__all__ = ["NOISE", "ORDER", "TRAINING_NOISE", "WEIGHTS", "check_seeds"]

# What a seed is asked for; each has a stream of its own, see :func:`infoplane.streams.stream`.
WEIGHTS, ORDER, TRAINING_NOISE, NOISE = range(4)


def check_seeds(seeds: Sequence[int], members: int) -> None:
    """Refuse seeds that are not one whole number from 0 for each member."""
    given = listed("seeds", seeds)
    if len(given) != members or not members:
        raise InputError(f"seeds={given!r}: give one for each of the {members or 1} members")
    for seed in given:
        whole("seed", seed, at_least=0)

"""Streams of random numbers: from a seed, and what it is asked for, to a generator."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch

__all__ = ["stream"]


def stream(seed: int, *purpose: int) -> torch.Generator:
    """A CPU generator for one purpose of a seed, independent of those for the others.

    seed, purpose: whole numbers from 0; without a purpose, the stream of the seed itself. It is
    not in step with data that torch or NumPy drew from the same seed, as the generator is seeded
    by 64 bits of NumPy's SeedSequence, which mixes seed and purpose. No global state is touched.

    >>> stream(0).initial_seed(), stream(0, 1).initial_seed()
    (15793235383387715774, 4881901421217228719)
    """
    import torch  # takes seconds

    state = np.random.SeedSequence(int(seed), spawn_key=purpose).generate_state(1, np.uint64)[0]
    return torch.Generator().manual_seed(int(state))

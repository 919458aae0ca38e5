"""When a training is looked at."""

import numpy as np

__all__ = ["checkpoints"]


def checkpoints(epochs: int, count: int) -> list[int]:
    """About `count` epochs from 0 to `epochs`, evenly spaced on a logarithmic axis.

    >>> checkpoints(100, 6)
    [0, 1, 3, 10, 32, 100]
    """
    spaced = np.geomspace(1, epochs, count - 1).round().astype(int)
    return [0, *dict.fromkeys(int(epoch) for epoch in spaced)]

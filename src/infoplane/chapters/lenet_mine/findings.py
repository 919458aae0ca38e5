"""What other pages of the book say of chapter 8's published records."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

__all__ = ["REMARKS"]

Frames = Mapping[str, pd.DataFrame]


def accuracy(frames: Frames) -> str:
    """What LeNet reaches after its first and its fifth pass."""
    reached = np.array(frames["training"]["accuracy"].tolist())
    rate = frames["training"]["rate"].iloc[0]
    if reached.shape[1] < 5:
        return ""
    one, five = 100 * reached[:, 0].mean(), 100 * reached[:, 4].mean()
    return (
        f"LeNet-5 by SGD with momentum at a learning rate of {rate:g} classifies {one:.0f} % of "
        f"the test images after one epoch and {five:.0f} % after five (mean over "
        f"{len(reached)} networks)."
    )


REMARKS: dict[str, Callable[[Frames], str]] = {"lenet_accuracy": accuracy}

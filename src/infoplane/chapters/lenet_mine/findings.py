"""What other pages of the book say of chapter 8's published records."""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.lenet_mine.measured import JUDGED
from infoplane.chapters.lenet_mine.settings import ARCHITECTURES
from infoplane.chapters.lenet_mine.tables import rows_of

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


def table(frames: Frames) -> str:
    """How many runs of the table of critics did what the source saw, layer by layer."""
    told = []
    for word, verb in (("exploding", "explode"), ("converged", "converge")):
        asked = [a for a in ARCHITECTURES if a.reported == word]
        parts = []
        for layer in JUDGED:
            runs = [rows_of(frames["table"], a, layer, noise=a.noise)["word"] for a in asked]
            did = sum(int((words == word).sum()) for words in runs)
            parts.append(f"{did} of {sum(map(len, runs))} at {layer}")
        told.append(f"Of the runs in the rows that the report saw {verb}, {' and '.join(parts)} do")
    return f"{'; '.join([told[0], told[1][0].lower() + told[1][1:]])}."


REMARKS: dict[str, Callable[[Frames], str]] = {"lenet_accuracy": accuracy, "lenet_table": table}

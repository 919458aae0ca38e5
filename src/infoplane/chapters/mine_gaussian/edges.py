"""Where the axes of chapter 03's figures end, and whether something leaves them."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.stats import mean_of, over_seeds

__all__ = ["MAP_ENDS", "batches", "leaves_map", "leaves_stairs", "mapped", "stair_ends"]

Floats = npt.NDArray[np.float64]

MAP_ENDS = (-105, 59)  # per cent of the truth: what is beyond is drawn there


def mapped(table: pd.DataFrame) -> pd.DataFrame:
    """What the map has of `tables.pooled`: errors on fixed samples, as `percent` of the truth."""
    table = table[(table["sample"] == "fixed") & (table["truth"] > 0)]
    return table.assign(percent=100 * table["relative"])


def leaves_map(table: pd.DataFrame) -> bool:
    """Whether an error or its interval is beyond MAP_ENDS. table: of `tables.pooled`."""
    for _, part in mapped(table).groupby(["d", "estimator"]):
        _, _, low, high = over_seeds(part, "truth", "percent")
        if low.min() < MAP_ENDS[0] or high.max() > MAP_ENDS[1]:
            return True
    return False


def stair_ends(climbs: pd.DataFrame) -> tuple[float, float]:
    """From a little below nothing to well above the highest step, in nats."""
    return -1.0, 1.5 * float(climbs["information"].max())


def batches(step: pd.DataFrame) -> tuple[Floats, Floats, Floats, Floats]:
    """The mean of the batch values over seeds, both ends of its 95 % interval, and the standard
    deviation of single batches, check by check. step: the runs of a bound at one truth."""
    mean, std = (np.array(step[c].tolist(), float)[:, 1:] for c in ("train", "train_std"))
    return *mean_of(mean), std.mean(axis=0)


def leaves_stairs(climbs: pd.DataFrame) -> bool:
    """Whether an interval or a standard deviation of batch values is beyond `stair_ends`."""
    bottom, top = stair_ends(climbs)
    for _, step in climbs.groupby(["bound", "information"]):
        mean, low, high, std = batches(step)
        lowest, highest = np.array([low, mean - std]), np.array([high, mean + std])
        if (lowest < bottom).any() or (highest > top).any():
            return True
    return False

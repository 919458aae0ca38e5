"""The records of chapter 01 as tables."""

import numpy as np
import pandas as pd

from infoplane.chapters.mi_theory.closed_forms import ROOM, SCALES, SMALL_NOISE, exact_bound

__all__ = ["bound_over_seeds", "random_over_seeds", "slopes"]


def bound_over_seeds(frame: pd.DataFrame) -> pd.DataFrame:
    """The mean bound at each critic over the seeds, its standard error, and its exact value."""
    values, stds = np.stack(frame["value"].to_list()), np.stack(frame["std"].to_list())
    return pd.DataFrame(
        {
            "scale": SCALES,
            "mean": values.mean(axis=0),
            "std": np.sqrt((stds**2).sum(axis=0)) / len(values),
            "exact": [exact_bound(c) for c in SCALES],
        }
    )


def random_over_seeds(frame: pd.DataFrame) -> pd.DataFrame:
    """The mean bound at each random critic over the seeds, and its standard error."""
    values, stds = np.stack(frame["random"].to_list()), np.stack(frame["random_std"].to_list())
    return pd.DataFrame(
        {
            "critic": ["random", "optimum + random"] * (values.shape[1] // 2),
            "mean": values.mean(axis=0),
            "std": np.sqrt((stds**2).sum(axis=0)) / len(values),
        }
    )


def slopes(frame: pd.DataFrame) -> pd.DataFrame:
    """The slope of I(X; T + eps) against -log sigma in its window, for each dim and seed."""
    window = frame[
        (frame["sigma"] <= SMALL_NOISE) & (frame["value"] <= np.log(frame["rows"]) - ROOM)
    ]
    fits = [
        {"dim": dim, "seed": seed, "slope": np.polyfit(-np.log(part["sigma"]), part["value"], 1)[0]}
        for (dim, seed), part in window.groupby(["dim", "seed"])
    ]
    return pd.DataFrame(fits)

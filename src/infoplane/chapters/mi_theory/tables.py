"""The records of chapter 01 as tables."""

import numpy as np
import pandas as pd

from infoplane.chapters.mi_theory.closed_forms import ROOM, SCALES, SMALL_NOISE, exact_bound

__all__ = ["bound_over_seeds", "random_over_seeds", "slopes"]


def bound_over_seeds(frame: pd.DataFrame) -> pd.DataFrame:
    """The mean bound at each critic over the seeds, its standard error, and its exact value."""
    exact = [exact_bound(c) for c in SCALES]
    return _over_seeds(frame["value"], frame["std"]).assign(scale=SCALES, exact=exact)


def random_over_seeds(frame: pd.DataFrame) -> pd.DataFrame:
    """The mean bound at each random critic over the seeds, and its standard error."""
    return _over_seeds(frame["random"], frame["random_std"])


def _over_seeds(values: pd.Series, stds: pd.Series) -> pd.DataFrame:
    """The mean of lists over seeds, place by place, and its standard error."""
    errors = np.stack(stds.to_list())
    return pd.DataFrame(
        {
            "mean": np.stack(values.to_list()).mean(axis=0),
            "std": np.sqrt((errors**2).sum(axis=0)) / len(errors),
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

"""The records of chapter 02 as tables."""

from collections.abc import Mapping

import pandas as pd

__all__ = ["errors"]


def errors(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every estimate minus the integral: preset, separation, seed, estimator, truth, error."""
    where = ["preset", "separation"]
    truth = frames["integral"].rename(columns={"value": "truth"})[[*where, "truth"]]
    estimates = [
        frames["training"].assign(estimator="mine")[[*where, "seed", "estimator", "value"]]
    ]
    for name in ("ross", "binning"):
        found = frames["classical"].rename(columns={name: "value"}).assign(estimator=name)
        estimates.append(found[[*where, "seed", "estimator", "value"]])
    table = pd.concat(estimates).merge(truth, on=where)
    return table.assign(error=table["value"] - table["truth"])

"""The records of chapter 02 as tables."""

from collections.abc import Mapping

import pandas as pd

from infoplane.words import scientific

__all__ = ["errors", "integrals"]


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


def integrals(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The true values as a table to read: a column a mixture that has a name."""
    exact = frames["integral"]
    named = exact[exact["preset"].notna()]
    rows = {
        "integral (nats)": named["value"].map("{:.9f}".format),
        "its error (nats)": named["error"].map(scientific),
        "Monte Carlo (nats)": named["monte_carlo"].map("{:.5f}".format),
        "its standard error (nats)": named["monte_carlo_std"].map("{:.5f}".format),
        "entropy of the class (nats)": named["label_entropy"].map("{:.5f}".format),
    }
    return pd.DataFrame(rows).set_axis(list(named["preset"])).T

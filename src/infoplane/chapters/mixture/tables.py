"""The records of chapter 02 as tables."""

from collections.abc import Mapping

import pandas as pd

__all__ = ["doubts", "errors"]


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


def doubts(trained: pd.DataFrame) -> list[str]:
    """What MINE warned of: how many of its estimates, and the first doubt of each mixture."""
    warned = trained[trained["warnings"].map(len) > 0]
    lines = [f"MINE doubts {len(warned)} of its {len(trained)} estimates; one doubt a mixture:"]
    for (preset_name, distance), part in warned.groupby(["preset", "separation"], dropna=False):
        name = preset_name if isinstance(preset_name, str) else f"distance {distance:g}"
        lines.append(f"{name} ({len(part)}): {part['warnings'].iloc[0][0]}")
    return lines

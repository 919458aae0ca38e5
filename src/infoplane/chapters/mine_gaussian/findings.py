"""What other pages of the book say of chapter 3's published records."""

from collections.abc import Callable, Mapping

import pandas as pd

from infoplane.datasets.gaussian import CorrelatedGaussian
from infoplane.stats import mean_interval

__all__ = ["REMARKS"]

Frames = Mapping[str, pd.DataFrame]

D, N, RHOS = 20, 10_000, (0.5, 0.9)  # whose reputation is bad


def held_out(frames: Frames) -> str:
    """MINE on one sample, judged on rows apart: what it finds of what there is."""
    mine = frames["mine"].query("d == @D and n == @N")
    found = []
    for rho in RHOS:
        values = mine.loc[mine["rho"].abs() == rho].groupby("seed")["value"].mean()
        mean, low, high = mean_interval(values)
        truth = float(CorrelatedGaussian(D, rho).information)
        found.append(f"{mean:.2f} [{low:.2f}, {high:.2f}] of {truth:.2f} nats at ρ = {rho:g}")
    return (
        f"Trained and judged on separate rows of one sample, MINE finds {' and '.join(found)}, "
        f"between {D} pairs of Gaussians (mean of {len(values)} seeds, 95 % interval)."
    )


REMARKS: dict[str, Callable[[Frames], str]] = {"mine_held_out": held_out}

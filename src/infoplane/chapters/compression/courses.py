"""What the courses of chapter 09 show: rises and falls, how many noise has, and generalisation."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.compression.filters import filtered, spread, swings, swings_of_noise
from infoplane.chapters.compression.settings import LAYERS
from infoplane.chapters.compression.tables import curves, exact_points
from infoplane.plane.phases import change_since_peak, largest_fall, rise_to_peak
from infoplane.stats import mean_interval

__all__ = [
    "OF_NOISE",
    "deepest_falls",
    "dips",
    "generalisation",
    "phases",
    "sure_dips",
    "swings_table",
]

LEAST = 1.0  # standard deviations of the noise that a swing has to exceed, to be counted
DRAWS = 400
OF_NOISE = "of noise, 95 %"  # column of what noise makes at most, but for a twentieth of draws


def phases(planes: pd.DataFrame, quantity: str = "wkl_x") -> pd.DataFrame:
    """Of the raw course of each layer: the rise to its peak, and the change from there, in nats.

    The peak is that of the mean of one half of the networks, rise and change are of the other half
    (:mod:`infoplane.plane.phases`), with 95 % intervals where these are two or more. largest fall:
    the change over the largest fall on the way, found and measured so, too; from, to: its epochs.
    """
    rows, epochs = {}, sorted(planes["epoch"].unique())
    for layer, values in curves(planes, quantity).items():
        fall, (start, end) = largest_fall(values)
        row: dict[str, float] = {}
        for name, found in (
            ("rise", rise_to_peak(values)),
            ("change after", change_since_peak(values)),
            ("largest fall", fall),
        ):
            mean, low, high = (
                mean_interval(found) if len(found) > 1 else (float(found[0]), np.nan, np.nan)
            )
            row |= {name: mean, f"{name}, low": low, f"{name}, high": high}
        rows[layer] = {**row, "from epoch": epochs[start], "to epoch": epochs[end]}
    return pd.DataFrame.from_dict(rows, orient="index")


def deepest_falls(planes: pd.DataFrame) -> pd.DataFrame:
    """Of each layer the deepest fall of each network's own course, nats, by WKL and by KSG.

        max over pairs of epochs s < t of I_s - I_t,   0 where a course never falls

    Mean, least and most over networks. Noise alone has falls, too: what one estimator sees and
    the other, on the same codes, does not is no fall of the layer.
    """
    rows: dict[str, dict[tuple[str, str], float]] = {layer: {} for layer in LAYERS}
    for estimator in ("wkl", "ksg"):
        for layer, values in curves(planes, f"{estimator}_x").items():
            deepest = (np.maximum.accumulate(values, axis=1) - values).max(axis=1)
            for name, of in (("mean", np.mean), ("least", np.min), ("most", np.max)):
                rows[layer][estimator, name] = float(of(deepest))
    return pd.DataFrame.from_dict(rows, orient="index")


def dips(planes: pd.DataFrame) -> pd.DataFrame:
    """Of the exact value of each layer, at the smallest noise: how far it falls first, then rises.

    at epoch: the look at which the mean over networks is least. fall, rise, change: from the first
    look to there, from there to the last, and from the first to the last, nats, paired within
    networks, with 95 % intervals (NaN for one network); fallen: in how many of `networks` it falls.
    The look is picked from the networks that it is measured on, so that fall and rise are
    somewhat too sure. Empty where there are fewer than two looks.
    """
    points = exact_points(planes)
    if points.empty or points["epoch"].nunique() < 2:
        return pd.DataFrame()
    points = points[points["share"] == points["share"].min()]
    rows = {}
    for layer, part in points.groupby("layer"):
        looks = part.pivot(index="seed", columns="epoch", values="x")
        first, last, least = looks.columns[0], looks.columns[-1], looks.mean().idxmin()
        row = {"at epoch": least, "share": points["share"].iloc[0], "networks": len(looks)}
        row["fallen"] = int((looks[least] < looks[first]).sum())
        for name, start, end in (
            ("fall", first, least), ("rise", least, last), ("change", first, last),
        ):  # fmt: skip
            moved = (looks[end] - looks[start]).to_numpy()
            found = mean_interval(moved) if len(moved) > 1 else (float(moved[0]), np.nan, np.nan)
            row |= dict(zip((name, f"{name}, low", f"{name}, high"), found, strict=True))
        rows[layer] = row
    return pd.DataFrame.from_dict(rows, orient="index").reindex(list(LAYERS)).dropna(how="all")


def sure_dips(planes: pd.DataFrame) -> pd.DataFrame:
    """Those of :func:`dips` that surely fall at first, over networks, and rise from there."""
    table = dips(planes)
    return table if table.empty else table[(table["fall, high"] < 0) & (table["rise"] > 0)]


def swings_table(planes: pd.DataFrame, quantity: str = "wkl_x") -> pd.DataFrame:
    """Falls of the mean course of each layer, raw and filtered, beside those of filtered noise.

    A fall counts if it exceeds one standard deviation of the noise of the mean course, as it is
    from epoch to epoch (:func:`infoplane.chapters.compression.filters.spread`). noise: the mean
    number of falls, and the 95 % quantile, of white noise of that size about a course that only
    rises or stays, the filtered one's running maximum, behind the same filters.
    """
    rows = {}
    for layer, values in curves(planes, quantity).items():
        mean = values.mean(axis=0)
        smooth, noise = filtered(mean), float(spread(mean))
        rising = np.maximum.accumulate(smooth)
        _, falls = swings_of_noise(noise, len(mean), least=LEAST * noise, below=rising, draws=DRAWS)
        rows[layer] = {
            "noise, nats": noise,
            "raw": swings(mean, least=LEAST * noise)[1],
            "filtered": swings(smooth, least=LEAST * noise)[1],
            "of noise": float(falls.mean()),
            OF_NOISE: float(np.quantile(falls, 0.95)),
        }
    return pd.DataFrame.from_dict(rows, orient="index")


def generalisation(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """For each layer: where I(X; L) has its peak, and what the losses do from there, in nats.

    peak: epoch of the peak of the filtered mean course; I, test loss, gap: the changes from there
    to the last epoch, of the filtered course, of the mean test loss, and of test less training
    loss.
    """
    training = frames["training"]
    train, test = (np.array(training[name].tolist()) for name in ("train_loss", "test_loss"))
    loss, gap = test.mean(axis=0), (test - train).mean(axis=0)
    rows = {}
    of_x = curves(frames["planes"], "wkl_x")
    for layer in LAYERS:
        smooth = filtered(of_x[layer].mean(axis=0))
        at = int(smooth.argmax())
        rows[layer] = {
            "peak": at,
            "I": float(smooth[-1] - smooth[at]),
            "test loss": float(loss[-1] - loss[at]),
            "gap": float(gap[-1] - gap[at]),
        }
    return pd.DataFrame.from_dict(rows, orient="index")

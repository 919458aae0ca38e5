"""What the records of chapter 08 say about its claims, number by number."""

import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.lenet_mine.exact_tables import exact_cells
from infoplane.chapters.lenet_mine.settings import ARCHITECTURES, LAYERS, Architecture
from infoplane.chapters.lenet_mine.tables import (
    ACCURACY,
    converged_after,
    nearest,
    of_units,
    rows_of,
)
from infoplane.claims import Check
from infoplane.plane.phases import change_since_peak, rise_to_peak
from infoplane.stats import mean_interval

__all__ = ["JUDGED", "measure"]

Floats = npt.NDArray[np.float64]

LATER = 3  # the run from which on the source compares transfer and scratch
BITS = 1 / math.log(2)
CEILING = 0.9  # of log N, below which a layer of the small network can show a phase
MORE = 3  # standard errors by which a value is above another
JUDGED = ("relu3", "maxpool1")  # layers of the table that the claims ask for


def measure(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Check]]:
    """What the chapter's records say about the claims `lenet.*` and `plane.cnn`."""
    training, planes = frames["training"], frames["planes"]
    hidden, wide = sorted(planes["hidden"].unique())
    few, many = (of_units(planes, units) for units in (hidden, wide))
    x, y = few["x"], few["y"]
    measured = {
        **_accuracies(training, frames["grid"]),
        **{a.claim: _row(frames["table"], a) for a in ARCHITECTURES},
        "lenet.transfer": [_transfer(frames["transfer"])],
        "lenet.order.x": [_mean(_step(x, "relu3", "sm1"))],
        "lenet.order.y": [_mean(_step(y, "relu3", "sm1"))],
        "lenet.pools": [
            _mean(_step(x, "maxpool1", "maxpool2"), "order"),
            _worst((_spread(x, pool) for pool in LAYERS[:2]), least=True),
        ],
        "lenet.pools.y": [_worst((_spread(y, pool, "") for pool in LAYERS[:2]), least=False)],
        "lenet.hundred": _hundred(planes[planes["hidden"] == wide], many["x"]),
        "lenet.equal": [_equal(planes, int(wide))],
        "lenet.unstable": [_unstable(planes, int(hidden))],
        "lenet.over": _over(planes, frames["exact"]),
        "plane.cnn": _both_phases(frames["cnn"]),
    }
    return {claim: checks for claim, checks in measured.items() if checks}


def _accuracies(training: pd.DataFrame, grid: pd.DataFrame) -> dict[str, list[Check]]:
    """Accuracy at epoch 0 and errors after it, %, of the setting that the grid chooses."""
    if nearest(grid) != (training["optimiser"].iloc[0], training["batch"].iloc[0]):
        return {}  # another one was trained: the page says so
    reached = 100 * np.array(training["accuracy"].tolist())
    found = {"lenet.accuracy.0": [_mean(reached[:, 0])]}
    for epoch in list(ACCURACY)[1:]:
        if epoch < reached.shape[1]:
            found[f"lenet.accuracy.{epoch}"] = [_mean(100 - reached[:, epoch])]
    return found


def _row(table: pd.DataFrame, a: Architecture) -> list[Check]:
    """Of an architecture, layer by layer: the share of seeds with its word, or what it lacks."""
    found = []
    if not set(JUDGED) <= set(table["layer"]):
        return []
    for layer in JUDGED:
        if a.reported != "underestimates":
            runs = rows_of(table, a, layer, noise=a.noise)
            found.append(Check.share(int((runs["word"] == a.reported).sum()), len(runs), layer))
            continue
        reference = next(one for one in ARCHITECTURES if one.claim == "lenet.input.2")
        pair = [rows_of(table, one, layer, noise=True) for one in (a, reference)]
        alive = [runs[~runs["word"].isin(["dead", "exploding"])]["value"] for runs in pair]
        lacking = (alive[0] - alive[1]).dropna()
        found.append(_mean(lacking, layer))
    return found


def _transfer(transfer: pd.DataFrame) -> Check:
    """The log of how many times as long MINE takes from scratch, mean over the later runs."""
    table = converged_after(transfer)
    later = table[table["run"] >= min(LATER, table["run"].max())]
    logs = np.log(later["passes"]).groupby([later["transfer"], later["seed"]]).mean()
    return _mean(logs[False] - logs[True])


def _step(values: Floats, upper: str, lower: str) -> Floats:
    """One layer minus another, mean over checkpoints where both are finite, by network."""
    return _by_network(values[..., LAYERS.index(upper)] - values[..., LAYERS.index(lower)])


def _spread(values: Floats, layer: str, name: str = "spread") -> Check:
    """Standard deviation over networks of a pool over that of relu3, over all checkpoints.

    Where fewer than two networks have a value, a checkpoint is left out. The interval is of
    pseudo-values of its log: networks left out one at a time.
    """
    i, j = LAYERS.index(layer), LAYERS.index("relu3")

    def log_ratio(of: Floats) -> float:
        of_pool, of_relu3 = (pd.DataFrame(of[..., k]).var().mean() for k in (i, j))
        with np.errstate(divide="ignore", invalid="ignore"):  # of critics that are all dead
            return float(0.5 * np.log(of_pool / of_relu3))

    return _jackknifed(values, log_ratio, name)


def _worst(checks: Iterable[Check], *, least: bool) -> Check:
    """The least or the largest of them; one that is not finite, where there is any."""
    sign = 1 if least else -1
    return min(checks, key=lambda check: (check.finite, sign * check.value))


def _jackknifed(values: Floats, statistic: Callable[[Floats], float], name: str) -> Check:
    n, whole = len(values), statistic(values)
    if n < 3:  # one network has no variance
        return Check(math.exp(whole), (0.0, math.inf), name, n)
    without = np.array([statistic(np.delete(values, k, axis=0)) for k in range(n)])
    _, low, high = mean_interval(n * whole - (n - 1) * without)
    return Check(math.exp(whole), (math.exp(low), math.exp(high)), name, n)


def _hundred(planes: pd.DataFrame, x: Floats) -> list[Check]:
    """Steps from layer to layer among converged runs, by network, and the share of the others."""
    words = of_units(planes, int(planes["hidden"].iloc[0]), "word")["x"]
    values = np.where(words == "converged", x, np.nan)
    found = []
    for i, (upper, lower) in enumerate(itertools.pairwise(LAYERS)):
        steps = _by_network(values[..., i] - values[..., i + 1])
        found.append(_mean(steps, f"{upper} - {lower}"))
    others = int((planes["word"] != "converged").sum())
    return [*found, Check.share(others, len(planes), "not converged")]


def _by_network(values: Floats) -> Floats:
    """Means over checkpoints of the networks that have any."""
    kept = values[np.isfinite(values).any(axis=1)]
    return np.asarray(np.nanmean(kept, axis=1)) if len(kept) else np.empty(0)


def _equal(planes: pd.DataFrame, units: int) -> Check:
    """The difference of the pools over their mean, among converged runs."""
    words, values = (of_units(planes, units, name)["x"] for name in ("word", "value"))
    kept = np.where(words == "converged", values, np.nan)
    first, second = kept[..., 0], kept[..., 1]
    return _mean(_by_network(2 * (first - second) / (first + second)))


def _unstable(planes: pd.DataFrame, units: int) -> Check:
    """Share of runs of I(X; pool) that do not converge, less that of the dense layers."""
    words = of_units(planes, units, "word")["x"]
    failing = (words != "converged").mean(axis=1)  # (networks, layers)
    return _mean(failing[:, :2].mean(axis=1) - failing[:, 2:].mean(axis=1))


def _over(planes: pd.DataFrame, exact: pd.DataFrame) -> list[Check]:
    """In how many networks a value of I(X; L + eps) is surely above the exact one."""
    cells = exact_cells(exact)
    cells = cells[cells["population"]].drop(columns="rms")
    x = planes[planes["target"] == "x"].rename(columns={"noise": "share"})
    both = x.merge(cells, on=["network", "epoch", "layer", "share"], suffixes=("", "_exact"))
    room = MORE * np.hypot(both["value_std"].astype(float), both["x_std"])
    above = both["value"].astype(float) > both["x"] + room
    by_network = above.groupby(both["network"]).any()
    return [Check.share(int(by_network.sum()), len(by_network))] if len(by_network) else []


def _both_phases(cnn: pd.DataFrame) -> list[Check]:
    """The lesser of rise and fall, bits, in the layer below the ceiling where it is largest."""
    curves = np.array(cnn["fixed_neurons_x"].tolist())  # (groups, checkpoints, layers)
    means = curves.mean(axis=0).max(axis=0)
    below = np.flatnonzero(means < CEILING * math.log(cnn["rows"].iloc[0]))
    found = [
        Check.least([rise_to_peak(own) * BITS, -change_since_peak(own) * BITS])
        for own in (curves[..., layer] for layer in below)
    ]
    if not found:
        told = "every layer comes within a tenth of the ceiling log N"
        return [Check(math.nan, (math.nan, math.nan), repetitions=len(cnn), doubt=told)]
    return [max(found, key=lambda check: check.value)]


def _mean(values: Any, name: str = "") -> Check:
    """The mean over seeds; of fewer than two nothing is known, which decides nothing."""
    known = np.asarray(values, dtype=float)
    if len(known) < 2:
        return Check(math.nan, (math.nan, math.nan), name, len(known))
    return Check.mean(known, name, over="seeds")

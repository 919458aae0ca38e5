"""Chapter 05 after its runs: compression, violations and spreads, out of lists in records."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.stats import mean_interval

__all__ = [
    "ALIVE",
    "BITS",
    "ESTIMATES",
    "LAST_HIDDEN",
    "alive",
    "by_layer",
    "change_since_peak",
    "compressions",
    "count_violations",
    "extended",
    "gap_to_ceiling",
    "processing",
    "stacked",
]

Floats = npt.NDArray[np.float64]

BITS = 1 / np.log(2)  # a nat in bits
ALIVE = 0.6  # accuracy at the end below which a network counts as dead, not as trained
LAST_HIDDEN = (4, 5)  # layers, counted from 1
ESTIMATES = ("simple", "told", "mixed", "neurons")  # one network, and readings of several


def stacked(frame: pd.DataFrame, name: str) -> Floats:
    """A column of nested lists as one array, runs first."""
    return np.array(frame[name].tolist(), dtype=np.float64)


def alive(frame: pd.DataFrame) -> pd.DataFrame:
    """The networks that learned anything: a dead ReLU network has no plane to speak of."""
    last = frame["train_accuracy"].map(lambda reached: reached[-1])
    return frame[last >= ALIVE]


def change_since_peak(curves: Floats) -> Floats:
    """Final value minus that at the peak, for the second half of r >= 3 curves (r, checkpoints).

    The peak is that of the mean of the first half, which has no other part: (r - r // 2,) values
    remain, independent given the peak. The maximum of a curve minus its end is never negative,
    and would find a fall in noise; these values can have either sign.

    >>> change_since_peak(np.array([[0.0, 2.0, 1.0], [0.0, 1.0, 3.0], [0.0, 4.0, 3.0]]))
    array([ 2., -1.])
    """
    half = len(curves) // 2
    peak = int(curves[:half].mean(axis=0).argmax())
    change: Floats = curves[half:, -1] - curves[half:, peak]
    return change


def compressions(values: Mapping[str, Floats]) -> pd.DataFrame:
    """By how much I(X;T) falls from its peak to the end, in bits, with its 95 % interval.

    values: by name, I(X;T) in nats, (networks, checkpoints, layers). A row a name, a column a
    layer; an asterisk where the interval excludes what is written as zero.
    """
    rows = {}
    for name, curves in values.items():
        cells = []
        for layer in range(curves.shape[-1]):
            mean, low, high = mean_interval(-change_since_peak(curves[..., layer]) * BITS)
            mark = "*" if max(low, -high) > 0.005 else ""
            cells.append(f"{mean:.2f} ± {high - mean:.2f}{mark}")
        rows[name] = cells
    return by_layer(rows)


def by_layer(rows: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    """Rows by name, a column a layer."""
    width = max(map(len, rows.values()))
    return pd.DataFrame(rows, index=[f"layer {k + 1}" for k in range(width)]).T


def count_violations(values: Floats, stds: Floats | None = None) -> tuple[int, int]:
    """How often the next layer has more, by over 3 standard errors: (violations, pairs).

    values: (..., layers); stds: their standard errors, None where there are none, as with bins
    counted over all inputs; then more than rounding counts.
    """
    more = np.diff(values, axis=-1)
    room = np.full_like(more, 1e-3)  # records keep four decimals
    if stds is not None:
        room = room + 3 * np.hypot(stds[..., 1:], stds[..., :-1])
    return int((more > room).sum()), more.size


def extended(frame: pd.DataFrame) -> pd.DataFrame:
    """Simple against extended estimator, one row a group, data set and reading.

    violations: share of (checkpoint, pair of layers, quantity) whose next layer has more;
    spread: standard deviation between repetitions, over layers, checkpoints and both quantities,
    as the distance of this group's plane from the mean of the others', root mean square.
    The simple estimator is that of the first network of the group.
    """
    rows = []
    for dataset, part in frame.groupby("dataset"):
        for reading in ESTIMATES:
            both = np.stack([stacked(part, f"{reading}_{q}") for q in "xy"], axis=1)
            if reading == "simple":
                both = both[:, :, 0]  # (groups, 2, networks, ...) -> the first network
            others = (both.sum(axis=0) - both) / max(1, len(both) - 1)
            for i, seed in enumerate(part["seed"]):
                count, pairs = count_violations(both[i])
                rows.append(
                    {
                        "dataset": dataset,
                        "seed": seed,
                        "reading": reading,
                        "violations": count / pairs,
                        "spread": float(np.sqrt(np.square(both[i] - others[i]).mean())),
                    }
                )
    return pd.DataFrame(rows)


def gap_to_ceiling(frame: pd.DataFrame, bins: Sequence[int], n: int) -> pd.DataFrame:
    """How far binned I(X;T) at the last checkpoint is from log n, in nats: bins, layer, gap."""
    rows = []
    for run in frame.to_dict("records"):
        for count, of_epochs in zip(bins, run["finer_x"], strict=True):
            for layer, value in enumerate(of_epochs[-1]):
                rows.append(
                    {"seed": run["seed"], "bins": count, "layer": layer + 1}
                    | {"value": value, "gap": np.log(n) - value}
                )
    return pd.DataFrame(rows)


def processing(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Share of (checkpoint, pair of neighbouring layers) with more in the later one.

    One row an estimator, a column for I(X;T) and one for I(T;Y); `must hold` says whether the
    layers as that estimator sees them form a Markov chain.
    """
    planes = frames["planes"]
    rows = []
    for activation, part in planes.groupby("activation"):
        for column, name in (("binned", "bins on the layer's range"), ("fixed", "bins on [-1, 1]")):
            shares = [_share(stacked(part, f"{column}_{q}")) for q in "xy"]
            rows.append((f"{activation}, {name}", *shares, False))
        for i, sigma in enumerate(part["sigmas"].iloc[0]):
            shares = [
                _share(stacked(part, f"exact_{q}")[:, i], stacked(part, f"exact_{q}_std")[:, i])
                for q in "xy"
            ]
            rows.append((f"{activation}, exact, each layer + noise {sigma:g}", *shares, False))
    neural = frames["neural"]
    aware, mine_x, mine_y = (
        _share(stacked(neural, name), stacked(neural, f"{name}_std"))
        for name in ("aware_x", "mine_x", "mine_y")
    )
    rows.append(("tanh, AA-MINE", aware, np.nan, False))
    rows.append(("tanh, MINE", mine_x, mine_y, False))
    noisy = frames["noisy"]
    shares = [
        _share(stacked(noisy, f"information_{q}"), stacked(noisy, f"information_{q}_std"))
        for q in "xy"
    ]
    rows.append(("noisy network, sampled propagation", *shares, True))
    return pd.DataFrame(rows, columns=["estimator", "I(X;T)", "I(T;Y)", "must hold"])


def _share(values: Floats, stds: Floats | None = None) -> float:
    count, pairs = count_violations(values, stds)
    return count / pairs

"""Chapter 05 after its runs: violations and spreads, out of lists in records."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.stats import gauss

__all__ = [
    "ALIVE",
    "BITS",
    "ESTIMATES",
    "LAST_HIDDEN",
    "NAMES",
    "alive",
    "by_decision",
    "extended",
    "gap_to_ceiling",
    "neural_with_exact",
    "noisy_violations",
    "processing",
    "stacked",
    "violated",
    "with_exact",
]

Floats = npt.NDArray[np.float64]

BITS = 1 / np.log(2)  # a nat in bits
ALIVE = 0.6  # accuracy at the end below which a network counts as dead, not as trained
CHANCE = 1e-3  # that a network without a violation shows one
LAST_HIDDEN = (4, 5)  # layers, counted from 1
ESTIMATES = ("simple", "told", "mixed", "neurons")  # one network, and readings of several
NAMES = dict(zip(ESTIMATES, ("one network", *ESTIMATES[1:]), strict=True))  # of these, in words


def stacked(frame: pd.DataFrame, name: str) -> Floats:
    """A column of nested lists as one array, runs first."""
    return np.array(frame[name].tolist(), dtype=np.float64)


def with_exact(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The planes with the exact values of the same networks beside them: exact_x and so on.

    The networks were trained once for each; test_accuracy_exact is that of the second time, and
    differs where another processor's rounding led a network elsewhere.
    """
    exact = frames["exact"].drop(columns=["epoch"])
    return frames["planes"].merge(exact, on=["activation", "seed"], suffixes=("", "_exact"))


def neural_with_exact(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What critics found, with the exact values of the same networks and noise beside it."""
    exact = frames["neural_exact"]
    names = [name for name in exact if str(name).startswith("exact_")]
    of_sigma = exact[["seed"]].join(exact[names].map(lambda of_sigmas: of_sigmas[0]))
    return frames["neural"].merge(of_sigma, on="seed")


def by_decision(originals: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The records of each of source 002's own decisions; nothing where only images are looked at,
    whose frame has no rows and so no columns.
    """
    if originals.empty:
        return {}
    return {str(dataset): part for dataset, part in originals.groupby("dataset")}


def alive(frame: pd.DataFrame) -> pd.DataFrame:
    """The networks that learned anything: a dead ReLU network has no plane to speak of."""
    last = frame["train_accuracy"].map(lambda reached: reached[-1])
    return frame[last >= ALIVE]


def violated(values: Floats, room: Floats | float = 0.0) -> npt.NDArray[np.bool_]:
    """Where the next layer has more, by more than `room` and the rounding of records.

    values: (..., layers); room: three standard errors of the differences, (..., layers - 1), 0
    where there are none, as with bins counted over all inputs. Shape of the result: as room.
    """
    rounding = 1e-3  # records keep four decimals
    found: npt.NDArray[np.bool_] = np.diff(values, axis=-1) > room + rounding
    return found


def noisy_violations(noisy: pd.DataFrame, quantity: str) -> npt.NDArray[np.bool_]:
    """Where a layer of a noisy network surely has more than the one before.

    quantity: "x" or "y". Two layers are compared over the same inputs and passes, which says
    more than their two errors; and surely is what one network in a thousand would show by chance
    among all its comparisons. Shape: (networks, checkpoints, layers - 1).
    """
    errors = stacked(noisy, f"more_{quantity}_std")
    looks = errors[0].size
    return violated(stacked(noisy, f"information_{quantity}"), gauss(1 - CHANCE / looks) * errors)


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
                rows.append(
                    {
                        "dataset": dataset,
                        "seed": seed,
                        "reading": reading,
                        "violations": violated(both[i]).mean(),
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
    """Share of (network, checkpoint, pair of neighbouring layers) with more in the later one.

    One row an estimator, by names that a map has room for, a column for I(X;T) and one for
    I(T;Y); `must hold` says whether the layers as that estimator sees them form a Markov chain.
    """
    rows = []
    for activation, part in with_exact(frames).groupby("activation"):
        for column, name in (("binned", "own bins"), ("fixed", "bins [-1, 1]")):
            shares = [violated(stacked(part, f"{column}_{q}")).mean() for q in "xy"]
            rows.append((f"{activation}, {name}", *shares, False))
        for i, sigma in enumerate(part["sigmas"].iloc[0]):
            shares = [_beyond_errors(part, f"exact_{q}", i).mean() for q in "xy"]
            rows.append((f"{activation}, σ = {sigma:g}", *shares, False))
    aware, mine_x, mine_y = (
        _beyond_errors(frames["neural"], name).mean() for name in ("aware_x", "mine_x", "mine_y")
    )
    rows.append(("tanh, AA-MINE", aware, np.nan, False))
    rows.append(("tanh, MINE", mine_x, mine_y, False))
    shares = [noisy_violations(frames["noisy"], q).mean() for q in "xy"]
    rows.append(("noisy network", *shares, True))
    return pd.DataFrame(rows, columns=["estimator", "I(X;T)", "I(T;Y)", "must hold"])


def _beyond_errors(frame: pd.DataFrame, name: str, at: int | None = None) -> npt.NDArray[np.bool_]:
    """Where the next layer has more by three standard errors of values apart from each other.

    at: which of the sigmas, where a column has one value for each.
    """
    values, stds = stacked(frame, name), stacked(frame, f"{name}_std")
    if at is not None:
        values, stds = values[:, at], stds[:, at]
    return violated(values, 3 * np.hypot(stds[..., 1:], stds[..., :-1]))

"""The records of chapter 09 as tables: a row for each estimate of images, and for each layer."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.compression.settings import LAYERS
from infoplane.stats import mean_interval

__all__ = [
    "agreement",
    "curves",
    "encoders",
    "errors",
    "estimates",
    "exact_points",
    "layer_losses",
    "lost",
    "lost_by_size",
    "on_pixels",
    "own",
    "too_small",
]

Floats = npt.NDArray[np.float64]
Frames = Mapping[str, pd.DataFrame]

OF_CODES = ("wkl", "ksg", "kde", "cca")
WAY = ["kind", "on", "estimator", "n"]  # to an estimate


def estimates(frame: pd.DataFrame, on: str) -> pd.DataFrame:
    """Estimates of `codes` or `latents`, a row each, without what was refused.

    Columns: on, what they are of, kind, code_dim, nats, n, estimator, seed, value.
    """
    rows = [
        {"on": on, "kind": record["kind"], "code_dim": record.get("code_dim", 0), "nats": nats}
        | {"n": n, "estimator": name, "seed": record["seed"], "value": record[name][i][j]}
        for record in frame.to_dict("records")
        for name in OF_CODES
        for i, nats in enumerate(record["nats"])
        for j, n in enumerate(record["n"])
        if record[name][i][j] is not None
    ]
    columns = ["on", "kind", "code_dim", "nats", "n", "estimator", "seed", "value"]
    return pd.DataFrame(rows, columns=columns)


def on_pixels(frames: Frames) -> pd.DataFrame:
    """The same of the images themselves, by nearest neighbours and by MINE."""
    rows = [
        {"on": "pixels", "kind": record["kind"], "nats": nats, "n": record["n"]}
        | {"estimator": name, "seed": record["seed"], "value": record[name][i]}
        for record in frames["pixels"].to_dict("records")
        for name in ("ksg", "wkl")
        for i, nats in enumerate(record["nats"])
        if record[name][i] is not None
    ]
    rows += [
        {"on": "pixels", "kind": record["kind"], "nats": record["nats"], "n": record["n"]}
        | {"estimator": "mine", "seed": record["seed"], "value": record["value"]}
        for record in frames["mine"].to_dict("records")
    ]
    return pd.DataFrame(rows)


def errors(frames: Frames) -> pd.DataFrame:
    """Mean |error| over the informations, nats, in the mean over seeds: a row for each way.

    Columns: kind, on, estimator, n, error, and low, high of its 95 % interval over seeds. What was
    refused for some information is left out altogether: a mean of others would be of other data.
    """
    every = pd.concat(
        [
            estimates(frames["codes"], "codes"),
            estimates(frames["latents"], "latents"),
            on_pixels(frames),
        ]
    )
    asked = every["nats"].nunique() * every["seed"].nunique()
    every["error"] = (every["value"] - every["nats"]).abs()
    rows = []
    for key, part in every.groupby(WAY, sort=False):
        if len(part) == asked:
            of_seed = part.groupby("seed")["error"].mean()
            ends = dict(zip(("error", "low", "high"), mean_interval(of_seed), strict=True))
            rows.append(dict(zip(WAY, key, strict=True)) | ends)
    return pd.DataFrame(rows)


def lost(frame: pd.DataFrame) -> pd.DataFrame:
    """By kind and code_dim: what codes and as many principal components lose, share of variance."""
    rows = [
        {"kind": record["kind"], "code_dim": record["code_dim"], "code": np.mean(record["lost"])}
        | {"pca": np.mean(record["pca"])}
        for record in frame.to_dict("records")
    ]
    return pd.DataFrame(rows).groupby(["kind", "code_dim"], sort=False).mean()


def lost_by_size(frames: Frames) -> pd.DataFrame:
    """:func:`lost` of codes of all sizes, in their order."""
    every = pd.concat([lost(frames[part]) for part in ("codes", "sizes")])
    return every.sort_index()


def encoders(frames: Frames) -> pd.DataFrame:
    """What is found with one encoder for both sides, and with two, nats, in the mean over seeds.

    Columns: kind, nats, estimator, encoders ("one" or "two"), mean, low, high.
    """
    one = estimates(frames["single"], "codes").assign(encoders="one")
    two = estimates(frames["codes"], "codes").assign(encoders="two")
    two = two[two["nats"].isin(one["nats"]) & two["n"].isin(one["n"])]
    by = ["kind", "nats", "estimator", "encoders"]
    both = pd.concat([one, two])
    rows = [
        dict(zip([*by, "mean", "low", "high"], [*key, *mean_interval(part["value"])], strict=True))
        for key, part in both[both["estimator"] != "kde"].groupby(by, sort=False)
    ]
    return pd.DataFrame(rows)


def too_small(frames: Frames) -> pd.DataFrame:
    """Estimates by columns of the code, those of the latents' number among them, at its `nats`."""
    sizes = estimates(frames["sizes"], "codes")
    right = estimates(frames["codes"], "codes")
    asked = set(zip(sizes["nats"], sizes["n"], strict=True))
    same = [pair in asked for pair in zip(right["nats"], right["n"], strict=True)]
    return pd.concat([sizes, right[same]], ignore_index=True)


def curves(planes: pd.DataFrame, quantity: str) -> dict[str, Floats]:
    """A quantity over the training, by layer: (networks, epochs), NaN where it was refused."""
    found = {}
    for i, layer in enumerate(LAYERS):
        values = planes.assign(value=[of[i] for of in planes[quantity]])
        table = values.pivot(index="seed", columns="epoch", values="value")
        found[layer] = table.to_numpy(dtype=np.float64)
    return found


def layer_losses(planes: pd.DataFrame) -> pd.DataFrame:
    """Share of each layer's variance outside its code before and after training, and the least.

    best: the least over the epochs, of the mean over networks, and at epoch: when that is.
    """
    epochs = sorted(planes["epoch"].unique())
    rows = {}
    for layer, values in curves(planes, "lost").items():
        mean = values.mean(axis=0)
        rows[layer] = {
            "before": mean[0], "after": mean[-1],
            "best": mean.min(), "at epoch": epochs[int(mean.argmin())],
        }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index")


def exact_points(planes: pd.DataFrame) -> pd.DataFrame:
    """Exact values, a row each: seed, epoch, layer, share, x, y, with x_std and y_std."""
    rows = [
        {"seed": record["seed"], "epoch": record["epoch"], "layer": layer, "share": share}
        | {name: record[f"exact_{name}"][i][j] for name in ("x", "y", "x_std", "y_std")}
        for record in planes.to_dict("records")
        for i, layer in enumerate(LAYERS)
        for j, share in enumerate(record["shares"])
    ]
    return pd.DataFrame(rows).dropna()


def own(frame: pd.DataFrame) -> pd.DataFrame:
    """The exact information behind the network's own noise, by layer, and its ceiling log N.

    Mean and least over networks, nats; empty where it is infinite.
    """
    values = pd.DataFrame(frame["exact"].tolist(), columns=list(LAYERS), dtype=np.float64)
    table = pd.DataFrame({"mean": values.mean(skipna=False), "least": values.min(skipna=False)})
    return table.assign(**{"log N": np.log(frame["n"].iloc[0])})


def agreement(planes: pd.DataFrame) -> pd.DataFrame:
    """How far two estimators on the same codes are apart, a row for each network and quantity.

        sum |wkl - ksg| / sum |wkl + ksg| / 2

    the sums over layers and epochs at which neither was refused: relative to what both find in the
    mean, so that values near zero, as before training, do not decide. NaN where all were refused.
    """
    rows = []
    for side in "xy":
        both = [curves(planes, f"{name}_{side}") for name in ("wkl", "ksg")]
        first, second = (np.stack([of[layer] for layer in LAYERS]) for of in both)
        distance, level = (
            np.abs(first - second),
            np.abs(first + second) / 2,
        )  # layers, seeds, epochs
        for i, seed in enumerate(sorted(planes["seed"].unique())):
            compared = np.isfinite(distance[:, i])
            mean = level[:, i][compared].sum()
            value = distance[:, i][compared].sum() / mean if mean else np.nan
            rows.append({"side": side, "seed": seed, "apart": value})
    return pd.DataFrame(rows)

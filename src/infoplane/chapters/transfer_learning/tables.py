"""The records of chapter 06 as tables: a row for each network."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.transfer_learning.settings import (
    ACCURACY,
    COMPACTNESS,
    EARLIER,
    LOSS,
    NORMS,
    OF_LABEL,
    OF_PREDICTION,
    REGIMES,
)
from infoplane.signs import number
from infoplane.stats import mean_interval

__all__ = [
    "SHORT",
    "WAYS",
    "accuracies",
    "bent",
    "by_noise",
    "courses",
    "entries",
    "estimators",
    "families",
    "listed",
    "networks",
    "quantities",
    "rankers",
]

Floats = npt.NDArray[np.float64]
Frames = Mapping[str, pd.DataFrame]

SHORT = {
    ACCURACY: "accuracy", LOSS: "loss", COMPACTNESS: "I(X;E+ε)", OF_PREDICTION: "I(P;Y)",
    OF_LABEL: "I(E;Y)",
}  # fmt: skip
"""The quantities as pages and pictures name them."""
SPACE = "\N{NO-BREAK SPACE}"
WAYS = ("best", "source")
"""Exact values, nearest neighbours and a classifier; or AA-MINE and MINE, as in the source."""


def networks(frames: Frames) -> pd.DataFrame:
    """What is known of each network, by name, in the order in which they were asked for.

    whole: whether its embedding is what its classifier takes, and not that of an earlier stage.
    """
    told = ["family", "parameters", "accuracy", "columns", "n", "test", "origin", "licence"]
    facts = frames["facts"].set_index("network")
    layer = facts["layer"] if "layer" in facts else pd.Series("", index=facts.index)
    found = facts[told].rename(columns={"accuracy": "pretrained"})
    return found.assign(whole=~layer.isin(EARLIER))


def listed(frames: Frames) -> pd.DataFrame:
    """What a page tells of its networks, whose names tell the family; "" for what is not known."""
    known = networks(frames).rename_axis(None)
    found = {
        "parameters": [f"{count:,}".replace(",", SPACE) for count in known["parameters"]],
        "pretrained": ["" if pd.isna(share) else f"{share:.3f}" for share in known["pretrained"]],
        "columns": known["columns"],
    }
    return pd.DataFrame(found)


def families(frames: Frames) -> list[str]:
    """The family of each network, in their order."""
    return list(networks(frames)["family"])


def quantities(frames: Frames, regime: str, way: str = "best") -> dict[str, Floats]:
    """The five quantities of the source's tables in a regime, each (networks, seeds).

    Seeds are of the classifiers, of all orders; or of the estimator, where no classifier has a say:
    I(X; E + eps) at the noise of the chapter, and I(E; Y).
    """
    exact, mine = way == "best", way == "source"
    names = list(networks(frames).index)
    heads = frames["heads"]

    def of_heads(name: str) -> Floats:
        rows: dict[str, list[float]] = {n: [] for n in names}
        for network, told in zip(heads["network"], heads["regimes"], strict=True):
            if network in rows:
                rows[network] += told[regime][name]
        return np.array(list(rows.values()), dtype=np.float64)

    def of_seeds(part: str, value: str) -> Floats:
        frame = frames[part]
        values = [told["value"] for told in frame[value]] if value else frame["value"]
        table = frame.assign(value=values).pivot(index="network", columns="seed", values="value")
        return np.asarray(table.loc[names], dtype=np.float64)

    return {
        ACCURACY: of_heads("accuracy"),
        LOSS: of_heads("loss"),
        COMPACTNESS: _at_noise(frames, names) if exact else of_seeds("critics", "aware"),
        OF_PREDICTION: of_heads("mine" if mine else "ross"),
        OF_LABEL: of_seeds("labels", "") if exact else of_seeds("critics", "mine"),
    }


def accuracies(frames: Frames) -> pd.DataFrame:
    """Accuracy and loss of each network in each regime: mean over classifiers, and its 95 % ends.

    Of the classifiers, not of the test images: `chance` is the standard error that these add to an
    accuracy.
    """
    test = networks(frames)["test"]
    rows = []
    for regime in REGIMES:
        found = quantities(frames, regime)
        for i, name in enumerate(test.index):
            mean, low, high = mean_interval(found[ACCURACY][i])
            rows.append(
                {"network": name, "regime": regime, "accuracy": mean, "low": low, "high": high}
                | {"chance": float(np.sqrt(mean * (1 - mean) / test[name]))}
                | {"loss": float(found[LOSS][i].mean())}
            )
    return pd.DataFrame(rows)


def courses(frames: Frames) -> pd.DataFrame:
    """Accuracy, loss and I(P; Y) over the classifiers' training: a row a network, epoch, member."""
    rows = [
        {"network": record["network"], "epoch": epoch, "seed": (record["order"], seed)}
        | {name: record[name][i][j] for name in ("accuracy", "loss", "ross")}
        for record in frames["heads"].to_dict("records")
        for i, epoch in enumerate(record["epoch"])
        for j, seed in enumerate(record["seeds"])
    ]
    return pd.DataFrame(rows)


def by_noise(frames: Frames) -> pd.DataFrame:
    """Exact I(X; E + eps): a row for each network, norm and noise_std; value, std, ceiling."""
    rows = [
        {"network": record["network"], "norm": norm, "noise_std": noise_std}
        | {"value": record["exact"][norm][i], "std": record["exact_std"][norm][i]}
        | {"ceiling": float(np.log(record["n"]))}
        for record in frames["compactness"].to_dict("records")
        for norm in NORMS
        for i, noise_std in enumerate(record["noise_stds"])
    ]
    return pd.DataFrame(rows)


def estimators(frames: Frames) -> pd.DataFrame:
    """By network: exact I(X; E + eps) and AA-MINE's; I(E; Y) by classifier and by MINE, with the
    standard deviation over repeated runs; nats."""
    found = {
        "exact": quantities(frames, REGIMES[0], "best")[COMPACTNESS],
        "AA-MINE": quantities(frames, REGIMES[0], "source")[COMPACTNESS],
        "classifier": quantities(frames, REGIMES[0], "best")[OF_LABEL],
        "MINE": quantities(frames, REGIMES[0], "source")[OF_LABEL],
    }
    columns = {}
    for name, values in found.items():
        columns[name] = values.mean(axis=1)
        if values.shape[1] > 1:
            columns[f"{name}, std"] = values.std(axis=1, ddof=1)
    return pd.DataFrame(columns, index=networks(frames).index.rename(None))


def rankers(frames: Frames) -> pd.DataFrame:
    """What is said to rank embeddings, by network; NaN if not known.

    Of the training images, with the labels of the test images in the accuracy of the probe alone.
    """
    known = networks(frames)
    of_images = pd.DataFrame(frames["ranks"]["all"].tolist(), index=frames["ranks"]["network"]).loc[
        known.index
    ]
    static = {
        "pretrained": known["pretrained"].astype(float),
        "parameters": np.log(known["parameters"].astype(float)),
        "columns": np.log(known["columns"].astype(float)),
    }
    return pd.DataFrame(static).join(of_images)


def bent(frames: Frames) -> pd.DataFrame:
    """Probe, neighbours and I(X; E + eps) before and after a bijection, means over networks."""
    rows = [
        {"embedding": which, **record[which]}
        for record in frames["bent"].to_dict("records")
        for which in ("straight", "bent")
    ]
    return pd.DataFrame(rows).groupby("embedding", sort=False).mean()


def entries(pairs: pd.DataFrame, regime: str) -> pd.DataFrame:
    """The correlations of a regime to be read: a row an entry."""
    own = pairs[pairs["regime"] == regime]
    names = [f"{a} ~ {b}" for a, b in zip(own["a"].map(SHORT), own["b"].map(SHORT), strict=True)]
    ends = zip(own["low"], own["high"], strict=True)
    found = {
        "reported": own["reported"].map(number),
        "r": own["r"].map(number),
        "interval": [f"[{number(low)},{SPACE}{number(high)}]" for low, high in ends],
        "p, corrected": own["holm"].map("{:.2g}".format),
        "needed": own["needed"].map("{:,.0f}".format),
    }
    return pd.DataFrame(found).set_axis(names).rename_axis(columns=regime)


def _at_noise(frames: Frames, names: list[str]) -> Floats:
    """The exact value with rows of length 1 at the chapter's noise: (networks, 1)."""
    noise_std = float(frames["critics"]["noise_std"].iloc[0])
    every = by_noise(frames)
    own = every[(every["norm"] == NORMS[0]) & np.isclose(every["noise_std"], noise_std)]
    return np.asarray(own.set_index("network").loc[names, ["value"]], dtype=np.float64)

"""The exact values of chapter 08 as tables, the rule for the noise, and formulas beside them."""

from typing import Any

import numpy as np
import pandas as pd

from infoplane.chapters.lenet_mine.settings import LAYERS
from infoplane.stats import mean_interval

__all__ = ["SPACE", "chosen_noise", "exact_cells", "low_enough", "published", "shown", "soft"]

ROOM = 2.0  # nats below log N from which on an exact value is quoted as a population's
SPACE = "\N{NO-BREAK SPACE}"


def exact_cells(exact: pd.DataFrame) -> pd.DataFrame:
    """The exact values, a row a network, epoch, layer and size of noise.

    share: of the noise in the layer's root mean square; rms; x, y, and x_std, y_std: nats;
    population: whether x is low enough under log N to be about more than these images.
    """
    rows = []
    for record in exact.to_dict("records"):
        ceiling = np.log(record["n"])
        for i, layer in enumerate(LAYERS):
            for j, share in enumerate(record["shares"]):
                names = ("x", "x_std", "y", "y_std")
                cell = {name: record[f"exact_{name}"][i][j] for name in names}
                rows.append(
                    {"network": record["seed"], "epoch": record["epoch"], "layer": layer}
                    | {"share": share, "rms": record["rms"][i], **cell}
                    | {"population": cell["x"] < ceiling - ROOM}
                )
    return pd.DataFrame(rows)


def chosen_noise(exact: pd.DataFrame) -> list[float]:
    """By layer, the least noise with which the mean over networks stays below log N - 2 always.

    The greatest there is, where none does.
    """
    most = _most(exact)
    found = []
    for layer in LAYERS:
        low = most[layer][most[layer] < _room(exact)]
        found.append(float(low.index.min() if len(low) else most[layer].index.max()))
    return found


def low_enough(exact: pd.DataFrame, layer: str, share: float) -> bool:
    """Whether the mean over networks stays below log N - 2 with noise of that share."""
    return bool(_most(exact)[layer, share] < _room(exact))


def _most(exact: pd.DataFrame) -> pd.Series:
    """By layer and share, the most of the checkpoints' means over networks."""
    means = exact_cells(exact).groupby(["layer", "share", "epoch"])["x"].mean()
    return means.groupby(["layer", "share"]).max()


def _room(exact: pd.DataFrame) -> float:
    return float(np.log(exact["n"].iloc[0])) - ROOM


def published(exact: pd.DataFrame) -> pd.DataFrame:
    """fc1 behind a softplus, with multiplicative noise: exactly, and by the published formula."""
    last = exact[exact["epoch"] == exact["epoch"].max()]
    formula = pd.DataFrame(last["published"].tolist())
    return pd.DataFrame(
        {
            "I(X; T), nats": {
                "ceiling log N": f"{np.log(last['n'].iloc[0]):.2f}",
                "exact": shown(last["dropout_x"]),
                "formula as published": shown(formula["published"]),
                "its covariance mended": shown(formula["covariance"]),
            }
        }
    )


def soft(exact: pd.DataFrame) -> pd.DataFrame:
    """Soft entropy of the layers at the last checkpoint, and of the same layers shifted."""
    last = exact[exact["epoch"] == exact["epoch"].max()]
    names = {
        "soft": "soft entropy",
        "soft_shifted": "after a shift",
        "soft_y": "told by the labels",
    }
    rows = {
        title: [shown(np.array(last[name].tolist())[:, i]) for i in range(len(LAYERS))]
        for name, title in names.items()
    }
    return pd.DataFrame(rows, index=list(LAYERS)).T


def shown(values: Any) -> str:
    """The mean of what is finite with half of its 95 % interval; "none" of fewer than two.

    >>> shown([1.0, 1.0, None])
    '1.00\\xa0±\\xa00.00'
    """
    known = np.asarray(values, dtype=float)
    known = known[np.isfinite(known)]
    if len(known) < 2:
        return "none"
    mean, low, high = mean_interval(known)
    mean = round(mean, 2) + 0.0  # no -0.00
    return f"{mean:.2f}{SPACE}±{SPACE}{(high - low) / 2:.2f}"

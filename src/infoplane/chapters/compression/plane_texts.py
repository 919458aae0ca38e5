"""What chapter 09 says of the network's planes, from its records."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.compression import tables
from infoplane.chapters.compression.settings import LAYERS
from infoplane.words import listed

__all__ = ["agreement", "apart", "ends", "losses", "outside", "own", "settings"]

Frames = Mapping[str, pd.DataFrame]

RATE, EPOCHS = 1e-5, 300  # of the source
SMALL, LARGE = 0.1, 0.3  # of the mean of two estimators, by which they are hardly apart, or far


def settings(frames: Frames) -> str:
    """How the training here relates to the source's."""
    own = frames["training"].iloc[0]
    rate, epochs = own["rate"] / RATE, EPOCHS / own["epochs"]
    same = (
        "as in the source"
        if abs(rate / epochs - 1) < 0.05
        else f"{rate / epochs:.1f} times the source's"
    )
    return (
        f"Here the rate is {rate:.0f} times that, the batches have {own['batch']} images, and "
        f"training takes {own['epochs']} epochs: the product of rate and epochs is {same}."
    )


def losses(frames: Frames) -> str:
    """A caption's finding: where the losses end, and whether they part."""
    train, test = (np.array(frames["training"][f"{name}_loss"].tolist()).mean(axis=0)
                   for name in ("train", "test"))  # fmt: skip
    falls = "falls to the end" if test[-1] <= test.min() + 1e-9 else "has its least earlier"
    return (
        f"The test loss {falls}: {test[-1]:.2f} nats after the last epoch, where the training loss "
        f"is {train[-1]:.2f}."
    )


def ends(frames: Frames) -> str:
    """A caption's finding: what each layer has of the label and of the input, before and after."""
    x, y = (tables.curves(frames["planes"], f"wkl_{side}") for side in "xy")
    parts = [
        f"{layer} goes from {_at(y, layer, 0)} to {_at(y, layer, -1)} nats of the label and from "
        f"{_at(x, layer, 0)} to {_at(x, layer, -1)} of the input"
        for layer in (LAYERS[0], LAYERS[-1])
    ]
    return f"In the mean over networks {', '.join(parts)}."


def apart(frames: Frames) -> str:
    """A caption's finding: how far two estimators are apart, of the input and of the label."""
    of = tables.agreement(frames["planes"]).groupby("side")["apart"]
    table = 100 * of.agg(["mean", "min", "max"])
    told = {}
    for side, row in table.round().iterrows():
        ends = f" ({row['min']:.0f} to {row['max']:.0f} %, network by network)"
        told[side] = f"{row['mean']:.0f} %{ends if row['min'] < row['max'] else ''}"
    return (
        f"Of the label the two estimators are {told['y']} of their mean apart, of the input "
        f"{told['x']}."
    )


def agreement(frames: Frames) -> str:
    """What follows from how far they are apart, beside how far a curve moves."""
    means = tables.agreement(frames["planes"]).groupby("side")["apart"].mean()
    wkl, ksg = (tables.curves(frames["planes"], f"{name}_x") for name in ("wkl", "ksg"))
    first = LAYERS[0]
    levels = {layer: float(np.nanmean(np.abs(wkl[layer] - ksg[layer]))) for layer in LAYERS}
    mean = wkl[first].mean(axis=0)
    moves = float(mean.max() - mean.min())
    words = {side: _far(means[side]) for side in "xy"}
    return (
        f"Of the label both {words['y']}; of the input they {words['x']}, with levels that are "
        f"{min(levels.values()):.1f} to {max(levels.values()):.1f} nats apart in the mean over the "
        f"epochs, layer by layer. In {first}, where the curve by WKL moves by {moves:.1f} nats in "
        f"all, they are {levels[first]:.1f} apart."
    )


def own(frames: Frames) -> str:
    """Which layers are at log N behind the network's own noise, and what the others have."""
    table = tables.own(frames["own"])
    top = float(table["log N"].iloc[0])
    short = [
        f"{layer} {row['mean']:.2f}" if np.isfinite(row["mean"]) else f"{layer} an infinite value"
        for layer, row in table.iterrows()
        if not row["least"] > top - 0.05
    ]
    if not short:
        return (
            f"Every layer is at log N = {top:.2f} nats, in every network: every image is told from "
            "every other."
        )
    return (
        f"Of log N = {top:.2f} nats, where every image is told from every other, {listed(short)}; "
        "what is not named is there."
    )


def outside(frames: Frames) -> str:
    """How much of images and layers lies outside their codes, and when codes fit best."""
    table, lost_x = tables.layer_losses(frames["planes"]), frames["planes"]["lost_x"].mean()
    last = frames["planes"]["epoch"].max()
    amid = [layer for layer in LAYERS if 0 < table.loc[layer, "at epoch"] < last]
    best = "of every layer" if len(amid) == len(LAYERS) else f"of {', '.join(amid) or 'none'}"
    first, final = table["after"].max(), table["after"].min()
    return (
        f"The code of the images leaves out {100 * lost_x:.0f} % of their variance, the codes of "
        f"the layers {100 * final:.0f} to {100 * first:.0f} % at the end, and they fit best amid "
        f"the training, neither before it nor at its end, {best}: a course of I(X; L) on codes "
        "mixes what the layer does with how well the columns of a code hold it."
    )


def _at(curves: Mapping[str, np.ndarray], layer: str, epoch: int) -> str:
    return f"{curves[layer][:, epoch].mean():.1f}"


def _far(share: float) -> str:
    if share < SMALL:
        return "say nearly the same"
    return "are far apart" if share > LARGE else "differ"

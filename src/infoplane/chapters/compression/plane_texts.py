"""What chapter 09 says of the network's planes, from its records."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.compression import tables
from infoplane.chapters.compression.courses import (
    OF_NOISE,
    deepest_falls,
    generalisation,
    phases,
    swings_table,
)
from infoplane.chapters.compression.settings import LAYERS
from infoplane.stats import mean_interval

__all__ = [
    "after", "agreement", "apart", "ends", "exact", "falls", "losses", "outside", "own", "settings",
    "sure", "swings",
]  # fmt: skip

Frames = Mapping[str, pd.DataFrame]

RATE, EPOCHS = 1e-5, 300  # of the source
SMALL, LARGE = 0.1, 0.3  # of the mean of two estimators, by which they are hardly apart, or far
SIGNIFICANT = 0.5  # share of a fall that a second estimator has to see, for it to be both's


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
        f"{layer} from {_at(y, layer, 0)} to {_at(y, layer, -1)}, and of the input from "
        f"{_at(x, layer, 0)} to {_at(x, layer, -1)}"
        for layer in (LAYERS[0], LAYERS[-1])
    ]
    return f"In the mean, of the label {'; '.join(parts)} nats."


def swings(frames: Frames) -> str:
    """Whether any filtered course has more falls than filtered noise has."""
    table = swings_table(frames["planes"])
    more = list(table.index[table["filtered"] > table[OF_NOISE]])
    which = f"Only {', '.join(more)} has" if more else "No layer has"
    raw, smooth = int(table["raw"].max()), int(table["filtered"].max())
    return (
        f"{which} more falls in its filtered course than noise of its size would make in all but a "
        f"twentieth of cases; at most {smooth} are counted, and {raw} in a raw course."
    )


def sure(frames: Frames) -> str:
    """Which falls on the way are sure over networks."""
    table = phases(frames["planes"])
    if table["largest fall, low"].isna().any():
        n = frames["planes"]["seed"].nunique()
        return f"Of {n} networks each half is one, and no interval says what is sure."
    falling = [layer for layer in LAYERS if table.loc[layer, "largest fall, high"] < 0]
    last = [layer for layer in LAYERS if table.loc[layer, "change after, high"] < 0]
    return (
        f"By these means {_named(falling)} a fall on the way that is sure over networks, and "
        f"{_named(last)} a fall from the peak to the end that is."
    )


def falls(frames: Frames) -> str:
    """Whether the deepest fall of WKL is seen by KSG, and by the exact values."""
    table = deepest_falls(frames["planes"])
    layer = str(table["wkl", "mean"].idxmax())
    low, high, mean = (float(table.loc[layer, ("wkl", of)]) for of in ("least", "most", "mean"))
    if not mean:
        return "No layer ever falls in any network, by WKL."
    share = float(table.loc[layer, ("ksg", "mean")]) / mean
    rises = _exact_rises(frames, layer)
    whose = (
        "The fall is seen by both."
        if share >= SIGNIFICANT
        else "For the most part this fall is the estimator's."
        if rises is not False
        else "The two do not agree on whose it is."
    )
    which = "every network" if low > 0 else "some networks and not in others"
    how = "never fall" if rises else "fall somewhere as well"
    exact = (
        ""
        if rises is None
        else f"; and the exact values below, of the layer with the least noise, {how} from one "
        "look to the next by more than their error"
    )
    return (
        f"WKL sees {layer} fall in {which}, by {low:.2f} to {high:.2f} nats. KSG, on the "
        f"same codes, sees {100 * share:.0f} % of that in the mean{exact}. {whose}"
    )


def after(frames: Frames) -> str:
    """Whether any layer loses after its peak, and what the losses do there."""
    table = generalisation(frames)
    noise = swings_table(frames["planes"])["noise, nats"]
    losing = [layer for layer in LAYERS if -table.loc[layer, "I"] > 2 * noise[layer]]
    risen = [layer for layer in LAYERS if table.loc[layer, "test loss"] > 0]
    loss = f"rises behind the peak of {', '.join(risen)}" if risen else "rises behind no peak"
    gap = float(table["gap"].abs().max())
    found = (
        "these networks neither compress at the end nor overfit, and the question finds no answer "
        "here."
        if not losing and not risen
        else "of so few layers and networks this is no law."
    )
    whole = f"{', '.join(losing)} alone" if losing else "No layer"
    verb = "lose" if len(losing) > 1 else "loses"
    return (
        f"{whole} {verb} more after the peak than twice the noise from epoch to epoch; the test "
        f"loss {loss}, and the gap to the training loss changes by {gap:.3f} nats at most: {found}"
    )


def apart(frames: Frames) -> str:
    """A caption's finding: how far two estimators are apart, of the input and of the label."""
    means = tables.agreement(frames["planes"]).groupby("side")["apart"].mean()
    return (
        f"Of the label the two estimators are {100 * means['y']:.0f} % of their mean apart, of the "
        f"input {100 * means['x']:.0f} %."
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
    """Which layers are at log N behind the network's own noise."""
    table = tables.own(frames["own"])
    top = [
        layer for layer in LAYERS if table.loc[layer, "least"] > table.loc[layer, "log N"] - 0.05
    ]
    if len(top) == len(LAYERS):
        return "Every layer is at log N: every image is told from every other."
    whose = _named(top).replace("no ", "No ")
    return f"{whose} the value log N, where every image is told from every other."


def exact(frames: Frames) -> str:
    """A caption's finding: which layers have more at the end than before training, with most."""
    points = tables.exact_points(frames["planes"])
    if points.empty or points["epoch"].nunique() < 2:
        return ""
    share = points["share"].min()
    own = points[points["share"] == share]
    last = own["epoch"].max()
    change = {}
    for layer in LAYERS:
        table = own[own["layer"] == layer].pivot(index="seed", columns="epoch", values="x")
        change[layer] = mean_interval(table[last] - table.iloc[:, 0])
    parts = [f"{layer} by {value:+.2f} [{low:+.2f}, {high:+.2f}]"
             for layer, (value, low, high) in change.items()]  # fmt: skip
    return (
        f"From the first look to the last the exact value with σ = {share:g} rms changes, in nats "
        f"with its 95 % interval over networks: {', '.join(parts)}."
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


def _named(layers: list[str]) -> str:
    if not layers:
        return "no layer has"
    return f"{', '.join(layers)} {'have' if len(layers) > 1 else 'has'}"


def _far(share: float) -> str:
    if share < SMALL:
        return "say nearly the same"
    return "are far apart" if share > LARGE else "differ"


def _exact_rises(frames: Frames, layer: str) -> bool | None:
    """Whether the exact value with the least noise never falls in the mean, by more than errors.

    None where it was looked at less than twice.
    """
    points = tables.exact_points(frames["planes"])
    if points.empty:
        return None
    own = points[(points["layer"] == layer) & (points["share"] == points["share"].min())]
    mean = own.groupby("epoch")["x"].mean().to_numpy()
    if len(mean) < 2:
        return None
    return bool((np.diff(mean) > -3 * float(own["x_std"].max()) - 0.02).all())

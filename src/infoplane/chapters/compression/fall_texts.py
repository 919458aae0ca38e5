"""What chapter 09 says of the falls of I(X; L): how many, how sure, and whose they are."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.compression import tables
from infoplane.chapters.compression.courses import (
    OF_NOISE,
    deepest_falls,
    dips,
    generalisation,
    phases,
    sure_dips,
    swings_table,
)
from infoplane.chapters.compression.filters import filtered
from infoplane.chapters.compression.settings import LAYERS
from infoplane.words import listed, told

__all__ = ["after", "courses", "deepest", "early", "exact", "falls", "sure", "swings"]

Frames = Mapping[str, pd.DataFrame]

SIGNIFICANT = 0.5  # share of a fall that a second estimator has to see, for it to be both's


def swings(frames: Frames) -> str:
    """Whether any filtered course has more falls than filtered noise has."""
    table = swings_table(frames["planes"])
    more = list(table.index[table["filtered"] > table[OF_NOISE]])
    which = f"Only {listed(more)} has" if more else "No layer has"
    raw, smooth = int(table["raw"].max()), int(table["filtered"].max())
    return (
        f"{which} more falls in its filtered course than noise of its size would make in all but a "
        f"twentieth of cases; at most {smooth} are counted, and {raw} in a raw course."
    )


def courses(frames: Frames) -> str:
    """A caption's finding: how large what the filters take out is, beside the rise of a layer."""
    off, rises = [], []
    for values in tables.curves(frames["planes"], "wkl_x").values():
        mean = values.mean(axis=0)
        off.append(float(np.abs(filtered(mean) - mean).max()))
        rises.append(float(np.ptp(mean)))
    return (
        f"The filters change a course by at most {min(off):.2f} to {max(off):.2f} nats, layer by "
        f"layer, where it moves by {min(rises):.1f} to {max(rises):.1f} in all."
    )


def sure(frames: Frames) -> str:
    """Which falls on the way are sure over networks."""
    table = phases(frames["planes"])
    if table["largest fall, low"].isna().any():
        n = frames["planes"]["seed"].nunique()
        return f"Of {n} networks each half is one, and no interval says what is sure."
    falling = [layer for layer in LAYERS if table.loc[layer, "largest fall, high"] < 0]
    last = [layer for layer in LAYERS if table.loc[layer, "change after, high"] < 0]
    most = str(table["largest fall"].idxmin())
    start, end = (int(table.loc[most, f"{name} epoch"]) for name in ("from", "to"))
    fall, low, high = (
        float(table.loc[most, f"largest fall{name}"]) for name in ("", ", low", ", high")
    )
    return (
        f"By these means {_named(falling)} a fall on the way that is sure over networks, and "
        f"{_named(last)} a fall from the peak to the end that is. The largest is that of {most} "
        f"from epoch {start} to {end}, {fall:+.2f} [{low:+.2f}, {high:+.2f}] nats."
    )


def deepest(frames: Frames) -> str:
    """A caption's finding: the share of each layer's deepest fall by WKL that KSG sees."""
    table = deepest_falls(frames["planes"])
    shares = [
        f"{100 * row['ksg', 'mean'] / row['wkl', 'mean']:.0f} % in {layer}"
        for layer, row in table.iterrows()
        if row["wkl", "mean"]
    ]
    return f"Of the deepest falls by WKL KSG sees {listed(shares)}, in the mean." if shares else ""


def falls(frames: Frames) -> str:
    """Whether the deepest fall of WKL is seen by KSG and the exact values, and which fall is."""
    return "\n\n".join(part for part in (_deepest(frames), early(frames)) if part)


def _deepest(frames: Frames) -> str:
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
        else f"; and the exact values of {layer} below, at the smallest noise, {how} from one look "
        "to the next by more than their error"
    )
    return (
        f"WKL sees {layer} fall most, in {which}, by {low:.2f} to {high:.2f} nats. KSG, on the "
        f"same codes, sees {100 * share:.0f} % of that in the mean{exact}. {whose}"
    )


def early(frames: Frames) -> str:
    """Which layers' exact value surely falls at first, and whether the estimates see that."""
    found = sure_dips(frames["planes"])
    deepest = deepest_falls(frames["planes"])
    parts = []
    for layer, row in found.iterrows():
        wkl, ksg = (float(deepest.loc[layer, (name, "mean")]) for name in ("wkl", "ksg"))
        seen = (
            "The two estimators of its codes fall alike"
            if min(wkl, ksg) > SIGNIFICANT * max(wkl, ksg)
            else "The two estimators of its codes do not fall alike"
        )
        parts.append(
            f"The exact value of {layer} itself, at the smallest noise, falls early, by "
            f"{-row['fall']:.2f} [{-row['fall, high']:.2f}, {-row['fall, low']:.2f}] nats up to "
            f"epoch {row['at epoch']:.0f}, in {row['fallen']:.0f} of {row['networks']:.0f} "
            f"networks, and rises by {row['rise']:.2f} [{row['rise, low']:.2f}, "
            f"{row['rise, high']:.2f}] from there to the end. The epoch was picked from the same "
            f"networks, so that the intervals are somewhat too sure. {seen}: their deepest falls, "
            f"at whatever epochs, are {wkl:.2f} nats by WKL and {ksg:.2f} by KSG in the mean; up "
            f"to that epoch they change by {_up_to(frames, layer, int(row['at epoch']))}."
        )
    return " ".join(parts)


def _up_to(frames: Frames, layer: str, epoch: int) -> str:
    """How far WKL and KSG on a layer's codes change from the first epoch to another."""
    epochs = sorted(frames["planes"]["epoch"].unique())
    changes = []
    for estimator in ("wkl", "ksg"):
        values = tables.curves(frames["planes"], f"{estimator}_x")[layer]
        changes.append(told(values[:, epochs.index(epoch)] - values[:, 0]))
    return " and ".join(changes)


def exact(frames: Frames) -> str:
    """A caption's finding: which layers fall at first, and which have more or less at the end."""
    table = dips(frames["planes"])
    if table.empty:
        return ""
    fallen = [
        f"{layer} falls by {-row['fall']:.2f} nats up to epoch {row['at epoch']:.0f} and then "
        f"rises by {row['rise']:.2f}"
        for layer, row in sure_dips(frames["planes"]).iterrows()
    ]
    up, down = (
        listed([str(layer) for layer in table.index[side]], "no layer")
        for side in (table["change, low"] > 0, table["change, high"] < 0)
    )
    picked = " (the epoch is picked from the same networks)" if fallen else ""
    first = listed(fallen, "no layer surely falls at first")
    return (
        f"With σ = {table['share'].iloc[0]:g} rms {first}{picked}; from the first look to the last "
        f"the rise of {up} is sure, and a fall of {down}."
    )


def after(frames: Frames) -> str:
    """Whether any layer loses after its peak, and what the losses do there."""
    table = generalisation(frames)
    noise = swings_table(frames["planes"])["noise, nats"]
    losing = [layer for layer in LAYERS if -table.loc[layer, "I"] > 2 * noise[layer]]
    risen = [layer for layer in LAYERS if table.loc[layer, "test loss"] > 0]
    loss = f"rises behind the peak of {listed(risen)}" if risen else "rises behind no peak"
    gap = float(table["gap"].abs().max())
    found = (
        "these networks neither compress at the end nor overfit, and the question finds no answer "
        "here."
        if not losing and not risen
        else "of so few layers and networks this is no law."
    )
    whole = f"{listed(losing)} alone" if losing else "No layer"
    verb = "lose" if len(losing) > 1 else "loses"
    return (
        f"{whole} {verb} more after the peak than twice the noise from epoch to epoch; the test "
        f"loss {loss}, and the gap to the training loss changes by {gap:.3f} nats at most: {found}"
    )


def _named(layers: list[str]) -> str:
    if not layers:
        return "no layer has"
    return f"{listed(layers)} {'have' if len(layers) > 1 else 'has'}"


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

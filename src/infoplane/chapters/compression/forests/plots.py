"""Chapter 09's forests: errors by way and rows, one encoder and two, rises and falls of layers."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.chapters.compression import tables
from infoplane.chapters.compression.courses import deepest_falls, phases
from infoplane.chapters.compression.settings import KINDS, LAYERS, NAMES
from infoplane.words import counted

__all__ = ["encoder_panels", "error_panels", "fall_panels"]

Frames = Mapping[str, pd.DataFrame]

# What a course does, by column of `courses.phases`, and how it is drawn.
PHASES = {
    "rise": ("rise to the peak", plots.CLASSES[0]),
    "change after": ("from there to the end", plots.CLASSES[1]),
    "largest fall": ("largest fall on the way", plots.CLASSES[3]),
}


@plots.styled
def error_panels(frames: Frames) -> list[Figure]:
    """Mean |error| of each way, a panel a kind of image and a shade a number of pairs; a legend.

    Without WKL on pixels, which is far outside.
    """
    found = tables.errors(frames)
    found = found[(found["on"] != "pixels") | (found["estimator"] != "wkl")]
    counts = sorted(found["n"].unique())
    panels = []
    for kind in KINDS:
        own = found[found["kind"] == kind]
        ways = list(dict.fromkeys(zip(own["on"], own["estimator"], strict=True)))
        names = [f"{on}, {estimator.upper()}" for on, estimator in ways]
        figure, axes = plots.rows_panel(names, title=NAMES[kind], xlabel="mean |error| (nats)")
        for place, (n, color) in enumerate(zip(counts, plots.shades(len(counts)), strict=True)):
            for row in own[own["n"] == n].to_dict("records"):
                at = ways.index((row["on"], row["estimator"])) + 0.2 * (place - len(counts) // 2)
                look: plots.Look = {"color": color, "label": f"{counted(n)} pairs", "markersize": 4}
                plots.across(axes, at, row["error"], row["low"], row["high"], **look)
        axes.axvline(0, color=plots.INK, linewidth=0.5)
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=len(counts))]


@plots.styled
def encoder_panels(frames: Frames) -> list[Figure]:
    """What is found with one encoder for both sides (open) and with two; a panel a kind; a legend.

    Dashed: the truth of each row.
    """
    found = tables.encoders(frames)
    ways = sorted(set(zip(found["nats"], found["estimator"], strict=True)))
    names = [f"{nats:g} nats, {estimator.upper()}" for nats, estimator in ways]
    panels = []
    for kind in KINDS:
        figure, axes = plots.rows_panel(names, title=NAMES[kind], xlabel="found (nats)")
        for row in found[found["kind"] == kind].to_dict("records"):
            i, one = ways.index((row["nats"], row["estimator"])), row["encoders"] == "one"
            look: plots.Look = {"color": plots.COLORS[row["estimator"]]}
            look |= {"markerfacecolor": "none"} if one else {}
            look["label"] = f"{row['estimator'].upper()}, {'one encoder' if one else 'two'}"
            plots.across(
                axes, i + 0.15 * (1 - 2 * one), row["mean"], row["low"], row["high"], **look
            )
        for i, (nats, _) in enumerate(ways):
            plots.truth(axes, [nats, nats], [i - 0.45, i + 0.45], label="true")
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


@plots.styled
def fall_panels(planes: pd.DataFrame) -> list[Figure]:
    """What each layer's course does over networks, by WKL; its deepest falls by both; a legend."""
    table = phases(planes)
    figure, axes = plots.rows_panel(
        LAYERS, title="rises and falls, by WKL", xlabel="change of I(X; L) (nats)", each=0.5
    )
    for place, (column, (label, color)) in enumerate(PHASES.items()):
        for i, layer in enumerate(LAYERS):
            ends = (float(table.loc[layer, f"{column}{end}"]) for end in ("", ", low", ", high"))
            plots.across(axes, i + 0.2 * (place - 1), *ends, color=color, label=label)
    axes.axvline(0, color=plots.INK, linewidth=0.5)
    falls = deepest_falls(planes)
    beside, other = plots.rows_panel(
        LAYERS, title="deepest fall of each network", xlabel="fall of I(X; L) (nats)", each=0.5
    )
    for place, estimator in enumerate(("wkl", "ksg")):
        for i, layer in enumerate(LAYERS):
            ends = (float(falls.loc[layer, (estimator, of)]) for of in ("mean", "least", "most"))
            look: plots.Look = {"color": plots.COLORS[estimator], "label": estimator.upper()}
            plots.across(other, i + 0.2 * (place - 0.5), *ends, **look)
    other.set_xlim(0, None)
    panels = [figure, beside]
    return [*panels, plots.legend_panel(panels, ncols=2)]

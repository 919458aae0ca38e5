"""Pictures of chapter 01: the bound, the ceiling, and what pixels tell."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.stats import mean_of, over_seeds

__all__ = ["bound_panel", "greedy_panel", "noise_panels", "pixel_panels"]

MAP = {False: "pixels as they are", True: "the same, scrambled"}
ESTIMATES = {
    "plugin": ("plug-in", plots.COLORS["binning"]),
    "held_out": ("held-out", plots.CLASSES[0]),
}


@plots.styled
def bound_panel(bound: pd.DataFrame, information: float) -> Figure:
    """The bound along a family of critics, with 3 standard errors; dashed: in closed form.

    bound: of `tables.bound_over_seeds`; information: the truth that it cannot pass, in nats.
    """
    figure, axes = plots.panel(xlabel="scale $c$ of the critic", ylabel="bound (nats)")
    low, high = bound["mean"] - 3 * bound["std"], bound["mean"] + 3 * bound["std"]
    look: plots.Look = {"label": "samples", "color": plots.CLASSES[0]}
    plots.band(axes, bound["scale"], bound["mean"], low, high, **look)
    plots.truth(axes, bound["scale"], bound["exact"], label="closed form")
    plots.ceiling(axes, information, "$I(X;Z)$")
    axes.legend(loc="lower center")
    return figure


@plots.styled
def noise_panels(noise: pd.DataFrame) -> list[Figure]:
    """I(X; T + eps) of a finite sample against the noise, a panel a dimension; dashed: of all X."""
    panels = []
    for dim, part in noise.groupby("dim"):
        rows = part["rows"].iloc[0]
        figure, axes = plots.panel(title=f"dimension {dim}", xlabel="noise $\\sigma$")
        look: plots.Look = {
            "label": f"{rows} inputs",
            "color": plots.CLASSES[int(dim) % len(plots.CLASSES)],
        }
        plots.band(axes, *over_seeds(part, "sigma", "value"), **look)
        exact = part.groupby("sigma")["continuous"].first()
        plots.truth(axes, exact.index, exact, label="continuous $X$")
        plots.ceiling(axes, np.log(rows), "ceiling $\\log N$")
        axes.set(xscale="log", xlim=(0.55, 0.009), ylim=(0, 1.6 * np.log(rows)))
        axes.set_ylabel("$I(X;T+\\varepsilon)$ (nats)")
        axes.legend(loc="upper left")
        panels.append(figure)
    return panels


@plots.styled
def pixel_panels(pixels: pd.DataFrame) -> list[Figure]:
    """What each pixel alone tells of the label, mean over seeds, before and after scrambling."""
    highest = max(map(max, pixels["map"]))
    panels = []
    for scrambled, title in MAP.items():
        part = pixels[pixels["scrambled"] == scrambled]
        heat = np.mean(part["map"].to_list(), axis=0).reshape(part["shape"].iloc[0])
        label = "I(pixel; label) (nats)"
        panels.append(plots.heatmap(heat, title=title, label=label, vmax=highest))
    return panels


@plots.styled
def greedy_panel(pixels: pd.DataFrame) -> Figure:
    """What the first pixels of the greedy order tell together, by two estimates, with bands."""
    figure, axes = plots.panel(xlabel="number of pixels", ylabel="I(pixels; label) (nats)")
    for scrambled, line, words in ((False, "-", "as they are"), (True, ":", "scrambled")):
        part = pixels[pixels["scrambled"] == scrambled]
        for column, (name, color) in ESTIMATES.items():
            curves = np.stack(part[column].to_list())
            look: plots.Look = {"label": f"{name}, {words}", "color": color, "linestyle": line}
            plots.band(axes, np.arange(1, curves.shape[1] + 1), *mean_of(curves), **look)
    plots.ceiling(axes, pixels["label_entropy"].mean(), "$H(Y)$")
    figure.legend(loc="outside lower center", ncols=2, fontsize=8)
    return figure

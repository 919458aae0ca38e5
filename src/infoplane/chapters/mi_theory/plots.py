"""Pictures of chapter 01: entropies, the bound, the ceiling, and what pixels tell."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy.special import entr

from infoplane import plots
from infoplane.chapters.mi_theory.closed_forms import exact_bound
from infoplane.stats import mean_of, over_seeds

__all__ = ["bound_panel", "entropy_panels", "greedy_panel", "noise_panels", "pixel_panels"]

MAP = {False: "pixels as they are", True: "the same, scrambled"}
ESTIMATES = {
    "plugin": ("plug-in", plots.COLORS["binning"]),
    "held_out": ("held-out", plots.CLASSES[0]),
}
PARTS = (plots.CLASSES[0], plots.CLASSES[1], plots.CLASSES[3])  # of a joint entropy, upwards


@plots.styled
def entropy_panels(flips: Sequence[float]) -> list[Figure]:
    """Entropies of a fair coin and its copy, a panel for each probability that the copy is wrong.

    Bars stand where their parts do: H(X|Z) at the bottom, I(X; Z) above it, H(Z|X) on top.
    """
    panels = []
    for flip in flips:
        left = float(entr([flip, 1 - flip]).sum())  # H(Z|X), and by symmetry H(X|Z)
        parts = {"$H(X|Z)$": left, "$I(X;Z)$": np.log(2) - left, "$H(Z|X)$": left}
        figure, axes = plots.panel(title=f"wrong with probability {flip:g}", ylabel="nats")
        for column, shown in enumerate(("all", "X", "Z")):
            bottom = 0.0
            for (name, height), color in zip(parts.items(), PARTS, strict=True):
                if shown in (*name, "all") and not name.endswith(f"|{shown})$"):
                    bar: plots.Look = {"color": color, "alpha": 0.55, "label": f"{name}"}
                    axes.bar(column, height, 0.9, bottom, **bar)
                    words = ("\n" if height > 0.2 else " ").join((name, f"{height:.3f}"))
                    axes.text(column, bottom + height / 2, words, ha="center", va="center")
                bottom += height
        axes.set_xticks(range(3), ["$H(X,Z)$", "$H(X)$", "$H(Z)$"])
        axes.set_ylim(0, 2 * np.log(2))  # what two fair coins have at most
        panels.append(figure)
    return panels


@plots.styled
def bound_panel(bound: pd.DataFrame, information: float) -> Figure:
    """The bound along a family of critics, with 3 standard errors; dashed: in closed form.

    bound: of `tables.bound_over_seeds`; information: the truth that it cannot pass, in nats.
    """
    figure, axes = plots.panel(xlabel="scale $c$ of the critic", ylabel="bound (nats)")
    low, high = bound["mean"] - 3 * bound["std"], bound["mean"] + 3 * bound["std"]
    look: plots.Look = {"label": "samples", "color": plots.CLASSES[0]}
    plots.band(axes, bound["scale"], bound["mean"], low, high, **look)
    at = np.linspace(bound["scale"].min(), bound["scale"].max(), 200)
    plots.truth(axes, at, [exact_bound(c) for c in at], label="closed form")
    plots.ceiling(axes, information, "$I(X;Z)$")
    axes.legend(loc="lower center")
    return figure


@plots.styled
def noise_panels(noise: pd.DataFrame) -> list[Figure]:
    """I(X; T + eps) of a finite sample against the noise, and what it lacks of that of all X.

    noise: records of the noise experiment; a curve a dimension, with its 95 % band. Dashed: exact,
    and on the right what is more than log N, which no sample of N rows has.
    """
    label = "$I(X;T+\\varepsilon)$"
    figure, axes = plots.panel(xlabel="noise $\\sigma$", ylabel=f"{label} of the sample (nats)")
    other, against = plots.panel(
        xlabel=f"{label} of continuous $X$ (nats)", ylabel="lacking in the sample (nats)"
    )
    dims = sorted(noise["dim"].unique())
    for dim, color in zip(dims, plots.shades(len(dims)), strict=True):
        part = noise[noise["dim"] == dim]
        exact = part.groupby("sigma")["continuous"].first()
        look: plots.Look = {"label": f"dimension {dim}", "color": color}
        sigma, *bars = over_seeds(part, "sigma", "value")
        plots.band(axes, sigma, *bars, **look)
        mean, low, high = (exact[sigma].to_numpy() - bar for bar in bars)
        plots.band(against, exact[sigma], mean, low, high, **look)
        plots.truth(axes, exact.index, exact)
    most, ceiling = noise["continuous"].max(), np.log(noise["rows"].iloc[0])
    plots.ceiling(axes, ceiling, "ceiling $\\log N$")
    axes.set_ylim(0, 1.6 * ceiling)
    at = np.sort([0, ceiling, max(most, ceiling)])
    plots.truth(against, at, at - np.minimum(at, ceiling))
    axes.set(xscale="log", xlim=(0.55, 0.009))
    return [figure, other, plots.legend_panel([figure, other], ncols=2)]


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
    figure.legend(loc="outside lower center", ncols=2)
    return figure

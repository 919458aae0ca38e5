"""Pictures of chapter 03: over the correlation, ways of correcting, the staircase, a map."""

import math
import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.chapters.mine_gaussian.edges import MAP_ENDS, batches, mapped, stair_ends
from infoplane.chapters.mine_gaussian.settings import PLAIN_RATE, SETTINGS, STAIR_BATCH
from infoplane.chapters.mine_gaussian.tables import BIASED, TRUST, limit
from infoplane.datasets.gaussian import CorrelatedGaussian
from infoplane.stats import ends, over_seeds

__all__ = [
    "CORRECTIONS",
    "beside_panels",
    "correction_panels",
    "map_panels",
    "name",
    "rho_panels",
    "share_panels",
    "stair_error_panels",
    "stair_maps",
    "stair_panels",
]

NAMES = {"mine": "MINE", "dv": "DV, separable", "nwj": "NWJ", "infonce": "InfoNCE", "js": "JS"}
NAMES |= {"ksg": "KSG", "cca": "CCA"}
SHORT = {"dv": "DV, sep."}  # where there is little room
MARKERS = {"mine": "o", "dv": "s", "nwj": "v", "infonce": "^", "smile": "D", "js": "P"}
MARKERS |= {"ksg": "X", "cca": "*"}

INFORMATION = "information"  # the true one of a step of the staircase, nats
CORRECTIONS = {"held_out": "held-out bound", "batch_value": "value of a batch in training"}
# Ways of training MINE, in the order they are drawn: corrected is warm, a triangle is clipped.
WAYS = {
    "corrected": (plots.COLORS["mine"], "o"),
    "plain": (plots.CLASSES[0], "o"),
    "corrected, clipped": (plots.CLASSES[3], "^"),
    "plain, clipped": (plots.CLASSES[4], "^"),
}


def name(estimator: str) -> str:
    """An estimator as readers know it."""
    return NAMES.get(estimator, estimator.upper())


def look(estimator: str) -> plots.Look:
    """How an estimator is drawn: a bound by its name; DV is MINE, but for its open marker and
    its dots and dashes, since dashes are the truth."""
    family = estimator.partition("(")[0]
    separable = family == "dv"
    color = plots.COLORS["mine" if separable else family]
    line: plots.Look = {"color": color, "linestyle": "-." if separable else "-"}
    line |= {"marker": MARKERS[family], "fillstyle": "none" if separable else "full"}
    return line | {"markersize": 5, "label": name(estimator)}


@plots.styled
def share_panels(table: pd.DataFrame) -> list[Figure]:
    """Mean error of each estimator at each true information, in % of it; a panel a dimension.

    table: rows of `tables.errors`, here and below, of either sign of the correlation. MINE has a
    row on fresh samples, too.
    """
    table = table[table["truth"] > 0]
    fresh = np.where(table["sample"] == "fresh", ", fresh", "")
    who = table["estimator"].map(SHORT).fillna(table["estimator"].map(name)) + fresh
    table = table.assign(who=who, percent=100 * table["relative"])
    panels = []
    for d, here in table.groupby("d"):
        means = here.groupby(["who", "truth"], sort=False)["percent"].mean().unstack()
        means = means.sort_index(axis=1).rename(columns="{:.2g}".format)
        style: plots.Look = {"label": "error (% of the truth)", "numbers": "+.0f"}
        panels.append(plots.heatmap(means, title=f"d = {d}", vmin=-100, vmax=100, **style))
    return [_over_truth(panel) for panel in panels]


def _over_truth(figure: Figure) -> Figure:
    """A map over the true information: upright names, numbers of a size to read, no minus zero."""
    (axes, _) = figure.axes
    axes.set(xlabel="true information (nats)", ylabel="")
    axes.tick_params(axis="x", rotation=0)
    for text in axes.texts:
        text.set(fontsize=plots.SMALL, text=re.sub(r"^[+-](0(\.0)?)$", r"\1", text.get_text()))
    return figure


def rho_panels(table: pd.DataFrame) -> list[Figure]:
    """MINE over the correlation, on fixed and on fresh samples; a panel a dimension.

    Bars are 95 % intervals over seeds. Nothing joins the means, since the truth bends between.
    """
    mine = table[table["estimator"] == "mine"]
    fixed = look("mine") | {"label": "MINE, fixed"}
    fresh = fixed | {"label": "MINE, fresh", "marker": "D", "fillstyle": "none"}
    return _over_rho(mine, "sample", {"fixed": fixed, "fresh": fresh})


def beside_panels(table: pd.DataFrame) -> list[Figure]:
    """MINE and the classical estimators over the correlation; a panel a dimension."""
    looks = {estimator: look(estimator) for estimator in ("mine", "ksg", "cca")}
    return _over_rho(table[table["sample"] == "fixed"], "estimator", looks)


@plots.styled
def _over_rho(table: pd.DataFrame, curve: str, looks: Mapping[str, plots.Look]) -> list[Figure]:
    panels = []
    for d, here in table.groupby("d"):
        figure, axes = plots.panel(
            title=f"d = {d}", xlabel="correlation of the components", ylabel="I(X; Z) (nats)"
        )
        for key, style in looks.items():
            rho, mean, low, high = over_seeds(here[here[curve] == key], "rho", "value")
            style = style | {"linestyle": "none", "capsize": 2}
            axes.errorbar(rho, mean, [mean - low, high - mean], **style)
        # closer together where the information grows without end
        first, last = (math.atanh(rho) for rho in (here["rho"].min(), here["rho"].max()))
        at = np.tanh(np.linspace(first, last, 200))
        plots.truth(axes, at, [CorrelatedGaussian(int(d), r).information.value for r in at])
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


@plots.styled
def correction_panels(small: pd.DataFrame) -> list[Figure]:
    """Errors of MINE at small batches, with and without correction and clipping.

    small: of `tables.corrections`. Pale dots are seeds, bars 95 % intervals of their mean.
    """
    settings = {key: f"d = {key[0]}, ρ = {key[1]:g}\nbatch {key[2]}" for key in SETTINGS}
    where = zip(small["d"], small["rho"], small["batch"], strict=True)
    way = np.where(small["rate"] == PLAIN_RATE, "plain", "corrected")
    way = way + np.where(small["clipped"], ", clipped", "")
    small = small.assign(setting=[settings[key] for key in where], way=way)
    small = small.assign(
        setting=pd.Categorical(small["setting"], list(settings.values())),
        way=pd.Categorical(small["way"], list(WAYS)),
    )
    palette = {way: color for way, (color, _) in WAYS.items()}
    panels = []
    for column, title in CORRECTIONS.items():
        figure, axes = plots.panel(title=title, size=(4.2, 4.4))
        group: plots.Look = {
            "y": "setting",
            "hue": "way",
            "palette": palette,
            "markers": [marker for _, marker in WAYS.values()],
        }
        plots.repetitions(axes, small, x=column, interval=ends, **group)
        plots.truth(axes, [0, 0], [-0.5, len(settings) - 0.5], label="no error")
        axes.set(xlabel="error (nats)", ylabel="", ylim=(len(settings) - 0.5, -0.5))
        axes.set_xscale("symlog", linthresh=1)
        _name_ticks(axes, (-10, -3, -1, -0.5, 0, 0.5, 1, 3, 10))
        axes.legend().remove()  # seaborn's, inside of the axes
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


@plots.styled
def stair_panels(climbs: pd.DataFrame, bounds: Sequence[str]) -> list[Figure]:
    """Values of the training batches on the staircase, a panel a bound; dashed: the truth.

    Line and band: mean over seeds, 95 %; pale: one standard deviation of single batches.
    """
    panels = []
    for bound in bounds:
        style = look(bound) | {"marker": None, "label": ""}
        figure, axes = plots.panel(
            title=name(bound), xlabel="gradient step", ylabel="value of a batch (nats)"
        )
        for stair, (nats, part) in enumerate(climbs[climbs["bound"] == bound].groupby(INFORMATION)):
            start = stair * part["steps"].iloc[0]
            at = np.array(part["step"].iloc[0][1:]) + start
            mean, low, high, spread = batches(part)
            soft: plots.Look = {"color": style["color"], "alpha": 0.15, "linewidth": 0}
            axes.fill_between(at, mean - spread, mean + spread, **soft)
            plots.band(axes, at, mean, low, high, **style)
            plots.truth(axes, [start, at[-1]], [nats, nats])
        if bound == "infonce":
            plots.ceiling(axes, math.log(STAIR_BATCH), f"log {STAIR_BATCH}")
        axes.set_ylim(*stair_ends(climbs))
        panels.append(figure)
    return panels


@plots.styled
def stair_error_panels(steps_up: pd.DataFrame) -> list[Figure]:
    """Bias of each bound, and standard deviation of its batch values, by true information.

    steps_up: of `tables.stairs`. Bands: 95 % intervals over seeds.
    """
    bias, axes = plots.panel(xlabel="true information (nats)", ylabel="bias (nats)")
    spread, under = plots.panel(
        xlabel="true information (nats)", ylabel="spread of the batches (nats)"
    )
    for bound, part in steps_up.groupby("bound", sort=False):
        plots.band(axes, *over_seeds(part, INFORMATION, "bias"), **look(str(bound)))
        # a standard deviation is averaged, like it is drawn, on a logarithmic scale
        x, *logs = over_seeds(part.assign(log=np.log(part["std"])), INFORMATION, "log")
        plots.band(under, x, *map(np.exp, logs), **look(str(bound)))
    largest = steps_up[INFORMATION].max()
    plots.truth(axes, [steps_up[INFORMATION].min(), largest], [0, 0], label="no bias")
    under.set_yscale("log")
    return [bias, spread, plots.legend_panel([bias, spread], ncols=3)]


@plots.styled
def stair_maps(steps_up: pd.DataFrame) -> list[Figure]:
    """Mean bias of each bound, and spread of its batch values, on each step of the staircase."""
    panels = []
    largest = steps_up[INFORMATION].max()
    for column, words, lowest, form in (
        ("bias", "bias (nats)", -largest, "+.1f"),
        ("std", "spread of the batches (nats)", 0.0, ".2g"),
    ):
        means = steps_up.groupby(["bound", INFORMATION], sort=False)[column].mean().unstack()
        means = means.rename(index=lambda bound: SHORT.get(bound, name(bound)))
        means = means.rename(columns="{:g}".format)
        style: plots.Look = {"label": words, "numbers": form, "vmin": lowest, "vmax": largest}
        panels.append(plots.heatmap(means, title=words, **style))
    return [_over_truth(panel) for panel in panels]


# Names of the zones by their height, %.
ZONES = {62: "do not\nuse", 27: "biased", 0: "trust", -27: "biased", -79: "do not\nuse"}


@plots.styled
def map_panels(table: pd.DataFrame) -> list[Figure]:
    """Relative error of each estimator by true information, over shades of what it is worth.

    table: of `tables.pooled`. Bars: 95 % intervals over seeds, side by side at each truth; what is
    beyond MAP_ENDS sits there.
    """
    panels = []
    for d, here in mapped(table).groupby("d"):
        figure, axes = plots.panel(title=f"d = {d}", xlabel="true information (nats)")
        at = np.geomspace(0.7 * here["truth"].min(), 1.4 * here["truth"].max(), 200)
        trust, biased = (100 * limit(zone, at) / at for zone in (TRUST, BIASED))
        for low, high, alpha in ((trust, biased, 0.09), (biased, 999, 0.22)):
            for sign in (1, -1):
                axes.fill_between(at, sign * low, sign * high, color=plots.INK, alpha=alpha, lw=0)
        for place, (estimator, part) in enumerate(here.groupby("estimator", sort=False), -4):
            x, *bars = over_seeds(part, "truth", "percent")
            mean, low, high = (np.clip(a, *MAP_ENDS) for a in bars)
            style = look(str(estimator)) | {"markersize": 4, "linewidth": 0.7}
            axes.errorbar(x * 1.06**place, mean, [mean - low, high - mean], **style)
        plots.truth(axes, at[[0, -1]], [0, 0], label="no error")
        axes.set(xscale="log", xlim=at[[0, -1]], ylim=(-108, 74), ylabel="error (% of the truth)")
        _name_ticks(axes, (0.01, 0.1, 0.3, 1, 3, 10, 30))
        for height, word in ZONES.items():
            beside: plots.Look = {"xycoords": ("axes fraction", "data"), "va": "center"}
            axes.annotate(word, (1.01, height), **beside)
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=3)]


def _name_ticks(axes: Axes, marks: Sequence[float]) -> None:
    """Those of `marks` that are on the x axis, in plain numbers instead of powers."""
    low, high = axes.get_xlim()
    ticks = [mark for mark in marks if low < mark < high]
    axes.set_xticks(ticks, [f"{mark:g}" for mark in ticks])
    axes.set_xticks([], minor=True)

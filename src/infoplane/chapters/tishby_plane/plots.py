"""Pictures of chapter 05: planes, layers, bins, noise, and rules for stopping."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.chapters.tishby_plane.noisy_network import DISTANCES
from infoplane.chapters.tishby_plane.settings import DATASETS, INPUTS
from infoplane.chapters.tishby_plane.stopping_tables import PROFILES
from infoplane.chapters.tishby_plane.tables import (
    ESTIMATES,
    LAST_HIDDEN,
    by_decision,
    gap_to_ceiling,
    stacked,
)
from infoplane.datasets import decisions, tishby
from infoplane.plane.plots import plane_frames, plane_paths
from infoplane.stats import mean_of, over_seeds

__all__ = [
    "binned_planes",
    "bins_maps",
    "bins_panels",
    "decision_panels",
    "distance_panels",
    "group_planes",
    "moving_planes",
    "neural_panels",
    "neural_planes",
    "noisy_panels",
    "reading_planes",
    "stopping_panels",
]

Frames = Mapping[str, pd.DataFrame]

CEILINGS = (float(np.log(INPUTS)), tishby.INFORMATION)  # of I(X;T) and I(T;Y), nats
LAST = 4  # the place of the last hidden layer
CLASSES = {"within": plots.CLASSES[0], "between": plots.CLASSES[3]}  # pairs of inputs
# By whom the neural planes are: a prefix of columns, and the colour of which estimator.
ESTIMATORS = {"MINE": ("mine", "mine"), "AA-MINE": ("aware", "aa-mine"), "exact": ("exact",) * 2}


def binned_planes(trained: Frames, bins: int) -> list[Figure]:
    """The plane by binning as its inventors draw it, a panel an activation."""
    return [
        plane_paths(
            stacked(part, "binned_x"),
            stacked(part, "binned_y"),
            part["epoch"].iloc[0],
            title=f"{name}, {bins} bins",
            ceilings=CEILINGS,
        )
        for name, part in trained.items()
    ]


def moving_planes(part: pd.DataFrame, name: str, bins: int) -> list[Figure]:
    """Networks in the plane with a frame an epoch: by binning, and exactly with the least noise."""
    binned = stacked(part, "binned_x"), stacked(part, "binned_y")
    exact = stacked(part, "exact_x")[:, 0], stacked(part, "exact_y")[:, 0]
    label = _noisy_label(part["sigmas"].iloc[0][0])
    return [
        plane_frames(*binned, title=f"{name}, {bins} bins", ceilings=CEILINGS),
        plane_frames(*exact, title=f"{name}, exact with noise", ceilings=CEILINGS, xlabel=label),
    ]


def _noisy_label(sigma: float) -> str:
    return f"I(X; T + ε), σ = {sigma:g} (nats)"


@plots.styled
def bins_panels(trained: Frames) -> list[Figure]:
    """I(X;T) of the last hidden layer over training, by numbers of bins and exactly with noise."""
    panels = []
    for name, part in trained.items():
        figure, axes = plots.panel(title=f"{name}, layer 5", xlabel="epoch + 1", ylabel="nats")
        at = np.array(part["epoch"].iloc[0]) + 1
        finer, sigmas = part["finer"].iloc[0], part["sigmas"].iloc[0]
        for i, (count, color) in enumerate(zip(finer, plots.shades(len(finer)), strict=True)):
            bands = mean_of(stacked(part, "finer_x")[:, i, :, LAST])
            plots.band(axes, at, *bands, color=color, label=f"{count} bins")
        for i, (sigma, line) in enumerate(zip(sigmas, ("-", ":", "-."), strict=False)):
            bands = mean_of(stacked(part, "exact_x")[:, i, :, LAST])
            look: plots.Look = {"color": plots.COLORS["exact"], "linestyle": line}
            plots.band(axes, at, *bands, label=f"exact, σ = {sigma:g}", **look)
        axes.axhline(CEILINGS[0], color=plots.INK, linewidth=0.8)
        axes.set(xscale="log", ylim=(0, 1.05 * CEILINGS[0]))
        figure.legend(loc="outside lower center", ncols=3, fontsize=8)
        panels.append(figure)
    return panels


def bins_maps(trained: Frames) -> list[Figure]:
    """Binned I(X;T) of each layer at the end of training by the number of bins, mean values."""
    panels = []
    for name, part in trained.items():
        gaps = gap_to_ceiling(part, part["finer"].iloc[0], INPUTS)
        table = gaps.pivot_table(index="bins", columns="layer", values="value")
        drawn: plots.Look = {
            "title": name,
            "label": "I(X;T) (nats)",
            "vmax": CEILINGS[0],
            "numbers": ".1f",
        }
        panels.append(plots.heatmap(table, **drawn))
    return panels


def neural_planes(neural: pd.DataFrame, epochs: Sequence[int], sigma: float) -> list[Figure]:
    """The plane by MINE, with AA-MINE for I(X; T + eps), and exactly; a path an epoch."""
    panels = []
    for title, (column, _) in ESTIMATORS.items():
        x = stacked(neural, f"{column}_x")
        y = stacked(neural, "exact_y" if column == "exact" else "mine_y")
        drawn: plots.Look = {"ceilings": CEILINGS, "xlabel": _noisy_label(sigma)}
        panels.append(plane_paths(x, y, epochs, title=title, **drawn))
    return panels


@plots.styled
def neural_panels(neural: pd.DataFrame, epochs: Sequence[int], sigma: float) -> list[Figure]:
    """Both coordinates layer by layer, before training and after it, with 95 % bands."""
    sides = {"x": f"I(X; T + ε), σ = {sigma:g}", "y": "I(T; Y)"}
    panels = []
    for at in (0, -1):
        for (side, title), highest in zip(sides.items(), CEILINGS, strict=True):
            figure, axes = plots.panel(
                title=f"{title}, epoch {epochs[at]}", xlabel="layer", ylabel="nats"
            )
            for name, (column, color) in ESTIMATORS.items():
                if f"{column}_{side}" in neural:
                    bands = mean_of(stacked(neural, f"{column}_{side}")[:, at])
                    look: plots.Look = {
                        "color": plots.COLORS[color],
                        "marker": "o",
                        "markersize": 4,
                    }
                    look["linestyle"] = "--" if name == "exact" else "-"
                    plots.band(axes, range(1, 1 + len(bands[0])), *bands, label=name, **look)
            plots.ceiling(axes, highest, "")
            axes.set_ylim(0, 1.25 * highest)
            axes.legend()
            panels.append(figure)
    return panels


@plots.styled
def decision_panels() -> list[Figure]:
    """700 points of each of the two decisions in the square, by class."""
    panels = []
    for name, decision in decisions.DECISIONS.items():
        x, y = decision.sample(700, 0)
        figure, axes = plots.panel(title=name, xlabel="x1", ylabel="x2", size=(3.6, 3.4))
        for label, color in enumerate(CLASSES.values()):
            x1, x2 = x[y == label].T
            axes.scatter(x1, x2, s=5, color=color, label=f"y = {label}")
        figure.legend(loc="outside lower center", ncols=2)
        panels.append(figure)
    return panels


def group_planes(groups: pd.DataFrame, datasets: Sequence[str]) -> list[Figure]:
    """The plane of the first network of each group, a panel a data set."""
    parts = [groups[groups["dataset"] == name] for name in datasets]
    return [
        _group_plane(part, "simple", f"{name}, n = {part['rows'].iloc[0]}")
        for name, part in zip(datasets, parts, strict=True)
    ]


@plots.styled
def course_panels(groups: pd.DataFrame, originals: pd.DataFrame) -> list[Figure]:
    """I(X;T) of the last hidden layers over training, and the accuracy below; a panel a data set.

    Mean over the networks of a group; bands are 95 % intervals over groups. By bins on each
    network's own range, and on [-1, 1] dashed, where `originals` has the data set.
    """
    panels, decisions_of = [], by_decision(originals)
    for dataset, part in groups.groupby("dataset", sort=False):
        figure = Figure(figsize=plots.TALL, layout="constrained")
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
        at = np.array(part["epoch"].iloc[0]) + 1
        x = stacked(part, "simple_x").mean(axis=1)
        shades = plots.shades(x.shape[-1])
        for layer in LAST_HIDDEN:
            look: plots.Look = {"color": shades[layer - 1]}
            bands = mean_of(x[..., layer - 1])
            plots.band(top, at, *bands, label=f"layer {layer}", **look)
            if dataset in decisions_of:
                fixed = stacked(decisions_of[dataset], "fixed_x")
                bands = mean_of(fixed.mean(axis=1)[..., layer - 1])
                plots.band(
                    top, at, *bands, label=f"layer {layer}, on [-1, 1]", linestyle="--", **look
                )
        plots.band(
            bottom, at, *mean_of(stacked(part, "accuracy")), label="accuracy", color=plots.INK
        )
        top.set(title=str(dataset), ylabel="I(X; T) (nats)")
        bottom.set(xlabel="epoch + 1", ylabel="accuracy", xscale="log", ylim=(0, 1))
        handles, labels = top.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=2, fontsize=8)
        panels.append(figure)
    return panels


def reading_planes(part: pd.DataFrame) -> list[Figure]:
    """The planes of one data set by one network, and by each reading of several."""
    return [_group_plane(part, reading, reading) for reading in ESTIMATES]


def _group_plane(part: pd.DataFrame, reading: str, title: str) -> Figure:
    x, y = (stacked(part, f"{reading}_{q}") for q in "xy")
    if x.ndim == 4:  # (groups, networks, checkpoints, layers): the first network
        x, y = x[:, 0], y[:, 0]
    highest = float(np.log(part["rows"].iloc[0])), float(part["label_entropy"].iloc[0])
    return plane_paths(x, y, part["epoch"].iloc[0], title=title, ceilings=highest)


@plots.styled
def noisy_panels(noisy: pd.DataFrame) -> list[Figure]:
    """The plane of the noisy network; I(X;T) and distances over training, by layer."""
    epochs, x = noisy["epoch"].iloc[0], stacked(noisy, "information_x")
    within = stacked(noisy, "within")
    ratio = within / stacked(noisy, "between")
    drawn: plots.Look = {"title": "noisy network", "ceilings": CEILINGS}
    panels = [plane_paths(x, stacked(noisy, "information_y"), epochs, **drawn)]
    for label, values in (
        ("I(X; T) (nats)", x),
        ("distance within a class", within),
        ("within / between", ratio),
    ):
        figure, axes = plots.panel(title=label, xlabel="epoch + 1", ylabel=label)
        for layer, color in enumerate(plots.shades(values.shape[-1])):
            bands = mean_of(values[..., layer])
            plots.band(axes, np.array(epochs) + 1, *bands, color=color, label=f"layer {layer + 1}")
        axes.set(xscale="log", ylim=(0, None))
        figure.legend(loc="outside lower center", ncols=3)
        panels.append(figure)
    return panels


@plots.styled
def distance_panels(noisy: pd.DataFrame, layers: Sequence[int]) -> list[Figure]:
    """Histograms of distances within and between classes with a frame an epoch, a panel a layer."""
    panels = []
    for layer in layers:
        figure, axes = plots.panel(
            title=f"layer {layer}", xlabel="distance / 2√width", ylabel="share of pairs"
        )
        for name, color in CLASSES.items():
            counts = stacked(noisy, f"{name}_counts")[:, :, layer - 1].sum(axis=0)
            for i, share in enumerate(counts / counts.sum(axis=1, keepdims=True)):
                label = "" if i else f"{name} classes"
                plots.in_frame(i, axes.stairs(share, DISTANCES, color=color, label=label))
        axes.legend()
        panels.append(figure)
    return panels


@plots.styled
def stopping_panels(table: pd.DataFrame) -> list[Figure]:
    """Accuracy of the state that a rule keeps against beta; a panel a data set and reading.

    table: of `stopping_tables.outcomes`. Bands: 95 % intervals over networks.
    """
    table = table[~table["burn_in"].astype(bool)]
    words = {"best": ("best epoch", "--"), "kept": ("stopped by loss", "-")}
    words |= {"last": ("last epoch", ":")}
    panels = []
    for name in DATASETS:
        part = table[table["dataset"] == name]
        for rule in PROFILES:
            figure, axes = plots.panel(
                title=f"{name}, {rule}", xlabel="β", ylabel="final accuracy of the state kept"
            )
            for within, label in ((True, "whole profile"), (False, "without I(X;Ŷ)")):
                own = part[(part["rule"] == rule) & (part["compression"] == within)]
                look: plots.Look = {
                    "color": plots.CLASSES[0 if within else 1],
                    "marker": "o",
                    "markersize": 4,
                }
                plots.band(axes, *over_seeds(own, "beta", "kept"), label=label, **look)
            by_loss = part[part["rule"] == "loss"]
            for column, (label, line) in words.items():
                level: plots.Look = {"linestyle": line, "linewidth": 1, "label": label}
                axes.axhline(by_loss[column].mean(), color=plots.INK, **level)
            axes.set(xscale="log", ylim=(0.6, 0.95))
            figure.legend(loc="outside lower center", ncols=2, fontsize=8)
            panels.append(figure)
    return panels

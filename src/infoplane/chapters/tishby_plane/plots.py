"""Pictures of chapter 05: planes, layers, bins, noise, and rules for stopping."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.chapters.tishby_plane.noisy_network import DISTANCES
from infoplane.chapters.tishby_plane.paths.plots import (
    CEILINGS,
    ESTIMATORS,
    frames_shown,
    noisy_plane,
)
from infoplane.chapters.tishby_plane.settings import DATASETS
from infoplane.chapters.tishby_plane.stopping_tables import PROFILES
from infoplane.chapters.tishby_plane.tables import (
    LAST_HIDDEN,
    by_decision,
    stacked,
)
from infoplane.datasets import decisions
from infoplane.stats import mean_of, over_seeds

__all__ = [
    "bins_panels",
    "decision_panels",
    "distance_panels",
    "neural_panels",
    "noisy_panels",
    "stopping_panels",
]

Frames = Mapping[str, pd.DataFrame]

POINTS = 300  # of a decision that are drawn
LAST = 4  # the place of the last hidden layer
CLASSES = {"within": plots.CLASSES[0], "between": plots.CLASSES[3]}  # pairs of inputs


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
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=3)]


@plots.styled
def neural_panels(neural: pd.DataFrame, epochs: Sequence[int], sigma: float) -> list[Figure]:
    """Both coordinates layer by layer, before training and after it, with bars side by side."""
    sides = {"x": f"I(X; T + ε), σ = {sigma:g}", "y": "I(T; Y)"}
    panels: list[Figure] = []
    for at in (0, -1):
        for (side, title), highest in zip(sides.items(), CEILINGS, strict=True):
            figure, axes = plots.panel(
                title=f"{title}, epoch {epochs[at]}", xlabel="layer", ylabel="nats"
            )
            for place, (name, (column, color)) in enumerate(ESTIMATORS.items()):
                if f"{column}_{side}" in neural:
                    mean, low, high = mean_of(stacked(neural, f"{column}_{side}")[:, at])
                    look: plots.Look = {"color": plots.COLORS[color], "marker": "o"}
                    look |= {"markersize": 4, "linewidth": 1, "elinewidth": 1.4, "label": name}
                    look["linestyle"] = "--" if name == "exact" else "-"
                    layers = np.arange(1, 1 + len(mean)) + 0.16 * (place - 1)
                    axes.errorbar(layers, mean, [mean - low, high - mean], **look)
            plots.ceiling(axes, highest, "")
            axes.set_ylim(min(0, axes.get_ylim()[0]), max(1.1 * highest, axes.get_ylim()[1]))
            panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=3)]


@plots.styled
def decision_panels() -> list[Figure]:
    """Points of each of the two decisions in the square, by class."""
    panels: list[Figure] = []
    for name, decision in decisions.DECISIONS.items():
        x, y = decision.sample(POINTS, 0)
        figure, axes = plots.panel(title=name, xlabel="x1", ylabel="x2", size=(3.6, 3.4))
        for label, color in enumerate(CLASSES.values()):
            x1, x2 = x[y == label].T
            axes.scatter(x1, x2, s=5, color=color, label=f"y = {label}")
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


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
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


@plots.styled
def noisy_panels(noisy: pd.DataFrame) -> list[Figure]:
    """The plane of the noisy network; I(X;T) and distances over training, a colour a layer."""
    epochs, x = noisy["epoch"].iloc[0], stacked(noisy, "information_x")
    within = stacked(noisy, "within")
    ratio = within / stacked(noisy, "between")
    panels = [noisy_plane(noisy)]
    for label, values in (
        ("I(X; T) (nats)", x),
        ("mean distance within a class", within),
        ("within / between", ratio),
    ):
        figure, axes = plots.panel(title=label, xlabel="epoch + 1", ylabel=label)
        for layer, color in enumerate(plots.CLASSES[: values.shape[-1]]):
            bands = mean_of(values[..., layer])
            plots.band(axes, np.array(epochs) + 1, *bands, color=color, label=f"layer {layer + 1}")
        axes.set(xscale="log", ylim=(0, None))
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=3)]


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
            shares = counts / counts.sum(axis=1, keepdims=True)
            for i, share in enumerate(shares[frames_shown(len(shares))]):
                label = "" if i else f"{name} classes"
                steps = axes.plot(
                    DISTANCES, [*share, share[-1]], drawstyle="steps-post", color=color, label=label
                )
                plots.in_frame(i, *steps)
        axes.set_ylim(0, None)
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


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
            panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]

"""Pictures of chapter 10: estimates over training, by case, beside others, and where they fail."""

from collections.abc import Mapping
from typing import Any

import matplotlib.ticker as tick
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.chapters.flows import courses, tables
from infoplane.chapters.flows.numbers import span
from infoplane.chapters.flows.tables import CASE_NAMES, MODEL_NAMES, RIVAL_NAMES
from infoplane.datasets.student import Student
from infoplane.stats import ends, mean_of, over_seeds

__all__ = [
    "case_panels",
    "image_panels",
    "rho_panels",
    "rival_panels",
    "start_panels",
    "student_panels",
]

Frames = Mapping[str, pd.DataFrame]

FLOW = plots.COLORS["flow"]
OF_MODEL: Mapping[str, plots.Look] = {
    "source": {"marker": "o", "markerfacecolor": "none"},
    "shared": {"marker": "s", "markerfacecolor": "none"},
    "canonical": {"marker": "o"},
    "unmixed": {"marker": "D"},
}
"""How models of flows are told apart beside others: one colour, as they are one estimator."""
READINGS: tuple[tuple[str, str, str, plots.Look], ...] = (
    ("source", "value", MODEL_NAMES["source"], {"color": plots.CLASSES[0], "marker": "o"}),
    ("shared", "value", MODEL_NAMES["shared"], {"color": plots.CLASSES[1], "marker": "s"}),
    ("canonical", "value", MODEL_NAMES["canonical"], {"color": plots.CLASSES[4], "marker": "D"}),
    ("source", "ratio", "source's model, training rows",
     {"color": plots.CLASSES[3], "marker": "<"}),
    ("source", "from_rho", "source's model, what its ρ says",
     {"color": plots.CLASSES[2], "marker": "x"}),
)  # fmt: skip
"""What stands in each row of the first figure: a model, a reading of it, its name and its look."""
FLOW_NAMES = {"source": "flows, source", "canonical": "flows, a ρ a pair"}
FLOW_NAMES |= {"unmixed": "ICA, then flows"}
SAID: tuple[tuple[str, str, plots.Look], ...] = (
    ("train", "training rows show", {"color": FLOW}),
    ("from_rho", "ρ says", {"color": plots.CLASSES[2], "linestyle": ":", "linewidth": 2.2}),
)
ZOOM = 0.04  # share of the truth on either side of it
HIGH = 3.6  # inches of both panels of images
ROOM = 0.15  # of the range of what is found, on either side of it
OVER = ("straight", "sinh", "unequal", "mixed")  # cases that are drawn: the table has all


@plots.styled
def start_panels(starts: pd.DataFrame) -> list[Figure]:
    """What rho says, and what validation rows show, over the steps from each start: 95 % bands."""
    found = courses.starts(starts)
    truth = float(starts["truth"].iloc[0])
    random = [start for start in found if not start.closed]
    # the first shade is too near the colour of flows
    colors = dict(zip(random, plots.shades(len(random) + 1)[1:], strict=True))
    panels = []
    for name, title in (("from_rho", "what ρ says"), ("validation", "what validation rows show")):
        figure, axes = plots.panel(title=title, xlabel="step", ylabel="I (nats)")
        for start, curves in found.items():
            steps, values = courses.course(curves, name)
            look: plots.Look = {"color": colors.get(start, FLOW)}
            if start.by == "covariance":  # mostly on the other closed form
                look = {"color": plots.CLASSES[4], "linestyle": ":", "linewidth": 2.4}
            plots.band(axes, steps, *mean_of(values), label=str(start), **look)
        plots.truth(axes, [0, steps[-1]], [truth, truth], label="true", zorder=1)
        low = min(courses.course(curves, name)[1].min() for curves in found.values())
        axes.set_ylim(min(0.0, low) - 1, 1.1 * truth)
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


@plots.styled
def case_panels(gauss: pd.DataFrame) -> list[Figure]:
    """READINGS of each case, far and wide, and the same rows near the truth.

    Means over seeds with 95 % bars. In the second panel an arrow says from where to where means are
    that lie outside.
    """
    every = tables.gaussians(gauss)
    truth = float(every["truth"].iloc[0])
    order = [case for case in CASE_NAMES if case in set(every["case"])]
    near = truth * (1 - ZOOM), truth * (1 + ZOOM)
    panels = []
    for title, edges in (("all", None), (f"within {100 * ZOOM:g} % of the truth", near)):
        figure, axes = plots.rows_panel(
            [CASE_NAMES[case] for case in order], title=title, xlabel="nats", each=0.45
        )
        for shift, (model, column, name, look) in zip(
            0.15 * (np.arange(len(READINGS)) - 2), READINGS, strict=True
        ):
            _dots(axes, every[every["model"] == model], order, column, shift, look, label=name)
        plots.truth(axes, [truth, truth], [-0.5, len(order) - 0.5], label="true")
        if edges:
            axes.set_xlim(*edges)
            _arrows(axes, every, order, edges)
        panels.append(figure)
    return [*panels, plots.legend_panel(panels)]


def _arrows(axes: Axes, every: pd.DataFrame, order: list[str], edges: tuple[float, float]) -> None:
    """From where to where the means of a case are that lie outside."""
    readings = [(model, column) for model, column, *_ in READINGS]
    for i, case in enumerate(order):
        own = every[every["case"] == case]
        means = [own[own["model"] == model][column].mean() for model, column in readings]
        for left, edge in ((True, edges[0]), (False, edges[1])):
            if far := [mean for mean in means if (mean < edge if left else mean > edge)]:
                told = span(far)
                axes.annotate(f"← {told}" if left else f"{told} →", (edge, i - 0.3),
                              xytext=(4 if left else -4, 0), textcoords="offset points",
                              va="center", ha="left" if left else "right")  # fmt: skip


@plots.styled
def rival_panels(frames: Frames) -> list[Figure]:
    """Mean |error| over the seconds it took, for some cases; bars from the least to the most."""
    every = tables.beside(frames)
    every["error"] = every["error"].clip(lower=1e-3)  # there is a log of it
    drawn = every[every["case"].isin(OVER)]
    took = drawn.groupby(["case", "model"])["took"].median()
    panels = []
    for case in OVER:
        figure, axes = plots.panel(title=CASE_NAMES[case], xlabel="seconds", ylabel="|error|, nats")
        for model, own in every[every["case"] == case].groupby("model", sort=False):
            mean, least, most = (own["error"].agg(of) for of in ("mean", "min", "max"))
            axes.errorbar(
                own["took"].median(), mean, [[mean - least], [most - mean]], linestyle="none",
                capsize=2, **_of_way(str(model)),
            )  # fmt: skip
        axes.set(xscale="log", yscale="log", xlim=(took.min() / 1.5, 1.5 * took.max()))
        axes.set_ylim(drawn["error"].min() / 1.5, 1.5 * drawn["error"].max())
        axes.xaxis.set_major_locator(tick.LogLocator(subs=(1.0, 3.0)))
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_formatter(tick.FuncFormatter(lambda value, _: f"{value:g}"))
            axis.set_minor_formatter(tick.NullFormatter())
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


@plots.styled
def image_panels(images: pd.DataFrame) -> list[Figure]:
    """Found against true information of images, with 95 % bars; and all models at one of them."""
    every = tables.images(images)
    figure, axes = plots.panel(title="codes of two numbers", xlabel="true I (nats)",
                               ylabel="found (nats)", size=(4.2, HIGH))  # fmt: skip
    ways = (("canonical", "flow", "flows"), ("wkl", "wkl", "WKL"), ("ksg", "ksg", "KSG"),
            ("cca", "cca", "CCA"))  # fmt: skip
    asked = images["nats"].iloc[0]
    for model, color, name in ways:
        own = every[(every["model"] == model) & every["truth"].isin(asked)]
        x, mean, low, high = over_seeds(own, "truth", "value")
        axes.errorbar(x, mean, np.array([mean - low, high - mean]), label=name, marker="o",
                      markersize=4, capsize=3, color=plots.COLORS[color])  # fmt: skip
    top = max(asked)
    plots.truth(axes, [min(asked), top], [min(asked), top], label="true")
    axes.set_ylim(-0.5, 1.15 * top)
    axes.legend()
    panels = [figure]

    truth = tables.fullest(images)
    own = every[every["truth"] == truth]
    names = [name for name in tables.AT_ONE if name in set(own["model"])]
    labels = [(MODEL_NAMES | RIVAL_NAMES)[name] for name in names]
    figure, axes = plots.panel(title=f"{truth:g} nats", xlabel="found (nats)", size=(4.2, HIGH))
    for i, (name, label) in enumerate(zip(names, labels, strict=True)):
        color = plots.COLORS[name if name in RIVAL_NAMES else "flow"]
        values = own[own["model"] == name]["value"].to_numpy(float)
        axes.plot(values, np.full(len(values), i - 0.25), "o", color=color, alpha=0.6,
                  markersize=3.5, label=label)  # fmt: skip
        plots.across(axes, i, values.mean(), *ends(values), color=color, label=label)
    plots.truth(axes, [truth, truth], [-0.5, len(names) - 0.5])
    axes.set_yticks(range(len(labels)), labels)
    low, high = own["value"].min(), own["value"].clip(lower=truth).max()
    axes.set(ylim=(len(names) - 0.5, -0.5), xlim=(low - ROOM * (high - low),
                                                 high + ROOM * (high - low)))  # fmt: skip
    return [*panels, figure]


@plots.styled
def rho_panels(frames: Frames) -> list[Figure]:
    """What rho says and what rows show over training, of document 001's model: 95 % bands.

    Of images, with much information in a pair of columns, and of pairs of normal numbers.
    """
    of_images, of_pairs = tables.fullest(frames["images"]), float(frames["starts"]["truth"].iloc[0])
    d = int(frames["starts"]["options"].iloc[0]["d"])
    panels = []
    for title, truth, curves in (
        (
            f"images: {of_images:g} nats in two pairs",
            of_images,
            courses.of_images(frames["images"]),
        ),
        (f"{of_pairs:g} nats in {d} pairs", of_pairs, courses.of_pairs(frames["starts"])),
    ):
        figure, axes = plots.panel(title=title, xlabel="step", ylabel="I (nats)")
        lowest = truth
        for name, label, look in SAID:
            steps, values = courses.course(curves, name)
            plots.band(axes, steps, *mean_of(values), label=label, **look)
            lowest = min(lowest, 0.9 * values.mean(axis=0).min())
        plots.truth(axes, [0, steps[-1]], [truth, truth], label="true")
        axes.set_ylim(min(lowest, 0.95 * truth), 1.05 * truth)
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


@plots.styled
def student_panels(student: pd.DataFrame) -> list[Figure]:
    """Found over degrees of freedom, by flows and by others, means with 95 % bars, and the truth.

    A thin line: what the correlations alone tell.
    """
    every = tables.students(student)
    of_flows = {"gaussian": "one Gaussian", "mixture": "a mixture"}
    options, dofs = student["options"].iloc[0], sorted(every["dof"].unique())
    grid = np.geomspace(dofs[0], dofs[-1], 50)
    truth = [Student(**{**options, "dof": dof}).information.value for dof in grid]
    panels = []
    for title, names in (("flows", of_flows), ("others", RIVAL_NAMES)):
        figure, axes = plots.panel(title=title, xlabel="degrees of freedom", ylabel="found (nats)")
        means = [max(truth), options["nats"]]
        for model in (name for name in names if name in set(every["model"])):
            x, mean, low, high = over_seeds(every[every["model"] == model], "dof", "value")
            look = _of_way({"gaussian": "source", "mixture": "canonical"}.get(model, model))
            axes.errorbar(x, mean, np.array([mean - low, high - mean]), capsize=3,
                          **{**look, "label": names[model]})  # fmt: skip
            means += [low.min(), high.max()]
        plots.truth(axes, grid, truth, label="true")
        axes.axhline(options["nats"], color=plots.INK, linewidth=0.8, label="Gaussian part")
        axes.set(xscale="log", ylim=(min(means) - 0.5, max(means) + 0.5))
        axes.set_xticks(dofs, [f"{dof:g}" for dof in dofs], minor=False)
        axes.minorticks_off()
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


def _of_way(model: str) -> dict[str, Any]:
    """How an estimator is drawn, by its name among RIVALS or OF_MODEL."""
    if model in RIVAL_NAMES:
        own = "cca" if model == "copula" else model
        look = {"color": plots.COLORS[own], "marker": "s" if model == "copula" else "o"}
        return {**look, "markersize": 6, "label": RIVAL_NAMES[model]}
    return {"color": FLOW, "markersize": 6, "label": FLOW_NAMES[model], **OF_MODEL[model]}


def _dots(
    axes: Axes,
    own: pd.DataFrame,
    order: list[str],
    column: str,
    shift: float,
    look: plots.Look,
    *,
    label: str,
) -> None:
    """The mean of a column by case with its 95 % bar, at its row."""
    for i, case in enumerate(order):
        values = own[own["case"] == case][column].dropna().to_numpy(float)
        if len(values) > 1:
            plots.across(axes, i + shift, values.mean(), *ends(values), label=label, **look)

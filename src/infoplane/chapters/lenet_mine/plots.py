"""Pictures of chapter 08: training of LeNet and of MINE, planes, noise, and a small network."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.chapters.lenet_mine.exact_tables import exact_cells
from infoplane.chapters.lenet_mine.settings import ARCHITECTURES, BITS, LAYERS
from infoplane.chapters.lenet_mine.tables import ACCURACY, of_units, rows_of
from infoplane.plane.plots import plane_frames, plane_paths
from infoplane.stats import mean_of

__all__ = [
    "accuracy_panel",
    "exact_planes",
    "noise_panels",
    "small_panels",
    "source_planes",
    "table_panels",
    "transfer_panels",
    "truth_panels",
]

Floats = npt.NDArray[np.float64]

LABELS = float(np.log(10))  # the entropy of ten classes of one size: above that of any others
MARKERS = ("o", "s", "^", "D")  # of layers, beside their colours
XLABEL = "I(X; L + ε) (nats)"
YLABEL = "I(Y; L + ε) (nats)"


@plots.styled
def accuracy_panel(training: pd.DataFrame) -> Figure:
    """Test accuracy by epoch, with what the source reports."""
    figure, axes = plots.panel(xlabel="epoch", ylabel="test accuracy (%)")
    reached = 100 * np.array(training["accuracy"].tolist())
    at = np.arange(reached.shape[1])
    look: plots.Look = {"label": "measured", "color": plots.CLASSES[0]}
    plots.band(axes, at, *mean_of(reached), **look)
    told = {epoch: value for epoch, value in ACCURACY.items() if epoch in at}
    axes.plot(*zip(*told.items(), strict=True), "x", color=plots.INK, label="reported")
    axes.legend(loc="lower right")
    return figure


@plots.styled
def table_panels(table: pd.DataFrame) -> list[Figure]:
    """The batches' values over training, by architecture of I(X; L): the mean, and each seed.

    A colour an architecture, dashed with noise, and the logarithm of the batch; a legend below.
    """
    panels = []
    asked = [a for a in ARCHITECTURES if a.target == "x"]
    names = dict.fromkeys(_without_noise(a.title) for a in asked)
    colors = dict(zip(names, plots.CLASSES, strict=True))
    for layer in dict.fromkeys(table["layer"]):
        figure, axes = plots.panel(
            title=f"I(X; {layer})", xlabel="share of the steps", ylabel="value (nats)"
        )
        own = table[(table["layer"] == layer) & (table["target"] == "x")]
        for a in asked:
            color, dashes = colors[_without_noise(a.title)], "--" if a.noise else "-"
            curves = np.array(rows_of(own, a, layer, noise=a.noise)["curve"].tolist(), dtype=float)
            at = (np.arange(curves.shape[1]) + 0.5) / curves.shape[1]  # curves: (seeds, parts)
            axes.plot(at, curves.T, color=color, linewidth=0.5, alpha=0.25, linestyle=dashes)
            # the first is wide: the third says the same, and lies on it
            style: plots.Look = {"linewidth": 4 if a.title == "1" else 1.6, "linestyle": dashes}
            axes.plot(at, curves.mean(axis=0), color=color, label=a.title, **style)
        bound = float(np.log(own["mine_batch"].iloc[0]))
        axes.axhline(bound, color=plots.INK, linewidth=1, linestyle=":", label="log of the batch")
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


def _without_noise(title: str) -> str:
    return title.replace(", noise", "")


@plots.styled
def transfer_panels(transfer: pd.DataFrame) -> list[Figure]:
    """MINE over passes through the rows, a colour a run; from scratch, and going on."""
    panels = []
    for going_on, part in transfer.groupby("transfer"):
        title = "weights transferred" if going_on else "from scratch"
        figure, axes = plots.panel(title=title, xlabel="pass", ylabel="I(Y; relu3 + ε) (nats)")
        curves = np.array(part["curves"].tolist(), dtype=float)  # (networks, runs, passes)
        at = np.arange(curves.shape[2]) + 1
        for run, color in enumerate(plots.shades(curves.shape[1])):
            mean, low, high = mean_of(curves[:, run])
            axes.plot(at, mean, color=color, label=f"run {run + 1}")
            # behind the last pass, side by side: six bands would bury each other
            place = at[-1] * (1.02 + 0.025 * run)
            axes.plot([place, place], [low[-1], high[-1]], color=color, linewidth=3)
        panels.append(figure)
    most = max(figure.axes[0].get_ylim()[1] for figure in panels)  # of means, and of last bars
    every = np.array(transfer["curves"].tolist(), dtype=float)
    ends = every[..., every.shape[-1] // 2 :]
    # all later passes are seen; further down is how a critic begins that knows another layer
    least = min(-0.5 * abs(most), float(np.nanmin(ends)) - 0.1) if np.isfinite(ends).any() else -1
    for figure in panels:
        figure.axes[0].set_ylim(least, max(most, 0.1))
    panels[0].axes[0].legend(loc="lower right", ncols=2)
    return panels


@plots.styled
def source_planes(planes: pd.DataFrame, hidden: int, networks: Sequence[int]) -> list[Figure]:
    """The plane by MINE as the source draws it: a network a panel, a line a layer through its runs.

    The first and the last are numbered. A run without a finite value has no place.
    """
    part = planes[planes["hidden"] == hidden].astype({"value": float})
    panels = []
    for network in networks:
        figure, axes = plots.panel(
            title=f"MINE, {hidden} units, network {network}", xlabel=XLABEL, ylabel=YLABEL
        )
        own = part[part["network"] == network]
        for layer, color, marker in zip(LAYERS, plots.shades(4), MARKERS, strict=True):
            both = own[own["layer"] == layer].pivot(index="epoch", columns="target", values="value")
            look: plots.Look = {"color": color, "marker": marker, "label": layer}
            axes.plot(both["x"], both["y"], linewidth=0.8, markersize=4.5, **look)
            _numbered(axes, both[["x", "y"]].to_numpy(), color)
        axes.margins(0.12)
        panels.append(figure)
    return panels


def _numbered(axes: Axes, points: Floats, color: str) -> None:
    """The first and the last run that have a place."""
    look: plots.Look = {"textcoords": "offset points", "fontsize": plots.SMALL, "color": color}
    placed = [run for run, point in enumerate(points, start=1) if np.isfinite(point).all()]
    for run in dict.fromkeys([*placed[:1], *placed[-1:]]):
        axes.annotate(str(run), points[run - 1], (4, 3), **look)


def exact_planes(
    frames: Any, hidden: int, noise: Sequence[float], *, moving: bool = False
) -> list[Figure]:
    """The plane by MINE, exactly with the same noise, and by 8 bits without, over all networks."""
    exact = frames["exact"]
    n = int(exact["n"].iloc[0])
    ceilings = (float(np.log(n)), LABELS)
    values = of_units(frames["planes"], hidden)
    cells = exact_cells(exact)
    own = cells[cells["share"] == cells["layer"].map(dict(zip(LAYERS, noise, strict=True)))]
    truth = [_stacked(own, name) for name in "xy"]
    ordered = exact.sort_values(["seed", "epoch"])
    rounded = [
        np.array(
            [list(part) for _, part in ordered.groupby("seed")[f"quantised_{name}"]], dtype=float
        )
        for name in "xy"
    ]
    epochs = sorted(exact["epoch"].unique())
    drawn = {
        f"MINE, {hidden} units": ((values["x"], values["y"]), (XLABEL, YLABEL)),
        "exact, the same noise": (truth, (XLABEL, YLABEL)),
        f"{BITS} bits, no noise": (rounded, ("I(X; L) (nats)", "I(Y; L) (nats)")),
    }
    panels = []
    for title, ((x, y), (xlabel, ylabel)) in drawn.items():
        look: dict[str, Any] = {"title": title, "ceilings": ceilings}
        look |= {"xlabel": xlabel, "ylabel": ylabel}
        if moving:
            panels.append(plane_frames(x, y, **look))
        else:
            panels.append(plane_paths(x, y, epochs, **look))
    return panels


def _stacked(cells: pd.DataFrame, name: str) -> Floats:
    """(networks, epochs, layers)."""
    table = cells.pivot(index="network", columns=["epoch", "layer"], values=name)
    epochs = sorted(cells["epoch"].unique())
    return np.stack([table[[(e, layer) for layer in LAYERS]].to_numpy() for e in epochs], axis=1)


@plots.styled
def noise_panels(frames: Any) -> list[Figure]:
    """The exact information of each layer against the size of the noise, at the last checkpoint."""
    cells = pd.concat([exact_cells(frames[part]) for part in ("exact", "finer")])
    cells = cells[cells["epoch"] == cells["epoch"].max()]
    n = int(frames["exact"]["n"].iloc[0])
    panels = []
    for name, label in (("x", XLABEL), ("y", YLABEL)):
        figure, axes = plots.panel(xlabel="σ / root mean square of the layer", ylabel=label)
        for layer, color in zip(LAYERS, plots.shades(4), strict=True):
            table = cells[cells["layer"] == layer].pivot(
                index="network", columns="share", values=name
            )
            shown = table.columns
            if name == "y":  # where rows are alone, leaving one out says nothing
                known = cells[cells["layer"] == layer].groupby("share")["population"].all()
                shown = known.index[known]
            bands = mean_of(table[shown].to_numpy())
            plots.band(axes, shown, *bands, label=layer, color=color, marker="o", markersize=3)
        shares = sorted(cells["share"].unique())
        axes.set(xscale="log", xticks=shares, xticklabels=[f"{share:g}" for share in shares])
        axes.set_xticks([], minor=True)
        highest = float(np.log(n)) if name == "x" else LABELS
        plots.ceiling(axes, highest, "log N" if name == "x" else "log 10")
        axes.set_ylim(-0.03 * highest, 1.12 * highest)
        panels.append(figure)
    panels[0].axes[0].legend()
    return panels


@plots.styled
def truth_panels(frames: Any, hidden: int, noise: Sequence[float]) -> list[Figure]:
    """What MINE found against what is exact: a dot a network and checkpoint, a panel a quantity."""
    cells = exact_cells(frames["exact"])
    own = cells[cells["share"] == cells["layer"].map(dict(zip(LAYERS, noise, strict=True)))]
    values = of_units(frames["planes"], hidden)
    panels = []
    for name, label in (("x", XLABEL), ("y", YLABEL)):
        truth = _stacked(own, name)
        figure, axes = plots.panel(
            title=label.removesuffix(" (nats)"), xlabel="exact (nats)", ylabel="MINE (nats)"
        )
        for k, (color, marker) in enumerate(zip(plots.shades(4), MARKERS, strict=True)):
            axes.scatter(
                truth[..., k], values[name][..., k], color=color, marker=marker, s=16, alpha=0.8,
                linewidths=0, label=LAYERS[k],
            )  # fmt: skip
        most = float(np.nanmax([truth, values[name].astype(float)]))
        plots.truth(axes, [0, most], [0, most], label="equal")
        panels.append(figure)
    panels[0].axes[0].legend(loc="upper left")
    return panels


@plots.styled
def small_panels(cnn: pd.DataFrame) -> list[Figure]:
    """Document 002's network by the extended estimator, by two ranges of bins, its accuracy, and
    the legend of the layers."""
    at = np.array(cnn["epoch"].iloc[0]) + 1
    highest = float(np.log(cnn["rows"].iloc[0]))
    panels = []
    for name, title in (("fixed_neurons_x", "bins on [-1, 1]"), ("neurons_x", "a layer's range")):
        figure, axes = plots.panel(title=title, xlabel="epoch + 1", ylabel="I(X; T) (nats)")
        curves = np.array(cnn[name].tolist())  # (groups, checkpoints, layers)
        for k, layer in enumerate(("relu1", "fc1", "sm2")):
            # the first is wide: where both are at log N, the second lies on it
            look: plots.Look = {"color": plots.shades(3)[k], "linewidth": 5 if k == 0 else 1.6}
            plots.band(axes, at, *mean_of(curves[..., k]), label=layer, **look)
        plots.ceiling(axes, highest, "log N")
        axes.set(xscale="log", ylim=(0, 1.15 * highest))
        panels.append(figure)
    figure, axes = plots.panel(title="both", xlabel="epoch + 1", ylabel="accuracy")
    reached = np.array(cnn["accuracy"].tolist())
    plots.band(axes, at, *mean_of(reached), label="accuracy", color=plots.INK)
    axes.set(xscale="log", ylim=(0, 1.02))
    return [*panels, figure, plots.legend_panel(panels)]

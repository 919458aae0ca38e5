"""Pictures of chapter 09: images, estimates against the truth, and planes over the training."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.chapters.compression import tables
from infoplane.chapters.compression.filters import filtered, spread
from infoplane.chapters.compression.settings import KINDS, LATENTS, LAYERS, NAMES
from infoplane.datasets.image_pairs import ImagePairs
from infoplane.stats import mean_of, over_seeds

__all__ = [
    "course_panels",
    "estimator_panels",
    "exact_panels",
    "loss_panel",
    "pair_panels",
    "plane_panels",
    "size_panels",
    "truth_panels",
]

Floats = npt.NDArray[np.float64]
Frames = Mapping[str, pd.DataFrame]

XLABEL, YLABEL = "I(X; L) (nats)", "I(L; Y) (nats)"
# What is drawn against the truth: place, estimator, name, and how. By WKL of the most pairs, the
# others of as many as there are of pixels, which can be compared.
WAYS: tuple[tuple[str, str, str, plots.Look], ...] = (
    ("codes", "wkl", "WKL on codes", {"linewidth": 2.2}),
    ("latents", "wkl", "WKL on latents", {"linestyle": ":"}),
    ("codes", "ksg", "KSG on codes", {}),
    ("pixels", "ksg", "KSG on pixels", {"linestyle": "-."}),
    ("pixels", "mine", "MINE on pixels", {"linestyle": "-."}),
)
# What two estimators say of the same codes: column, colour, name, and how.
SECOND: tuple[tuple[str, str, str, plots.Look], ...] = (
    ("wkl_x", "wkl", "I(X; L), WKL", {}),
    ("ksg_x", "ksg", "I(X; L), KSG", {}),
    ("wkl_y", "wkl", "I(L; Y), WKL", {"linestyle": "--"}),
    ("ksg_y", "ross", "I(L; Y), Ross", {"linestyle": ":", "linewidth": 2.4}),
)


@plots.styled
def pair_panels(nats: float, count: int = 5) -> list[Figure]:
    """Some pairs of images of each kind that share so many nats: x above, z below.

    The brighter a pixel, the more grey it is; nothing is drawn where it is black.
    """
    panels = []
    for kind in KINDS:
        pairs = ImagePairs(kind, nats)
        images = [side.reshape(count, pairs.pixels, pairs.pixels) for side in pairs.sample(count)]
        figure = Figure(figsize=(4.2, 1.9), layout="constrained")
        figure.suptitle(NAMES[kind], fontsize=10, x=0.01, ha="left")
        for row, side in enumerate(images):
            for column, image in enumerate(side):
                axes = figure.add_subplot(2, count, row * count + column + 1)
                axes.imshow(image, cmap=plots.CLEAR, vmin=0, vmax=1)
                axes.spines[:].set(visible=True, linewidth=0.5)
                axes.set(xticks=[], yticks=[], ylabel="" if column else "xz"[row])
        panels.append(figure)
    return panels


@plots.styled
def truth_panels(frames: Frames) -> list[Figure]:
    """For each kind of image what is found against what there is, means with 95 % bands."""
    found = pd.concat(
        [
            tables.estimates(frames["latents"], "latents"),
            tables.estimates(frames["codes"], "codes"),
            tables.on_pixels(frames),
        ]
    )
    few = int(frames["pixels"]["n"].iloc[0])
    panels = []
    for kind in KINDS:
        figure, axes = plots.panel(title=NAMES[kind], xlabel="true I (nats)", ylabel="found (nats)")
        own = found[found["kind"] == kind]
        ends = [own["nats"].min(), own["nats"].max()]
        plots.truth(axes, ends, ends, label="true")
        for on, estimator, name, look in WAYS:
            part = own[(own["on"] == on) & (own["estimator"] == estimator)]
            part = part[part["n"] == (part["n"].max() if estimator == "wkl" else few)]
            nats, mean, low, high = curve = over_seeds(part, "nats", "value")
            look = {"label": name, "color": plots.COLORS[estimator], **look}
            if estimator == "mine":  # its wide intervals would cover what others find
                axes.errorbar(nats, mean, [mean - low, high - mean], **look, elinewidth=0.8)
            else:
                plots.band(axes, *curve, **look)
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


@plots.styled
def size_panels(frames: Frames) -> list[Figure]:
    """For each kind the estimates over the columns of the code, with 95 % bars, by WKL and KSG."""
    every = tables.too_small(frames)
    panels = []
    for kind in KINDS:
        own = every[every["kind"] == kind]
        figure, axes = plots.panel(
            title=NAMES[kind], xlabel="columns of the code", ylabel="found (nats)"
        )
        dims = sorted(own["code_dim"].unique())
        for i, nats in enumerate(sorted(own["nats"].unique())):
            plots.truth(axes, [dims[0], dims[-1]], [nats, nats], label="true" if not i else "")
            for shift, estimator in ((-0.03, "wkl"), (0.03, "ksg")):
                part = own[(own["nats"] == nats) & (own["estimator"] == estimator)]
                x, mean, low, high = over_seeds(part, "code_dim", "value")
                bars = np.array([mean - low, high - mean])
                label = estimator.upper() if not i else ""
                axes.errorbar(np.asarray(x) + shift, mean, bars, color=plots.COLORS[estimator],
                              label=label, marker="o", markersize=4, capsize=3)  # fmt: skip
        axes.axvline(LATENTS[kind], color=plots.INK, linewidth=0.6)
        axes.annotate("latents", (LATENTS[kind], 1), xycoords=("data", "axes fraction"),
                      xytext=(0, 2), textcoords="offset points", ha="center")  # fmt: skip
        axes.set_xticks(dims)
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=3)]


@plots.styled
def plane_panels(planes: pd.DataFrame, epochs: int) -> list[Figure]:
    """A plane for each layer as on the slides: the mean path, raw and filtered; whose epochs."""
    of_x, of_y = (tables.curves(planes, f"wkl_{side}") for side in "xy")
    n = int(planes["n"].iloc[0])
    panels = [_plane(layer, of_x[layer], of_y[layer], epochs, np.log(n)) for layer in LAYERS]
    key = Figure(figsize=(plots.PANEL[0], 0.7), layout="constrained")
    colors = ScalarMappable(Normalize(0, epochs), plots.ORDERED)
    key.colorbar(colors, cax=key.subplots(), orientation="horizontal", label="epoch")
    return [*panels, key]


def _plane(layer: str, x: Floats, y: Floats, epochs: int, top: float) -> Figure:
    figure, axes = plots.panel(title=layer, xlabel=XLABEL, ylabel=YLABEL)
    raw = x.mean(axis=0), y.mean(axis=0)
    axes.plot(*raw, color=plots.INK, linewidth=0.5, alpha=0.5, label="raw")
    smooth = np.column_stack([filtered(side) for side in raw])
    steps = np.stack([smooth[:-1], smooth[1:]], axis=1)
    path = LineCollection(list(steps), cmap=plots.ORDERED, linewidth=2.4, label="filtered")
    path.set_array(np.linspace(0, epochs, len(steps)))
    axes.add_collection(path)
    for at, marker in ((0, "o"), (-1, "s")):
        (mean_x, low_x, high_x), (mean_y, low_y, high_y) = (
            (each[at] for each in mean_of(side)) for side in (x, y)
        )
        axes.errorbar(
            mean_x, mean_y, [[mean_y - low_y], [high_y - mean_y]],
            [[mean_x - low_x], [high_x - mean_x]], marker=marker, color=plots.INK, capsize=3,
            linewidth=1, markersize=5, markerfacecolor="none",
        )  # fmt: skip
    _ceiling(axes, float(np.log(10)), "log 10")
    axes.set_xlim(None, min(axes.get_xlim()[1], top))
    return figure


def _ceiling(axes: Axes, value: float, label: str) -> None:
    """A value that no curve can pass, with room for its name below the title."""
    plots.ceiling(axes, value, label)
    low, high = axes.get_ylim()
    axes.set_ylim(low, max(high, value + 0.12 * (value - low)))


@plots.styled
def course_panels(planes: pd.DataFrame) -> list[Figure]:
    """I(X; L) of each layer over the epochs, and below it what the filters take out of the mean.

    Above: mean and 95 % band of the raw course. Below: filtered less raw, and one standard
    deviation of the noise from epoch to epoch on either side, which a swing has to exceed.
    """
    of_x = tables.curves(planes, "wkl_x")
    epochs = np.sort(planes["epoch"].unique())
    panels = []
    for layer in LAYERS:
        figure = Figure(figsize=plots.TALL, layout="constrained")
        top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
        plots.band(top, epochs, *mean_of(of_x[layer]), label="raw", color=plots.COLORS["wkl"])
        mean = of_x[layer].mean(axis=0)
        change = filtered(mean) - mean
        bottom.plot(epochs, change, color=plots.CLASSES[3], label="filtered less raw")
        noise = float(spread(mean))
        look: plots.Look = {"color": plots.INK, "alpha": 0.12, "linewidth": 0}
        bottom.axhspan(-noise, noise, **look, label="noise, one standard deviation")
        top.set(title=layer, ylabel=XLABEL)
        bottom.set(xlabel="epoch", ylabel="change (nats)")
        panels.append(figure)
    return [*panels, plots.legend_panel(panels)]


@plots.styled
def loss_panel(training: pd.DataFrame) -> Figure:
    """Loss on images that were trained on and on test images over the epochs, with 95 % bands."""
    figure, axes = plots.panel(
        title="loss in training", xlabel="epoch", ylabel="cross-entropy (nats)"
    )
    for name, label, color in (
        ("train_loss", "training images", plots.CLASSES[0]),
        ("test_loss", "test images", plots.CLASSES[3]),
    ):
        curves = np.array(training[name].tolist())
        plots.band(axes, np.arange(curves.shape[1]), *mean_of(curves), label=label, color=color)
    axes.set_yscale("log")
    axes.legend()
    return figure


@plots.styled
def estimator_panels(planes: pd.DataFrame) -> list[Figure]:
    """For each layer both quantities by two estimators of the same codes, over the epochs."""
    epochs = np.sort(planes["epoch"].unique())
    panels = []
    for layer in LAYERS:
        figure, axes = plots.panel(title=layer, xlabel="epoch", ylabel="nats")
        for quantity, name, label, look in SECOND:
            values = tables.curves(planes, quantity)[layer]
            plots.band(axes, epochs, *mean_of(values), label=label, color=plots.COLORS[name],
                       **look)  # fmt: skip
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


@plots.styled
def exact_panels(planes: pd.DataFrame) -> list[Figure]:
    """The exact I(X; L + eps) of each layer over the epochs, a shade for each size of the noise.

    With log N, the most there is, where a curve comes as far as half of it.
    """
    points = tables.exact_points(planes)
    shares = sorted(points["share"].unique())
    most = float(np.log(planes["n"].iloc[0]))
    panels = []
    for layer in LAYERS:
        figure, axes = plots.panel(title=layer, xlabel="epoch", ylabel="I(X; L + ε) (nats)")
        for share, color in zip(shares, plots.shades(len(shares)), strict=True):
            part = points[(points["layer"] == layer) & (points["share"] == share)]
            curve: Any = over_seeds(part, "epoch", "x")
            plots.band(axes, *curve, label=f"σ = {share:g} rms", color=color, marker=".")
        if points.loc[points["layer"] == layer, "x"].max() > most / 2:
            _ceiling(axes, most, "log N")
        axes.set_ylim(0, None)
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=len(shares))]

"""Pictures of codes against their dimension: entropy and loss, correlation dimension, scaling."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from infoplane import plots
from infoplane.chapters.autoencoder_entropy import tables
from infoplane.chapters.autoencoder_entropy.settings import GAUGE, GAUGES
from infoplane.stats import ends, mean_of
from infoplane.words import counted

__all__ = [
    "METHOD_LOOKS",
    "digits_panel",
    "dimension_panel",
    "dimension_panels",
    "entropy_panel",
    "entropy_panels",
    "first_panels",
    "gauge_panels",
    "image_entropy_panels",
    "method_panels",
    "pictures_panel",
    "scaling_panel",
]

Floats = npt.NDArray[np.float64]

ENTROPY, LOSS, CODES = plots.CLASSES[0], plots.CLASSES[3], plots.CLASSES[4]
# Of the ways to the entropy: better kernels are leaving one out again, and dashed.
METHOD_LOOKS: dict[str, plots.Look] = {
    "loo": {"color": ENTROPY},
    "monte-carlo": {"color": plots.CLASSES[1]},
    "shrunk": {"color": plots.CLASSES[2]},
    "plug-in": {"color": plots.CLASSES[3]},
    "wkl": {"color": plots.COLORS["wkl"]},
    tables.TIGHTER: {"color": ENTROPY, "linestyle": "--"},
}


def first_panels(part: pd.DataFrame, images: pd.DataFrame) -> list[Figure]:
    """:func:`entropy_panel` of one synthetic case, and of the first set of images; their legend."""
    panels: list[Figure] = []
    for frame in (part, images):
        case, own = next(iter(tables.cases(frame)))
        found = tables.breaks(own).iloc[0]
        panels.append(entropy_panel(own, found, title=tables.name(case)))
    return [*panels, plots.legend_panel(panels, ncols=2)]


def entropy_panels(frame: pd.DataFrame, found: pd.DataFrame) -> list[Figure]:
    """:func:`entropy_panel` of every case whose codes are not bounded; their legend.

    found: of `tables.breaks` of the same frame.
    """
    panels = [
        entropy_panel(part, row, title=tables.name(case))
        for (case, part), (_, row) in zip(tables.cases(frame), found.iterrows(), strict=True)
        if case["code_activation"] == "none"
    ]
    return [*panels, plots.legend_panel(panels, ncols=2)]


def gauge_panels(part: pd.DataFrame) -> list[Figure]:
    """H(d) of one case in each gauge, which has nothing to do with the loss; their legend."""
    name = part["dataset"].iloc[0]
    panels = []
    for gauge in GAUGES:
        figure, axes = plots.panel(
            title=f"{name}, {gauge}", xlabel="code dimension d", ylabel="H (nats)"
        )
        _draw_entropy(axes, part, tables.breaks(part, gauge).iloc[0], gauge)
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=3)]


@plots.styled
def entropy_panel(part: pd.DataFrame, found: pd.Series, *, title: str) -> Figure:
    """H(d) of one case with its break, and below it the share of the variance that is lost.

    part: records of one case; found: its row of `tables.breaks`. Bands are 95 % intervals
    over seeds; the dashed line is the true dimension, where codes are that large; line and strip
    are the break and its interval, where one is found.
    """
    figure = Figure(figsize=plots.TALL, layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=[3, 2])
    _draw_entropy(top, part, found, GAUGE)
    for name, line in (("lost", "-"), ("lost_held_out", ":")):
        codes, lost = tables.curves(part, part[name])
        # geometric means: a loss falls by powers of ten
        bands = (np.exp(v) for v in mean_of(np.log(lost)))
        label = "loss, training" if name == "lost" else "loss, held out"
        plots.band(bottom, codes, *bands, color=LOSS, label=label, linestyle=line)
    _draw_truth(bottom, part, found)
    top.set(title=title, ylabel="H (nats)")
    bottom.set(xlabel="code dimension d", ylabel="variance lost", yscale="log")
    bottom.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


def _draw_entropy(axes: Axes, part: pd.DataFrame, found: pd.Series, gauge: str) -> None:
    x, y = tables.entropies(part, gauge)
    if len(x):  # else refused at every d
        plots.band(axes, x, *mean_of(y), color=ENTROPY, label="H(d)", marker="o", markersize=3)
    if found["found"]:
        axes.axvspan(found["low"], found["high"], color=ENTROPY, alpha=0.2, linewidth=0)
        axes.axvline(found["break"], color=ENTROPY, linewidth=1, label="break")
    _draw_truth(axes, part, found)


def _draw_truth(axes: Axes, part: pd.DataFrame, found: pd.Series) -> None:
    if found["dimension"] <= part["code"].max():
        axes.axvline(found["dimension"], label="true dimension", **plots.TRUTH)


@plots.styled
def dimension_panel(part: pd.DataFrame, of_points: Floats, *, title: str, truth: float) -> Figure:
    """Correlation dimension of the codes against their dimension, and that of the data.

    of_points: (seeds,) correlation dimensions of the data; bands are 95 % intervals over seeds.
    """
    figure, axes = plots.panel(
        title=title, xlabel="code dimension d", ylabel="correlation dimension"
    )
    x, values, _ = tables.dimensions(part)
    plots.band(axes, x, *mean_of(values), color=CODES, label="codes", marker="o", markersize=3)
    mean, low, high = (np.full(len(x), v[0]) for v in mean_of(of_points[:, None]))
    plots.band(axes, x, mean, low, high, color=plots.CLASSES[2], label="data")
    top = 1.15 * max(np.nanmax(values), high.max())
    if truth <= top:
        axes.axhline(truth, label="true dimension", **plots.TRUTH)
    axes.plot(x, x, color=plots.INK, linewidth=0.6, label="d itself")
    axes.set_ylim(0, top)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure


@plots.styled
def scaling_panel(curves: Sequence[tuple[str, Floats, Floats]], *, title: str) -> Figure:
    """C(r) in logarithmic axes: curves of codes in an order of shades, then that of the data.

    curves: (name, log r, log C) each.
    """
    figure, axes = plots.panel(
        title=title, xlabel="r / median distance", ylabel="share of pairs nearer than r"
    )
    colors = [*plots.shades(len(curves) - 1), plots.INK]
    for (name, log_r, log_c), color in zip(curves, colors, strict=True):
        axes.plot(np.exp(log_r), np.exp(log_c), color=color, label=name, linewidth=1.2)
    axes.set(xscale="log", yscale="log")
    lines = axes.get_lines()
    # of ordered curves the ends and the middle have a name: the colours say the rest
    named = dict.fromkeys((0, (len(lines) - 1) // 2, max(len(lines) - 2, 0), len(lines) - 1))
    axes.legend(handles=[lines[i] for i in named], loc="upper left")
    return figure


@plots.styled
def digits_panel(part: pd.DataFrame, *, title: str) -> Figure:
    """H(d) of the codes of each digit alone, side by side, with 95 % bands over seeds.

    Thin and grey: the mean over the digits. Those refused at every d have no axes.
    """
    import seaborn as sns
    from matplotlib import pyplot as plt

    curves = [tables.digit_entropies(part, digit) for digit in range(10)]
    rows = [
        {"digit": digit, "code": code, "seed": seed, "entropy": value}
        for digit, (codes, values) in enumerate(curves)
        for seed, of_seed in enumerate(values)
        for code, value in zip(codes, of_seed, strict=True)
    ]
    if not rows:
        return plots.panel(title=f"{title}: refused at every d")[0]
    look: plots.Look = {"color": ENTROPY, "err_kws": {"linewidth": 0, "alpha": 0.3}}
    look |= {"kind": "line", "errorbar": ends, "height": 1.6, "aspect": 0.5}
    grid = sns.relplot(
        pd.DataFrame(rows), x="code", y="entropy", col="digit", col_wrap=5, zorder=3, **look
    )
    figure: Figure = grid.figure
    plt.close(figure)  # it is shown by `plots.show`, and not a second time by the notebook
    figure.set_layout_engine("constrained")
    figure.set_size_inches(plots.TALL)
    grid.set_titles("{col_name}", size=plots.SMALL)
    grid.set_axis_labels("", "")
    of_all = tables.mean_over_digits(part)
    for place, axes in enumerate(grid.axes.flat):
        axes.plot(*of_all, color=plots.CLASSES[2], linewidth=0.8)
        axes.xaxis.set_major_locator(MaxNLocator(2, integer=True))
        axes.tick_params(labelsize=plots.SMALL, labelleft=place % 5 == 0)
    figure.suptitle(title, fontsize=10, x=0.02, ha="left")
    figure.supxlabel("code dimension d", fontsize=10)
    figure.supylabel("H (nats)", fontsize=10)
    return figure


def method_panels(part: pd.DataFrame, resolution: pd.DataFrame) -> list[Figure]:
    """H(d) of one case by each method, and by leaving one out with fewer or more codes; a legend.

    Bands: 95 % intervals over seeds.
    """
    name = part["dataset"].iloc[0]
    by_method = {
        way: (*tables.entropies(part, method=way), look)
        for way, look in METHOD_LOOKS.items()
        if way != "shrunk"  # as good as leaving one out
    }
    shades = plots.shades(resolution["rows"].nunique())
    by_count = {
        f"{counted(count)} codes": (*tables.entropies(rows), {"color": color})
        for (count, rows), color in zip(resolution.groupby("rows"), shades, strict=True)
    }
    panels = []
    for title, curves in ((f"{name}, by method", by_method), ("by number of codes", by_count)):
        figure, axes = plots.panel(title=title, xlabel="code dimension d", ylabel="H (nats)")
        for label, (x, y, look) in curves.items():
            plots.band(axes, x, *mean_of(y), label=label, **look)
        axes.axvline(tables.true_dimension(name), label="true dimension", **plots.TRUTH)
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


def dimension_panels(frame: pd.DataFrame, points: pd.DataFrame) -> list[Figure]:
    """:func:`dimension_panel` of every case whose codes are not bounded; their legend."""
    panels = [
        dimension_panel(
            part,
            tables.of_points(case, points),
            title=tables.name(case),
            truth=tables.true_dimension(case["dataset"]),
        )
        for case, part in tables.cases(frame)
        if case["code_activation"] == "none"
    ]
    return [*panels, plots.legend_panel(panels, ncols=2)]


def image_entropy_panels(frame: pd.DataFrame, found: pd.DataFrame) -> list[Figure]:
    """H(d) of each set of images, all together and digit by digit; found: of `tables.breaks`.

    The last panel is the legend.
    """
    panels: list[Figure] = []
    for (case, part), (_, row) in zip(tables.cases(frame), found.iterrows(), strict=True):
        name = case["dataset"]
        panels.append(entropy_panel(part, row, title=f"{name}, all digits"))
        panels.append(digits_panel(part, title=f"{name}, digit by digit"))
    return [*panels, plots.legend_panel(panels[:1], ncols=3)]


@plots.styled
def pictures_panel(images: Floats, *, title: str) -> Figure:
    """A row of images (k, side, side), in [0, 1]: the more, the more grey; clear where it is 0."""
    figure = Figure(figsize=(4.2, 0.85), layout="constrained")
    for image, axes in zip(images, figure.subplots(1, len(images)), strict=True):
        axes.imshow(image, interpolation="none", cmap=plots.CLEAR, vmin=0, vmax=1)
        axes.set(xticks=[], yticks=[])
        axes.spines[:].set_visible(False)
    figure.suptitle(title, fontsize=plots.SMALL, x=0, ha="left")
    return figure

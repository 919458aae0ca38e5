"""Maps of chapter 05, in place of its big tables: a number in every cell, its size as colour."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd
from matplotlib.colors import TwoSlopeNorm
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.chapters.tishby_plane.settings import INPUTS
from infoplane.chapters.tishby_plane.tables import gap_to_ceiling, stacked
from infoplane.plane.phases import change_since_peak
from infoplane.words import sure

__all__ = ["bins_maps", "fall_maps", "noisy_map", "violation_map"]

Frames = Mapping[str, pd.DataFrame]
Floats = npt.NDArray[np.float64]

CEILING = float(np.log(INPUTS))


def bins_maps(trained: Frames) -> list[Figure]:
    """Binned I(X;T) of each layer at the end of training by the number of bins, mean values."""
    panels = []
    for name, part in trained.items():
        gaps = gap_to_ceiling(part, part["finer"].iloc[0], INPUTS)
        table = gaps.pivot_table(index="bins", columns="layer", values="value")
        panels.append(_map(table, title=name, label="I(X;T) (nats)", vmax=CEILING))
    return panels


def fall_maps(trained: Frames) -> list[Figure]:
    """By how much I(X;T) of each layer falls from its peak, by bins and exactly; nats.

    A star stands where the 95 % interval over networks excludes 0. All maps have one scale.
    """
    falls = {name: _falls(part) for name, part in trained.items()}
    most = max(float(np.abs(means).max(axis=None)) for means, _ in falls.values())
    return [
        _map(
            means,
            title=f"{name}: fall of I(X;T) (nats)",
            vmin=-most,
            vmax=most,
            words=words,
        )
        for name, (means, words) in falls.items()
    ]


def _falls(part: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Means and what is written in the cells: (rows by estimator, a column a layer)."""
    bins = int(part["bins"].iloc[0])
    curves = {
        f"{bins} bins": stacked(part, "binned_x"),
        f"{bins} on [-1, 1]": stacked(part, "fixed_x"),
    }
    for i, sigma in enumerate(part["sigmas"].iloc[0]):
        curves[f"σ = {sigma:g}"] = stacked(part, "exact_x")[:, i]
    layers = pd.Index(range(1, 1 + part["binned_x"].map(lambda x: len(x[0])).iloc[0]), name="layer")
    means, words = {}, {}
    for name, values in curves.items():
        change = [-change_since_peak(values[..., k]) for k in range(len(layers))]
        means[name] = [float(c.mean()) for c in change]
        words[name] = [f"{c.mean() + 0.0:.2f}{'*' if sure(c) else ''}" for c in change]
    return (
        pd.DataFrame(means, index=layers).T,
        pd.DataFrame(words, index=layers).T.replace("-0.00", "0.00"),
    )


def noisy_map(noisy: pd.DataFrame) -> Figure:
    """I(X;T) of the noisy network at the end of training: its own, and by bins of one draw."""
    rows = {"its own": stacked(noisy, "information_x")[:, -1].mean(axis=0)}
    binned = stacked(noisy, "binned_x").mean(axis=0)
    rows |= {f"{count} bins": binned[i] for i, count in enumerate(noisy["finer"].iloc[0])}
    layers = pd.Index(range(1, 1 + len(rows["its own"])), name="layer")
    table = pd.DataFrame(rows, index=layers).T
    return _map(table, title="noisy network", label="I(X;T) (nats)", vmax=CEILING)


def violation_map(processing: pd.DataFrame) -> Figure:
    """Share of comparisons in which the later layer has more; of `tables.processing`, per cent."""
    table = 100 * processing.set_index("estimator")[["I(X;T)", "I(T;Y)"]]
    words = table.map("{:.1f}".format)
    return _map(
        table.rename_axis(index=None, columns=None),
        title="",
        label="later layer has more (%)",
        vmax=max(1.0, float(np.nanmax(table.to_numpy()))),
        words=words,
        size=(4.2, 0.8 + 0.28 * len(table)),
    )


@plots.styled
def _map(
    values: pd.DataFrame,
    *,
    title: str,
    vmax: float,
    vmin: float = 0.0,
    label: str = "",
    words: pd.DataFrame | None = None,
    size: tuple[float, float] = plots.PANEL,
) -> Figure:
    """A map of a table, with its names along the axes; without a label there is no colour bar."""
    import seaborn as sns

    figure, axes = plots.panel(title=title, size=size)
    written = values.map("{:.1f}".format) if words is None else words
    drawn: plots.Look = {"cmap": plots.SIGNED if vmin < 0 else plots.SEQUENTIAL}
    drawn |= {"norm": TwoSlopeNorm(0, vmin, vmax)} if vmin < 0 else {"vmin": vmin, "vmax": vmax}
    drawn |= {"annot": written.to_numpy(), "fmt": "", "annot_kws": {"fontsize": plots.SMALL}}
    drawn |= {"cbar": bool(label), "cbar_kws": {"label": label, "pad": 0.02}}
    sns.heatmap(values, ax=axes, **drawn)
    plots.legible(axes)
    axes.tick_params(length=0, labelrotation=0)
    axes.set_ylabel(values.index.name or "")
    for bar in figure.axes[1:]:
        bar.tick_params(length=2)
    return figure

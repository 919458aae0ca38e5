"""Pictures of chapter 04: growth without end, and how often MINE diverges."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from infoplane import plots
from infoplane.chapters.infinite_mi.divergence import contrasts, fates
from infoplane.stats import mean_of, share_interval

__all__ = ["FATES", "NAMES", "WAYS", "contrast_panel", "fate_panels", "growth_panels"]

NAMES = {"identity": "I(X; X)", "random": "I(X; AX)"}  # of the matrices
FATES = {
    "growing": plots.CLASSES[4], "unclear": plots.CLASSES[2], "falling": plots.CLASSES[3],
    "blown up": plots.INK,
}  # fmt: skip

# How I(X; AX) may diverge: a marker, and its name.
WAYS = {
    "below half": ("s", "ends below half of I(X; X)"),
    "falling": ("v", "falls"),
    "not finite": ("x", "is not finite"),
}


@plots.styled
def growth_panels(runs: pd.DataFrame, *, scale: str) -> list[Figure]:
    """Both curves of the bound over training, a shade a learning rate; a panel a problem, a legend.

    runs: records of plain MINE; scale: of the axis of steps. Bands, of what is held out, and bars
    at the end, of training batches: 95 % intervals over seeds.
    """
    rates = sorted(runs["rate"].unique())
    colors = dict(zip(rates, plots.shades(len(rates)), strict=True))
    panels = []
    for (d, matrix), problem in runs.groupby(["d", "matrix"]):
        figure, axes = plots.panel(title=f"{NAMES[matrix]}, d = {d}", xlabel="gradient step")
        for place, (rate, part) in enumerate(problem.groupby("rate")):
            at = np.array(part["step"].iloc[0])[1:]
            held, batch = (
                mean_of(np.array(part[column].tolist(), dtype=float)[:, 1:])
                for column in ("held_out", "batch_value")
            )
            own: plots.Look = {"color": colors[rate]}
            plots.band(axes, at, *held, **own, label=f"held out, lr {rate:g}")
            axes.plot(at, batch[0], linestyle=":", **own, label=f"batch, lr {rate:g}")
            value, low, high = (each[-1] for each in batch)
            shift = (1.04 if scale == "log" else 1.015) + (0.02 * place)
            reach = [[value - low], [high - value]]
            axes.errorbar(at[-1] * shift, value, reach, **own, marker=".", capsize=2)
        axes.set(xscale=scale, ylabel="bound (nats)")
        axes.minorticks_off()
        panels.append(figure)
    named = [Patch(color=colors[rate], label=f"learning rate {rate:g}") for rate in rates]
    solid = Line2D([], [], color=plots.INK, label="held out")
    dotted = Line2D([], [], color=plots.INK, linestyle=":", label="training batches")
    return [*panels, plots.legend_panel(handles=[*named, solid, dotted])]


@plots.styled
def fate_panels(runs: pd.DataFrame) -> list[Figure]:
    """Shares of runs that grow, fall or neither, held out, by problem and rate; a panel each d.

    Diamonds: in how many the batch value exceeds the held-out one by more than half.
    """
    table = fates(runs)
    panels = []
    for d, part in table.groupby("d"):
        groups = part.groupby(["matrix", "rate"])
        labels = [f"{NAMES[str(matrix)]}, {rate:g} ({len(of)})" for (matrix, rate), of in groups]
        figure, axes = plots.rows_panel(labels, title=f"d = {d}", xlabel="share of runs (%)")
        left = np.zeros(len(labels))
        for fate, color in FATES.items():
            shares = np.array([100 * (of["fate"] == fate).mean() for _, of in groups])
            axes.barh(range(len(labels)), shares, left=left, color=color, height=0.7, label=fate)
            left += shares
        apart = [100 * of["apart"].mean() for _, of in groups]
        axes.plot(apart, range(len(labels)), "D", color=plots.INK, markersize=5, clip_on=False,
                  label="batch far above")  # fmt: skip
        axes.set_xlim(0, 100)
        panels.append(figure)
    present = set(table["fate"])
    named = [Patch(color=FATES[f], label=f"{f}, held out") for f in FATES if f in present]
    diamond: plots.Look = {"color": plots.INK, "marker": "D", "markersize": 5, "linestyle": "none"}
    above = Line2D([], [], **diamond, label="batch value far above it")
    return [*panels, plots.legend_panel(handles=[*named, above])]


@plots.styled
def contrast_panel(runs: pd.DataFrame) -> list[Figure]:
    """Shares of seeds in which I(X; A X) diverges while I(X; X) grows, by rate; and how; a legend.

    Filled, with Clopper and Pearson's interval: the contrast. Hollow: each way to diverge.
    """
    table = contrasts(runs)
    names = [f"d = {row['d']}, {row['rate']:g} ({row['runs']})" for row in table.to_dict("records")]
    figure, axes = plots.rows_panel(names, title="I(X; AX) beside I(X; X)", xlabel="seeds (%)")
    hollow: plots.Look = {"markerfacecolor": "none", "linestyle": "none", "color": plots.INK}
    for i, row in enumerate(table.to_dict("records")):
        share = 100 * np.array(share_interval(row["contrast"], row["runs"]))
        plots.across(axes, i, *share, color=plots.CLASSES[0], label="contrast")
        for kind, (marker, label) in WAYS.items():
            if row[kind]:
                at = 100 * row[kind] / row["runs"]
                axes.plot(at, i, marker=marker, label=label, clip_on=False, **hollow)
    axes.axvline(50, color=plots.INK, linewidth=0.5)
    axes.set_xlim(-2, 100)
    return [figure, plots.legend_panel([figure])]

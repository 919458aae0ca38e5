"""Pictures of chapter 04: growth without end; noise, and a critic that knows the layer."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.stats import mean_of, over_seeds

__all__ = ["NAMES", "ablation_panels", "error_panels", "growth_panels", "value_panels"]

NAMES = {"identity": "I(X; X)", "random": "I(X; AX)"}  # of the matrices
BOUNDS = (("held_out", "-", "held out"), ("batch_value", ":", "batch"))
# Form and critic of an estimator: what it is coloured like, its line, its marker, its name.
LOOKS = {
    ("input", "separable"): ("mine", "-", "o", "MINE, separable"),
    ("pair", "separable"): ("aa-mine", "-", "o", "AA-MINE pair, separable"),
    ("input", "concatenated"): ("mine", ":", "^", "MINE, concatenated"),
    ("difference", "concatenated"): ("aa-mine", ":", "^", "AA-MINE difference, concatenated"),
}
MARKS = (-100, -10, -3, -1, -0.5, 0, 0.5, 1, 3, 10, 100)  # on an axis of errors, nats

Case = tuple[str, int]  # a map and its dimension


@plots.styled
def growth_panels(runs: pd.DataFrame, *, scale: str) -> list[Figure]:
    """Both curves of the bound over training, a colour a learning rate; a panel a problem.

    runs: records of plain MINE; scale: of the axis of steps. Bands: 95 % intervals over seeds.
    """
    panels = []
    for (d, matrix), problem in runs.groupby(["d", "matrix"]):
        figure, axes = plots.panel(title=f"{NAMES[matrix]}, d = {d}", xlabel="gradient step")
        # three rates are looked at in the book; more would need more colours
        for (rate, part), color in zip(problem.groupby("rate"), plots.CLASSES, strict=False):
            at = np.array(part["step"].iloc[0])
            for column, line, label in BOUNDS:
                bands = mean_of(np.array(part[column].tolist(), dtype=float))
                look: plots.Look = {
                    "color": color,
                    "linestyle": line,
                    "label": f"{label}, lr {rate:g}",
                }
                plots.band(axes, at[1:], *(b[1:] for b in bands), **look)
        axes.set(xscale=scale, ylabel="bound (nats)")
        axes.minorticks_off()
        figure.legend(
            loc="outside lower center", ncols=3, fontsize=8, columnspacing=1, handlelength=1.5
        )
        panels.append(figure)
    return panels


@plots.styled
def value_panels(
    errors: pd.DataFrame, frames: Mapping[str, pd.DataFrame], cases: Sequence[Case]
) -> list[Figure]:
    """Estimates of I(X; T + eps) against the noise, up to log N; a panel a map and dimension.

    errors: of `errors.errors`, here and below. Dashed: exact; dotted: of the population; grey:
    the Kolchinsky-Tracey bracket.
    """
    panels = []
    for case in cases:
        figure, axes = _noise_panel(errors, case, "value", "I(X; T + ε) (nats)")
        bounds, exact = (_of(frames[part], case) for part in ("bracket", "exact"))
        axes.fill_between(
            bounds["sigma"], bounds["low"], bounds["high"], color=plots.INK, alpha=0.1
        )
        known = (
            exact.astype({"closed_form": float}).groupby("sigma")[["exact", "closed_form"]].mean()
        )
        axes.plot(known["closed_form"], color=plots.INK, linestyle=":")
        plots.truth(axes, known.index, known["exact"])
        highest = np.log(exact["n"].iloc[0])
        axes.axhline(highest, color=plots.INK, linewidth=0.8)
        axes.set_ylim(-0.5, 1.15 * highest)
        panels.append(figure)
    return panels


@plots.styled
def error_panels(errors: pd.DataFrame, cases: Sequence[Case]) -> list[Figure]:
    """The same minus the exact value, logarithmic beyond one nat; grey: where claims are judged."""
    panels = []
    for case in cases:
        figure, axes = _noise_panel(errors, case, "error", "estimate minus exact (nats)")
        part = _of(errors, case)
        plots.truth(axes, [part["sigma"].min(), part["sigma"].max()], [0, 0])
        axes.set_yscale("symlog", linthresh=1)
        limits = axes.get_ylim()
        axes.set(yticks=MARKS, yticklabels=[f"{mark:g}" for mark in MARKS], ylim=limits)
        inside = part[part["inside"]]["sigma"]
        if len(inside):
            strip: plots.Look = {"color": plots.INK, "alpha": 0.08}
            axes.axvspan(inside.min() / 1.15, inside.max() * 1.15, **strip)
        panels.append(figure)
    return panels


def _of(frame: pd.DataFrame, case: Case) -> pd.DataFrame:
    return frame[(frame["map"] == case[0]) & (frame["d"] == case[1])]


def _noise_panel(errors: pd.DataFrame, case: Case, column: str, ylabel: str) -> tuple[Figure, Axes]:
    """The four estimates of one case against the noise, with their bands."""
    title = f"{case[0]}, d = {case[1]}"
    figure, axes = plots.panel(title=title, xlabel="noise σ", ylabel=ylabel)
    part = _of(errors, case)
    for (form, critic), (color, line, marker, label) in LOOKS.items():
        own = part[(part["form"] == form) & (part["critic"] == critic)]
        look: plots.Look = {
            "color": plots.COLORS[color],
            "linestyle": line,
            "marker": marker,
            "label": label,
        }
        plots.band(axes, *over_seeds(own, "sigma", column), **look, markersize=4)
    sigmas = sorted(part["sigma"].unique())
    axes.set(xscale="log", xticks=sigmas, xticklabels=[f"{sigma:g}" for sigma in sigmas])
    axes.minorticks_off()
    figure.legend(loc="outside lower center", ncols=2, fontsize=8)
    return figure, axes


@plots.styled
def ablation_panels(layers: pd.DataFrame, exact: pd.DataFrame) -> list[Figure]:
    """MINE given ever deeper layers of the network in place of its input; a panel a dimension."""
    panels = []
    for d, part in layers.groupby("d"):
        figure, axes = plots.panel(title=f"tanh, d = {d}", xlabel="the critic is given")
        for critic, line, marker in (("separable", "-", "o"), ("concatenated", ":", "^")):
            own = part[part["critic"] == critic]
            look: plots.Look = {"linestyle": line, "marker": marker, "label": critic}
            color = plots.COLORS["mine"]
            plots.band(axes, *over_seeds(own, "layer", "value"), color=color, **look)
        plots.truth(axes, [0, 3], [exact[exact["d"] == d]["exact"].mean()] * 2)
        axes.set(xticks=range(4), xticklabels=["X", "T1", "T2", "T3 = T"], ylabel="estimate (nats)")
        axes.set_ylim(0, None)
        axes.legend(loc="lower right")
        panels.append(figure)
    return panels

"""Pictures of chapter 02: mixtures, MINE on its way to the integral, and errors over seeds."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.datasets.mixture import preset
from infoplane.stats import ends, mean_of, over_seeds

__all__ = ["error_panels", "sample_panels", "sweep_panels", "training_panels"]

NAMES = {"mine": "MINE", "ross": "Ross", "binning": "binning"}


@plots.styled
def sample_panels(presets: Sequence[str], prior: float) -> list[Figure]:
    """600 points of each mixture in the plane, by class, and the centres of its Gaussians."""
    panels = []
    for name in presets:
        drawn = preset(name, prior)
        x, z = drawn.sample(600, seed=0)
        figure, axes = plots.panel(title=name, xlabel="$x_1$", ylabel="$x_2$")
        for label, marker in ((0, "o"), (1, "^")):
            style: plots.Look = {
                "s": 14,
                "alpha": 0.6,
                "linewidth": 0,
                "color": plots.CLASSES[label],
            }
            style |= {"marker": marker, "label": f"class {label}", "rasterized": True}
            axes.scatter(x[z == label, 0], x[z == label, 1], **style)
        x1, x2 = drawn.centres.T
        axes.scatter(x1, x2, marker="D", s=30, color=plots.INK, label="centres")
        figure.legend(loc="outside lower center", ncols=3, fontsize=8)
        panels.append(figure)
    return panels


@plots.styled
def training_panels(trained: pd.DataFrame, integrals: pd.Series) -> list[Figure]:
    """The held-out bound over training: single runs, their mean and its 95 % band.

    trained: records of training; integrals: the true value of each mixture that has a name.
    """
    panels = []
    for name, true in integrals.items():
        part = trained[trained["preset"] == name]
        # runs stop at different steps; a curve is drawn as far as every run has come
        shortest = min(len(curve) for curve in part["held_out"])
        curves = np.stack([curve[:shortest] for curve in part["held_out"]])
        at = np.array(part["step"].iloc[0][:shortest])
        figure, axes = plots.panel(
            title=str(name), xlabel="gradient step", ylabel="held-out bound (nats)"
        )
        axes.plot(at, curves.T, color=plots.COLORS["mine"], linewidth=0.5, alpha=0.6)
        plots.band(axes, at, *mean_of(curves), label="MINE", color=plots.COLORS["mine"])
        plots.truth(axes, at[[0, -1]], [true] * 2, label="integral")
        axes.legend(loc="lower right")
        panels.append(figure)
    return panels


@plots.styled
def error_panels(errors: pd.DataFrame, presets: Sequence[str]) -> list[Figure]:
    """Errors of the estimators on each mixture: every seed, the mean, and its 95 % interval."""
    panels = []
    for name in presets:
        part = errors[errors["preset"] == name]
        part = part.assign(estimator=part["estimator"].map(NAMES))
        figure, axes = plots.panel(title=name)
        palette = {shown: plots.COLORS[own] for own, shown in NAMES.items()}
        group: plots.Look = {"x": "estimator", "hue": "estimator", "palette": palette}
        plots.repetitions(axes, part, y="error", interval=ends, **group)
        axes.set(xlabel="", ylabel="estimate minus integral (nats)", xlim=(-0.5, len(NAMES) - 0.5))
        plots.truth(axes, axes.get_xlim(), [0, 0])
        panels.append(figure)
    return panels


@plots.styled
def sweep_panels(errors: pd.DataFrame) -> list[Figure]:
    """Estimates against the distance between the classes, and their errors enlarged."""
    moved = errors[errors["separation"].notna()]
    true = moved.groupby("separation")["truth"].first()
    panels = []
    for column, ylabel, known in (("value", "I(X; Z) (nats)", true), ("error", "error (nats)", 0)):
        figure, axes = plots.panel(xlabel="distance between classes", ylabel=ylabel)
        for estimator, label in NAMES.items():
            part = moved[moved["estimator"] == estimator]
            look: plots.Look = {"label": label, "color": plots.COLORS[estimator]}
            plots.band(axes, *over_seeds(part, "separation", column), **look)
        plots.truth(axes, true.index, known + 0 * true, label="integral")
        panels.append(figure)
    panels[0].axes[0].legend(loc="lower right")
    return panels

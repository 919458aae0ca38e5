"""Pictures of chapter 02: mixtures, MINE on its way to the integral, and errors over seeds."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.datasets.mixture import preset, separated_by
from infoplane.stats import ends, mean_of, over_seeds

__all__ = ["POINTS", "error_panels", "on_grid", "sample_panels", "sweep_panels", "training_panels"]

POINTS = 600  # of a mixture that are drawn
FIRST = 0.1  # of training, whose steep rise would hide what comes after it

NAMES = {"mine": "MINE", "ross": "Ross", "binning": "binning"}


@plots.styled
def sample_panels(presets: Sequence[str], prior: float) -> list[Figure]:
    """POINTS points of each mixture in the plane, by class, and the centres of its Gaussians."""
    panels = []
    for name in presets:
        drawn = preset(name, prior)
        x, z = drawn.sample(POINTS, seed=0)
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
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=3)]


@plots.styled
def training_panels(trained: pd.DataFrame, integrals: pd.Series) -> list[Figure]:
    """The held-out bound over training: single runs, their mean and its 95 % band. The axis has
    room for what comes after the first tenth.

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
        late = np.append(curves[:, at >= FIRST * at[-1]], true)
        room = 0.08 * np.ptp(late)
        axes.set_ylim(late.min() - room, late.max() + room)
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


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
def sweep_panels(errors: pd.DataFrame, prior: float) -> list[Figure]:
    """Estimates against the distance between the classes, and their errors enlarged.

    errors: of `tables.errors`. Bars are 95 % intervals over seeds, those of errors side by side.
    """
    moved = errors[errors["separation"].notna()]
    at = moved["separation"].unique()
    grid = np.linspace(at.min(), at.max(), 100)
    panels = []
    for column, ylabel in (("value", "I(X; Z) (nats)"), ("error", "error (nats)")):
        figure, axes = plots.panel(xlabel="distance between classes", ylabel=ylabel)
        for place, (estimator, label) in enumerate(NAMES.items(), -1):
            part = moved[moved["estimator"] == estimator]
            x, mean, low, high = over_seeds(part, "separation", column)
            style: plots.Look = {"label": label, "color": plots.COLORS[estimator]}
            style |= {"marker": "o", "markersize": 4, "linewidth": 1, "linestyle": "none"}
            beside = x + (column == "error") * 0.015 * place * (at.max() - at.min())
            axes.errorbar(beside, mean, [mean - low, high - mean], **style)
        known = [on_grid(apart, prior) for apart in grid] if column == "value" else 0 * grid
        plots.truth(axes, grid, known, label="integral")
        panels.append(figure)
    panels[0].axes[0].legend(loc="lower right")
    return panels


def on_grid(separation: float, prior: float) -> float:
    """I(X; Z) of classes so far apart in nats, by a sum over a grid: good to 1e-6, and fast."""
    mixture = separated_by(separation, prior)
    low, high = mixture.centres.min(axis=0) - 4, mixture.centres.max(axis=0) + 4
    step = 0.2  # a third of what the Gaussians are wide: their sums are then integrals
    axis1, axis2 = (np.arange(*ends, step) for ends in zip(low, high, strict=True))
    x = np.stack(np.meshgrid(axis1, axis2), axis=-1)
    told = np.exp(mixture.log_density(x)) * mixture.surprise(x)
    return float(told.sum() * step**2)

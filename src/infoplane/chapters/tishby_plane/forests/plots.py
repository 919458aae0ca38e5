"""Forests of chapter 05: readings of the extended estimator, and rules for stopping."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from infoplane import plots
from infoplane.chapters.tishby_plane.stopping_tables import PROFILES, contenders
from infoplane.chapters.tishby_plane.tables import NAMES
from infoplane.stats import mean_interval

__all__ = ["reading_forest", "rule_forest"]

READINGS = dict(zip(NAMES, (plots.INK, *plots.CLASSES), strict=False))
RULES = {
    ("loss", False): "validation loss",
    **{
        (rule, whole): f"{rule}, {'whole' if whole else 'only I(Ŷ;Y)'}"
        for rule in PROFILES
        for whole in (True, False)
    },
}
# Whether checks before the peak count, by how a marker is filled.
BURN_IN = {False: ("without burn-in", plots.CLASSES[0]), True: ("with burn-in", "none")}


@plots.styled
def reading_forest(table: pd.DataFrame) -> list[Figure]:
    """Spread and violations by data set and reading, means over groups; and their legend.

    table: of `tables.extended`.
    """
    names = list(dict.fromkeys(table["dataset"]))
    panels = []
    for column, title, scale in (
        ("spread", "from the others' planes (nats)", 1),
        ("violations", "later layer has more (%)", 100),
    ):
        figure, axes = plots.rows_panel(names, title=title, xlabel=title.split(" (")[-1][:-1],
                                        each=0.7)  # fmt: skip
        for place, (reading, color) in enumerate(READINGS.items()):
            for i, name in enumerate(names):
                own = table[(table["dataset"] == name) & (table["reading"] == reading)][column]
                _mean(axes, i + 0.17 * (place - 1.5), scale * own, color, NAMES[reading])
        axes.set_xlim(-0.03 * axes.get_xlim()[1], None)  # what is 0 is seen whole
        panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


@plots.styled
def rule_forest(table: pd.DataFrame) -> list[Figure]:
    """Accuracy lost and epochs saved by each rule at its best beta, set by set; their legend.

    table: of `stopping_tables.outcomes`.
    """
    best = contenders(table)
    panels = []
    for dataset, part in best.groupby("dataset", sort=False):
        for column, xlabel in (("lost", "accuracy lost (points)"), ("saved", "epochs saved (%)")):
            figure, axes = plots.rows_panel(
                list(RULES.values()), title=str(dataset), xlabel=xlabel, each=0.4
            )
            for i, (rule, whole) in enumerate(RULES):
                for burn_in, (label, face) in BURN_IN.items():
                    own = part[
                        (part["rule"] == rule)
                        & (part["compression"].astype(bool) == whole)
                        & (part["burn_in"].astype(bool) == burn_in)
                    ]
                    shift = 0.0 if rule == "loss" else 0.15 * (2 * burn_in - 1)
                    color = plots.INK if rule == "loss" else plots.CLASSES[0]
                    style: plots.Look = {"markerfacecolor": color if face != "none" else face}
                    name = "validation loss" if rule == "loss" else label
                    _mean(axes, i + shift, 100 * own[column], color, name, **style)
            axes.axvline(0, color=plots.INK, linewidth=0.5)
            panels.append(figure)
    return [*panels, plots.legend_panel(panels, ncols=2)]


def _mean(axes: Axes, row: float, values: pd.Series, color: str, label: str, **style: Any) -> None:
    """A mean with its 95 % interval across; nothing where there are no values."""
    if len(values) >= 2:
        ends = mean_interval(np.asarray(values, dtype=float))
        plots.across(axes, row, *ends, color=color, markersize=4, label=label, **style)

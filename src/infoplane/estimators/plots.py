"""Pictures of estimators: the information between codes over their dimension."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from infoplane import plots

if TYPE_CHECKING:
    from infoplane.estimators.code_curves import CodeCurve

__all__ = ["code_curve_panel"]


@plots.styled
def code_curve_panel(curve: "CodeCurve") -> Figure:
    """Values less their known bias with 95 % intervals; hollow: a doubt about what codes lose."""
    figure, axes = plots.panel(
        xlabel="columns of the code", ylabel="I(f(X); g(Z)) (nats)", title="codes of x and z"
    )
    color = plots.COLORS["compressed"]
    ends = np.array([e.interval() for e in curve.estimates])
    middle = ends.mean(axis=1)
    raw = np.array([e.value for e in curve.estimates])
    middle = np.where(np.isnan(middle), raw, middle)
    axes.plot(curve.code_dims, middle, color=color)
    bars = np.nan_to_num(np.abs(ends.T - middle))
    axes.errorbar(curve.code_dims, middle, bars, color=color, linestyle="none", capsize=3)
    lossy = [any("pass a larger code_dim" in told for told in e.warnings) for e in curve.estimates]
    for dim, value, loses in zip(curve.code_dims, middle, lossy, strict=True):
        axes.plot(dim, value, "o", color=color, markerfacecolor="none" if loses else color)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return figure

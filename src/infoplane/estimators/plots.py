"""Pictures of estimators: codes over their dimension, and the course of a flow."""

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from infoplane import plots
from infoplane.errors import InputError
from infoplane.estimators.estimate import Estimate

if TYPE_CHECKING:
    from infoplane.estimators.code_curves import CodeCurve

__all__ = ["code_curve_panel", "course_panel"]


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


@plots.styled
def course_panel(found: Estimate) -> Figure:
    """What a flow found over its training: rows seen, validation rows, what rho says, the value.

    found: an estimate of :class:`infoplane.estimators.Flow`; of a mixture there is no rho. Raises
    InputError for another estimator's, which has no such course.
    """
    curves = found.history
    if found.estimator != "flow" or "step" not in curves:
        raise InputError(
            f"found is an estimate by {found.estimator}, which has no course of a flow: pass one "
            "of Flow().estimate(x, z)"
        )
    figure, axes = plots.panel(xlabel="gradient steps", ylabel="I(X; Z) (nats)", title="a flow")
    color = plots.COLORS["flow"]
    for name, label, line in (
        ("train", "training rows", ":"),
        ("validation", "validation rows", "-"),
        ("from_rho", "what rho says", "--"),
    ):
        if name in curves:
            axes.plot(curves["step"], curves[name], line, color=color, label=label)
    axes.errorbar(
        curves["step"][-1:], [found.value], [1.96 * found.std], fmt="o", color=color, capsize=3,
        label="held-out rows, 95 %",
    )  # fmt: skip
    axes.legend()
    return figure

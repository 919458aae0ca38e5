"""The picture of the front page: one network's layers in the plane, by bins and exactly."""

import pandas as pd

from infoplane.chapters.tishby_plane.settings import INPUTS
from infoplane.chapters.tishby_plane.tables import stacked
from infoplane.datasets import tishby
from infoplane.plane.plots import plane_frames
from infoplane.plots.shown import as_html

__all__ = ["front_plane"]


def front_plane(run: pd.DataFrame, sigma: float) -> str:
    """HTML of both planes of one network, a frame a checkpoint. run: one row of both plans."""
    at = run["sigmas"].iloc[0].index(sigma)
    ceilings = (float(pd.Series([INPUTS]).transform("log").iloc[0]), tishby.INFORMATION)
    binned = stacked(run, "binned_x"), stacked(run, "binned_y")
    exact = stacked(run, "exact_x")[:, at], stacked(run, "exact_y")[:, at]
    bins = run["bins"].iloc[0]
    panels = [
        plane_frames(*binned, title=f"{bins} bins a unit", ceilings=ceilings),
        plane_frames(
            *exact,
            title=f"exact, with noise σ = {sigma:g}",
            ceilings=ceilings,
            xlabel="I(X; T + ε) (nats)",
            ylabel="I(T + ε; Y) (nats)",
        ),
    ]
    return as_html(
        *panels,
        alt=["The layers of a network by bins.", "The same layers, exactly, with noise."],
        caption="One network of tanh units in training; move the slider. Each dot is a layer, from "
        "1 (the first) to 6 (the output): to the right what it knows of the input, upwards what it "
        "knows of the answer; thin lines: the most there is to know. Left as binning sees it, "
        "right what is exactly there once noise is added. It is the same network.",
        frames=[str(epoch) for epoch in run["epoch"].iloc[0]],
    )

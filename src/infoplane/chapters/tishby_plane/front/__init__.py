"""What other pages of the book say and show of chapter 5's published records."""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.tishby_plane.tables import LAST_HIDDEN, alive, stacked, with_exact
from infoplane.plane.phases import change_since_peak, rise_to_peak
from infoplane.stats import mean_interval

__all__ = ["REMARKS"]

Frames = Mapping[str, pd.DataFrame]


def plane(frames: Frames) -> str:
    """The picture: the first network that learned, and alike both times that it was trained."""
    from infoplane.chapters.tishby_plane.front.plots import front_plane

    part = alive(_tanh(frames))
    alike = [
        once == again
        for once, again in zip(part["test_accuracy"], part["test_accuracy_exact"], strict=True)
    ]
    run = (part[alike] if any(alike) else part).head(1)
    sigmas = sorted(run["sigmas"].iloc[0])
    return front_plane(run, sigmas[len(sigmas) // 2])


def falls(frames: Frames) -> str:
    """What the last hidden layer loses by bins, and exactly with little and with much noise."""
    part = alive(_tanh(frames))
    layer, sigmas = LAST_HIDDEN[-1] - 1, part["sigmas"].iloc[0]
    exact = stacked(part, "exact_x")
    by_bins = _nats(-change_since_peak(stacked(part, "binned_x")[..., layer]))
    told = [
        f"{_nats(-change_since_peak(exact[:, i, :, layer]))} under noise of σ = {sigma:g}"
        for i, sigma in enumerate(sigmas)
        if sigma in (min(sigmas), max(sigmas))
    ]
    return (
        f"In training, the last hidden layer of a tanh network forgets {by_bins} about the input "
        f"as {part['bins'].iloc[0]} bins see it; exactly, the same layer forgets "
        f"{' and '.join(told)} (mean of {len(part) - len(part) // 2} networks, 95 % interval)."
    )


def rises(frames: Frames) -> str:
    """Rise and fall of the last hidden layers by the bins of either range."""
    part = alive(_tanh(frames))
    told = []
    for column, name in (("binned_x", "bins on the layer's own range"), ("fixed_x", "on [−1, 1]")):
        curves = stacked(part, column)[..., LAST_HIDDEN[-1] - 1]
        rise, fall = _nats(rise_to_peak(curves)), _nats(-change_since_peak(curves))
        told.append(f"by {name} it rises by {rise} and falls by {fall}")
    return f"$I(X;T)$ of the last hidden layer: {'; '.join(told)}.".replace("by on", "on")


def label(frames: Frames) -> str:
    """What the last hidden layer gains about the label, by MINE and exactly."""
    layer = LAST_HIDDEN[-1] - 1
    mine = stacked(frames["neural"], "mine_y")[..., layer]
    exact = stacked(frames["neural_exact"], "exact_y")[:, 0][..., layer]
    gains = [_nats(values[:, -1] - values[:, 0]) for values in (mine, exact)]
    return (
        f"The last hidden layer gains {gains[0]} about the answer by MINE, and {gains[1]} exactly, "
        "with noise."
    )


def _tanh(frames: Frames) -> pd.DataFrame:
    return with_exact(frames).query("activation == 'tanh'")


def _nats(values: npt.NDArray[np.float64]) -> str:
    mean, _, high = mean_interval(values)
    digits = 1 if high - mean >= 0.1 else 2
    return f"{mean:.{digits}f} ± {high - mean:.{digits}f} nats"


REMARKS: dict[str, Callable[[Frames], str]] = {
    "front_plane": plane,
    "plane_falls": falls,
    "plane_rises": rises,
    "plane_label": label,
}

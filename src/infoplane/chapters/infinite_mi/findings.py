"""What other pages of the book say of chapter 4's published records."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from infoplane.chapters.infinite_mi.errors import errors, gains
from infoplane.stats import mean_interval

__all__ = ["REMARKS"]

Frames = Mapping[str, pd.DataFrame]

D = 100


def growth(frames: Frames) -> str:
    """How fast the batch value of I(X;X) still grows at the smallest and largest learning rate."""
    same = frames["fresh"].query("d == @D and matrix == 'identity'")
    rates = sorted(same["rate"].unique())
    told = []
    for rate in (rates[0], rates[-1]):
        own = same[same["rate"] == rate]
        slopes = [_late(*run) for run in zip(own["step"], own["batch_value"], strict=True)]
        ends = [values[-1] for values in own["batch_value"]]
        rising = int((np.array(slopes) > 0).sum())
        told.append(
            f"at a learning rate of {rate:g} by {np.median(slopes):.1f} nats in a thousand steps "
            f"(it rises in {rising} of {len(own)} seeds), to {np.median(ends):.0f} at the end"
        )
    steps = int(same["steps"].iloc[0])
    return (
        f"In the last half of {steps} steps the batch value of $I(X;X)$ in {D} dimensions, which "
        f"is infinite, grows {', and '.join(told)} (medians over seeds)."
    )


def _late(steps: Sequence[float], values: Sequence[float]) -> float:
    """The slope of the last half of a curve, in a thousand steps."""
    half = len(steps) // 2
    return 1000 * float(np.polyfit(steps[half:], values[half:], 1)[0])


def aware(frames: Frames) -> str:
    """What the layer's map in the critic saves, map by map, d by d, in mean error."""
    table = errors(frames)
    table = table[table["inside"]].assign(size=table["error"].abs())
    keys = ["d", "map", "sigma", "seed", "critic"]
    plain = table[table["form"] == "input"][[*keys, "size"]]
    both = table[table["form"] == "pair"].merge(plain, on=keys, suffixes=("", "_plain"))
    both["gain"] = both["size_plain"] - both["size"]
    told = []
    for name, part in both.groupby("map"):
        saved = [of["gain"].mean() for _, of in part.groupby("d")]
        least, most = (round(end(saved), 2) + 0.0 for end in (min, max))  # no -0
        told.append(f"{least:.2f} to {most:.2f} nats for the {name} map")
    return (
        "The layer in place of the input (AA-MINE, in the form *pair*) takes from the mean error, "
        f"over both dimensions: {', '.join(told)}."
    )


def worst(frames: Frames) -> str:
    """AA-MINE's gain in the mean over seeds, with its interval, by form and dimension."""
    every = gains(errors(frames))
    told = []
    for form in ("pair", "difference"):
        by_d = []
        for d, part in every[every["form"] == form].groupby("d"):
            mean, low, high = mean_interval(part["gain"])
            by_d.append(f"{mean:.2f} [{low:.2f}, {high:.2f}] nats at d = {d}")
        told.append(f"in the form *{form}* by {' and '.join(by_d)}")
    return f"On average over maps and noise AA-MINE is nearer to the truth {'; '.join(told)}."


REMARKS: dict[str, Callable[[Frames], str]] = {
    "infinite_growth": growth,
    "aware_by_map": aware,
    "aware_mean": worst,
}

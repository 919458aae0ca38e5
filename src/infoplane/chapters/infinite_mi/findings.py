"""What other pages of the book say of chapter 4's published records."""

from collections.abc import Callable, Mapping

import pandas as pd

from infoplane.chapters.infinite_mi.errors import errors, gains
from infoplane.stats import mean_interval

__all__ = ["REMARKS"]

Frames = Mapping[str, pd.DataFrame]

D = 100


def growth(frames: Frames) -> str:
    """Where the batch value of I(X;X) ends at the smallest and at the largest learning rate."""
    same = frames["fresh"].query("d == @D and matrix == 'identity'")
    last = same.assign(end=same["batch_value"].map(lambda values: values[-1]))
    rates = sorted(last["rate"].unique())
    ends = {rate: last.loc[last["rate"] == rate, "end"].median() for rate in (rates[0], rates[-1])}
    told = [f"{end:.0f} nats at a learning rate of {rate:g}" for rate, end in ends.items()]
    steps = int(last["steps"].iloc[0])
    return (
        f"After {steps} steps the batch value of $I(X;X)$ in {D} dimensions, which is infinite, "
        f"stands at {' and at '.join(told)} (medians over {last['seed'].nunique()} seeds)."
    )


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
        span = f"{least:.2f} to {most:.2f}".replace("-", "−")
        told.append(f"{span} nats for the {name} map")
    return (
        "The layer in place of the input (AA-MINE) takes from the mean error, over both "
        f"dimensions: {', '.join(told)}."
    )


def worst(frames: Frames) -> str:
    """AA-MINE's gain in the mean over seeds, with its interval, smallest of the dimensions."""
    of = gains(errors(frames)).query("form == 'pair'")
    told = []
    for d, part in of.groupby("d"):
        mean, low, high = mean_interval(part["gain"])
        told.append(f"{mean:.2f} [{low:.2f}, {high:.2f}] nats at d = {d}")
    return f"On average over maps and noise AA-MINE is nearer to the truth by {' and '.join(told)}."


REMARKS: dict[str, Callable[[Frames], str]] = {
    "infinite_growth": growth,
    "aware_by_map": aware,
    "aware_mean": worst,
}

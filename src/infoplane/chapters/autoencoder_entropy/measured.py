"""What the records of chapter 07 say about its claims, number by number."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.autoencoder_entropy import tables
from infoplane.chapters.autoencoder_entropy.scaling import SCALES
from infoplane.chapters.autoencoder_entropy.settings import GAUGES, NO_BREAK
from infoplane.claims import Check
from infoplane.stats import Interval, largest_of, magnitude

__all__ = ["measure"]


def measure(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Check]]:
    """What the chapter's records say about the claims `entropy.*`."""
    codes, images = frames["codes"], frames["images"]
    free = codes[codes["code_activation"] == "none"]
    control = free[free["dataset"] == NO_BREAK]
    known = free[free["dataset"] != NO_BREAK]
    exact = known[known["noise"] == 0]
    measured = {
        "entropy.continuous": _steps(pd.concat([tables.steps(part) for part in (free, images)])),
        "entropy.saturates": [_saturation(images, frames["points"])],
    }
    if len(exact) and len(control):
        measured["entropy.break"] = [_position(exact), _control(control)]
    if len(known):
        measured["entropy.growth"] = [_least_growth(known)]
    mnist = images[images["dataset"] == "mnist"]
    if len(mnist):
        measured["entropy.mnist"] = [_least_ratio(mnist)]
    return measured


def _position(exact: pd.DataFrame) -> Check:
    """How far the strongest bend of H(d) is from the true dimension, in the set it is farthest."""
    sets = [part for _, part in tables.cases(exact)]

    def off(part: pd.DataFrame, level: float) -> Interval:
        row = tables.breaks(part, level=level).iloc[0]
        ends = [row[name] - row["dimension"] for name in ("second", "second_low", "second_high")]
        return magnitude(*map(float, ends))

    return Check.largest(sets, "position", of=off, repetitions=_fewest_seeds(exact))


def _control(control: pd.DataFrame) -> Check:
    """Slope after the break over that before, of the set that has none."""
    row = tables.breaks(control).iloc[0]
    ends = float(row["ratio_low"]), float(row["ratio_high"])
    return Check(float(row["ratio"]), ends, "control", _fewest_seeds(control))


def _least_growth(known: pd.DataFrame) -> Check:
    """The least of the slopes after the break, with the interval of the least of several."""

    def fall(part: pd.DataFrame, level: float) -> Interval:
        row = tables.breaks(part, level=level).iloc[0]
        return -float(row["after"]), -float(row["after_high"]), -float(row["after_low"])

    # nan where entropies of a set were refused: "every set" cannot be judged without it
    value, low, high = largest_of([part for _, part in tables.cases(known)], fall)
    return Check(-value, (-high, -low), repetitions=_fewest_seeds(known))


def _steps(steps: pd.DataFrame) -> list[Check]:
    """Steps of the correlation dimension from code to code, less their fit errors.

    The share of those that are surely above 1, and the largest.
    """
    above = float((steps["low"] > 1).mean())
    seeds = min(map(len, steps["each"]))
    share = Check(above, (above, above), "share above 1", seeds)
    return [share, Check.largest(list(steps["each"]), "largest step")]


def _saturation(images: pd.DataFrame, points: pd.DataFrame) -> Check:
    """How far the dimension of the widest codes is from that of the images, whatever the window.

    value: where it is farthest; interval: from the nearest end in any fixed window to the
    farthest in any. It lies inside or outside a region where all windows do.
    """
    every = [tables.saturation(images, points, window) for window in range(1, len(SCALES) + 1)]
    table = pd.concat(every, ignore_index=True)
    seeds = int(table["seeds"].min())
    table = table[table["difference"].notna()]  # a window without pairs enough shows nothing
    if table.empty:
        return Check(np.nan, (np.nan, np.nan), repetitions=seeds)
    ends = [magnitude(*row) for row in table[["difference", "low", "high"]].to_numpy(float)]
    off, near, far = np.transpose(ends)
    shown = [
        f"{name} {', '.join(part['difference'].map('{:+.2f}'.format))}"
        for name, part in table.groupby("dataset", sort=False)
    ]
    doubt = f"from the finest window to the coarsest: {'; '.join(shown)}"
    if near.max() > far.min():  # one is surely farther than another
        doubt = f"it depends on the window; {doubt}"
    return Check(off.max(), (near.min(), far.max()), repetitions=seeds, doubt=doubt)


def _least_ratio(mnist: pd.DataFrame) -> Check:
    """Slope after the break of H(d) over that before, in the gauge in which it is least."""

    def ratio(gauge: str, level: float) -> Interval:
        row = tables.breaks(mnist, gauge, level=level).iloc[0]
        return -float(row["ratio"]), -float(row["ratio_high"]), -float(row["ratio_low"])

    value, low, high = largest_of(GAUGES, ratio)
    return Check(-value, (-high, -low), repetitions=_fewest_seeds(mnist))


def _fewest_seeds(frame: pd.DataFrame) -> int:
    return min(int(part["seed"].nunique()) for _, part in tables.cases(frame))

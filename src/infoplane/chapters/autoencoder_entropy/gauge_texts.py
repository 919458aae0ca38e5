"""What chapter 07 says of gauges, of ways to the entropy, and of the number of codes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from infoplane.chapters.autoencoder_entropy import tables
from infoplane.chapters.autoencoder_entropy.settings import GAUGE, GAUGES, METHODS, NO_BREAK
from infoplane.words import counted, listed

__all__ = ["gauges", "methods", "points", "scales"]

Frames = Mapping[str, pd.DataFrame]

SAME = 0.5  # columns between two positions of a break that are said to be one


def gauges(frames: Frames) -> str:
    """What the gauge does to the break, set by set."""
    found = {gauge: _of(frames, gauge) for gauge in GAUGES}
    unit, scale = found[GAUGE], found[GAUGES[1]]
    if unit.empty:
        return ""
    both = unit[unit["found"] & scale["found"].reindex(unit.index)].index
    told = []
    if len(both):
        apart = (unit.loc[both, "break"] - scale.loc[both, "break"]).abs().max()
        told.append(
            f"*One scale* and *unit variance* both have a break on {len(both)} sets, at most "
            f"{apart:.1f} columns apart."
        )
    raw = found[GAUGES[0]]
    wide = raw[raw["dimension"] > 2]
    low = wide[wide["found"] & (wide["break"] < wide["dimension"] - SAME)]
    none = wide[~wide["found"]]
    told.append(
        f"With *raw* codes, of {len(wide)} sets with more than two dimensions the break is too low "
        f"for {len(low)}, by more than half a column, and there is none for {len(none)}: "
        "an encoder with more columns makes each of them smaller, for no reason but its initial "
        "weights, and that trend is added to H(d)."
    )
    white = found[GAUGES[3]]
    vetoed = white[~white["found"] & unit["found"].reindex(white.index)].index
    more = white["after"] > unit["after"].reindex(white.index)
    told.append(
        "*Whitening* stretches the directions in which a redundant code is thin until they are as "
        f"wide as the others: behind the break H falls less or rises more on {int(more.sum())} of "
        f"{len(white)} sets, and the veto fires on {listed(list(vetoed), 'no set')} where unit "
        "variance shows a break."
    )
    counts = {gauge: int(table["found"].sum()) for gauge, table in found.items()}
    least = [gauge for gauge in GAUGES if counts[gauge] == min(counts.values())]
    told.append(
        f"Breaks are fewest in {listed([f'*{g}*' for g in least])} ({min(counts.values())})."
    )
    return " ".join([*told, _bounded(frames)]).strip()


def _of(frames: Frames, gauge: str) -> pd.DataFrame:
    """Breaks in one gauge of the sets with linear codes and a dimension to be found."""
    found = tables.breaks(frames["codes"], gauge)
    own = found[(found["code_activation"] == "none") & (found["dataset"] != NO_BREAK)]
    return own.set_index("name").assign(found=own.set_index("name")["found"].astype(bool))


def _bounded(frames: Frames) -> str:
    """Codes bounded by a hyperbolic tangent beside linear ones of the same set."""
    found = tables.breaks(frames["codes"])
    told = []
    for _, row in found[(found["code_activation"] == "tanh")].iterrows():
        same = found[(found["dataset"] == row["dataset"]) & (found["noise"] == row["noise"])]
        linear = same[same["code_activation"] == "none"]
        if len(linear) and row["found"] and bool(linear["found"].iloc[0]):
            told.append(
                f"Codes of {row['dataset']} that are bounded by a hyperbolic tangent break at "
                f"{row['break']:.1f}, linear ones at {linear['break'].iloc[0]:.1f}."
            )
        if row["refused"]:
            columns = listed(row["refused"])
            told.append(
                f"With d = {columns} they saturate at exactly ±1 in single precision, and the "
                "entropy of so many copies is refused."
            )
    return " ".join(told)


def scales(frames: Frames) -> str:
    """That gauges differ by scales alone, and the plug-in is the lower one, in these records."""
    part = frames["codes"]
    below = total = 0
    for _, own in tables.cases(part):
        x, loo = tables.entropies(own)
        again, plug = tables.entropies(own, method="plug-in")
        same = np.isin(x, again)
        low = plug[:, np.isin(again, x)] < loo[:, same]
        below, total = below + int(low.sum()), total + low.size
    if not total:
        return ""
    return (
        f"The plug-in is below leaving one out for {'all' if below == total else below} "
        f"of the {counted(total)} codes."
    )


def methods(frames: Frames) -> str:
    """Where other ways to the entropy put the break, and what better kernels find."""
    found = {
        way: tables.breaks(frames["codes"], method=way).set_index("name")
        for way in (*METHODS, tables.TIGHTER)
    }
    loo = found["loo"]
    loo = loo[loo["found"].astype(bool)]
    parts, none = [], []
    for way in METHODS[1:]:
        other = found[way].reindex(loo.index)
        both = other[other["found"].astype(bool)].index
        if len(both):
            off = other.loc[both, "break"] - loo.loc[both, "break"]
            parts.append(f"*{way}* by {off.mean():+.2f}")
        if len(both) < len(loo):
            none.append(f"*{way}* on {len(loo) - len(both)}")
    told = []
    if parts:
        told.append(
            "Against leaving one out the break moves, in the mean over sets where both have one, "
            f"with {listed(parts)} columns"
            + (f"; there is none with {listed(none)} of these {len(loo)}." if none else ".")
        )
    told.append(_better(frames, found["loo"], found[tables.TIGHTER]))
    return " ".join(part for part in told if part)


def _better(frames: Frames, loo: pd.DataFrame, better: pd.DataFrame) -> str:
    """How much lower H is by kernels shaped like the covariance, and what breaks with them."""
    gaps = {}
    for case, part in tables.cases(frames["codes"]):
        x, own = tables.entropies(part)
        y, lower = tables.entropies(part, method=tables.TIGHTER)
        if len(x) and len(y) and x[-1] == y[-1]:
            gaps[tables.name(case)] = float((own - lower)[:, -1].mean()), int(x[-1])
    if not gaps:
        return ""
    name, (gap, d) = max(gaps.items(), key=lambda item: item[1][0])
    new = [n for n in better.index if better.loc[n, "found"] and not loo.loc[n, "found"]]
    grows = [
        n
        for n in better.index
        if better.loc[n, "after"] > 0 and better.loc[n, "dataset"] != NO_BREAK
    ]
    places = [f"{n}, at {better.loc[n, 'break']:.1f}" for n in new]
    return (
        f"With *{tables.TIGHTER}* H is lower by up to {gap:.1f} nats at d = {d} ({name}); "
        f"it gives a break to {listed(places, 'no other set')}, and leaves a growth after the "
        f"break to {listed(grows, 'no set')}."
    )


def points(frames: Frames) -> str:
    """What the number of codes does to the slope after the break of the set looked at."""
    parts = []
    for rows, part in frames["resolution"].groupby("rows"):
        row: Any = tables.breaks(part).iloc[0]
        if np.isfinite(row["after"]):
            parts.append((int(rows), float(row["after"]), float(row["before"])))
    if len(parts) < 2:
        return ""
    name = frames["resolution"]["dataset"].iloc[0]
    after = [f"{slope:+.2f} with {counted(rows)}" for rows, slope, _ in parts]
    before = [before for _, _, before in parts]
    falls = parts[-1][1] < parts[0][1]
    why = (
        ": with more points the estimator sees better how thin the code is"
        if falls
        else ", and more points do not lower it"
    )
    return (
        f"The number of codes of {name} moves the slope *after* the break, in nats a column "
        f"{listed(after)}{why}; before it the slopes are {min(before):.2f} to {max(before):.2f}. A "
        "plateau, or some growth, is what one sees at the number of points that one has."
    )

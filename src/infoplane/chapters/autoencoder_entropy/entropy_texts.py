"""What chapter 07 says of the entropy of codes: its error, its break, gauges and methods."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from infoplane.chapters.autoencoder_entropy import tables
from infoplane.chapters.autoencoder_entropy.settings import GAUGE, GAUGES, NO_BREAK
from infoplane.chapters.autoencoder_entropy.words import counted, listed

__all__ = ["behind", "bends", "bias", "gauges", "methods", "points", "reasons", "scales"]

Frames = Mapping[str, pd.DataFrame]

FEW = 4  # dimensions up to which a kernel density is asked to be near
AGREE = 0.6  # of the resamples, below which they do not agree on a bend
SAME = 0.5  # columns between two positions of a break that are said to be one


def bias(frames: Frames) -> str:
    """Errors of the ways to an entropy with the most rows, in few dimensions and in the most."""
    rows = frames["bias"]
    n, most = rows["n"].max(), rows["d"].max()
    means = (
        rows[rows["n"] == n]
        .groupby(["density", "d"])[["loo", "monte-carlo", "shrunk", "plug-in", "wkl"]]
        .mean()
    )
    if "gaussian" not in means.index.unique("density"):
        return ""
    gaussian = means.loc["gaussian"]
    few = gaussian[gaussian.index <= FEW]
    if few.empty:
        return ""
    names = {"loo": "leaving one out", "monte-carlo": "Monte Carlo", "shrunk": "shrunk"}
    parts = [
        f"**{name}** is off by up to {few[way].abs().max():.3f} nats in up to {few.index.max()} "
        f"columns and by {gaussian.loc[most, way]:+.2f} in {most}"
        for way, name in names.items()
    ]
    told = (
        f"With {counted(int(n))} rows of a Gaussian {'; '.join(parts)}. The **plug-in** is off by "
        f"{gaussian.loc[most, 'plug-in']:+.2f} in {most}."
    )
    if "uniform" in means.index.unique("density"):
        uniform = means.loc["uniform"]
        told += (
            f" On the uniform density leaving one out is off by at most "
            f"{uniform['loo'].abs().max():.3f}, as kernels are cut off at the range of the data, "
            f"and nearest neighbours by up to {uniform['wkl'].abs().max():.2f}."
        )
    return told


def _known(frames: Frames) -> pd.DataFrame:
    """Breaks of all sets with linear codes that have a dimension to be found."""
    found = tables.breaks(frames["codes"])
    return found[(found["code_activation"] == "none") & (found["dataset"] != NO_BREAK)]


def bends(frames: Frames) -> str:
    """Where H(d) bends most on the sets without noise, and what the veto says of them."""
    known = _known(frames)
    exact = known[known["noise"] == 0]
    if exact.empty:
        return ""
    right = exact[exact["second"] == exact["dimension"]]
    off = [
        f"{row['name']} at {row['second']:g} instead of {row['dimension']:g}"
        for _, row in exact[exact["second"] != exact["dimension"]].iterrows()
    ]
    unsure = [
        f"{row['name']} ({100 * row['second_share']:.0f} %)"
        for _, row in exact[exact["second_share"] < AGREE].iterrows()
    ]
    there = [
        f"{row['name']} ({row['break']:.1f} for {row['dimension']:g})"
        for _, row in known[known["found"].astype(bool)].iterrows()
    ]
    told = (
        f"The curve bends most at the true dimension in {len(right)} of the {len(exact)} sets "
        f"without noise{f' ({listed(off)})' if off else ''}."
    )
    if unsure:
        told += f" The resampled seeds do not agree on the place for {listed(unsure)}."
    told += f" Two straight pieces find a break for {listed(there)}."
    control = tables.breaks(frames["codes"][frames["codes"]["dataset"] == NO_BREAK])
    for _, row in control.iterrows():
        word = "is found to break" if row["found"] else "is vetoed, as it must be"
        told += (
            f" *{NO_BREAK}*, which has nothing to find, {word}: the slope after the best place is "
            f"{row['ratio']:.2f} of that before."
        )
    return told


def reasons(frames: Frames) -> str:
    """Why some sets of the published edition have no clear break, each with its numbers."""
    found = _known(frames).set_index("name")
    parts = [
        part for part in (_unrolled(frames), _few(found), _noise(found), _edges(frames, found))
        if part
    ]  # fmt: skip
    if not parts:
        return ""
    lead = "Where it is not so clear in the published edition there are reasons:"
    return "\n".join([lead, "", *(f"- {part}" for part in parts)])


def _lost(frames: Frames, name: str) -> pd.Series:
    """Share of the variance of a set that is lost on held-out rows, by code dimension."""
    for case, part in tables.cases(frames["codes"]):
        if tables.name(case) == name:
            x, lost = tables.curves(part, part["lost_held_out"])
            return pd.Series(lost.mean(axis=0), index=x.astype(int))
    return pd.Series(dtype=float)


def _unrolled(frames: Frames) -> str:
    lost = _lost(frames, "swiss-roll-2")
    if not {2, 3} <= set(lost.index):
        return ""
    return (
        "**The set does not fit.** A torus has no place in two columns without being torn. "
        "*swiss-roll-2* has one, but has to be unrolled for it, and networks that leave it folded "
        f"somewhere lose: at d = 2 the loss is {lost[2] / lost[3]:.0f} times that at d = 3, where "
        "it can stay a roll."
    )


def _few(found: pd.DataFrame) -> str:
    if "linear-8" not in found.index:
        return ""
    row: Any = found.loc["linear-8"]
    veto = "so that the veto fires" if not row["found"] else "less than the veto asks for"
    return (
        f"**There are too few points.** *linear-8* bends most at {row['second']:g} and goes on "
        f"with {row['ratio']:.2f} of the slope, {veto}: so many codes in nine columns do not show "
        "a kernel density that one of them is redundant (more on this below)."
    )


def _noise(found: pd.DataFrame) -> str:
    noisy = found[found["noise"] > 0]
    if noisy.empty:
        return ""
    parts = [
        f"{name} {'breaks' if row['found'] else 'does not break'}" for name, row in noisy.iterrows()
    ]
    return (
        "**The noise is encoded too.** A code wider than the set has columns to spare, and what "
        "is left to encode is noise, which unit variance makes as large as the signal: "
        f"{listed(parts)}."
    )


def _edges(frames: Frames, found: pd.DataFrame) -> str:
    lost = _lost(frames, "rectangles-4")
    if "rectangles-4" not in found.index or 4 not in lost.index:
        return ""
    row: Any = found.loc["rectangles-4"]
    word = "the veto fires" if not row["found"] else "there is a break"
    return (
        "**The autoencoder is not perfect.** Rectangles have sharp edges: with four columns "
        f"{100 * lost[4]:.0f} % of their variance is lost on held-out images, and with "
        f"{lost.index.max()} still {100 * lost.iloc[-1]:.0f} %. H goes on rising while further "
        f"columns repair edges; the slope after the break is {row['ratio']:.2f} of that before, "
        f"and {word}."
    )


def behind(frames: Frames) -> str:
    """On how many sets H falls behind the break, and on how many it rises."""
    known = _known(frames)
    after = known.set_index("name")["after"].dropna()
    if after.empty:
        return ""
    falls, rises = after[after < 0].sort_values(), after[after > 0]
    told = (
        f"Here H falls on {len(falls)} of the {len(after)} sets and rises on {len(rises)} "
        "(slopes after the best place for a break)"
    )
    if len(falls):
        told += f", by up to {-falls.iloc[0]:.1f} nats for each further column ({falls.index[0]})"
    return f"{told}."


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
        for way in ("loo", "monte-carlo", "shrunk", "plug-in", tables.TIGHTER)
    }
    loo = found["loo"]
    loo = loo[loo["found"].astype(bool)]
    parts = []
    for way in ("monte-carlo", "shrunk", "plug-in"):
        other = found[way].reindex(loo.index)
        both = other[other["found"].astype(bool)].index
        if len(both):
            off = other.loc[both, "break"] - loo.loc[both, "break"]
            parts.append(f"*{way}* by {off.mean():+.2f}")
    told = []
    if parts:
        told.append(
            "Against leaving one out the break moves, in the mean over sets where both have one, "
            f"with {listed(parts)} columns."
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
        f"In the column *{tables.TIGHTER}* H is lower by up to {gap:.1f} nats at d = {d} ({name}); "
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

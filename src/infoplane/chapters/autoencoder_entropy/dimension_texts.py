"""What chapter 07 says of correlation dimensions: of known sets, of codes, and of noisy data."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.autoencoder_entropy import tables
from infoplane.chapters.autoencoder_entropy.scaling import SCALES
from infoplane.words import counted, listed

__all__ = ["edges", "known", "noise", "steps"]

Frames = Mapping[str, pd.DataFrame]

FEW = 4  # dimensions
ROUNDING = 1e-9
ABOVE = 1  # what a step of one code dimension can add at most


def known(frames: Frames) -> str:
    """How far estimates are from known dimensions, with the most points; few and many columns."""
    rows = frames["known"]
    n = rows["n"].max()
    means = rows[rows["n"] == n].groupby(["set", "parameter"])[["value", "truth", "twonn", "mle"]]
    table = means.mean()
    off = {name: table[name] / table["truth"] - 1 for name in ("value", "twonn", "mle")}
    few = table["truth"] <= FEW
    near = off["value"][few]
    farthest = near.abs().idxmax()
    told = (
        f"With {counted(int(n))} points the mean over seeds is within "
        f"{np.ceil(1000 * abs(near[farthest]) - ROUNDING) / 10:.1f} % of the known dimension up to "
        f"{FEW}, farthest on the set *{farthest[0]}*"
    )
    if (~few).any():
        high = off["value"][~few]
        twonn, mle = (off[name][~few].mean() for name in ("twonn", "mle"))
        told += (
            f". Beyond, it is off by {100 * high.max():+.0f} % to {100 * high.min():+.0f} %"
            ": near a face of a cube half of a ball is empty, in ten dimensions nearly everything "
            "is near a face, and at the radii that some thousand points resolve the slope is not "
            f"yet D. There the two published estimators are off by {100 * twonn:+.0f} % and "
            f"{100 * mle:+.0f} % in the mean"
        )
    if "sphere" in table.index.unique("set"):
        round_ = off["value"].loc["sphere"].abs().max()
        told += f". On spheres, which have no edge, it is off by at most {100 * round_:.1f} %"
    return f"{told}. {_beyond(rows)}"


def _beyond(known: pd.DataFrame) -> str:
    """Which means lie above the dimensions that the rule gives so many points."""
    means = known.groupby(["set", "parameter", "n"])["value"].mean()
    above = [
        f"{name}-{parameter} with {counted(n)} points ({value:.2f}; rule {tables.rule(n):.1f})"
        for (name, parameter, n), value in means.items()
        if value > tables.rule(n)
    ]
    return f"Above the rule lie {listed(above, 'none of these')}."


def edges(frames: Frames) -> str:
    """Why images of rectangles look like more dimensions than they have; nothing without them."""
    for case, part in tables.cases(frames["codes"]):
        if tables.name(case) != "rectangles-4":
            continue
        truth = tables.true_dimension("rectangles-4")
        own = tables.own_rows(case, frames["points"])
        windows, of_codes = (_windows(rows) for rows in (own, part[part["code"] == truth]))
        if not windows or min(windows) < truth:
            continue
        each, codes = (", ".join(f"{v:.1f}" for v in of) for of in (windows, of_codes))
        return (
            f"*rectangles-4* has {truth:g} dimensions and no noise, but C(r) finds {each} in it "
            f"from the finest window to the coarsest, TwoNN {own['twonn'].mean():.1f} and maximum "
            f"likelihood {own['mle'].mean():.1f} (in codes of {truth:g} columns C(r) finds "
            f"{codes}). Edges in pixels are no smooth map: one that moves by t changes an area "
            "like t, and moves the image by the root of that. As long as t is more than a pixel, "
            f"{truth:g} numbers look like twice as many. Only below a pixel, where brightness "
            "changes as t does, is the set smooth, and so many points hardly get there."
        )
    return ""


def steps(frames: Frames) -> str:
    """Whether the dimension of codes grows by steps, and which is the largest."""
    codes = frames["codes"]
    free = codes[codes["code_activation"] == "none"]
    found = tables.steps(free)
    if found.empty:
        return ""
    sure = found[found["low"] > ABOVE]
    largest = found.loc[found["excess"].idxmax()]
    which = tables.name(largest)
    none = "None" if sure.empty else f"{len(sure)}"
    return (
        f"{none} of {len(found)} steps from one code dimension to the next "
        f"{'is' if len(sure) < 2 else 'are'} surely above {ABOVE} plus the fit error. The largest "
        f"is that of *{which}* from d = {largest['from']:g} on, by "
        f"{largest['step']:.2f}. {_plateau(frames)}"
    ).strip()


def _plateau(frames: Frames) -> str:
    """The dimension of the codes of the set looked at, from its own on."""
    name = frames["resolution"]["dataset"].iloc[0]
    for case, part in tables.cases(frames["codes"]):
        if tables.name(case) != name:
            continue
        truth = tables.true_dimension(name)
        x, values, _ = tables.dimensions(part)
        beyond = values.mean(axis=0)[x >= truth]
        if len(beyond):
            return (
                f"The dimension of the codes of *{name}* is {beyond.min():.1f} to "
                f"{beyond.max():.1f} from d = {truth:g} on."
            )
    return ""


def noise(frames: Frames) -> str:
    """Dimensions of noisy data and of their codes, from the finest window to the coarsest."""
    parts, left = [], []
    for case, part in tables.cases(frames["codes"]):
        truth = tables.true_dimension(str(case["dataset"]))
        if not case["noise"] or case["code_activation"] != "none" or truth not in set(part["code"]):
            continue
        own = _windows(tables.own_rows(case, frames["points"]))
        codes = _windows(part[part["code"] == truth])
        if own and codes:
            left.append(own[0] > own[-1] and abs(codes[0] - truth) < abs(own[0] - truth))
            data, kept = (" to ".join(f"{value:.1f}" for value in v) for v in (own, codes))
            parts.append(f"{tables.name(case)} {data}, its codes of {truth:g} columns {kept}")
    if not parts:
        return ""
    return (
        "From the finest window to the coarsest the correlation dimension is, in the mean: "
        f"{'; '.join(parts)}."
        + (
            " The finer one looks, the more dimensions noisy data have, and codes of the true "
            "dimension leave the noise behind: it is with the set that one should compare them. "
            "Wider codes take the noise in again, column by column (figure above)."
            if all(left)
            else ""
        )
    )


def _windows(part: pd.DataFrame) -> list[float]:
    """Mean dimensions of the fixed windows that have pairs enough, from fine to coarse."""
    means = [
        part["dimensions"].str[window].astype(float).mean() for window in range(1, 1 + len(SCALES))
    ]
    return [float(mean) for mean in means if np.isfinite(mean)]

"""What chapter 09 says of its records: its answer, and what codes of images keep."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.compression import tables
from infoplane.chapters.compression.courses import deepest_falls, phases, sure_dips
from infoplane.chapters.compression.settings import KINDS, LATENTS, LAYERS, NAMES
from infoplane.words import counted, listed

__all__ = ["answer", "best", "columns", "curve", "errors", "found", "lost", "pixels", "single"]

Frames = Mapping[str, pd.DataFrame]

NEAR = 0.15  # nats of error that are no more than the latents' own


def answer(frames: Frames) -> str:
    """Whether codes keep the information, what is lost, and what the planes of a network show."""
    sentences = (_found(frames), _loses(frames), _shows(frames))
    return "\n".join(f"- {told}" for told in sentences if told)


def found(frames: Frames) -> str:
    """A caption's finding: the share that is found of the largest information, of equal rows."""
    top = max(frames["codes"]["nats"].iloc[0])
    if not top:
        return ""
    codes, pixels = tables.estimates(frames["codes"], "codes"), tables.on_pixels(frames)
    most, few = int(codes["n"].max()), int(pixels["n"].max())
    by_wkl, by_ksg = [], []
    for kind in KINDS:
        by_wkl.append(f"{_share(codes, kind, 'wkl', top, most)} of {NAMES[kind]}")
        on_codes, on_pixels = (_share(of, kind, "ksg", top, few) for of in (codes, pixels))
        by_ksg.append(f"{on_codes} on codes and {on_pixels} on pixels of {NAMES[kind]}")
    return (
        f"Of {top:g} nats WKL finds on codes of {counted(most)} pairs {' and '.join(by_wkl)}; KSG, "
        f"of {counted(few)} pairs both, {', '.join(by_ksg)}."
    )


def best(frames: Frames) -> str:
    """A caption's finding: which estimator errs least on codes, of those given most pairs."""
    table = tables.errors(frames)
    parts = []
    for kind in KINDS:
        own = table[(table["kind"] == kind) & (table["on"] == "codes")]
        own = own[own["n"] == own["n"].max()]
        least = own.loc[own["error"].idxmin()]
        parts.append(
            f"{least['estimator'].upper()} for {NAMES[kind]}, by {least['error']:.2f} nats with "
            f"{counted(int(least['n']))} pairs"
        )
    return f"Least off on codes are {'; '.join(parts)}."


def errors(frames: Frames) -> str:
    """How much of what is missed on codes is missed on latents as well, by estimator and kind."""
    table = _errors(frames)
    parts, shares = [], []
    for kind in KINDS:
        told = []
        for estimator in ("wkl", "ksg"):
            n = table[kind, "codes", estimator].index.max()
            codes, latents = (float(table[kind, on, estimator, n]) for on in ("codes", "latents"))
            shares.append(100 * latents / codes)
            told.append(
                f"{codes:.2f} nats by {estimator.upper()} on codes and {latents:.2f} on latents"
            )
        parts.append(f"for {NAMES[kind]} {', '.join(told)}")
    top = max(frames["latents"]["nats"].iloc[0])
    of = tables.estimates(frames["latents"], "latents")
    of = of[(of["estimator"] == "wkl") & (of["nats"] == top) & (of["n"] == of["n"].max())]
    hidden = (
        ", but for what WKL, which is too high on strongly dependent latents, hides"
        if of["value"].mean() > top
        else ""
    )
    return (
        f"With the most pairs the mean error is, {'; '.join(parts)}. So {min(shares):.0f} to "
        f"{max(shares):.0f} % of what is missed on codes is missed on the latents as well; the "
        f"rest the codes lose{hidden}."
    )


def pixels(frames: Frames) -> str:
    """Whether compression is needed, by estimator: errors on pixels and on codes of as many."""
    table, few = _errors(frames), int(frames["pixels"]["n"].iloc[0])
    told = []
    for kind in KINDS:
        places = [(kind, on, "ksg", few) for on in ("pixels", "codes")]
        if not all(place in table.index for place in places):
            return ""
        on_pixels, on_codes = (float(table[place]) for place in places)
        how = "needs compression" if on_pixels > on_codes + NEAR else "does as well without"
        told.append(
            f"for {NAMES[kind]} it {how} ({on_pixels:.2f} nats off, {on_codes:.2f} on codes)"
        )
    off = [table.get((kind, "pixels", "wkl", few), np.inf) for kind in KINDS]
    own = [table.get((kind, "codes", "wkl", few), np.inf) for kind in KINDS]
    it_is = all(there >= here for there, here in zip(off, own, strict=True))
    wkl = [
        f"{error:.0f} nats off" if np.isfinite(error) else "refused for some information"
        for error in off
    ]
    mine = " and ".join(f"{table[kind, 'pixels', 'mine', few]:.1f}" for kind in KINDS)
    zero = float(np.mean(frames["pixels"]["nats"].iloc[0]))
    return (
        f"For WKL it is{'' if it_is else ' not'}: on pixels it is {wkl[0]} for {NAMES[KINDS[0]]}, "
        f"and {wkl[1]} for {NAMES[KINDS[1]]}. For KSG it depends on the images: {', '.join(told)}. "
        "MINE needs no distances; it is a lower bound that has to be learned, here from "
        f"{counted(few)} pairs, and errs by {mine} nats: whoever always says 0 errs by "
        f"{zero:.1f}, the mean of the informations."
    )


def single(frames: Frames) -> str:
    """How much more canonical correlations find with one encoder for both sides."""
    table = tables.encoders(frames)
    top = table["nats"].max()
    own = table[(table["estimator"] == "cca") & (table["nats"] == top)]
    means = own.pivot(index="kind", columns="encoders", values="mean")
    parts = [
        f"{means.loc[kind, 'two']:.1f} to {means.loc[kind, 'one']:.1f} nats for {NAMES[kind]}"
        for kind in KINDS
    ]
    how = "more" if (means["one"] > means["two"]).all() else "not always more"
    return (
        f"Plain canonical correlations find {how} with one encoder: of {top:g} nats, from "
        f"{' and from '.join(parts)}."
    )


def columns(frames: Frames) -> str:
    """What a column too few or too many does to WKL and to KSG, at the largest information."""
    every = tables.too_small(frames)
    every = every[every["nats"] == every["nats"].max()]
    means = every.groupby(["kind", "estimator", "code_dim"])["value"].mean()
    told = []
    for name, more in (("fewer", -1), ("more", 1)):
        parts = [
            f"{means[kind, estimator, LATENTS[kind]]:.1f} to "
            f"{means[kind, estimator, LATENTS[kind] + more]:.1f} by {estimator.upper()}"
            for kind in KINDS
            for estimator in ("wkl", "ksg")
            if (kind, estimator, LATENTS[kind] + more) in means.index
        ]
        if len(parts) == 2 * len(KINDS):
            told.append(
                f"with one column {name} the value goes, for {NAMES[KINDS[0]]}, from "
                f"{' and '.join(parts[:2])}, for {NAMES[KINDS[1]]} from {' and '.join(parts[2:])}"
            )
    return f"Of {every['nats'].max():g} nats, {'; '.join(told)}." if told else ""


def curve(frames: Frames) -> str:
    """A caption's finding: at how many columns WKL and KSG are nearest to the truth."""
    every = tables.too_small(frames)
    every = every[every["nats"] == every["nats"].max()]
    if not {(kind, name) for kind in KINDS for name in ("wkl", "ksg")} <= set(
        zip(every["kind"], every["estimator"], strict=True)
    ):
        return ""
    every = every.assign(off=(every["value"] - every["nats"]).abs())
    off = every.groupby(["kind", "estimator", "code_dim"])["off"].mean()
    told = [
        f"for {NAMES[kind]}, drawn from {LATENTS[kind]} numbers, {off[kind, 'wkl'].idxmin()} by "
        f"WKL and {off[kind, 'ksg'].idxmin()} by KSG"
        for kind in KINDS
    ]
    lines = listed([f"{nats:g}" for nats in sorted(tables.too_small(frames)["nats"].unique())])
    return (
        f"The columns that come nearest to the truth are {'; '.join(told)}. Each estimator has a "
        f"line for each true value, {lines} nats."
    )


def lost(frames: Frames) -> str:
    """What codes of as many columns as the latents lose, beside as many principal components."""
    table = tables.lost(frames["codes"]).reset_index().set_index("kind")
    parts = [
        f"{100 * table.loc[kind, 'code']:.1f} % against {100 * table.loc[kind, 'pca']:.0f} % for "
        f"{NAMES[kind]}"
        for kind in KINDS
    ]
    more = (table["pca"] > table["code"]).all()
    how = "less" if more else "not always less"
    return (
        f"Codes of the latents' number of columns lose {how} of the variance than as many "
        f"principal components: {', '.join(parts)}."
    )


def _share(frame: pd.DataFrame, kind: str, estimator: str, nats: float, n: int) -> str:
    own = frame[(frame["kind"] == kind) & (frame["estimator"] == estimator)]
    own = own[(own["nats"] == nats) & (own["n"] == n)]
    return f"{100 * own['value'].mean() / nats:.0f} %" if len(own) else "nothing"


def _errors(frames: Frames) -> pd.Series:
    table = tables.errors(frames).set_index(["kind", "on", "estimator", "n"])
    return table["error"].sort_index()


def _found(frames: Frames) -> str:
    """Mean |error| on codes of the most rows, and of as many rows as on pixels, by kind."""
    errors = _errors(frames)
    parts, same = [], []
    few = int(frames["pixels"]["n"].iloc[0])
    for kind in KINDS:
        most = errors[kind, "codes", "wkl"].index.max()
        parts.append(f"{errors[kind, 'codes', 'wkl', most]:.2f} nats for {NAMES[kind]}")
        both = (errors[kind, on, "ksg", few] for on in ("codes", "pixels"))
        same.append(" and ".join(f"{value:.1f}" for value in both))
    return (
        f"On codes of as many columns as the images are drawn from WKL errs in the mean by "
        f"{' and '.join(parts)} ({counted(int(most))} pairs). KSG errs on codes and on pixels, of "
        f"{counted(few)} pairs both, by {', and by '.join(same)}."
    )


def _loses(frames: Frames) -> str:
    """What one column too few costs; nothing where that was not tried."""
    every = tables.too_small(frames)
    every = every[every["estimator"] == "wkl"]
    parts = []
    for kind in KINDS:
        own = every[(every["kind"] == kind) & (every["nats"] == every["nats"].max())]
        means = own.groupby("code_dim")["value"].mean()
        right = LATENTS[kind]
        if right - 1 in means:
            parts.append(f"{means[right]:.1f} to {means[right - 1]:.1f} for {NAMES[kind]}")
    if not parts:
        return ""
    return (
        f"One column fewer, and of {every['nats'].max():g} nats the value falls from "
        f"{' and from '.join(parts)}."
    )


def _shows(frames: Frames) -> str:
    """Which layers rise, and which surely fall from their peak, by the raw course."""
    table = phases(frames["planes"])
    if table["rise, low"].isna().any():
        few = frames["planes"]["seed"].nunique()
        return f"Of {few} networks no rise or fall of I(X; L) can be sure: three are the least."
    rises = [layer for layer in LAYERS if table.loc[layer, "rise, low"] > 0]
    ends = [layer for layer in LAYERS if table.loc[layer, "change after, high"] < 0]
    falls = deepest_falls(frames["planes"])
    deepest = str(falls["wkl", "mean"].idxmax())
    wkl, ksg = (float(falls.loc[deepest, (name, "mean")]) for name in ("wkl", "ksg"))
    return (
        f"While the network learns, I(X; L) surely rises in {listed(rises, 'no layer')}, and ends "
        f"surely below its peak in {listed(ends)}. It falls deepest in {deepest}, by {wkl:.2f} "
        f"nats by WKL and {ksg:.2f} by KSG on the same codes.{_early(frames)}"
    )


def _early(frames: Frames) -> str:
    """Of layers whose exact value surely falls at first, what the two estimators see of that."""
    falls = deepest_falls(frames["planes"])
    return "".join(
        f" The exact value of {layer} falls early, by {-row['fall']:.2f} nats (its codes by "
        f"{falls.loc[layer, ('wkl', 'mean')]:.2f} by WKL and "
        f"{falls.loc[layer, ('ksg', 'mean')]:.2f} by KSG), and rises again."
        for layer, row in sure_dips(frames["planes"]).iterrows()
    )

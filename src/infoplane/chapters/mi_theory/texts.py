"""What chapter 01 says of its records."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.mi_theory.closed_forms import RHO
from infoplane.chapters.mi_theory.tables import bound_over_seeds, random_over_seeds, slopes
from infoplane.datasets.gaussian import CorrelatedGaussian
from infoplane.stats import mean_interval
from infoplane.words import scientific

__all__ = [
    "FLIPS",
    "answer",
    "best_critic",
    "forms",
    "greedy",
    "limits",
    "pixel_caption",
    "samples",
    "single",
    "units",
]

Frames = Mapping[str, pd.DataFrame]

TO_ROUNDING, BY_QUADRATURE = 1e-10, 1e-6  # nats: how far two forms of one number may be apart
ROUGHLY = 0.05  # of a dimension: how far a slope may be from it
SURELY = 3  # standard errors
FLIPS = (0.1, 0.3)  # how often the copy of a coin is wrong


def answer(frames: Frames) -> str:
    """Three points: the forms and the bound, the infinity, and what pixels tell."""
    lines = [_theory(frames), _infinite(frames["noise"]), _pixels(frames["pixels"])]
    return "\n".join(f"- {line}" for line in lines)


def forms(frames: Frames) -> str:
    """How far the two forms of the information are apart on the joints."""
    tables, pairs = (gaps(frames["identity"], joint) for joint in ("discrete", "gaussian"))
    same = tables.max() <= TO_ROUNDING
    told = f"On {len(tables)} random tables the two forms "
    told += "agree to rounding: at most" if same else "do not agree: up to"
    told += f" {scientific(tables.max())} nats lie between them. On {len(pairs)} Gaussian pairs "
    doubt = frames["identity"]["error"].max()
    told += "they agree, too" if pairs.max() <= BY_QUADRATURE else "they do not"
    return (
        f"{told}: at most {scientific(pairs.max())} nats, by integrals good to {scientific(doubt)}."
    )


def units(frames: Frames, rho: float = 0.9) -> str:
    """h and I of a Gaussian pair in metres and in millimetres, of theory alone."""
    told = []
    for unit, std in (("m", 0.1), ("mm", 100.0)):
        entropy = gaussian_entropy(std)
        left = entropy - gaussian_entropy(std * math.sqrt(1 - rho**2))
        told.append(f"with {std:g} {unit} h(Z) is {entropy:+.3f} nats and I(X; Z) {left:.3f}")
    return (
        f"For a Gaussian pair with ρ = {rho:g} and one and the same standard deviation, written in "
        f"either unit: {'; '.join(told)}. The entropy has changed its sign, the information has "
        "not moved."
    )


def best_critic(frames: Frames) -> str:
    """Where the bound is highest, how near it comes, and whether any critic passes the truth."""
    family, others = bound_over_seeds(frames["bound"]), random_over_seeds(frames["bound"])
    known = CorrelatedGaussian(1, RHO).information.value
    best = family.loc[family["mean"].idxmax()]
    every = pd.concat([family, others])
    excess = ((every["mean"] - known) / every["std"]).max()
    passes = (
        f"none of the {len(family)} critics of the family, and none of {len(others) // 2} random "
        f"networks, alone or added to the best, passes it by more than {SURELY} standard errors"
        if excess <= SURELY
        else f"one of the critics passes it by {excess:.1f} standard errors, which a bound does not"
    )
    return (
        f"The best critic of the family has c = {best['scale']:.1f}. There the samples give "
        f"{best['mean']:.4f} ± {SURELY * best['std']:.4f} nats ({SURELY} standard errors), and the "
        f"truth is {known:.4f}; {passes}."
    )


def samples(frames: Frames) -> str:
    """Size of the finite samples of the noise experiment, and their ceiling."""
    rows = int(frames["noise"]["rows"].iloc[0])
    return f"Here N is {rows}, and the ceiling log N is {math.log(rows):.2f} nats."


def limits(frames: Frames) -> str:
    """The slope of each dimension before the ceiling, and where the least noise leaves it."""
    noise = frames["noise"]
    told = []
    for dim, part in slopes(noise).groupby("dim"):
        mean, low, high = mean_interval(part["slope"].to_numpy(float))
        told.append(f"{mean:.3f} [{low:.3f}, {high:.3f}] for dimension {dim}")
    least = noise[noise["sigma"] == noise["sigma"].min()].groupby("dim").mean(numeric_only=True)
    ceiling = math.log(least["rows"].iloc[0])
    bent = [
        f"{row['continuous'] - row['value']:.2f} nats in dimension {dim}"
        for dim, row in least.iterrows()
    ]
    nearest = least["value"].idxmax()
    return (
        f"The slope below the ceiling, with its 95 % interval over seeds, is {_and(told)}. At the "
        f"smallest noise, σ = {noise['sigma'].min():g}, the sample lacks {_and(bent)} of what "
        f"continuous X has there. The curve of dimension {nearest} has come to "
        f"{least['value'][nearest]:.2f} of the {ceiling:.2f} nats that log N allows."
    )


def single(frames: Frames) -> str:
    """The best single pixel before and after scrambling, and whether all images came back."""
    pixels = frames["pixels"]
    hidden = pixels[pixels["scrambled"]]
    plain, scrambled = _highest(pixels)
    of = int(pixels["images"].iloc[0])
    bias = (_labels(pixels) - 1) / (2 * of)
    back = (
        f"the inverse matrix brought back every image, with each of {len(hidden)} matrices"
        if hidden["recovered"].all()
        else f"the inverse matrix failed to bring back the images with "
        f"{int((~hidden['recovered'].astype(bool)).sum())} of {len(hidden)} matrices"
    )
    kept = "a small part" if scrambled < plain / 10 else "a part" if scrambled < plain else "all"
    return (
        f"The most telling pixel has {plain:.2f} nats about the label, out of "
        f"{pixels['label_entropy'].mean():.2f}. After scrambling the most telling one has "
        f"{scrambled:.4f}: {kept} of that, of which chance alone gives about {bias:.4f} to each "
        f"of them. And {back}."
    )


def pixel_caption(frames: Frames, dataset: str) -> str:
    """What the maps of single pixels show, in plain text."""
    plain, scrambled = _highest(frames["pixels"])
    return (
        f"A single pixel ({dataset}) tells up to {plain:.2f} nats about which digit it is; after "
        f"scrambling, which can be undone, up to {scrambled:.4f}. Information of each pixel alone "
        "about the label, mean over seeds. Left: the images. Right: the same information, hidden "
        "by a bijection."
    )


def greedy(frames: Frames) -> str:
    """What both estimates say of all pixels of the order, as they are and scrambled."""
    plain, hidden = (_last(frames["pixels"], scrambled) for scrambled in (False, True))
    entropy = frames["pixels"]["label_entropy"].mean()
    count = int(frames["pixels"]["steps"].iloc[0])
    blind = hidden["plugin"] > 0.9 * entropy
    return (
        f"With {count} pixels the plug-in says {plain['plugin']:.2f} nats for images as they are "
        f"and {hidden['plugin']:.2f} for scrambled ones, of H(Y) = {entropy:.2f}: "
        + ("it no longer sees a difference. " if blind else "")
        + f"Held out are {plain['held_out']:.2f} and {hidden['held_out']:.2f} nats"
        + (
            ", so that a predictor which counts finds nothing in the scrambled bits."
            if hidden["held_out"] <= 0
            else "."
        )
    )


def gaussian_entropy(std: float) -> float:
    """h of N(0, std^2) in nats, below zero where std is below 0.242, in whatever unit."""
    return 0.5 * math.log(2 * math.pi * math.e * std**2)


def gaps(identity: pd.DataFrame, joint: str) -> pd.Series:
    """How far the two forms are apart on each joint of a kind."""
    part = identity[identity["joint"] == joint]
    return (part["entropies"] - part["divergence"]).abs()


def _theory(frames: Frames) -> str:
    apart = max(gaps(frames["identity"], joint).max() for joint in ("discrete", "gaussian"))
    doubt = max(apart, frames["identity"]["error"].max())  # the integrals' own
    agree = (
        f"agree to {scientific(doubt)}"
        if apart <= BY_QUADRATURE
        else f"differ by {scientific(apart)}"
    )
    family = bound_over_seeds(frames["bound"])
    ratio = family.loc[(family["scale"] - 1).abs().idxmin()]
    known = CorrelatedGaussian(1, RHO).information.value
    reached = abs(ratio["mean"] - known) <= SURELY * ratio["std"]
    return (
        f"Both forms of the information {agree} nats. The log density ratio, as a critic, "
        f"{'reaches' if reached else 'does not reach'} the bound: {ratio['mean']:.4f} of "
        f"{known:.4f} nats."
    )


def _infinite(noise: pd.DataFrame) -> str:
    means = slopes(noise).groupby("dim")["slope"].mean()
    near = (abs(means / means.index - 1) <= ROUGHLY).all()
    told = _and([f"{slope:.2f}" for slope in means])
    return (
        f"A deterministic layer has no finite information: less noise adds {told} nats a nat of "
        f"−log σ, {'its dimension' if near else 'which is not its dimension'}, up to log N, here "
        f"{math.log(noise['rows'].iloc[0]):.1f} nats."
    )


def _pixels(pixels: pd.DataFrame) -> str:
    plain, scrambled = _highest(pixels)
    lost = "which loses nothing" if pixels["recovered"].all() else "which lost something"
    return (
        f"The best pixel tells {plain:.2f} of {pixels['label_entropy'].mean():.2f} nats about the "
        f"digit; after scrambling, {lost}, {scrambled:.4f}. What is there may be hard to get at."
    )


def _highest(pixels: pd.DataFrame) -> tuple[float, float]:
    """The most that a single pixel tells, mean over seeds: as it is, and scrambled."""
    plain, hidden = (
        np.mean(pixels.loc[pixels["scrambled"] == kind, "map"].to_list(), axis=0).max()
        for kind in (False, True)
    )
    return float(plain), float(hidden)


def _last(pixels: pd.DataFrame, scrambled: bool) -> dict[str, float]:
    part = pixels[pixels["scrambled"] == scrambled]
    return {
        column: float(np.mean([curve[-1] for curve in part[column]]))
        for column in ("plugin", "held_out")
    }


def _labels(pixels: pd.DataFrame) -> int:
    """How many labels there are, if they are about equally frequent."""
    return round(math.exp(pixels["label_entropy"].mean()))


def _and(words: list[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last

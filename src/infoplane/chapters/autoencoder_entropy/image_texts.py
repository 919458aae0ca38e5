"""What chapter 07 says of images: their entropy, their dimension, and what windows do to both."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from infoplane.chapters.autoencoder_entropy import tables
from infoplane.chapters.autoencoder_entropy.scaling import SCALES
from infoplane.chapters.autoencoder_entropy.settings import GAUGES, METHODS
from infoplane.words import counted, listed

__all__ = ["clouds", "convolutions", "course", "entropy", "saturation"]

Frames = Mapping[str, pd.DataFrame]


def entropy(frames: Frames) -> str:
    """Whether H(d) of images breaks, in any gauge, by any method, for any digit."""
    images = frames["images"]
    unit = tables.breaks(images)
    found = [
        f"{row['name']} in the gauge *{gauge}* ({row['break']:.0f})"
        for gauge in GAUGES
        for _, row in tables.breaks(images, gauge).iterrows()
        if row["found"]
    ]
    found += [
        f"{row['name']} by *{method}* ({row['break']:.0f})"
        for method in (*METHODS[1:], tables.TIGHTER)
        for _, row in tables.breaks(images, method=method).iterrows()
        if row["found"]
    ]
    digits = tables.digit_breaks(images)
    of_digits = digits[digits["found"].astype(bool)]["name"].tolist()
    slopes = [
        f"{row['name']} by {row['before']:.2f} nats a column before the best place for a break and "
        f"{row['after']:.2f} after it"
        for _, row in unit.iterrows()
        if np.isfinite(row["after"])
    ]
    lost = []
    for case, part in tables.cases(images):
        x, values = tables.curves(part, part["lost_held_out"])
        lost.append(
            f"{case['dataset']} loses {100 * values.mean(axis=0)[-1]:.0f} % of its variance on "
            f"held-out images with {x[-1]:g} columns"
        )
    breaks = (
        "There is **no break**, in none of the gauges, by none of the ways to the entropy"
        if not found
        else f"There is a break for {listed(found)}, which figures in unit variance do not show, "
        "and in no other gauge and by no other way"
    )
    single = "for no single digit" if not of_digits else f"for {listed(of_digits)}"
    return (
        f"H(d) of unit-variance codes rises: {'; '.join(slopes)}. {breaks}, and {single}. There is "
        f"no d from which on nothing is gained: {listed(lost)}."
    )


def course(frames: Frames) -> str:
    """A caption's finding: how the slope of H(d) after the best place for a break is to before."""
    parts = [
        f"{row['ratio']:.2f} of that before for {row['name']}"
        for _, row in tables.breaks(frames["images"]).iterrows()
        if np.isfinite(row["ratio"])
    ]
    return (
        f"The slope of H(d) after the best place for a break is {listed(parts)}." if parts else ""
    )


def saturation(frames: Frames) -> str:
    """How the dimension of codes grows, and whether it reaches that of the images, by window."""
    grows, apart = [], []
    for case, part in tables.cases(frames["images"]):
        x, values, _ = tables.dimensions(part)
        means = values.mean(axis=0)
        last = x >= x[-1] / 4
        courses = listed([f"{m:.1f} in {d:g}" for d, m in zip(x[last], means[last], strict=True)])
        grows.append(f"{case['dataset']} ({counted(int(case['n']))} images): {courses} columns")
    for window in range(1 + len(SCALES)):
        for _, row in tables.saturation(frames["images"], frames["points"], window).iterrows():
            if np.isfinite(row["difference"]):
                apart.append((row["dataset"], row["difference"], row["low"], row["high"]))
    table = pd.DataFrame(apart, columns=["dataset", "difference", "low", "high"])
    told, kinds = [], set()
    for dataset, part in table.groupby("dataset", sort=False):
        each = ", ".join(f"{v:+.2f}" for v in part["difference"])
        equal = int(((part["low"] <= 0) & (part["high"] >= 0)).sum())
        kinds |= {equal > 0, equal == len(part)}
        told.append(
            f"{dataset} {each}, of which {equal} {'is' if equal == 1 else 'are'} not surely "
            "different from 0"
        )
    spread = table.groupby("dataset")["difference"].agg(np.ptp).max()
    return (
        f"In the default window the dimension of codes is, {'; '.join(grows)}. The widest codes "
        "minus their images, in the default window and in the fixed ones from the finest to the "
        f"coarsest: {'; '.join(told)}. From window to window the difference moves by up to "
        f"{spread:.1f}"
        + (
            ", so that whoever looks at one window can report a saturation, or the lack of one, "
            "with equal right."
            if kinds == {True, False}
            else "."
        )
    )


def clouds(frames: Frames) -> str:
    """What the dimension of images is by windows, by other estimators, and digit by digit."""
    sentences = []
    for case, _ in tables.cases(frames["images"]):
        dataset = str(case["dataset"])
        own = tables.own_rows(case, frames["points"])
        windows = [own["dimensions"].str[i].astype(float).mean() for i in range(1 + len(SCALES))]
        of_set = frames["points"][frames["points"]["dataset"] == dataset]
        published: Any = tables.own_rows({**case, "n": of_set["n"].min()}, frames["points"])
        fixed = ", ".join(f"{v:.1f}" for v in windows[1:] if np.isfinite(v))
        sentences.append(
            f"For {dataset} C(r) gives {windows[0]:.1f} in the default window and {fixed} from the "
            f"finest fixed one to the coarsest; TwoNN gives {published['twonn'].mean():.1f} and "
            f"maximum likelihood {published['mle'].mean():.1f} on "
            f"{counted(int(of_set['n'].min()))} of the images. {_nearest(frames, dataset)} "
            f"Digit by digit C(r) gives {_by_digit(own, 'class_dimensions')}, TwoNN "
            f"{_by_digit(published, 'class_twonn')} and maximum likelihood "
            f"{_by_digit(published, 'class_mle')}. {_beyond(own)}"
        )
    return "\n\n".join(sentences)


def _nearest(frames: Frames, dataset: str) -> str:
    """Which digit the closest pairs are of, most of all."""
    near = frames["closest"]
    shares = np.array(near[near["dataset"] == dataset]["shares"].tolist()).mean(axis=0)
    digit = int(shares.argmax())
    told = f"Of the closest pairs {100 * shares[digit]:.0f} % are pairs of the digit {digit}"
    if shares[digit] > 0.5:
        return (
            f"{told}: a correlation dimension weighs points by how many others are near, so that "
            "at small distances it measures *their* dimension, and at larger ones how the digits "
            "lie to each other."
        )
    return f"{told}, more than of any other."


def _by_digit(rows: pd.DataFrame, column: str) -> str:
    """The least and the largest of the mean dimensions of single digits, and whose they are."""
    means = np.array(rows[column].tolist(), dtype=float).mean(axis=0)
    least, most = int(np.nanargmin(means)), int(np.nanargmax(means))
    return f"{means[least]:.1f} (digit {least}) to {means[most]:.1f} (digit {most})"


def _beyond(rows: pd.DataFrame) -> str:
    """How many digits have by C(r) more dimensions than the rule gives a tenth of the images."""
    means = np.array(rows["class_dimensions"].tolist(), dtype=float).mean(axis=0)
    most = tables.rule(rows["n"].iloc[0] / 10)
    return (
        f"Of the ten dimensions by C(r) {int((means > most).sum())} lie above {most:.1f}, what the "
        "rule has for a tenth of the images: slopes of a short piece of the curve."
    )


def convolutions(frames: Frames) -> str:
    """How much more convolutional autoencoders lose, and how far the dimensions are apart."""
    more, apart = [], []
    dense = {str(case["dataset"]): part for case, part in tables.cases(frames["images"])}
    for case, part in tables.cases(frames["convolutions"]):
        own = dense.get(str(case["dataset"]))
        if own is None:
            continue
        (x, lost), (y, dense_lost) = (tables.curves(p, p["lost_held_out"]) for p in (part, own))
        (_, dims, _), (_, dense_dims, _) = tables.dimensions(part), tables.dimensions(own)
        for k, code in enumerate(x):
            if code in y:
                at = list(y).index(code)
                more.append(100 * float(lost[:, k].mean() - dense_lost[:, at].mean()))
                apart.append(abs(float(dims[:, k].mean() - dense_dims[:, at].mean())))
    if not more:
        return ""
    count = sum(share > 0 for share in more)
    return (
        f"Convolutional autoencoders lose more than dense ones in {count} of {len(more)} cases "
        f"({min(more):+.0f} to {max(more):+.0f} points of a hundred of the variance); the "
        f"dimensions of their codes are at most {max(apart):.1f} apart."
    )

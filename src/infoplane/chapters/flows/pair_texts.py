"""What chapter 10 says of pairs of normal numbers: closed forms, starts, cases and others."""

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.flows import courses, tables, theory
from infoplane.chapters.flows.numbers import about, span
from infoplane.chapters.flows.settings import BENDS
from infoplane.signs import number
from infoplane.words import counted, power_above

__all__ = [
    "conditions",
    "early",
    "mixed",
    "neighbours",
    "rivals",
    "seconds",
    "starts",
    "undone",
    "unequal",
]

Frames = Mapping[str, pd.DataFrame]

NORMAL = ("straight", "rotated", "unequal")  # cases of normal columns
UNDONE = ("straight", "rotated", *BENDS)  # that flows of single columns can undo
NEAR = 1.0  # nats, within which two values are called alike
ONE_RHO = "canonical correlations of the latents"
NOT_GAUSSIAN = "latents are not Gaussian together"


def conditions(frames: Frames) -> str:
    """Both closed forms against both conditions, with equal correlations and with unequal ones."""
    found = tables.conditions(frames["matrices"])
    condition, slope, white = "|cov(u, Av) − ρI|", "|slope|", "|cov(Av) − I|"
    forms = found.groupby(level="A by")
    own = max(forms[condition].max()["covariance"], forms[slope].max()["likelihood"])
    other = min(forms[slope].min()["covariance"], forms[condition].min()["likelihood"])
    kinds = found[white].xs("covariance", level="A by")
    by, best = (found.loc[("unequal", form)] for form in ("covariance", "likelihood"))
    nats = frames["matrices"]["options"].iloc[0]["nats"]
    return (
        f"Each form meets the condition that it was solved for, to {power_above(own)}, and neither "
        f"meets the other's, by {math.floor(1000 * other) / 1000:g} and more. The covariance "
        "condition leaves Av other than "
        "white, though the model says it is: the weak directions are blown up until they covary "
        "as much as the strong ones. With equal correlations, which differ in the sample by chance "
        f"only, an entry of the covariance is off by {kinds['equal']:.2g} at most, with unequal "
        f"ones by {kinds['unequal']:.2g}. There what ρ says is {by['I from ρ']:.1f} nats, and with "
        f"the other form {best['I from ρ']:.1f}; its likelihood is "
        f"{best['likelihood'] - by['likelihood']:.0f} nats a row higher. That is the best that one "
        f"ρ can do while u stays white, of {nats:g} nats that there are."
    )


def starts(frames: Frames) -> str:
    """Whether a random A arrives, when, and what the closed form saves."""
    table = courses.starts_table(frames["starts"])
    steps = int(max(curves["step"][-1] for curves in frames["starts"]["curves"]))
    random = table[table.index.str.startswith("random")]
    told = "; ".join(
        f"at {start.replace('random, ', 'learning ')} it is "
        + (
            f"within a nat of the truth after {counted(int(row['arrived at']), 'step')}"
            if row["arrived at"] != "never"
            else f"not within a nat of the truth in {counted(steps, 'step')}"
        )
        + f", and ends at {row['rows, last']:.1f}"
        for start, row in random.iterrows()
    )
    behind = random["−log p"]
    arrived = random["arrived at"] != "never"
    word = (
        "A random A arrives as well" if arrived.all()
        else "A random A does not arrive" if not arrived.any()
        else "A random A arrives at some of the rates"
    )  # fmt: skip
    return (
        f"{word}: {told}. In likelihood it ends {span(behind)} nats a row "
        "behind the best start. What the closed form saves is time; without it a training "
        "fails that ends too soon, and how soon that is hangs on the learning rate. The source "
        "says only that the closed form is used at the start; that it is the better start was "
        "added here, and it is better by that time."
    )


def early(frames: Frames) -> str:
    """What rho and the rows say of a random start before anything was learned."""
    found = courses.starts(frames["starts"])
    random = [curves for start, curves in found.items() if not start.closed]
    said = [courses.course(curves, "from_rho")[1].mean(axis=0) for curves in random]
    rows = [courses.course(curves, "validation")[1].mean(axis=0)[0] for curves in random]
    d = int(frames["starts"]["options"].iloc[0]["d"])
    fallen = min(float(mean.min()) for mean in said)
    falls = (
        f" And from there ρ falls at first, to {fallen:.1f} nats, before it rises."
        if fallen < min(said[0][0] - 0.05, max(mean[-1] for mean in said))
        else ""
    )
    nothing = (
        ", less than nothing: the joint density is worse for them than the product of the "
        "marginal ones"
        if max(rows) < 0
        else ""
    )
    return (
        f"With ρ = ½ the formula says {d / 2 * math.log(4 / 3):.1f} nats, of any data, before the "
        f"first step, while validation rows show {number(rows[0], 1)}{nothing}.{falls} What ρ says "
        "early is no evidence of anything."
    )


def undone(frames: Frames) -> str:
    """What is found where single columns can undo what was done."""
    every = tables.gaussians(frames["gauss"])
    truth = float(every["truth"].iloc[0])
    own = every[every["case"].isin(UNDONE)].groupby(["model", "case"])
    value, ratio = own["value"].mean(), own["ratio"].mean()
    of_source, train = value["source"], ratio["source"]
    cost = of_source["straight"] - of_source["rotated"]
    between = of_source.max() < truth < train.min()
    return (
        "Where single columns can undo what was done the three models find "
        f"{span(value)} of {truth:g} nats on held-out rows, and a "
        f"rotation costs the source's {abs(cost):.2f}. Its training rows show {span(train)}: "
        f"the truth {'lies' if between else 'does not always lie'} between the "
        "two."
    )


def unequal(frames: Frames) -> str:
    """What one rho makes of unequal correlations, beside theory, and one for each pair."""
    every = tables.gaussians(frames["gauss"])
    own = every[every["case"] == "unequal"]
    means = own.groupby("model")["value"].mean()
    options = frames["gauss"]["options"].iloc[0]
    white, free = theory.expected(options["d"], options["nats"])
    ends = (
        f"the most likely model that there is with one ρ, which has {free:.1f} and lacks nats "
        "that no training will bring"
    )
    better = (
        "for something better"
        if means["source"] > means["shared"]
        else "and finds nothing better, though it could"
    )
    where = "near" if abs(means["source"] - free) < NEAR else "in this training short of"
    return (
        "**Unequal correlations** are what one ρ is wrong for, and has to be. The closed form, "
        f"taken again and again, finds {means['shared']:.1f} nats, where theory has {white:.1f} of "
        f"infinitely many rows. Adam leaves the closed form that it began with {better}: "
        "flows may shrink the weak pairs of *both* sides, A those of one. It ends with "
        f"{means['source']:.1f} nats, {where} {ends}; a warning of one ρ comes on "
        f"{_warned(own[own['model'] == 'source'], ONE_RHO)} seeds. With a ρ for each pair "
        f"{means['canonical']:.1f} of {options['nats']:g} nats are found."
    )


def mixed(frames: Frames) -> str:
    """What is left of the information behind another mixing, and behind ICA."""
    every = tables.gaussians(frames["gauss"])
    means = every.groupby(["case", "model"])["value"].mean()
    part = means["mixed"]
    alike = "the same part" if part.max() - part.min() < NEAR else "different parts"
    told = _warned(every[every["case"] == "mixed"], NOT_GAUSSIAN)
    return (
        f"All three models find {alike} of the information, {span(part)} nats, and {told} of "
        "their estimates warn that the latents are not Gaussian together. "
        f"Behind ICA the flows with a ρ for each pair find {means['unmixed', 'canonical']:.1f}, "
        f"where without the mixing they find {means['sinh', 'canonical']:.1f}."
    )


def rivals(frames: Frames) -> str:
    """Canonical correlations beside flows; which case needs a flow."""
    error = tables.beside(frames).groupby(["case", "model"])["error"].mean().unstack("model")
    flows = error[["source", "canonical"]].min(axis=1)
    others = error[["cca", "copula", "ksg", "wkl", "mine"]].min(axis=1)
    normal, bends = error.loc[list(NORMAL)], error.loc[list(BENDS)]
    wins = int((others[list(UNDONE)] < flows[list(UNDONE)]).sum() + (
        others["unequal"] < flows["unequal"]
    ))  # fmt: skip
    cases = len(UNDONE) + 1
    needed = (
        "for none of these is a flow needed" if wins == cases
        else f"for {cases - wins} of these {cases} a flow is nearer than all others"
    )  # fmt: skip
    mix = error.loc["mixed"]
    apart = error.loc[[*UNDONE, "unequal"], "canonical"].max()
    helps = "helps" if mix["unmixed"] < mix[["cca", "copula", "canonical"]].min() else "fails, too,"
    return (
        "Of what is normal, as drawn, rotated or unequal, canonical correlations are off by "
        f"{normal['cca'].max():.2f} nats at most, and the better of the flows by "
        f"{flows[list(NORMAL)].min():.2f} at least: they use all rows, and have nothing to learn "
        "but the answer. Behind bends of single columns those of normal scores are off by "
        f"{bends['copula'].max():.2f} at most and the better of the flows by "
        f"{flows[list(BENDS)].min():.2f} at least, since the copula of such pairs is Gaussian, "
        f"whatever the columns are. In the mean over seeds {needed}. Mixing again takes "
        f"{mix['cca']:.1f} nats from the one and {mix['copula']:.1f} from the other. What then "
        f"{helps} is ICA, behind which flows are off by {mix['unmixed']:.1f}, and behind that "
        "columns are normal numbers that were bent one by one: once more a case for normal "
        "scores (which was not tried). What can be said for the flow with a ρ for each pair is "
        f"that it is off by {apart:.1f} nats at most wherever single columns were bent, or none, "
        "without being told which."
    )


def seconds(frames: Frames) -> str:
    """What seconds are of, and how far the load of the machine lets them differ."""
    every = tables.beside(frames)
    own = every[every["model"] == "source"].groupby("case")["took"].median()
    return (
        "Seconds are those of one processor, without the ICA's own, on a machine that had other "
        f"work to do: the source's model takes {about(own.min())} in one case and "
        f"{about(own.max())} in another, for the same number of steps on the same number of rows. "
        "So they tell orders of magnitude, and no more."
    )


def neighbours(frames: Frames) -> str:
    """What distances and a critic find in many columns, as drawn."""
    every = tables.rivals(frames["rivals"])
    own = every[every["case"] == "straight"]
    found = own.groupby("model")["value"].mean()
    truth, rows = float(own["truth"].iloc[0]), int(own["n"].iloc[0])
    least = np.log(rows)
    word = "more than" if found["mine"] > least else "less than"
    ksg, wkl, mine = (number(found[own], 1) for own in ("ksg", "wkl", "mine"))
    return (
        f"Neighbours are lost in so many columns, where all distances are alike: of {truth:g} nats "
        f"in pairs as drawn KSG finds {ksg} and WKL, a difference of large entropies, {wkl}. MINE "
        f"shows {mine} on rows that it has not seen, {word} the logarithm of the number of rows, "
        f"{least:.1f}, and {'less' if found['mine'] < truth / 2 else 'more'} than half of what "
        "there is."
    )


def _warned(estimates: pd.DataFrame, words: str) -> str:
    """On how many of the estimates a warning came that has these words."""
    told = estimates["warnings"].map(lambda warnings: words in " ".join(warnings))
    return f"all {len(told)}" if told.all() else f"{told.sum()} of {len(told)}"

"""What chapter 03 says of what is lost, in few dimensions and in many."""

from collections.abc import Mapping

import pandas as pd

from infoplane.chapters.mine_gaussian.tables import errors
from infoplane.chapters.mine_gaussian.texts import FAMILY, dims_of, fixed, name, percent
from infoplane.chapters.mine_gaussian.trusted import mean_errors, reach
from infoplane.words import listed

__all__ = ["direction", "remark", "strongest", "weakest"]

Frames = Mapping[str, pd.DataFrame]


def strongest(frames: Frames) -> str:
    """What trained critics lose at the most information of the least dimension, and warn of.

    "" where no correlation was tried but 0, here and below.
    """
    table = fixed(errors(frames))
    d = dims_of(table)[0]
    here = table[table["d"] == d]
    here = here[here["truth"] == here["truth"].max()]
    if not here["truth"].max():
        return ""
    trained = here[~here["estimator"].isin(["ksg", FAMILY])]
    lost = -trained.groupby("estimator")["relative"].mean()
    still = int((~trained["warned"]).sum())
    told = (
        f"At {here['truth'].iloc[0]:.2f} nats in {d} dimensions MINE and the bounds lose "
        f"{percent(lost.min())} to {percent(lost.max())} of the truth on average, and {still} of "
        f"these {len(trained)} estimates carry no warning"
    )
    near = here[here["estimator"] == "ksg"]["relative"].mean()
    better = abs(near) < lost.abs().min()
    return (
        f"{told}; nearest neighbours are {percent(abs(near))} off there"
        + (", nearer than all of them: that the two disagree is an alarm" if better else "")
        + "."
    )


def direction(frames: Frames) -> str:
    """On which side errors lie in the largest dimension, and how they grow."""
    table = fixed(errors(frames))
    d = dims_of(table)[-1]
    here = table[(table["d"] == d) & (table["truth"] > 0) & (table["estimator"] != FAMILY)]
    if here.empty:
        return ""
    means = mean_errors(here)
    low = int((means["error"] < 0).sum())
    most = means[means["truth"] == means["truth"].max()]["relative"]
    told = (
        f"In {d} dimensions {low} of {len(means)} mean errors (an estimator at one |ρ| above 0, "
        f"without {name(FAMILY)}) are on the low side. At {means['truth'].max():.1f} nats "
        f"{percent(-most.max())} to {percent(-most.min())} are lost"
    )
    middle = means[means["truth"] < means["truth"].max()]
    at = middle["truth"].max()
    if middle.empty:
        return f"{told}."
    before = middle[middle["truth"] == at]["relative"]
    return f"{told}, at {at:.1f} nats {percent(-before.max())} to {percent(-before.min())}."


def weakest(frames: Frames) -> str:
    """What MINE lacks on a sample and on fresh ones, at the least information and the most."""
    table = errors(frames)
    d = dims_of(table)[-1]
    mine = table[(table["estimator"] == "mine") & (table["d"] == d) & (table["truth"] > 0)]
    if mine.empty:
        return ""
    lacks = -mine.groupby(["truth", "sample"])["relative"].mean().unstack()
    told = []
    for nats in dict.fromkeys([lacks.index.min(), lacks.index.max()]):
        told.append(
            f"of {nats:.2f} nats it lacks {percent(lacks.loc[nats, 'fixed'])} on a sample and "
            f"{percent(lacks.loc[nats, 'fresh'])} on fresh ones"
        )
    apart = lacks["fixed"] - lacks["fresh"]
    rows = apart.iloc[0] > 0.1 and abs(apart.iloc[-1]) <= 0.1
    why = (
        " Rows are what is missing where the dependence is weak; where it is strong they are not."
        if rows
        else ""
    )
    return f"In {d} dimensions, MINE: {'; '.join(told)}.{why}"


def remark(frames: Frames) -> str:
    """The published edition on a critic that contains the answer and on who is trusted."""
    table = fixed(errors(frames))
    d = dims_of(table)[-1]
    part = table[table["d"] == d]
    top = part["truth"].max()
    through = [name(e) for e in part["estimator"].unique() if reach(part, e) == top]
    near = mean_errors(part[part["truth"] > 0])
    best = near[near["estimator"] == "mine"].nlargest(1, "relative").iloc[0]
    ksg = near[(near["estimator"] == "ksg") & (near["truth"] == best["truth"])]["relative"].iloc[0]
    alone = f"{listed(through)} alone" if through else "nobody"
    bounds = set(part["estimator"]) - {"mine", "ksg", FAMILY}
    none = not any(name(e) in through for e in bounds)
    return (
        f"In the published edition, which has the sources' own sizes, in {d} dimensions, trusted "
        f"over the whole range is {alone}"
        f"{', and no bound, though their critic contains the answer' if none else ''}. At "
        f"{best['truth']:.2f} nats, where MINE comes nearest to the truth and lacks "
        f"{percent(-best['relative'])}, nearest neighbours lack {percent(-ksg)}."
    )

"""What chapter 10 says of images through codes of two numbers, and of a rho that lags."""

from collections.abc import Mapping

import pandas as pd

from infoplane.chapters.flows import courses, tables
from infoplane.chapters.flows.numbers import about
from infoplane.words import counted, listed

__all__ = ["found", "lag", "needed", "scores"]

Frames = Mapping[str, pd.DataFrame]

LAGS = "rho travels slowly"


def found(frames: Frames) -> str:
    """What flows find over the informations, and each model of the largest."""
    every, truth = tables.images(frames["images"]), tables.fullest(frames["images"])
    means = every.groupby(["model", "truth"])["value"].mean()
    over = means["canonical"].reindex(frames["images"]["nats"].iloc[0])
    at = tables.images_at(frames["images"])
    names = tables.MODEL_NAMES | tables.RIVAL_NAMES
    source, shared, columns, cca = (
        at.loc[names[name]] for name in ("source", "shared", "columns", "cca")
    )
    there = listed([f"{nats:g}" for nats in over.index])
    told = [
        f"Of {there} nats flows with a ρ for each pair find "
        f"{listed([f'{value:z.1f}' for value in over])}."
    ]
    if truth in over.index:
        own = at.loc[names["canonical"]]
        low = max(own["found"], own["training"]) < truth
        told.append(
            f"Of {truth:g} their ratio says {own['found']:.1f} on held-out rows and "
            f"{own['training']:.1f} on training rows"
            + (
                ": what the codes lose, and what the flows do not undo, is missing from either."
                if low
                else "."
            )
        )
    evenly = cca["found"] > columns["found"]
    told.append(
        f"Without the blocks, by columns only, {columns['found']:.1f} is found, and canonical "
        f"correlations of the codes find {cca['found']:.1f}"
        + (": these autoencoders lay the places out evenly." if evenly else ".")
    )
    flows = at.loc[[name for name in at.index if name not in tables.RIVAL_NAMES.values()], "found"]
    record = frames["images"].iloc[0]
    few, far = record["few_models"]["source"]["steps"], record["models"]["canonical"]["steps"]
    word = ", most of all flows" if source["found"] == flows.max() else ""
    told.append(
        "One ρ is no mistake here, as both pairs carry the same: in closed form it finds "
        f"{shared['found']:.1f}. The source's model finds {source['found']:.1f}{word}, after "
        f"{counted(few, 'step')}, where the others with blocks have {counted(far)}."
    )
    return " ".join(told)


def scores(frames: Frames) -> str:
    """Whether normal scores help, against what was expected of them."""
    at, truth = tables.images_at(frames["images"])["found"], tables.fullest(frames["images"])
    if tables.MODEL_NAMES["canonical"] not in at.index:
        return ""
    without, with_them = (at[tables.MODEL_NAMES[name]] for name in ("canonical", "scores"))
    hurt = with_them < without
    why = (
        " Ranks are rough: each value is moved by its own little error. At "
        f"{truth / 2:g} nats a pair the two sides agree up to e to the minus {truth / 2:g} of a "
        "standard deviation, and errors of that size are what the information is made of."
    )
    return (
        "It was written down before anything was tried that normal scores would help, by a nat, "
        f"whatever an encoder did to its columns. They {'hurt' if hurt else 'do not hurt'}: with "
        f"them {with_them:.1f} is found, without {without:.1f}.{why if hurt else ''}"
    )


def needed(frames: Frames) -> str:
    """Weighted neighbours beside flows: what both find, and in how many seconds."""
    every, truth = tables.images(frames["images"]), tables.fullest(frames["images"])
    at = every[every["truth"] == truth]
    flows = at[~at["model"].isin(tables.RIVAL_NAMES)].groupby("model")["value"].mean()
    wkl = float(at[at["model"] == "wkl"]["value"].mean())
    took = at.groupby("model")["took"].median()
    best = flows.idxmax()
    word = "as much and more" if wkl >= flows[best] else "less"
    return (
        f"And is a flow needed? Weighted neighbours find {word}: {wkl:.1f} of {truth:g} nats, in "
        f"about {about(took['wkl'])} seconds, where the best of the flows finds {flows[best]:.1f}, "
        f"in about {about(took[best])}: two columns a side are few. They stop where columns are "
        "many, as above, and so do the flows of this chapter, whose blocks are for narrow sides."
    )


def lag(frames: Frames) -> str:
    """How far rho is behind its rows at the end, where a pair carries much and where little."""
    truth = tables.fullest(frames["images"])
    every = tables.images(frames["images"])
    own = every[(every["model"] == "source") & (every["truth"] == truth)]
    rows, said = own["ratio"].mean(), own["from_rho"].mean()
    told = own["warnings"].map(lambda warnings: LAGS in " ".join(warnings))
    d = int(frames["starts"]["options"].iloc[0]["d"])
    pairs = float(frames["starts"]["truth"].iloc[0])
    curves = courses.of_pairs(frames["starts"])
    few, tell = (
        courses.course(curves, name)[1][:, -1].mean() for name in ("train", "from_rho")
    )  # at the end
    ends = "ends behind its rows" if said < rows else "does not end behind its rows"
    return (
        f"On images, with {truth / 2:g} nats a pair, ρ {ends}: it says {said:.1f} nats and they "
        f"show {rows:.1f}, and the warning that tells so comes on "
        f"{f'all {len(told)}' if told.all() else f'{told.sum()} of {len(told)}'} seeds. With "
        f"{pairs / d:.2g} nats a pair the closed form is nearly the answer, and ρ ends at "
        f"{tell:.1f} beside {few:.1f}."
    )

"""What chapter 10 says of its records: its answer and what its warnings are worth."""

from collections.abc import Mapping

import pandas as pd

from infoplane.chapters.flows import courses, tables
from infoplane.chapters.flows.numbers import span
from infoplane.chapters.flows.settings import BENDS
from infoplane.signs import number
from infoplane.words import counted

__all__ = ["answer", "trusted"]

Frames = Mapping[str, pd.DataFrame]

FAR, NEAR = 1.0, 0.1  # nats, from which a value is far from the truth, and to which it is near
WITH_BLOCKS = ("source", "shared", "canonical")  # models of images


def answer(frames: Frames) -> str:
    """Whether flows find what is there, what their start is worth, and where they fail."""
    sentences = (_found(frames), _start(frames), _fails(frames))
    return "\n".join(f"- {told}" for told in sentences)


def trusted(frames: Frames) -> str:
    """Of how many flows' estimates that are far off, or a little, a warning came."""
    every = _of_flows(frames)
    off = (every["value"].astype(float) - every["truth"]).abs()
    told = every["warnings"].map(bool)
    far, some = off > FAR, (off > NEAR) & (off <= FAR)
    return (
        f"Of {far.sum()} estimates by flows in this chapter that are more than a nat off "
        f"{'all' if told[far].all() else told[far].sum()} came with a warning; of {some.sum()} "
        f"that are off by a tenth of a nat to one, {told[some].sum()}: a warning looks "
        "for what somebody thought of."
    )


def _of_flows(frames: Frames) -> pd.DataFrame:
    """All estimates by flows: of pairs, of images and of Student's t."""
    images, student = tables.images(frames["images"]), tables.students(frames["student"])
    parts = (
        tables.gaussians(frames["gauss"]),
        images[~images["model"].isin(tables.RIVAL_NAMES)],
        student[~student["model"].isin(tables.RIVAL_NAMES)],
    )
    return pd.concat([part[["value", "truth", "warnings"]] for part in parts], ignore_index=True)


def _found(frames: Frames) -> str:
    """Means of held-out rows over seeds, of document 001's model, and what mends its failures."""
    every = tables.gaussians(frames["gauss"])
    means = every.groupby(["case", "model"])["value"].mean()
    of_source = means.xs("source", level="model")
    undone = of_source.reindex(["straight", "rotated", *BENDS]).dropna()
    return (
        f"Of {every['truth'].iloc[0]:g} nats the source's model finds {span(undone)}, whether "
        f"sides are rotated and bent or not, but {of_source['unequal']:.1f} of unequal "
        f"correlations, where a ρ for each pair finds {means['unequal', 'canonical']:.1f}, and "
        f"{of_source['mixed']:.1f} of sides mixed again, where that finds "
        f"{means['unmixed', 'canonical']:.1f} behind an ICA."
    )


def _start(frames: Frames) -> str:
    """What rows show before training and after, by start."""
    first, last = {}, []
    for start, curves in courses.starts(frames["starts"]).items():
        steps, seen = courses.course(curves, "validation")
        mean = seen.mean(axis=0)
        first[start.by] = mean[0]
        if not start.closed:
            last.append(mean[-1])
    beside = tables.beside(frames)
    cca = beside[(beside["model"] == "cca") & (beside["case"] == "straight")]
    return (
        f"With A in closed form validation rows show {first['likelihood']:.1f} before the first "
        f"step; with a random A {number(first['random'], 1)}, and {span(last)} after "
        f"{counted(int(steps[-1]), 'step')}. Of pairs as drawn canonical correlations alone find "
        f"{cca['value'].mean():.1f}."
    )


def _fails(frames: Frames) -> str:
    """Images, where flows are needed; and the least of Student's degrees of freedom."""
    images = tables.images(frames["images"])
    truth = tables.fullest(frames["images"])
    at = images[images["truth"] == truth].groupby("model")["value"].mean()
    every = tables.students(frames["student"])
    least = every[every["dof"] == every["dof"].min()]
    found = least.groupby("model")["value"].mean()
    dof, there = least["dof"].iloc[0], least["truth"].iloc[0]
    plain, mixture = found["gaussian"], found["mixture"]
    flows = at.reindex(list(WITH_BLOCKS)).dropna()
    return (
        f"Of {truth:g} nats between images flows find {span(flows)}, weighted neighbours "
        f"{at['wkl']:.1f} and KSG {at['ksg']:.1f}. Of {there:.2f} nats of Student's t with "
        f"ν = {dof:g} they find {plain:.2f}, and with a mixture of Gaussians {mixture:.2f}."
    )

"""What chapter 10 says of its records: its answer in three sentences."""

from collections.abc import Mapping

import pandas as pd

from infoplane.chapters.flows import courses, tables
from infoplane.chapters.flows.settings import BENDS

__all__ = ["answer"]

Frames = Mapping[str, pd.DataFrame]


def answer(frames: Frames) -> str:
    """Whether flows find what is there, what their start is worth, and where they fail."""
    sentences = (_found(frames), _start(frames), _fails(frames))
    return "\n".join(f"- {told}" for told in sentences)


def _found(frames: Frames) -> str:
    """Means of held-out rows over seeds, of document 001's model, and what mends its failures."""
    every = tables.gaussians(frames["gauss"])
    means = every.groupby(["case", "model"])["value"].mean()
    of_source = means.xs("source", level="model")
    bent = [of_source[bend] for bend in BENDS if bend in of_source]
    apart = f"{min(bent):.1f}" if f"{min(bent):.1f}" == f"{max(bent):.1f}" else (
        f"{min(bent):.1f} to {max(bent):.1f}"
    )  # fmt: skip
    return (
        f"Of {every['truth'].iloc[0]:g} nats the source's model finds {of_source['straight']:.1f}, "
        f"{of_source['rotated']:.1f} when both sides are rotated and {apart} when they are bent "
        f"as well; of unequal correlations {of_source['unequal']:.1f} with its one ρ, and "
        f"{means['unequal', 'canonical']:.1f} with one for each pair, which of sides mixed after "
        f"they were bent finds {means['mixed', 'canonical']:.1f}, and "
        f"{means['unmixed', 'canonical']:.1f} behind an ICA."
    )


def _start(frames: Frames) -> str:
    """What rows show before training and after, by start, and what costs least."""
    first, last = {}, []
    for start, curves in courses.starts(frames["starts"]).items():
        steps, seen = courses.course(curves, "validation")
        mean = seen.mean(axis=0)
        first[start.by] = mean[0]
        if not start.closed:
            last.append(f"{mean[-1]:.1f} at learning rate {start.rate:g}")
    beside = tables.beside(frames)
    cca = beside[(beside["model"] == "cca") & (beside["case"] == "straight")]
    took = beside.groupby("model")["took"].median()
    return (
        f"With A in closed form validation rows show {first['likelihood']:.1f} before the first "
        f"step, with a random A {first['random']:.1f}, and after {steps[-1]:.0f} steps "
        f"{', '.join(last)}. Of pairs that are normal as they are "
        f"canonical correlations alone find {cca['value'].mean():.1f}, in {took['cca']:.2g} "
        f"seconds where the source's model takes {took['source']:.2g}."
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
    flows = at.get("canonical", at["shared"])
    return (
        f"Of {truth:g} nats between images, through codes of two numbers, flows find "
        f"{flows:.1f}, weighted neighbours {at['wkl']:.1f} and KSG {at['ksg']:.1f}. Of "
        f"the {there:.2f} nats of Student's t with ν = {dof:g} they find {plain:.2f}, and with a "
        f"mixture of Gaussians behind them {mixture:.2f}."
    )

"""What the pictures of chapter 10 show, in a sentence each, from its records: for captions."""

from collections.abc import Mapping

import pandas as pd

from infoplane.chapters.flows import courses, tables
from infoplane.chapters.flows.numbers import span
from infoplane.chapters.flows.settings import BENDS
from infoplane.words import counted

__all__ = ["cases", "images", "lag", "pairs", "rivals", "starts", "student"]

Frames = Mapping[str, pd.DataFrame]


def starts(frames: Frames) -> str:
    """How far validation rows move, from a closed form and from a random A."""
    closed: list[float] = []
    random: list[float] = []
    for start, curves in courses.starts(frames["starts"]).items():
        mean = courses.course(curves, "validation")[1].mean(axis=0)
        (closed if start.closed else random).append(mean[-1] - mean[0])
    return (
        f"From a closed form validation rows move by {span(map(abs, closed), digits=2)} nats over "
        f"the training, from a random A by {max(random):.0f}."
    )


def cases(frames: Frames) -> str:
    """What each thing that was done to the pairs costs the source's model."""
    every = tables.gaussians(frames["gauss"])
    own = every[every["model"] == "source"]
    lost = (own["truth"] - own["value"]).groupby(own["case"]).mean()
    bent = lost.reindex(["rotated", *BENDS]).max()
    return (
        f"What single columns can undo costs the source's model {bent:.1f} nats at most, unequal "
        f"correlations {lost['unequal']:.1f}, mixing again {lost['mixed']:.1f}."
    )


def rivals(frames: Frames) -> str:
    """What canonical correlations, those of normal scores and neighbours are off by."""
    every = tables.beside(frames)
    error = every.groupby(["case", "model"])["error"].mean()
    return (
        f"CCA is off by {error['straight', 'cca']:.2f} nats as drawn and by "
        f"{error['sinh', 'cca']:.1f} behind the bend sinh, its copula there by "
        f"{error['sinh', 'copula']:.2f}, KSG by {error['straight', 'ksg']:.0f} and MINE by "
        f"{error['straight', 'mine']:.0f} as drawn, of {every['truth'].iloc[0]:g}."
    )


def images(frames: Frames) -> str:
    """What each way finds of the largest information of images."""
    every, truth = tables.images(frames["images"]), tables.fullest(frames["images"])
    found = every[every["truth"] == truth].groupby("model")["value"].mean()
    flows = found.drop(["wkl", "ksg", "cca"]).max()
    return (
        f"Of {truth:g} nats the best flow finds {flows:.1f}, weighted neighbours "
        f"{found['wkl']:.1f}, CCA {found['cca']:.1f} and KSG {found['ksg']:.1f}."
    )


def lag(frames: Frames) -> str:
    """How far rho is behind its rows, on images and of pairs."""
    ends = [
        [float(courses.course(curves, name)[1][:, -1].mean()) for name in ("train", "from_rho")]
        for curves in (courses.of_images(frames["images"]), courses.of_pairs(frames["starts"]))
    ]
    much, little = (rows - said for rows, said in ends)
    return (
        f"At the end ρ is {much:z.1f} nats behind its rows where a pair carries much, and "
        f"{little:z.1f} where it carries little."
    )


def student(frames: Frames) -> str:
    """What one Gaussian and a mixture lack at the heaviest tails."""
    every = tables.students(frames["student"])
    least = every[every["dof"] == every["dof"].min()]
    lacks = (least["truth"] - least["value"]).astype(float).groupby(least["model"]).mean()
    return (
        f"At the heaviest tails flows lack {lacks['gaussian']:z.1f} nats with one Gaussian behind "
        f"them and {lacks['mixture']:z.1f} with a mixture."
    )


def pairs(frame: pd.DataFrame) -> str:
    """How many pairs an estimate is made of."""
    return counted(int(frame["n"].iloc[0]), "pair")

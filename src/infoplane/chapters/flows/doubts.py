"""The warnings in the records of chapter 10: on how many seeds each fired, and what it says."""

import re
import textwrap

import pandas as pd

from infoplane.chapters.flows import tables

__all__ = ["doubted", "sentences"]

LATENTS = "latents are not Gaussian together"
NAMES = {"gaussian": "one Gaussian", "mixture": "a mixture"}
WIDTH = 72


def doubted(student: pd.DataFrame) -> pd.DataFrame:
    """Share of seeds on which flows warned of Student's t, a row for each degree of freedom.

    By base: any warning, and the one that is about the latents' radius.
    """
    every = tables.students(student)
    every = every[every["model"].isin(NAMES)].assign(
        any=lambda of: of["warnings"].map(bool),
        radius=lambda of: of["warnings"].map(lambda told: LATENTS in " ".join(told)),
    )
    shares = every.groupby(["dof", "model"])[["any", "radius"]].mean().unstack("model")
    shares = shares.swaplevel(axis=1).reindex(
        columns=[(base, what) for base in NAMES for what in ("any", "radius")]
    )
    return shares.rename(columns=NAMES).rename_axis(columns=[None, None])


def sentences(student: pd.DataFrame) -> list[str]:
    """What flows warned of, of the least degrees of freedom: each sentence once, as it came first.

    Sentences that differ in numbers and columns only are one. In lines of 72 characters.
    """
    every = tables.students(student)
    own = every[every["model"].isin(NAMES) & (every["dof"] == every["dof"].min())]
    kinds: dict[str, str] = {}
    for told in (sentence for warnings in own["warnings"] for sentence in warnings):
        kinds.setdefault(
            re.sub(r"of [xz]\b|\(and .*? more\) |\d+(\.\d+)?", "", told).partition(";")[0], told
        )
    return [line for told in kinds.values() for line in textwrap.wrap(f"- {told}", WIDTH)]

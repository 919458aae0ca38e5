"""The warnings in the records of chapter 10: on how many seeds each fired, and what it says."""

import re
from html import escape

import pandas as pd

from infoplane.chapters.flows import tables

__all__ = ["as_html", "doubted", "sentences"]

LATENTS = "latents are not Gaussian together"
NAMES = {"gaussian": "one Gaussian", "mixture": "a mixture"}
# What differs between warnings of one kind: numbers, columns, and what is said to do.
PASSING = re.compile(r"of [xz]\b|\(and .*? more\) |\d+(\.\d+)?(e[+-]\d+)?")
POWER = re.compile(r"\d(?:\.\d+)?e\+\d+")


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

    Sentences that differ in numbers and columns only are one. Large numbers are written out.
    """
    every = tables.students(student)
    own = every[every["model"].isin(NAMES) & (every["dof"] == every["dof"].min())]
    kinds: dict[str, str] = {}
    for told in (sentence for warnings in own["warnings"] for sentence in warnings):
        kinds.setdefault(PASSING.sub("", told).partition(";")[0], told)
    return [POWER.sub(lambda power: f"{float(power[0]):.0f}", told) for told in kinds.values()]


def as_html(student: pd.DataFrame) -> str:
    """The same as HTML that opens; nothing where nothing was said."""
    said = "".join(f"<li>{escape(told)}</li>" for told in sentences(student))
    if not said:
        return ""
    summary = "What is said of the heaviest tails, each sentence once"
    return f"<details><summary>{summary}</summary><ul>{said}</ul></details>"

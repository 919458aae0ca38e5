"""The records of chapter 10 over training: what rho says and what the rows show, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.flows.tables import fullest
from infoplane.estimators.flow import Flow

__all__ = ["Start", "course", "of_images", "of_pairs", "start_of", "starts", "starts_table"]

Floats = npt.NDArray[np.float64]

NEAR = 1.0  # nats, from where a course counts as having arrived


@dataclass(frozen=True, order=True)
class Start:
    """How a training begins and steps: A from a closed form or at random, and the learning rate."""

    by: str
    rate: float

    @property
    def closed(self) -> bool:
        """Whether A is the data's from the first step on."""
        return self.by != "random"

    def __str__(self) -> str:
        return f"{self.by} form" if self.closed else f"random, rate {self.rate:g}"


def start_of(options: Mapping[str, Any]) -> Start:
    """The start that options of a flow tell."""
    by, rate = (options.get(n, getattr(Flow, n)) for n in ("start", "learning_rate"))
    return Start(by, rate)


def course(curves: Any, name: str) -> tuple[Floats, Floats]:
    """Steps (checks,) and what was seen there, (runs, checks), of runs of the same steps.

    A training that ended early is as it was when it ended.
    """
    curves = list(curves)
    longest = max((of["step"] for of in curves), key=len)
    rows = [[*of[name], *[of[name][-1]] * (len(longest) - len(of[name]))] for of in curves]
    return np.array(longest, dtype=np.float64), np.array(rows, dtype=np.float64)


def starts(frame: pd.DataFrame) -> dict[Start, list[dict[str, list[float]]]]:
    """Curves of all seeds by start: closed forms first, then random ones by learning rate."""
    found: dict[Start, list[dict[str, list[float]]]] = {}
    for options, refused, curves in zip(
        frame["set"], frame["refused"], frame["curves"], strict=True
    ):
        if refused == "":
            found.setdefault(start_of(options), []).append(curves)
    order = ("likelihood", "covariance", "random")
    return {start: found[start] for start in sorted(found, key=lambda s: (order.index(s.by), s))}


def starts_table(frame: pd.DataFrame) -> pd.DataFrame:
    """By start, means over seeds, nats: what validation rows show at the first check and the last,
    what rho says then, the steps after which rows show the truth but one nat, and likelihood lost.

    "never" where the mean does not come so near. -log p: of validation rows, at the last check,
    less that of the best start.
    """
    truth = float(frame["truth"].iloc[0])
    rows = {}
    for start, curves in starts(frame).items():
        steps, seen = course(curves, "validation")
        said, loss = (course(curves, name)[1].mean(axis=0) for name in ("from_rho", "loss"))
        mean = seen.mean(axis=0)
        near = np.flatnonzero(mean > truth - NEAR)
        rows[str(start)] = {
            "rows, first": mean[0], "rows, last": mean[-1], "ρ, first": said[0],
            "ρ, last": said[-1], "arrived at": f"{steps[near[0]]:.0f}" if len(near) else "never",
            "−log p": loss[-1],
        }  # fmt: skip
    table = pd.DataFrame.from_dict(rows, orient="index")
    return table.assign(**{"−log p": table["−log p"] - table["−log p"].min()})


def of_pairs(frame: pd.DataFrame) -> list[dict[str, list[float]]]:
    """Curves of document 001's model from the likelihood's closed form, of pairs as drawn."""
    return next(curves for start, curves in starts(frame).items() if start.by == "likelihood")


def of_images(frame: pd.DataFrame) -> list[dict[str, list[float]]]:
    """Curves of document 001's model on codes of images of the largest information tried."""
    truth = fullest(frame)
    return [
        one["curves"]
        for found in frame["found"]
        for one in found
        if one["model"] == "source" and one["truth"] == truth
    ]

"""What the records of chapter 10 say about its claims, number by number."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from infoplane.chapters.flows import tables
from infoplane.chapters.flows.settings import BENDS, WANTED
from infoplane.claims import Check

__all__ = ["measure"]

OF_IMAGES = 10.0  # nats, of document 001's images


def measure(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Check]]:
    """What the chapter's records say about the claims `flow.*` that they are about.

    Of the model as document 001 has it: one rho, A in closed form at the start alone, then Adam;
    the ratio of held-out rows, seed by seed. Nothing where other informations were asked for.
    """
    found = {
        "flow.gauss": _cases(frames["gauss"], {"straight": ""}),
        "flow.gauss.rotated": _cases(frames["gauss"], {"rotated": ""}),
        "flow.gauss.bijection": _cases(frames["gauss"], {bend: bend for bend in BENDS}),
        "flow.gauss.unequal": _cases(frames["gauss"], {"unequal": ""}),
        "flow.images": _images(frames["images"]),
        "flow.rho": [_by_construction(frames["matrices"])],
        "flow.matrix": _matrices(frames["matrices"]),
    }
    return {claim: those for claim, those in found.items() if those}


def _cases(gauss: pd.DataFrame, names: Mapping[str, str]) -> list[Check]:
    """The mean of held-out rows by case, each under its name.

    NaN for a seed that was refused: the mean of what is left would be of other data.
    """
    every = tables.gaussians(gauss)
    if set(every["truth"]) != {WANTED}:
        return []
    seeds = sorted(gauss["seed"].unique())
    own = every[every["model"] == "source"]
    return [
        Check.mean(own[own["case"] == case].set_index("seed")["value"].reindex(seeds), name)
        for case, name in names.items()
    ]


def _images(frame: pd.DataFrame) -> list[Check]:
    every = tables.images(frame)
    ten = every[(every["model"] == "source") & (every["truth"] == OF_IMAGES)]
    return [Check.mean(ten["value"].to_numpy())] if len(ten) else []


def _by_construction(matrices: pd.DataFrame) -> Check:
    """The largest distance of what the model says from -n/2 log(1 - rho^2), with both forms."""
    d = np.array([[options["d"]] for options in matrices["options"]])
    rho, said = (np.array(matrices[name].tolist()) for name in ("rho", "information"))
    apart = float(np.abs(said + 0.5 * d * np.log((1 - rho) * (1 + rho))).max())
    return Check(apart, (apart, apart))


def _matrices(matrices: pd.DataFrame) -> list[Check]:
    """How far each form is from its own condition, at most over seeds and problems: exact."""

    def worst(column: str, form: int) -> float:
        return float(np.max([pair[form] for pair in matrices[column]]))

    both = {"covariance": worst("condition", 0), "gradient": worst("slope", 1)}
    return [Check(value, (value, value), name) for name, value in both.items()]

"""What the records of chapter 10 say about its claims, number by number."""

from collections.abc import Mapping
from typing import Any

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
    the ratio of held-out rows, seed by seed.
    """
    gauss = tables.gaussians(frames["gauss"])
    own = gauss[(gauss["model"] == "source") & (gauss["truth"] == WANTED)]

    def checks(cases: Mapping[str, str]) -> list[Check]:
        found = {case: own[own["case"] == case]["value"].to_numpy() for case in cases}
        return [Check.mean(found[case], name) for case, name in cases.items() if len(found[case])]

    images = tables.images(frames["images"])
    ten = images[(images["model"] == "source") & (images["truth"] == OF_IMAGES)]
    found = {
        "flow.gauss": checks({"straight": ""}),
        "flow.gauss.rotated": checks({"rotated": ""}),
        "flow.gauss.bijection": checks({bend: bend for bend in BENDS}),
        "flow.gauss.unequal": checks({"unequal": ""}),
        "flow.images": [Check.mean(ten["value"].to_numpy())] if len(ten) else [],
        "flow.matrix": _matrices(frames["matrices"]),
    }
    return {claim: those for claim, those in found.items() if those}


def _matrices(matrices: pd.DataFrame) -> list[Check]:
    """How far each form is from its own condition, at most over seeds and problems: exact."""

    def worst(column: str, form: int) -> Any:
        return float(np.max([pair[form] for pair in matrices[column]]))

    return [
        Check(worst("condition", 0), (worst("condition", 0),) * 2, "covariance"),
        Check(worst("slope", 1), (worst("slope", 1),) * 2, "gradient"),
    ]

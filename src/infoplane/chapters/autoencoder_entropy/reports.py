"""Chapter 07's tables, as its page shows them.

± is half a 95 % interval: over seeds, and for C(r) over seeds and fit together.
"""

import numpy as np
import pandas as pd

from infoplane.chapters.autoencoder_entropy.tables import (
    cases,
    curves,
    dimensions,
    fitted,
    name,
    true_dimension,
)
from infoplane.stats import mean_interval

__all__ = ["architectures", "sets"]

NONE = "–"


def sets(points: pd.DataFrame) -> pd.DataFrame:
    """What the synthetic sets are, and what dimension estimators say of them."""
    rows = {}
    for (dataset, noise), part in points.groupby(["dataset", "noise"], sort=False):
        truth = true_dimension(dataset)
        if np.isfinite(truth):
            rows[name({"dataset": dataset, "noise": noise})] = {
                "dimension": f"{truth:g}",
                "columns": part["columns"].iloc[0],
                "C(r)": _of_fit(part["dimensions"].str[0], part["dimension_stds"].str[0]),
                "TwoNN": _mean(part["twonn"]),
                "max. likelihood": _mean(part["mle"]),
            }
    return pd.DataFrame(rows).T


def architectures(dense: pd.DataFrame, convolutional: pd.DataFrame) -> pd.DataFrame:
    """Dense beside convolutional autoencoders, for the code dimensions that both have."""
    rows = {}
    for kind, frame in (("dense", dense), ("convolutional", convolutional)):
        for case, part in cases(frame):
            x, lost = curves(part, part["lost_held_out"])
            _, dims, errors = dimensions(part)
            for k, code in enumerate(x):
                if code in set(convolutional["code"]):
                    rows[f"{case['dataset']}, d = {code:g}, {kind}"] = {
                        "variance lost, held out": _mean(lost[:, k], 3),
                        "correlation dimension": _of_fit(dims[:, k], errors[:, k]),
                    }
    return pd.DataFrame(rows).T


def _of_fit(values: object, errors: object) -> str:
    """Mean dimension, and half of its interval over seeds and fit."""
    mean, _, high = fitted(*(np.asarray(column, dtype=float) for column in (values, errors)))
    return f"{mean:.2f} ± {high - mean:.2f}"


def _mean(values: object, digits: int = 2) -> str:
    """Mean and half of its 95 % interval; a dash where something is missing."""
    a = np.asarray(values, dtype=float)
    if not len(a) or np.isnan(a).any():
        return NONE
    if len(a) < 2 or np.allclose(a, a[0]):  # all images there are, whatever the seed
        return f"{a[0]:.{digits}f}"
    mean, _, high = mean_interval(a)
    return f"{mean:.{digits}f} ± {high - mean:.{digits}f}"

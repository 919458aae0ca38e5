"""What chapter 07's forests are drawn from: a row a mark, with the ends of its 95 % interval."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.autoencoder_entropy.scaling import SCALES
from infoplane.chapters.autoencoder_entropy.settings import GAUGES, METHODS
from infoplane.chapters.autoencoder_entropy.tables import (
    TIGHTER,
    breaks,
    cases,
    fitted,
    name,
    own_rows,
    saturation,
    true_dimension,
)
from infoplane.stats import mean_interval

__all__ = ["WAYS", "WINDOWS", "by_digit", "by_gauge", "by_method", "by_window", "saturations"]

Floats = npt.NDArray[np.float64]

WAYS = (*METHODS, TIGHTER)
WINDOWS = ["default", *(f"C = {low:g} … {high:g}" for low, high in SCALES)]


def by_gauge(frame: pd.DataFrame) -> pd.DataFrame:
    """Of every case and gauge a row of `breaks`; way: the gauge."""
    return _ways({gauge: breaks(frame, gauge) for gauge in GAUGES})


def by_method(frame: pd.DataFrame) -> pd.DataFrame:
    """Of every case and way to the entropy a row of `breaks`; way: which."""
    return _ways({method: breaks(frame, method=method) for method in WAYS})


def _ways(found: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    return pd.concat([rows.assign(way=way) for way, rows in found.items()], ignore_index=True)


def by_window(frame: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Correlation dimension of data, and of their codes that have its dimension, by window.

    name, of ("data" or "codes"), truth, window, mean, low, high (fit errors included); a window
    that lacks pairs in any seed is left out, and so are sets whose dimension no code has.
    """
    rows = []
    for case, part in cases(frame):
        truth = true_dimension(str(case["dataset"]))
        of_codes = part[part["code"] == truth]
        if case["code_activation"] != "none" or of_codes.empty:
            continue
        for of, own in (("data", own_rows(case, points)), ("codes", of_codes)):
            for i, window in enumerate(WINDOWS):
                values, errors = _of_window(own, i)
                if np.isfinite(values).all():
                    known = {"name": name(case), "of": of, "truth": truth, "window": window}
                    ends = zip(("mean", "low", "high"), fitted(values, errors), strict=True)
                    rows.append(known | dict(ends))
    return pd.DataFrame(rows)


def _of_window(part: pd.DataFrame, window: int) -> tuple[Floats, Floats]:
    """(seeds,) dimensions in a window, and their fit errors."""
    values, errors = (part[c].str[window].to_numpy(float) for c in ("dimensions", "dimension_stds"))
    return values, errors


def saturations(frame: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Of every window and set of images a row of `saturation`, where there are pairs enough."""
    rows = [saturation(frame, points, i).assign(window=window) for i, window in enumerate(WINDOWS)]
    return pd.concat(rows, ignore_index=True).dropna(subset="difference")


def by_digit(frame: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Dimension of the images of each digit and of their widest codes, by three estimators.

    dataset, digit, way, mean, low, high. TwoNN and maximum likelihood see fewer images, where
    there are more than they can be given.
    """
    rows = []
    for case, part in cases(frame):
        own = own_rows(case, points)
        of_set = points[points["dataset"] == case["dataset"]]
        published = own_rows({**case, "n": of_set["n"].min()}, points)
        widest = part["code"].max()
        ways = {
            f"C(r), codes of d = {widest}": part[part["code"] == widest]["class_dimensions"],
            "C(r)": own["class_dimensions"],
            "TwoNN": published["class_twonn"],
            "max. likelihood": published["class_mle"],
        }
        for way, column in ways.items():
            for digit in range(10):
                mean, low, high = mean_interval(column.str[digit].to_numpy(float))
                known = {"dataset": case["dataset"], "digit": digit, "way": way}
                rows.append(known | {"mean": mean, "low": low, "high": high})
    return pd.DataFrame(rows)

"""How far the estimators of chapter 03 are trusted, from the least information upwards."""

import pandas as pd

from infoplane.chapters.mine_gaussian.tables import TRUST, limit

__all__ = ["mean_errors", "reach"]


def mean_errors(table: pd.DataFrame) -> pd.DataFrame:
    """Means over seeds and both signs of the correlation, a row an estimator and truth.

    table: rows of `tables.errors` of one dimension and sample. error and relative: means with
    their sign; size: mean of |error|, in nats; trusted: whether that is within TRUST.
    """
    size = table.assign(size=table["error"].abs())
    columns = ["error", "size", "relative"]
    means = size.groupby(["estimator", "truth"], sort=False)[columns].mean().reset_index()
    return means.assign(trusted=means["size"] <= limit(TRUST, means["truth"]))


def reach(table: pd.DataFrame, estimator: str) -> float:
    """The largest true information up to which an estimator is trusted at all that were tried.

    0 where it is not, or at independence only. table: as for :func:`mean_errors`.
    """
    means = mean_errors(table[table["estimator"] == estimator]).sort_values("truth")
    far = means["truth"][means["trusted"].cumprod().astype(bool)]
    return float(far.max()) if len(far) else 0.0

"""What "diverges" can mean: the fates of runs of MINE where the information is infinite."""

import math

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.stats import student

__all__ = ["CHECKS", "LATE", "beside", "contrasts", "fates"]

CHECKS = 50  # of a run
LATE = CHECKS // 10  # of them, whose mean is what a run ends at
BLOCKS = 5  # of checks that follow each other, in the last half of a run

Floats = npt.NDArray[np.float64]


def fates(fresh: pd.DataFrame) -> pd.DataFrame:
    """What became of each run: one row a run; `fresh` has a row a run with its curves.

    final, final_batch: mean of the last tenth of the checks, held out and of training batches.
    batch_slope and slope: of the batch value and of the held-out bound in nats a step, over the
    last half of training; that one with its 95 % interval (low, high). Neighbouring checks
    resemble each other, so the line is fitted to the means of five blocks of them, which leaves
    three degrees of freedom. fate: "growing" or "falling" where the interval excludes zero,
    "unclear" where it does not, "blown up" where a value is not finite. apart: whether the batch
    value exceeds the held-out one by more than half of that one's size.
    """
    rows = []
    for row in fresh.to_dict("records"):
        step, batch, held = (
            np.array(row[name], dtype=np.float64) for name in ("step", "batch_value", "held_out")
        )
        final, final_batch = float(held[-LATE:].mean()), float(batch[-LATE:].mean())
        batch_slope, slope, low, high = (math.nan,) * 4  # not a number where a run blew up
        if row["finite"]:
            batch_slope, _, _ = _slope(step, batch)
            slope, low, high = _slope(step, held)
        fate = "growing" if low > 0 else "falling" if high < 0 else "unclear"
        rows.append(
            {name: row[name] for name in ("d", "matrix", "rate", "seed")}
            | {
                "final": final,
                "final_batch": final_batch,
                "batch_slope": batch_slope,
                "slope": slope,
                "low": low,
                "high": high,
                "fate": fate if row["finite"] else "blown up",
                "apart": not final_batch - final <= 0.5 * abs(final),
            }
        )
    return pd.DataFrame(rows)


def _slope(step: Floats, curve: Floats) -> tuple[float, float, float]:
    """Slope over the last half with its 95 % interval, from the means of blocks."""
    half = step > step[-1] / 2
    x, y = (
        np.array([part.mean() for part in np.array_split(values[half], BLOCKS)])
        for values in (step, curve)
    )
    x, y = x - x.mean(), y - y.mean()
    slope = float(x @ y / (x @ x))
    rest = y - slope * x
    error = math.sqrt(rest @ rest / (BLOCKS - 2) / (x @ x))
    reach = student(0.975, BLOCKS - 2) * error
    return slope, slope - reach, slope + reach


def contrasts(fresh: pd.DataFrame) -> pd.DataFrame:
    """How many runs of I(X; A X) diverge beside I(X; X) of the same seed and rate, and how.

    One row a dimension and rate. "diverges" is any of: final value below half of I(X; X)'s,
    falling, not finite; "contrast": it does so while the batch value of I(X; X) grows.
    """
    groups = beside(fates(fresh)).groupby(["d", "rate"])
    kinds = ["below half", "falling", "not finite", "diverges", "contrast"]
    return groups[kinds].sum().assign(runs=groups.size()).reset_index()


def beside(table: pd.DataFrame) -> pd.DataFrame:
    """Runs of I(X; A X) beside those of I(X; X) of the same seed and rate, as :func:`contrasts`."""
    keys = ["d", "rate", "seed"]
    both = table[table["matrix"] == "random"].merge(
        table[table["matrix"] == "identity"], on=keys, suffixes=("", "_same")
    )
    both["below half"] = both["final"] < 0.5 * both["final_same"]
    both["not finite"] = both["fate"] == "blown up"
    both["falling"] = both["fate"] == "falling"
    both["diverges"] = both[["below half", "not finite", "falling"]].any(axis=1)
    both["contrast"] = both["diverges"] & (both["batch_slope_same"] > 0)
    return both

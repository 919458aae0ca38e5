"""Chapter 07's tables, as its page shows them."""

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.autoencoder_entropy.scaling import SCALES
from infoplane.chapters.autoencoder_entropy.settings import GAUGES, METHODS
from infoplane.chapters.autoencoder_entropy.tables import (
    TIGHTER,
    breaks,
    cases,
    curves,
    dimensions,
    name,
    own_rows,
    saturation,
    true_dimension,
)
from infoplane.stats import mean_interval

__all__ = [
    "architectures",
    "bias_table",
    "by_gauge",
    "by_method",
    "by_scale",
    "digits",
    "images",
    "known",
    "saturations",
    "sets",
    "shown",
]

Floats = npt.NDArray[np.float64]

NONE = "–"
Z = 1.96  # standard errors in half a 95 % interval
WINDOWS = ["default", *(f"C = {low:g} … {high:g}" for low, high in SCALES)]


def bias_table(frame: pd.DataFrame) -> pd.DataFrame:
    """Mean errors with the least and with the most rows, one column a dimension."""
    frame = frame[frame["n"].isin([frame["n"].min(), frame["n"].max()])]
    long = frame.melt(["density", "n", "d"], list(METHODS), var_name="method", value_name="error")
    table = long.pivot_table(
        index=["density", "n", "method"], columns="d", values="error", sort=False
    )
    return table.rename(columns=lambda d: f"d = {d}").rename_axis(columns=None)


def sets(points: pd.DataFrame) -> pd.DataFrame:
    """What the synthetic sets are, and what dimension estimators say of them."""
    rows = {}
    for (dataset, noise), part in points.groupby(["dataset", "noise"], sort=False):
        truth = true_dimension(dataset)
        if np.isfinite(truth):
            rows[name({"dataset": dataset, "noise": noise})] = {
                "dimension": f"{truth:g}",
                "columns": part["columns"].iloc[0],
                "correlation dimension": _mean(part["dimensions"].str[0]),
                "TwoNN": _mean(part["twonn"]),
                "max. likelihood": _mean(part["mle"]),
            }
    return pd.DataFrame(rows).T


def shown(found: pd.DataFrame) -> pd.DataFrame:
    """A table of breaks in words: where, with its interval, both slopes, and the verdict."""
    rows = {}
    for _, row in found.iterrows():
        rows[row["name"]] = {
            "true dimension": NONE if np.isnan(row["dimension"]) else f"{row['dimension']:g}",
            "two pieces": f"{row['break']:.2f} [{row['low']:.2f}, {row['high']:.2f}]"
            if row["found"]
            else NONE,
            "second difference": f"{row['second']:g} ({row['second_share']:.0%})",
            "slope before": f"{row['before']:.2f}",
            "slope after": f"{row['after']:.2f} [{row['after_low']:.2f}, {row['after_high']:.2f}]",
            "after / before": f"{row['ratio']:.2f}",
            "break": _in_words(row),
        }
    return pd.DataFrame(rows).T


def _in_words(row: pd.Series) -> str:
    """yes or no; what else there is to tell in few words, for a narrow column."""
    if row["found"]:
        parts = ["yes", *(["detectors differ"] if row["warnings"] else [])]
    else:
        parts = ["no", *(["rise unsure"] if row["ratio"] <= row["limit"] else [])]
    if refused := row.get("refused"):
        parts.append(f"without d = {', '.join(map(str, refused))}")
    return ", ".join(parts)


def by_gauge(frame: pd.DataFrame) -> pd.DataFrame:
    """Where each case breaks, one column a gauge."""
    return _compared(frame, {gauge: partial(breaks, gauge=gauge) for gauge in GAUGES})


def by_method(frame: pd.DataFrame) -> pd.DataFrame:
    """Where each case breaks, one column a way to the entropy."""
    return _compared(
        frame, {method: partial(breaks, method=method) for method in (*METHODS, TIGHTER)}
    )


def _compared(
    frame: pd.DataFrame, ways: Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]]
) -> pd.DataFrame:
    """The break, and in brackets the slope after it; a dash for the break where there is none."""
    table: dict[str, pd.Series] = {}
    for way, found_by in ways.items():
        found = found_by(frame).set_index("name")
        table.setdefault("true dimension", found["dimension"].map("{:g}".format))
        at = found["break"].map("{:.2f}".format) + found["after"].map(" ({:+.2f})".format)
        table[way] = at.where(found["found"], NONE + found["after"].map(" ({:+.2f})".format))
    return pd.DataFrame(table).rename_axis(None)


def known(frame: pd.DataFrame) -> pd.DataFrame:
    """Estimates on sets of known dimension: means over seeds, by n; the others at the largest n."""
    rows = {}
    for (which, parameter), part in frame.groupby(["set", "parameter"], sort=False):
        truth = part["truth"].iloc[0]
        title = which if which in ("henon", "swiss roll") else f"{which} {parameter}"
        row = {"known": f"{truth:.3f}"}
        for n, of_n in part.groupby("n"):
            off = of_n["value"].mean() / truth - 1
            row[f"n = {n}"] = f"{_mean(of_n['value'])} ({off:+.1%})"
        row["fit error"] = f"{of_n['std'].mean():.3f}"
        row["TwoNN"], row["max. likelihood"] = _mean(of_n["twonn"]), _mean(of_n["mle"])
        rows[title] = row
    return pd.DataFrame(rows).T


def by_scale(frame: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Correlation dimension of data, and of codes of the true dimension, window by window."""
    rows = {}
    for case, part in cases(frame):
        truth = true_dimension(str(case["dataset"]))
        if case["code_activation"] != "none" or truth not in set(part["code"]):
            continue
        of_codes = part[part["code"] == truth]
        for label, which in (("data", own_rows(case, points)), (f"codes, d = {truth:g}", of_codes)):
            rows[f"{name(case)}: {label}"] = _windows(which)
    return pd.DataFrame(rows).T


def images(frame: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Correlation dimension of images and of their codes, window by window; TwoNN, likelihood."""
    rows = {}
    for (dataset, n), own in points.groupby(["dataset", "n"], sort=False):
        part = frame[frame["dataset"] == dataset]
        if part.empty:
            continue
        rows[f"{dataset}, {n} images"] = _windows(own) | {
            "TwoNN": _mean(own["twonn"]),
            "max. likelihood": _mean(own["mle"]),
        }
        for code, codes in part[part["n"] == n].groupby("code"):
            rows[f"{dataset}, {n} codes, d = {code}"] = _windows(codes)
    return pd.DataFrame(rows).T.fillna(NONE)


def _windows(part: pd.DataFrame) -> dict[str, str]:
    """Mean dimension in each window, and half of its 95 % interval, fit errors included."""
    shown = {}
    for i, window in enumerate(WINDOWS):
        values, errors = (part[c].str[i].to_numpy(float) for c in ("dimensions", "dimension_stds"))
        if np.isnan(values).any():
            shown[window] = NONE
            continue
        mean, _, high = mean_interval(values)
        fit = Z * np.sqrt(np.mean(errors**2))  # of one seed: rows may be the same for all
        shown[window] = f"{mean:.2f} ± {np.hypot(high - mean, fit):.2f}"
    return shown


def saturations(frame: pd.DataFrame, points: pd.DataFrame) -> pd.DataFrame:
    """Correlation dimension of the widest codes minus that of what they encode, by window.

    With half of its 95 % interval, fit errors included.
    """
    rows: dict[str, dict[str, str]] = {}
    for i, window in enumerate(WINDOWS):
        for _, row in saturation(frame, points, i).iterrows():
            found = rows.setdefault(f"{row['dataset']}, d = {row['code']:g}", {})
            half = (row["high"] - row["low"]) / 2
            shown = f"{row['difference']:+.2f} ± {half:.2f}"
            found[window] = NONE if np.isnan(row["difference"]) else shown
    return pd.DataFrame(rows).T


def digits(frame: pd.DataFrame, points: pd.DataFrame, closest: pd.DataFrame) -> pd.DataFrame:
    """Digit by digit: dimensions of codes and of images, and whose the closest pairs are."""
    tables = {}
    for case, part in cases(frame):
        own = own_rows(case, points)
        of_set = points[points["dataset"] == case["dataset"]]
        published = own_rows({**case, "n": of_set["n"].min()}, points)
        largest = part[part["code"] == part["code"].max()]
        columns = {
            f"codes, d = {largest['code'].iloc[0]}": largest["class_dimensions"],
            "images": own["class_dimensions"],
            "TwoNN": published["class_twonn"],
            "max. likelihood": published["class_mle"],
        }
        near = np.array(closest[closest["dataset"] == case["dataset"]]["shares"].tolist())
        for digit in range(10):
            row = {label: _mean(column.str[digit]) for label, column in columns.items()}
            row["of the closest pairs"] = f"{near[:, digit].mean():.1%}"
            tables[f"{case['dataset']}, {digit}"] = row
    return pd.DataFrame(tables).T


def architectures(dense: pd.DataFrame, convolutional: pd.DataFrame) -> pd.DataFrame:
    """Dense beside convolutional autoencoders, for the code dimensions that both have."""
    rows = {}
    for kind, frame in (("dense", dense), ("conv", convolutional)):
        for case, part in cases(frame):
            x, lost = curves(part, part["lost_held_out"])
            _, dims, _ = dimensions(part)
            for k, code in enumerate(x):
                if code in set(convolutional["code"]):
                    rows[f"{case['dataset']}, d = {code:g}, {kind}"] = {
                        "variance lost, held out": _mean(lost[:, k], 3),
                        "correlation dimension": _mean(dims[:, k]),
                    }
    return pd.DataFrame(rows).T


def _mean(values: object, digits: int = 2) -> str:
    """Mean and half of its 95 % interval; a dash where something is missing."""
    a = np.asarray(values, dtype=float)
    if not len(a) or np.isnan(a).any():
        return NONE
    if len(a) < 2 or np.allclose(a, a[0]):  # all images there are, whatever the seed
        return f"{a[0]:.{digits}f}"
    mean, _, high = mean_interval(a)
    return f"{mean:.{digits}f} ± {high - mean:.{digits}f}"

"""Chapter 07 after its runs: curves over the code dimension, their breaks and steps."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.autoencoder_entropy.settings import GAUGE, GAUGES, METHODS
from infoplane.datasets import vision
from infoplane.datasets.manifolds import Manifold
from infoplane.dimension.breaks import find_break
from infoplane.stats import mean_interval

__all__ = [
    "breaks",
    "cases",
    "curves",
    "digit_breaks",
    "digit_entropies",
    "dimensions",
    "entropies",
    "fitted",
    "mean_over_digits",
    "name",
    "of_points",
    "own_rows",
    "rule",
    "saturation",
    "scaling",
    "steps",
    "true_dimension",
]

Floats = npt.NDArray[np.float64]

TIGHTER = "loo, better kernels"
Z = 1.96  # standard errors in half a 95 % interval
LEAST = 5  # code dimensions, for two straight pieces
NUMBERS = (
    *("break", "low", "high", "before", "after", "after_low"),
    *("second", "second_low", "second_high", "second_share"),
    *("after_high", "ratio", "ratio_low", "ratio_high", "limit"),
)
CASE = ["dataset", "noise", "code_activation", "n"]


def cases(frame: pd.DataFrame) -> Iterator[tuple[dict[str, Any], pd.DataFrame]]:
    """What one curve over the code dimension is drawn from, case by case, as listed."""
    for key, part in frame.groupby(CASE, sort=False):
        yield dict(zip(CASE, key, strict=True)), part.sort_values(["seed", "code"])


def name(case: Mapping[str, Any]) -> str:
    """A case in words: the set, its noise, and its codes where they are bounded."""
    noise = f" + noise {case['noise']:g}" if case["noise"] else ""
    return (
        str(case["dataset"]) + noise + (", tanh" if case.get("code_activation") == "tanh" else "")
    )


def own_rows(case: Mapping[str, Any], points: pd.DataFrame) -> pd.DataFrame:
    """The records of the points that a case encodes, in the order of their seeds."""
    own = points[(points["dataset"] == case["dataset"]) & (points["noise"] == case["noise"])]
    return own[own["n"] == case["n"]].sort_values("seed")


def of_points(case: Mapping[str, Any], points: pd.DataFrame, window: int = 0) -> Floats:
    """Correlation dimensions of the points that a case encodes; window as in `dimensions`."""
    found: Floats = own_rows(case, points)["dimensions"].str[window].to_numpy(float)
    return found


def true_dimension(dataset: str) -> float:
    """The intrinsic dimension of a synthetic set; nan for images, whose nobody knows."""
    return float("nan") if dataset in vision.NAMES else Manifold(dataset).dimension.value


def curves(part: pd.DataFrame, values: pd.Series) -> tuple[Floats, Floats]:
    """Code dimensions (k,), and one value for each seed and code dimension (seeds, k)."""
    table = part.assign(value=values).pivot(index="seed", columns="code", values="value")
    return table.columns.to_numpy(float), table.to_numpy(float)


def entropies(part: pd.DataFrame, gauge: str = GAUGE, method: str = "loo") -> tuple[Floats, Floats]:
    """H(d) by one method in one gauge, for those d at which no seed was refused."""
    if method == TIGHTER:
        values = part.apply(_tighter, axis=1, gauge=gauge)
    else:
        g, m = GAUGES.index(gauge), METHODS.index(method)
        values = part["entropies"].map(lambda found: np.nan if found is None else found[g][m])
    return _complete(*curves(part, values))


def _tighter(row: pd.Series, gauge: str) -> float:
    """The lower of two cross-entropies, of round kernels and of those shaped like the covariance.

    Leaving one out is above the truth in expectation, so the lower one is the nearer. Where the
    columns of a code nearly depend on each other the first is too high by up to 10 nats.
    """
    if row["entropies"] is None:
        return float("nan")
    unit, whitened, own = (row["entropies"][GAUGES.index(g)][0] for g in (GAUGE, GAUGES[3], gauge))
    gap = unit - whitened - row["half_log_det"]
    return float(own - max(gap if gauge != GAUGES[3] else -gap, 0.0))


def _complete(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    there = np.isfinite(y).all(axis=0)
    return x[there], y[:, there]


def dimensions(part: pd.DataFrame, window: int = 0) -> tuple[Floats, Floats, Floats]:
    """Correlation dimension of the codes, and its fit error: (k,), (seeds, k), (seeds, k).

    window: 0 for the default one, else that of SCALES[window - 1]; nan for want of pairs.
    """
    pair = [part[name].str[window] for name in ("dimensions", "dimension_stds")]
    (x, values), (_, stds) = (curves(part, column.astype(float)) for column in pair)
    return x, values, stds


def fitted(values: npt.ArrayLike, errors: npt.ArrayLike) -> tuple[float, float, float]:
    """Mean dimension and its 95 % interval, of the seeds and of the fit together.

    values, errors: (seeds,); errors of the fits count where all seeds have the same points, too.
    """
    mean, low, high = mean_interval(np.asarray(values, dtype=float))
    fit = Z * np.sqrt(np.mean(np.square(np.asarray(errors, dtype=float))))
    half = float(np.hypot((high - low) / 2, fit))
    return mean, mean - half, mean + half


def breaks(
    frame: pd.DataFrame, gauge: str = GAUGE, method: str = "loo", level: float = 0.95
) -> pd.DataFrame:
    """Where H(d) of each case breaks: one row a case, with the true dimension beside it.

    level: of the intervals.
    """
    rows = []
    for case, part in cases(frame):
        x, y = entropies(part, gauge, method)
        known = {"name": name(case), "dimension": true_dimension(case["dataset"])}
        known["refused"] = sorted(set(part["code"]) - set(x.astype(int)))
        rows.append(case | known | _row(x, y, level))
    return pd.DataFrame(rows)


def digit_breaks(frame: pd.DataFrame) -> pd.DataFrame:
    """The same for the codes of each digit alone, by leaving one out."""
    rows = []
    for case, part in cases(frame):
        for digit in range(10):
            x, y = digit_entropies(part, digit)
            known = {"name": f"{name(case)}, digit {digit}", "dimension": float("nan")}
            refused = sorted(set(part["code"]) - set(x.astype(int)))
            rows.append(case | known | {"refused": refused} | _row(x, y))
    return pd.DataFrame(rows)


def digit_entropies(part: pd.DataFrame, digit: int) -> tuple[Floats, Floats]:
    """H(d) of the codes of one digit, scaled as those of all; empty where all were refused."""
    if "class_entropies" not in part:  # no record has any
        part = part.assign(class_entropies=None)
    return _complete(*curves(part, part["class_entropies"].str[digit].astype(float)))


def mean_over_digits(part: pd.DataFrame) -> tuple[Floats, Floats]:
    """H(d) in the mean over digits and seeds, at those d at which no digit was refused."""
    curves_of = [digit_entropies(part, digit) for digit in range(10)]
    means = [pd.Series(y.mean(axis=0), index=x) for x, y in curves_of if len(x)]
    mean = pd.concat(means, axis=1).dropna().mean(axis=1)
    return mean.index.to_numpy(float), mean.to_numpy(float)


def rule(n: float) -> float:
    """Dimensions that n points show at most, by a slope that holds for a decade of distances.

        2 log10 n,   as n^2 / 2 pairs leave one at a tenth of the largest distance

    Source: Eckmann & Ruelle (1992), https://doi.org/10.1016/0167-2789(92)90023-G

    >>> rule(100)
    4.0
    """
    return float(2 * np.log10(n))


def scaling(
    case: Mapping[str, Any], part: pd.DataFrame, points: pd.DataFrame
) -> list[tuple[str, Floats, Floats]]:
    """Curves of C(r) of one seed, for codes of each size and for what they encode.

    (name, log r, log C), with log r less where half of the pairs are nearer: shapes compare.
    Codes whose pairs were refused have no curve.
    """
    of_seed = part[part["seed"] == part["seed"].min()]
    rows = [(f"d = {row['code']}", row) for _, row in of_seed.iterrows()]
    rows.append(("data", own_rows(case, points).iloc[0]))
    lines = []
    for title, row in rows:
        if not isinstance(row["log_r"], list):
            continue
        log_r, log_c = (np.array(row[name], dtype=float) for name in ("log_r", "log_c"))
        lines.append((title, log_r - np.interp(np.log(0.5), log_c, log_r), log_c))
    return lines


def _row(x: Floats, y: Floats, level: float = 0.95) -> dict[str, object]:
    if len(x) < LEAST:
        few = f"entropies were refused at all but {len(x)} code dimensions"
        return dict.fromkeys(NUMBERS, float("nan")) | {
            "found": False,
            "reason": few,
            "warnings": (),
            "seeds": len(y),
        }
    found = find_break(x, y, level=level)
    return {
        "break": found.value,
        "low": found.interval[0],
        "high": found.interval[1],
        "second": found.second,
        "second_low": found.second_interval[0],
        "second_high": found.second_interval[1],
        "second_share": found.second_share,
        "before": found.before,
        "after": found.after,
        "ratio": found.ratio,
        "after_low": found.after_interval[0],
        "after_high": found.after_interval[1],
        "ratio_low": found.ratio_interval[0],
        "ratio_high": found.ratio_interval[1],
        "limit": found.limit,
        "found": found.found,
        "reason": found.reason,
        "warnings": found.warnings,
        "seeds": found.seeds,
    }


def steps(frame: pd.DataFrame) -> pd.DataFrame:
    """How much the correlation dimension grows with each code dimension, less its fit error.

    each: of every seed, step - sqrt(std^2 + std'^2) between neighbouring code dimensions of the
    table; where these are k apart, k - 1 less, since k steps of at most 1 make at most k. excess:
    its mean over seeds; low, high: the 95 % interval of that.
    """
    rows = []
    for case, part in cases(frame):
        x, values, stds = dimensions(part)
        for k, apart in enumerate(np.diff(x)):
            step = values[:, k + 1] - values[:, k] - (apart - 1)
            each = step - np.hypot(stds[:, k], stds[:, k + 1])
            excess, low, high = mean_interval(each)
            measured = {"from": x[k], "step": step.mean(), "excess": excess, "low": low}
            rows.append(case | measured | {"high": high, "each": each})
    return pd.DataFrame(rows)


def saturation(frame: pd.DataFrame, points: pd.DataFrame, window: int = 0) -> pd.DataFrame:
    """Correlation dimension of the largest codes minus that of what they encode, in a window.

    low, high: 95 %, of the mean over seeds and of the fit errors together.
    """
    rows = []
    for case, part in cases(frame):
        x, values, stds = dimensions(part, window)
        own = of_points(case, points, window)
        errors = own_rows(case, points)["dimension_stds"].str[window].to_numpy(float)
        mean, low, high = fitted(values[:, -1] - own, np.hypot(stds[:, -1], errors))
        measured = {"code": x[-1], "of codes": values[:, -1].mean(), "of points": own.mean()}
        measured |= {"difference": mean, "low": low, "high": high}
        rows.append(case | measured | {"window": window, "seeds": len(own)})
    return pd.DataFrame(rows)

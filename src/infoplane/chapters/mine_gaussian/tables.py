"""Chapter 03 after its runs: errors against the closed form, what they are worth, the claims."""

import math
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.mine_gaussian.settings import BOOK_RATE, LAST, PLAIN_RATE
from infoplane.claims import Check
from infoplane.datasets.gaussian import CorrelatedGaussian
from infoplane.stats import mean_interval

__all__ = [
    "BIASED",
    "TRUST",
    "WRONG",
    "alarms",
    "corrections",
    "errors",
    "limit",
    "measure",
    "missing",
    "over_limit",
    "pooled",
    "stairs",
]

# What an error is worth, as (nats, share of the truth), the larger of the two counting: an
# estimate is to be trusted up to TRUST, biased up to BIASED and of no use beyond; it is a failure
# that a warning should catch beyond WRONG.
TRUST = (0.05, 0.05)
BIASED = (0.05, 0.5)
WRONG = (0.05, 0.1)


def errors(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every estimate against the closed form, one row each.

    estimator ("mine", "ksg", "cca", or the name of a bound: its separable critic), sample
    ("fixed" or "fresh"), d, rho, seed, value, warned, truth, error, and relative: the error as a
    share of the truth, NaN where that is 0.
    """
    trained = frames["mine"]
    parts = [
        trained.assign(estimator="mine", sample=np.where(trained["n"] == 0, "fresh", "fixed")),
        frames["bounds"].assign(estimator=frames["bounds"]["bound"], sample="fixed"),
    ]
    for name in ("ksg", "cca"):
        found = frames["classical"].rename(columns={name: "value", f"{name}_warnings": "warnings"})
        parts.append(found.assign(estimator=name, sample="fixed"))
    columns = ["estimator", "sample", "d", "rho", "seed", "value", "warnings"]
    table = pd.concat([part[columns] for part in parts], ignore_index=True)
    truth = _truth(table)
    error = table["value"] - truth
    return table.drop(columns="warnings").assign(
        warned=table["warnings"].map(len) > 0,
        truth=truth,
        error=error,
        relative=error / truth.where(truth > 0),
    )


def _truth(table: pd.DataFrame) -> pd.Series:
    """The closed form for each row."""
    where = zip(table["d"], table["rho"], strict=True)
    found = [CorrelatedGaussian(int(d), float(rho)).information.value for d, rho in where]
    return pd.Series(found, index=table.index, dtype=float)


def pooled(table: pd.DataFrame) -> pd.DataFrame:
    """Errors with both signs of a correlation as one: their mean, a row a seed and problem.

    rho and -rho are one problem up to the sign of Z. table: rows of :func:`errors`, and so are
    estimator, sample, d, truth, seed, value, error and relative.
    """
    where = ["estimator", "sample", "d", "truth", "seed"]
    means = table.groupby(where, sort=False)[["value", "error", "relative"]].mean()
    return means.reset_index()


def limit(allowance: tuple[float, float], truth: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """The largest error in nats that an allowance such as TRUST grants at a true value."""
    nats, share = allowance
    return np.maximum(nats, share * np.asarray(truth, dtype=np.float64))


def alarms(table: pd.DataFrame) -> pd.DataFrame:
    """Do warnings catch failures? Counts of estimates, one row an estimator and sample.

    table: rows of :func:`errors`; a failure is an error beyond WRONG.
    """
    failed = table["error"].abs() > limit(WRONG, table["truth"])
    warned = table["warned"]
    kinds = {
        "estimates": failed | ~failed,
        "failures warned of": failed & warned,
        "failures in silence": failed & ~warned,
        "false alarms": ~failed & warned,
    }
    where = [table["estimator"], table["sample"]]
    return pd.DataFrame(kinds).groupby(where, sort=False).sum()


def corrections(frame: pd.DataFrame) -> pd.DataFrame:
    """MINE with more or less of its correction, against the closed form: one row an estimate.

    d, rho, batch, clipped, rate, seed; held_out and batch_value: these minus the truth, in nats;
    converged: whether the validation bound had stopped rising before the steps ran out.
    """
    truth = _truth(frame)
    return frame[["d", "rho", "batch", "clipped", "rate", "seed"]].assign(
        held_out=frame["value"] - truth,
        batch_value=frame["batch_value"] - truth,
        converged=frame["stopped"] < frame["steps"],
    )


def missing(frame: pd.DataFrame) -> pd.DataFrame:
    """What the held-out bound lacks without clipping, as a share of the truth: a row a setting.

    Mean over seeds and half of its 95 % interval, with the correction and without.
    """
    table = corrections(frame)
    table = table[~table["clipped"]].assign(truth=_truth(frame))
    rows: dict[str, dict[str, str]] = {}
    for (d, rho, batch), part in table.groupby(["d", "rho", "batch"]):
        row = rows[f"d = {d}, ρ = {rho:g}, batch {batch}"] = {}
        row["truth (nats)"] = f"{part['truth'].iloc[0]:.2f}"
        for rate, name in ((BOOK_RATE, "with correction"), (PLAIN_RATE, "without")):
            of_rate = part[part["rate"] == rate]
            mean, _, high = mean_interval((-of_rate["held_out"] / of_rate["truth"]).to_numpy())
            row[f"missing, {name}"] = f"{100 * mean:.1f} ± {100 * (high - mean):.1f} %"
    return pd.DataFrame(rows).T


def stairs(frame: pd.DataFrame) -> pd.DataFrame:
    """Each step of the staircase over the last quarter of its training: one row a run.

    bound, information, seed, bias: mean of the batch values minus the truth; std: their standard
    deviation. Both NaN where a batch value was not finite.
    """
    rows = []
    for _, run in frame.iterrows():
        late = np.array(run["step"]) > (1 - LAST) * run["steps"]
        mean, std = (np.array(run[name], dtype=float)[late] for name in ("train", "train_std"))
        rows.append(
            {
                "bound": run["bound"],
                "information": run["information"],
                "seed": run["seed"],
                "bias": mean.mean() - run["information"],
                # within and between checks, which have equally many batches
                "std": np.sqrt((std**2).mean() + mean.var()),
            }
        )
    return pd.DataFrame(rows)


def measure(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Check]]:
    """What the chapter's records say about the claims `gauss.*`."""
    table = errors(frames)
    table = table[table["estimator"] == "mine"]
    measured: dict[str, list[Check]] = {}
    for claim, sample, d, most, allowance in (
        ("gauss.low", "fresh", 2, 0.9, TRUST),
        ("gauss.high", "fresh", 20, 0.5, WRONG),
        ("gauss.high.fixed", "fixed", 20, 0.5, WRONG),
    ):
        where = (table["sample"] == sample) & (table["d"] == d) & (table["rho"].abs() <= most)
        if where.any():
            measured[claim] = [Check.largest(over_limit(table[where], allowance))]
    strong = [_strong(part, str(name)) for name, part in table.groupby("sample", sort=False)]
    if checks := [check for check in strong if check is not None]:
        measured["gauss.strong"] = checks
    tried = corrections(frames["correction"])
    measured["gauss.bias"] = [_bias(tried)]
    measured["gauss.removes"] = [_removed(tried)]
    return measured


def over_limit(
    table: pd.DataFrame, allowance: tuple[float, float]
) -> list[npt.NDArray[np.float64]]:
    """|error| in units of what an allowance grants there: for each |rho|, one value a seed.

    rho and -rho are one problem up to the sign of Z, and are pooled within a seed.
    """
    part = table.assign(
        share=table["error"].abs() / limit(allowance, table["truth"]), size=table["rho"].abs()
    )
    shares = part.groupby(["size", "seed"])["share"].mean()
    return [of_rho.to_numpy() for _, of_rho in shares.groupby("size")]


def _strong(table: pd.DataFrame, name: str) -> Check | None:
    """Relative error at |rho| = 0.99 less that at 0.5, d = 20, seed by seed."""
    size = table[table["d"] == 20].pivot(index="seed", columns="rho", values="relative").abs()
    differences = [
        size[sign * 0.99] - size[sign * 0.5]
        for sign in (1, -1)
        if {sign * 0.99, sign * 0.5} <= set(size.columns)
    ]
    if not differences:
        return None
    return Check.mean(np.mean(differences, axis=0), name)


def _bias(table: pd.DataFrame) -> Check:
    """Settings in which the held-out bias is smaller with the correction than without, as in the
    paper: no clipping.

    value: counted by the means; interval: from where it is surely smaller to where it is not
    surely larger. Nothing is sure in a setting where some run was cut off before it converged,
    for the claim is about converged estimates. A count has no spread that more seeds shrink by
    a known law, so it names none.
    """
    signs = []
    for _, part in table.groupby(["d", "rho", "batch"]):
        part = part[~part["clipped"]]
        paired = part.pivot(index="seed", columns="rate", values="held_out")
        with_it, without = (paired[rate].to_numpy() for rate in (BOOK_RATE, PLAIN_RATE))
        smaller, sure = _smaller(with_it, without)
        signs.append((smaller, sure and bool(part["converged"].all())))
    by_means = sum(smaller for smaller, _ in signs)
    surely = sum(smaller and sure for smaller, sure in signs)
    surely_not = sum(not smaller and sure for smaller, sure in signs)
    return Check(by_means, (surely, len(signs) - surely_not))


def _smaller(a: npt.NDArray[np.float64], b: npt.NDArray[np.float64]) -> tuple[bool, bool]:
    """Whether |mean a| < |mean b| for paired errors, and whether that is sure.

    b^2 - a^2 = (b - a)(b + a): it is sure where the 95 % intervals of the means of both factors
    leave out zero. Biases of either sign are thus compared without a bootstrap.
    """
    factors = [mean_interval(b - a), mean_interval(b + a)]
    smaller = factors[0][0] * factors[1][0] > 0
    return smaller, all(low > 0 or high < 0 for _, low, high in factors)


def _removed(table: pd.DataFrame) -> Check:
    """The held-out bias that the correction leaves, in half widths of its interval: the worst.

    Up to 1 in every setting, where zero lies inside all intervals; these are of five means at
    once. Where a run was cut off before it converged, what is left is not the correction's.
    """
    plain = table[~table["clipped"]]
    settings = [part for _, part in plain.groupby(["d", "rho", "batch"])]
    worst = 0.0
    for part in settings:
        left = part.loc[part["rate"] == BOOK_RATE, "held_out"].to_numpy()
        mean, low, high = mean_interval(left, 1 - 0.05 / len(settings))
        if mean:
            worst = max(worst, abs(mean) / ((high - low) / 2) if high > low else math.inf)
    seeds = plain["seed"].nunique()
    if plain["converged"].all():
        return Check(worst, (worst, worst), repetitions=seeds)
    doubt = "some runs were still improving when their steps ran out"
    return Check(worst, (0.0, 1 + worst), repetitions=seeds, doubt=doubt)

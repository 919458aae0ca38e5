"""What stopping rules would have done to the recorded courses of training."""

from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from infoplane.chapters.tishby_plane.settings import COLUMNS
from infoplane.stopping.rule import after_peak, stop_at

__all__ = ["BETAS", "chosen", "contenders", "outcomes"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

PEAK = 2  # checks below the peak of I(X;Yhat) until it has passed, as the callback has it

PROFILES = ("prediction", "binned")  # how I(X;Yhat) and I(Yhat;Y) are taken

BETAS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def outcomes(frame: pd.DataFrame, *, patience: int) -> pd.DataFrame:
    """Every rule on every network: where it stopped, what it kept, against the full run.

    One row a network and rule; rule is "loss", or "prediction" or "binned" with its beta and
    whether I(X;Yhat) is in the profile (`compression`). kept, best, last: final accuracy of the
    state kept, of the check that is best on the rows for selection, and of the last. The best
    check is not looked up in the final accuracy itself: the best of some hundred looks at the
    rows that score is better than any rule could know. lost = best - kept; saved: share of the
    epochs that were not trained; selection: accuracy that rules may be chosen by.
    """
    tables = []
    for dataset, part in frame.groupby("dataset", sort=False):
        curves = {name: np.array(part[name].tolist(), float) for name in ("loss", *COLUMNS)}
        epochs, final = np.array(part["epoch"].iloc[0], float), curves["final"]
        network = np.arange(len(part))
        best_of = final[network, curves["selection"].argmax(axis=1)]
        rules, profiles, starts = zip(*_rules(curves), strict=True)
        # (rules, networks) both: all at once, as each is a walk along the checks
        best, stopped = stop_at(np.stack(profiles), patience=patience, start=np.stack(starts))
        kept = final[network, best]
        columns = {
            "seed": part["seed"].to_numpy(),
            "epoch": epochs[best],
            "kept": kept,
            "best": best_of,
            "last": final[:, -1],
            "lost": best_of - kept,
            "saved": 1 - np.where(stopped >= 0, epochs[stopped], epochs[-1]) / epochs[-1],
            "selection": curves["selection"][network, best],
        }
        table = pd.DataFrame(
            {name: np.broadcast_to(a, best.shape).ravel() for name, a in columns.items()}
        )
        of_rule = np.repeat(np.arange(len(rules)), len(part))
        told = pd.DataFrame(list(rules)).iloc[of_rule].reset_index(drop=True)
        tables.append(pd.concat([table.assign(dataset=dataset), told], axis=1))
    return pd.concat(tables, ignore_index=True)


def _rules(curves: dict[str, Floats]) -> Iterator[tuple[dict[str, Any], Floats, Ints]]:
    """Each rule: its name and options, what it minimises (networks, checks), where it begins."""
    loss = curves["loss"]
    at_once = np.zeros(len(loss), np.int64)
    yield {"rule": "loss", "beta": 0.0, "compression": False, "burn_in": False}, loss, at_once
    for name in PROFILES:
        on_x, on_y = curves[f"{name}_x"], curves[f"{name}_y"]
        peak = after_peak(on_x, checks=PEAK)
        for beta, compression, burn_in in product(BETAS, (True, False), (True, False)):
            rule = {"rule": name, "beta": beta, "compression": compression, "burn_in": burn_in}
            yield rule, compression * on_x - beta * on_y, peak if burn_in else at_once


def chosen(table: pd.DataFrame) -> pd.DataFrame:
    """Of each data set, the rule whose selection accuracy is highest on average.

    Among the rules by both terms, I(X;Yhat) - beta I(Yhat;Y), as the source has them. The rows of
    that rule; its final accuracy has had no part in the choice.
    """
    keys = ["rule", "beta", "compression", "burn_in"]
    parts = []
    both_terms = table[(table["rule"] != "loss") & table["compression"]]
    for _, part in both_terms.groupby("dataset"):
        score = part.groupby(keys)["selection"].mean()
        parts.append(part.set_index(keys).loc[[score.idxmax()]].reset_index())
    return pd.concat(parts, ignore_index=True)


def contenders(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of the loss, and of rules by information, each at its best beta.

    For each data set, and each reading with and without I(X;Yhat) and burn-in, the beta is that
    whose selection accuracy is highest on average.
    """
    keys = ["dataset", "rule", "compression", "burn_in"]
    means = table.groupby([*keys, "beta"])["selection"].mean()
    best = means.loc[means.groupby(keys).idxmax()].reset_index().drop(columns="selection")
    return table.merge(best, on=[*keys, "beta"])

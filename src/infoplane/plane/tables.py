"""The table of a plane: its columns, what to doubt of it as a whole, and what it violates."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from infoplane.errors import InputError

__all__ = ["COLUMNS", "check_table", "doubts", "tidy", "violations"]

COLUMNS = [
    *("network", "seed", "epoch", "layer", "quantity", "estimator"),
    *("value", "std", "ceiling", "warnings"),
]


# The share of values at their ceiling from which a plane is empty.
FULL = 0.9
KEYS = ["estimator", "quantity", "network", "epoch", "layer"]


def tidy(rows: Iterable[tuple[Any, ...]], of_network: Sequence[str] = ()) -> pd.DataFrame:
    """Rows of COLUMNS as a table; what :func:`doubts` says is in its attrs and in its rows.

    of_network: what else there is to doubt, of all rows.
    """
    table = pd.DataFrame(rows, columns=COLUMNS)
    of_plane = doubts(table)
    table.attrs["doubts"] = [*of_plane, *of_network]
    every, of_x = table["quantity"].notna(), table["quantity"] == "I(X;T)"
    for told in table.attrs["doubts"]:
        _tell(table, of_x if told in of_plane else every, told)
    if not of_plane:
        for layer, told in _full_layers(table).items():
            table.attrs["doubts"].append(told)
            _tell(table, of_x & (table["layer"] == layer), told)
    return table


def _tell(table: pd.DataFrame, where: "pd.Series[bool]", told: str) -> None:
    """Add a sentence to the warnings of some rows."""
    before = table.loc[where, "warnings"]
    table.loc[where, "warnings"] = before.where(before == "", before + "; ") + told


def _full_layers(table: pd.DataFrame) -> dict[Any, str]:
    """Layers of which I(X;T) is at its ceiling nearly everywhere, with a sentence each."""
    of_x = table[(table["quantity"] == "I(X;T)") & table["value"].notna()]
    full = (of_x["value"] > 0.95 * of_x["ceiling"]).groupby(of_x["layer"], sort=False)
    return {
        layer: (
            f"layer {layer} is at the ceiling: I(X;T) is within 5 % of it in {int(part.sum())} of "
            f"{len(part)} places, and tells no epoch from another"
        )
        for layer, part in full
        if len(part) > 1 and part.mean() >= FULL
    }


def doubts(table: pd.DataFrame) -> list[str]:
    """What to doubt of a plane as a whole, in sentences: whether it is empty.

    It is where nine in ten values of I(X;T), over layers, epochs and networks, are within 5 % of
    their ceiling: what they tell is how many rows there are, and nothing of the networks.

    >>> rows = [(0, 0, 0, layer, "I(X;T)", "binning", 2.05, 0.1, 2.08, "") for layer in "ab"]
    >>> print(*doubts(pd.DataFrame(rows, columns=COLUMNS)))
    the plane is empty: I(X;T) is within 5 % of its ceiling, 2.08 nats, in 2 of 2 places, ...
    """
    of_x = table[(table["quantity"] == "I(X;T)") & table["value"].notna()]
    full = int((of_x["value"] > 0.95 * of_x["ceiling"]).sum())
    if of_x.empty or full < FULL * len(of_x):
        return []
    return [
        f"the plane is empty: I(X;T) is within 5 % of its ceiling, {of_x['ceiling'].max():.2f} "
        f"nats, in {full} of {len(of_x)} places, and tells no layer or epoch from another: take "
        "noise as large as the layer, Exact(noise_std=1.0, relative=True), or more noise, or fewer "
        "bins"
    ]


def check_table(table: Any) -> None:
    """Refuse what is no table of a recorder, or has an estimate twice."""
    if not isinstance(table, pd.DataFrame):
        raise InputError(
            f"table is a {type(table).__name__}: pass the DataFrame that Recorder.table gives"
        )
    missing = [name for name in [*KEYS, "value", "std"] if name not in table]
    if missing:
        raise InputError(f"table has no column {missing[0]!r}: pass that of Recorder.table")
    if table.duplicated(KEYS).any():
        raise InputError("table has a layer twice: one estimate an epoch and layer is accepted")


def violations(table: pd.DataFrame) -> pd.DataFrame:
    """How often a layer seems to know more than the one before it, per estimator and quantity.

    Of deterministic layers T_1, T_2, … each a function of the one before, no true value grows:
    I(X;T_i+1) <= I(X;T_i), and so for Y. A pair of neighbours violates that where

        value_i+1 - value_i > 3 hypot(std_i, std_i+1)

    (and beyond rounding, 1e-9; a std that is nan counts as 0); it is `more` where there is any
    growth at all.
    table: that of :meth:`~infoplane.plane.recorder.Recorder.table`, or several, one below the
    other; layers in the order in which they first appear. Returns one row an estimator and
    quantity: pairs, over networks, epochs and neighbours with two values; violated; share, in
    [0, 1], nan of no pairs; more, the share of those that grow at all.
    Wrong when: a small share is read as proof. Neighbours see the same rows, so that most of
    their errors is shared and cancels in the difference, while hypot adds them as if they were
    independent: for KSG on x and on tanh(x), n = 400, the difference varies by 0.0015 and hypot
    says 0.042. The test is then very conservative, and `more` is the other end: between layers
    of equal information it is about one half. Nor is it a fault of the
    estimator where the inequality need not hold, as with noise added to each layer on its own
    (T_i + eps is no function of what comes before; Exact), or with layers side by side.
    Raises InputError for a table without these columns, or with a row twice.

    >>> rows = [(0, 0, layer, "I(X;T)", "exact", value, 0.1, 9.0, "") for layer, value in
    ...         [("a", 1.0), ("b", 2.0), ("c", 2.1)]]
    >>> violations(pd.DataFrame(rows, columns=[c for c in COLUMNS if c != "seed"]))
      estimator quantity  pairs  violated  share  more
    0     exact   I(X;T)      2         1    0.5   1.0
    """
    check_table(table)
    order = {name: i for i, name in enumerate(table["layer"].unique())}
    rows = []
    for (estimator, quantity), part in table.groupby(KEYS[:2], sort=False):
        wide = part.pivot(index=KEYS[2:4], columns="layer", values=["value", "std"])
        layers = sorted(part["layer"].unique(), key=order.__getitem__)
        value = wide["value"][layers].to_numpy(dtype=float)
        std = np.nan_to_num(wide["std"][layers].to_numpy(dtype=float))
        growth = np.diff(value, axis=1)
        pairs = int(np.isfinite(growth).sum())
        violated = int((growth > 3 * np.hypot(std[:, 1:], std[:, :-1]) + 1e-9).sum())
        counts = (violated, int((growth > 1e-9).sum()))
        shares = [count / pairs if pairs else math.nan for count in counts]
        rows.append((estimator, quantity, pairs, violated, *shares))
    columns = ["estimator", "quantity", "pairs", "violated", "share", "more"]
    return pd.DataFrame(rows, columns=columns)

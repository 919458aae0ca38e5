"""Chapter 04 after its runs: estimates of I(X; T + eps) against the exact values."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

__all__ = ["acceptance", "asked", "errors", "gains", "patience"]

INSIDE = (0.5, 2.0)  # nats above zero, and below log N, where estimates are compared


def errors(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every estimate of I(X; T + eps) with the exact value of its rows, and their difference.

    inside: whether the exact value, in the mean over seeds, lies between 0.5 nats and
    log N - 2, where it is neither nearly nothing nor a property of N.
    """
    where = ["d", "map", "sigma", "n"]
    known = frames["exact"][[*where, "seed", "exact", "exact_std"]]
    table = frames["noisy"].merge(known, on=[*where, "seed"])
    mean = table.groupby(where)["exact"].transform("mean")
    least, below = INSIDE
    return table.assign(
        error=table["value"] - table["exact"],
        mean_exact=mean,
        inside=(mean >= least) & (mean <= np.log(table["n"]) - below),
    )


def asked(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of :func:`errors` whose exact value lies in 2 to 6 nats, in the mean over seeds.

    asked: 10 % up to d = 10 and 25 % above, what was asked of this chapter beforehand;
    off: error / mean exact value, in units of that.
    """
    table = table[table["mean_exact"].between(2, 6)]
    share = np.where(table["d"] <= 10, 0.1, 0.25)
    return table.assign(asked=share, off=table["error"] / table["mean_exact"] / share)


def acceptance(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """How far each mean over seeds is from the exact value, as a share of it; `within` what was
    asked of it beforehand (:func:`asked`).
    """
    groups = asked(errors(frames)).groupby(["d", "map", "sigma", "form", "critic"])
    found = groups[["exact", "value", "asked", "off"]].mean().reset_index()
    return found.assign(relative=found["off"] * found["asked"], within=found["off"].abs() <= 1)


def gains(table: pd.DataFrame) -> pd.DataFrame:
    """|MINE - exact| - |AA-MINE - exact| of the same critic: form, d, seed, gain.

    The mean over maps and over the sigmas whose exact value is inside.
    """
    table = table[table["inside"]].assign(size=table["error"].abs())
    keys = ["d", "map", "sigma", "seed", "critic"]
    plain = table[table["form"] == "input"]
    both = table[table["form"] != "input"].merge(
        plain[[*keys, "size"]], on=keys, suffixes=("", "_plain")
    )
    both["gain"] = both["size_plain"] - both["size"]
    return both.groupby(["form", "d", "seed"])["gain"].mean().reset_index()


def patience(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Share of the exact value that MINE and AA-MINE reach, with the usual steps and with more.

    One row a dimension and form, one column a number of steps: the mean over seeds, the tanh map
    and its noise of the ablation, the separable critic.
    """
    usual = frames["layers"].query("critic == 'separable' and layer in (0, 3)")
    usual = usual.assign(form=np.where(usual["layer"] == 0, "input", "pair"))
    known = frames["layer_exact"][["d", "seed", "exact"]]
    table = pd.concat([usual, frames["longer"]]).merge(known, on=["d", "seed"])
    table["share"] = table["value"] / table["exact"]
    return table.pivot_table(index=["d", "form"], columns="steps", values="share")

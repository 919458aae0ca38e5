"""The records of chapter 10 as tables: a row for each estimate, and means over seeds."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from infoplane.chapters.flows.settings import CASES, MODELS, RIVALS

__all__ = [
    "AT_ONE",
    "CASE_NAMES",
    "MODEL_NAMES",
    "RIVAL_NAMES",
    "beside",
    "by_case",
    "case_of",
    "cases",
    "codes",
    "conditions",
    "gaussians",
    "images",
    "images_at",
    "model_of",
    "rival_of",
    "rivals",
    "rivals_table",
    "students",
]

Frames = Mapping[str, pd.DataFrame]

KEPT = ("seed", "n", "truth", "value", "std", "bias", "ratio", "from_rho", "took", "warnings")

CASE_NAMES: dict[str, str] = {
    "straight": "as drawn",
    "rotated": "rotated",
    "sinh": "rotated, sinh",
    "cubic": "rotated, t³ + t",
    "asinh": "rotated, asinh",
    "unequal": "rotated, unequal",
    "mixed": "sinh, mixed again",
    "unmixed": "the same, ICA first",
}
"""What stands for CASES on the page; "unmixed" is "mixed" behind ICA."""

MODEL_NAMES: dict[str, str] = {
    "source": "source's model",
    "shared": "one ρ, closed form",
    "canonical": "a ρ for each pair",
    "scores": "normal scores first",
    "columns": "columns only",
}
"""What stands for models of flows: MODELS, and those of images."""

RIVAL_NAMES: dict[str, str] = {
    "cca": "CCA",
    "copula": "copula CCA",
    "ksg": "KSG",
    "wkl": "WKL",
    "mine": "MINE",
}
"""What stands for RIVALS."""

AT_ONE = ("source", "shared", "canonical", "scores", "columns", "wkl", "ksg", "cca")
"""What is looked at on images of one information, in the order of the page."""


def gaussians(frame: pd.DataFrame) -> pd.DataFrame:
    """Estimates by flows of pairs of normal numbers, a row each, without what was refused.

    Columns: case and model, names of :data:`infoplane.chapters.flows.settings.CASES` and MODELS,
    unmix, and what :func:`infoplane.chapters.flows.runs.kept` keeps. Behind ICA the case is
    "unmixed".
    """

    def named(r: Mapping[str, Any]) -> dict[str, Any]:
        case = "unmixed" if r["unmix"] else case_of(r["options"])
        return {"case": case, "model": model_of(r["set"]), "unmix": bool(r["unmix"])}

    return _rows(frame, ("case", "model", "unmix"), named)


def rivals(frame: pd.DataFrame) -> pd.DataFrame:
    """The same of the other estimators; `model` is the name of one of RIVALS."""
    return _rows(
        frame, ("case", "model"), lambda r: {"case": case_of(r["options"]), "model": rival_of(r)}
    )


def by_case(frame: pd.DataFrame, rival: str) -> pd.DataFrame:
    """What one of RIVALS finds, nats: a row a seed, a column a case."""
    every = rivals(frame)
    own = every[every["model"] == rival]
    return own.pivot(index="seed", columns="case", values="value").astype(float)


def students(frame: pd.DataFrame) -> pd.DataFrame:
    """Estimates of Student's t; `model` is a base of the flow, or one of RIVALS; dof; gaussian,
    what the correlations alone tell."""

    def named(r: Mapping[str, Any]) -> dict[str, Any]:
        name = r["set"]["base"] if r["estimator"] == "flow" else rival_of(r)
        return {"model": name, "dof": r["options"]["dof"], "gaussian": r["options"]["nats"]}

    return _rows(frame, ("model", "dof", "gaussian"), named)


def images(frame: pd.DataFrame) -> pd.DataFrame:
    """Estimates on codes of images, by flows and by others, a row each."""
    rows = [
        {"seed": record["seed"], "n": record["n"], **one}
        for record in frame.to_dict("records")
        for one in (*record["found"], *record["others"])
    ]
    return pd.DataFrame(rows)


def images_at(frame: pd.DataFrame) -> pd.DataFrame:
    """Of the largest information at which all models were tried: a row for each, in nats.

    Means over seeds: found, of flows on held-out rows; training; from rho; and the standard
    deviation over seeds.
    """
    every = images(frame)
    own = every[every["truth"] == fullest(frame)]
    table = own.groupby("model").agg(
        found=("value", "mean"), std=("value", "std"), training=("ratio", "mean"),
        rho=("from_rho", "mean"),
    )  # fmt: skip
    table = table.reindex([name for name in AT_ONE if name in table.index])
    return table.rename(index=MODEL_NAMES | RIVAL_NAMES, columns={"rho": "from rho"})


def fullest(frame: pd.DataFrame) -> float:
    """The largest information of images at which every model was tried."""
    return float(max(frame["few_nats"].iloc[0]))


def codes(frame: pd.DataFrame) -> pd.DataFrame:
    """What autoencoders lose of the variance, a row a seed and side: of all tries, and the best's.

    least and most: over the tries, of the rows kept for the choice; taken: of new images, by the
    one that loses least of those.
    """
    rows = [
        {"seed": record["seed"], "side": side, "least": min(tried), "most": max(tried)}
        | {"taken": lost}
        for record in frame.to_dict("records")
        for side, tried, lost in zip("xz", record["tried"], record["lost"], strict=True)
    ]
    return pd.DataFrame(rows).set_index(["seed", "side"])


def conditions(frame: pd.DataFrame) -> pd.DataFrame:
    """Both closed forms of A beside what they are made for, by correlations and form.

    Largest over seeds: |cov(u, Av) - rho I|, |slope| of the likelihood by A, |cov(Av) - I|;
    means: the likelihood, nats a row, rho, and I, what rho says.
    """
    largest = {"condition": "|cov(u, Av) − ρI|", "slope": "|slope|", "white": "|cov(Av) − I|"}
    means = {"likelihood": "likelihood", "rho": "ρ", "information": "I from ρ"}
    rows: dict[tuple[str, str], dict[str, float]] = {}
    named = frame["options"].map(lambda options: options.get("correlations", "equal"))
    for correlations, part in frame.groupby(named, sort=False):
        for i, form in enumerate(("covariance", "likelihood")):
            of = {name: np.array(part[name].tolist())[:, i] for name in (*largest, *means)}
            rows[str(correlations), form] = {
                **{title: float(of[name].max()) for name, title in largest.items()},
                **{title: float(of[name].mean()) for name, title in means.items()},
            }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(["correlations", "A by"])


def cases(frame: pd.DataFrame) -> pd.DataFrame:
    """Means over seeds, nats, a row a case: of held-out rows by every model, and by that of
    document 001 of its training rows, and what its rho says."""
    every = gaussians(frame)
    means = every.groupby(["case", "model"])[["value", "ratio", "from_rho"]].mean()
    table = means["value"].unstack("model").reindex(columns=list(MODELS))
    table.columns = pd.MultiIndex.from_product([["held out"], map(MODEL_NAMES.get, MODELS)])
    for column, name in (("ratio", "training"), ("from_rho", "from ρ")):
        table[name, MODEL_NAMES["source"]] = means[column].unstack("model").get("source")
    return _in_order(table)


def beside(frames: Frames) -> pd.DataFrame:
    """Estimates of pairs by flows and by others, a row each: case, model, seed, value, error, took.

    model: of RIVALS, "source", "canonical", or "unmixed", the latter behind ICA, under the case
    that it unmixes. error: |value - truth|.
    """
    flows = gaussians(frames["gauss"])
    flows = flows[flows["model"] != "shared"]
    flows = flows.assign(
        model=flows["model"].where(flows["case"] != "unmixed", "unmixed"),
        case=flows["case"].replace("unmixed", "mixed"),
    )
    both = pd.concat([rivals(frames["rivals"]), flows], ignore_index=True)
    both["error"] = (both["value"] - both["truth"]).abs()
    return both[["case", "model", "seed", "truth", "value", "error", "took"]]


def rivals_table(frames: Frames) -> pd.DataFrame:
    """Mean |error| over seeds, nats, by case and estimator, with the median of the seconds."""
    every = beside(frames)
    order = [*RIVAL_NAMES, "source", "canonical", "unmixed"]
    table = _in_order(every.pivot_table(index="case", columns="model", values="error"))
    table.loc["seconds"] = every.groupby("model")["took"].median()
    names = RIVAL_NAMES | MODEL_NAMES | {"unmixed": "that behind ICA"}
    return table.reindex(columns=[m for m in order if m in table]).rename(columns=names)


def case_of(options: Mapping[str, Any]) -> str:
    """The name among CASES of the options of a problem."""
    own = {name: value for name, value in options.items() if name not in ("d", "nats")}
    return next(name for name, case in CASES.items() if case == own)


def model_of(options: Mapping[str, Any]) -> str:
    """The name among MODELS of options of a flow."""
    own = {name: value for name, value in options.items() if name != "steps"}
    return next(name for name, model in MODELS.items() if model == own)


def rival_of(record: Mapping[str, Any]) -> str:
    """The name among RIVALS of an estimate that is no flow's."""
    return next(
        name
        for name, (estimator, options) in RIVALS.items()
        if estimator == record["estimator"]
        and options == {k: v for k, v in record["set"].items() if k != "steps"}
    )


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Rows by case in the order of the page, with its names."""
    table = table.reindex([case for case in CASE_NAMES if case in table.index])
    return table.rename(index=CASE_NAMES).rename_axis(None)


def _rows(frame: pd.DataFrame, columns: tuple[str, ...], named: Any) -> pd.DataFrame:
    rows = [
        {**named(r), **{name: r.get(name) for name in KEPT}}
        for r in frame.to_dict("records")
        if r["refused"] == ""
    ]
    return pd.DataFrame(rows, columns=[*columns, *KEPT])

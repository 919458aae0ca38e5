"""The records of chapter 10 as tables: a row for each estimate."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from infoplane.chapters.flows.settings import CASES, MODELS, RIVALS

__all__ = ["case_of", "gaussians", "images", "model_of", "rivals", "students"]

KEPT = ("seed", "n", "truth", "value", "std", "bias", "ratio", "from_rho", "took", "warnings")


def gaussians(frame: pd.DataFrame) -> pd.DataFrame:
    """Estimates by flows of pairs of normal numbers, a row each, without what was refused.

    Columns: case and model, names of :data:`infoplane.chapters.flows.settings.CASES` and MODELS,
    unmix, and what :func:`infoplane.chapters.flows.runs.kept` keeps.
    """
    return _rows(
        frame,
        lambda r: {
            "case": case_of(r["options"]),
            "model": model_of(r["set"]),
            "unmix": bool(r["unmix"]),
        },
    )


def rivals(frame: pd.DataFrame) -> pd.DataFrame:
    """The same of the other estimators; `model` is the name of one of RIVALS."""
    return _rows(frame, lambda r: {"case": case_of(r["options"]), "model": rival_of(r)})


def students(frame: pd.DataFrame) -> pd.DataFrame:
    """Estimates of Student's t; `model` is a base of the flow, or one of RIVALS; dof; gaussian,
    what the correlations alone tell."""

    def named(r: Mapping[str, Any]) -> dict[str, Any]:
        name = r["set"]["base"] if r["estimator"] == "flow" else rival_of(r)
        return {"model": name, "dof": r["options"]["dof"], "gaussian": r["options"]["nats"]}

    return _rows(frame, named)


def images(frame: pd.DataFrame) -> pd.DataFrame:
    """Estimates on codes of images, by flows and by others, a row each."""
    rows = [
        {"seed": record["seed"], "n": record["n"], **one}
        for record in frame.to_dict("records")
        for one in (*record["found"], *record["others"])
    ]
    return pd.DataFrame(rows)


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


def _rows(frame: pd.DataFrame, named: Any) -> pd.DataFrame:
    rows = [
        {**named(r), **{name: r.get(name) for name in KEPT}}
        for r in frame.to_dict("records")
        if r["refused"] == ""
    ]
    return pd.DataFrame(rows)

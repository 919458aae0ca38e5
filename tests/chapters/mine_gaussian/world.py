"""Records of a world in which every estimator lacks a share of the truth that one can choose."""

import pandas as pd

from infoplane.chapters.mine_gaussian.settings import SETTINGS
from infoplane.datasets.gaussian import CorrelatedGaussian

RHOS = (0.0, 0.5, 0.9)
LACKS = {"mine": {2: 0.0, 20: 0.2}, "fresh": {2: 0.0, 20: 0.08}, "dv": {2: 0.08, 20: 0.3}}
LACKS |= {"ksg": {2: 0.0, 20: 0.7}, "cca": {2: 0.0, 20: 0.0}}


def truth(d, rho):
    return abs(CorrelatedGaussian(d, rho).information.value)


def world(
    lacks=None,
    dims=(2, 20),
    rhos=RHOS,
    warnings=(),
    corrected=-0.1,
    plain=-0.3,
    clipped=-0.5,
    batch=0.5,
    stopped=300,
):
    """Two seeds of everything, all alike.

    lacks: by estimator ("fresh" is MINE on fresh samples) and dimension, a share; corrected and
    plain: errors of the held-out bound in nats, clipped: both of them, of the corrected gradient,
    where the plain one has -0.4; batch: the error of the value of a batch.
    """
    lacks = LACKS | (lacks or {})
    where = [
        ({"d": d, "rho": rho, "seed": s}, truth(d, rho))
        for d in dims
        for rho in rhos
        for s in (0, 1)
    ]

    def value(who, row, nats):
        return {"value": nats * (1 - lacks[who][row["d"]])}

    ended, told = {"steps": 500, "stopped": stopped}, {"warnings": list(warnings)}
    mine = [
        row | {"n": n} | value(who, row, nats) | ended | told
        for n, who in ((70, "mine"), (0, "fresh"))
        for row, nats in where
    ]
    bounds = [row | {"bound": "dv", "n": 70} | value("dv", row, nats) | told for row, nats in where]
    classical = [
        row
        | {"n": 70}
        | {who: value(who, row, nats)["value"] for who in ("ksg", "cca")}
        | {f"{who}_warnings": list(warnings) for who in ("ksg", "cca")}
        for row, nats in where
    ]
    arms = ((False, 0.01, corrected), (False, 1.0, plain), (True, 0.01, clipped), (True, 1.0, -0.4))
    correction = [
        {"d": d, "rho": rho, "batch": size, "clipped": cut, "rate": rate, "seed": s, **ended}
        | {"value": truth(d, rho) + off, "batch_value": truth(d, rho) + batch}
        for d, rho, size in SETTINGS
        for cut, rate, off in arms
        for s in (0, 1)
    ]
    climbs = [
        {"bound": bound, "information": nats, "seed": s, "steps": 100, "step": [0, 50, 100]}
        | {"train": [0.0, 1.0, nats + off], "train_std": [0.0, 0.1, std]}
        for bound, off, std in (("dv", -1.0, 0.5), ("infonce", -2.0, 0.1))
        for nats in (2.0, 6.0)
        for s in (0, 1)
    ]
    parts = {"mine": mine, "bounds": bounds, "classical": classical, "correction": correction}
    return {part: pd.DataFrame(rows) for part, rows in (parts | {"staircase": climbs}).items()}

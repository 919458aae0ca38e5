"""Chapter 07: the entropy of autoencoder codes, and their fractal dimension.

Source: document 003, second half: conclusions 1 to 5, tasks 1 to 4.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from infoplane.chapters.autoencoder_entropy import tables
from infoplane.chapters.autoencoder_entropy.settings import (
    DENSITIES,
    FOR_IMAGES,
    FOR_SETS,
    IMAGES,
    NO_BREAK,
    PICTURED_EPOCHS,
    PUBLISHED_N,
    SETS,
)
from infoplane.claims import Check
from infoplane.datasets import vision
from infoplane.records.plan import Parameters, Plan
from infoplane.stats import mean_interval

__all__ = ["data", "measure", "plans"]


def data(p: Parameters) -> str:
    """What the chapter looks at, for its banner."""
    return f"{', '.join(p.datasets)}; {', '.join(p.images)}"


def plans(p: Parameters) -> dict[str, Plan]:
    """What the chapter computes."""
    cases = [(name, 0.0, "none") for name in p.datasets]
    cases += [(name, p.noise_std, "none") for name in p.noisy]
    cases += [(name, 0.0, "tanh") for name in p.tanh]
    synthetic: list[dict[str, Any]] = [
        {"dataset": name, "noise": noise, "n": p.n, "seed": s}
        for name, noise in dict.fromkeys((name, noise) for name, noise, _ in cases)
        for s in p.seeds
    ]
    pictures: list[dict[str, Any]] = [
        {"dataset": name, "noise": 0.0, "n": count, "seed": s}
        for name, count in zip(p.images, p.image_n, strict=True)
        for s in p.image_seeds
    ]
    fewer = [
        {**config, "n": min(config["n"], PUBLISHED_N), "published": True} for config in pictures
    ]
    dense, conv = (dict(zip(p.images, e, strict=True)) for e in (p.image_epochs, p.conv_epochs))
    whole = [{**config, "published": False} for config in pictures if config["n"] > PUBLISHED_N]

    def of_sets(cases: Sequence[tuple[str, float, str, int]]) -> Plan:
        configs: list[dict[str, Any]] = [
            {"dataset": name, "noise": noise, "n": p.n, "seed": s, "code": d, "rows": count}
            | (FOR_IMAGES if name in IMAGES else FOR_SETS)
            | {"code_activation": activation, "epochs": p.epochs}
            for name, noise, activation, count in cases
            for s in p.seeds
            for d in range(1, p.largest_code + 1)
        ]
        return Plan(
            "codes.codes",
            configs,
            many=f"{__name__}.codes.codes",
            vary=("code",),
            training=True,
        )

    return {
        "codes": of_sets([(*case, p.rows) for case in cases]),
        "resolution": of_sets([(p.looked_at, 0.0, "none", count) for count in p.resolutions]),
        "images": Plan(
            "codes.codes",
            [
                {**config, "code": d, "rows": p.image_rows, "code_activation": "none"}
                | {**FOR_IMAGES, "epochs": dense[config["dataset"]]}
                for config in pictures
                for d in p.image_codes
            ],
            many=f"{__name__}.codes.codes",
            vary=("code",),
            training=True,
        ),
        "convolutions": Plan(
            "codes.codes",
            [
                {**config, "code": d, "rows": p.image_rows, "code_activation": "none"}
                | {**FOR_IMAGES, "hidden": "convolutions", "epochs": conv[config["dataset"]]}
                for config in pictures
                for d in p.conv_codes
            ],
            many=f"{__name__}.codes.codes",
            vary=(),
            training=True,
        ),
        "points": Plan(
            "point_dimensions.data",
            [{**c, "published": True} for c in synthetic] + fewer + whole,
            run=f"{__name__}.point_dimensions.data",
        ),
        "closest": Plan(
            "closest_pairs.closest",
            [{k: v for k, v in c.items() if k != "published"} for c in fewer],
            run=f"{__name__}.closest_pairs.closest",
        ),
        "known": Plan(
            "point_dimensions.known",
            [
                {"set": name, "parameter": parameter, "n": count, "seed": s}
                for name, parameter in SETS
                for count in p.known_n
                for s in p.seeds
            ],
            run=f"{__name__}.point_dimensions.known",
        ),
        "bias": Plan(
            "entropy_bias.bias",
            [
                {"density": density, "d": d, "n": count, "seed": s}
                for density in DENSITIES
                for d in p.bias_dims
                for count in p.bias_n
                for s in p.bias_seeds
            ],
            run=f"{__name__}.entropy_bias.bias",
        ),
        "pictures": Plan(
            "codes.reconstructions",
            [
                {"dataset": "digits", "noise": 0.0, "n": vision.TRAIN_SIZES["digits"]}
                | {**FOR_IMAGES, "code_activation": "none", "epochs": PICTURED_EPOCHS}
                | {"seed": p.image_seeds[0], "codes": list(p.pictured), "shown": 8}
            ],
            run=f"{__name__}.codes.reconstructions",
            training=True,
        ),
    }


def measure(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Check]]:
    """What the chapter's records say about the claims `entropy.*`."""
    found = tables.breaks(frames["codes"])
    judged = found[(found["dataset"] != NO_BREAK) & (found["code_activation"] == "none")]
    measured = {
        "entropy.continuous": [_largest_step(frames)],
        "entropy.saturates": _saturation(frames),
    }
    if len(judged):
        measured["entropy.break"] = _breaks(judged)
        measured["entropy.growth"] = [_least_growth(judged)]
    if "mnist" in set(frames["images"]["dataset"]):
        measured["entropy.mnist"] = _mnist(frames)
    return measured


def _breaks(judged: pd.DataFrame) -> list[Check]:
    """How many of the sets have a break, and how far from the true dimension the farthest is."""
    share = float(judged["found"].mean())
    checks = [Check(share, (share, share), "sets with a break", repetitions=len(judged))]
    found = judged[judged["found"]]
    if found.empty:
        return [*checks, Check(np.nan, (np.nan, np.nan), "position")]
    off = found[["break", "low", "high"]].sub(found["dimension"], axis=0)
    farthest = _farthest(off["break"], off["low"], off["high"])
    return [*checks, Check(*farthest, "position", repetitions=int(found["seeds"].min()))]


def _farthest(
    values: pd.Series, low: pd.Series, high: pd.Series
) -> tuple[float, tuple[float, float]]:
    """The largest distance from zero, and its interval: that of the largest of several.

    The largest is at least each of the nearest ends, and at most the largest of the farthest:
    what is sure of one is not undone by another of which nothing is.
    """
    near = np.maximum(low, -high).clip(lower=0)
    ends = float(near.max(skipna=False)), float(np.maximum(-low, high).max(skipna=False))
    return float(values.abs().max(skipna=False)), ends


def _least_growth(judged: pd.DataFrame) -> Check:
    """The least of the slopes after the break, with the interval of the least of several."""
    # nan where entropies of a set were refused: "every set" cannot be judged without it
    value, low, high = (
        float(judged[name].min(skipna=False)) for name in ("after", "after_low", "after_high")
    )
    return Check(value, (low, high), repetitions=int(judged["seeds"].min()))


def _largest_step(frames: Mapping[str, pd.DataFrame]) -> Check:
    """The largest step of the correlation dimension to codes one larger, less its fit error."""
    codes = frames["codes"]
    both = [codes[codes["code_activation"] == "none"], frames["images"]]
    steps = pd.concat([tables.steps(part) for part in both], ignore_index=True)
    value, low, high = (float(steps[name].max(skipna=False)) for name in ("excess", "low", "high"))
    return Check(value, (low, high), repetitions=int(steps["seeds"].min()))


def _saturation(frames: Mapping[str, pd.DataFrame]) -> list[Check]:
    """How far the dimension of the codes is from that of the images, where it is farthest."""
    table = tables.saturation(frames["images"], frames["points"])
    farthest = _farthest(table["difference"], table["low"], table["high"])
    errors = float((table["difference"] / table["fit"]).abs().max(skipna=False))
    seeds = int(table["seeds"].min())
    return [
        Check(*farthest, "difference", repetitions=seeds),
        Check(errors, (errors, errors), "in errors", repetitions=seeds),
    ]


def _mnist(frames: Mapping[str, pd.DataFrame]) -> list[Check]:
    images, points = (frames[name].query("dataset == 'mnist'") for name in ("images", "points"))
    found = tables.breaks(images).iloc[0]
    by = points[points["published"]]
    ways = np.column_stack([by["dimensions"].map(lambda d: d[0]), by["twonn"], by["mle"]])
    spread, low, high = mean_interval(np.ptp(ways.astype(float), axis=1))
    ratio = found["ratio_low"], found["ratio_high"]
    return [
        Check(found["ratio"], ratio, "slopes", repetitions=int(found["seeds"])),
        Check(spread, (low, high), "estimators", repetitions=len(by)),
    ]

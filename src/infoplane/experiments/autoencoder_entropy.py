"""Chapter 07: the entropy of autoencoder codes, and their fractal dimension.

Source: document 003, second half: conclusions 1 to 5, tasks 1 to 4.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from infoplane.datasets import manifolds, vision
from infoplane.experiments import code_tables
from infoplane.experiments.entropy_bias import DENSITIES
from infoplane.plan import Check, Plan, require
from infoplane.stats import mean_interval

__all__ = ["SETS", "measure", "plans"]

# Sets whose correlation dimension is known, each with a parameter (unused where there is one set).
SETS = (
    *(("cube", d) for d in (1, 2, 3, 4, 6, 8, 10)),
    *(("sphere", d) for d in (1, 2, 3, 4)),
    ("swiss roll", 2),
    ("henon", 2),
    *(("cantor", factors) for factors in (1, 2, 3)),
)
NO_BREAK = "spectrum"  # has no break to be found: the veto must say so
# Widths and rates that lose least of held-out rows, among few that were tried.
FOR_SETS: dict[str, Any] = {"hidden": [128, 64], "learning_rate": 1e-2}
FOR_IMAGES: dict[str, Any] = {"hidden": [256, 128], "learning_rate": 3e-3}
IMAGES = ("bumps-2", "rectangles-4")  # synthetic, but images all the same
PICTURED_EPOCHS = 100
PIXELS = {"digits": 64, "mnist": 784, "fashion": 784}
PUBLISHED_N = 10_000  # images that the published estimators see: their time grows as n^2


def plans(
    *,
    datasets: Sequence[str],
    noisy: Sequence[str],
    noise_std: float,
    tanh: Sequence[str],
    n: int,
    rows: int,
    largest_code: int,
    epochs: int,
    seeds: Sequence[int],
    looked_at: str,
    resolutions: Sequence[int],
    images: Sequence[str],
    image_n: Sequence[int],
    image_rows: int,
    image_codes: Sequence[int],
    image_epochs: Sequence[int],
    image_seeds: Sequence[int],
    conv_codes: Sequence[int],
    conv_epochs: Sequence[int],
    pictured: Sequence[int],
    known_n: Sequence[int],
    bias_dims: Sequence[int],
    bias_n: Sequence[int],
    bias_seeds: Sequence[int],
) -> dict[str, Plan]:
    """What the chapter computes; InputError where a parameter is out of range."""
    _check_lists(
        seeds={"seeds": seeds, "image_seeds": image_seeds, "bias_seeds": bias_seeds},
        names={
            "datasets": (datasets, manifolds.NAMES),
            "noisy": (noisy, manifolds.NAMES),
            "tanh": (tanh, manifolds.NAMES),
            "images": (images, vision.NAMES),
        },
        rising={
            "resolutions": (resolutions, 1, 100),
            "image_codes": (image_codes, 5, 1),
            "conv_codes": (conv_codes, 0, 1),
            "pictured": (pictured, 1, 1),
            "known_n": (known_n, 1, 100),
            "bias_dims": (bias_dims, 1, 1),
            "bias_n": (bias_n, 1, 20),
        },
    )
    for name, count, least in (
        ("n", n, 100), ("rows", rows, 100), ("largest_code", largest_code, 6),
        ("epochs", epochs, 1), ("image_rows", image_rows, 100),
    ):  # fmt: skip
        require(count >= least, name, count, f"an integer >= {least}")
    require(looked_at in datasets, "looked_at", looked_at, f"one of datasets={list(datasets)!r}")
    require(resolutions[-1] <= n, "resolutions", resolutions, f"at most n={n} rows")
    require(rows <= n, "rows", rows, f"at most n={n}")
    least = 20 * max(image_codes)  # a tenth of them are of one digit, and not one a column
    require(image_rows >= least, "image_rows", image_rows, f"at least {least} for the codes")
    columns = {name: manifolds.load(name, 1).points.shape[1] for name in {*datasets, *noisy, *tanh}}
    wide = max(
        (manifolds.load(name, 1).dimension for name in columns if name != NO_BREAK), default=0
    )
    told = f"at least {wide + 2}, two more than the largest dimension, for a slope after the break"
    require(largest_code >= wide + 2, "largest_code", largest_code, told)
    narrow = min(columns, key=lambda name: columns[name])
    told = f"at most {columns[narrow]}, the columns of {narrow}"
    require(largest_code <= columns[narrow], "largest_code", largest_code, told)
    pixels = min(PIXELS[name] for name in images)
    for name, sizes, most in (
        ("image_codes", image_codes, pixels), ("conv_codes", conv_codes, pixels),
        ("pictured", pictured, PIXELS["digits"]),
    ):  # fmt: skip
        require(
            max(sizes, default=0) <= most, name, sizes, f"at most {most}, the pixels of an image"
        )
    most = max(bias_dims)
    require(bias_n[0] > most, "bias_n", bias_n, f"more rows than {most}, the largest of bias_dims")
    require(0 < noise_std < np.inf, "noise_std", noise_std, "finite, > 0")
    for name, numbers in (
        ("image_n", image_n), ("image_epochs", image_epochs), ("conv_epochs", conv_epochs),
    ):  # fmt: skip
        fine = len(numbers) == len(images) and min(numbers) >= 1
        require(fine, name, numbers, f"one number >= 1 for each of images={list(images)!r}")
    for name, count in zip(images, image_n, strict=True):
        most = vision.TRAIN_SIZES[name]
        # 64 of each digit are needed for a correlation dimension
        require(1000 <= count <= most, "image_n", image_n, f"1000 to {most} for {name}")
    cases = [(name, 0.0, "none") for name in datasets]
    cases += [(name, noise_std, "none") for name in noisy]
    cases += [(name, 0.0, "tanh") for name in tanh]
    synthetic: list[dict[str, Any]] = [
        {"dataset": name, "noise": noise, "n": n, "seed": s}
        for name, noise in dict.fromkeys((name, noise) for name, noise, _ in cases)
        for s in seeds
    ]
    pictures: list[dict[str, Any]] = [
        {"dataset": name, "noise": 0.0, "n": count, "seed": s}
        for name, count in zip(images, image_n, strict=True)
        for s in image_seeds
    ]
    fewer = [
        {**config, "n": min(config["n"], PUBLISHED_N), "published": True} for config in pictures
    ]
    dense, conv = (dict(zip(images, e, strict=True)) for e in (image_epochs, conv_epochs))
    whole = [{**config, "published": False} for config in pictures if config["n"] > PUBLISHED_N]

    def of_sets(cases: Sequence[tuple[str, float, str, int]]) -> Plan:
        configs: list[dict[str, Any]] = [
            {"dataset": name, "noise": noise, "n": n, "seed": s, "code": d, "rows": count}
            | (FOR_IMAGES if name in IMAGES else FOR_SETS)
            | {"code_activation": activation, "epochs": epochs}
            for name, noise, activation, count in cases
            for s in seeds
            for d in range(1, largest_code + 1)
        ]
        return Plan(
            "codes.codes",
            configs,
            many="infoplane.experiments.codes.codes_together",
            vary=("code",),
        )

    return {
        "codes": of_sets([(*case, rows) for case in cases]),
        "resolution": of_sets([(looked_at, 0.0, "none", count) for count in resolutions]),
        "images": Plan(
            "codes.codes",
            [
                {**config, "code": d, "rows": image_rows, "code_activation": "none"}
                | {**FOR_IMAGES, "epochs": dense[config["dataset"]]}
                for config in pictures
                for d in image_codes
            ],
            many="infoplane.experiments.codes.codes_together",
            vary=("code",),
        ),
        "convolutions": Plan(
            "codes.codes",
            [
                {**config, "code": d, "rows": image_rows, "code_activation": "none"}
                | {**FOR_IMAGES, "hidden": "convolutions", "epochs": conv[config["dataset"]]}
                for config in pictures
                for d in conv_codes
            ],
            many="infoplane.experiments.codes.codes_together",
            vary=(),
        ),
        "points": Plan(
            "point_dimensions.data",
            [{**c, "published": True} for c in synthetic] + fewer + whole,
            run="infoplane.experiments.point_dimensions.data",
        ),
        "closest": Plan(
            "closest_pairs.closest",
            [{k: v for k, v in c.items() if k != "published"} for c in fewer],
            run="infoplane.experiments.closest_pairs.closest",
        ),
        "known": Plan(
            "point_dimensions.known",
            [
                {"set": name, "parameter": parameter, "n": count, "seed": s}
                for name, parameter in SETS
                for count in known_n
                for s in seeds
            ],
            run="infoplane.experiments.point_dimensions.known",
        ),
        "bias": Plan(
            "entropy_bias.bias",
            [
                {"density": density, "d": d, "n": count, "seed": s}
                for density in DENSITIES
                for d in bias_dims
                for count in bias_n
                for s in bias_seeds
            ],
            run="infoplane.experiments.entropy_bias.bias",
        ),
        "pictures": Plan(
            "codes.reconstructions",
            [
                {"dataset": "digits", "noise": 0.0, "n": vision.TRAIN_SIZES["digits"]}
                | {**FOR_IMAGES, "code_activation": "none", "epochs": PICTURED_EPOCHS}
                | {"seed": image_seeds[0], "codes": list(pictured), "shown": 8}
            ],
            run="infoplane.experiments.codes.reconstructions",
        ),
    }


def _check_lists(
    *,
    seeds: Mapping[str, Sequence[int]],
    names: Mapping[str, tuple[Sequence[str], Sequence[str]]],
    rising: Mapping[str, tuple[Sequence[int], int, int]],
) -> None:
    for name, value in seeds.items():
        different = len(set(value)) == len(value) >= 2 and min(value) >= 0
        require(different, name, value, "at least 2 different whole numbers from 0")
    for name, (given, accepted) in names.items():
        once = len(set(given)) == len(given) and set(given) <= set(accepted)
        least = name in ("datasets", "images")
        require(once and len(given) >= least, name, given, f"each once: {', '.join(accepted)}")
    for name, (numbers, count, low) in rising.items():
        fine = len(numbers) >= count and sorted(set(numbers)) == list(numbers)
        fine = fine and all(number >= low for number in numbers)
        require(fine, name, numbers, f"at least {count} integers >= {low}, in rising order")


def measure(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Check]]:
    """What the chapter's records say about the claims `entropy.*`."""
    found = code_tables.breaks(frames["codes"])
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
    steps = pd.concat([code_tables.steps(part) for part in both], ignore_index=True)
    value, low, high = (float(steps[name].max(skipna=False)) for name in ("excess", "low", "high"))
    return Check(value, (low, high), repetitions=int(steps["seeds"].min()))


def _saturation(frames: Mapping[str, pd.DataFrame]) -> list[Check]:
    """How far the dimension of the codes is from that of the images, where it is farthest."""
    table = code_tables.saturation(frames["images"], frames["points"])
    farthest = _farthest(table["difference"], table["low"], table["high"])
    errors = float((table["difference"] / table["fit"]).abs().max(skipna=False))
    seeds = int(table["seeds"].min())
    return [
        Check(*farthest, "difference", repetitions=seeds),
        Check(errors, (errors, errors), "in errors", repetitions=seeds),
    ]


def _mnist(frames: Mapping[str, pd.DataFrame]) -> list[Check]:
    images, points = (frames[name].query("dataset == 'mnist'") for name in ("images", "points"))
    found = code_tables.breaks(images).iloc[0]
    by = points[points["published"]]
    ways = np.column_stack([by["dimensions"].map(lambda d: d[0]), by["twonn"], by["mle"]])
    spread, low, high = mean_interval(np.ptp(ways.astype(float), axis=1))
    ratio = found["ratio_low"], found["ratio_high"]
    return [
        Check(found["ratio"], ratio, "slopes", repetitions=int(found["seeds"])),
        Check(spread, (low, high), "estimators", repetitions=len(by)),
    ]

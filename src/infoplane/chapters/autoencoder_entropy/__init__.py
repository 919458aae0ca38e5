"""Chapter 07: the entropy of autoencoder codes, and their fractal dimension.

Source: document 003, second half: conclusions 1 to 5, tasks 1 to 4.
"""

from collections.abc import Sequence
from typing import Any

from infoplane.chapters.autoencoder_entropy.findings import REMARKS
from infoplane.chapters.autoencoder_entropy.measured import measure
from infoplane.chapters.autoencoder_entropy.settings import (
    DENSITIES,
    FOR_IMAGES,
    FOR_SETS,
    IMAGES,
    PICTURED_EPOCHS,
    PUBLISHED_N,
    SETS,
)
from infoplane.datasets import vision
from infoplane.records.plan import Parameters, Plan

__all__ = ["REMARKS", "data", "measure", "plans"]


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

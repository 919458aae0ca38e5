"""What chapter 01 accepts of its parameters."""

import math

from infoplane.chapters.mi_theory.closed_forms import (
    ROOM,
    SIGMAS,
    SMALL_NOISE,
    circle_information,
)
from infoplane.datasets import vision
from infoplane.inputs.options import one_of, require, require_seeds
from infoplane.records.plan import Parameters

__all__ = ["check"]


def check(p: Parameters) -> None:
    """InputError where a parameter is out of range."""
    one_of("dataset", p.dataset, vision.NAMES)
    require_seeds(p.seeds)
    most = vision.TRAIN_SIZES[p.dataset]
    require(
        100 <= p.n_images <= most, "n_images", p.n_images, f"from 100 to the {most} of {p.dataset}"
    )
    require(1 <= p.n_pixels <= 40, "n_pixels", p.n_pixels, "from 1 to 40 pixels")
    require(
        p.n_samples >= 1000, "n_samples", p.n_samples, "at least 1000 pairs for a standard error"
    )
    require(
        bool(p.dims) and min(p.dims) >= 1, "dims", p.dims, "give intrinsic dimensions from 1 up"
    )
    require(p.n_rows >= 2, "n_rows", p.n_rows, "at least 2 rows")
    require(p.n_draws >= 2, "n_draws", p.n_draws, "at least 2 draws for a standard error")
    for m in p.dims:
        window = sum(
            s <= SMALL_NOISE and m * circle_information(s) < math.log(p.n_rows) - ROOM
            for s in SIGMAS
        )
        require(
            window >= 3, "n_rows", p.n_rows,
            f"dimension {m} needs more rows for a slope below the ceiling log n_rows",
        )  # fmt: skip

"""What chapter 07 accepts of its parameters."""

from collections.abc import Mapping, Sequence

import numpy as np

from infoplane.chapters.autoencoder_entropy.settings import NO_BREAK, PIXELS
from infoplane.datasets import manifolds, vision
from infoplane.inputs.options import require
from infoplane.records.plan import Parameters

__all__ = ["check"]


def check(p: Parameters) -> None:
    """InputError where a parameter is out of range."""
    _check_lists(
        seeds={"seeds": p.seeds, "image_seeds": p.image_seeds, "bias_seeds": p.bias_seeds},
        names={
            "datasets": (p.datasets, manifolds.NAMES),
            "noisy": (p.noisy, manifolds.NAMES),
            "tanh": (p.tanh, manifolds.NAMES),
            "images": (p.images, vision.NAMES),
        },
        rising={
            "resolutions": (p.resolutions, 1, 100),
            "image_codes": (p.image_codes, 5, 1),
            "conv_codes": (p.conv_codes, 0, 1),
            "pictured": (p.pictured, 1, 1),
            "known_n": (p.known_n, 1, 100),
            "bias_dims": (p.bias_dims, 1, 1),
            "bias_n": (p.bias_n, 1, 20),
        },
    )
    for name, count, least in (
        ("n", p.n, 100), ("rows", p.rows, 100), ("largest_code", p.largest_code, 6),
        ("epochs", p.epochs, 1), ("image_rows", p.image_rows, 100),
    ):  # fmt: skip
        require(count >= least, name, count, f"an integer >= {least}")
    require(
        p.looked_at in p.datasets, "looked_at", p.looked_at, f"one of datasets={list(p.datasets)!r}"
    )
    require(p.resolutions[-1] <= p.n, "resolutions", p.resolutions, f"at most n={p.n} rows")
    require(p.rows <= p.n, "rows", p.rows, f"at most n={p.n}")
    least = 20 * max(p.image_codes)  # a tenth of them are of one digit, and not one a column
    require(p.image_rows >= least, "image_rows", p.image_rows, f"at least {least} for the codes")
    used = [manifolds.Manifold(name) for name in {*p.datasets, *p.noisy, *p.tanh}]
    columns = {each.name: each.width for each in used}
    wide = max((int(each.dimension.value) for each in used if each.name != NO_BREAK), default=0)
    told = f"at least {wide + 2}, two more than the largest dimension, for a slope after the break"
    require(p.largest_code >= wide + 2, "largest_code", p.largest_code, told)
    narrow = min(columns, key=lambda name: columns[name])
    told = f"at most {columns[narrow]}, the columns of {narrow}"
    require(p.largest_code <= columns[narrow], "largest_code", p.largest_code, told)
    pixels = min(PIXELS[name] for name in p.images)
    for name, sizes, most in (
        ("image_codes", p.image_codes, pixels), ("conv_codes", p.conv_codes, pixels),
        ("pictured", p.pictured, PIXELS["digits"]),
    ):  # fmt: skip
        require(
            max(sizes, default=0) <= most, name, sizes, f"at most {most}, the pixels of an image"
        )
    most = max(p.bias_dims)
    require(
        p.bias_n[0] > most, "bias_n", p.bias_n, f"more rows than {most}, the largest of bias_dims"
    )
    require(0 < p.noise_std < np.inf, "noise_std", p.noise_std, "finite, > 0")
    for name, numbers in (
        ("image_n", p.image_n), ("image_epochs", p.image_epochs), ("conv_epochs", p.conv_epochs),
    ):  # fmt: skip
        fine = len(numbers) == len(p.images) and min(numbers) >= 1
        require(fine, name, numbers, f"one number >= 1 for each of images={list(p.images)!r}")
    for name, count in zip(p.images, p.image_n, strict=True):
        most = vision.TRAIN_SIZES[name]
        # 64 of each digit are needed for a correlation dimension
        require(1000 <= count <= most, "image_n", p.image_n, f"1000 to {most} for {name}")


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

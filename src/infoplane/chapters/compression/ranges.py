"""What chapter 09 accepts of its parameters."""

import math

from infoplane.chapters.compression.filters import LEAST as LEAST_CHECKPOINTS
from infoplane.chapters.compression.settings import LATENTS, LAYERS
from infoplane.datasets import image_pairs, vision
from infoplane.inputs.options import one_of, require, require_seeds, within
from infoplane.records.plan import Parameters

__all__ = ["check"]

MOST_NATS = 17 * min(LATENTS.values())  # at 18 a latent correlations round to 1
LEAST_PIXELS = min(side**2 for _, _, side in image_pairs.KINDS.values())


def check(p: Parameters) -> None:
    """InputError where a parameter is out of range."""
    from infoplane.estimators.neural.mine import MINE  # these need torch
    from infoplane.models.autoencoders.compression import Coder
    from infoplane.models.noisy_cnn import LAYERS as WIDTHS

    for name in ("seeds", "cnn_seeds"):
        require_seeds(getattr(p, name), name)
    for name in ("nats", "few_nats", "n", "shares", "exact_epochs"):
        given = getattr(p, name)
        require(
            len(given) > 0 and sorted(set(given)) == list(given), name, given,
            "give at least one, in increasing order",
        )  # fmt: skip
    require(len(p.nats) >= 3, "nats", p.nats, "give at least three, or there is no slope")
    require(
        set(p.few_nats) <= set(p.nats), "few_nats", p.few_nats,
        f"some of nats={list(p.nats)!r}, where the code of the right size is looked at, too",
    )  # fmt: skip
    for nats in p.nats:
        within("nats", nats, low=0, high=MOST_NATS)
    require(p.pixel_n in p.n, "pixel_n", p.pixel_n, f"one of n={list(p.n)!r}, to be compared")
    least = math.ceil(MINE.batch_size / MINE.train_fraction)  # MINE trains on one batch of them
    require(p.pixel_n >= least, "pixel_n", p.pixel_n, f"a whole number >= {least}, for MINE")
    for name, least in (
        ("learn_rows", 100), ("coder_steps", 1), ("mine_steps", 1), ("batch", 1), ("rows", 100),
        ("pca_rows", 100), ("samples", 2), ("code_dim", 1), ("encoder_rows", 100),
        ("encoder_epochs", 1), ("encoder_batch", 1),
    ):  # fmt: skip
        value = getattr(p, name)
        require(value >= least, name, value, f"a whole number >= {least}")
    narrowest = min(WIDTHS[layer] for layer in LAYERS)
    require(
        p.code_dim <= narrowest, "code_dim", p.code_dim,
        f"at most {narrowest}, the columns of the narrowest layer",
    )  # fmt: skip
    require(p.n[0] >= 200, "n", p.n, "at least 200 rows")
    columns = [LATENTS["bumps"] + more for more in p.more_columns]
    require(
        len(set(p.more_columns)) == len(p.more_columns) and all(c >= 1 for c in columns),
        "more_columns", p.more_columns,
        f"each once, and above -{LATENTS['bumps']}, the numbers behind a bump",
    )  # fmt: skip
    most = min(LEAST_PIXELS - 1, p.learn_rows - p.learn_rows // 10)  # a tenth is kept for a choice
    require(
        all(of_kind + more <= most for of_kind in LATENTS.values() for more in p.more_columns),
        "more_columns", p.more_columns,
        f"at most {most - max(LATENTS.values())}: images and learn_rows={p.learn_rows} allow codes "
        f"of {most} columns",
    )  # fmt: skip
    Coder(hidden=tuple(p.hidden))  # says what is wrong
    one_of("dataset", p.dataset, vision.NAMES)
    require(
        p.epochs >= LEAST_CHECKPOINTS - 1, "epochs", p.epochs,
        f"at least {LEAST_CHECKPOINTS - 1}: the published filters need that many checkpoints",
    )  # fmt: skip
    require(
        p.exact_epochs[0] >= 0 and p.exact_epochs[-1] <= p.epochs, "exact_epochs", p.exact_epochs,
        f"from 0 to epochs={p.epochs}",
    )  # fmt: skip
    for name in ("rate", "encoder_rate", "shares"):
        values = getattr(p, name)
        for value in values if isinstance(values, list) else [values]:
            within(name, value, above=0)
    within("noise_std", p.noise_std, low=0)
    within("dropout", p.dropout, low=0, high=0.99)

"""What chapter 08 accepts of its parameters."""

import math

from infoplane.chapters.lenet_mine.settings import (
    EVERY,
    LAYERS,
    NOISE_SHARES,
    OPTIMISERS,
    checkpoints,
)
from infoplane.datasets import vision
from infoplane.inputs.options import one_of, require, require_seeds, within
from infoplane.records.plan import Parameters

__all__ = ["check", "check_layers"]


def check(p: Parameters) -> None:
    """InputError where a parameter is out of range."""
    from infoplane.estimators.neural.mine import MINE  # these need torch
    from infoplane.estimators.patterns import layer_information

    # the label-aware critic splits its rows, and trains on one batch of them at least
    label_rows = math.ceil(MINE.batch_size / MINE.train_fraction)
    one_of("dataset", p.dataset, vision.NAMES)
    for name in ("seeds", "grid_seeds", "critic_seeds", "cnn_seeds"):
        require_seeds(getattr(p, name), name)
    require(len(p.seeds) >= 2, "seeds", p.seeds, "at least two: one network has no spread")
    least = "at least four: half of the groups say where a peak is, and the others what falls"
    require(len(p.cnn_seeds) >= 4, "cnn_seeds", p.cnn_seeds, least)
    one_of("optimiser", p.optimiser, OPTIMISERS)
    rising = sorted(set(p.batches)) == list(p.batches) != [] and p.batches[0] >= 1
    require(rising, "batches", p.batches, "give at least one, from 1, in increasing order")
    for name, least_count in (
        ("batch", 1), ("rows", label_rows), ("curve_rows", 100), ("passes", 2), ("curve_passes", 2),
        ("mine_batch", 2), ("label_steps", 1), ("hidden", 1), ("wide", 1), ("exact_rows", 100),
        ("samples", 2), ("cnn_networks", 2), ("cnn_n", 100), ("cnn_epochs", 10),
        ("cnn_batch", 1), ("cnn_checkpoints", 3),
    ):  # fmt: skip
        value = getattr(p, name)
        require(value >= least_count, name, value, f"a whole number >= {least_count}")
    require(
        p.epochs > EVERY, "epochs", p.epochs,
        f"more than {EVERY}: networks are looked at every {EVERY}th epoch, from 0, twice at least",
    )  # fmt: skip
    for name in ("rate", "mine_rate", "cnn_rate", "dropout"):
        within(name, getattr(p, name), above=0)
    require(p.wide > p.hidden, "wide", p.wide, f"more units than hidden={p.hidden}")
    known = set(p.wide_epochs) <= set(checkpoints(p.epochs)) and len(p.wide_epochs) > 0
    rising = sorted(set(p.wide_epochs)) == list(p.wide_epochs)
    require(
        known and rising, "wide_epochs", p.wide_epochs,
        f"some of {', '.join(map(str, checkpoints(p.epochs)))}, in increasing order",
    )  # fmt: skip
    check_layers(p)
    rising = sorted(set(p.finer)) == list(p.finer) != [] and 0 < p.finer[0] <= p.finer[-1] < 1e9
    require(rising, "finer", p.finer, "give at least one, > 0, in increasing order")
    shares = sorted({*NOISE_SHARES, *p.noise})
    told = ", ".join(f"{s:g}" for s in shares)
    others = f"other sizes than those of noise and those tried at all epochs anyway: {told}"
    require(not set(p.finer) & set(shares), "finer", p.finer, others)
    one_of("marginals", p.marginals, ("permutation", "derangement"))
    layer_information([[0.0]], bins=p.bins)  # says what is wrong


def check_layers(p: Parameters) -> None:
    """InputError for what not even plans can be made of; without torch, before anything runs."""
    once = 0 < len(set(p.table_layers)) == len(p.table_layers) and set(p.table_layers) <= set(
        LAYERS
    )
    require(once, "table_layers", p.table_layers, f"each once: {', '.join(LAYERS)}")
    fits = len(p.noise) == len(LAYERS) and all(0 < share < float("inf") for share in p.noise)
    require(fits, "noise", p.noise, f"one share > 0 for each of {', '.join(LAYERS)}; 0 has I = ∞")

"""What chapter 06 accepts of its parameters."""

from infoplane.chapters.transfer_learning.settings import (
    COLUMNS,
    FEWEST,
    IMAGES,
    MINIATURES,
    NETWORKS,
    stored,
)
from infoplane.inputs.options import one_of, require, require_seeds, whole, within
from infoplane.models.backbones.families import family
from infoplane.records.plan import Parameters

__all__ = ["check"]

LEAST_FAMILIES = 3


def check(p: Parameters) -> None:
    """InputError where a parameter is out of range."""
    one_of("networks", p.networks, NETWORKS)
    one_of("images", p.images, IMAGES)
    _check_chosen(p)
    digits = p.networks == "miniature"
    require(
        digits == (p.images == "digits"), "images", p.images,
        '"digits" for networks="miniature", else "catsdogs" or "oxford-pets"',
    )  # fmt: skip
    require(
        not digits or p.n_images == 0, "n_images", p.n_images,
        "0, for all, of the digits: there are few",
    )  # fmt: skip
    require(
        p.networks != "stored" or (p.images == "catsdogs" and p.n_images == 0),
        "networks", p.networks,
        '"stored" with images="catsdogs" and n_images=0, of which the embeddings are',
    )  # fmt: skip
    require(
        p.n_images == 0 or p.n_images >= FEWEST, "n_images", p.n_images,
        f"0, for all, or at least {FEWEST} of each class and split",
    )  # fmt: skip
    for name in ("seeds", "critic_seeds"):
        require_seeds(getattr(p, name), name)
    for order in p.orders:
        whole("orders", order, at_least=0)
    require(
        len(p.orders) > 0 and len(set(p.orders)) == len(p.orders), "orders", p.orders,
        "each once, at least one",
    )  # fmt: skip
    for name, least in (
        ("n_images", 0), ("epochs", 3), ("looks", 3), ("hidden", 1), ("batch", 1),
        ("prediction_steps", 1), ("samples", 2), ("steps", 1), ("halves", 2),
        ("pretrain_epochs", 0), ("pretrain_seed", 0),
    ):  # fmt: skip
        whole(name, getattr(p, name), at_least=least)
    whole("folds", p.folds, at_least=3, at_most=2 * FEWEST)
    whole("columns", p.columns, at_least=2, at_most=COLUMNS[p.networks])
    for name in ("rate", "noise_std", "strength"):
        within(name, getattr(p, name), above=0)
    within("critic_rate", p.critic_rate, above=0, below=1)
    for noise_std in p.noise_stds:
        within("noise_stds", noise_std, above=0)
    require(
        len(p.noise_stds) > 0 and list(p.noise_stds) == sorted(set(p.noise_stds)),
        "noise_stds", p.noise_stds, "at least one, in increasing order",
    )  # fmt: skip
    require(
        p.noise_std in p.noise_stds, "noise_std", p.noise_std,
        f"one of noise_stds={p.noise_stds!r}, where the exact values are",
    )  # fmt: skip


def _check_chosen(p: Parameters) -> None:
    """Networks by name: known, each once, and of at least three families."""
    if not p.chosen:
        return
    if p.networks in ("miniature", "stored"):
        known = tuple(MINIATURES) if p.networks == "miniature" else stored()
        for name in p.chosen:
            one_of("chosen", name, known)
    else:
        from infoplane.models.backbones.recipes import recipe  # needs torch

        for name in p.chosen:
            recipe(name)  # says what is wrong
    require(len(set(p.chosen)) == len(p.chosen), "chosen", p.chosen, "each once")
    families = {MINIATURES[name][0] if name in MINIATURES else family(name) for name in p.chosen}
    require(
        len(families) >= LEAST_FAMILIES, "chosen", p.chosen,
        f"networks of at least {LEAST_FAMILIES} families, here {', '.join(sorted(families))}: of "
        "fewer, and so of fewer than three networks, no correlation has an interval",
    )  # fmt: skip

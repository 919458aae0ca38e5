"""Chapter 10: images of known information through codes of two numbers, and flows behind them.

Source: document 001, "experiments with images: images of Gaussians of 16 x 16 pixels".
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane.chapters.flows.runs import DIGITS, kept
from infoplane.chapters.flows.settings import IMAGES, RIVALS
from infoplane.datasets.image_pairs import ImagePairs
from infoplane.estimators import get_estimator
from infoplane.models.autoencoders.compression import Code, Coder, learn
from infoplane.records.plan import Config, Values

__all__ = ["images"]

Floats = npt.NDArray[np.floating[Any]]

LEARN_SEED = 5_000_000  # of images that codes are learned from: a stream that no estimate starts
OF_CODES = ("wkl", "ksg", "cca")


def images(config: Config, *, device: str = "cpu") -> Values:
    """What flows and others find on codes of n pairs of images, for each information in `nats`.

    Codes of `code_dim` columns are learned from `learn_rows` images that are used for nothing else,
    by `tries` autoencoders for each side, of which the one that loses least of a tenth of them is
    taken, since some are caught folded.
    models: options of `flow` by name; few_models: others, for `few_nats` alone. found: a list of
    what :func:`infoplane.chapters.flows.runs.kept` keeps, with the model's name and the `truth`;
    others: a list of the value of other estimators, with their names, truth and seconds.
    lost: for x and z the share of variance that the codes taken lose of new images; tried: that of
    all of them, of the tenth kept for the choice, by side.
    """
    tries, sides = config["tries"], _to_learn_from(config)
    learned = learn(
        [side for side in sides for _ in range(tries)],
        [config["code_dim"]] * 2 * tries,
        seeds=[2 * config["seed"] * tries + member for member in range(2 * tries)],
        coder=Coder(steps=config["coder_steps"], hidden=tuple(config["hidden"])),
        device=device,
    )
    by_side = [learned[:tries], learned[tries:]]
    best = [min(side, key=_kept_loss) for side in by_side]
    values = _estimates(config, best, device)
    others = ImagePairs(IMAGES, 0.0).sample(config["learn_rows"] // 5, config["seed"])
    values["lost"] = [float(code.lost(rows)) for code, rows in zip(best, others, strict=True)]
    values["tried"] = [[_kept_loss(code) for code in side] for side in by_side]
    return values


def _kept_loss(code: Code) -> float:
    """What a code loses of the rows that were kept for the choice."""
    return float(code.tried[code.kind])


def _estimates(config: Config, codes: Sequence[Code], device: str) -> Values:
    values: Values = {"found": [], "others": []}
    for nats in sorted({*config["nats"], *config["few_nats"]}):
        pairs = ImagePairs(IMAGES, nats).sample(config["n"], config["seed"])
        x, z = (code.encode(side) for code, side in zip(codes, pairs, strict=True))
        models = config["models"] if nats in config["nats"] else {}
        if nats in config["few_nats"]:
            models = models | config["few_models"]
        for name, options in models.items():
            flow = get_estimator("flow", **options)
            found = kept(flow.estimate(x, z, seed=config["seed"], device=device))
            values["found"].append({"model": name, "truth": nats, **found})
        for name in OF_CODES:
            estimator, options = RIVALS[name]
            e = get_estimator(estimator, **options).estimate(x, z, seed=config["seed"])
            value, took = round(e.value, DIGITS), round(e.seconds, 2)
            values["others"].append({"model": name, "truth": nats, "value": value, "took": took})
    return values


def _to_learn_from(config: Config) -> tuple[Floats, Floats]:
    return ImagePairs(IMAGES, 0.0).sample(config["learn_rows"], LEARN_SEED + config["seed"])

"""Chapter 09: images whose information is known, and what is found of it on codes and without.

Source: document 001, "scheme for synthetic data".
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from infoplane.chapters.compression.settings import KDE_ROWS, WEIGHTS_STD, K
from infoplane.datasets.image_pairs import ImagePairs
from infoplane.errors import InputError
from infoplane.estimators.base import Estimator
from infoplane.estimators.cca import CCA
from infoplane.estimators.density.kde import KDE
from infoplane.estimators.density.wkl import WKL
from infoplane.estimators.neighbors.ksg import KSG
from infoplane.estimators.neural.mine import MINE
from infoplane.models.autoencoders.compression import Code, Coder, learn
from infoplane.records.plan import Config, Values

__all__ = ["codes", "latents", "mine", "pixels"]

Floats = npt.NDArray[np.floating[Any]]

LEARN_SEED = 4_000_000  # of images that codes are learned from: a stream that no estimate starts

ESTIMATORS: dict[str, Estimator] = {
    "wkl": WKL(errors=None, weights_std=WEIGHTS_STD),
    "ksg": KSG(k=K, errors=None),
    "kde": KDE(errors=None),
    "cca": CCA(),
}


def codes(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """What estimators find on codes of images, for each information and number of rows, nats.

    configs: of several seeds, whose autoencoders are trained as one batched model, each on
    `learn_rows` images that are used for nothing else: two for each seed, one for x and one for z,
    or a single one for both where `encoders` is "one". Codes have `code_dim` columns.
    wkl, ksg, kde, cca: lists over `nats`, lists over `n` inside, of the first rows of one sample;
    None where that is refused, or for KDE of more than 5000 rows. lost, pca: for each encoder the
    share of variance that it loses of new images, and that of as many principal components; coder:
    "autoencoder", or "pca" where that was taken.
    """
    first = configs[0]
    sides = 2 if first["encoders"] == "two" else 1
    sets = [rows for config in configs for rows in _to_learn_from(config)[:sides]]
    coder = Coder(steps=first["steps"], hidden=tuple(first["hidden"]))
    seeds = [2 * config["seed"] + side for config in configs for side in range(sides)]
    learned = learn(sets, [first["code_dim"]] * len(sets), seeds=seeds, coder=coder, device=device)
    del sets
    found = []
    for i, config in enumerate(configs):
        of_seed = learned[i * sides : (i + 1) * sides]
        values = _over(config, lambda *images, own=of_seed: _encoded(own, images))
        others = _pairs(config, 0.0).sample(config["learn_rows"] // 5, config["seed"])
        held_out = list(zip(of_seed, others, strict=False))
        values["coder"] = [code.kind for code in of_seed]
        values["lost"] = [round(code.lost(rows), 5) for code, rows in held_out]
        values["pca"] = [round(code.tried["pca"], 5) for code in of_seed]
        found.append(values)
    return found


def latents(config: Config, *, device: str = "cpu") -> Values:
    """The same of the numbers that the images are drawn from, in [0, 1]: what kNN alone loses."""
    return _over(config, None)


def pixels(config: Config, *, device: str = "cpu") -> Values:
    """Nearest neighbours on the images themselves: lists over `nats` of `n` rows each, nats.

    ksg, wkl: a number each, or None where it is refused; refused says why, by the place in `nats`,
    where both are of WKL, the later one.
    """
    values: Values = {"ksg": [], "wkl": [], "refused": {}}
    for place, nats in enumerate(config["nats"]):
        x, z = map(_varying, _pairs(config, nats).sample(config["n"], config["seed"]))
        for name in ("ksg", "wkl"):
            try:
                value = round(ESTIMATORS[name].estimate(x, z).value, 4)
            except InputError as error:
                value = None
                values["refused"][str(place)] = str(error)
            values[name].append(value)
    return values


def mine(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """MINE on the images themselves, several seeds as one batched model: value and std, nats."""
    first = configs[0]
    drawn = [map(_varying, _pairs(c, c["nats"]).sample(c["n"], c["seed"])) for c in configs]
    x, z = (list(side) for side in zip(*drawn, strict=True))
    own = MINE(steps=first["steps"], restarts=1)
    found = own.estimate_batch(x, z, seeds=[c["seed"] for c in configs], device=device)
    return [
        {"value": round(e.value, 4), "std": round(e.std, 4), "warnings": list(e.warnings)}
        for e in found
    ]


def _over(config: Config, encode: Any) -> Values:
    """Estimates for all of `nats` and `n`; of codes, or of the latents where encode is None."""
    values: Values = {name: [] for name in ESTIMATORS}
    for nats in config["nats"]:
        pairs, most, seed = _pairs(config, nats), max(config["n"]), config["seed"]
        if encode is None:
            a, b = (ndtr(side) for side in pairs.latents(most, seed))
        else:
            a, b = encode(*pairs.sample(most, seed))
        for name, estimator in ESTIMATORS.items():
            values[name].append([_value(name, estimator, a[:n], b[:n]) for n in config["n"]])
    return values


def _value(name: str, estimator: Estimator, a: Floats, b: Floats) -> float | None:
    if name == "kde" and len(a) > KDE_ROWS:
        return None
    try:
        return round(estimator.estimate(a, b).value, 4)
    except InputError:  # a code that is constant, or the same as the other
        return None


def _encoded(own: Sequence[Code], images: Sequence[Floats]) -> tuple[Floats, Floats]:
    x, z = images
    return own[0].encode(x), own[-1].encode(z)


def _varying(images: Floats) -> Floats:
    """Without the pixels that are the same in all images, which tell nothing."""
    kept: Floats = images[:, np.ptp(images, axis=0) > 0]
    return kept


def _pairs(config: Config, nats: float) -> ImagePairs:
    return ImagePairs(config["kind"], nats)


def _to_learn_from(config: Config) -> tuple[Floats, Floats]:
    return _pairs(config, 0.0).sample(config["learn_rows"], LEARN_SEED + config["seed"])

"""Chapter 09: a point of the information plane of every layer, on codes and exactly with noise.

Source: document 001, figures of I(X; L) and I(L; Y) of layers L2 to L5.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np
from torch import Tensor

from infoplane.chapters.compression.classifiers import networks
from infoplane.chapters.compression.encoders import image_codes, layer_codes
from infoplane.chapters.compression.settings import LAYERS, NOISE_SEED, WEIGHTS_STD, K
from infoplane.datasets.vision import enlarged
from infoplane.errors import InputError
from infoplane.estimators.base import Estimator
from infoplane.estimators.density.wkl import WKL
from infoplane.estimators.estimate import Estimate
from infoplane.estimators.neighbors.ksg import KSG
from infoplane.estimators.neighbors.ross import Ross
from infoplane.estimators.noise.exact import informations_with_noise
from infoplane.records.plan import Config, Values

__all__ = ["plane"]


ESTIMATORS: dict[str, tuple[str, Estimator]] = {
    "wkl_x": ("x", WKL(errors=None, weights_std=WEIGHTS_STD)),
    "ksg_x": ("x", KSG(k=K, errors=None)),
    "wkl_y": ("y", WKL(errors=None, weights_std=WEIGHTS_STD)),
    "ksg_y": ("y", Ross(k=K, errors=None)),
}


def plane(config: Config, *, device: str = "cpu") -> Values:
    """I(X; L) and I(L; Y) of one network after `epoch` epochs, on `rows` test images, nats.

    Codes of x by an autoencoder and of layers by PCA, `code_dim` numbers each; lost_x is the share
    of the variance of test images that the code loses. PCA is learned on at most `learn_rows`
    training images.
    Lists over LAYERS: rms of the layer; lost, the share of its variance outside its code;
    wkl_x and ksg_x, I(code of X; code of L) by weighted Kozachenko-Leonenko and by KSG; wkl_y and
    ksg_y, I(code of L; Y) by the former and by Ross, which is KSG's way with labels; exact_x and
    exact_y, each with _std, I(X; L + eps) and I(Y; L + eps) of the uncompressed layer for additive
    noise, lists over `shares` inside, which are multiples of rms.

    None stands where an estimator refuses; `refused` says why, by quantity and layer ("wkl_x.L4").
    warnings: each sentence with the quantities it was said of.
    """
    x, y = _images(config["dataset"], "test", config["rows"])
    learned_on, _ = _images(config["dataset"], "train", config["learn_rows"])
    model = networks([config], config["epoch"], device=device)
    test, train = model.layers(x), model.layers(learned_on)
    labels, seed = y.numpy(), config["seed"]
    code_of_x, lost_x = image_codes(config, x, device=device)
    found: Values = {"n": len(labels), "lost_x": round(lost_x, 4), "rms": [], "lost": []}
    options: dict[str, Any] = {
        "seed": NOISE_SEED + seed, "samples": config["samples"], "leave_out": True,
        "device": device,
    }  # fmt: skip
    asked = _Asked()
    for name in LAYERS:
        t = test[name][0].cpu().numpy()
        rms = float(np.sqrt(np.square(t, dtype=np.float64).mean()))
        code, lost = layer_codes(train[name][0].cpu().numpy(), t, config["code_dim"])
        found["rms"].append(round(rms, 4))
        found["lost"].append(round(lost, 4))
        for quantity, (side, estimator) in ESTIMATORS.items():
            pair = (code_of_x, code) if side == "x" else (code, labels)
            asked.one(quantity, name, estimator, *pair, seed=seed, device=device)
        solve = partial(informations_with_noise, t, labels, **options)
        asked.exact(name, [share * rms for share in config["shares"]], solve)
    return found | asked.values | {"refused": asked.refused, "warnings": asked.warnings}


@lru_cache(maxsize=2)  # a tenth of the time of a checkpoint, of which a process has many
def _images(dataset: str, split: str, n: int) -> tuple[Tensor, Tensor]:
    return enlarged(dataset, split, n)


class _Asked:
    """What estimators answered, layer by layer: values, sentences of refusal, and warnings."""

    def __init__(self) -> None:
        self.values: Values = {name: [] for name in ESTIMATORS}
        self.values |= {f"exact_{side}{std}": [] for side in "xy" for std in ("", "_std")}
        self.refused: dict[str, str] = {}
        self.warnings: dict[str, list[str]] = {}

    def one(
        self, quantity: str, layer: str, estimator: Estimator, *pair: Any, seed: int, device: str
    ) -> None:
        """An estimator's value for a layer."""
        place, value = f"{quantity}.{layer}", None
        try:
            estimate = estimator.estimate(*pair, seed=seed, device=device)
        except InputError as refused:  # a constant column, many copies: a finding
            self.refused[place] = str(refused)
        else:
            value = round(estimate.value, 4)
            self._warned(place, estimate)
        self.values[quantity].append(value)

    def exact(
        self,
        layer: str,
        sizes: Sequence[float],
        solve: Callable[[float], tuple[Estimate, Estimate]],
    ) -> None:
        """Exact values of a layer for noise of several sizes."""
        rows: dict[str, list[float | None]] = {
            f"exact_{side}{std}": [] for side in "xy" for std in ("", "_std")
        }
        for noise_std in sizes:
            try:
                point: Sequence[Estimate | None] = solve(noise_std)
            except InputError as refused:  # a layer of zeros, whose noise has no size
                self.refused[f"exact.{layer}"] = str(refused)
                point = (None, None)
            for side, estimate in zip("xy", point, strict=True):
                value, std = (None, None) if estimate is None else (estimate.value, estimate.std)
                rows[f"exact_{side}"].append(None if value is None else round(value, 4))
                rows[f"exact_{side}_std"].append(None if std is None else round(std, 4))
                if estimate is not None:
                    self._warned(f"exact_{side}.{layer}", estimate)
        for name, row in rows.items():
            self.values[name].append(row)

    def _warned(self, place: str, estimate: Estimate) -> None:
        for sentence in estimate.warnings:
            places = self.warnings.setdefault(sentence, [])
            if place not in places:
                places.append(place)

"""Chapter 08: the exact planes of the layers of LeNet-5, with noise of two kinds, and rounded.

Source: document 004, sections 1.3 and 2.4.
"""

from typing import Any

import numpy as np
from torch.nn.functional import softplus

from infoplane.chapters.lenet_mine.networks import networks
from infoplane.chapters.lenet_mine.published import (
    published_information,
    soft_entropy,
    soft_information,
)
from infoplane.chapters.lenet_mine.settings import BITS, LAYERS, SHIFT
from infoplane.datasets.vision import enlarged
from infoplane.estimators.noise.exact import informations_with_noise
from infoplane.estimators.patterns import layer_information
from infoplane.records.plan import Config, Values

__all__ = ["exact"]

# Of the noise: a stream that no network starts; each network's own, as in chapter 05.
NOISE_SEED = 1_000_000


def exact(config: Config, *, device: str = "cpu") -> Values:
    """I(X; L + eps) and I(Y; L + eps) of one network at an epoch, for N test images, nats.

    Lists over LAYERS: rms; quantised_x and _y, of activations rounded to 8 bits of their layer's
    range, without noise; exact_x and exact_y, each with its _std, lists over `shares` inside,
    which are multiples of rms. dropout_x and dropout_y, with _std: of fc1 behind a softplus in
    place of its ReLU, with multiplicative noise of `dropout`; published: by the formula of the
    published plane of such a layer. soft, soft_y, soft_shifted: soft entropy, what labels take from
    it, and itself once all rows are shifted by the same vector. The row itself is left out of the
    densities behind I(Y; L + eps).
    """
    x, y = enlarged(config["dataset"], "test", config["rows"])
    model = networks([config], config["epoch"], device=device)
    layers = model.layers(x)
    labels = y.numpy()
    options: dict[str, Any] = {
        "seed": NOISE_SEED + config["seed"], "samples": config["samples"], "leave_out": True,
        "device": device,
    }  # fmt: skip
    found: Values = {"n": len(labels), "rms": [], "quantised_x": [], "quantised_y": []}
    found |= {"soft": [], "soft_y": [], "soft_shifted": []}
    found |= {f"exact_{side}{std}": [] for side in "xy" for std in ("", "_std")}
    for name in LAYERS:
        t = layers[name][0].cpu().numpy()
        rms = float(np.sqrt(np.square(t, dtype=np.float64).mean()))
        found["rms"].append(round(rms, 6))
        rounded = layer_information(t, labels, bins=2**BITS)
        found["quantised_x"].append(round(float(rounded.inputs), 4))
        found["quantised_y"].append(round(float(rounded.labels), 4))
        shifted = t + SHIFT * rms
        for kind, of in (("soft", soft_entropy(t)), ("soft_shifted", soft_entropy(shifted))):
            found[kind].append(round(of, 4))
        found["soft_y"].append(round(soft_information(t, labels), 4))
        points = [
            informations_with_noise(t, labels, share * rms, **options) for share in config["shares"]
        ]
        for i, side in enumerate("xy"):
            found[f"exact_{side}"].append([round(point[i].value, 4) for point in points])
            found[f"exact_{side}_std"].append([round(point[i].std, 4) for point in points])
    dense = softplus(model.fc1.affine(layers["maxpool2"]))[0].detach().cpu().numpy()
    point = informations_with_noise(
        dense, labels, config["dropout"], noise="multiplicative", **options
    )
    for side, estimate in zip("xy", point, strict=True):
        found[f"dropout_{side}"] = round(estimate.value, 4)
        found[f"dropout_{side}_std"] = round(estimate.std, 4)
    formula = published_information(dense, config["dropout"], seed=options["seed"])
    return found | {"published": {name: round(value, 4) for name, value in formula.items()}}

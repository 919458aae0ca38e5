"""Chapter 09: the exact information of layers behind the noise that the network itself has."""

from typing import Any

from infoplane.chapters.compression.classifiers import networks
from infoplane.chapters.compression.settings import LAYERS, NOISE_SEED
from infoplane.datasets.vision import enlarged
from infoplane.errors import InputError
from infoplane.estimators.noise.exact import information_with_noise
from infoplane.records.plan import Config, Values

__all__ = ["own_noise"]


def own_noise(config: Config, *, device: str = "cpu") -> Values:
    """I(X; L (1 + sigma eps)) of one network after `epoch` epochs, on `rows` test images, nats.

    sigma is the network's `noise_std`, the noise in proportion to each activation. Lists over
    LAYERS: exact and exact_std, None where a unit is 0 for some image, which has no noise there
    and an infinite information; refused says so, by layer. n: the images, whose logarithm is the
    ceiling.
    """
    x, _ = enlarged(config["dataset"], "test", config["rows"])
    layers = networks([config], config["epoch"], device=device).layers(x)
    values: Values = {"n": len(x), "exact": [], "exact_std": [], "refused": {}}
    options: dict[str, Any] = {
        "noise": "multiplicative", "seed": NOISE_SEED + config["seed"],
        "samples": config["samples"], "device": device,
    }  # fmt: skip
    for name in LAYERS:
        value = std = None
        try:
            found = information_with_noise(
                layers[name][0].cpu().numpy(), config["noise_std"], **options
            )
            value, std = round(found.value, 4), round(found.std, 4)
        except InputError as error:
            values["refused"][name] = str(error)
        values["exact"].append(value)
        values["exact_std"].append(std)
    return values

"""Chapter 08: MINE as the source prints it, between a layer and the image or the label.

Source: document 004, sections 1.2, 1.4 and 2.1 to 2.4.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from torch import Tensor
from torch.nn.functional import one_hot

from infoplane.chapters.lenet_mine.networks import layer_at
from infoplane.chapters.lenet_mine.settings import SHAPES, checkpoints
from infoplane.chapters.lenet_mine.words import summary, word
from infoplane.datasets.vision import enlarged
from infoplane.estimators.neural.mine import MINE
from infoplane.estimators.neural.printed import Ascent, ascend
from infoplane.records.plan import Config, Values

__all__ = ["ascent", "labelled", "transfer"]

NOISE_SEED = 4_000_000  # of noise that is drawn once for all rows: a stream of its own
POINTS = 60  # of a curve that is kept
HELD_OUT = 2000  # rows of the test split that a critic is tried on


def ascent(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """Algorithm 1 between a layer at an epoch and the image ("x") or the label ("y").

    configs: several critics of one kind, each on its network, trained as one batched model.

    value: mean of the batches of the last tenth, nats; held_out: the last critic on test images;
    curve: means of the values of as many parts as are kept; sigma: of the noise, which is `noise`
    times the layer's root mean square; word, and the numbers behind it.
    """
    first = configs[0]
    rows = _rows(first)
    sides = [_side(first["target"], *of_split, len(configs)) for of_split in rows]
    asked = configs, first["epoch"], first["layer"]
    train, held = (layer_at(*asked, x, device=device) for x, _ in rows)
    sigmas = [first["noise"] * _rms(layer) for layer in train]
    found = ascend(
        sides[0],
        train,
        seeds=[_seed(config) for config in configs],
        noise_std=sigmas,
        held_out=(sides[1], held),
        device=device,
        **_options(first, train.shape[1]),
    )
    return [
        {
            "word": word(one.values, one.norms),
            **{name: _rounded(value) for name, value in summary(one.values, one.norms).items()},
            "held_out": _rounded(one.held_out),
            "curve": _curve(one.values),
            "sigma": _rounded(sigma),
        }
        for one, sigma in zip(found, sigmas, strict=True)
    ]


def transfer(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """MINE of I(Y; layer) at one checkpoint after the other, from scratch or going on.

    configs: several critics, each on its network, as in :func:`ascent`; `transfer`: whether each
    run begins with the weights that the one before ended with. Lists over runs: curves, for each
    the mean of the batches of each pass; word; held_out.
    """
    first = configs[0]
    rows = _rows(first)
    side, of_test = (_side("y", *of_split, len(configs)) for of_split in rows)
    made: list[Values] = [{"curves": [], "word": [], "held_out": []} for _ in configs]
    before: list[Ascent | None] = [None for _ in configs]
    for run, epoch in enumerate(checkpoints(first["epochs"])):
        asked = configs, epoch, first["layer"]
        train, held = (layer_at(*asked, x, device=device) for x, _ in rows)
        found = ascend(
            side,
            train,
            seeds=[_seed(config) + 100 * run for config in configs],
            noise_std=[first["noise"] * _rms(layer) for layer in train],
            held_out=(of_test, held),
            init=before,
            device=device,
            **_options(first, train.shape[1]),
        )
        before = [
            one if config["transfer"] else None for one, config in zip(found, configs, strict=True)
        ]
        for record, one in zip(made, found, strict=True):
            of_epochs = one.values.reshape(first["passes"], -1).mean(axis=1)
            record["curves"].append([_rounded(value) for value in of_epochs])
            record["word"].append(word(one.values, one.norms))
            record["held_out"].append(_rounded(one.held_out))
    return made


def labelled(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """I(Y; L + eps) by the package's own MINE, whose critic has a score for each label.

    configs: several critics, each on its network, trained as one batched model.

    value and std, on the rows that the estimator holds out of `rows` training images; warnings:
    how many. The noise is drawn once for each row, as pairs to estimate from have it.
    """
    first = configs[0]
    x, y = enlarged(first["dataset"], "train", first["rows"])
    layers = layer_at(configs, first["epoch"], first["layer"], x, device=device).cpu()
    noisy = []
    for config, layer in zip(configs, layers, strict=True):
        eps = np.random.default_rng([NOISE_SEED, config["seed"]]).standard_normal(layer.shape)
        noisy.append(layer.numpy() + first["noise"] * _rms(layer) * eps)
    found = MINE(critic="label", steps=first["steps"], restarts=1).estimate_batch(
        np.stack(noisy),
        np.tile(y.numpy(), (len(configs), 1)),
        seeds=[_seed(config) for config in configs],
        device=device,
    )
    return [
        {"value": _rounded(e.value), "std": _rounded(e.std), "warnings": len(e.warnings)}
        for e in found
    ]


def _rows(config: Config) -> list[tuple[Tensor, Tensor]]:
    """Images and labels to train a critic on, at most so many, and others to try it on."""
    wanted = {"train": config["rows"], "test": HELD_OUT}
    return [enlarged(config["dataset"], split, n) for split, n in wanted.items()]


def _side(target: str, x: Tensor, y: Tensor, members: int) -> Tensor:
    """What stands beside the layer: the image, or the label with a column for each class."""
    side = x if target == "x" else one_hot(y, 10).float()
    return side.expand(members, -1, -1)


def _options(config: Config, n: int) -> dict[str, Any]:
    """Of the algorithm: as many steps as make the passes, of whole batches."""
    batch = min(config["mine_batch"], n)
    shapes = (SHAPES["image"] if config.get("target") == "x" else None, SHAPES[config["layer"]])
    return {
        "steps": config["passes"] * (n // batch),
        "batch_size": batch,
        "learning_rate": config["mine_rate"],
        "hidden": tuple(np.atleast_1d(config["hidden"]).tolist()),
        "critic": config.get("critic", "concatenated"),
        "shapes": shapes,
        "marginals": config["marginals"],
    }


def _seed(config: Config) -> int:
    """Of a critic: a stream that no network starts, another for each epoch.

    Layers and architectures share it, so that they are compared seed by seed.
    """
    return 3_000_000 + 1000 * int(config["seed"]) + int(config.get("epoch", 0))


def _rms(layer: Tensor) -> float:
    return float(layer.square().mean().sqrt())


def _curve(values: npt.NDArray[np.float64]) -> list[float | None]:
    with np.errstate(invalid="ignore"):
        return [_rounded(part.mean()) for part in np.array_split(values, min(POINTS, len(values)))]


def _rounded(value: Any) -> Any:
    """To five decimals; None for what is not finite, which JSON does not have."""
    if isinstance(value, bool) or value is None:
        return value
    return round(float(value), 5) if np.isfinite(value) else None

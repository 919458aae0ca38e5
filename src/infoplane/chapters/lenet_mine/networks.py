"""Chapter 08: LeNet-5s in training, and their layers at a checkpoint.

Source: document 004, sections 1.5 and 2.2.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from infoplane.chapters.lenet_mine.settings import EVERY, trained_by
from infoplane.datasets.vision import enlarged
from infoplane.models import descent, lenet, members
from infoplane.models import images as image_networks
from infoplane.models.images import accuracy, fit
from infoplane.models.kept import Kept, alone, put_together
from infoplane.models.lenet import LeNets
from infoplane.records.plan import Config, Values

__all__ = ["layer_at", "networks", "train"]

PART = 5000  # images whose layers are there at once
SOURCES = (lenet, image_networks, members, descent)  # whose code makes the weights


def train(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """The test accuracy of LeNet-5 after each pass through the training rows, in order.

    configs: several networks, trained at once as one batched model. Epochs are counted as in the
    source, from 0: epoch e ends with the pass e + 1. Every fourth epoch's weights are kept.
    """
    with alone([_kept(config) for config in configs]):
        reached = _trained(configs, configs[0]["epochs"], device)
    return [{"accuracy": [round(of_epoch, 4) for of_epoch in one]} for one in reached]


def networks(configs: Sequence[Config], epoch: int, *, device: str = "cpu") -> LeNets:
    """The networks of these configs after an epoch, one of every fourth, as one batched model.

    What this machine has not kept is trained anew.
    """
    kept = [_kept(config) for config in configs]
    with alone(kept):
        states = [each.load(epoch) for each in kept]
        missing = [c for c, state in zip(configs, states, strict=True) if state is None]
        if missing:
            _trained(list({_key(c): c for c in missing}.values()), epoch + 1, device)
            states = [each.load(epoch) for each in kept]
    model = LeNets([trained_by(config)["seed"] for config in configs])
    model.load_state_dict(put_together(states))
    return model.to(device)


def layer_at(
    configs: Sequence[Config], epoch: int, layer: str, x: Tensor, *, device: str = "cpu"
) -> Tensor:
    """A layer of these networks after an epoch, (b, n, columns).

    A network that several configs share is asked once. Part by part: the first pool of sixty
    thousand images takes a gigabyte for each network, and is not what was asked for.
    """
    each = list({_key(config): config for config in configs}.values())
    model = networks(each, epoch, device=device)
    found = torch.cat([model.layers(part)[layer] for part in x.split(PART)], dim=1)
    places = [[_key(one) for one in each].index(_key(config)) for config in configs]
    return found if len(each) == len(configs) else found[places]


def _trained(configs: Sequence[Config], epochs: int, device: str) -> list[list[float]]:
    """Train, keep every fourth epoch's weights, and return the test accuracies by epoch."""
    first, seeds = configs[0], [trained_by(config)["seed"] for config in configs]
    (x, y), test = enlarged(first["dataset"], "train"), enlarged(first["dataset"], "test")
    kept = [_kept(config) for config in configs]
    model = LeNets(seeds).to(device)
    reached: list[list[float]] = []

    def on_epoch(passes: int) -> None:
        if not passes:
            return
        reached.append(accuracy(model, *test).tolist())
        if (passes - 1) % EVERY == 0:
            for member, each in enumerate(kept):
                state = model.state_dict().items()
                each.save(passes - 1, {name: w[member : member + 1] for name, w in state})

    fit(
        model,
        x,
        y,
        epochs=epochs,
        batch_size=first["batch"],
        learning_rate=first["rate"],
        optimiser=first["optimiser"],
        seeds=seeds,
        on_epoch=on_epoch,
    )
    return [list(one) for one in zip(*reached, strict=True)]


def _key(config: Config) -> tuple[Any, ...]:
    return tuple(trained_by(config).values())


def _kept(config: Config) -> Kept:
    return Kept(trained_by(config), SOURCES)

"""Chapter 09: noisy convolutional networks in training, and themselves after any epoch.

Source: document 001, its experiment with a classifier of MNIST.
"""

from collections.abc import Sequence
from typing import Any

from infoplane.datasets.vision import enlarged
from infoplane.models import descent, members, noisy_cnn
from infoplane.models import images as image_networks
from infoplane.models.images import fit, loss_and_accuracy
from infoplane.models.kept import Kept, alone, put_together
from infoplane.models.noisy_cnn import NoisyCNNs
from infoplane.records.plan import Config, Values

__all__ = ["TRAINED_BY", "networks", "train", "trained_by"]

# What decides a network's weights after every epoch.
TRAINED_BY = ("dataset", "noise", "noise_std", "dropout", "batch", "rate", "seed")
LOOKED_AT = 10_000  # training images, of which the loss is the mean
SOURCES = (noisy_cnn, image_networks, members, descent)  # whose code makes the weights


def trained_by(config: Config) -> dict[str, Any]:
    """The part of a config that decides the weights of its network after every epoch."""
    return {name: config[name] for name in TRAINED_BY}


def train(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """Losses and accuracy of noisy convolutional networks after 0, 1, … `epochs` epochs.

    configs: several networks, which differ in `seed`, trained at once as one batched model on all
    training images. Lists over epochs, from 0 on: train_loss, the mean cross-entropy in nats of
    10 000 training images, the same for all, or of all there are; test_loss and accuracy, on all
    test images. All in evaluation, so without dropout and with noise. The weights after every
    epoch are kept, see :func:`networks`.
    """
    with alone([_kept(config) for config in configs]):
        return _trained(configs, configs[0]["epochs"], device)


def networks(configs: Sequence[Config], epoch: int, *, device: str = "cpu") -> NoisyCNNs:
    """The networks of these configs after `epoch` epochs, as one batched model in evaluation mode.

    configs: with what :func:`trained_by` takes, alike but for their seeds. What this machine has
    not kept is trained anew, for `epochs` of the config, so that the next epoch is found.
    """
    kept = [_kept(config) for config in configs]
    with alone(kept):
        states = [each.load(epoch) for each in kept]
        missing = [c for c, state in zip(configs, states, strict=True) if state is None]
        if missing:
            _trained(missing, max(epoch, missing[0]["epochs"]), device)
            states = [each.load(epoch) for each in kept]
    model = _model(configs)
    model.load_state_dict(put_together(states))
    return model.to(device).eval()


def _trained(configs: Sequence[Config], epochs: int, device: str) -> list[Values]:
    """Train, keep the weights after every epoch, and return what `train` does."""
    first = configs[0]
    x, y = enlarged(first["dataset"], "train")
    looked_at = enlarged(first["dataset"], "train", LOOKED_AT)
    test = enlarged(first["dataset"], "test")
    kept = [_kept(config) for config in configs]
    model = _model(configs).to(device)
    reached: dict[str, list[list[float]]] = {"train_loss": [], "test_loss": [], "accuracy": []}

    def on_epoch(epoch: int) -> None:
        model.eval()
        of_train, _ = loss_and_accuracy(model, *looked_at)
        of_test = loss_and_accuracy(model, *test)
        model.train()
        for values, found in zip(reached.values(), (of_train, *of_test), strict=True):
            values.append([round(value, 4) for value in found.tolist()])
        state = model.state_dict()
        for member, each in enumerate(kept):
            each.save(epoch, {name: w[member : member + 1] for name, w in state.items()})

    fit(
        model,
        x,
        y,
        epochs=epochs,
        batch_size=first["batch"],
        learning_rate=first["rate"],
        optimiser="adam",
        seeds=[config["seed"] for config in configs],
        on_epoch=on_epoch,
    )
    return [
        {name: [of_epoch[member] for of_epoch in values] for name, values in reached.items()}
        for member in range(len(configs))
    ]


def _model(configs: Sequence[Config]) -> NoisyCNNs:
    options = {name: configs[0][name] for name in ("noise", "noise_std", "dropout")}
    return NoisyCNNs([config["seed"] for config in configs], **options)


def _kept(config: Config) -> Kept:
    return Kept(trained_by(config), SOURCES)

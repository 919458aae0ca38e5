"""Chapter 05: planes of the 12-10-7-5-4-3-2 network on the 4096 patterns, by several estimators.

Source: documents 000, section 3.4, and 002, sections 1 and 2.4.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from infoplane.chapters.tishby_plane.networks import by_epoch, trained
from infoplane.chapters.tishby_plane.settings import FIXED
from infoplane.estimators.neural.aware import AAMINE
from infoplane.estimators.neural.mine import MINE
from infoplane.estimators.patterns import layer_information
from infoplane.estimators.sequence import OPENING
from infoplane.plane.epochs import checkpoints
from infoplane.records.plan import Config, Values

__all__ = ["neural", "plane"]

CRITIC_SEED = 2_000_000  # of critics: a stream that no seed of a network starts


def plane(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """One network's plane over training, binned in several ways.

    configs: several networks, trained at once as one batched model.

    Lists over checkpoints, layers inside: binned_x, binned_y by `bins` on each layer's range;
    fixed_x, fixed_y on [-1, 1]; rms; finer_x over `finer` numbers of bins first.
    """
    first = configs[0]
    epochs = checkpoints(first["epochs"], first["checkpoints"])
    recorder, data, reached = trained(configs, epochs, device)
    made: list[Values] = []
    for member in range(len(configs)):
        layers = [recorder.activations(name)[member] for name in recorder.layers]
        found: Values = {
            "epoch": epochs,
            "train_accuracy": [round(float(pair[0][member]), 4) for pair in reached],
            "test_accuracy": [round(float(pair[1][member]), 4) for pair in reached],
            "rms": by_epoch([np.sqrt(np.square(t).mean(axis=(1, 2))) for t in layers]),
        }
        for name, limits in (("binned", "layer"), ("fixed", FIXED)):
            options: dict[str, Any] = {"bins": first["bins"], "limits": limits}
            points = [layer_information(t, data.y, **options) for t in layers]
            found[f"{name}_x"] = by_epoch([point.inputs for point in points])
            found[f"{name}_y"] = by_epoch([point.labels for point in points])
        found["finer_x"] = [
            by_epoch([layer_information(t, bins=bins).inputs for t in layers])
            for bins in first["finer"]
        ]
        made.append(found)
    return made


def neural(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """One network's plane at a few epochs by MINE and AA-MINE, held out.

    configs: several networks, trained at once as one batched model, as their critics are.

    Lists over epochs, layers inside: aware_x, AA-MINE of I(X; T + eps); mine_x, the same critic
    given the pattern; mine_y, MINE of I(T; Y) without noise, as document 000 has it; each with
    its _std, and the number of warnings.
    """
    first, seeds = configs[0], [config["seed"] for config in configs]
    at = list(first["at"])
    recorder, data, _ = trained(configs, at, device)
    x = torch.as_tensor(data.x)
    y = torch.as_tensor(data.y)
    options = {
        "noise_std": first["sigma"], "steps": first["steps"], "critic": "separable", "restarts": 1,
    }  # fmt: skip
    estimators = {
        "aware_x": (AAMINE(**options, form="pair"), x),
        "mine_x": (AAMINE(**options, form="input"), x),
        "mine_y": (MINE(steps=first["steps"], restarts=1), y),
    }
    made: list[Values] = [{"epoch": at} for _ in configs]
    shape = (len(seeds), len(at))
    for name, (estimator, other) in estimators.items():
        values, stds, doubts = (np.empty((len(recorder.layers), *shape)) for _ in range(3))
        for i, layer in enumerate(recorder.layers):
            t = torch.tensor(recorder.activations(layer))  # (networks, epochs, n, d)
            t = t.flatten(0, 1)
            others = other.expand(len(t), *other.shape)
            pair = (t, others) if name == "mine_y" else (others, t)
            critics = [
                CRITIC_SEED + 1000 * seed + epoch for seed in seeds for epoch in range(len(at))
            ]
            found = estimator.estimate_batch(*pair, seeds=critics, device=device)
            values[i] = np.reshape([e.value for e in found], shape)
            stds[i] = np.reshape([e.std for e in found], shape)
            # the patterns are counted up, which their layers do not show: the order says nothing
            told = [[w for w in e.warnings if not w.startswith(OPENING)] for e in found]
            doubts[i] = np.reshape([len(each) for each in told], shape)
        for member, record in enumerate(made):
            record[name] = by_epoch(values[:, member])
            record[f"{name}_std"] = by_epoch(stds[:, member])
            record[f"{name}_warnings"] = by_epoch(doubts[:, member])
    return made

"""What chapter 04 computes: MINE without noise, and with it beside the exact value."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from infoplane.chapters.infinite_mi.divergence import CHECKS
from infoplane.chapters.infinite_mi.maps import GAIN, layers_of, matrix, network
from infoplane.estimators.neural.aware import AAMINE
from infoplane.estimators.neural.batches import Draw
from infoplane.estimators.neural.mine import MINE
from infoplane.estimators.noise.bounds import kolchinsky_tracey
from infoplane.estimators.noise.exact import information_with_noise
from infoplane.records.plan import Config, Values

__all__ = [
    "between_layers",
    "bracket",
    "describe",
    "exact",
    "grow",
    "noisy",
    "plain_mine",
]

# AA-MINE's own options are for the separable critic; the other one trains as MINE does
OPTIONS: dict[str, dict[str, Any]] = {
    "separable": {},
    "concatenated": {
        "hidden": MINE.hidden,
        "learning_rate": MINE.learning_rate,
        "weight_decay": MINE.weight_decay,
        "bias_correction": MINE.bias_correction,
    },
}

SAMPLES = 2_048  # draws for the exact value

# Streams of NumPy that no seed of a run starts: of the exact value's noise, and of the rows that
# tell a map's scale.
NOISE_SEED, SCALE_SEED = 1_000_000, 2_000_000


def plain_mine(config: Config) -> MINE:
    """MINE as in its paper: Adam with the corrected gradient, and nothing else; never stops."""
    return MINE(
        steps=config["steps"],
        batch_size=config["batch"],
        hidden=(config["hidden"], config["hidden"]),
        learning_rate=config["rate"],
        weight_decay=0.0,
        average_decay=0.0,
        clip=None,
        check_every=max(1, config["steps"] // CHECKS),
        patience=config["steps"],
        restarts=1,
    )


def drawing(config: Config) -> Draw:
    """Fresh pairs (x, x) or (x, A x), x standard normal."""
    d = config["d"]
    a = matrix(d) if config["matrix"] == "random" else None

    def draw(rows: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        x = torch.randn(rows, d, generator=generator)
        return x, x if a is None else x @ a.T

    return draw


def grow(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """Plain MINE of I(X; X) or I(X; A X) on fresh samples: its course.

    configs: several seeds and both matrices, trained at once as one batched model.
    """
    estimates = plain_mine(configs[0]).estimate_fresh(
        [drawing(config) for config in configs],
        seeds=[config["seed"] for config in configs],
        n=5 * configs[0]["held_out_rows"],  # of which a fifth tests, and one validates
        device=device,
    )
    made = []
    for found in estimates:
        course = np.array([found.history[name] for name in ("train", "validation", "test")])
        made.append(
            {
                "step": found.history["step"],
                "batch_value": np.round(found.history["train"], 5),
                "held_out": np.round(found.history["test"], 5),
                "finite": bool(np.isfinite(course).all()),
                "value": found.value,
                "warnings": list(found.warnings),
            }
        )
    return made


def describe(config: Config, *, device: str = "cpu") -> Values:
    """A map's scale and shape: rms of T; condition of A; accuracy of the trained network."""
    _, accuracy = network(config["map"], config["d"])
    t = layers_of(config["map"], config["d"], 10_000, SCALE_SEED)[-1].astype(np.float64)
    a = matrix(config["d"]).double()
    return {
        "rms": float(np.sqrt(np.square(t).mean())),
        "condition": float(torch.linalg.cond(a)) if config["map"] == "linear" else None,
        "accuracy": accuracy,
        "gain": None if config["map"] == "linear" else GAIN,
    }


def exact(config: Config, *, device: str = "cpu") -> Values:
    """I(X; T + eps) for X uniform on the rows, to Monte Carlo accuracy.

    closed_form: of X ~ N(0, I), where T is linear: log det(1 + A A^T / sigma^2) / 2.
    """
    sigma, t = config["sigma"], _layers(config)[-1]
    seed = NOISE_SEED + config["seed"]
    found = information_with_noise(t, sigma, seed=seed, samples=SAMPLES, device=device)
    closed = None
    if config["map"] == "linear":
        a = matrix(config["d"]).double() / sigma
        closed = 0.5 * float(torch.logdet(torch.eye(config["d"]).double() + a @ a.T))
    return {"exact": found.value, "exact_std": found.std, "closed_form": closed}


def _layers(config: Config) -> list[npt.NDArray[np.float32]]:
    return layers_of(config["map"], config["d"], config["n"], config["seed"])


def bracket(config: Config, *, device: str = "cpu") -> Values:
    """The bounds of Kolchinsky and Tracey on :func:`exact`."""
    t = _layers(config)[-1]
    low, high = kolchinsky_tracey(t, config["sigma"], device=device)
    return {"low": low, "high": high}


def noisy(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """MINE or AA-MINE of I(X; T + eps) on one sample.

    configs: several seeds and maps, trained at once as one batched model.
    """
    samples = [_layers(config) for config in configs]
    pairs = [(layers[0], layers[-1]) for layers in samples]
    return _aware(configs, pairs, configs[0]["form"], device)


def between_layers(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """MINE of I(X; T + eps), T of the random network, with its layer `layer` in place of x.

    configs: several seeds and layers, trained at once as one batched model.
    """
    samples = [_layers({**config, "map": "tanh"}) for config in configs]
    pairs = [(s[config["layer"]], s[-1]) for s, config in zip(samples, configs, strict=True)]
    return _aware(configs, pairs, "input", device)


def _aware(
    configs: Sequence[Config], pairs: Sequence[tuple[Any, Any]], form: Any, device: str
) -> list[Values]:
    """AA-MINE with its critic's options, all of them defaults but steps and batch, on (x, t)."""
    first = configs[0]
    aware = AAMINE(
        noise_std=first["sigma"],
        form=form,
        critic=first["critic"],
        steps=first["steps"],
        batch_size=first["batch"],
        restarts=1,
        **OPTIONS[first["critic"]],
    )
    estimates = aware.estimate_batch(
        np.stack([x for x, _ in pairs]),
        np.stack([t for _, t in pairs]),
        seeds=[config["seed"] for config in configs],
        device=device,
    )
    return [
        {
            "value": found.value,
            "std": found.std,
            "warnings": list(found.warnings),
            "last_step": int(found.history["step"][-1]),
        }
        for found in estimates
    ]

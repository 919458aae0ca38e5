"""Chapter 04: MINE where the information is infinite, and what noise and AA-MINE make of it.

Source: document 000, sections 2.2.2 and 3.3, figure 7.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from scipy import stats
from torch import Tensor

from infoplane.estimators.aware import AAMINE
from infoplane.estimators.exact import information_with_noise, kolchinsky_tracey
from infoplane.estimators.neural import MINE
from infoplane.estimators.sources import Draw
from infoplane.experiments.divergence import CHECKS, beside, fates
from infoplane.experiments.fixed_maps import GAIN, MAPS, layers_of, matrix, network
from infoplane.experiments.noisy_errors import errors, gains
from infoplane.plan import Check, Config, Plan, Values, require, require_seeds
from infoplane.stats import mean_interval

__all__ = [
    "FORMS",
    "between_layers",
    "between_layers_together",
    "bracket",
    "describe",
    "exact",
    "grow",
    "grow_together",
    "measure",
    "noisy",
    "noisy_together",
    "plans",
]

MATRICES = ("identity", "random")
# form of AA-MINE and critic: each AA-MINE beside the plain MINE ("input") of the same critic
FORMS = (
    ("input", "separable"),
    ("pair", "separable"),
    ("input", "concatenated"),
    ("difference", "concatenated"),
)
RATES = (1e-4, 5e-4, 1e-3)  # whose claims are in the ledger
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
LONGER = 4  # times the steps, where the question is whether time is all that is lacking
SAMPLES = 2_048  # draws for the exact value
# Streams of NumPy that no seed of a run starts: of the exact value's noise, and of the rows that
# tell a map's scale.
NOISE_SEED, SCALE_SEED = 1_000_000, 2_000_000


def plans(
    *,
    dims: Sequence[int],
    rates: Sequence[float],
    steps: int,
    batch: int,
    hidden: int,
    held_out: int,
    seeds: Sequence[int],
    maps: Sequence[str],
    sigmas: Sequence[float],
    n: int,
    noisy_steps: int,
    noisy_batch: int,
    noisy_seeds: Sequence[int],
    layer_sigmas: Sequence[float],
) -> dict[str, Plan]:
    """What the chapter computes; InputError where a parameter is out of range."""
    whole = all(isinstance(d, int) and d >= 2 for d in dims)
    require(whole and 0 < len(set(dims)) == len(dims), "dims", dims, "different integers >= 2")
    require(0 < len(set(rates)) == len(rates), "rates", rates, "give different learning rates")
    for rate in rates:
        plain_mine({"rate": rate, "steps": steps, "batch": batch, "hidden": hidden})
    require(held_out >= 50, "held_out", held_out, "at least 50 rows")
    require(batch <= 3 * held_out, "batch", batch, f"at most 3 held_out = {3 * held_out}")
    require(steps % CHECKS == 0, "steps", steps, f"a multiple of {CHECKS}, the number of checks")
    require_seeds(seeds)
    different = len(set(noisy_seeds)) == len(noisy_seeds) >= 2
    accepted = "at least 2 different whole numbers from 0"
    require(different and min(noisy_seeds) >= 0, "noisy_seeds", noisy_seeds, accepted)
    once = 0 < len(set(maps)) == len(maps)
    require(once and set(maps) <= set(MAPS), "maps", maps, f"each once: {', '.join(MAPS)}")
    require(
        len(sigmas) >= 2 and sorted(set(sigmas)) == list(sigmas) and sigmas[0] > 0
        and sigmas[-1] < math.inf,
        "sigmas", sigmas, "give at least two, > 0, finite, in increasing order",
    )  # fmt: skip
    require(n >= 100, "n", n, "at least 100 rows are needed to split in three")
    most = int(AAMINE.train_fraction * n)
    require(2 <= noisy_batch <= most, "noisy_batch", noisy_batch, f"2 to the {most} training rows")
    AAMINE(noise_std=1.0, steps=noisy_steps)  # says what is wrong
    require(
        len(layer_sigmas) == len(dims) and all(sigma > 0 for sigma in layer_sigmas),
        "layer_sigmas", layer_sigmas, f"one > 0 for each of dims={list(dims)}",
    )  # fmt: skip
    fresh = {"steps": steps, "batch": batch, "hidden": hidden, "held_out_rows": held_out}
    trained = {"steps": noisy_steps, "batch": noisy_batch}
    fixed = [{"d": d, "map": name} for d in dims for name in maps]
    channels = [{**one, "sigma": sigma, "n": n} for one in fixed for sigma in sigmas]
    layers = [
        {"d": d, "critic": critic, "layer": layer, "sigma": sigma, "n": n, "seed": s, **trained}
        for d, sigma in zip(dims, layer_sigmas, strict=True)
        for critic in ("separable", "concatenated")
        for layer in range(4)
        for s in noisy_seeds
    ]
    return {
        "fresh": Plan(
            "infinite_mi.grow",
            [
                {"d": d, "matrix": name, "rate": rate, "seed": s, **fresh}
                for d in dims
                for rate in rates
                for name in MATRICES
                for s in seeds
            ],
            many=f"{__name__}.grow_together",
            vary=("seed", "matrix"),
        ),
        "maps": Plan("infinite_mi.describe", fixed, run=f"{__name__}.describe"),
        "exact": Plan(
            "infinite_mi.exact",
            [{**one, "seed": s} for one in channels for s in noisy_seeds],
            run=f"{__name__}.exact",
        ),
        "bracket": Plan(
            "infinite_mi.bracket",
            [{**one, "seed": noisy_seeds[0]} for one in channels],
            run=f"{__name__}.bracket",
        ),
        "noisy": Plan(
            "infinite_mi.noisy",
            [
                {**one, "form": form, "critic": critic, "seed": s, **trained}
                for form, critic in FORMS
                for one in channels
                for s in noisy_seeds
            ],
            many=f"{__name__}.noisy_together",
            vary=("seed", "map"),
        ),
        "layer_exact": Plan(
            "infinite_mi.exact",
            [
                {"d": d, "map": "tanh", "sigma": sigma, "n": n, "seed": s}
                for d, sigma in zip(dims, layer_sigmas, strict=True)
                for s in noisy_seeds
            ],
            run=f"{__name__}.exact",
        ),
        "longer": Plan(
            "infinite_mi.noisy",
            [
                {"d": d, "map": "tanh", "sigma": sigma, "n": n, "form": form, "seed": s}
                | {"critic": "separable", **trained, "steps": LONGER * noisy_steps}
                for d, sigma in zip(dims, layer_sigmas, strict=True)
                for form in ("input", "pair")
                for s in noisy_seeds
            ],
            many=f"{__name__}.noisy_together",
            vary=("seed", "map"),
        ),
        "layers": Plan(
            "infinite_mi.between_layers",
            layers,
            many=f"{__name__}.between_layers_together",
            vary=("seed", "layer"),
        ),
    }


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
    )


def drawing(config: Config) -> Draw:
    """Fresh pairs (x, x) or (x, A x), x standard normal."""
    d = config["d"]
    a = matrix(d) if config["matrix"] == "random" else None

    def draw(rows: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
        x = torch.randn(rows, d, generator=generator)
        return x, x if a is None else x @ a.T

    return draw


def grow(config: Config, *, device: str = "cpu") -> Values:
    """Plain MINE of I(X; X) or I(X; A X) on fresh samples: its course."""
    return grow_together([config], device=device)[0]


def grow_together(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """:func:`grow` for several seeds and both matrices at once, as one batched model."""
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


def noisy(config: Config, *, device: str = "cpu") -> Values:
    """MINE or AA-MINE of I(X; T + eps) on one sample."""
    return noisy_together([config], device=device)[0]


def noisy_together(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """:func:`noisy` for several seeds and maps at once, as one batched model."""
    samples = [_layers(config) for config in configs]
    pairs = [(layers[0], layers[-1]) for layers in samples]
    return _aware(configs, pairs, configs[0]["form"], device)


def between_layers(config: Config, *, device: str = "cpu") -> Values:
    """MINE of I(X; T + eps), T of the random network, with its layer `layer` in place of x."""
    return between_layers_together([config], device=device)[0]


def between_layers_together(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """:func:`between_layers` for several seeds and layers at once, as one batched model."""
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


def measure(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Check]]:
    """What the chapter's records say about the claims `infinite.*`.

    A claim whose dimension or learning rates the parameters leave out is not measured.
    """
    table = fates(frames["fresh"])
    measured: dict[str, list[Check]] = {}
    if set(table["rate"]) == set(RATES):
        same = table[table["matrix"] == "identity"]
        for claim, d in (("infinite.low", 10), ("infinite.high", 100)):
            part = same[same["d"] == d]
            if len(part):
                measured[claim] = [_smallest(rate, g) for rate, g in part.groupby("rate")]
        if (table["d"] == 100).any():
            worse = beside(table[table["d"] == 100])
            measured["infinite.matrix"] = [_share(rate, g) for rate, g in worse.groupby("rate")]
    found = gains(errors(frames))
    if {10, 100} <= set(found["d"]):
        measured["infinite.aware"] = [
            _mean(f"{form}, d = {d}", part["gain"])
            for (form, d), part in found.groupby(["form", "d"])
            if d in (10, 100)
        ]
    return measured


def _name(rate: Any) -> str:
    return f"lr {rate:g}"


def _smallest(rate: Any, runs: pd.DataFrame) -> Check:
    """The smallest slope over seeds; both ends of its interval are the smallest, too."""
    slopes = runs[["slope", "low", "high"]].to_numpy()
    value, low, high = slopes.min(axis=0)  # not a number where a run blew up
    return Check(float(value), (float(low), float(high)), _name(rate), repetitions=len(runs))


def _share(rate: Any, both: pd.DataFrame) -> Check:
    """Share of seeds that diverge, with its Clopper-Pearson interval."""
    count, n = int(both["diverges"].sum()), len(both)
    interval = stats.binomtest(count, n).proportion_ci(0.95, method="exact")
    return Check(count / n, (float(interval.low), float(interval.high)), _name(rate), repetitions=n)


def _mean(name: str, gains: pd.Series) -> Check:
    mean, low, high = mean_interval(gains.to_numpy())
    return Check(mean, (low, high), name, repetitions=len(gains))

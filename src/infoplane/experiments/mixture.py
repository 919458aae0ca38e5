"""Chapter 02: MINE on planar Gaussian mixtures, whose information is an integral.

Source: document 000, section 3.1 and figure 5.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from infoplane.datasets.mixture import PRESETS, Mixture, preset, separated_by
from infoplane.errors import InputError
from infoplane.estimators.binning import Binning
from infoplane.estimators.neighbors import Ross
from infoplane.estimators.neural import MINE
from infoplane.plan import Check, Config, Plan, Values, require, require_seeds
from infoplane.stats import mean_interval

__all__ = [
    "classical",
    "doubts",
    "errors",
    "integral",
    "measure",
    "plans",
    "train",
    "train_together",
]


def plans(
    *,
    presets: Sequence[str],
    separations: Sequence[float],
    prior: float,
    n: int,
    steps: int,
    seeds: Sequence[int],
    hidden: int,
    batch: int,
) -> dict[str, Plan]:
    """What the chapter computes; InputError where a parameter is out of range."""
    require(len(presets) > 0, "presets", presets, f"name at least one of {', '.join(PRESETS)}")
    require_seeds(seeds)
    require(n >= 50, "n", n, "at least 50 samples are needed to split in three")
    require(len(separations) >= 2, "separations", separations, "give at least two distances")
    require(
        sorted(set(separations)) == list(separations), "separations", separations,
        "give distances >= 0 in increasing order",
    )  # fmt: skip
    mine = MINE(steps=steps, batch_size=batch, hidden=(hidden, hidden))  # says what is wrong
    most = int(mine.train_fraction * n)
    require(batch <= most, "batch", batch, f"at most the {most} rows that train, of n={n}")
    rare = n * min(prior, 1 - prior)
    require(
        rare >= 20, "prior", prior, f"in (0, 1), with 20 of the rarer class among n={n} or more"
    )
    mixtures = [{"preset": name, "separation": None, "prior": prior} for name in presets]
    mixtures += [{"preset": None, "separation": far, "prior": prior} for far in separations]
    for config in mixtures:
        mixture_of(config)  # says what is wrong with a name or a distance
    model = {"n": n, "steps": steps, "hidden": hidden, "batch": batch}
    return {
        "integral": Plan("mixture.integral", mixtures, run=f"{__name__}.integral"),
        "classical": Plan(
            "mixture.classical",
            [{**c, "n": n, "seed": s} for c in mixtures for s in seeds],
            run=f"{__name__}.classical",
        ),
        "training": Plan(
            "mixture.train",
            [{**c, **model, "seed": s} for c in mixtures for s in seeds],
            many=f"{__name__}.train_together",
            vary=("seed", "preset", "separation"),
        ),
    }


def mixture_of(config: Config) -> Mixture:
    """The mixture that a config names: a preset, or two classes a distance apart."""
    if config["preset"] is not None:
        return preset(config["preset"], config["prior"])
    return separated_by(config["separation"], config["prior"])


def integral(config: Config, *, device: str = "cpu") -> Values:
    """I(X; Z) by quadrature with its error, and by Monte Carlo with its standard error."""
    mixture = mixture_of(config)
    value, error = mixture.information()
    sampled, std = mixture.information_monte_carlo(200_000, seed=0)
    return {
        "value": value,
        "error": error,
        "monte_carlo": sampled,
        "monte_carlo_std": std,
        "label_entropy": mixture.label_entropy,
    }


def classical(config: Config, *, device: str = "cpu") -> Values:
    """The k-nearest-neighbour estimate of Ross and the binned one, on one sample."""
    x, z = mixture_of(config).sample(config["n"], config["seed"])
    values: Values = {}
    for estimator in (Ross(), Binning(bins=10)):
        found = estimator.estimate(x, z, seed=config["seed"], device=device)
        values |= {estimator.name: found.value, f"{estimator.name}_std": found.std}
    return values


def train(config: Config, *, device: str = "cpu") -> Values:
    """MINE on one sample: the held-out value, and the held-out bound over training."""
    return train_together([config], device=device)[0]


def train_together(configs: Sequence[Config], *, device: str = "cpu") -> list[Values]:
    """:func:`train` for several seeds and mixtures at once, as one batched model."""
    first = configs[0]
    if any(config["n"] != first["n"] for config in configs):
        raise InputError("members of one batch need the same n")
    samples = [mixture_of(config).sample(config["n"], config["seed"]) for config in configs]
    mine = MINE(
        steps=first["steps"], batch_size=first["batch"], hidden=(first["hidden"], first["hidden"])
    )
    estimates = mine.estimate_batch(
        np.stack([x for x, _ in samples]),
        np.stack([z for _, z in samples]),
        seeds=[config["seed"] for config in configs],
        device=device,
    )
    return [
        {
            "value": found.value,
            "std": found.std,
            "warnings": list(found.warnings),
            "step": found.history["step"],
            "held_out": np.round(found.history["test"], 5),
        }
        for found in estimates
    ]


def errors(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Every estimate minus the integral: preset, separation, seed, estimator, truth, error."""
    where = ["preset", "separation"]
    truth = frames["integral"].rename(columns={"value": "truth"})[[*where, "truth"]]
    estimates = [
        frames["training"].assign(estimator="mine")[[*where, "seed", "estimator", "value"]]
    ]
    for name in ("ross", "binning"):
        found = frames["classical"].rename(columns={name: "value"}).assign(estimator=name)
        estimates.append(found[[*where, "seed", "estimator", "value"]])
    table = pd.concat(estimates).merge(truth, on=where)
    return table.assign(error=table["value"] - table["truth"])


def doubts(trained: pd.DataFrame) -> list[str]:
    """What MINE warned of: how many of its estimates, and the first doubt of each mixture."""
    warned = trained[trained["warnings"].map(len) > 0]
    lines = [f"MINE doubts {len(warned)} of its {len(trained)} estimates; one doubt a mixture:"]
    for (preset_name, distance), part in warned.groupby(["preset", "separation"], dropna=False):
        name = preset_name if isinstance(preset_name, str) else f"distance {distance:g}"
        lines.append(f"{name} ({len(part)}): {part['warnings'].iloc[0][0]}")
    return lines


def measure(frames: Mapping[str, pd.DataFrame]) -> dict[str, list[Check]]:
    """What the chapter's records say about the claims `mixture.*`."""
    exact, trained = frames["integral"], frames["training"]
    named = exact[exact["preset"].notna()].set_index("preset")
    measured: dict[str, list[Check]] = {}
    if set(PRESETS) <= set(named.index):
        checks = []
        for name in PRESETS:
            values = trained.loc[trained["preset"] == name, "value"]
            error = values.to_numpy() - named.loc[name, "value"]
            mean, low, high = mean_interval(error)
            checks.append(Check(mean, (low, high), name, repetitions=len(error)))
        measured["mixture.converges"] = checks
    if "separated" in named.index and named.loc["separated", "prior"] == 0.5:
        value, error = named.loc["separated", ["value", "error"]].astype(float)
        measured["mixture.log2"] = [Check(value, (value - error, value + error))]
    swept = exact[exact["separation"].notna()].sort_values("separation")
    steps = np.diff(swept["value"])
    errors = swept["error"].to_numpy()
    doubt = errors[1:] + errors[:-1]
    worst = int(np.argmin(steps - doubt))
    measured["mixture.overlap"] = [
        Check(steps[worst], (steps[worst] - doubt[worst], steps[worst] + doubt[worst]))
    ]
    return measured

"""Chapter 06: numbers that are said to rank embeddings, and how steady they are over images."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from infoplane.chapters.transfer_learning.embedded import Embedded, embedded, scaled_as
from infoplane.estimators.noise.exact import information_with_noise
from infoplane.rankers import (
    class_separation,
    effective_rank,
    h_score,
    linear_probe,
    logme,
    nearest_neighbours,
)
from infoplane.records.plan import Config, Values

__all__ = ["bent", "rank"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

NOISE_SEED = 2_000_000  # of exact values' draws
BEND_SEED = 3_000_000  # of the directions of a bijection


def rank(config: Config, *, device: str = "cpu") -> Values:
    """The rankers of one embedding, rows of length 1, of training images, and of halves of them.

    all: name -> value; of_halves: name -> values, of as many halves drawn without replacement, the
    same for all networks. The probe is tested on the test images, or on the other half.
    """
    of = embedded(config)
    rows = scaled_as(of.x, "rows")
    seen = np.flatnonzero(~of.test)
    rng = np.random.default_rng(config["seed"])
    found: Values = {
        "all": _ranks(rows, of, seen, np.flatnonzero(of.test), config),
        "of_halves": {},
    }
    for _ in range(config["halves"]):
        order = rng.permutation(seen)
        half, other = np.array_split(order, 2)
        for name, value in _ranks(rows, of, half, other, config).items():
            found["of_halves"].setdefault(name, []).append(value)
    return found


def bent(config: Config, *, device: str = "cpu") -> Values:
    """What a bijection of the columns does, which changes no information about image or label.

    straight and bent: probe and neighbours (accuracies), exact, I(X; E + eps) at unit variance;
    undone: the largest distance of the embedding from its own, bent and bent back.
    """
    of = embedded(config)
    x = scaled_as(of.x, "variance")
    values: Values = {}
    there = _bend(x, config["strength"], config["seed"])
    back = _bend(there, config["strength"], config["seed"], back=True)
    for name, rows in (("straight", x), ("bent", there)):
        noisy = information_with_noise(
            scaled_as(rows, "variance"), config["noise_std"], samples=config["samples"],
            seed=NOISE_SEED, device=device,
        )  # fmt: skip
        probe = linear_probe(rows[~of.test], of.y[~of.test], rows[of.test], of.y[of.test])
        values[name] = {
            "probe": float(probe.accuracy),
            "neighbours": nearest_neighbours(rows, of.y),
            "exact": round(noisy.value, 4),
        }
    return values | {"undone": float(np.abs(back - x).max())}


def _ranks(rows: Floats, of: Embedded, seen: Ints, other: Ints, config: Config) -> dict[str, float]:
    x, y = rows[seen], of.y[seen]
    measures: dict[str, Callable[[], float]] = {
        "compactness": lambda: (
            information_with_noise(
                x, config["noise_std"], samples=config["samples"], seed=NOISE_SEED
            ).value
        ),
        "logme": lambda: logme(x, y),
        "h_score": lambda: h_score(x, y),
        "probe": lambda: float(linear_probe(x, y, rows[other], of.y[other]).accuracy),
        "neighbours": lambda: nearest_neighbours(x, y),
        "separation": lambda: class_separation(x, y),
        "rank": lambda: effective_rank(x),
        "projected": lambda: effective_rank(x, columns=config["columns"], seed=config["seed"]),
        "dimension": lambda: _dimension(x),
    }
    return {name: round(float(measure()), 5) for name, measure in measures.items()}


def _dimension(x: Floats) -> float:
    """By two nearest neighbours. Source: Facco et al. (2017)."""
    from skdim.id import TwoNN  # compiles on import, which takes seconds

    return float(TwoNN().fit(np.unique(x, axis=0)).dimension_)


def _bend(x: Floats, strength: float, seed: int, *, back: bool = False) -> Floats:
    """Two additive couplings by sines, (a, b) -> (a, b + s sin(w a)) and the other way round.

    The columns are cut in halves; each is shifted by a function of the other, so that the map is a
    bijection of volume 1, whatever the function. s: `strength`; frequencies such that the phase
    turns many times between neighbours.
    """
    rng = np.random.default_rng([BEND_SEED, seed])
    half = x.shape[1] // 2
    ways = [
        rng.standard_normal((half, x.shape[1] - half)),
        rng.standard_normal((x.shape[1] - half, half)),
    ]
    a, b = x[:, :half].copy(), x[:, half:].copy()
    turns = 200.0
    if back:
        a -= strength * np.sin(turns * b @ ways[1])
        b -= strength * np.sin(turns * a @ ways[0])
    else:
        b += strength * np.sin(turns * a @ ways[0])
        a += strength * np.sin(turns * b @ ways[1])
    return np.hstack([a, b])

"""Records of codes and of points as chapter 07 has them, with values that tests can name."""

import math

import numpy as np
import pandas as pd

from infoplane.estimators.density.codes import METHODS
from infoplane.estimators.density.gauges import GAUGES

SEEDS = (0, 1, 2)
SPREAD = np.array([-0.1, 0.0, 0.1])
HALF = 4.30265 * 0.1 / math.sqrt(3)  # of three such seeds, by Student's t


def shuffled(rows):
    return pd.DataFrame(rows).sample(frac=1, random_state=0, ignore_index=True)


def four(*values, fit=0.0):
    """Dimensions of a record by window, as they are, with one fit error."""
    stds = [None if v is None else fit for v in values]
    return {"dimensions": list(values), "dimension_stds": stds}


def entropies(d, places):
    """H(d) whose break is where places(gauge, method) says; None where that is None."""

    def at(g, m):
        place = places(g, m)
        return None if place is None else min(d, place) + 0.1 * max(d - place, 0)

    return [[at(g, m) for m in METHODS] for g in GAUGES]


def coded(places, dataset="linear-3", **changes):
    made = {"dataset": dataset, "noise": 0.0, "code_activation": "none", "n": 100} | changes
    return [
        made
        | {"seed": s, "code": d, "entropies": entropies(d, places), "half_log_det": 0.0}
        | four(d + 0.5, None, 2.0, 1.0)
        for d in range(1, 9)
        for s in SEEDS
    ]


def place(gauge, method):
    if gauge == "whitened" and method != METHODS[0]:
        return None
    return 3.0 + 0.5 * GAUGES.index(gauge) + 0.1 * METHODS.index(method)


def of_images(n, value, published):
    own = {"twonn": value + 1, "mle": value + 2} if published else {"twonn": None, "mle": None}
    classes = {
        "class_dimensions": [value + 0.01 * d for d in range(10)],
        "class_twonn": [value + 1 + 0.01 * d if published else None for d in range(10)],
        "class_mle": [value + 2 + 0.01 * d if published else None for d in range(10)],
    }
    made = {"dataset": "mnist", "noise": 0.0, "n": n, "published": published}
    return [made | {"seed": s} | own | classes | four(value, None, 1.0, 1.0) for s in SEEDS]


MNIST = of_images(60_000, 10.0, published=False) + of_images(10_000, 20.0, published=True)
CODED = [
    row | {"class_dimensions": [row["code"] + 0.01 * d for d in range(10)]}
    for row in coded(place, "mnist", n=60_000)
]

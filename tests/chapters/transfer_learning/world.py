"""Records of chapter 06 made by hand: of its own plans, with values as tests want them."""

import math

import numpy as np
import pandas as pd

from infoplane.chapters.transfer_learning import plans
from infoplane.chapters.transfer_learning.settings import MINIATURES, NORMS, REGIMES
from infoplane.records.plan import Parameters

PARAMETERS = {
    "seeds": [3, 5, 6],
    "orders": [4, 0],
    "networks": "miniature",
    "images": "digits",
    "chosen": [],
    "skip_unreadable": False,
    "n_images": 0,
    "pretrain_epochs": 2,
    "pretrain_seed": 1,
    "epochs": 9,
    "looks": 4,
    "hidden": 7,
    "batch": 16,
    "rate": 0.01,
    "noise_std": 0.3,
    "noise_stds": [0.1, 0.3, 1.0],
    "samples": 64,
    "steps": 20,
    "critic_rate": 0.002,
    "critic_seeds": [9, 2, 4],
    "prediction_steps": 11,
    "folds": 4,
    "halves": 3,
    "columns": 8,
    "strength": 0.5,
}

NAMES = tuple(MINIATURES)
N, TEST = 356, 70
RANKS = (
    "compactness", "logme", "h_score", "probe", "neighbours", "separation", "rank", "projected",
    "dimension",
)  # fmt: skip


def planned(**changes):
    return plans(Parameters(**PARAMETERS | changes))


RANDOM = np.random.default_rng(0).standard_normal((3, 8, len(NAMES)))
KEPT = ("accuracy", "loss", "ross", "mine", "exact", "aware", "classifier", "label")


def unlike(quantity, regime, i):
    """A number of network i of its own for each quantity and regime; what classifiers cannot
    change has the same in all."""
    of_classifier = quantity in KEPT[:4]
    row = REGIMES.index(regime) if of_classifier else 0
    number = RANDOM[row, KEPT.index(quantity), i]
    middle, scale = {"accuracy": (0.8, 0.05), "exact": (3.0, 0.4)}.get(quantity, (0.5, 0.1))
    return middle + scale * number


ORDER = np.array([0.0, 3.0, 1.0, 6.0, 2.0, 7.0, 4.0, 5.0])


def falling(quantity, regime, i):
    """Compactness falls with accuracy."""
    if quantity == "accuracy":
        return 0.9 + 0.01 * ORDER[i]
    return 3 - 0.1 * ORDER[i] if quantity == "exact" else unlike(quantity, regime, i)


def centred(i, n):
    """The i-th of n numbers about 0."""
    return i - (n - 1) / 2


def noises(norm, noise_std, exact):
    """At the chapter's noise and rows of length 1 the value itself; less at more noise, and at
    other scales another number."""
    return exact * (1 + 0.2 * NORMS.index(norm)) - 0.5 * math.log(noise_std / 0.3)


def of_facts(configs):
    rows = []
    for i, c in enumerate(configs):
        told = {"family": MINIATURES[c["network"]][0], "parameters": 1000 * (i + 1)}
        told |= {"accuracy": 0.9 + 0.01 * ((3 * i) % 8), "origin": "made", "licence": None}
        told |= {"weights": "", "n": N, "ones": 174, "test": TEST, "columns": 32, "rms": 2.0}
        rows.append({**c, **told})
    return pd.DataFrame(rows)


def of_heads(configs, value):
    """Members scatter about the value evenly, by seed and by order."""
    rows = []
    for c in configs:
        i = NAMES.index(c["network"])
        order = centred(PARAMETERS["orders"].index(c["order"]), 2)
        members = [
            0.001 * order + 0.002 * centred(k, len(c["seeds"])) for k in range(len(c["seeds"]))
        ]
        regimes = {
            regime: {
                name: [value(name, regime, i) + m for m in members] for name in KEPT[:4]
            }
            for regime in REGIMES
        }  # fmt: skip
        looks = [1, 3, c["epochs"]]
        course = {
            name: [[0.01 * epoch + value(name, REGIMES[0], i) + m for m in members]
                   for epoch in looks]
            for name in ("accuracy", "loss", "ross")
        }  # fmt: skip
        course |= {"epoch": looks, "validation": course["loss"], "best": [3] * len(members)}
        rows.append({**c, **course, "regimes": regimes})
    return pd.DataFrame(rows)


def of_compactness(configs, value, noise):
    rows = []
    for c in configs:
        own = value("exact", REGIMES[0], NAMES.index(c["network"]))
        exact = {norm: [noise(norm, s, own) for s in c["noise_stds"]] for norm in NORMS}
        errors = {norm: [0.01] * len(c["noise_stds"]) for norm in NORMS}
        rows.append({**c, "n": N, "exact": exact, "exact_std": errors})
    return pd.DataFrame(rows)


def repeated(seed, spread):
    return spread * centred(sorted(PARAMETERS["critic_seeds"]).index(seed), 3)


def kept(value):
    return {"value": value, "std": None, "warnings": []}


def of_critics(configs, value, spread):
    """Runs differ by `spread` of network i, evenly: their standard deviation is that."""
    rows = []
    for c in configs:
        i = NAMES.index(c["network"])
        found = {
            name: kept(value(of, REGIMES[0], i) + repeated(c["seed"], spread(i)))
            for name, of in (("aware", "aware"), ("mine", "label"))
        }
        rows.append({**c, **found})
    return pd.DataFrame(rows)


def of_labels(configs, value):
    return pd.DataFrame(
        [
            c | kept(value("classifier", REGIMES[0], NAMES.index(c["network"]))
                     + repeated(c["seed"], 0.001))
            for c in configs
        ]
    )  # fmt: skip


def of_ranks(configs, value, halves):
    rows = []
    for c in configs:
        i = NAMES.index(c["network"])
        every = {name: value(name, i) for name in RANKS}
        some = {
            name: [halves(name, i, b, every[name]) for b in range(c["halves"])] for name in RANKS
        }
        rows.append({**c, "all": every, "of_halves": some})
    return pd.DataFrame(rows)


def of_bent(configs):
    rows = []
    for i, c in enumerate(configs):
        straight = {"probe": 0.9 + 0.01 * i, "neighbours": 0.8, "exact": 3.0}
        rows.append(
            {**c, "straight": straight, "undone": 1e-13 * (i + 1)}
            | {"bent": {"probe": 0.5, "neighbours": 0.45 + 0.01 * i, "exact": 5.0}}
        )
    return pd.DataFrame(rows)


def ranked(name, i):
    """Each ranker has an order of its own, by a number of its own."""
    return float(RANDOM[1, RANKS.index(name) % 8, i] + RANKS.index(name))


def world(
    value=unlike, *, noise=noises, spread=lambda i: 0.1 * (i + 1), ranks=ranked,
    halves=lambda name, i, b, own: own, **changes,
):  # fmt: skip
    """All parts of the chapter."""
    made = {part: plan.configs for part, plan in planned(**changes).items()}
    return {
        "facts": of_facts(made["facts"]),
        "heads": of_heads(made["heads"], value),
        "compactness": of_compactness(made["compactness"], value, noise),
        "critics": of_critics(made["critics"], value, spread),
        "labels": of_labels(made["labels"], value),
        "ranks": of_ranks(made["ranks"], ranks, halves),
        "bent": of_bent(made["bent"]),
    }


def shuffled(frames):
    """The same records in another order but for facts, which name the networks' order."""
    return {
        part: frame if part == "facts" else frame.sample(frac=1, random_state=len(part))
        for part, frame in frames.items()
    }

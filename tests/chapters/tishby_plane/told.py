"""Small records in which what chapter 05 has to say is known."""

import numpy as np
import pandas as pd

from infoplane.chapters.tishby_plane.stopping_rules import COLUMNS, DATASETS

LAYERS, EPOCHS = 6, [0, 9, 99]
SIGMAS = [0.03, 0.5]


def layers(course, spread=0.0):
    """(checkpoints, layers) of one course in all layers."""
    return (np.array(course, float)[:, None] * np.ones(LAYERS) + spread).tolist()


def planes(
    own=(4.0, 5.0, 3.0),
    fixed=(4.0, 5.0, 3.5),
    exact=((2.0, 4.0, 3.0), (1.0, 2.0, 2.0)),
    relu=(4.0, 5.0, 5.0),
    finest=8.3,
    agree=1.0,
    networks=6,
    activations=("tanh", "relu"),
    learned=0.9,
):
    """planes and exact: networks whose layers all have the same courses, to a hundredth."""
    of_bins, of_exact = [], []
    for activation in activations:
        for s in range(networks):
            off = 0.01 * (s % 2)
            key = {"activation": activation, "seed": s}
            mine = own if activation == "tanh" else relu
            of_bins.append(
                key
                | {"epochs": 99, "epoch": EPOCHS, "bins": 30, "finer": [10, 100_000]}
                | {"binned_x": layers(mine, off), "fixed_x": layers(fixed, off)}
                | {"binned_y": layers((0.1, 0.3, 0.6)), "rms": layers((0.25, 0.5, 1.0))}
                | {"finer_x": [layers((4.0, 5.0, 1.0)), layers((8.3, 8.3, finest))]}
                | {"train_accuracy": [0.5, 0.7, learned], "test_accuracy": [0.5, 0.6, 0.7]}
            )
            flat = layers((3.0, 4.0, 4.0), off)
            own_exact = [layers(c, off) for c in exact] if activation == "tanh" else [flat, flat]
            zeros = np.zeros((2, 3, LAYERS)).tolist()
            of_exact.append(
                key
                | {"epoch": EPOCHS, "sigmas": SIGMAS, "exact_x": own_exact}
                | {"exact_y": (0.1 * np.array(own_exact)).tolist()}
                | {"exact_x_std": zeros, "exact_y_std": zeros}
                | {"test_accuracy": [0.5, 0.6, 0.7 if s < agree * networks else 0.8]}
            )
    return {"planes": pd.DataFrame(of_bins), "exact": pd.DataFrame(of_exact)}


def neural(mine=(0.2, 0.5), exact=(0.1, 0.6), aware_x=(3.9, 3.8), mine_x=(3.9, 3.0), networks=3):
    """neural and neural_exact: two checkpoints, all layers alike; the exact I(X;T+eps) is 4."""
    found = [
        {"seed": s, "epoch": [0, 99]}
        | {"mine_y": layers(mine, 0.01 * s), "mine_x": layers(mine_x), "aware_x": layers(aware_x)}
        for s in range(networks)
    ]
    truth = [
        {"seed": s, "exact_y": [layers(exact, 0.01 * s)], "exact_x": [layers((4.0, 4.0))]}
        for s in range(networks)
    ]
    return {"neural": pd.DataFrame(found), "neural_exact": pd.DataFrame(truth)}


def noisy(
    information=(2.0, 4.0, 3.5), within=(0.2, 0.8, 0.5), between=(0.2, 2.0, 2.0), finest=8.318,
    more=0.0, networks=6,
):  # fmt: skip
    """Noisy networks, all layers alike but that each has 0.5 less than the one before."""
    ladder = -0.5 * np.arange(5) + np.array([0, 0, 0, 0, more])
    rows = [
        {"seed": s, "epoch": EPOCHS, "finer": [10, 100]}
        | {
            f"information_{q}": (
                np.array(information)[:, None] + 3 + ladder + 0.01 * (s % 2)
            ).tolist()
            for q in "xy"
        }
        | {f"more_{q}_std": np.full((3, 4), 0.01).tolist() for q in "xy"}
        | {
            name: (np.array(v)[:, None] * np.ones(5) + 0.01 * (s % 2)).tolist()
            for name, v in (("within", within), ("between", between))
        }
        | {"binned_x": [[2.0] * 5, [finest] * 5]}
        for s in range(networks)
    ]
    return {"noisy": pd.DataFrame(rows)}


def stopping(peak=8, best=8, length=41, networks=4, seed_spread=0.0001):
    """Courses whose information peaks at one check and whose accuracy does at another."""
    checks = np.arange(length)
    rows = []
    for dataset in DATASETS:
        for s in range(networks):
            information = 1 - 0.01 * abs(checks - peak)
            accuracy = 0.9 - 0.002 * abs(checks - best) - seed_spread * s
            curve = {"epoch": 5 * checks, "loss": 1 + 0.1 * abs(checks - best)}
            curve |= {name: information for name in COLUMNS if name[-2:] in ("_x", "_y")}
            curve |= {"selection": accuracy, "final": accuracy}
            rows.append({"dataset": dataset, "seed": s} | {k: list(v) for k, v in curve.items()})
    return {"stopping": pd.DataFrame(rows)}

"""Records of chapter 09 made by hand, in which its claims hold, or do not; and its parameters."""

import math

import pandas as pd

from infoplane.chapters.compression.settings import KINDS, LATENTS, LAYERS

NATS = [0.0, 2.5, 5.0, 10.0]
N = [500, 1000]
PIXEL_N = 500
EPOCHS = (0, 1, 2)
SHARES = [1.0, 4.0]

PARAMETERS = {
    "seeds": [2, 3],
    "nats": NATS,
    "few_nats": [2.5, 10.0],
    "n": N,
    "learn_rows": 1000,
    "coder_steps": 600,
    "hidden": [64, 32],
    "more_columns": [-1, 0, 2],
    "pixel_n": 500,
    "mine_steps": 150,
    "dataset": "digits",
    "cnn_seeds": [4, 7, 8],
    "epochs": 61,
    "batch": 128,
    "rate": 3e-4,
    "noise_std": 1e-3,
    "dropout": 0.1,
    "rows": 1000,
    "pca_rows": 900,
    "code_dim": 4,
    "encoder_rows": 800,
    "encoder_epochs": 20,
    "encoder_batch": 64,
    "encoder_rate": 1e-2,
    "shares": SHARES,
    "samples": 128,
    "exact_epochs": [0, 10, 61],
}


def near(estimator, kind, nats, n, seed):
    """On codes: WKL loses a twentieth, KSG a tenth, and others more."""
    return {"wkl": 0.95, "ksg": 0.9, "kde": 0.8, "cca": 0.7}[estimator] * nats


def far(estimator, kind, nats, n, seed):
    """On pixels half is lost, and by MINE more."""
    return {"wkl": 0.6, "ksg": 0.5, "mine": 0.25}[estimator] * nats


def course(quantity, layer, epoch, seed):
    """I(X; L) of 8, 7, 6, 5 nats; I(L; Y) grows to 2 nats; KSG a tenth above WKL."""
    estimator, side = quantity.split("_")
    value = 8.0 - LAYERS.index(layer) if side == "x" else 1.0 + epoch / 2
    return value * (1.1 if estimator == "ksg" else 1.0)


def of_codes(value, seeds, nats=NATS, n=N, more=0, **rest):
    """Records of codes or, with more=None, of latents, which have no columns of a code."""
    rows = []
    for kind in KINDS:
        for seed in range(seeds):
            row = {"kind": kind, "nats": list(nats), "n": list(n), "seed": seed, **rest}
            if more is not None:
                row |= {"code_dim": LATENTS[kind] + more, "lost": [0.1, 0.3], "pca": [0.4, 0.6]}
            for name in ("wkl", "ksg", "kde", "cca"):
                row[name] = [[value(name, kind, i, j, seed) for j in n] for i in nats]
            rows.append(row)
    return pd.DataFrame(rows)


def of_planes(value, networks, exact=math.hypot, epochs=EPOCHS):
    """Records of planes; exact(layer's place, share) is the exact I(X; L), twice that of labels."""
    rows = []
    for seed in range(networks):
        for epoch in epochs:
            shares = SHARES if epoch in (0, 2) else []
            row = {"seed": seed, "epoch": epoch, "shares": list(shares)}
            for quantity in ("wkl_x", "ksg_x", "wkl_y", "ksg_y"):
                row[quantity] = [value(quantity, layer, epoch, seed) for layer in LAYERS]
            for name, scale in (("x", 1.0), ("y", 0.5), ("x_std", 0.01), ("y_std", 0.005)):
                found = [[exact(i, share) for share in shares] for i in range(len(LAYERS))]
                row[f"exact_{name}"] = [
                    [None if v is None else scale * v for v in of_one] for of_one in found
                ]
            rows.append(row)
    return pd.DataFrame(rows)


def world(*, codes=near, pixels=far, planes=course, seeds=5, networks=5, nats=NATS):
    """All parts that tables and measures read."""
    few = [max(nats)]
    on_pixels, mine = [], []
    for kind in KINDS:
        for seed in range(seeds):
            row = {"kind": kind, "nats": list(nats), "n": PIXEL_N, "seed": seed, "refused": {}}
            for name in ("ksg", "wkl"):
                row[name] = [pixels(name, kind, i, PIXEL_N, seed) for i in nats]
            on_pixels.append(row)
            for i in nats:
                found = {"kind": kind, "nats": i, "n": PIXEL_N, "seed": seed}
                mine.append(found | {"value": pixels("mine", kind, i, PIXEL_N, seed)})
    sizes = [of_codes(codes, seeds, few, [max(N)], more, encoders="two") for more in (-1, 1)]
    return {
        "codes": of_codes(codes, seeds, nats, encoders="two"),
        "single": of_codes(codes, seeds, few, [max(N)], encoders="one"),
        "sizes": pd.concat(sizes, ignore_index=True),
        "latents": of_codes(codes, seeds, nats, more=None),
        "pixels": pd.DataFrame(on_pixels),
        "mine": pd.DataFrame(mine),
        "planes": of_planes(planes, networks),
    }

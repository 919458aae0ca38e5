"""Small records in which what chapter 07 has to say is known."""

import pandas as pd

from infoplane.chapters.autoencoder_entropy.settings import GAUGES, METHODS

SEEDS = (0, 1, 2)


def codes(
    dataset="curved-4", bend=4.0, after=-0.2, raw=None, whitened=None, lost=0.1, noise=0.0,
    activation="none", dims=None, count=8, n=100, step=1, class_bend=None, halved=0.0, rows=400,
    refused=(),
):  # fmt: skip
    """Codes of one set whose H(d) rises by 1 a column up to a bend, and by `after` from there.

    raw, whitened: bends in these gauges, where they are others; lost: share of the variance at
    d = 1, a tenth of it at d = 2 and so on; dims: the correlation dimension of a code at most.
    """
    bends = dict.fromkeys(GAUGES, bend) | {
        gauge: at for gauge, at in ((GAUGES[0], raw), (GAUGES[3], whitened)) if at
    }
    made = []
    for d in range(1, count + 1, step):
        entropy = [
            [min(d, bends[g]) + after * max(d - bends[g], 0) - 0.1 * (m == "plug-in")
             for m in METHODS]
            for g in GAUGES
        ]  # fmt: skip
        dim = float(min(d, dims or bend))
        of_class = min(d, class_bend or 99.0)
        for s in SEEDS:
            row = {"dataset": dataset, "noise": noise, "code_activation": activation, "n": n}
            row |= {"seed": s, "code": d, "rows": rows, "half_log_det": halved * d}
            row |= {"entropies": None if d in refused else entropy}
            row |= {"lost": lost * 0.1 ** (d - 1), "lost_held_out": lost * 0.1 ** (d - 1)}
            row |= {"dimensions": [dim] * 4, "dimension_stds": [0.01] * 4}
            row |= {"class_entropies": [of_class] * 10, "class_dimensions": [dim] * 10}
            made.append(row)
    return made


def points(dataset="curved-4", windows=(4.0, 4.0, 4.0, 4.0), noise=0.0, n=100):
    """The data that codes are of, with a dimension in each window, and of digits 1 to 10."""
    by_digit = [float(digit + 1) for digit in range(10)]
    return [
        {"dataset": dataset, "noise": noise, "n": n, "seed": s, "columns": 32}
        | {"dimensions": list(windows), "dimension_stds": [0.01] * 4, "twonn": 12.0, "mle": 11.0}
        | {f"class_{name}": by_digit for name in ("dimensions", "twonn", "mle")}
        for s in SEEDS
    ]


def closest(share=0.9, dataset="digits"):
    """Pairs of which the digit 1 has a share."""
    shares = [(1 - share) / 9] * 10
    shares[1] = share
    return [{"dataset": dataset, "seed": s, "n": 100, "shares": shares} for s in SEEDS]


def known(off=0.0, high_off=-0.1, high=True):
    """Cubes and a sphere whose estimates are off by a share."""
    sets = [("cube", 2, 2.0, off), ("sphere", 2, 2.0, 0.01)]
    sets += [("cube", 8, 8.0, high_off)] if high else []
    return [
        {"set": name, "parameter": p, "n": n, "seed": s, "truth": truth, "std": 0.01}
        | {"value": truth * (1 + by), "twonn": truth * (1 + 2 * by), "mle": truth * (1 + 3 * by)}
        for name, p, truth, by in sets
        for n in (600, 20_000)
        for s in SEEDS
    ]


def bias(loo=0.01, uniform=True):
    """Errors of estimates: loo is off by so much times d, the others by 2, 3, ... times."""
    densities = ("gaussian", "uniform") if uniform else ("gaussian",)
    return [
        {"density": density, "d": d, "n": n, "seed": s}
        | {m: loo * d * (i + 1) for i, m in enumerate(METHODS)}
        for density in densities
        for d in (1, 4, 8)
        for n in (300, 10_000)
        for s in SEEDS
    ]


def frames(**parts):
    return {name: pd.DataFrame(rows) for name, rows in parts.items()}

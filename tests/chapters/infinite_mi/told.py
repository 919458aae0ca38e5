"""Small records in which what chapter 04 has to say is known."""

import math

import pandas as pd

from infoplane.chapters.infinite_mi.divergence import CHECKS

FORMS = (("input", "separable"), ("pair", "separable"), ("input", "concatenated"),
         ("difference", "concatenated"))  # fmt: skip
SEEDS = (0, 1, 2)


def fresh(curve, *, rates=(1e-4, 1e-3), d=100, seeds=SEEDS):
    """Runs whose held-out and batch values are curve(matrix, rate, seed, share of the training)."""
    step = [float(10 * k) for k in range(CHECKS + 1)]
    rows = [
        {"d": d, "matrix": matrix, "rate": rate, "seed": s, "step": step, "steps": 1500}
        | {"held_out": [curve(matrix, rate, s, t / step[-1])[0] for t in step]}
        | {"batch_value": [curve(matrix, rate, s, t / step[-1])[1] for t in step]}
        | {"held_out_rows": 1000, "warnings": ["few pairs carry the marginal term (1)"]}
        for matrix in ("identity", "random")
        for rate in rates
        for s in seeds
    ]
    table = pd.DataFrame(rows)
    return table.assign(finite=[all(map(math.isfinite, row)) for row in table["batch_value"]])


def diverges(matrix, rate, seed, t):
    """Both grow at the small rate; at the large one AX ends near nothing in two of three seeds."""
    grown = 50 * t + 10
    if rate == 1e-3 and matrix == "random" and seed:
        return 1.0, grown
    return grown - 5 * (matrix == "random"), grown


def agree(matrix, rate, seed, t):
    return 50 * t + 10, 50 * t + 10


def noisy(value, *, exact=4.0, maps=("linear", "tanh")):
    """Frames of the second part: value(form, critic, seed) everywhere, of `exact` nats."""
    where = [{"map": name, "d": 10, "sigma": sigma, "n": 10_000} for name in maps
             for sigma in (0.5, 2.0)]  # fmt: skip
    of = {0.5: exact, 2.0: exact / 2}
    known = [
        w | {"seed": s, "exact": of[w["sigma"]], "exact_std": 1e-6} for w in where for s in SEEDS
    ]
    rows = [
        w | {"form": form, "critic": critic, "seed": s}
        | {"value": of[w["sigma"]] + value(form, critic, s)}
        for w in where for form, critic in FORMS for s in SEEDS
    ]  # fmt: skip
    bracket = [w | {"seed": 0, "low": 0.0, "high": 5.0} for w in where]
    return {
        "exact": pd.DataFrame(known),
        "noisy": pd.DataFrame(rows),
        "bracket": pd.DataFrame(bracket),
    }


def aware(form, critic, seed):
    """AA-MINE is a tenth of a nat off, MINE a whole one."""
    return -(0.1 if form in ("pair", "difference") else 1.0) - 0.001 * seed


def layers(value, longer):
    """The ablation, value(layer) of 4 nats; and with more steps, value by form."""
    rows = [
        {"d": 10, "critic": critic, "layer": k, "seed": s, "value": value(k), "steps": 100}
        for critic in ("separable", "concatenated") for k in range(4) for s in SEEDS
    ]  # fmt: skip
    more = [
        {"d": 10, "form": form, "seed": s, "value": found, "steps": 400}
        for form, found in longer.items() for s in SEEDS
    ]  # fmt: skip
    return {
        "layers": pd.DataFrame(rows),
        "longer": pd.DataFrame(more),
        "layer_exact": pd.DataFrame([{"d": 10, "seed": s, "exact": 4.0} for s in SEEDS]),
    }

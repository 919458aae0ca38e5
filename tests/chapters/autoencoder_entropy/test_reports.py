"""Chapter 07's tables: each number from its own column, dashes where there is none."""

import math

import pandas as pd

from infoplane.chapters.autoencoder_entropy.reports import architectures, sets
from tests.chapters.autoencoder_entropy.made import (
    HALF,
    SEEDS,
    SPREAD,
    coded,
    four,
    place,
    shuffled,
)


def estimated(shift, **changes):
    return changes | {"columns": 16, "twonn": shift + 1.0, "mle": shift + 2.0}


def test_sets_have_their_own_estimates():
    rows = [
        estimated(10 * noise + SPREAD[s], dataset=name, noise=noise, n=100, seed=s)
        | four(3.0 + 10 * noise, None, None, None)
        for name, noise in (("curved-4", 0.0), ("curved-4", 0.1), ("digits", 0.0))
        for s in SEEDS
    ]
    table = sets(pd.DataFrame(rows))
    assert list(table.index) == ["curved-4", "curved-4 + noise 0.1"]  # nobody knows of digits
    assert list(table.loc["curved-4"]) == [
        "4", 16, "3.00 ± 0.00", f"1.00 ± {HALF:.2f}", f"2.00 ± {HALF:.2f}",
    ]  # fmt: skip
    assert table.loc["curved-4 + noise 0.1", "C(r)"] == "4.00 ± 0.00"
    assert table.loc["curved-4 + noise 0.1", "max. likelihood"] == f"3.00 ± {HALF:.2f}"


def test_half_an_interval_is_of_seeds_and_fit_together():
    rows = [
        estimated(0, dataset="curved-4", noise=0.0, n=100, seed=s)
        | four(3.0 + SPREAD[s], 1, 1, 1, fit=0.1)
        for s in SEEDS
    ]
    both = math.hypot(HALF, 1.96 * 0.1)
    assert sets(pd.DataFrame(rows)).loc["curved-4", "C(r)"] == f"3.00 ± {both:.2f}"


def test_architectures_side_by_side():
    dense = [r | {"lost_held_out": 0.1 * r["code"]} for r in coded(place, "digits")]
    conv = [r | {"lost_held_out": 0.2 * r["code"]} | four(9.0 + SPREAD[r["seed"]], 1, 1, 1)
            for r in coded(place, "digits") if r["code"] in (2, 8)]  # fmt: skip
    table = architectures(shuffled(dense), shuffled(conv))
    kinds = ("dense", "convolutional")
    assert list(table.index) == [f"digits, d = {d}, {kind}" for kind in kinds for d in (2, 8)]
    assert list(table.loc["digits, d = 8, dense"]) == ["0.800", "8.50 ± 0.00"]
    assert list(table.loc["digits, d = 2, convolutional"]) == ["0.400", f"9.00 ± {HALF:.2f}"]

"""Chapter 07's tables: each number from its own column, dashes where there is none."""

import math

import numpy as np
import pandas as pd
import pytest

from infoplane.chapters.autoencoder_entropy.entropy_bias import ESTIMATES
from infoplane.chapters.autoencoder_entropy.reports import (
    NONE,
    WINDOWS,
    architectures,
    bias_table,
    by_gauge,
    by_method,
    by_scale,
    digits,
    images,
    known,
    sets,
    shown,
)
from infoplane.chapters.autoencoder_entropy.tables import TIGHTER, breaks, digit_breaks
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


def test_bias_is_by_method_density_and_number():
    assert set(METHODS) == set(ESTIMATES)
    rows = [
        {"density": density, "d": d, "n": n, "seed": s, "bandwidth": 99.0}
        | {m: 100 * i + 10 * d + n / 1000 + s + (density == "uniform") / 2
           for i, m in enumerate(METHODS)}
        for density in ("gaussian", "uniform") for d in (2, 10, 1) for n in (500, 1000)
        for s in SEEDS
    ]  # fmt: skip
    frame = shuffled(rows)
    table = bias_table(frame)
    assert list(table.columns) == ["d = 1", "d = 2", "d = 10"]
    assert len(table) == 2 * 2 * len(METHODS)
    for i, m in enumerate(METHODS):
        row = table.loc[("uniform", 500, m)]
        # the mean of three seeds is 1
        np.testing.assert_allclose(row, [100 * i + 10 * d + 0.5 + 1 + 0.5 for d in (1, 2, 10)])


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


def test_breaks_by_gauge_and_by_method():
    frame = shuffled(coded(place) + coded(lambda g, m: 99.0, "curved-4"))  # a line: no break
    table = by_gauge(frame)
    assert list(table.columns) == ["true dimension", *GAUGES]
    assert list(table.loc["linear-3"]) == ["3", *(f"{place(g, 'loo'):.2f} (+0.10)" for g in GAUGES)]
    assert list(table.loc["curved-4"]) == ["4"] + [f"{NONE} (+1.00)"] * len(GAUGES)
    table = by_method(frame)
    assert list(table.columns) == ["true dimension", *METHODS, TIGHTER]
    expected = [f"{place('unit variance', m):.2f} (+0.10)" for m in METHODS]
    # without correlations the curve in unit variance, which breaks earlier, is below the whitened
    assert list(table.loc["linear-3"]) == ["3", *expected, expected[0]]


def test_a_break_in_words():
    frame = shuffled(coded(place) + coded(lambda g, m: 99.0, "curved-4"))
    frame = pd.concat([frame, pd.DataFrame(coded(place, "digits"))])
    table = shown(breaks(frame))
    row = table.loc["linear-3"]
    assert row["true dimension"] == "3"
    assert row["two pieces"] == "4.00 [4.00, 4.00]"
    assert row["second difference"].startswith("4 (100%")
    assert (row["slope before"], row["after / before"]) == ("1.00", "0.10")
    assert row["slope after"] == "0.10 [0.10, 0.10]"
    assert row["break"] == "yes"
    assert table.loc["curved-4", "break"].startswith("no")
    assert table.loc["digits", "true dimension"] == NONE


def test_all_digits_and_single_ones_share_a_table():
    rows = coded(place, "digits")
    for row in rows:
        row["class_entropies"] = [entropies(row["code"], place)[0][0]] * 10
    frame = shuffled(rows)
    table = shown(pd.concat([breaks(frame), digit_breaks(frame)]))
    assert list(table.index) == ["digits", *(f"digits, digit {d}" for d in range(10))]
    assert (table["break"] == "yes").all()


def test_a_break_that_was_refused_in_words():
    rows = coded(place)
    for row in rows:
        if row["code"] > 2:
            row["entropies"] = None
    table = shown(breaks(shuffled(rows)))
    assert table.loc["linear-3", "break"].startswith("no")
    assert by_gauge(shuffled(rows)).loc["linear-3", "raw"].startswith(NONE)


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
        "4", 16, "3.00", f"1.00 ± {HALF:.2f}", f"2.00 ± {HALF:.2f}",
    ]  # fmt: skip
    assert table.loc["curved-4 + noise 0.1", "correlation dimension"] == "4.00"
    assert table.loc["curved-4 + noise 0.1", "max. likelihood"] == f"3.00 ± {HALF:.2f}"


def test_sets_of_known_dimension():
    rows = [
        {"set": name, "parameter": parameter, "n": n, "seed": s, "truth": truth}
        | {"value": 0.9 * truth + SPREAD[s], "std": 0.01 * (1 + s), "twonn": truth, "mle": None}
        for name, parameter, truth in (("cube", 10, 10.0), ("cube", 2, 2.0), ("henon", 2, 1.22))
        for n in (100, 1000)
        for s in SEEDS
    ]
    table = known(pd.DataFrame(rows))
    assert list(table.index) == ["cube 10", "cube 2", "henon"]
    of_two = f"1.80 ± {HALF:.2f} (-10.0%)"
    assert dict(table.loc["cube 2"]) == {
        "known": "2.000", "n = 100": of_two, "n = 1000": of_two, "fit error": "0.020",
        "TwoNN": "2.00", "max. likelihood": NONE,
    }  # fmt: skip


def test_scales_are_of_codes_of_the_true_dimension():
    points = [
        {"dataset": name, "noise": noise, "n": n, "seed": s}
        | four(7.0 + noise + (n != 100), None, 6.0, 5.0)
        for name, noise, n in (
            ("linear-3", 0.0, 100), ("linear-3", 0.0, 50), ("linear-3", 0.1, 100),
        )
        for s in SEEDS
    ]  # fmt: skip
    tanh = coded(place, code_activation="tanh")
    codes = coded(place) + coded(place, noise=0.1) + tanh + coded(place, "spectrum")
    table = by_scale(shuffled(codes), shuffled(points))
    assert list(table.columns) == WINDOWS
    assert set(table.index) == {
        f"{title}: {of}"
        for title in ("linear-3", "linear-3 + noise 0.1")
        for of in ("data", "codes, d = 3")
    }
    zero = " ± 0.00"
    assert list(table.loc["linear-3: data"]) == [f"7.00{zero}", NONE, f"6.00{zero}", f"5.00{zero}"]
    assert table.loc["linear-3 + noise 0.1: data", "default"] == f"7.10{zero}"
    assert list(table.loc["linear-3: codes, d = 3"]) == [
        f"3.50{zero}", NONE, f"2.00{zero}", f"1.00{zero}",
    ]  # fmt: skip


def test_fit_errors_are_in_the_interval():
    points = [
        {"dataset": "digits", "noise": 0.0, "n": 100, "seed": s, "twonn": None, "mle": None}
        | four(7.0 + SPREAD[s], 1.0, 1.0, 1.0, fit=0.2)
        for s in SEEDS
    ]
    table = images(pd.DataFrame(coded(place, "digits")), pd.DataFrame(points))
    half = math.hypot(HALF, 1.96 * 0.2)
    assert table.loc["digits, 100 images", "default"] == f"7.00 ± {half:.2f}"


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


def test_images_and_their_codes_by_window():
    table = images(shuffled(CODED), shuffled(MNIST))
    assert list(table.columns) == [*WINDOWS, "TwoNN", "max. likelihood"]
    whole = table.loc["mnist, 60000 images"]
    assert whole["default"].startswith("10.00")
    assert whole["TwoNN"] == whole["max. likelihood"] == NONE
    few = table.loc["mnist, 10000 images"]
    assert few["default"].startswith("20.00")
    assert (few["TwoNN"], few["max. likelihood"]) == ("21.00", "22.00")
    assert table.loc["mnist, 60000 codes, d = 4", "default"].startswith("4.50")
    assert table.loc["mnist, 60000 codes, d = 4", WINDOWS[1]] == NONE
    assert not any(title.startswith("mnist, 10000 codes") for title in table.index)


def test_digits_are_compared_with_what_was_published_of_fewer_images():
    near = pd.DataFrame(
        [
            {"dataset": "mnist", "seed": s, "shares": [0.1 * d + 0.01 * s for d in range(10)]}
            for s in (0, 2)
        ]
    )
    table = digits(shuffled(CODED), shuffled(MNIST), near)
    assert list(table.index) == [f"mnist, {d}" for d in range(10)]
    columns = ["codes, d = 8", "images", "TwoNN", "max. likelihood", "of the closest pairs"]
    assert list(table.columns) == columns
    for d in range(10):
        expected = [f"{v + 0.01 * d:.2f}" for v in (8, 10, 21, 22)] + [f"{10 * d + 1:.1f}%"]
        assert list(table.loc[f"mnist, {d}"]) == expected


def test_architectures_side_by_side():
    dense = [r | {"lost_held_out": 0.1 * r["code"]} for r in coded(place, "digits")]
    conv = [r | {"lost_held_out": 0.2 * r["code"]} | four(9.0 + SPREAD[r["seed"]], 1, 1, 1)
            for r in coded(place, "digits") if r["code"] in (2, 8)]  # fmt: skip
    table = architectures(shuffled(dense), shuffled(conv))
    assert list(table.index) == [f"digits, d = {d}, {k}" for k in ("dense", "conv") for d in (2, 8)]
    assert list(table.loc["digits, d = 8, dense"]) == ["0.800", "8.50"]
    assert list(table.loc["digits, d = 2, conv"]) == ["0.400", f"9.00 ± {HALF:.2f}"]


@pytest.mark.parametrize("table", [by_gauge, by_method])
def test_tables_of_breaks_name_their_rows_once(table):
    frame = shuffled(coded(place) + coded(place, code_activation="tanh") + coded(place, noise=0.1))
    assert sorted(table(frame).index) == ["linear-3", "linear-3 + noise 0.1", "linear-3, tanh"]

"""What forests are drawn from: each number from its own column, nothing where there is none."""

import math

import numpy as np
import pandas as pd
import pytest

from infoplane.chapters.autoencoder_entropy.forests.tables import (
    WAYS,
    WINDOWS,
    by_digit,
    by_gauge,
    by_method,
    by_window,
    saturations,
)
from infoplane.chapters.autoencoder_entropy.tables import TIGHTER
from infoplane.estimators.density.codes import METHODS
from infoplane.estimators.density.gauges import GAUGES
from tests.chapters.autoencoder_entropy.made import (
    CODED,
    HALF,
    MNIST,
    SEEDS,
    SPREAD,
    coded,
    four,
    place,
    shuffled,
)


def of(rows, **wanted):
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    (row,) = rows.to_dict("records")
    return row


def test_breaks_by_gauge_and_by_method():
    frame = shuffled(coded(place) + coded(lambda g, m: 99.0, "curved-4"))  # a line: no break
    table = by_gauge(frame)
    assert list(dict.fromkeys(table["way"])) == list(GAUGES)
    for gauge in GAUGES:
        row = of(table, name="linear-3", way=gauge)
        assert row["found"]
        assert row["dimension"] == 3
        assert (row["break"], row["after"]) == pytest.approx((place(gauge, "loo"), 0.1))
        row = of(table, name="curved-4", way=gauge)
        assert not row["found"]
        assert row["after"] == pytest.approx(1)
    table = by_method(frame)
    assert list(dict.fromkeys(table["way"])) == [*METHODS, TIGHTER] == list(WAYS)
    for method in METHODS:
        row = of(table, name="linear-3", way=method)
        assert row["break"] == pytest.approx(place("unit variance", method))
    # without correlations the curve in unit variance, which breaks earlier, is below the whitened
    better = of(table, name="linear-3", way=TIGHTER)
    assert better["break"] == pytest.approx(place("unit variance", "loo"))


def test_rows_that_were_refused_have_no_break():
    rows = coded(place)
    for row in rows:
        if row["code"] > 2:
            row["entropies"] = None
    row = of(by_gauge(shuffled(rows)), way="raw")
    assert not row["found"]
    assert math.isnan(row["after"])


def test_windows_are_of_codes_of_the_true_dimension():
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
    table = by_window(shuffled(codes), shuffled(points))
    assert set(table["name"]) == {"linear-3", "linear-3 + noise 0.1"}
    assert set(table["truth"]) == {3.0}
    own = table[table["name"] == "linear-3"]
    for which, expected in (("data", (7.0, 6.0, 5.0)), ("codes", (3.5, 2.0, 1.0))):
        rows = own[own["of"] == which]
        # the second window lacks pairs, and is left out
        assert list(rows["window"]) == [WINDOWS[0], *WINDOWS[2:]]
        for column in ("mean", "low", "high"):
            assert list(rows[column]) == pytest.approx(expected)
    noisy = of(table, name="linear-3 + noise 0.1", of="data", window="default")
    assert noisy["mean"] == pytest.approx(7.1)


def test_fit_errors_are_in_the_interval():
    points = [
        {"dataset": "linear-3", "noise": 0.0, "n": 100, "seed": s}
        | four(7.0 + SPREAD[s], 1.0, 1.0, 1.0, fit=0.2)
        for s in SEEDS
    ]
    row = of(by_window(shuffled(coded(place)), shuffled(points)), of="data", window="default")
    half = math.hypot(HALF, 1.96 * 0.2)
    assert (row["low"], row["high"]) == pytest.approx((7 - half, 7 + half), rel=1e-5)


def test_saturations_are_by_window_and_skip_those_that_lack_pairs():
    table = saturations(shuffled(CODED), shuffled(MNIST))
    assert list(table["window"]) == [WINDOWS[0], *WINDOWS[2:]]
    # codes of 8 columns have 8.5 dimensions, 60 000 images 10; then 2 and 1, 1 and 1
    assert list(table["difference"]) == pytest.approx([-1.5, 1.0, 0.0])


def test_digits_are_compared_with_what_was_published_of_fewer_images():
    table = by_digit(shuffled(CODED), shuffled(MNIST))
    assert len(table) == 4 * 10
    for way, expected in (
        ("C(r), codes of d = 8", 8), ("C(r)", 10), ("TwoNN", 21), ("max. likelihood", 22),
    ):  # fmt: skip
        own = table[table["way"] == way]
        assert list(own["digit"]) == list(range(10))
        for column in ("mean", "low", "high"):
            np.testing.assert_allclose(own[column], expected + 0.01 * np.arange(10))


@pytest.mark.parametrize("table", [by_gauge, by_method])
def test_every_case_is_there_once_a_way(table):
    frame = shuffled(coded(place) + coded(place, code_activation="tanh") + coded(place, noise=0.1))
    names = pd.DataFrame(table(frame)).groupby("way")["name"].agg(sorted)
    assert all(own == ["linear-3", "linear-3 + noise 0.1", "linear-3, tanh"] for own in names)

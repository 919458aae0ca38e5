"""Chapter 07 after its runs: curves in order, breaks where they are, steps and differences."""

import math

import numpy as np
import pandas as pd
import pytest

from infoplane.chapters.autoencoder_entropy import tables as code_tables
from infoplane.chapters.autoencoder_entropy.tables import (
    TIGHTER,
    breaks,
    cases,
    curves,
    digit_breaks,
    digit_entropies,
    dimensions,
    entropies,
    name,
    of_points,
    own_rows,
    saturation,
    scaling,
    steps,
    true_dimension,
)
from infoplane.datasets import manifolds
from infoplane.estimators.density.codes import METHODS
from infoplane.estimators.density.gauges import GAUGES

CODES, SEEDS = (1, 2, 3, 4, 5, 6, 7, 8), (0, 1, 2)
NAMED = {"dataset": "linear-3", "noise": 0.0, "code_activation": "none", "n": 100}


def pieces(d, at, before=1.0, after=0.1):
    return before * min(d - at, 0) + after * max(d - at, 0)


def place(gauge, method):
    """A break of its own for each gauge and method, none of them at a code dimension."""
    return 3.05 + 0.4 * GAUGES.index(gauge) + 0.07 * METHODS.index(method)


def table(d, seed):
    """Entropies as records have them: whitened ones by the first method alone."""
    found = [[pieces(d, place(g, m)) + seed for m in METHODS] for g in GAUGES]
    found[-1][1:] = [None] * (len(METHODS) - 1)
    return found


def record(code, seed, **changes):
    made = NAMED | {"code": code, "seed": seed, "entropies": table(code, seed)}
    made |= {"dimensions": [1.0 * code, 2.0, None, 3.0], "dimension_stds": [0.1, 0.2, None, 0.3]}
    return made | changes


def shuffled(rows, seed=0):
    """Records come in the order in which they are done."""
    order = np.random.default_rng(seed).permutation(len(rows))
    return pd.DataFrame([rows[i] for i in order])


def frame(codes=CODES, seeds=SEEDS, **changes):
    return shuffled([record(d, s, **changes) for d in codes for s in seeds])


def test_of_two_cross_entropies_the_lower_is_taken_in_every_gauge():
    rows = []
    for s in SEEDS:
        for d in CODES:
            found = [[v] * len(METHODS) for v in (10.0 + d, 20.0 + d, 5.0 + d, 4.0)]
            # in unit variance the whitened one is 4 - d, and so 1 + 2 d below 5 + d
            rows.append(record(d, s, entropies=found, half_log_det=-1.0 * d))
    part = shuffled(rows)
    d = np.array(CODES)
    assert entropies(part, "unit variance", TIGHTER)[1][0].tolist() == (4.0 - d).tolist()
    assert entropies(part, "raw", TIGHTER)[1][0].tolist() == (10.0 + d - (1 + 2 * d)).tolist()
    assert entropies(part, "whitened", TIGHTER)[1][0].tolist() == [4.0] * len(d)
    for row in rows:  # now round kernels are the better ones: 5 + d < 4 + 2 d + 2
        row["half_log_det"] = 2.0 * row["code"] + 2.0
    part = shuffled(rows)
    assert entropies(part, "unit variance", TIGHTER)[1][0].tolist() == (5.0 + d).tolist()
    assert entropies(part, "whitened", TIGHTER)[1][0].tolist() == (3.0 - d).tolist()


def test_curves_have_seeds_down_and_codes_across():
    part = shuffled([record(d, s) for d in (16, 1, 2, 10) for s in (7, 0)])
    x, y = curves(part, part["code"] + 100.0 * part["seed"])
    assert x.tolist() == [1, 2, 10, 16]  # numbers, not words, in order
    assert y.tolist() == [[1, 2, 10, 16], [701, 702, 710, 716]]


def test_curves_go_by_the_index_of_their_values():
    part = shuffled([record(d, s) for d in CODES for s in SEEDS])
    values = (part["code"] + 100.0 * part["seed"]).sample(frac=1, random_state=0)
    expected = [[d + 100 * s for d in CODES] for s in SEEDS]
    np.testing.assert_array_equal(curves(part, values)[1], expected)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("gauge", GAUGES)
def test_entropies_are_those_of_the_gauge_and_the_method(gauge, method):
    x, y = entropies(frame(), gauge, method)
    if gauge == "whitened" and method != METHODS[0]:
        assert (x.shape, y.shape) == ((0,), (3, 0))
        return
    assert x.tolist() == list(CODES)
    expected = [[pieces(d, place(gauge, method)) + s for d in CODES] for s in SEEDS]
    np.testing.assert_allclose(y, expected)


def test_a_refused_entropy_takes_its_code_dimension_out():
    rows = [record(d, s) for d in CODES for s in SEEDS]
    for row in rows:
        if (row["code"], row["seed"]) in {(5, 1), (7, 2)}:
            row["entropies"] = None
    x, y = entropies(shuffled(rows))
    assert x.tolist() == [1, 2, 3, 4, 6, 8]
    assert np.isfinite(y).all()
    at = place("unit variance", "loo")
    np.testing.assert_allclose(y[:, -1], [pieces(8, at) + s for s in SEEDS])


@pytest.mark.parametrize(
    ("gauge", "method"), [(g, m) for g in GAUGES for m in METHODS if g != "whitened" or m == "loo"]
)
def test_breaks_are_found_where_they_are(gauge, method):
    (row,) = breaks(frame(), gauge, method).to_dict("records")
    at = place(gauge, method)
    assert row["found"]
    assert (row["break"], row["before"], row["after"]) == pytest.approx((at, 1.0, 0.1))
    assert (row["low"], row["high"]) == pytest.approx((at, at))
    assert (row["after_low"], row["after_high"]) == pytest.approx((0.1, 0.1))
    assert (row["ratio"], row["ratio_low"], row["ratio_high"]) == pytest.approx((0.1, 0.1, 0.1))
    assert row["second"] in (math.floor(at), math.ceil(at))
    assert row["second_low"] == row["second"] == row["second_high"]
    assert (row["second_share"], row["seeds"], row["dimension"]) == (1, 3, 3)


def test_breaks_are_case_by_case():
    at = {"linear-3": 3.2, "curved-4": 4.6}
    rows = []
    for dataset, noise, activation in (
        ("curved-4", 0.0, "none"),
        ("linear-3", 0.1, "none"),
        ("linear-3", 0.0, "tanh"),
    ):
        for d in CODES:
            for s in SEEDS:
                value = pieces(d, at[dataset] + 10 * noise * (noise > 0)) - 3 * s
                own = {"dataset": dataset, "noise": noise, "code_activation": activation}
                rows.append(record(d, s, **own, entropies=[[value] * len(METHODS)] * 4))
    found = breaks(shuffled(rows)).set_index("name")
    places = {"curved-4": 4.6, "linear-3 + noise 0.1": 4.2, "linear-3, tanh": 3.2}
    assert found["break"].to_dict() == pytest.approx(places)
    dimension = {"curved-4": 4, "linear-3 + noise 0.1": 3, "linear-3, tanh": 3}
    assert found["dimension"].to_dict() == dimension


def test_a_line_and_a_root_have_no_break():
    for value in (lambda d: 1.0 * d, math.sqrt, lambda d: -pieces(d, 4)):
        rows = [record(d, s, entropies=[[value(d) + s] * len(METHODS)] * 4)
                for d in CODES for s in SEEDS]  # fmt: skip
        (row,) = breaks(shuffled(rows)).to_dict("records")
        assert not row["found"]
        assert row["reason"]


def test_too_few_entropies_are_no_break_and_say_so():
    rows = [record(d, s, **({"entropies": None} if d > 4 else {})) for d in CODES for s in SEEDS]
    whole = frame(dataset="curved-4")
    found = breaks(pd.concat([shuffled(rows), whole], ignore_index=True)).set_index("name")
    assert set(found["found"].items()) == {("linear-3", False), ("curved-4", True)}
    assert "at all but 4 code dimensions" in found.loc["linear-3", "reason"]
    assert math.isnan(found.loc["linear-3", "break"])
    assert found.loc["linear-3", "seeds"] == 3


def test_a_frame_has_its_cases_as_listed():
    listed = (("torus-2", 9), ("linear-3", 9), ("linear-3", 7))
    rows = pd.concat([frame(n=n, dataset=d) for d, n in listed])
    found = list(cases(rows))
    assert [(case["dataset"], case["n"]) for case, _ in found] == list(listed)
    for case, part in found:
        assert set(case) == set(code_tables.CASE)
        assert (part["dataset"] == case["dataset"]).all()
        assert list(zip(part["seed"], part["code"], strict=True)) == [
            (s, d) for s in SEEDS for d in CODES
        ]


def test_names_say_what_is_special():
    assert name(NAMED) == "linear-3"
    assert name(NAMED | {"noise": 0.1}) == "linear-3 + noise 0.1"
    assert name(NAMED | {"code_activation": "tanh"}) == "linear-3, tanh"
    assert name({"dataset": "mnist", "noise": 0.0}) == "mnist"


def test_true_dimensions():
    assert {d: true_dimension(d) for d in ("linear-8", "torus-2", "rectangles-4")} == {
        "linear-8": 8,
        "torus-2": 2,
        "rectangles-4": 4,
    }
    assert true_dimension("spectrum") == manifolds.Manifold("spectrum").dimension.value == 64
    assert math.isnan(true_dimension("mnist"))


def test_dimensions_and_their_errors_by_window():
    values = frame()
    for window, (of, std) in enumerate([(None, 0.1), (2.0, 0.2), (math.nan, math.nan), (3, 0.3)]):
        x, found, stds = dimensions(values, window)
        expected = np.array([CODES] * 3, dtype=float) if of is None else np.full((3, 8), of)
        np.testing.assert_array_equal(found, expected)
        np.testing.assert_array_equal(stds, np.full((3, 8), std))
        assert x.tolist() == list(CODES)


def points(values, errors, *, seeds=SEEDS, **changes):
    made = {"dataset": "linear-3", "noise": 0.0, "n": 100} | changes
    return [
        made | {"seed": s, "dimensions": [v, 9.0, 9.0, 9.0], "dimension_stds": [e, 9.0, 9.0, 9.0]}
        for s, v, e in zip(seeds, values, errors, strict=True)
    ]


OTHERS = [
    *points([50.0] * 3, [5.0] * 3, n=50),
    *points([60.0] * 3, [6.0] * 3, noise=0.1),
    *points([70.0] * 3, [7.0] * 3, dataset="torus-2"),
]


def test_own_rows_are_of_the_same_set_noise_and_number():
    all_points = shuffled(points([1.0, 2.0, 3.0], [0.1] * 3) + OTHERS)
    assert of_points(NAMED, all_points).tolist() == [1, 2, 3]  # in the order of seeds
    assert set(own_rows(NAMED, all_points)["n"]) == {100}
    assert of_points(NAMED | {"noise": 0.1}, all_points).tolist() == [60] * 3
    assert of_points(NAMED | {"n": 50}, all_points).tolist() == [50] * 3


def test_a_step_is_less_its_fit_error():
    dims = {1: [1.0, 1.1], 2: [2.0, 2.3], 3: [2.5, 2.3], 6: [9.0, 9.0], 7: [9.5, 9.1]}
    stds = {1: [0.3, 0.0], 2: [0.4, 0.0], 3: [0.0, 0.6], 6: [0.1, 0.1], 7: [0.1, 0.1]}
    rows = [
        record(d, s, dimensions=[dims[d][s]] + [None] * 3, dimension_stds=[stds[d][s]] + [None] * 3)
        for d in dims
        for s in (0, 1)
    ]
    found = steps(shuffled(rows)).set_index("from")
    assert list(found.index) == [1, 2, 3, 6]
    # from 3 to 6: three steps of at most 1 make at most 3, so 2 are taken off
    assert found.loc[3, "step"] == pytest.approx((6.5 + 6.7) / 2 - 2)
    # step - hypot: 1 - .5 and 1.2 - 0
    assert found.loc[1, "step"] == pytest.approx(1.1)
    assert found.loc[1, "excess"] == pytest.approx((0.5 + 1.2) / 2)
    half = 12.7062 * (1.2 - 0.5) / 2  # Student's t with one degree of freedom, of two values
    assert found.loc[1, "high"] - found.loc[1, "excess"] == pytest.approx(half, rel=1e-4)
    assert found.loc[1, "excess"] - found.loc[1, "low"] == pytest.approx(half, rel=1e-4)
    assert found.loc[2, "excess"] == pytest.approx((0.5 - 0.4 + 0.0 - 0.6) / 2)
    assert found.loc[6, "excess"] == pytest.approx((0.5 + 0.1) / 2 - math.hypot(0.1, 0.1))
    assert [len(each) for each in found["each"]] == [2] * 4


def test_steps_do_not_go_from_one_case_to_the_next():
    both = pd.concat([frame((1, 2)), frame((3, 4), dataset="curved-4")])
    assert list(steps(both)["from"]) == [1, 3]


def test_saturation_is_of_the_largest_codes_and_of_their_own_points():
    largest = {0: 4.5, 1: 4.7, 2: 4.9}
    rows = [
        record(d, s, dimensions=[largest[s] if d == 16 else 40.0] + [None] * 3,
               dimension_stds=[0.3 if d == 16 else 50.0] + [None] * 3)
        for d in (2, 9, 16) for s in SEEDS
    ]  # fmt: skip
    own = points([4.0, 4.1, 4.2], [0.4] * 3)
    (row,) = saturation(shuffled(rows), shuffled(own + OTHERS)).to_dict("records")
    assert row["window"] == 0
    # seed by seed: .5, .6, .7
    assert (row["code"], row["seeds"]) == (16, 3)
    assert (row["of codes"], row["of points"]) == pytest.approx((4.7, 4.1))
    assert row["difference"] == pytest.approx(0.6)
    over_seeds = 4.30265 * 0.1 / math.sqrt(3)
    half = math.hypot(over_seeds, 1.96 * math.hypot(0.3, 0.4))
    assert (row["low"], row["high"]) == pytest.approx((0.6 - half, 0.6 + half), rel=1e-4)


def test_digits_have_curves_and_breaks_of_their_own():
    rows = [
        record(d, s, class_entropies=[pieces(d, 3.3 + 0.3 * digit) + s for digit in range(10)])
        for d in CODES
        for s in SEEDS
    ]
    values = shuffled(rows)
    x, y = digit_entropies(values, 7)
    assert x.tolist() == list(CODES)
    np.testing.assert_allclose(y, [[pieces(d, 5.4) + s for d in CODES] for s in SEEDS])
    found = digit_breaks(values)
    assert list(found["name"]) == [f"linear-3, digit {digit}" for digit in range(10)]
    np.testing.assert_allclose(found["break"], [3.3 + 0.3 * digit for digit in range(10)])
    assert found["dimension"].isna().all()  # nobody knows


def test_refused_digits_take_their_code_dimension_out():
    rows = [
        record(d, s) | ({} if (d, s) == (6, 1) else {"class_entropies": [pieces(d, 3.3)] * 10})
        for d in CODES
        for s in SEEDS
    ]
    found = digit_breaks(shuffled(rows))
    np.testing.assert_allclose(found["break"], 3.3)
    assert digit_entropies(shuffled(rows), 0)[0].tolist() == [1, 2, 3, 4, 5, 7, 8]


def test_digits_that_were_all_refused_have_no_curve():
    values = frame(CODES[:5], refused={"classes": "told"})
    x, y = digit_entropies(values, 3)
    assert (x.shape, y.shape) == ((0,), (3, 0))
    for row in digit_breaks(values).to_dict("records"):
        assert not row["found"]
        assert "at all but 0 code dimensions" in row["reason"]
    known = frame(dataset="curved-4", class_entropies=[1.0] * 10)
    both = pd.concat([values, known], ignore_index=True)
    (_, part), _ = cases(both)
    assert digit_entropies(part, 3)[0].shape == (0,)


def test_scaling_is_of_one_seed_and_meets_where_half_of_the_pairs_are():
    log_c = [-6.0, -4.0, -2.0, 0.0]

    def lines(shift, slope):
        return {"log_r": [shift + c / slope for c in log_c], "log_c": log_c}

    codes = [record(d, s) | lines(d + 10 * s, d) for d in (10, 2, 1) for s in (3, 5)]
    codes.append(record(40, 3, log_r=None, log_c=None))  # refused
    own = [p | lines(7.0 + p["seed"], 4.0) for p in points([4.0, 4.0], [0.1] * 2, seeds=(3, 5))]
    part = shuffled(codes)
    (case, ordered), = cases(part)  # fmt: skip
    found = scaling(case, ordered, shuffled(own))
    assert [title for title, _, _ in found] == ["d = 1", "d = 2", "d = 10", "data"]
    for (_, log_r, of), slope in zip(found, (1, 2, 10, 4), strict=True):
        # a power law through (0, log 1/2): no shift is left
        np.testing.assert_allclose(log_r, (np.array(log_c) - math.log(0.5)) / slope, atol=1e-12)
        assert of.tolist() == log_c

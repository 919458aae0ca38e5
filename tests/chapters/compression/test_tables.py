"""Chapter 09 after its runs: rows are those of the records, and means are of the same data."""

import numpy as np
import pandas as pd
import pytest

from infoplane.chapters.compression import tables
from infoplane.chapters.compression.settings import KINDS, LATENTS, LAYERS
from tests.chapters.compression.world import (
    EPOCHS,
    NATS,
    PIXEL_N,
    SHARES,
    N,
    course,
    far,
    near,
    of_codes,
    of_planes,
    world,
)


def numbered(name, kind, nats, n, seed):
    """Another number at every place."""
    place = ("wkl", "ksg", "kde", "cca").index(name), KINDS.index(kind), seed
    return nats + n / 1e3 + 1e2 * place[0] + 1e3 * place[1] + 1e4 * place[2]


def test_every_estimate_has_a_row_of_its_own():
    found = tables.estimates(of_codes(numbered, seeds=2), "codes")
    assert len(found) == 4 * 2 * 2 * len(NATS) * len(N)
    for row in found.to_dict("records"):
        place = (row["estimator"], row["kind"], row["nats"], row["n"], row["seed"])
        assert row["value"] == numbered(*place)
        assert (row["on"], row["code_dim"]) == ("codes", LATENTS[row["kind"]])
    assert set(tables.estimates(of_codes(near, 2, more=None), "latents")["code_dim"]) == {0}


def test_what_was_refused_has_no_row():
    def some(name, kind, nats, n, seed):
        return None if (name, n) == ("kde", 1000) else near(name, kind, nats, n, seed)

    found = tables.estimates(of_codes(some, seeds=1), "codes")
    assert set(found[found["estimator"] == "kde"]["n"]) == {500}
    assert not found["value"].isna().any()


def test_pixels_have_rows_of_neighbours_and_of_mine():
    def some(name, kind, nats, n, seed):
        return None if name == "wkl" and nats > 3 else far(name, kind, nats, n, seed)

    found = tables.on_pixels(world(pixels=some, seeds=2))
    assert found.groupby("estimator")["nats"].apply(lambda of: sorted(set(of))).to_dict() == {
        "ksg": NATS, "mine": NATS, "wkl": [0.0, 2.5],
    }  # fmt: skip
    assert set(found["n"]) == {PIXEL_N}
    for row in found.to_dict("records"):
        assert row["value"] == far(row["estimator"], "", row["nats"], PIXEL_N, 0)


def errors(frames):
    """By kind, what it is on, estimator and n."""
    return tables.errors(frames).set_index(["kind", "on", "estimator", "n"])


def test_errors_are_means_over_informations_and_then_over_seeds():
    """A share s of the truth is off by |1 - s| times the mean truth, 4.375 nats."""
    mean = sum(NATS) / len(NATS)
    assert mean == 4.375
    found = errors(world())
    for kind in KINDS:
        for name, off in (("wkl", 0.05), ("ksg", 0.1), ("kde", 0.2), ("cca", 0.3)):
            for on in ("codes", "latents"):
                row = found.loc[kind, on, name, 1000]
                ends = row["error"], row["low"], row["high"]
                assert ends == pytest.approx((off * mean,) * 3, abs=1e-12)
        for name, off in (("ksg", 0.5), ("wkl", 0.4), ("mine", 0.75)):
            row = found.loc[kind, "pixels", name, PIXEL_N]
            assert row["error"] == pytest.approx(off * mean)
    assert len(found) == 2 * (2 * 4 * 2 + 3)  # kinds: on two, estimators, n; and on pixels


def test_errors_do_not_cancel_and_their_spread_is_that_of_seeds():
    def around(name, kind, nats, n, seed):
        """Off by one nat and by three: above at some of the informations, below at the others."""
        return nats + (1 + 2 * seed) * (-1 if nats > 3 else 1)

    row = errors(world(codes=around, seeds=2)).loc["bumps", "codes", "ksg", 500]
    # of 1 and 3: the mean is 2, and its error 1; Student's t with one degree of freedom is 12.706
    ends = row["error"], row["low"], row["high"]
    assert ends == pytest.approx((2, 2 - 12.706, 2 + 12.706), abs=1e-3)


def test_one_encoder_and_two_stand_side_by_side_at_the_same_places():
    def one(name, kind, nats, n, seed):
        return 1.2 * near(name, kind, nats, n, seed)

    frames = {"codes": of_codes(near, 2), "single": of_codes(one, 2, [10.0], [1000])}
    found = tables.encoders(frames).set_index(["kind", "nats", "estimator", "encoders"])["mean"]
    assert set(found.index) == {
        (kind, 10.0, name, count)
        for kind in KINDS for name in ("wkl", "ksg", "cca") for count in ("one", "two")
    }  # fmt: skip
    assert found["bumps", 10.0, "ksg", "two"] == pytest.approx(9)
    assert found["bumps", 10.0, "ksg", "one"] == pytest.approx(1.2 * 9)


def test_a_way_that_is_refused_for_some_information_has_no_error():
    def some(name, kind, nats, n, seed):
        refused = (name, kind, n) == ("wkl", "bumps", 1000) and nats == 10
        return None if refused else near(name, kind, nats, n, seed)

    frame = tables.errors(world(codes=some))
    rows = set(zip(frame["kind"], frame["estimator"], frame["n"], frame["on"], strict=True))
    assert ("bumps", "wkl", 1000, "codes") not in rows
    assert {("bumps", "wkl", 500, "codes"), ("rectangles", "wkl", 1000, "codes"),
            ("bumps", "ksg", 1000, "codes")} <= rows  # fmt: skip


def test_what_is_lost_is_a_mean_over_encoders_and_seeds():
    frame = of_codes(near, seeds=2)
    frame["lost"] = [[0.1 * i, 0.3 * i] for i in range(len(frame))]  # bumps: 0, 1; then 2, 3
    found = tables.lost(frame)
    assert list(found.index) == list(LATENTS.items())
    # means of 0, .2 and of .4, .6; and of .4 and .6, always
    assert found["code"].tolist() == pytest.approx([0.1, 0.5])
    assert found["pca"].tolist() == pytest.approx([0.5, 0.5])


def test_sizes_stand_beside_the_code_of_the_latents_number_at_the_same_places():
    found = tables.too_small(world(seeds=2))
    assert set(zip(found["nats"], found["n"], strict=True)) == {(10.0, 1000)}
    for kind, m in LATENTS.items():
        of_kind = found[found["kind"] == kind]
        counts = of_kind.groupby("code_dim").size().to_dict()
        assert counts == dict.fromkeys((m - 1, m, m + 1), 4 * 2)  # estimators, seeds
    assert not found.duplicated().any()


def test_without_other_sizes_there_is_nothing_to_compare():
    """As a plan of none has an empty frame."""
    assert len(tables.too_small(world() | {"sizes": pd.DataFrame()})) == 0


def test_curves_are_networks_by_epochs_in_whatever_order_records_come():
    def some(quantity, layer, epoch, seed):
        value = course(quantity, layer, epoch, seed) + 100 * seed + 10 * epoch
        return None if (layer, epoch, seed) == ("L4", 1, 2) else value

    planes = of_planes(some, networks=3)
    found = tables.curves(planes.sample(frac=1, random_state=0), "wkl_x")
    assert list(found) == list(LAYERS)
    for i, (layer, curve) in enumerate(found.items()):
        assert (curve.shape, curve.dtype) == ((3, len(EPOCHS)), np.float64)
        expected = 8.0 - i + 100 * np.arange(3)[:, None] + 10 * np.arange(3)
        if layer == "L4":
            expected[2, 1] = np.nan
        np.testing.assert_array_equal(curve, expected)


def test_a_layer_that_is_refused_throughout_is_nan():
    planes = of_planes(lambda q, layer, *_: None if layer == "L2" else 1.0, networks=2)
    found = tables.curves(planes, "ksg_y")
    assert np.isnan(found["L2"]).all()
    assert (found["L3"] == 1).all()


def test_exact_points_are_those_that_were_asked_for_and_given():
    planes = of_planes(course, 2, exact=lambda i, share: None if i == 1 else i + share / 10)
    found = tables.exact_points(planes)
    asked = [layer for layer in LAYERS if layer != "L3"]
    assert len(found) == 2 * 2 * len(asked) * len(SHARES)  # networks, epochs with exact values
    assert (set(found["epoch"]), set(found["layer"])) == ({0, 2}, set(asked))
    for row in found.to_dict("records"):
        x = LAYERS.index(row["layer"]) + row["share"] / 10
        got = [row[name] for name in ("x", "y", "x_std", "y_std")]
        assert got == pytest.approx([x, 0.5 * x, 0.01 * x, 0.005 * x])


def apart(value, networks=2):
    found = tables.agreement(of_planes(value, networks))
    return found.set_index(["side", "seed"])["apart"]


def test_estimators_are_as_far_apart_as_their_difference_by_their_mean():
    """A tenth above another: by .1 / 1.05, wherever both are."""
    np.testing.assert_allclose(apart(course), 0.1 / 1.05)
    assert set(apart(course).index) == {(side, seed) for side in "xy" for seed in (0, 1)}

    def other(quantity, *place):
        name, side = quantity.split("_")
        return course(f"{'wkl' if name == 'ksg' else 'ksg'}_{side}", *place)

    np.testing.assert_allclose(apart(other), apart(course))  # whichever is above
    # of a unit nothing depends
    np.testing.assert_allclose(apart(lambda *place: 1e3 * course(*place)), apart(course))


def test_each_network_and_side_has_its_own():
    def value(quantity, layer, epoch, seed):
        estimator, side = quantity.split("_")
        return 1.0 + (estimator == "ksg") * (seed + 1) * (1 if side == "x" else 2)

    found = apart(value)
    # b is above 1 by d: d / (1 + d / 2)
    assert found.to_dict() == pytest.approx(
        {("x", 0): 1 / 1.5, ("x", 1): 2 / 2, ("y", 0): 2 / 2, ("y", 1): 4 / 3}
    )


@pytest.mark.parametrize(
    ("wkl", "ksg", "distance"),
    [
        (1.0, 1.0, 0.0),
        (-1.0, -1.0, 0.0),
        (-0.1, -0.3, 1.0),  # as 0.1 and 0.3 are
        (0.1, 0.3, 1.0),
        (-0.1, 0.3, 4.0),
        (0.1, -0.3, 4.0),
        (0.0, 1.0, 2.0),
    ],
)
def test_estimates_below_zero_are_no_agreement(wkl, ksg, distance):
    """By chance they are there, at little information."""
    found = apart(lambda quantity, *_: wkl if quantity.startswith("wkl") else ksg)
    np.testing.assert_allclose(found, distance, atol=1e-15)


def test_where_one_of_both_was_refused_nothing_is_compared():
    def value(quantity, layer, epoch, seed):
        if (layer, epoch) == ("L5", 0):
            return None if quantity.startswith("wkl") else 99.0
        return course(quantity, layer, epoch, seed)

    np.testing.assert_allclose(apart(value), 0.1 / 1.05)

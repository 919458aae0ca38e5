"""Chapter 06: every number finds its network again, its regime and its repetition."""

import math

import numpy as np
import pandas as pd
import pytest

from infoplane.chapters.transfer_learning import plots, tables
from infoplane.chapters.transfer_learning.settings import (
    ACCURACY,
    COMPACTNESS,
    LOSS,
    MINIATURES,
    OF_LABEL,
    OF_PREDICTION,
    QUANTITIES,
    REGIMES,
)
from tests.chapters.transfer_learning.world import (
    NAMES,
    PARAMETERS,
    RANKS,
    TEST,
    N,
    noises,
    ranked,
    shuffled,
    unlike,
    world,
)

OF = {
    "best": dict(zip(QUANTITIES, ("accuracy", "loss", "exact", "ross", "classifier"), strict=True)),
    "source": dict(zip(QUANTITIES, ("accuracy", "loss", "aware", "mine", "label"), strict=True)),
}


@pytest.fixture(scope="module")
def frames():
    return world()


def test_families_stand_in_the_order_of_their_networks(frames):
    table = tables.networks(shuffled(frames))
    assert list(table.index) == list(NAMES)
    assert tables.families(frames) == [MINIATURES[name][0] for name in NAMES]
    assert len(set(tables.families(frames)[:4])) == 4  # no two of a family beside each other
    for i, name in enumerate(NAMES):
        assert table.loc[name, "pretrained"] == pytest.approx(0.9 + 0.01 * (3 * i % 8))


@pytest.mark.parametrize("way", tables.WAYS)
@pytest.mark.parametrize("regime", REGIMES)
def test_quantities_are_of_their_network_and_regime_whatever_order_records_have(
    frames, regime, way
):
    for given in (frames, shuffled(frames)):
        found = tables.quantities(given, regime, way)
        assert list(found) == list(QUANTITIES)
        for quantity, name in OF[way].items():
            expected = [unlike(name, regime, i) for i in range(len(NAMES))]
            np.testing.assert_allclose(found[quantity].mean(axis=1), expected, err_msg=quantity)


@pytest.mark.parametrize("way", tables.WAYS)
def test_networks_come_in_the_order_of_the_facts(frames, way):
    facts = frames["facts"].iloc[::-1]
    turned = tables.quantities(frames | {"facts": facts}, "optimal", way)
    for quantity, values in tables.quantities(frames, "optimal", way).items():
        np.testing.assert_array_equal(turned[quantity], values[::-1])
    assert tables.families(frames | {"facts": facts}) == tables.families(frames)[::-1]


def test_repetitions_are_all_seeds_of_all_orders_each_once(frames):
    best, source = (tables.quantities(frames, "optimal", way) for way in tables.WAYS)
    members = len(PARAMETERS["seeds"]) * len(PARAMETERS["orders"])
    shapes = {
        way: [values.shape for values in found.values()]
        for way, found in (("best", best), ("source", source))
    }
    n = len(NAMES)
    assert shapes["best"] == [(n, members), (n, members), (n, 1), (n, members), (n, 3)]
    assert shapes["source"] == [(n, members), (n, members), (n, 3), (n, members), (n, 3)]
    offsets = [0.001 * order + 0.002 * seed for order in (-0.5, 0.5) for seed in (-1, 0, 1)]
    for i in range(n):
        np.testing.assert_allclose(
            np.sort(best[ACCURACY][i] - unlike("accuracy", "optimal", i)), sorted(offsets)
        )


def test_a_row_of_runs_is_of_one_network(frames):
    """Were seeds and networks exchanged, runs would scatter as networks do."""
    found = tables.quantities(frames, "optimal", "source")[OF_LABEL]
    np.testing.assert_allclose(found.std(axis=1, ddof=1), [0.1 * (i + 1) for i in range(8)])


@pytest.mark.parametrize("way", tables.WAYS)
def test_what_no_classifier_changes_is_the_same_in_all_regimes(frames, way):
    first, *others = (tables.quantities(frames, regime, way) for regime in REGIMES)
    for other in others:
        for quantity in QUANTITIES:
            same = np.array_equal(first[quantity], other[quantity])
            assert same == (quantity in (COMPACTNESS, OF_LABEL)), quantity


def test_compactness_is_that_at_the_chapter_s_noise_with_rows_of_length_one(frames):
    for noise_std in PARAMETERS["noise_stds"]:
        found = tables.quantities(world(noise_std=noise_std), "optimal")[COMPACTNESS]
        expected = [
            [noises("rows", noise_std, unlike("exact", REGIMES[0], i))] for i in range(len(NAMES))
        ]
        np.testing.assert_allclose(found, expected)


def test_the_chance_of_an_accuracy_is_that_of_its_test_images(frames):
    table = tables.accuracies(shuffled(frames)).set_index(["network", "regime"])
    assert len(table) == 3 * len(NAMES)
    for i, name in enumerate(NAMES):
        for regime in REGIMES:
            row, share = table.loc[name, regime], unlike("accuracy", regime, i)
            assert row["accuracy"] == pytest.approx(share)
            assert row["chance"] == pytest.approx(math.sqrt(share * (1 - share) / TEST))
            assert row["loss"] == pytest.approx(unlike("loss", regime, i))
            assert row["low"] < row["accuracy"] < row["high"]


def test_courses_have_each_member_at_each_epoch_once(frames):
    every = tables.courses(frames)
    epochs = [1, 3, PARAMETERS["epochs"]]
    assert len(every) == len(NAMES) * 2 * 3 * len(epochs)
    assert not every.duplicated(["network", "epoch", "seed"]).any()
    means = every.groupby(["network", "epoch"])[["accuracy", "loss", "ross"]].mean()
    for i, name in enumerate(NAMES):
        for epoch in epochs:
            for quantity in ("accuracy", "loss", "ross"):
                expected = 0.01 * epoch + unlike(quantity, REGIMES[0], i)
                assert means.loc[(name, epoch), quantity] == pytest.approx(expected)


def test_exact_values_stand_at_their_scale_and_noise(frames):
    every = tables.by_noise(frames)
    assert len(every) == len(NAMES) * 3 * 3
    for row in every.to_dict("records"):
        own = unlike("exact", REGIMES[0], NAMES.index(row["network"]))
        assert row["value"] == noises(row["norm"], row["noise_std"], own)
        assert row["ceiling"] == pytest.approx(math.log(N))


def test_the_best_estimators_stand_beside_the_source_s_with_their_spread(frames):
    table = tables.estimators(shuffled(frames))
    assert list(table.index) == list(NAMES)
    for column, name in (("exact", "exact"), ("AA-MINE", "aware"), ("classifier", "classifier"),
                         ("MINE", "label")):  # fmt: skip
        expected = [unlike(name, REGIMES[0], i) for i in range(len(NAMES))]
        np.testing.assert_allclose(table[column], expected)
    spreads = [0.1 * (i + 1) for i in range(len(NAMES))]
    np.testing.assert_allclose(table["AA-MINE, std"], spreads)
    np.testing.assert_allclose(table["MINE, std"], spreads)
    np.testing.assert_allclose(table["classifier, std"], 0.001)
    assert "exact, std" not in table  # one value: it has no seed


def test_rankers_are_of_their_network_and_have_names_of_the_page(frames):
    table = tables.rankers(shuffled(frames))
    assert list(table.index) == list(NAMES)
    assert list(table.columns) == list(plots.RANKERS)
    for i, name in enumerate(NAMES):
        for ranker in RANKS:
            assert table.loc[name, ranker] == ranked(ranker, i)
        assert table.loc[name, "parameters"] == pytest.approx(math.log(1000 * (i + 1)))
        assert table.loc[name, "columns"] == pytest.approx(math.log(32))


def test_an_accuracy_that_nobody_knows_is_none():
    frames = world()
    frames["facts"]["accuracy"] = [None, *frames["facts"]["accuracy"][1:]]
    table = tables.rankers(frames)
    assert table["pretrained"].isna().tolist() == [True] + [False] * 7


def test_what_was_bent_stands_below_what_was_straight(frames):
    table = tables.bent(shuffled(frames))
    assert set(table.index) == {"straight", "bent"}
    assert table.loc["straight", "probe"] == pytest.approx(0.935)
    assert table.loc["bent", "neighbours"] == pytest.approx(0.485)
    assert table["exact"].to_dict() == {"straight": 3.0, "bent": 5.0}


def test_ways_differ_in_the_three_informations_only(frames):
    best, source = (tables.quantities(frames, "optimal", way) for way in tables.WAYS)
    for quantity in QUANTITIES:
        same = np.array_equal(best[quantity], source[quantity])
        assert same == (quantity in (ACCURACY, LOSS)), quantity
    assert best[OF_PREDICTION].shape == source[OF_PREDICTION].shape


def test_networks_are_listed_with_what_is_known(frames):
    listed = tables.listed(frames)
    assert list(listed.index) == list(NAMES)
    assert listed["parameters"].iloc[1] == "2\N{NO-BREAK SPACE}000"
    assert listed["pretrained"].iloc[0] == "0.900"
    unknown = frames["facts"].assign(accuracy=np.nan)
    assert set(tables.listed({**frames, "facts": unknown})["pretrained"]) == {""}


def test_entries_of_a_regime_are_told_with_their_intervals():
    pairs = pd.DataFrame(
        {"regime": ["optimal", "overfitted"], "a": LOSS, "b": COMPACTNESS, "reported": -0.6}
        | {"r": -0.004, "low": -0.91, "high": 0.254, "holm": 0.0123, "needed": 1234.5}
    )
    shown = tables.entries(pairs, "optimal")
    assert list(shown.index) == ["loss ~ I(X;E+ε)"]
    assert shown.columns.name == "optimal"  # which table it is, where several follow each other
    assert list(shown.iloc[0]) == [
        "−0.60", "0.00", "[−0.91,\N{NO-BREAK SPACE}0.25]", "0.012", "1,234",
    ]  # fmt: skip

"""Chapter 06: correlations over networks are those of the records, and of the ledger's claims."""

import itertools
import math

import numpy as np
import pytest

from infoplane.chapters.transfer_learning import correlated, tables
from infoplane.chapters.transfer_learning.settings import (
    ACCURACY,
    COMPACTNESS,
    LOSS,
    NORMS,
    OF_LABEL,
    OF_PREDICTION,
    QUANTITIES,
    REGIMES,
)
from infoplane.claims import ledger, regions
from infoplane.rankers.correlations import bca_interval, pearson, permutation_p
from infoplane.stats import holm, networks_to_decide
from tests.chapters.transfer_learning.world import (
    NAMES,
    PARAMETERS,
    RANKS,
    N,
    noises,
    ranked,
    shuffled,
    unlike,
    world,
)

TWO = list(itertools.combinations(QUANTITIES, 2))
OF = {
    "best": dict(zip(QUANTITIES, ("accuracy", "loss", "exact", "ross", "classifier"), strict=True)),
    "source": dict(zip(QUANTITIES, ("accuracy", "loss", "aware", "mine", "label"), strict=True)),
}
ORDER = np.array([0.0, 3.0, 1.0, 6.0, 2.0, 7.0, 4.0, 5.0])  # of networks, not by family


@pytest.fixture(scope="module")
def frames():
    return world()


@pytest.fixture(scope="module")
def pairs(frames):
    return correlated.pairs(frames).set_index(["regime", "a", "b"])


def numbers(name, regime):
    return np.array([unlike(name, regime, i) for i in range(len(NAMES))])


def by_hand(regime, a, b, way="best"):
    return np.corrcoef(numbers(OF[way][a], regime), numbers(OF[way][b], regime))[0, 1]


def test_the_ledger_has_each_entry_of_three_tables_once():
    named = {correlated.claim_of(regime, a, b) for regime in REGIMES for a, b in TWO}
    assert len(named) == 30
    own = {c.id for c in ledger().values() if c.chapter == correlated.CHAPTER}
    assert named == {name for name in own if "~" in name}


@pytest.mark.parametrize(
    ("regime", "a", "b", "r"),
    [
        ("underfitted", ACCURACY, LOSS, -0.955969),  # tables 1 to 3 of the source
        ("optimal", ACCURACY, LOSS, -0.387479),
        ("overfitted", ACCURACY, LOSS, -0.858936),
        ("underfitted", ACCURACY, COMPACTNESS, -0.574027),
        ("optimal", ACCURACY, COMPACTNESS, -0.603636),
        ("overfitted", ACCURACY, COMPACTNESS, 0.093812),
        ("overfitted", ACCURACY, OF_PREDICTION, 0.898035),
        ("optimal", OF_PREDICTION, OF_LABEL, -0.669992),
        *[(regime, COMPACTNESS, OF_LABEL, -0.156921) for regime in REGIMES],
    ],
)
def test_reported_tables_are_the_source_s(regime, a, b, r):
    table = correlated.reported(regime)
    assert table.loc[a, b] == table.loc[b, a] == r
    assert list(table.index) == list(table.columns) == list(QUANTITIES)
    assert (np.diag(table) == 1).all()


@pytest.mark.parametrize("claim", [c for c in ledger().values() if "~" in c.id and c.chapter[:2] ==
                                   "06" and not c.by_construction], ids=lambda c: c.id)  # fmt: skip
def test_where_r_has_to_lie_is_as_in_the_ledger(claim):
    (region,) = regions(claim).values()
    assert correlated.accepted(float(claim.reported)) == pytest.approx((region.low, region.high))


@pytest.mark.parametrize(
    ("reported", "region"),
    [
        (0.811, (0.5, 1)),
        (-0.811, (-1, -0.5)),
        (0.81, (0.51, 1)),
        (-0.8, (-1, -0.5)),
        (0.0, (-0.3, 0.3)),
    ],
)
def test_regions_end_where_no_r_is(reported, region):
    assert correlated.accepted(reported) == pytest.approx(region)


@pytest.mark.parametrize("regime", REGIMES)
@pytest.mark.parametrize("way", tables.WAYS)
def test_a_table_has_r_of_its_regime_and_estimators(frames, regime, way):
    table = correlated.matrix(shuffled(frames), regime, way)
    assert list(table.index) == list(table.columns) == list(QUANTITIES)
    for a, b in TWO:
        assert table.loc[a, b] == table.loc[b, a] == pytest.approx(by_hand(regime, a, b, way))
    assert (np.diag(table) == 1).all()


def test_each_entry_has_its_r_p_and_the_number_that_would_decide(pairs):
    assert len(pairs) == 30
    for (regime, a, b), row in pairs.iterrows():
        r = by_hand(regime, a, b)
        assert row["r"] == pytest.approx(r)
        assert row["low"] <= row["r"] <= row["high"]
        assert (row["networks"], row["families"]) == (8, 4)
        reported = float(ledger()[correlated.claim_of(regime, a, b)].reported)
        assert row["reported"] == reported
        assert row["needed"] == networks_to_decide(r, correlated.accepted(reported))
    regime, a, b = pairs.index[3]
    own = [numbers(OF["best"][name], regime) for name in (a, b)]
    assert pairs["p"].iloc[3] == permutation_p(*own)
    np.testing.assert_allclose(pairs["holm"], holm(pairs["p"]))


def test_what_no_classifier_changes_has_one_number_in_three_tables(pairs):
    three = pairs.loc[[(regime, COMPACTNESS, OF_LABEL) for regime in REGIMES]]
    for name in ("reported", "r", "low", "high", "p", "needed"):
        assert three[name].nunique() == 1, name
    others = pairs.drop(three.index)
    assert (others.groupby(["a", "b"])["r"].nunique() == 3).all()


def test_the_source_s_estimators_have_correlations_of_their_own(frames, pairs):
    table = correlated.pairs(frames, "source").set_index(["regime", "a", "b"])
    for (regime, a, b), row in table.iterrows():
        assert row["r"] == pytest.approx(by_hand(regime, a, b, "source"))
    # accuracy and loss are what they are
    for regime in REGIMES:
        assert table.loc[(regime, ACCURACY, LOSS), "r"] == pairs.loc[(regime, ACCURACY, LOSS), "r"]


def test_families_are_drawn_not_networks():
    """Two networks of each family with one pair of values: 8 networks of 4 families have the
    interval of 4 networks."""

    def twice(quantity, regime, i):
        return unlike(quantity, regime, i % 4)

    table = correlated.pairs(world(twice)).set_index(["regime", "a", "b"])
    row = table.loc[("optimal", ACCURACY, LOSS)]
    four = bca_interval(pearson, *(numbers(n, "optimal")[:4] for n in ("accuracy", "loss")))
    assert (row["r"], row["low"], row["high"]) == pytest.approx((four.value, four.low, four.high))


def test_what_six_networks_can_show():
    """720 orders: one of them is rarer than .05 / 30, and two are not."""
    table = correlated.few_networks()
    six = table.loc[6]
    assert six["orders"] == 720
    assert six["least p, one-sided"] == 1 / 720
    assert six["two-sided"] == 2 / 720
    limit = six["needed of 30 tests"]
    assert limit == pytest.approx(1 / 600)
    assert six["least p, one-sided"] < limit < six["two-sided"]
    assert table.loc[7, "two-sided"] < limit
    assert table.index.is_monotonic_increasing


def test_the_least_p_of_n_networks_is_reached():
    """By the most striking order of six."""
    x = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    assert permutation_p(x, x) == correlated.few_networks().loc[6, "two-sided"]


def at_ceiling(norm, noise_std, exact):
    """At little noise all networks at log N, at some of it but two, one or none."""
    if (norm, noise_std) == ("rows", 0.1):
        return math.log(N)
    return noises(norm, noise_std, exact)


def test_r_by_noise_is_of_its_scale_and_left_out_at_the_ceiling():
    frames = shuffled(world(noise=at_ceiling))
    table = correlated.over_noise(frames).set_index(["norm", "noise_std"])
    assert list(table.index) == [(n, s) for n in NORMS for s in PARAMETERS["noise_stds"]]
    assert table.loc[("rows", 0.1), "top"] == len(NAMES)
    assert table.loc[("rows", 0.1), ["r", "low", "high"]].isna().all()
    accuracy, exact = numbers("accuracy", "optimal"), numbers("exact", REGIMES[0])
    assert table.loc[("rows", 0.3), "r"] == pytest.approx(np.corrcoef(accuracy, exact)[0, 1])
    assert (table["top"].drop(("rows", 0.1)) == 0).all()
    assert table["r"].isna().sum() == 1


def test_scales_and_noises_are_not_mixed_up():
    """At one point alone compactness goes with accuracy."""
    accuracy = numbers("accuracy", "underfitted")
    exact = list(numbers("exact", REGIMES[0]))

    def noise(norm, noise_std, own):
        i = exact.index(own)
        return 3 + accuracy[i] if (norm, noise_std) == ("variance", 1.0) else 3 - 0.1 * ORDER[i]

    table = correlated.over_noise(world(noise=noise), "underfitted")
    table = table.set_index(["norm", "noise_std"])["r"]
    assert table[("variance", 1.0)] == pytest.approx(1)
    other = np.corrcoef(accuracy, -ORDER)[0, 1]
    np.testing.assert_allclose(table.drop(("variance", 1.0)), other)


@pytest.mark.parametrize(("below", "left_out"), [(8, False), (3, False), (2, True), (1, True)])
def test_two_networks_below_the_ceiling_have_no_correlation(below, left_out):
    """Any two points lie on a line."""
    exact = list(numbers("exact", REGIMES[0]))

    def noise(norm, noise_std, own):
        i = exact.index(own)
        return 3 + 0.1 * ORDER[i] if ORDER[i] < below else math.log(N) - 0.001 * ORDER[i]

    table = correlated.over_noise(world(noise=noise))
    assert (table["top"] == 8 - below).all()
    assert table["r"].isna().all() == left_out


def partial(x, y, z):
    """By the formula of three correlations."""
    xy, xz, yz = (np.corrcoef(*two)[0, 1] for two in ((x, y), (x, z), (y, z)))
    return (xy - xz * yz) / math.sqrt((1 - xz**2) * (1 - yz**2))


def test_rankers_correlate_with_the_accuracy_of_the_regime_and_given_what_is_known(frames):
    pretrained = np.array([0.9 + 0.01 * (3 * i % 8) for i in range(8)])
    for regime in ("optimal", "overfitted"):
        table = correlated.of_rankers(shuffled(frames), regime)
        accuracy = numbers("accuracy", regime)
        for name in RANKS:
            own = np.array([ranked(name, i) for i in range(8)])
            assert table.loc[name, "r"] == pytest.approx(np.corrcoef(own, accuracy)[0, 1])
            assert table.loc[name, "partial r"] == pytest.approx(partial(own, accuracy, pretrained))
        assert table.loc["pretrained", "r"] == pytest.approx(
            np.corrcoef(pretrained, accuracy)[0, 1]
        )
        assert np.isnan(table.loc["pretrained", "partial r"])
        assert (table["networks"] == 8).all()
        assert np.isnan(table.loc["columns", "r"])  # all have 32


def test_networks_of_unknown_accuracy_are_left_out_where_it_matters():
    frames = world()
    known = np.array([0, 1, 2, 4, 5, 6, 7])
    frames["facts"]["accuracy"] = [
        None if i == 3 else a for i, a in enumerate(frames["facts"]["accuracy"])
    ]
    table = correlated.of_rankers(frames)
    accuracy = numbers("accuracy", "optimal")
    pretrained = np.array([0.9 + 0.01 * (3 * i % 8) for i in range(8)])
    own = np.array([ranked("logme", i) for i in range(8)])
    families = np.array(tables.families(frames))[known]
    found = bca_interval(pearson, pretrained[known], accuracy[known], families=families)
    ends = tuple(table.loc["pretrained", ["r", "low", "high"]])
    assert ends == pytest.approx((found.value, found.low, found.high))
    assert table.loc["pretrained", "networks"] == 7
    assert table.loc["logme", "networks"] == 8
    assert table.loc["logme", "r"] == pytest.approx(np.corrcoef(own, accuracy)[0, 1])
    assert table.loc["logme", "partial r"] == pytest.approx(
        partial(own[known], accuracy[known], pretrained[known])
    )


@pytest.mark.parametrize(
    ("halves", "tau", "low", "high"),
    [
        (lambda name, i, b, own: own, 1, 1, 1),
        (lambda name, i, b, own: -own, -1, -1, -1),
        (lambda name, i, b, own: own if b else -own, 1 / 3, -0.9, 1),  # of three one is turned
        (lambda name, i, b, own: 100.0 * b + own, 1, 1, 1),  # halves differ, their orders do not
    ],
)
def test_orders_by_half_of_the_images_are_compared_network_by_network(halves, tau, low, high):
    table = correlated.stability(shuffled(world(halves=halves)))
    assert list(table.index) == list(RANKS)
    for _, row in table.iterrows():
        assert row["tau"] == pytest.approx(tau)
        assert row["low"] == pytest.approx(low)
        assert row["high"] == pytest.approx(high)


def made(under, optimal):
    """Compactness falls with accuracy, exactly; predictions go with it as the given vectors do, and
    in the last regime, which is not asked, not at all."""

    def value(quantity, regime, i):
        of = {"underfitted": under, "optimal": optimal, "overfitted": FAR}
        if quantity == "accuracy":
            return 0.5 + 0.01 * ORDER[i]
        if quantity == "exact":
            return 3 - 0.1 * ORDER[i]
        return float(of[regime][i]) if quantity == "ross" else unlike(quantity, regime, i)

    return world(value)


NEAR = ORDER + np.array([0.05, -0.05, 0.05, -0.05, -0.05, 0.05, 0.05, -0.05])
FAR = np.array([3.0, 5.0, 0.0, 0.0] * 2)  # r = 0, and one number a family, which has no r


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("under", "optimal"), [(NEAR, FAR), (FAR, NEAR)])
def test_others_are_compared_by_size_in_the_regime_where_they_lag_most(under, optimal, sign):
    best, found = correlated.beyond_others(made(sign * under, sign * optimal), OF_PREDICTION)
    assert best == ("optimal" if optimal is FAR else "underfitted")
    assert found.value == pytest.approx(1)
    assert found.low > 0.1
    assert (found.networks, found.families) == (8, 4)


OTHER = np.array([3.0, 0.0, 7.0, 1.0, 6.0, 2.0, 4.0, 5.0])


@pytest.mark.parametrize("first", [True, False])
def test_of_two_regimes_that_are_as_sure_the_one_where_they_lag_more_is_told(first):
    frames = made(ORDER, OTHER) if first else made(OTHER, ORDER)
    best, found = correlated.beyond_others(frames, OF_PREDICTION)
    assert best == ("optimal" if first else "underfitted")
    assert (found.low, found.value) == (0, pytest.approx(1 - 0.428571, abs=1e-5))


def test_where_others_say_more_the_difference_is_below_zero():
    def value(quantity, regime, i):
        if quantity == "accuracy":
            return 0.5 + 0.01 * ORDER[i]
        if quantity == "exact":
            return 3 + 0.1 * OTHER[i]
        return -ORDER[i] if quantity in ("ross", "classifier") else unlike(quantity, regime, i)

    for other in (OF_PREDICTION, OF_LABEL):
        _, found = correlated.beyond_others(world(value), other)
        assert found.value == pytest.approx(abs(np.corrcoef(ORDER, OTHER)[0, 1]) - 1)
        assert found.high == 0  # two networks of one family lie on a line, and no rounding above


def test_two_chances_have_a_wider_interval():
    """Of 97.5 %: at least as wide as that of 95 %."""
    frames = world()
    regime, found = correlated.beyond_others(frames, OF_LABEL)
    own = tables.quantities(frames, regime)
    narrow = bca_interval(
        lambda a, c, v: np.abs(pearson(a, c)) - np.abs(pearson(a, v)),
        own[ACCURACY], own[COMPACTNESS], own[OF_LABEL], families=tables.families(frames),
    )  # fmt: skip
    assert found.value == narrow.value
    assert found.low <= narrow.low <= narrow.high <= found.high
    assert found.high - found.low > narrow.high - narrow.low


def test_networks_that_are_cut_off_are_looked_at_by_themselves(frames):
    """Layers of stored embeddings; of networks in small all are whole."""
    table = correlated.by_cut(frames)
    assert list(table.index) == ["all", "whole"]
    assert table.loc["all"].tolist() == table.loc["whole"].tolist()
    layers = ["block3", "penultimate", "features", "Mixed_7a"] + ["penultimate"] * 3 + ["layer3"]
    facts = frames["facts"].assign(layer=layers)
    cut = correlated.by_cut({**frames, "facts": facts})
    assert cut["networks"].tolist() == [8, 5, 3]
    for regime in REGIMES:
        own = [numbers(OF["best"][of], regime)[[0, 3, 7]] for of in (COMPACTNESS, ACCURACY)]
        assert cut.loc["cut off", regime] == pytest.approx(np.corrcoef(*own)[0, 1])


def test_the_sources_estimators_give_each_entry_its_own_r(frames):
    table = correlated.pairs(frames)
    places = zip(table["regime"], table["a"], table["b"], strict=True)
    expected = [by_hand(*place, "source") for place in places]
    np.testing.assert_allclose(correlated.by_source(frames, table), expected)


def test_entries_that_repeat_another_are_not_judged(frames):
    """I(X;E+eps) and I(E;Y) do not change with the classifier: one number, judged once."""
    table = correlated.pairs(frames)
    left = correlated.judged(table)
    again = table.drop(index=left.index)
    assert list(again["regime"]) == list(REGIMES[1:])
    assert set(zip(again["a"], again["b"], strict=True)) == {(COMPACTNESS, OF_LABEL)}

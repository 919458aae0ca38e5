"""Chapter 06: what it says of its correlations follows their intervals."""

import numpy as np
import pytest

from infoplane.chapters.transfer_learning import correlated, pair_texts
from infoplane.chapters.transfer_learning.settings import ACCURACY, COMPACTNESS, LOSS, REGIMES
from tests.chapters.transfer_learning.world import unlike, world

pytestmark = pytest.mark.usefixtures("fewer")

ORDER = np.array([0.0, 3.0, 1.0, 6.0, 2.0, 7.0, 4.0, 5.0])


@pytest.fixture(scope="module")
def frames(fewer):
    return world()


@pytest.fixture(scope="module")
def pairs(frames, fewer):
    return correlated.pairs(frames)


def as_reported(pairs, width):
    """Every r where the source has it, with an interval of that half width."""
    r = pairs["reported"]
    return pairs.assign(r=r, low=(r - width).clip(-1, 1), high=(r + width).clip(-1, 1))


def test_entries_are_counted_by_their_intervals(frames, pairs):
    """Two of the thirty are another one again, and get no verdict."""
    told = pair_texts.counts(as_reported(pairs, 0.01))
    assert told.startswith("Of 28 entries (2 more repeat one of them) 28 have their interval where")
    assert pair_texts.counts(as_reported(pairs, 2)).endswith("and 28 reach over an edge.")
    far = pairs.assign(low=2.0, high=3.0)
    assert "28 lie outside" in pair_texts.counts(far)


def test_most_is_said_of_most(frames, pairs):
    told = pair_texts.decided(frames, as_reported(pairs, 2))
    assert told.startswith("The intervals of 28 of the 28 entries")
    assert "edge, more than half of them: 4 families" in told
    assert "edge, no more than half" in pair_texts.decided(frames, as_reported(pairs, 0.01))


def with_quality(pairs, sign):
    """All four go together, or apart."""
    better = np.where((pairs["a"] == LOSS) ^ (pairs["b"] == LOSS), -1.0, 1.0) * sign
    return pairs.assign(r=0.9 * better, low=0.9 * better - 0.05, high=0.9 * better + 0.05)


def test_qualities_go_together_or_apart(frames, pairs):
    told = pair_texts.together(frames, with_quality(pairs, 1))
    assert "I(E; Y) go together at the best epoch" in told
    assert "Of their 6 pairs 6 in the underfitted, 6 in the optimal, 6 in the overfitted" in told
    told = pair_texts.together(frames, with_quality(pairs, -1))
    assert "go apart at the best epoch" in told
    assert "Of their 6 pairs 0 in the underfitted" in told
    assert "what is better by one" not in told


def test_compactness_goes_with_what_has_no_zero_inside(frames, pairs):
    told = pair_texts.together(frames, with_quality(pairs, 1))
    assert "Of the four pairs with compactness 4 in the underfitted" in told
    told = pair_texts.together(frames, pairs.assign(low=-1, high=1))
    assert "Of the four pairs with compactness 0 in the underfitted" in told


def test_a_reason_is_given_where_there_is_something_to_explain(frames, pairs):
    own = (pairs["a"] == ACCURACY) & (pairs["b"] == COMPACTNESS) & (pairs["regime"] == REGIMES[0])
    for low, said in ((0.1, True), (-0.1, False)):
        changed = pairs.assign(low=pairs["low"].mask(own, low))
        assert ("larger gradients" in pair_texts.together(frames, changed)) == said


def test_estimators_that_agree_move_nothing():
    def value(quantity, regime, i):
        same = {"aware": "exact", "mine": "ross", "label": "classifier"}
        return unlike(same.get(quantity, quantity), regime, i)

    frames = world(value)
    told = pair_texts.by_source(frames, correlated.pairs(frames))
    assert "move the 12 entries of compactness by 0.00 in the mean and 0.00 at most, 0 of" in told


def test_what_moves_towards_the_source_is_counted(frames, pairs):
    """The others' r is far beyond any: all that the estimators give lies nearer."""
    told = pair_texts.by_source(frames, pairs.assign(r=-5.0))
    assert "12 of them towards" in told


def simpson(quantity, regime, i):
    """Within four networks each accuracy rises with compactness; over both groups it falls."""
    group = i // 4
    if quantity == "accuracy":
        return 0.8 + 0.01 * (i % 4) - 0.1 * group
    return 2 + 0.1 * (i % 4) + group if quantity == "exact" else unlike(quantity, regime, i)


def cut_first(frames, count):
    layer = ["layer3"] * count + ["penultimate"] * (8 - count)
    return {**frames, "facts": frames["facts"].assign(layer=layer)}


def test_a_set_that_mixes_two_groups_is_said_to():
    told = pair_texts.cut(cut_first(world(simpson), 4))
    assert "The 4 networks that are cut off are the 4 of least I(X; E + ε)" in told
    assert "1.00 and 1.00 within each: what holds over all" in told


def test_a_set_whose_groups_agree_is_not(frames):
    def value(quantity, regime, i):
        order = {"accuracy": 0.8 + 0.01 * ORDER[i], "exact": 3 - 0.1 * ORDER[i]}
        return order.get(quantity, unlike(quantity, regime, i))

    told = pair_texts.cut(cut_first(world(value), 4))
    assert "are not those of least" in told
    assert "Simpson" not in told
    assert pair_texts.cut(frames) == ""  # none is cut off


def test_other_signs_are_counted_by_regime(pairs):
    assert "have 0 in the underfitted, 0 in the optimal" in pair_texts.signs(as_reported(pairs, 1))
    turned = pairs.assign(
        r=pairs["reported"].where(pairs["regime"] == REGIMES[0], -pairs["reported"])
    )
    assert pair_texts.signs(turned).endswith("0 in the underfitted, 10 in the optimal, 10 in the "
                                             "overfitted regime.")  # fmt: skip

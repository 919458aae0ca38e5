"""Chapter 06: the answer says what the records hold."""

import numpy as np
import pytest

from infoplane.chapters.transfer_learning import correlated
from infoplane.chapters.transfer_learning.answer import answer
from infoplane.chapters.transfer_learning.settings import ACCURACY, COMPACTNESS, REGIMES
from tests.chapters.transfer_learning.world import noises, ranked, unlike, world

pytestmark = pytest.mark.usefixtures("fewer")

ORDER = np.array([0.0, 3.0, 1.0, 6.0, 2.0, 7.0, 4.0, 5.0])


def falling(quantity, regime, i):
    """Compactness falls with accuracy."""
    if quantity == "accuracy":
        return 0.9 + 0.01 * ORDER[i]
    return 3 - 0.1 * ORDER[i] if quantity == "exact" else unlike(quantity, regime, i)


@pytest.fixture(scope="module")
def frames(fewer):
    return world(falling, ranks=lambda name, i: ORDER[i] if name == "probe" else ranked(name, i))


@pytest.fixture(scope="module")
def told(frames):
    return answer(frames, correlated.pairs(frames)).splitlines()


def test_it_has_three_sentences_or_so(told):
    assert len(told) == 3
    assert all(line.startswith("- ") and line.endswith(".") for line in told)


def test_compactness_stands_beside_what_the_source_has(told):
    assert told[0].startswith(
        "- Over 8 networks of 4 families compactness and accuracy correlate by -1.00 [-1.00, -1.00]"
    )
    for regime, reported in zip(REGIMES, ("-0.57", "-0.60", "0.09"), strict=True):
        assert f"in the {regime} regime, where the source has {reported}" in told[0]


def test_rankers_are_placed_by_size_and_keep_their_sign(frames, told):
    table = correlated.of_rankers(frames)["r"]
    size = table.abs().sort_values(ascending=False)
    place = list(size.index).index("compactness") + 1
    assert "probe goes most with accuracy (1.00)" in told[1]
    assert f"compactness is number {place} ({table['compactness']:.2f})" in told[1]
    assert "its correlation runs from -1.00 to -1.00" in told[1]


def test_numbers_that_are_not_defined_are_not_counted(told):
    """All networks have as many columns, which ranks none."""
    assert told[1].startswith("- Of 11 numbers that rank embeddings")


def test_how_far_it_moves_is_over_scales_and_noises():
    def noise(norm, noise_std, own):
        return -own if (norm, noise_std) == ("raw", 0.1) else noises(norm, noise_std, own)

    frames = world(falling, noise=noise)
    told = answer(frames, correlated.pairs(frames)).splitlines()[1]
    assert "runs from -1.00 to 1.00" in told


def test_how_sure_it_is_follows_the_table(frames, told):
    table = correlated.pairs(frames)
    apart = ((table["low"] > 0) | (table["high"] < 0)).sum()
    left = (table["holm"] < 0.05).sum()
    assert f"Of the 30 entries of three tables {apart} have an interval without 0" in told[2]
    assert f"and {left} a p that is left after correction" in told[2]
    own = table[(table["a"] == ACCURACY) & (table["b"] == COMPACTNESS)]
    assert (own["holm"] < 0.05).all()  # the least p of 8 networks is 2/40320: three are left
    assert left >= 3
    assert "At their best the networks reach 0.900 to 0.970" in told[2]
    chance = np.median([np.sqrt(a * (1 - a) / 70) for a in 0.9 + 0.01 * ORDER])
    assert f"with a standard error of the test images of {chance:.3f}" in told[2]

"""Chapter 06: what it says of rankers is what the records hold."""

import numpy as np
import pytest

from infoplane.chapters.transfer_learning import correlated
from infoplane.chapters.transfer_learning import ranker_texts as texts
from tests.chapters.transfer_learning.world import ORDER, falling, ranked, world

pytestmark = pytest.mark.usefixtures("fewer")


@pytest.fixture(scope="module")
def frames(fewer):
    return world(falling, ranks=lambda name, i: ORDER[i] if name == "probe" else ranked(name, i))


def test_rankers_are_placed_by_size_and_keep_their_sign(frames):
    """All networks have as many columns, which ranks none: 11 are left."""
    table = correlated.of_rankers(frames)["r"]
    place = list(table.abs().sort_values(ascending=False).index).index("compactness") + 1
    told = texts.ranked(frames)
    assert told.startswith("Of 11 numbers that rank embeddings the one")
    assert "is: linear probe (1.00); " in told
    r = f"{table['compactness']:.2f}".replace("-", "−")
    assert f"compactness is number {place} ({r}, of the training images" in told


def test_rankers_are_named_and_counted(frames):
    told = texts.rankers(frames)
    assert told.startswith("Most with accuracy go: linear probe (1.00), ")
    table = correlated.of_rankers(frames)
    sure = ((table["low"] > 0) | (table["high"] < 0)).sum()
    assert f"Of 11 rankers {sure} have an interval without 0" in told
    low, high = table.loc["compactness", ["low", "high"]]
    assert ("has it inside" in told) == (low <= 0 <= high)
    assert "the 8 networks, of 4 families, whose accuracy where trained is known" in told
    unknown = frames["facts"].assign(accuracy=np.nan)
    assert "where trained is known" not in texts.rankers({**frames, "facts": unknown})


def test_the_least_stable_ranker_is_named():
    def halves(name, i, b, own):
        return -own if name == "logme" else own

    told = texts.stability(world(falling, halves=halves))
    assert "-1.00 for LogME and 1.00 for compactness" in told


def test_a_bend_is_told_by_its_numbers(frames):
    told = texts.bent(frames)
    assert "falls from 0.94 to 0.50 and neighbours from 0.80 to 0.48" in told
    assert "little above the 0.51" in told
    assert "5.00 nats where it was 3.00, more" in told
    less = [{**one, "exact": 1.0, "probe": 0.9} for one in frames["bent"]["bent"]]
    told = texts.bent({**frames, "bent": frames["bent"].assign(bent=less)})
    assert "1.00 nats where it was 3.00, less" in told
    assert "a part of it is gone" in told


def test_compactness_is_placed_with_its_interval(frames):
    table = correlated.of_rankers(frames)
    size = table["r"].abs().sort_values(ascending=False)
    number = list(size.index).index("compactness") + 1
    low, high = table.loc["compactness", ["low", "high"]]
    told = texts.place(frames)
    assert told.startswith(f"By |r| compactness is number {number} of 11, with ")
    assert ("0 inside" in told) == (low <= 0 <= high)
    first = world(
        falling, ranks=lambda name, i: ORDER[i] + (name != "compactness") * ranked(name, i)
    )
    assert texts.place(first) == (
        "By |r| compactness is number 1 of 11, with an interval without 0."
    )


@pytest.mark.parametrize(("undone", "power"), [(2e-12, "10⁻¹¹"), (1e-12, "10⁻¹²")])
def test_what_is_left_of_a_bend_is_a_power_of_ten(frames, undone, power):
    told = texts.bent({**frames, "bent": frames["bent"].assign(undone=undone)})
    assert f"to {power} of its size" in told

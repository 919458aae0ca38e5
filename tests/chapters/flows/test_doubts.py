"""Chapter 10: on how many seeds flows warned, and in which words."""

import pytest

from infoplane.chapters.flows import doubts
from tests.chapters.flows.world import world


def test_shares_are_of_seeds_and_the_radius_is_told_apart():
    frame = world()["student"]
    table = doubts.doubted(frame)
    # of one degree of freedom on all seeds, of three on that of seed 5 and that of seed 6
    assert table["one Gaussian", "any"].tolist() == pytest.approx([1, 2 / 3])
    assert table["one Gaussian", "radius"].tolist() == pytest.approx([1, 2 / 3])
    assert (table["a mixture"] == 0).all().all()
    other = frame.copy()
    other["warnings"] = [[w for w in told if "radius" not in w] for told in frame["warnings"]]
    table = doubts.doubted(other)
    assert table["one Gaussian", "any"].iloc[0] == 1
    assert table["one Gaussian", "radius"].iloc[0] == 0


def test_a_sentence_comes_once_whatever_its_numbers_and_in_short_lines():
    frame = world()["student"]
    lines = doubts.sentences(frame)
    assert max(map(len, lines)) <= 72
    assert sum(line.startswith("- ") for line in lines) == 2
    again = frame.copy()
    again["warnings"] = [
        [w.replace("3.68", f"{3 + i}.5").replace("column 0 of x", f"column {i} of z") for w in told]
        for i, told in enumerate(frame["warnings"])
    ]
    assert sum(line.startswith("- ") for line in doubts.sentences(again)) == 2


def test_nothing_is_said_where_nobody_warned():
    frame = world()["student"]
    frame["warnings"] = [[]] * len(frame)
    assert doubts.sentences(frame) == []

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


def test_a_sentence_comes_once_whatever_its_numbers():
    frame = world()["student"]
    assert len(doubts.sentences(frame)) == 2
    again = frame.copy()
    again["warnings"] = [
        [w.replace("3.68", f"{3 + i}.5").replace("column 0 of x", f"column {i} of z") for w in told]
        for i, told in enumerate(frame["warnings"])
    ]
    assert len(doubts.sentences(again)) == 2


def test_nothing_is_said_where_nobody_warned():
    frame = world()["student"]
    frame["warnings"] = [[]] * len(frame)
    assert doubts.sentences(frame) == []
    assert doubts.as_html(frame) == ""


def test_large_numbers_are_written_out_and_sentences_open():
    frame = world()["student"]
    frame["warnings"] = [["a ratio of 4.3e+02, which <is> 1"], ["a ratio of 20, which <is> 1"]] * (
        len(frame) // 2
    )
    assert doubts.sentences(frame) == ["a ratio of 430, which <is> 1"]
    html = doubts.as_html(frame)
    assert html.startswith("<details>")
    assert html.count("<li>a ratio of 430, which &lt;is&gt; 1</li>") == 1

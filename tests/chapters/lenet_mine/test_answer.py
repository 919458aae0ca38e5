"""The answer of chapter 08 follows its records."""

import re

import pytest

from infoplane.chapters.lenet_mine.answer import answer
from tests.chapters.lenet_mine.world import HIDDEN, NOISE, world


def lines(**changes):
    return answer(world(**changes), HIDDEN, NOISE).splitlines()


def test_it_counts_words_and_what_left_the_finite_numbers():
    frames = world(words={"lenet.input.6": "dead"})
    table = frames["table"]
    late = table.index[table["word"] == "moving"][0]
    table.loc[late, "word"] = "exploding"  # with a value
    both = [*frames["planes"]["word"], *table["word"], *frames["deranged"]["word"]]
    told = answer(frames, HIDDEN, NOISE).splitlines()[0]
    counts = [both.count(word) for word in ("converged", "moving", "dead", "exploding")]
    assert min(counts) > 0
    found = [int(n) for n in re.findall(r"\d+", told)]
    assert found == [len(both), *counts[:3], 1, counts[3] - 1]


def test_it_says_how_much_is_found_layer_by_layer():
    told = lines(truth=6.0, failing=(6, 6, 6, 0))[1]
    means = (3.0, 5.0, 2.5, 2.0)
    assert [int(n) for n in re.findall(r"(\d+) %", told)] == [
        *(round(100 * x / 6) for x in means),
        33,  # sm1 alone converged
    ]
    assert "none converged" in lines(failing=(6,) * 4)[1]


@pytest.mark.parametrize(
    ("x", "why"),
    [((3, 5, 2, 2), "comes of unequal noise"), ((5, 3, 2, 2), "that data processing asks for")],
)
def test_it_says_whether_the_order_of_the_pools_is_real(x, why):
    # with more noise than its own each layer has .1 nats in this world
    told = lines(x=x, above=0)[2]
    assert why in told
    assert "with 8 for both 0.1" in told

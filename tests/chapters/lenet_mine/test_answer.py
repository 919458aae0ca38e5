"""The answer of chapter 08 follows its records."""

import re

import pytest

from infoplane.chapters.lenet_mine.answer import answer
from tests.chapters.lenet_mine.world import HIDDEN, NOISE, world


def test_it_counts_words():
    frames = world(words={"lenet.input.6": "dead"})
    both = [*frames["planes"]["word"], *frames["table"]["word"]]
    told = answer(frames, HIDDEN, NOISE)
    counts = [both.count(word) for word in ("converged", "moving", "dead", "exploding")]
    assert min(counts) > 0
    assert [int(n) for n in re.findall(r"\d+", told.splitlines()[0])] == [len(both), *counts]


@pytest.mark.parametrize("truth", [6.0, 10.0])
def test_it_says_how_far_below_what_converged_is(truth):
    told = answer(world(truth=truth, failing=(6, 6, 6, 0)), HIDDEN, NOISE)
    assert f"less than {100 * 2 / truth:.0f} %" in told  # sm1 alone converged, at 2 nats


def test_it_says_that_nothing_converged():
    assert "No run for I(X; L + ε)" in answer(world(failing=(6,) * 4), HIDDEN, NOISE)


@pytest.mark.parametrize(("x", "order"), [((3, 5, 2, 2), "is real"), ((5, 3, 2, 2), "it errs")])
def test_it_says_whether_the_order_of_the_pools_is_real(x, order):
    assert order in answer(world(x=x, above=0), HIDDEN, NOISE)

"""What chapter 08 says of its networks and critics follows its records."""

import re

import pytest

from infoplane.chapters.lenet_mine import texts
from infoplane.chapters.lenet_mine.settings import ARCHITECTURES
from infoplane.chapters.lenet_mine.texts import answer
from tests.chapters.lenet_mine.world import HIDDEN, NOISE, world


def lines(**changes):
    return answer(world(**changes), HIDDEN, NOISE).splitlines()


def test_it_counts_words_and_what_left_the_finite_numbers():
    frames = world(words={"lenet.input.6": "dead"})
    table = frames["table"]
    late = table.index[table["word"] == "moving"][0]
    table.loc[late, "word"] = "exploding"  # with a value
    both = [*frames["planes"]["word"], *table["word"], *frames["deranged"]["word"]]
    told = answer(frames, HIDDEN, NOISE).splitlines()[1]
    counts = [both.count(word) for word in ("converged", "moving", "dead", "exploding")]
    assert min(counts) > 0
    found = [int(n) for n in re.findall(r"\d+", told)]
    assert found == [len(both), *counts, counts[3] - 1]
    calm = answer(world(words={a.claim: "converged" for a in ARCHITECTURES}), HIDDEN, NOISE)
    assert "and none is called exploding." in calm


def test_it_says_how_much_is_found_layer_by_layer():
    told = lines(truth=6.0, failing=(6, 6, 6, 0))[0]
    means = (3.0, 5.0, 2.5, 2.0)
    assert [int(n) for n in re.findall(r"(\d+) %", told)] == [
        *(round(100 * x / 6) for x in means),
        33,  # sm1 alone converged
    ]
    assert told.startswith("- No: of the exact I(X; L + ε)")
    assert "flat is not tight" in told
    assert "none of them converged." in lines(failing=(6,) * 4)[0]
    assert "tight" not in lines(truth=2.0, failing=(6, 6, 6, 0))[0]  # sm1 finds all


def test_whether_mine_can_follow_is_said_of_the_layers_where_it_does():
    assert lines(truth=2.0)[0].startswith("- Yes: ")
    assert lines(truth=2.7)[0].startswith("- In maxpool1, maxpool2 and relu3 alone: ")


def test_nothing_is_not_less_than_nothing():
    told = lines(x=(-0.001,) * 4, x_spread=(0,) * 4, truth=6.0)[0]
    assert "-0 %" not in told


@pytest.mark.parametrize(
    ("x", "why"),
    [((3, 5, 2, 2), "comes of unequal noise"), ((5, 3, 2, 2), "that data processing asks for")],
)
def test_it_says_whether_the_order_of_the_pools_is_real(x, why):
    # with more noise than its own each layer has .1 nats in this world
    told = lines(x=x, above=0)[2]
    assert why in told
    assert "with 8 for both 0.1" in told


def test_the_setting_that_is_trained_is_told_beside_the_nearest():
    told = texts.grid(world())
    assert told.startswith("Nearest to the reported 70 % is momentum with batches of 64, at 69 %")
    assert "which is trained to the end" in told
    assert "sgd 35 to 41 %" in told
    told = texts.grid(world(trained=("adam", 32)))
    assert "while adam with batches of 32 is trained to the end" in told
    frames = world()
    one = frames["grid"][frames["grid"]["batch"] == 64]
    assert "sgd 37 %, momentum" in texts.grid({**frames, "grid": one})


@pytest.mark.parametrize(("errors", "how"), [(0.5, "fewer errors than"), (1.5, "more errors than")])
def test_errors_are_compared_with_the_sources(errors, how):
    told = texts.accuracies(world(errors=errors))
    assert how in told
    assert f"{errors:.2f} at epoch 4" in told


def test_without_later_epochs_nothing_is_compared():
    assert texts.accuracies(world(epochs=1)) == ""


def test_the_accuracy_is_laid_beside_the_sources():
    assert texts.reached(world()) == "At epoch 20 our network reaches 97.0 %, the source's 97 %."
    assert texts.reached(world(epochs=5)).startswith("At epoch 4 our network reaches 83.0 %")

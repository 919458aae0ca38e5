"""What chapter 08 says of its networks and critics follows its records."""

import re

import pytest

from infoplane.chapters.lenet_mine import texts
from infoplane.chapters.lenet_mine.settings import ARCHITECTURES
from infoplane.chapters.lenet_mine.texts import answer
from tests.chapters.lenet_mine.world import HIDDEN, NOISE, PASSES, world


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
    assert "flat is not tight" in lines(truth=6.0, failing=(6, 6, 6, 0))[1]
    assert "none of them converged." in lines(failing=(6,) * 4)[1]
    assert "tight" not in lines(truth=2.0, failing=(6, 6, 6, 0))[1]  # sm1 finds all


def test_nothing_is_not_less_than_nothing():
    told = lines(x=(-0.001,) * 4, x_spread=(0,) * 4, truth=6.0)[1]
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


def test_what_explodes_is_told_with_where_it_ends():
    frames = world()
    every = frames["table"]["word"].value_counts()["exploding"]
    assert f"{every} are called so; 0 of these end with a finite value." in texts.exploding(
        {**frames, "deranged": frames["deranged"]}
    )
    late = frames["table"].index[frames["table"]["word"] == "exploding"][0]
    frames["table"].loc[late, "value"] = 0.25
    assert "1 of these end with a finite value, at most 0.25 nats" in texts.exploding(frames)
    calm = world(words={a.claim: "converged" for a in ARCHITECTURES})
    assert texts.exploding(calm).endswith("of this page is called so.")


def test_rows_of_the_table_are_counted_by_what_the_source_saw():
    told = texts.architectures(world(truth=6.0), "relu3")
    assert "Of relu3: 32 of 32 runs of the rows that the source saw explode do here" in told
    assert "and 24 of 24 of those that it saw converge" in told
    assert "MINE says 2.0" in told
    assert told.endswith("nats in the mean, of 6.00 that there are.")
    calm = world(words={a.claim: "moving" for a in ARCHITECTURES})
    assert ": 0 of 32 runs" in texts.architectures(calm, "relu3")


def test_derangements_are_told_by_what_new_images_say():
    told = texts.pairings(world(), 256)
    assert "Of 8 runs with a derangement 8 came to rest, 0 end above the log of the batch" in told
    assert "2.00 nats where the batches say 2.50: little of it is rows" in told
    frames = world()
    by_heart = frames["deranged"].assign(held_out=1.0, value=6.0, word="moving")
    told = texts.pairings({**frames, "deranged": by_heart}, 256)
    assert "0 came to rest, 8 end above the log of the batch, 5.55" in told
    assert told.endswith("rows are learned by heart.")


def moved(frames, ends=(1.0, 1.0)):
    """With the noise of relu3, and ends of both ways."""
    made = frames["transfer"].assign(noise=2.0)
    curves = [
        [[value * ends[int(way)] for value in run] for run in of]
        for of, way in zip(made["curves"], made["transfer"], strict=True)
    ]
    return {**frames, "transfer": made.assign(curves=curves)}


def test_going_on_helps_or_does_not():
    told = texts.transfer(moved(world()))
    assert told.startswith("Going on helps: from run 3 on the curve stays within a twentieth")
    assert f"after 2 passes in the mean, from scratch after 30 of {PASSES}" in told
    assert "In run 6 it ends as high, at 1.00 nats beside 1.00; there are exactly 1.20" in told
    assert told.endswith("What is saved is the climb, not the gap to the truth.")
    assert "climb" not in texts.transfer(moved(world(), (1.0, 2.0)))  # above the exact value
    told = texts.transfer(moved(world(scratch=2, going_on=9)))
    assert told.startswith("Going on does not help")
    assert "climb" not in told


def test_where_going_on_ends_and_begins():
    assert "it ends higher, at 2.00" in texts.transfer(moved(world(), (1.0, 2.0)))
    assert "it ends lower, at 0.50" in texts.transfer(moved(world(), (1.0, 0.5)))
    assert "furthest off in run 2, 1.00 nats below" in texts.transfer(moved(world()))
    assert "furthest" not in texts.transfer(moved(world(), (1.0, 0.01)))


def test_captions_say_where_things_end():
    assert texts.reached(world()) == "At epoch 20 our network reaches 97.0 %, the source's 97 %."
    assert texts.reached(world(epochs=5)).startswith("At epoch 4 our network reaches 83.0 %")
    told = texts.batches(world(values={"lenet.input.2": 4.0}), 256)
    assert told.startswith("Without noise values end at up to 9.0 nats, with noise at up to 4.1;")
    assert told.endswith("the log of a batch is 5.5.")
    frames = world()
    quiet = frames["table"][frames["table"]["noise"] > 0]
    assert texts.batches({**frames, "table": quiet}, 256) == ""
    told = texts.going_on(moved(world(), (1.0, 2.0)))
    assert told == "Run 6 ends at 1.00 nats from scratch, and at 2.00 with transferred weights."

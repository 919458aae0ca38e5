"""What chapter 08 says of its critics follows their runs."""

import pandas as pd

from infoplane.chapters.lenet_mine import ascent_texts as texts
from infoplane.chapters.lenet_mine.settings import ARCHITECTURES
from tests.chapters.lenet_mine.world import EPOCHS, HIDDEN, PASSES, world

CALM = {a.claim: "moving" for a in ARCHITECTURES}


def test_what_explodes_is_told_with_where_it_ends():
    frames = world()
    every = frames["table"]["word"].value_counts()["exploding"]
    told = texts.exploding(frames)
    assert f"{every} are called exploding, and 0 of these end with a finite value; the " in told
    assert "exploding" not in told.split("others")[1]
    late = frames["table"].index[frames["table"]["word"] == "exploding"][0]
    frames["table"].loc[late, "value"] = 0.25
    assert "1 of these end with a finite value, at most 0.25 nats" in texts.exploding(frames)
    frames["table"]["value"] = 0.5
    assert "and all end with a finite value, at most 0.50 nats" in texts.exploding(frames)
    assert "of this page none is called exploding: " in texts.exploding(world(words=CALM))


def test_rows_of_the_table_are_counted_by_what_the_source_saw():
    told = texts.architectures(world(truth=6.0), "relu3")
    assert "in the rows that the source saw explode, 32 of 32 runs explode here" in told
    assert "in those that it saw converge, 24 of 24 converge" in told
    assert "MINE says 2.0" in told
    assert told.endswith("nats in the mean, of 6.00 that there are.")
    assert "explode, 0 of 32 runs" in texts.architectures(world(words=CALM), "relu3")


def paired(values=6.0, word="moving", held_out=1.0):
    """Permutations have two nats here."""
    frames = world(words=CALM)
    other = frames["deranged"].assign(value=values, word=word, held_out=held_out)
    return texts.pairings({**frames, "deranged": other}, 256)


def test_whether_it_is_the_permutation_that_holds_values_down():
    told = paired()
    assert "batches end higher, at 6.00 nats in the mean beside 2.0" in told
    assert "8 of 8 runs above the log of the batch, 5.55, beside 0 of 8; 0 exploded" in told
    assert "a permutation holds values down, but with a derangement nothing explodes" in told
    assert "So it is: with a derangement values explode" in paired(word="exploding")
    told = paired(values=2.0)
    assert "batches end no higher, at 2.00" in told
    assert "So with a derangement nothing explodes, either" in told


def test_derangements_are_told_by_what_new_images_say():
    assert paired().endswith("give 1.00 nats: rows are learned by heart.")
    assert paired(held_out=5.0).endswith("give 5.00 nats: little is learned by heart.")


def test_each_value_of_one_quantity_has_its_setting():
    """By the critics of the planes 1.2 nats, which is exact, too."""
    frames = moved(world(values={"lenet.target.2": 0.7}), (0.3, 0.4))
    made = {"layer": "relu3", "epoch": EPOCHS[-1], "value": 1.1}
    frames["labelled"] = pd.DataFrame([made | {"seed": s} for s in range(5)])
    frames["transfer"] = frames["transfer"].assign(rows=60000, passes=PASSES)
    told = texts.settings(frames, HIDDEN)
    assert "1.20 nats with 20 units (planes), 0.7" in told
    assert "with 100 (table); after 30 passes through 60 000 images 0.30 from scratch" in told
    assert "and 0.40 with transferred weights; 1.10 with a score a label; and exactly 1.20" in told
    pools = frames["table"][frames["table"]["layer"] == "maxpool1"]
    assert "units; after" in texts.settings({**frames, "table": pools}, HIDDEN)


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
    # .1 from scratch and .65 going on, of 1.2
    told = texts.transfer(moved(world(), (0.1, 0.65)))
    assert told.endswith("What is saved is the climb and 50 % of the gap to the truth.")
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
    told = texts.batches(world(values={"lenet.input.2": 4.0}), 256)
    assert told.startswith("Without noise values end at up to 9.0 nats, with noise at up to 4.1;")
    assert told.endswith("a single seed gets to 3.0, below the log of a batch, 5.5.")
    assert "to 3.0, above the log of a batch, 0.7." in texts.batches(world(), 2)
    frames = world()
    quiet = frames["table"][frames["table"]["noise"] > 0]
    assert texts.batches({**frames, "table": quiet}, 256) == ""
    told = texts.going_on(moved(world(), (1.0, 2.0)))
    assert told == "Run 6 ends at 1.00 nats from scratch, and at 2.00 with transferred weights."

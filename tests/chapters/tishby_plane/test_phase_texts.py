"""What is said of phases follows the records, in both directions."""

from infoplane.chapters.tishby_plane import phase_texts as texts
from tests.chapters.tishby_plane.told import planes


def test_falls_and_rises_are_in_nats_by_every_way_of_looking():
    said = texts.compressed(planes())
    assert said.startswith("In the published edition (networks that learned: 6 of tanh and 6 of")
    assert "the second phase is there for tanh" in said
    assert "layer 4 and layer 5 lose 2.00 and 2.00 nats" in said
    assert "on [-1, 1] 1.50 and 1.50" in said
    assert "is sure by the original's bins (1.00" in said
    assert "1.00 and 1.00 with σ = 0.03" in said
    assert "0.00 and 0.00 with σ = 0.5" in said
    assert "50 % and 50 % of what bins see" in said
    assert "(the least σ is 3 % of" in said  # 0.03 of 1


def test_no_fall_is_not_called_one():
    said = texts.compressed(planes(own=(4.0, 5.0, 5.0)))
    assert "is not sure in both of the last hidden layers" in said
    assert "of what bins see" not in said


def test_a_rise_that_is_missing_is_not_sure():
    said = texts.compressed(planes(own=(5.0, 4.0, 3.0)))
    assert "not sure by bins of the layer's own range (0.00" in said


def test_relu_may_disagree_or_not():
    still = planes(relu=(4.0, 5.0, 5.0), fixed=(4.0, 5.0, 5.0))
    said = texts.compressed(still)
    assert "compare so: by bins of the layer's own range none surely falls, and by bins on" in said
    assert "exactly none does, whatever the noise" in said
    assert "The output" not in said
    said = texts.compressed(planes(relu=(4.0, 5.0, 4.0)))
    assert "disagree outright: by bins of the layer's own range layers 1, 2, 3, 4 and 5" in said
    assert "The output, layer 6, surely falls: by 1.00 by bins of the layer's own range" in said
    falling = planes(relu=(4.0, 5.0, 4.0))
    relu = falling["exact"]["activation"] == "relu"
    falling["exact"].loc[relu, "exact_x"] = falling["exact"].loc[~relu, "exact_x"].to_numpy()
    said = texts.compressed(falling)
    assert "exactly layers 1, 2, 3, 4 and 5 surely fall with σ = 0.03." in said
    assert "1.00 with σ = 0.03 (nats)" in said
    assert "ReLU" not in texts.compressed(planes(activations=("tanh",)))


def test_networks_too_few_or_dead_say_nothing():
    for frames in (planes(networks=2), planes(learned=0.5), planes(activations=("relu",))):
        assert texts.compressed(frames) == ""
    assert texts.finer(planes(networks=2)) == ""
    assert texts.lengths(planes(learned=0.5)) == ""


def test_networks_trained_twice_agree_or_do_not():
    assert "agree at all checkpoints" in texts.twice(planes())
    # the last of three checkpoints in three of six networks
    assert "agree at 83 % of the checkpoints" in texts.twice(planes(agree=0.5))


def test_lengths_are_those_of_the_last_hidden_layer():
    assert "goes from 0.25 to 1.00 for tanh and from 0.25 to 1.00 for relu" in texts.lengths(
        planes()
    )
    assert "tanh" not in texts.lengths(planes(activations=("relu",)))


def test_few_bins_are_held_against_the_most():
    said = texts.finer(planes())
    assert "with 10 bins 5.00 nats at its highest and 1.00 at the end" in said
    assert "with 100 000 bins 8.30 nats at its highest and 8.30 at the end" in said
    assert "nearly every input has a pattern to itself" in said
    said = texts.finer(planes(finest=6.0))
    assert "nearly every input" not in said
    assert "layers 1, 2, 3, 4 and 5 still are at 6.00, 6.00, 6.00, 6.00 and 6.00 of the" in said
    assert said.count("A ReLU unit is zero for many inputs") == 1  # of tanh that is no reason

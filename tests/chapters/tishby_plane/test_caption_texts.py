"""What captions of chapter 05 say first is what the records hold."""

import pandas as pd

from infoplane.chapters.tishby_plane import caption_texts as texts
from tests.chapters.tishby_plane.test_group_texts import groups
from tests.chapters.tishby_plane.told import neural, planes, stopping


def test_planes_go_from_where_to_where():
    said = texts.lifted(planes())
    assert said == (
        "In the mean I(T; Y) of layer 5 goes from 0.10 to 0.60 nats (tanh) and from 0.10 to 0.60 "
        "nats (relu). "
    )
    assert texts.lifted(planes(networks=2)) == texts.parted(planes(networks=2), "tanh") == ""


def test_networks_that_learned_are_counted():
    said = texts.learned(planes())
    assert said == "6 of 6 networks of tanh and 6 of 6 networks of relu"


def test_a_layer_has_two_places():
    said = texts.parted(planes(), "tanh")
    assert "layer 5 of tanh ends at 3.01 nats by bins, and at 3.01 exactly, with σ = 0.03" in said


def test_the_finest_bins_come_near_the_ceiling_or_not():
    frames = planes()
    assert texts.reached(frames).endswith("every hidden layer of tanh and relu")
    relu = frames["planes"]["activation"] == "relu"
    far = planes(finest=6.0)["planes"]["finer_x"]
    frames["planes"].loc[relu, "finer_x"] = far[relu]
    assert texts.reached(frames).endswith("of tanh, and not of relu")
    assert "do not come near" in texts.reached(planes(finest=6.0))


def test_who_is_nearer_is_counted_layer_by_layer():
    assert "than MINE in 0 of 6 layers before training, and in 6 after it" in texts.nearer(neural())


def test_sets_are_told_with_both_kinds_of_bins_where_there_are_two():
    assert "5.00 to 3.50 nats (simple), from 5.00 to 3.50 nats (digits)" in texts.raised(groups())
    said = texts.changed(groups())
    assert "(nats; simple: −1.50, −1.00 on [-1, 1]; digits: −1.50)" in said


def test_readings_are_told_by_where_they_end_and_how_they_scatter():
    said = texts.readings(groups(), "simple")
    assert "3.50 by one network, 3.55 by told, 3.55 by mixed and 3.60 by neurons" in said
    assert "scatters least by one network, and" in texts.closest(groups())


def test_pairs_in_the_nearer_half_are_counted():
    counts = {"within": [3, 0, 0, 1], "between": [0, 1, 2, 1]}
    row = {f"{name}_counts": [[of] * 5] for name, of in counts.items()}
    said = texts.piled({"noisy": pd.DataFrame([row, row])})
    assert "75 % of the pairs of one class" in said
    assert "and 25 % of those of two classes" in said


def test_rules_are_held_against_the_loss():
    same, late = stopping(), stopping(peak=8, best=30)
    assert "networks score 0.900 and 0.900 on digits" in texts.stopped(same)
    assert "0.900 and 0.856 on digits" in texts.stopped(late)
    assert "against" not in texts.outdone(late)
    assert "none of 8 on digits and none of 8 on patterns" in texts.outdone(late)

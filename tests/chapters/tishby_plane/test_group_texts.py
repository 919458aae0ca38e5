"""What is said of source 002's sets follows the records."""

import numpy as np
import pandas as pd
import pytest

from infoplane.chapters.tishby_plane import group_texts as texts
from tests.chapters.tishby_plane.told import layers

EPOCHS = [0, 5, 50, 500]


def groups(own=(5.0, 5.0, 3.0, 3.5), fixed=(4.0, 4.4, 3.0, 3.0), datasets=("simple", "digits")):
    """Two groups of two networks; readings that scatter by 0.1, 0.2 and so on in their order."""
    rows, original = [], []
    for dataset in datasets:
        for s in range(2):
            row = {"dataset": dataset, "seed": s, "networks": 2, "rows": 1000, "epoch": EPOCHS}
            row |= {"accuracy": [0.5, 0.9, 0.99, 1.0], "simple_x": [layers(own)] * 2}
            row |= {"simple_y": [layers(own)] * 2}
            for reading, spread in (("told", 0.1), ("mixed", 0.1), ("neurons", 0.2)):
                row |= {f"{reading}_{q}": layers(own, spread * s) for q in "xy"}
            rows.append(row)
            if dataset == "simple":
                original.append({"dataset": dataset, "seed": s, "fixed_x": [layers(fixed)] * 2})
    return {"groups": pd.DataFrame(rows), "originals": pd.DataFrame(original)}


def test_courses_are_told_turn_by_turn_with_the_accuracy_there():
    said = texts.order(groups(), "simple")
    assert "from 0.50 to 1.00, and is within 0.02 of that from epoch 50 on" in said
    assert (
        "layer 5 falls by 2.00 nats until epoch 50 (accuracy 0.99), then rises by 0.50 nats until "
        "the end."
    ) in said
    assert "it rises by 0.40 nats until epoch 5 (accuracy 0.90), then falls by 1.40" in said


def test_a_course_that_hardly_moves_stays():
    assert "stays at 5.00 nats" in texts.order(groups(own=(5.0, 5.01, 5.02, 5.0)), "simple")


def test_small_swings_are_no_turns():
    said = texts.order(groups(own=(5.0, 4.0, 4.03, 3.0)), "simple")
    assert "layer 5 falls by 2.00 nats until the end" in said


def test_sets_without_the_original_bins_have_no_order():
    assert texts.order(groups(), "digits") == ""
    assert texts.order(groups(datasets=("digits",)), "simple") == ""


def test_images_are_held_against_the_ceiling():
    said = texts.images(groups())
    share = 100 * 3.0 / np.log(1000)
    assert f"Of digits the layers before layer 4 have {share:.0f} % of the ceiling" in said
    assert "layer 5 goes from 5.00 to 3.50 nats while the accuracy goes from 0.50 to 1.00" in said
    assert texts.images(groups(datasets=("simple",))) == ""


def test_scatter_and_violations_are_told_set_by_set():
    said = texts.extension(groups())
    # two groups are each as far from the other as their spread
    assert "one network's plane is 0.00 nats from the others', that of drawn neurons 0.20" in said
    assert "the plain mean 0.10" in said
    assert "scatter less than one network's on no set" in said
    assert "what is clearer is the average" in said


@pytest.mark.parametrize(("drawn", "clear"), [(0.05, False), (0.3, True)])
def test_the_average_is_clearer_or_not(drawn, clear):
    frames = groups(datasets=("simple",))
    for q in "xy":
        frames["groups"][f"neurons_{q}"] = [layers((1, 1, 1, 1), drawn * s) for s in range(2)]
    assert ("what is clearer is the average" in texts.extension(frames)) == clear

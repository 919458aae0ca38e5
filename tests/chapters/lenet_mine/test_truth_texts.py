"""What chapter 08 says of exact values and formulas follows its records."""

import numpy as np
import pandas as pd
import pytest

from infoplane.chapters.lenet_mine import truth_texts as texts
from infoplane.chapters.lenet_mine.settings import LAYERS
from tests.chapters.lenet_mine.world import EPOCHS, HIDDEN, NOISE, N, world

TOP = float(np.log(N))


def finer(nats):
    """With so much left of every layer at the further sizes of noise."""
    frames = world()
    last = frames["exact"][frames["exact"]["epoch"] == EPOCHS[-1]]
    left = [[[nats] * 3] * len(LAYERS)] * len(last)
    shares = [[0.25, 1.0, 4.0]] * len(last)
    return {**frames, "finer": last.assign(shares=shares, exact_x=left)}


def test_what_noise_leaves_is_said_by_layer():
    told = texts.noise(world())
    assert told.startswith("With noise of 8 root mean squares there are left, in nats: maxpool1 ")
    assert told.endswith("maxpool2 0.10, relu3 0.10, sm1 0.10.")


def test_sizes_that_are_not_of_the_rule_are_named():
    told = texts.rule(finer(9.0), NOISE)
    assert told.startswith(
        "The sizes taken are those of the rule, for every layer. It chooses from"
    )
    assert "0.5, 2 and 8, which were tried at all checkpoints. 0.25, 1 and 4 were computed" in told
    told = texts.rule(finer(9.0), (8.0, 8.0, 2.0, 0.5))
    assert told.startswith("For maxpool2 another size")


def test_smaller_sizes_that_the_rule_does_not_look_at_are_named():
    """Less than its own would do for a layer with 3 nats left, and for none with 9."""
    assert texts.rule(finer(9.0), NOISE).endswith("it does not look at them.")
    told = texts.rule(finer(3.0), NOISE)
    assert "do with 0.25 for maxpool1, 0.25 for maxpool2, 0.25 for relu3 and 0.25 for sm1." in told


@pytest.mark.parametrize(("truth", "below"), [(9.0, 120), (0.1, 0)])
def test_values_below_the_truth_are_counted(truth, below):
    told = texts.truth(world(truth=truth), HIDDEN, NOISE)
    assert told.startswith(f"Below the exact value are {below} of 120 values of I(X; L + ε)")


def test_the_order_is_broken_by_both_or_by_one():
    """I(X; L) of 3, 5, 2.5 and 2 nats by MINE; exactly as much, or in falling order."""
    told = texts.orders(world(above=0), HIDDEN, NOISE)
    assert "by the exact values and by MINE from maxpool1 to maxpool2 of X" in told
    assert "alone from" not in told
    falling = world(y=(1.9, 1.8, 1.7, 1.6), truth=3.0)
    told = texts.orders(falling, HIDDEN, NOISE)
    assert "broken by MINE alone from maxpool1 to maxpool2 of X." in told
    kept = world(x=(5, 4, 3, 2), y=(1.9, 1.8, 1.7, 1.6))
    assert texts.orders(kept, HIDDEN, NOISE).startswith("At no step is the order")


def test_a_score_a_label_stands_beside_what_is_printed():
    frames = world()
    labelled = pd.DataFrame(
        [{"layer": layer, "epoch": EPOCHS[-1], "value": 1.1, "seed": s}
         for layer in LAYERS[2:] for s in range(5)]
    )  # fmt: skip
    told = texts.labels({**frames, "labelled": labelled}, HIDDEN, NOISE)
    assert told.startswith(
        "Of the 1.20 nats in relu3 a critic with a score a label finds 1.10, and "
    )
    assert "one as printed 1.20; of the 1.90 nats in sm1 a critic" in told


def formulas(published, covariance, n=N):
    formula = {"published": published, "covariance": covariance}
    exact = world()["exact"].assign(n=n)
    return {"exact": exact.assign(published=[formula] * len(exact))}


def test_formulas_are_laid_beside_what_can_exist():
    told = texts.published(formulas(10 * TOP, 20 * TOP))
    assert "10 times log N; with the right covariance 184, even further off. 90 % of the" in told
    assert "still above it" in texts.published(formulas(10 * TOP, 2 * TOP))
    told = texts.published(formulas(0.5, 0.4, n=500))
    assert "below log N; with the right covariance 0, below log N, which does not" in told
    assert "no centre" not in told


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([1.0, *[TOP] * 5], "at the ceiling from epoch 4 on"),
        ([TOP] * 6, "at the ceiling from the first checkpoint on"),
        ([1.0] * 6, "stays below the ceiling, log N = 9.21"),
        ([TOP] * 5 + [1.0], "stays below the ceiling"),
    ],
)
def test_the_ceiling_is_reached_where_no_later_value_is_below(values, told):
    exact = world()["exact"]
    by_epoch = dict(zip(EPOCHS, values, strict=True))
    assert told in texts.dropout({"exact": exact.assign(dropout_x=exact["epoch"].map(by_epoch))})


def test_the_layer_that_a_shift_moves_most_is_named():
    exact = world()["exact"]
    soft = exact.assign(
        soft=[[0.5, 0.5, 0.5, 0.9]] * len(exact), soft_shifted=[[0.5, 0.1, 0.4, 0.8]] * len(exact)
    )
    assert texts.soft({"exact": soft}).startswith("The shift moves maxpool2 from 0.50 to 0.10.")


def small(fixed, own=9.0, accuracy=(0.1, 0.5, 1.0)):
    """Three checkpoints of three groups; the output by bins on [-1, 1], and on its own range."""
    rows = {"epoch": [0, 1, 9], "rows": 4096, "accuracy": list(accuracy)}
    curves = [[*fixed[:2], value] for value in fixed[2]]
    return {
        "cnn": pd.DataFrame(
            [rows | {"fixed_neurons_x": curves, "neurons_x": [[9.0, 9.0, own]] * 3}] * 3
        )
    }


def test_layers_at_the_ceiling_and_a_peak_that_is_cut_off_are_said_to_be():
    told = texts.small(small((8.32, 8.32, (0.1, 8.2, 2.0))))
    assert told.startswith("relu1 and fc1 stand at log N")
    assert "begins at 0.10 nats, is at its peak of 8.20 at epoch 1, and ends at 2.00" in told
    assert "within a tenth of the ceiling" in told
    assert told.endswith("rises all the while.")


def test_layers_below_it_are_not():
    told = texts.small(small((8.32, 7.0, (0.1, 4.0, 2.0)), accuracy=(0.1, 0.5, 0.4)))
    assert told.startswith("relu1 stands at log N")
    assert "within a tenth" not in told
    assert told.endswith("goes up and down.")
    assert texts.small(small((7.0, 7.0, (0.1, 4.0, 2.0)))).startswith("No layer but the output")


def test_an_own_range_leaves_nothing_to_rise_from_or_does():
    assert "has nothing to rise from" in texts.own_range(small((8, 8, (0, 1, 2))))
    assert "begins at 3.00 nats" in texts.own_range(small((8, 8, (0, 1, 2)), own=3.0))


def test_how_much_is_known_by_heart_is_said():
    told = texts.known_by_heart(small((8, 8, (0, 1, 2)), accuracy=(0.1, 0.5, 0.9)))
    assert "goes on for 9 epochs, until 90 % of the images are known" in told


def test_the_layer_that_has_most_is_named():
    """By MINE maxpool2 has 5 nats; exactly a nat less of each layer, or as much of all."""
    told = texts.most(world(), HIDDEN, NOISE)
    assert "of I(X; L + ε) maxpool2 has most by MINE, as it does exactly" in told
    told = texts.most(world(truth=6.0), HIDDEN, NOISE)
    assert "maxpool2 has most by MINE, exactly maxpool1 does" in told


def test_the_output_falls_while_accuracy_rises():
    told = texts.output(small((8, 8, (0.1, 4.0, 1.5)), accuracy=(0.1, 0.5, 0.9)))
    assert "ends 2.5 nats below its peak of 4.0, while accuracy goes from 50 to 90 %" in told


def test_the_layer_that_has_most_is_counted_over_runs():
    """Of 6 checkpoints and 5 networks; in each maxpool2 has most of the image, sm1 of the label."""
    told = texts.runs(world(), HIDDEN)
    assert told.startswith("By MINE with 20 units of the image maxpool2 has most in 30 of 30 runs")
    assert "of the label sm1 has most in 30 of 30 runs" in told
    frames = world()
    planes = frames["planes"]
    first = (planes["epoch"] == 0) & (planes["layer"] == "relu3") & (planes["target"] == "x")
    frames["planes"] = planes.assign(value=planes["value"].mask(first, 9.0))
    assert "maxpool2 has most in 25 of 30 runs" in texts.runs(frames, HIDDEN)

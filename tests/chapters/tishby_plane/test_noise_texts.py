"""What is said of the noisy network follows the records, in both directions."""

import pytest

from infoplane.chapters.tishby_plane import noise_texts as texts
from tests.chapters.tishby_plane.told import noisy, planes


def test_information_and_distances_turn_round_together_or_not():
    said = texts.clustering(noisy() | planes())
    assert "rises by 2.00 nats until epoch 9 and falls by 0.50" in said
    assert "within a class rises by 0.600 and falls by 0.300" in said
    assert "turn round together" in said
    assert "most of all there" in said  # the ratio: 1, 0.4, 0.25
    assert "falls of 2.00 and 2.00 nats" in said
    for changed in ({"within": (0.2, 0.5, 0.8)}, {"information": (2.0, 3.5, 4.0)}):
        said = texts.clustering(noisy(**changed) | planes())
        assert "do not surely turn round together" in said


def test_a_ratio_that_falls_late_is_not_said_to_fall_early():
    frames = noisy(within=(0.2, 0.8, 0.1), between=(0.25, 1.0, 1.0)) | planes()
    assert "most of all there" not in texts.clustering(frames)


def test_few_networks_say_nothing_and_no_tanh_is_left_out():
    assert texts.clustering(noisy(networks=3) | planes()) == ""
    assert "binning reports" not in texts.clustering(noisy() | planes(activations=("relu",)))


@pytest.mark.parametrize(("finest", "there"), [(8.318, True), (6.0, False)])
def test_bins_of_a_noisy_layer_reach_the_ceiling_or_not(finest, there):
    said = texts.binned(noisy(finest=finest))
    assert f"{finest:.2f} nats" in said
    assert ("does not help" in said) == there
    assert "4.5" in said  # 3.5 + 3 - 2 of the last layer


@pytest.mark.parametrize(("more", "count"), [(0.0, 0), (2.0, 6)])
def test_violations_of_noisy_networks_are_counted(monkeypatch, more, count):
    table = {"estimator": ["tanh, bins", "noisy"], "I(X;T)": [0.25, 0.0], "I(T;Y)": [0.0, 0.0]}
    import pandas as pd

    frame = pd.DataFrame(table | {"must hold": [False, True]})
    monkeypatch.setattr(texts, "processing", lambda frames: frame)
    said = texts.inequality(noisy(more=more))
    assert "most often by *tanh, bins*, in 25 % of the comparisons of I(X;T)" in said
    expected = "In 6 of 6 noisy networks" if count else "In none of 6 noisy networks"
    assert expected in said
    frame.loc[0, "I(X;T)"] = 0.0
    assert "not broken here either" in texts.inequality(noisy())

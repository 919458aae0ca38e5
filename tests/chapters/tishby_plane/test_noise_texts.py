"""What is said of the noisy network follows the records, in both directions."""

import pytest

from infoplane.chapters.tishby_plane import noise_texts as texts
from tests.chapters.tishby_plane.told import noisy


@pytest.mark.parametrize(("finest", "there"), [(8.318, True), (6.0, False)])
def test_bins_of_a_noisy_layer_reach_the_ceiling_or_not(finest, there):
    said = texts.binned(noisy(finest=finest))
    assert (f"at least {finest:.2f} of the 8.32 nats" if there else f"{finest:.2f} nats") in said
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

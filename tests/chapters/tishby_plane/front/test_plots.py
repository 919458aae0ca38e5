"""The picture of the front page says what its own network does."""

import numpy as np

from infoplane.chapters.tishby_plane.front.plots import fallen


def test_a_fall_is_from_the_peak_of_the_last_hidden_layer():
    binned, exact = np.zeros((4, 6)), np.zeros((4, 6))
    binned[:, 4], exact[:, 4] = [6.0, 7.0, 5.0, 3.5], [1.0, 2.0, 2.5, 2.25]
    binned[:, 3], exact[:, 5] = 9.0, [9.0, 8.0, 7.0, 0.0]  # of other layers
    told = fallen(binned, exact, 0.1)
    assert "last hidden layer, 5, falls from its peak by 3.5 nats" in told
    assert "by 0.2 exactly, once noise of σ = 0.1" in told
    assert "by 0.0 exactly" in fallen(binned, np.cumsum(exact, axis=0), 0.1)

"""What is said of clustering follows the records, layer by layer, in both directions."""

import numpy as np

from infoplane.chapters.tishby_plane import cluster_texts as texts
from tests.chapters.tishby_plane.told import noisy, planes


def only(layers, frames, course):
    """The same, but that the distance within a class of some layers takes another course."""
    found = []
    for within in frames["noisy"]["within"]:
        table = np.array(within)
        table[:, [layer - 1 for layer in layers]] = np.array(course)[:, None]
        found.append(table.tolist())
    frames["noisy"]["within"] = found
    return frames


def test_information_and_distances_fall_together_or_not():
    frames = noisy() | planes()
    said = texts.clustering(frames)
    assert "Layer 5: I(X;T) peaks at epoch 9 and falls by 0.50 nats from there" in said
    assert "within a class falls by 0.300, and was largest at epoch 9." in said
    assert "Both surely fall in layers 1, 2, 3, 4 and 5" in said
    assert "(and before the peak both rise there)" in said
    assert "turns later" not in said
    assert "falls of 2.00 and 2.00 nats in layers 4 and 5" in said
    assert texts.together(frames).endswith(
        "in layers 1, 2, 3, 4 and 5, and distances within a class shrink meanwhile."
    )
    apart = noisy(within=(0.2, 0.5, 0.8)) | planes()
    assert "compression is not clustering" in texts.clustering(apart)
    assert texts.together(apart).endswith("shrink meanwhile in none of them.")
    rises = noisy(information=(2.0, 3.5, 4.0)) | planes()
    assert "highest at the last epoch, 99" in texts.clustering(rises)
    assert texts.together(rises).endswith("falls after its peak in no layer.")


def test_layers_that_do_not_cluster_are_named():
    frames = only((2,), noisy() | planes(), (0.2, 0.5, 0.8))
    said = texts.clustering(frames)
    assert "Both surely fall in layers 1, 3, 4 and 5" in said
    assert "In layer 2 information falls and the distance does not surely" in said
    assert "(in layer 2 it rises)" in said
    assert "in layers 1, 3, 4 and 5 alone." in texts.together(frames)


def test_a_distance_that_turns_later_is_told():
    """Information peaks at once; the distance goes on rising, and ends below where it began."""
    frames = noisy(information=(4.0, 3.9, 3.5), within=(0.5, 0.8, 0.2)) | planes()
    said = texts.clustering(frames)
    assert "before the peak both rise" not in said  # it begins there
    assert "in layers 1, 2, 3, 4 and 5 the distance turns later than the information" in said


def test_few_networks_say_nothing_and_no_tanh_is_left_out():
    assert texts.clustering(noisy(networks=2) | planes()) == ""
    assert "binning reports" not in texts.clustering(noisy() | planes(activations=("relu",)))

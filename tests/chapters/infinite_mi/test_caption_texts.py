"""What captions of chapter 04 say first is what the records hold."""

from infoplane.chapters.infinite_mi import caption_texts
from infoplane.chapters.infinite_mi.divergence import CHECKS
from tests.chapters.infinite_mi.told import agree, diverges, fresh


def test_fates_are_counted():
    told = caption_texts.became({"fresh": fresh(diverges)})
    assert told == "Of 12 runs 10 still grow in the last half of training, held out, and 0 fall."


def test_what_bends_on_a_logarithmic_axis_is_counted():
    def both(matrix, rate, seed, t):
        """X grows with the steps, AX like a root of their logarithm: both rise."""
        steps = CHECKS * t + 1
        value = steps if matrix == "identity" else 10 - 10 / steps
        return value, value

    told = caption_texts.bends({"fresh": fresh(both, rates=(1e-3,))})
    assert told.startswith("Of 2 mean curves, held out, 2 still rise at the end, and 1 of 2")

    def falls(matrix, rate, seed, t):
        return -t, -t

    told = caption_texts.bends({"fresh": fresh(falls, rates=(1e-3,))})
    assert told == "None of 2 mean curves, held out, still rises at the end."


def test_where_the_contrast_is_commonest():
    told = caption_texts.most({"fresh": fresh(diverges)})
    assert "at d = 100 and learning rate 0.001, in 67 % of the seeds" in told
    assert "At no rate" in caption_texts.most({"fresh": fresh(agree)})

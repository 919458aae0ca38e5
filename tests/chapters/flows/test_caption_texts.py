"""Chapter 10: the first sentences of captions are of the records."""

import pytest

from infoplane.chapters.flows import caption_texts
from tests.chapters.flows.world import world


@pytest.fixture(scope="module")
def frames():
    return world()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("starts", "move by 0.10 nats over the training, from a random A by 6."),
        ("cases", "model 0.2 nats at most, unequal correlations 13.0, mixing again 9.0."),
        ("rivals", "CCA is off by 0.15 nats as drawn and by 15.0 behind the bend sinh, its copula"),
        ("images", "best flow finds 9.7, weighted neighbours 9.5, CCA 6.0 and KSG 6.0."),
        ("lag", "behind its rows where a pair carries much, and 0.1 where it carries little"),
        ("student", "flows lack 0.8 nats with one Gaussian behind them and 0.0 with a mixture"),
    ],
)
def test_a_caption_is_of_the_records(frames, name, words):
    assert words in getattr(caption_texts, name)(frames)


def test_pairs_are_counted_in_groups(frames):
    assert caption_texts.pairs(frames["images"]) == "500 pairs"
    assert caption_texts.pairs(frames["student"].assign(n=10_000)) == "10 000 pairs"

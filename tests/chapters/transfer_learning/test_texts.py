"""Chapter 06: what it says is what the records hold."""

import numpy as np
import pytest

from infoplane.chapters.transfer_learning import correlated, texts
from infoplane.chapters.transfer_learning.settings import ACCURACY, COMPACTNESS, REGIMES
from infoplane.chapters.transfer_learning.texts import answer
from tests.chapters.transfer_learning.world import noises, ranked, unlike, world

pytestmark = pytest.mark.usefixtures("fewer")

ORDER = np.array([0.0, 3.0, 1.0, 6.0, 2.0, 7.0, 4.0, 5.0])


def falling(quantity, regime, i):
    """Compactness falls with accuracy."""
    if quantity == "accuracy":
        return 0.9 + 0.01 * ORDER[i]
    return 3 - 0.1 * ORDER[i] if quantity == "exact" else unlike(quantity, regime, i)


@pytest.fixture(scope="module")
def frames(fewer):
    return world(falling, ranks=lambda name, i: ORDER[i] if name == "probe" else ranked(name, i))


@pytest.fixture(scope="module")
def told(frames):
    return answer(frames, correlated.pairs(frames)).splitlines()


def test_it_has_three_sentences_or_so(told):
    assert len(told) == 3
    assert all(line.startswith("- ") and line.endswith(".") for line in told)


def test_compactness_stands_beside_what_the_source_has(told):
    assert told[0].startswith(
        "- Over 8 networks of 4 families compactness and accuracy correlate by -1.00 [-1.00, -1.00]"
    )
    for regime, reported in zip(REGIMES, ("-0.57", "-0.60", "0.09"), strict=True):
        assert f"in the {regime} regime, where the source has {reported}" in told[0]


def test_rankers_are_placed_by_size_and_keep_their_sign(frames, told):
    table = correlated.of_rankers(frames)["r"]
    size = table.abs().sort_values(ascending=False)
    place = list(size.index).index("compactness") + 1
    assert "linear probe goes most with accuracy (1.00)" in told[1]
    assert f"compactness is number {place} ({table['compactness']:.2f})" in told[1]
    assert "its correlation runs from -1.00 to -1.00" in told[1]


def test_numbers_that_are_not_defined_are_not_counted(told):
    """All networks have as many columns, which ranks none."""
    assert told[1].startswith("- Of 11 numbers that rank embeddings")


def test_how_far_it_moves_is_over_scales_and_noises():
    def noise(norm, noise_std, own):
        return -own if (norm, noise_std) == ("raw", 0.1) else noises(norm, noise_std, own)

    frames = world(falling, noise=noise)
    told = answer(frames, correlated.pairs(frames)).splitlines()[1]
    assert "runs from -1.00 to 1.00" in told


def test_how_sure_it_is_follows_the_table(frames, told):
    table = correlated.pairs(frames)
    apart = ((table["low"] > 0) | (table["high"] < 0)).sum()
    left = (table["holm"] < 0.05).sum()
    assert f"Of the 30 entries of three tables {apart} have an interval without 0" in told[2]
    assert f"and {left} a p that is left after correction" in told[2]
    own = table[(table["a"] == ACCURACY) & (table["b"] == COMPACTNESS)]
    assert (own["holm"] < 0.05).all()  # the least p of 8 networks is 2/40320: three are left
    assert left >= 3
    assert "At their best the networks reach 0.900 to 0.970" in told[2]
    chance = np.median([np.sqrt(a * (1 - a) / 70) for a in 0.9 + 0.01 * ORDER])
    assert f"with a standard error of the test images of {chance:.3f}" in told[2]


def test_networks_and_images_are_counted(frames):
    told = texts.networks(frames)
    assert told.startswith("On this page 8 networks of 4 families embed 356 images, of which 70")
    assert "an earlier stage" not in told
    assert "*conceptual*" in told
    facts = frames["facts"].assign(networks="source", layer=["layer3", *[""] * 7])
    told = texts.networks({**frames, "facts": facts})
    assert "The embeddings of 1 are of an earlier stage" in told
    assert "the source's architectures" in told


def test_classifiers_are_counted_by_order(frames):
    assert texts.classifiers(frames).startswith("Each network has 3 classifiers for each of 2 ord")
    one = frames["heads"][frames["heads"]["order"] == 4]
    assert texts.classifiers({**frames, "heads": one}).startswith("Each network has 3 classifiers,")


def by_regime(first, last):
    """Accuracies whose order in the two other regimes is asked for."""

    def value(quantity, regime, i):
        order = {"underfitted": first, "optimal": ORDER, "overfitted": last}[regime]
        return 0.9 + 0.01 * order[i] if quantity == "accuracy" else unlike(quantity, regime, i)

    return texts.orders(world(value))


def test_orders_are_alike_or_not():
    told = by_regime(ORDER, ORDER[::-1])
    assert "after one epoch is nearly that at the best epoch (rank correlation 1.00)" in told
    assert "that after the last is unlike it" in told
    assert "is nearly it (1.00)" in by_regime(ORDER[::-1], ORDER)
    assert by_regime(np.zeros(8), ORDER) == ""  # no order at all


@pytest.mark.parametrize(("share", "beyond"), [(0.5, False), (1.25, True)])
def test_the_share_that_a_critic_finds_is_said(share, beyond):
    def value(quantity, regime, i):
        exact = unlike("exact", regime, i)
        return {"exact": exact, "aware": share * exact}.get(quantity, unlike(quantity, regime, i))

    told = texts.critic(world(value))
    assert f"finds {100 * share:.0f} % to {100 * share:.0f} % of the exact value" in told
    assert ("more than there is of 8" in told) == beyond


def test_the_loss_rises_again_or_does_not(frames):
    """In these records it rises by a hundredth an epoch, from the first of 9."""
    assert texts.course(frames) == "The mean loss is least at epoch 1, and ends 0.08 nats above it."
    heads = frames["heads"]
    falling = [[[-x for x in row] for row in rows] for rows in heads["loss"]]
    told = texts.course({**frames, "heads": heads.assign(loss=falling)})
    assert told == "The mean loss is least at epoch 9, the last one."


@pytest.mark.parametrize("gap", [1.5, 2.5])
def test_how_far_below_the_ceiling_they_are(gap):
    def value(quantity, regime, i):
        return np.log(356) - gap if quantity == "exact" else unlike(quantity, regime, i)

    told = texts.ceiling(world(value))
    assert f"at least {gap} nats below log N" in told
    assert ("of a population of images and not of these" in told) == (gap > 2)


def test_whether_noise_changes_the_sign():
    assert texts.noise(world(falling)).endswith("from -1.00 to -1.00, and keeps its sign.")

    def noise(norm, noise_std, own):
        return -own if (norm, noise_std) == ("raw", 0.1) else noises(norm, noise_std, own)

    assert texts.noise(world(falling, noise=noise)).endswith("1.00, and changes its sign.")


def test_what_is_at_the_ceiling_everywhere_has_no_correlation_to_speak_of():
    assert texts.noise(world(falling, noise=lambda *_: np.log(356))) == ""


def test_rankers_are_named_and_counted(frames):
    told = texts.rankers(frames)
    assert told.startswith("Most with accuracy go: linear probe (1.00), ")
    table = correlated.of_rankers(frames)
    sure = ((table["low"] > 0) | (table["high"] < 0)).sum()
    assert f"Of 11 rankers {sure} have an interval without 0" in told
    low, high = table.loc["compactness", ["low", "high"]]
    assert ("has it inside" in told) == (low <= 0 <= high)
    assert "the 8 networks, of 4 families, whose accuracy where trained is known" in told
    unknown = frames["facts"].assign(accuracy=np.nan)
    assert "where trained is known" not in texts.rankers({**frames, "facts": unknown})


def test_the_least_stable_ranker_is_named():
    def halves(name, i, b, own):
        return -own if name == "logme" else own

    told = texts.stability(world(falling, halves=halves))
    assert "-1.00 for LogME and 1.00 for compactness" in told


def test_a_bend_is_told_by_its_numbers(frames):
    told = texts.bent(frames)
    assert "falls from 0.94 to 0.50 and neighbours from 0.80 to 0.48" in told
    assert "little above the 0.51" in told
    assert "5.00 nats where it was 3.00, more" in told
    less = [{**one, "exact": 1.0, "probe": 0.9} for one in frames["bent"]["bent"]]
    told = texts.bent({**frames, "bent": frames["bent"].assign(bent=less)})
    assert "1.00 nats where it was 3.00, less" in told
    assert "a part of it is gone" in told


def test_compactness_is_placed_with_its_interval(frames):
    table = correlated.of_rankers(frames)
    size = table["r"].abs().sort_values(ascending=False)
    number = list(size.index).index("compactness") + 1
    low, high = table.loc["compactness", ["low", "high"]]
    told = texts.place(frames)
    assert told.startswith(f"By |r| compactness is number {number} of 11, with ")
    assert ("0 inside" in told) == (low <= 0 <= high)
    first = world(
        falling, ranks=lambda name, i: ORDER[i] + (name != "compactness") * ranked(name, i)
    )
    assert texts.place(first) == (
        "By |r| compactness is number 1 of 11, with an interval without 0."
    )

"""Chapter 06: what it says is what the records hold."""

import numpy as np
import pytest

from infoplane.chapters.transfer_learning import correlated, texts
from infoplane.chapters.transfer_learning.texts import answer
from tests.chapters.transfer_learning.world import ORDER, falling, noises, unlike, world

pytestmark = pytest.mark.usefixtures("fewer")


@pytest.fixture(scope="module")
def frames(fewer):
    return world(falling)


@pytest.fixture(scope="module")
def told(frames):
    return answer(frames, correlated.pairs(frames)).splitlines()


def test_it_is_a_few_sentences(told):
    assert len(told) == 4
    assert all(line.startswith("- ") and line.endswith(".") for line in told)


def test_what_is_seen_again_is_counted_by_intervals(frames):
    table = correlated.pairs(frames)
    near = table["reported"]
    for low, high, counts in (
        (
            near - 0.01,
            near + 0.01,
            "28 of the 28 correlations that can be judged are seen again, 0",
        ),
        (2.0, 3.0, "0 of the 28 correlations that can be judged are seen again, 28 are not"),
        (-2.0, 2.0, "are seen again, 0 are not, and 28 are left open."),
    ):
        told = answer(frames, table.assign(r=near, low=low, high=high)).splitlines()[0]
        assert told.startswith("- By their intervals over 8 networks, ")
        assert counts in told


def test_compactness_stands_beside_what_the_source_has(told):
    assert told[1].startswith("- Compactness and accuracy correlate by −1.00 [−1.00, −1.00] after ")
    for when, reported in (("one", "−0.57"), ("the best", "−0.60")):
        assert f"{when} epoch (the source: {reported})" in told[1]
    assert told[1].endswith("after the last (the source: 0.09).")


def test_six_networks_show_none_of_thirty_entries(told):
    assert told[3].startswith("- With 6 networks none of 30 correlations can be shown")
    assert "is 0.0028, and one among 30 needs 0.0017" in told[3]  # 2/6! and .05/30


@pytest.mark.parametrize(("low", "count"), [(-1.0, 3), (0.01, 0)])
def test_intervals_around_zero_are_counted(frames, low, count):
    table = correlated.pairs(frames).assign(r=0.5, low=low, high=1.0)
    told = texts.regimes(table)
    assert told.startswith("r of compactness and accuracy is 0.50 after one epoch, 0.50 at the ")
    assert told.endswith(f"{count} of the 3 intervals contain 0.")


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


def test_how_far_noise_and_scale_move_it_is_said_with_its_intervals():
    told = texts.noise(world(falling))
    assert told.endswith("from −1.00 to −1.00; 0 of the 9 intervals contain 0.")

    def noise(norm, noise_std, own):
        return -own if (norm, noise_std) == ("raw", 0.1) else noises(norm, noise_std, own)

    assert "from −1.00 to 1.00; 0 of the 9" in texts.noise(world(falling, noise=noise))


def test_what_is_at_the_ceiling_everywhere_has_no_correlation_to_speak_of():
    assert texts.noise(world(falling, noise=lambda *_: np.log(356))) == ""

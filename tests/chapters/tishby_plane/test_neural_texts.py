"""What is said of MINE and AA-MINE follows the records, in both directions."""

import pytest

from infoplane.chapters.tishby_plane import neural_texts as texts
from tests.chapters.tishby_plane.told import neural


def test_information_about_the_answer_grows_or_not():
    said = texts.keeps(neural())
    assert "learns to keep more" in said
    assert "from epoch 0 to epoch 99" in said
    assert "by MINE in 5 of 5 hidden layers (surely in 5; by 0.30 to 0.30 nats in the mean)" in said
    assert "exactly with noise in 5 of 5 hidden layers (surely in 5; by 0.50 to 0.50" in said
    for frames in (neural(mine=(0.5, 0.2)), neural(exact=(0.5, 0.2))):
        said = texts.keeps(frames)
        assert "does not keep more" in said
        assert "in 0 of 5 hidden layers (surely in 0; by -0.30 to -0.30" in said


def test_one_checkpoint_says_nothing_of_growth():
    frames = neural()
    frames["neural"]["epoch"] = [[0]] * 3
    assert texts.keeps(frames) == ""


def test_the_first_layer_tells_all_and_a_bound_may_find_less():
    said = texts.starts(neural(mine=(0.2, 0.5)))
    assert "finds 0.21 of these 0.69 nats" in said  # 0.20, 0.21, 0.22
    assert "easily" in said
    assert "easily" not in texts.starts(neural(mine=(0.7, 0.7)))


@pytest.mark.parametrize(
    ("mine_x", "behind", "linear"),
    [((3.9, 3.0), True, True), ((3.0, 3.0), True, False), ((3.9, 3.9), False, False)],
)
def test_mine_may_fall_behind(mine_x, behind, linear):
    said = texts.near(neural(mine_x=mine_x))
    assert f"0.10 and {4 - mine_x[0]:.2f} nats at the first checkpoint" in said
    assert f"0.20 and {4 - mine_x[1]:.2f} nats at the last" in said
    assert ("falls behind" in said) == behind
    assert ("less linear" in said) == linear


def test_layers_without_room_are_left_out():
    frames = neural()
    frames["neural_exact"]["exact_x"] = [[[[8.0] * 6] * 2]] * 3
    assert texts.near(frames) == ""


def test_estimates_above_the_ceiling_are_counted():
    said = texts.above(neural(aware_x=(8.4, 3.0)))
    assert "Here 18 of 36 estimates by AA-MINE lie above it" in said
    assert "the greatest is 8.4 nats" in said
    assert "0 of 36 estimates by MINE with the same critic lie above it." in said
    assert "greatest exact value is 4.00 nats" in said


def test_growth_is_told_in_short_with_its_ends():
    said = texts.learns(neural())
    assert "in all 5 hidden layers, by 0.30 to 0.30 nats by MINE and by 0.50 to 0.50" in said
    said = texts.learns(neural(mine=(0.5, 0.2)))
    assert said.startswith("Not every hidden layer")
    assert "changes by -0.30 to -0.30 nats by MINE" in said

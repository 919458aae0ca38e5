"""What is said of entropies follows the records, in both directions."""

import pytest

from infoplane.chapters.autoencoder_entropy import entropy_texts as texts
from tests.chapters.autoencoder_entropy.told import bias, codes, frames


def test_errors_are_those_of_the_most_rows():
    said = texts.bias(frames(bias=bias()))
    assert said.startswith(
        "With 10 000 rows of a Gaussian **leaving one out** is off by up to 0.040"
    )
    assert "in up to 4 columns and by +0.08 in 8" in said
    assert "**Monte Carlo** is off by up to 0.080" in said
    assert "**plug-in** is off by +0.32 in 8" in said
    assert "uniform density leaving one out is off by at most 0.080" in said
    assert "uniform" not in texts.bias(frames(bias=bias(uniform=False)))
    many = [row for row in bias() if row["d"] > 4]
    assert texts.bias(frames(bias=many)) == ""


def test_errors_in_the_most_columns_are_a_caption():
    said = texts.off(frames(bias=bias()))
    assert said.startswith("In 8 columns of a Gaussian they are off, in nats, by loo +0.08, monte")
    assert said.endswith("and wkl +0.40.")


def test_bends_at_the_true_dimension_are_counted_and_others_named():
    both = codes() + codes("linear-3", bend=5.0)
    said = texts.bends(frames(codes=both))
    assert (
        "at the true dimension in 1 of the 2 sets without noise (linear-3 at 5 instead of 3)"
        in said
    )
    assert "curved-4 (4.0 for 4) and linear-3 (5.0 for 3)" in said
    assert texts.bends(frames(codes=codes("spectrum"))) == ""


@pytest.mark.parametrize(("after", "word"), [(0.9, "is vetoed"), (-0.2, "is found to break")])
def test_the_control_is_vetoed_or_not(after, word):
    said = texts.bends(frames(codes=codes() + codes("spectrum", after=after)))
    assert f"*spectrum*, which has nothing to find, {word}" in said
    assert f"{after:.2f} of that before" in said


def test_reasons_are_given_for_the_sets_that_are_there():
    made = codes("swiss-roll-2", bend=2.0) + codes("linear-8", bend=5.0, after=0.5)
    made += codes("rectangles-4", after=0.5) + codes("curved-4", noise=0.1)
    said = texts.reasons(frames(codes=made))
    assert said.startswith("Where it is not so clear in the published edition")
    assert "at d = 2 the loss is 10 times that at d = 3" in said
    assert "goes on with 0.50 of the slope, so that the veto fires" in said
    assert "curved-4 + noise 0.1 breaks" in said
    assert "0.50 of that before, and the veto fires" in said
    assert said.count("\n- **") == 4
    assert "there is a break" in texts.reasons(frames(codes=codes("rectangles-4")))
    assert texts.reasons(frames(codes=codes("linear-3", bend=3.0))) == ""


def test_falls_behind_the_break_are_counted():
    made = codes(after=-0.2) + codes("linear-3", bend=3.0, after=0.2)
    said = texts.behind(frames(codes=made))
    assert "falls on 1 of the 2 sets, by up to 0.2 nats for each further column (curved-4)" in said
    assert said.endswith("rises on 1, by up to 0.2 nats for each further column (linear-3).")
    said = texts.behind(frames(codes=codes(after=0.2)))
    assert "H falls on 0 of the 1 sets, and rises on 1, by up to 0.2" in said
    assert texts.behind(frames(codes=codes("spectrum"))) == ""

"""What is said of rules for stopping follows the records, in both directions."""

import numpy as np
import pytest

from infoplane.chapters.tishby_plane import stopping_texts as texts
from tests.chapters.tishby_plane.told import stopping


def test_a_rule_that_stops_where_the_loss_does_is_as_good():
    said = texts.rules(stopping())
    assert said.startswith("In the published edition")
    assert "(4 networks on each set)" in said
    assert "its loss of accuracy is 0.000" in said
    assert "as good as early stopping" in said
    assert said.count("\n- **") == 4


@pytest.mark.parametrize(("peak", "best"), [(8, 30)])
def test_a_rule_that_stops_too_early_is_worse(peak, best):
    said = texts.rules(stopping(peak=peak, best=best))
    assert "is worse than early stopping on the loss" in said


def test_the_term_and_the_burn_in_are_told_with_their_sign():
    frames = stopping(peak=8, best=8)
    # without I(X;Yhat) the profile is that of I(Yhat;Y), which goes on growing
    for row in range(len(frames["stopping"])):
        frames["stopping"].at[row, "prediction_y"] = list(np.linspace(0, 0.3, 41))
    said = texts.rules(frames)
    (term,) = [line for line in said.splitlines() if "Does the term" in line]
    assert "*prediction* with it keeps an accuracy that is" in term
    assert "more on *digits*" in term


def test_the_best_of_all_has_its_beta_and_its_burn_in():
    said = texts.best_of_all(stopping())
    assert "In the published edition" in said
    assert "burn-in, at β = " in said

"""Chapter 10: courses over training, of every start, of whatever length."""

import numpy as np
import pytest

from infoplane.chapters.flows import courses
from infoplane.chapters.flows.courses import Start
from infoplane.estimators.flow import Flow
from tests.chapters.flows.world import course, world

OWN = Flow.learning_rate


def test_starts_come_in_the_order_of_the_page_each_with_all_seeds():
    found = courses.starts(world()["starts"])
    assert [str(start) for start in found] == [
        "likelihood form", "covariance form", "random, rate 0.0005", f"random, rate {OWN:g}",
        "random, rate 0.01",
    ]  # fmt: skip
    assert {len(curves) for curves in found.values()} == {3}
    assert [start.closed for start in found] == [True, True, False, False, False]


def test_options_that_a_record_does_not_have_are_the_estimator_s_own():
    assert courses.start_of({}) == Start("likelihood", OWN)
    assert courses.start_of({"start": "random", "learning_rate": 0.5}) == Start("random", 0.5)


def test_a_training_that_ended_early_stays_as_it_was():
    steps, values = courses.course([course(3.0), course(6.0, checks=2)], "validation")
    assert steps.tolist() == [0, 10, 20]
    np.testing.assert_allclose(values, [[1, 2, 3], [3, 6, 6]])


def test_the_table_says_when_a_start_has_come_near():
    table = courses.starts_table(world()["starts"])
    assert table["arrived at"].tolist() == ["0", "0", "never", "never", "never"]
    assert (table["−log p"] >= 0).all()
    assert table.loc["likelihood form", "−log p"] == 0
    assert table.loc["likelihood form", "rows, last"] == pytest.approx(24.9)
    assert table["rows, last"].iloc[2:].is_monotonic_increasing


def test_what_was_refused_has_no_course():
    frame = world()["starts"]
    frame.loc[0, "refused"] = "no"
    frame.loc[0, "curves"] = None
    found = courses.starts(frame)
    assert sorted(map(len, found.values())) == [2, 3, 3, 3, 3]


def test_courses_of_the_source_s_model_are_of_its_pairs_and_its_images():
    frames = world()
    steps, _ = courses.course(courses.of_pairs(frames["starts"]), "train")
    assert steps.tolist() == [0, 10]
    _, values = courses.course(courses.of_images(frames["images"]), "validation")
    np.testing.assert_allclose(values[:, -1], [8.8] * 3)

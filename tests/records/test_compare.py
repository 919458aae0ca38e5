"""What holds of a record: up to rounding without training, within the spread over seeds with."""

import numpy as np
import pytest

from infoplane.records.compare import (
    CEILING,
    UNTRUSTED,
    comparable,
    compare,
    compare_trained,
    doubted,
)

WORTHLESS = {"warnings": [f"few pairs: value and standard error are both {UNTRUSTED}"]}


@pytest.mark.parametrize(
    ("old", "new", "holds"),
    [
        ({"value": 1.0}, {"value": 1.0 + 1e-8}, True),
        ({"value": 1.0}, {"value": 1.001}, False),
        ({"value": 1.0, "std": 0.1}, {"value": 1.01, "std": 0.1}, False),  # the draws are the same
        ({"value": 1.0}, {}, False),
        ({"value": None}, {"value": None}, True),
        ({"value": None}, {"value": 2.0}, False),
        ({"value": 2.0}, {"value": None}, False),
        ({"text": "a"}, {"text": "b"}, True),
        ({"found": True}, {"found": False}, False),
        ({"curve": [1.0]}, {"curve": [2.0]}, False),
        ({"curve": [1.0]}, {"curve": [1.0, 2.0]}, False),
        ({"curve": [1.0, None]}, {"curve": [1.0, None]}, True),
        ({"curve": [1.0, None]}, {"curve": [1.1, None]}, False),
        ({"curve": [1.0, None]}, {"curve": [1.0, 3.0]}, False),
        ({"plane": [[1.0, 2.0], [3.0, 4.0]]}, {"plane": [[1.0, 2.0], [3.0, 4.5]]}, False),
        ({"plane": [[1.0, 2.0], [3.0]]}, {"plane": [[1.0], [2.0, 3.0]]}, False),
        ({"by": {"a": 1.0, "b": "x"}}, {"by": {"b": "y", "a": 1.0}}, True),
        ({"by": {"a": 1.0}}, {"by": {"a": 2.0}}, False),
    ],
)
def test_what_follows_no_training_holds_up_to_rounding(old, new, holds):
    assert (not list(compare(old, new))) == holds


def seeds(*values, **rest):
    return [{"value": value, **rest} for value in values]


@pytest.mark.parametrize(
    ("old", "new", "others", "holds"),
    [
        ({"value": 1.0}, {"value": 1.3}, seeds(0.9, 1.0, 1.1), True),
        ({"value": 1.0}, {"value": 1.5}, seeds(0.9, 1.0, 1.1), False),  # 0.4 is twice the most
        # its own standard error is no room, however large, and no limit, however small
        ({"value": 1.0, "std": 9.0}, {"value": 1.5, "std": 9.0}, seeds(0.9, 1.0, 1.1), False),
        ({"value": 1.0, "std": 0.01}, {"value": 1.3, "std": 0.01}, seeds(0.9, 1.0, 1.1), True),
        ({"value": 1.0}, {"value": 1.1}, seeds(1.0, 1.0, 1.0), False),  # the same for all seeds
        ({"value": 1.0}, {"value": None}, seeds(0.9, 1.0, 1.1), False),
        ({"value": 1.0}, {"value": None}, seeds(0.9, 1.0, None, 1.0), True),  # as it may happen
        ({"value": 1.0}, {}, seeds(0.9, 1.0, 1.1), False),
        ({"value": [1.0, 2.0]}, {"value": [1.0]}, seeds([1.0, 2.0], [1.1, 2.1], [0, 2.0]), False),
        ({"value": [[1.0], [2.0]]}, {"value": [[1.0], [2.2]]}, seeds(*[[[1.0], [2.0]]] * 3), False),
        (
            {"value": [1.0, None]},
            {"value": [1.2, None]},
            seeds([1.0, None], [1.2, None], [1.1, None]),
            True,
        ),
        (
            {"value": [1.0, None]},
            {"value": [1.6, None]},
            seeds([1.0, None], [1.2, None], [1.1, None]),
            False,
        ),
    ],
)
def test_what_follows_a_training_holds_within_twice_the_spread_over_seeds(old, new, others, holds):
    assert (not list(compare_trained(old, new, others))) == holds


@pytest.mark.parametrize(
    ("values", "others"),
    [
        ({"stopped": 100, "finite": True}, [{"stopped": 100, "finite": True}] * 5),
        ({"text": "a"}, [{"text": "a"}] * 5),
        ({"value": 1.0}, seeds(1.0, 2.0)),  # too few seeds
        ({"value": [1.0]}, seeds([1.0, 2.0], [1.0, 2.0], [1.0, 2.0])),
        ({"value": 1.0, **WORTHLESS}, seeds(1.0, 2.0, 3.0)),
        ({"value": 1.0}, seeds(1.0, 2.0, 3.0, **WORTHLESS)),
        ({"ksg": 1.0, "ksg_warnings": WORTHLESS["warnings"]}, [{"ksg": 1.0}] * 3),
        ({"value": 900.6, "warnings": ["within 5 % of the ceiling log 9 = 14.5: x"]}, seeds(1, 2)),
    ],
)
def test_what_the_spread_over_seeds_says_nothing_about_is_not_compared(values, others):
    assert not list(comparable(values, others))
    assert not list(compare_trained(values, {}, others))


def test_the_doubts_of_a_value_are_not_those_of_its_course():
    course = {"value": 1.0, "curve": [1.0, 2.0], **WORTHLESS}
    assert list(comparable(course, [course] * 3)) == ["curve"]


def test_a_value_at_its_ceiling_is_compared_and_one_beyond_it_is_not():
    told = {"warnings": ["within 5 % of the ceiling log 2048000 = 14.5: so many pairs"]}
    assert list(comparable({"value": 14.4, **told}, seeds(14.0, 14.1, 14.2))) == ["value"]
    assert not list(comparable({"value": 14.6, **told}, seeds(14.0, 14.1, 14.2)))


def test_the_words_are_those_of_the_doubts():
    from infoplane.estimators.neural.doubts import doubts_of_scores
    from infoplane.estimators.neural.training import Run

    run = Run.__new__(Run)
    object.__setattr__(run, "best", 1)
    said = doubts_of_scores(
        run,
        np.array([0.0, 1.0]),
        np.array([[0.0, 1.0]]),
        value=20.0,
        std=0.1,
        relative=1.0,
        on_train=None,
        ceiling=(14.5, "log 2048000"),
    )
    assert any(UNTRUSTED in text for text in said)
    assert [found[1] for text in said if (found := CEILING.search(text))] == ["14.5"]


def test_draws_of_one_distribution_are_seldom_told_apart():
    """Of 400 pairs with four peers about four are; forty would be ten times as many."""
    rng = np.random.default_rng(0)
    told = 0
    for _ in range(400):
        old, new, *others = ({"value": float(v)} for v in rng.normal(size=6))
        told += bool(list(compare_trained(old, new, others)))
    assert told < 40


def test_warnings_that_were_only_counted_call_no_value_worthless():
    assert not doubted({"value": 900.0, "warnings": 2}, "value")


def test_what_took_how_long_is_the_machines():
    assert list(compare({"took": 0.19, "value": 1.0}, {"took": 9.0, "value": 1.0})) == []
    others = [{"took": 0.2 + i / 100, "value": 1.0 + i} for i in range(4)]
    assert list(comparable({"took": 0.19, "value": 1.0}, others)) == ["value"]

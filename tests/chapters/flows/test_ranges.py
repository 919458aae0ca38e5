"""Chapter 10: bad parameters are named, each by the name it has on the page."""

import math

import pytest

from infoplane.book.notebooks import chapter, profile
from infoplane.chapters.flows.ranges import check
from infoplane.datasets.bent import Bent
from infoplane.datasets.student import Student
from infoplane.errors import InputError
from infoplane.estimators.flow import Flow
from infoplane.estimators.neural.mine import MINE
from infoplane.records.plan import Parameters
from tests.chapters.flows.world import PARAMETERS

CHAPTER = "10_flows"
COUNTS = ("steps", "start_steps", "far_steps", "source_steps", "mine_steps", "coder_steps", "tries")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, value) for name in ("seeds", "image_seeds")
          for value in ([], [0], [1, 1], [-1, 0])],
        *[(name, 0) for name in (*COUNTS, "d", "student_d")],
        *[("nats", value) for value in (0.0, -1.0, 35.0, math.nan, math.inf)],
        *[("student_nats", value) for value in (-0.1, 35.0, math.nan)],
        *[(name, value) for name in ("dofs", "image_nats", "few_nats")
          for value in ([], [5.0, 1.0], [5.0, 5.0])],
        *[("dofs", value) for value in ([0.4, 1.0], [math.nan], [math.inf])],
        *[(name, value) for name in ("image_nats", "few_nats")
          for value in ([-1.0, 5.0], [35.0], [math.nan])],
        *[("rates", value)
          for value in ([0.0], [1.0], [math.nan], [0.01, 0.01], [Flow.learning_rate])],
        *[("student_rivals", value) for value in (["kgs"], ["ksg", "ksg"])],
        *[(name, least - 1) for name, least in (("n", 430), ("image_n", 430),
                                                ("learn_rows", 400))],
        ("d", 24),  # 576 entries of A, and 560 rows to learn from
        ("student_d", 6),  # 8 components in 12 columns have 727 free numbers
        ("hidden", []),
        ("hidden", [16, 0]),
    ],
)  # fmt: skip
def test_bad_parameters_are_named(name, value):
    with pytest.raises(InputError, match=rf"^{name}=") as found:
        check(Parameters(**PARAMETERS | {name: value}))
    assert "\n" not in str(found.value)


def test_every_parameter_is_among_the_bad_ones():
    (mark,) = test_bad_parameters_are_named.pytestmark
    assert {name for name, _ in mark.args[1]} == set(PARAMETERS)


@pytest.mark.parametrize(
    "edge",
    [
        {"nats": 34.0},
        {"student_nats": 0.0},
        {"dofs": [0.5]},
        {"image_nats": [34.0]},
        {"few_nats": [0.0]},
        {"rates": []},
        {"student_rivals": []},
        {"n": 430},
        {"d": 23},
    ],
)
def test_the_edges_pass(edge):
    check(Parameters(**PARAMETERS | edge))


def test_what_passes_at_an_edge_is_accepted_by_what_runs():
    for correlations in ("equal", "unequal"):
        Bent(d=6, nats=34.0, correlations=correlations)
    Student(d=2, nats=34.0, dof=0.5)
    assert round(MINE.train_fraction * 430) >= MINE.batch_size


@pytest.mark.parametrize("name", ["quick", "full"])
def test_the_notebook_and_its_profiles_pass(name):
    found = chapter(CHAPTER)
    given = found.science(profile(name, found))
    assert set(vars(given)) == set(PARAMETERS)
    check(given)

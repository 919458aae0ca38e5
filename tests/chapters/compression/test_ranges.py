"""Chapter 09: bad parameters are named, each by the name it has on the page."""

import math

import pytest

from infoplane.book.notebooks import chapter, profile
from infoplane.chapters.compression import filters, planes, ranges, settings, synthetic
from infoplane.chapters.compression.ranges import check
from infoplane.datasets.image_pairs import ImagePairs
from infoplane.errors import InputError
from infoplane.models.noisy_cnn import NoisyCNNs
from infoplane.records.plan import Parameters
from tests.chapters.compression.world import PARAMETERS

CHAPTER = "09_compression"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[(name, value) for name in ("seeds", "cnn_seeds") for value in ([], [0], [1, 1], [-1, 0])],
        *[
            (name, value)
            for name in ("nats", "few_nats", "n", "shares", "exact_epochs")
            for value in ([], list(reversed(PARAMETERS[name])), 2 * PARAMETERS[name][-1:])
        ],
        ("nats", [2.5, 10.0]),  # no slope
        *[("nats", [*PARAMETERS["nats"], most]) for most in (35.0, 1000.0, math.inf, math.nan)],
        ("nats", [-1.0, *PARAMETERS["nats"]]),
        ("few_nats", [3.0]),
        ("few_nats", [math.nan]),
        ("n", [199, 500, 1000]),
        ("pixel_n", 600),  # none of n
        *[
            (name, least - 1)
            for name, least in (
                ("learn_rows", 100), ("coder_steps", 1), ("mine_steps", 1), ("batch", 1),
                ("epochs", 59), ("rows", 100), ("pca_rows", 100), ("code_dim", 1),
                ("encoder_rows", 100), ("encoder_epochs", 1), ("encoder_batch", 1), ("samples", 2),
            )
        ],
        ("code_dim", 11),  # the last layer has ten columns
        ("hidden", []),
        ("hidden", [64, 0]),
        ("more_columns", [1, 1]),
        ("more_columns", [-2, 1]),  # no column is left of a bump
        ("more_columns", [252]),  # 256 columns of 256 pixels
        ("dataset", "cifar"),
        *[(name, value) for name in ("rate", "encoder_rate")
          for value in (0.0, -0.1, math.nan, math.inf)],
        ("shares", [0.0, 1.0]),
        ("shares", [1.0, math.inf]),
        ("exact_epochs", [-1, 0]),
        ("exact_epochs", [0, 62]),
        *[("noise_std", value) for value in (-1e-3, math.nan, math.inf)],
        *[("dropout", value) for value in (-0.1, 0.995, 1.0, math.nan)],
    ],
)  # fmt: skip
def test_bad_parameters_are_named(name, value):
    with pytest.raises(InputError, match=rf"^{name}=") as found:
        check(Parameters(**{**PARAMETERS, name: value}))
    assert "\n" not in str(found.value)


def test_every_parameter_is_among_the_bad_ones():
    (mark,) = test_bad_parameters_are_named.pytestmark
    assert {name for name, _ in mark.args[1]} == set(PARAMETERS)


def test_mine_has_a_batch_to_train_on():
    """256 rows of six tenths."""
    for least, refused in ((427, False), (426, True)):
        given = Parameters(**PARAMETERS | {"n": [least, 1000], "pixel_n": least})
        if refused:
            with pytest.raises(InputError, match=r"^pixel_n=426 "):
                check(given)
        else:
            check(given)


def test_few_rows_teach_narrow_codes():
    """Of 100 rows ten are kept, and of 90 there are 90 principal components at most."""
    few = PARAMETERS | {"learn_rows": 100}
    check(Parameters(**few | {"more_columns": [86]}))  # rectangles have four columns more
    with pytest.raises(InputError, match=r"^more_columns=\[87\] .* at most 86"):
        check(Parameters(**few | {"more_columns": [87]}))


@pytest.mark.parametrize(
    "edge",
    [
        {"nats": [0.0, 10.0, 34.0], "few_nats": [34.0]},
        {"n": [200, 500]},
        {"more_columns": []},
        {"more_columns": [0]},
        {"code_dim": 10},
        {"epochs": 59, "exact_epochs": [59]},
        {"noise_std": 0.0},
        {"dropout": 0.0},
        {"dropout": 0.99},
    ],
)
def test_the_edges_pass(edge):
    check(Parameters(**PARAMETERS | edge))


def test_what_passes_at_an_edge_is_accepted_by_what_runs():
    for kind in settings.KINDS:
        ImagePairs(kind, ranges.MOST_NATS)
    NoisyCNNs([0], noise_std=0.0, dropout=0.99)
    assert ranges.LEAST_CHECKPOINTS == filters.LEAST
    assert min(ImagePairs(kind).pixels ** 2 for kind in settings.KINDS) == ranges.LEAST_PIXELS
    assert {kind: ImagePairs(kind).latent_dim for kind in settings.KINDS} == settings.LATENTS
    assert synthetic.ESTIMATORS["ksg"].k == planes.ESTIMATORS["ksg_x"][1].k == settings.K


@pytest.mark.parametrize("name", ["quick", "full"])
def test_the_notebook_and_its_profiles_pass(name):
    found = chapter(CHAPTER)
    given = found.science(profile(name, found))
    assert set(vars(given)) == set(PARAMETERS)
    check(given)

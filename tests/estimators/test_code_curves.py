"""The curve over code dimensions: one split, one point a dimension, and its picture."""

import numpy as np
import pytest

from infoplane.datasets.image_pairs import ImagePairs
from infoplane.errors import InputError
from infoplane.estimators import KSG, Compressed, code_curve

X, Z = ImagePairs("bumps", nats=2.0, side=8).sample(400)
QUICK = Compressed(coder="pca", estimator="ksg")


def test_each_point_is_the_estimate_with_that_code():
    curve = code_curve(X, Z, [1, 3], estimator=QUICK, seed=4)
    assert curve.code_dims == (1, 3)
    for dim, found in zip(curve.code_dims, curve.estimates, strict=True):
        own = Compressed(code_dim=dim, coder="pca", estimator="ksg")
        assert found == own.estimate(X, Z, seed=4)


def test_the_picture_has_a_point_an_interval_and_hollow_where_much_is_lost():
    curve = code_curve(X, Z, [1, 12], estimator=QUICK)
    axes = curve.plot().axes[0]
    points = [line for line in axes.lines if line.get_marker() == "o"]
    assert [line.get_markerfacecolor() == "none" for line in points] == [True, False]
    low, high = curve.estimates[0].interval()
    assert float(points[0].get_ydata()[0]) == pytest.approx((low + high) / 2)


def test_the_picture_of_values_without_errors():
    curve = code_curve(X, Z, [1, 2], estimator=Compressed(coder="pca", estimator=KSG(errors=None)))
    drawn = [float(line.get_ydata()[0]) for line in curve.plot().axes[0].lines[-2:]]
    assert drawn == [found.value for found in curve.estimates]
    assert np.isfinite(drawn).all()


@pytest.mark.parametrize(
    ("dims", "options", "match"),
    [
        ([], {}, r"code_dims=\[\] is empty"),
        (3, {}, "code_dims=3"),
        ([0], {}, "code_dims=0"),
        ([1], {"estimator": KSG()}, "estimator=KSG"),
        ([1, 64], {}, "code_dim=64 leaves nothing"),  # before anything is trained
    ],
)
def test_bad_input_is_named(dims, options, match):
    with pytest.raises(InputError, match=match):
        code_curve(X, Z, dims, **options)

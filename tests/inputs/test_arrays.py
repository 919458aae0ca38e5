import numpy as np
import pandas as pd
import pytest
import torch

from infoplane.errors import InputError
from infoplane.estimators import information_with_noise, kolchinsky_tracey
from infoplane.estimators.noise.exact import Exact
from infoplane.estimators.noise.mixture import codes_of
from infoplane.estimators.patterns import layer_information
from infoplane.inputs.arrays import as_array, as_labels, as_numbers
from infoplane.plane.sides import Sides
from infoplane.stopping.callbacks import LossStopping

LABELS = np.array([1, 0, 1, 2])


@pytest.mark.parametrize(
    "labels",
    [
        LABELS.tolist(),
        LABELS.astype(float),
        LABELS.astype(np.uint8),
        torch.tensor(LABELS),
        torch.tensor(LABELS, dtype=torch.bfloat16),
        pd.Series(LABELS),
        LABELS[:, None],
    ],
)
def test_all_who_take_labels_take_the_same(labels):
    t = np.arange(4.0)[:, None]
    np.testing.assert_array_equal(as_labels(labels, "y"), LABELS)
    np.testing.assert_array_equal(codes_of(labels, 4), LABELS)
    np.testing.assert_array_equal(Sides.of(t, labels).y, LABELS)
    np.testing.assert_array_equal(LossStopping(torch.nn.Identity(), t, labels)._y, LABELS)
    if np.ndim(labels) == 1:
        assert layer_information(t, labels) == layer_information(t, LABELS)


def test_text_is_a_label_where_its_number_does_not_matter():
    t, words = np.arange(4.0)[:, None], ["b", "a", "b", "c"]
    assert layer_information(t, words) == layer_information(t, LABELS)
    np.testing.assert_array_equal(codes_of(words, 4), LABELS)
    np.testing.assert_array_equal(Sides.of(t, words).y, LABELS)
    together = layer_information(np.stack([t, t]), np.stack([words, words]))
    assert together.labels.tolist() == [layer_information(t, LABELS).labels.item()] * 2


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ([0, 0.5], r"y has values between integers, the first 0\.5 at row 1: .* number them"),
        (np.eye(2), "argmax"),
        ([0.0, np.nan], "y has 1 values that are NaN"),
        ([1j, 2], "y has dtype complex128: .* real and imaginary parts"),
    ],
)
def test_what_is_no_label(labels, told):
    with pytest.raises(InputError, match=told):
        as_labels(labels, "y")


@pytest.mark.parametrize(
    ("values", "told"),
    [
        (["a", "b"], r"t has shape \(2,\) and dtype <U1: pass numbers"),
        (np.array(["1", 2], dtype=object), "dtype object: pass numbers"),
        ([None, {}], "dtype object: pass numbers"),
        ([1j], "dtype complex128"),
        ([[1.0], [1.0, 2.0]], "t is no array: give all rows the same length"),
        (np.ma.masked_array([1.0, 2.0], [0, 1]), "t is a masked array"),
    ],
)
def test_what_is_no_number(values, told):
    with pytest.raises(InputError, match=told):
        as_numbers(values, "t")


def test_numbers_of_any_kind_and_shape_without_a_copy():
    a = np.zeros((2, 3, 4), np.float32)
    assert as_numbers(a, "t") is a
    assert as_array(torch.ones(2, requires_grad=True), "t").tolist() == [1, 1]
    assert as_numbers(np.array([1, 2.5], dtype=object), "t").tolist() == [1, 2.5]
    assert as_numbers(torch.ones(2, dtype=torch.bfloat16), "t").dtype == np.float32


def test_the_alphabet_is_no_axis():
    """Places in the alphabet have no distances, which noise could be compared with."""
    for use in (information_with_noise, kolchinsky_tracey):
        with pytest.raises(InputError, match="pass numbers"):
            use(["a", "b"], 1.0)
    with pytest.raises(InputError, match="z holds text"):
        Exact(1.0).estimate([0, 1], ["a", "b"])

import numpy as np
import pandas as pd
import pytest
import torch

from infoplane.errors import InputError
from infoplane.estimators import information_with_noise, kolchinsky_tracey
from infoplane.estimators.noise.exact import Exact
from infoplane.estimators.noise.mixture import codes_of
from infoplane.estimators.patterns import layer_information
from infoplane.inputs.arrays import as_array, as_columns, as_labels, as_numbers, as_plain
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
        (np.array(["1", 2], dtype=object), r"t mixes text and other values \(int, str\)"),
        ([None, {}], r"t has objects that are neither numbers nor text \(dict\): pass numbers"),
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


@pytest.mark.parametrize(
    ("dtype", "gap"), [(np.float64, 2.0**53), (np.float32, 2.0**24), (np.float16, 2.0**11)]
)
def test_float_labels_end_where_whole_numbers_have_gaps(dtype, gap):
    """Beyond, two labels may have become one before anybody could look."""
    below = np.array([gap - 1, 0], dtype)
    assert as_labels(below, "y").tolist() == [int(gap) - 1, 0]
    for label in (gap, -gap):
        with pytest.raises(InputError, match=r"y has labels as large as .*: pass integers or text"):
            as_labels(np.array([label, 0], dtype), "y")
    if dtype is not np.float16:
        assert as_labels([int(gap) + 1, int(gap)], "y").tolist() == [int(gap) + 1, int(gap)]
    bfloat = torch.tensor([255, 0], dtype=torch.bfloat16)
    assert as_labels(bfloat, "y").tolist() == [255, 0]
    with pytest.raises(InputError, match=r"as large as 256 in torch.bfloat16"):
        as_labels(bfloat + 1, "y")


def test_integers_stay_what_they_are():
    large = [2**63 - 1, 2**62 + 1, -(2**63)]
    for given in (large, np.array(large), np.array(large, dtype=object), torch.tensor(large)):
        assert as_labels(given, "y").tolist() == large
    assert as_labels(np.uint64(large[:2]), "y").tolist() == large[:2]
    assert as_numbers(np.uint64([3]), "x").dtype == np.int64
    with pytest.raises(InputError, match=f"y has 1 integers beyond 64 .* first {2**63 + 1}: pass"):
        as_labels([np.uint64(2**63 + 1), np.int64(1)], "y")  # float64 in NumPy
    assert as_columns([2**63, 0.5], "x")[0] == 2.0**63  # a number among numbers
    assert as_labels([True, True], "y").tolist() == [1, 1]
    assert as_array([], "x").dtype == np.float64


def test_long_doubles_are_as_long_as_float64():
    if np.finfo(np.longdouble).max == np.finfo(float).max:
        pytest.skip("long doubles are float64 here")
    long = np.array([1.5, 2.5], dtype=np.longdouble)
    assert as_array(long, "x").dtype == np.float64
    with pytest.raises(InputError, match="x has 1 values beyond the range of float64"):
        as_columns(np.append(long, np.longdouble("1e400")), "x")
    with pytest.raises(InputError, match="x has numbers beyond the range of float64"):
        as_columns([10**400, 0.5], "x")


def test_text_of_variable_length():
    kind = getattr(np.dtypes, "StringDType", None)
    if kind is None:
        pytest.skip("NumPy 1 has none")
    words = np.array(["b", "a", "b"], dtype=kind())
    assert as_labels(words, "y").tolist() == [1, 0, 1]
    assert as_plain(words, "y").tolist() == ["b", "a", "b"]


def test_what_numpy_cannot_read_says_what_it_is():
    class Elsewhere:
        """An array on another device, such as CuPy's."""

        def __array__(self, *_, **__):
            raise TypeError("use .get()")

    with pytest.raises(InputError, match=r"x is no array that NumPy can read \(use .get\(\)\)"):
        as_array(Elsewhere(), "x")
    with pytest.raises(InputError, match=r"x is a Tensor of torch.bits8 that NumPy cannot read"):
        as_array(torch.empty(2, dtype=torch.bits8), "x")
    with pytest.raises(InputError, match=r"x has dtype \|V3: numbers are accepted"):
        as_columns(np.zeros(2, "V3"), "x")


def test_tables_whose_columns_are_called_as_methods_are():
    table = pd.DataFrame({"nnz": [1.0, 2.0], "toarray": [3.0, 4.0]})
    assert as_columns(table, "x").tolist() == [[1, 3], [2, 4]]
    assert as_columns(pd.DataFrame({"a": pd.arrays.SparseArray([0.0, 1.0])}), "x").sum() == 1
    nullable = pd.Series([1, 2], dtype="Int64")
    assert as_labels(nullable, "y").tolist() == [1, 2]
    assert as_labels(pd.Series(["b", "a"]).astype("category"), "y").tolist() == [1, 0]


def test_the_alphabet_is_no_axis():
    """Places in the alphabet have no distances, which noise could be compared with."""
    for use in (information_with_noise, kolchinsky_tracey):
        with pytest.raises(InputError, match="pass numbers"):
            use(["a", "b"], 1.0)
    with pytest.raises(InputError, match="z holds text"):
        Exact(1.0).estimate([0, 1], ["a", "b"])

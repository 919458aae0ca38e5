import math

import numpy as np
import pytest
import torch

from infoplane.errors import InputError
from infoplane.estimators import CCA, KSG, Binning, Ross, canonical_correlations
from infoplane.estimators.base import as_samples
from infoplane.inputs.arrays import as_columns
from infoplane.inputs.columns import is_discrete
from infoplane.inputs.options import is_count


@pytest.mark.parametrize(
    "values", [[0.5, 1.5], np.float32([0.5, 1.5]), torch.tensor([[0.5], [1.5]], requires_grad=True)]
)
def test_numbers_become_float64_columns(values):
    a = as_columns(values, "a")
    assert a.dtype == np.float64
    assert a.tolist() == [[0.5], [1.5]]
    assert not is_discrete(a)


@pytest.mark.parametrize(
    "labels", [["b", "a", "b"], [True, False, True], np.uint8([7, 3, 7]), torch.tensor([1, 0, 1])]
)
def test_labels_become_integer_codes(labels):
    a = as_columns(labels, "a")
    assert is_discrete(a)
    assert a.shape == (3, 1)
    assert a[0] == a[2] != a[1]


def test_labels_of_mixed_types_are_refused():
    for mixed in (np.array([1, "a", None], dtype=object), [1, "a"], [["a", b"b"]]):
        with pytest.raises(InputError, match="a mixes text and other values"):
            as_columns(mixed, "a")


def test_samples_need_the_same_rows_and_enough_of_them():
    assert as_samples([1.0, 2.0], [[1, 2], [3, 4]]).n == 2
    with pytest.raises(InputError, match="x has 2 rows and z has 3"):
        as_samples([1.0, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(InputError, match="at least 5 are needed"):
        as_samples([1.0, 2.0], [1.0, 2.0], at_least=5)


def test_is_count():
    assert is_count(3, 3)
    assert is_count(np.int32(3), 1)
    assert not any(is_count(v, 1) for v in (0, -1, True, 1.0, "1", None))


def test_batch_axes_must_agree():
    x = np.random.default_rng(0).normal(size=(2, 10))
    with pytest.raises(InputError, match="2, 2 and 1 members"):
        KSG().estimate_batch(x, x, seeds=[0])
    with pytest.raises(InputError, match="seeds"):
        KSG().estimate_batch(x[:0], x[:0], seeds=[])


def test_batch_without_an_axis():
    x = np.random.default_rng(0).normal(size=(2, 10))
    with pytest.raises(InputError, match="seeds=3 has no leading batch axis"):
        KSG().estimate_batch(x, x, seeds=3)
    with pytest.raises(InputError, match=r"seed=0\.5"):
        KSG().estimate_batch(x, x, seeds=[0, 0.5])


@pytest.mark.parametrize("seed", [-1, 0.5, True, "0", None])
def test_seed_is_a_whole_number(seed):
    x = np.random.default_rng(0).normal(size=10)
    with pytest.raises(InputError, match="seed="):
        KSG().estimate(x, x**3, seed=seed)


def test_seed_is_stored_plainly():
    x = np.random.default_rng(0).normal(size=10)
    assert type(KSG().estimate(x, x**3, seed=np.int64(4)).seed) is int


@pytest.mark.parametrize("device", ["gpu", "cuda:99", "meta", None, 0])
def test_device_is_one_that_is_here(device):
    x = np.random.default_rng(0).normal(size=10)
    for estimator in (KSG(), CCA(), Binning()):
        with pytest.raises(InputError, match=r"device=.* is not on this machine: .*cpu"):
            estimator.estimate(x, x**3, device=device)


TEXT = np.array(["cat", "dog", "cow"])[np.arange(30) % 3]


@pytest.mark.parametrize("text", [TEXT, TEXT.astype(object), TEXT.tolist(), TEXT.astype("S")])
def test_text_is_no_number(text):
    x = np.random.default_rng(0).normal(size=30)
    for estimate in (KSG().estimate, CCA().estimate, canonical_correlations):
        with pytest.raises(InputError, match=r"z holds text.*ross.*binning"):
            estimate(x, text)
        with pytest.raises(InputError, match="x holds text"):
            estimate(text, x)
    codes = np.unique(TEXT, return_inverse=True)[1]
    assert Ross().estimate(x, text).value == Ross().estimate(x, codes).value
    assert Binning().estimate(x, text).value == Binning().estimate(x, codes).value
    CCA().estimate(x, codes)  # integers are numbers there


def test_objects_become_what_they_hold():
    floats = as_columns(np.array([[1, 2.5], [3, np.float32(4)]], dtype=object), "a")
    assert floats.dtype == np.float64
    assert floats.tolist() == [[1, 2.5], [3, 4]]
    assert as_columns(np.array([0.5, 1.5], dtype=object), "a").tolist() == [[0.5], [1.5]]
    for labels in ([3, 1], [True, False], ["b", "a"], ["2", "1"]):
        a = as_columns(np.array(labels, dtype=object), "a")
        assert is_discrete(a)
        assert a[0] > a[1]
    # digits as text are names, not numbers
    assert as_samples(np.array(["2", "1"], dtype=object), [1.0, 2.0]).text == ("x",)


@pytest.mark.parametrize("missing", [None, math.nan, np.float32("nan")])
@pytest.mark.parametrize("values", [[1.5, 2.5], [1, 2], ["a", "b"], [True, False]])
def test_missing_objects_are_named(values, missing):
    a = np.array([*values, missing], dtype=object)
    with pytest.raises(InputError, match=r"a has 1 values that are NaN or infinite, .* row 2"):
        as_columns(a, "a")


def test_arrays_that_are_no_tables():
    masked = np.ma.masked_array([1.0, 2.0], mask=[True, False])
    with pytest.raises(InputError, match="a is a masked array: fill it, or drop"):
        as_columns(masked, "a")
    with pytest.raises(InputError, match="a is no array: give all rows the same length"):
        as_columns([[1.0], [2.0, 3.0]], "a")
    with pytest.raises(InputError, match=r"a is an array of objects .* \(list\): pass all of one"):
        as_columns(np.array([[1.0], [2.0, 3.0]], dtype=object), "a")


def test_bfloat16():
    a = torch.tensor([0.5, 1.5], dtype=torch.bfloat16)
    assert as_columns(a, "a").tolist() == [[0.5], [1.5]]

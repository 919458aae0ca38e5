import numpy as np
import pytest
import torch

from infoplane.errors import InputError
from infoplane.estimators import KSG
from infoplane.estimators.base import (
    as_columns,
    as_samples,
    is_count,
    is_discrete,
    one_hot,
    refuse_constant,
)


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
    with pytest.raises(InputError, match="a mixes types"):
        as_columns(np.array([1, "a", None], dtype=object), "a")


def test_samples_need_the_same_rows_and_enough_of_them():
    assert as_samples([1.0, 2.0], [[1, 2], [3, 4]]).n == 2
    with pytest.raises(InputError, match="x has 2 rows and z has 3"):
        as_samples([1.0, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(InputError, match="at least 5 are needed"):
        as_samples([1.0, 2.0], [1.0, 2.0], at_least=5)


def test_one_hot():
    assert one_hot(np.array([[4], [2], [4]])).tolist() == [[0, 1], [1, 0], [0, 1]]


def test_constant_columns_are_named():
    refuse_constant(np.array([[0.0, 1.0], [1.0, 0.0]]), "z")
    with pytest.raises(InputError, match=r"column 1 of z is constant \(5\)"):
        refuse_constant(np.array([[0.0, 5.0], [1.0, 5.0]]), "z")


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

"""Tensors of what a user passes, and those that hold what is no number."""

import math

import numpy as np
import pytest
import torch

from infoplane.errors import InputError
from infoplane.inputs.tensors import as_tensor, refuse_infinite


def test_a_tensor_stays_where_it_is():
    given = torch.zeros(3, requires_grad=True)
    assert as_tensor(given, "x") is given


@pytest.mark.parametrize(
    "given", [[1, 2], (1.0, 2.0), np.array([2, 1])[::-1], np.broadcast_to(np.float32(1), 2)]
)
def test_numbers_become_what_torch_can_write_to(given):
    found = as_tensor(given, "x")
    assert found.tolist() == list(given)
    found += 1
    assert found[0] == given[0] + 1


def test_complex_numbers_are_refused():
    with pytest.raises(InputError, match=r"x has dtype torch.complex64: pass real and imaginary"):
        as_tensor(torch.zeros(2, dtype=torch.complex64), "x")


def test_what_is_not_finite_is_counted():
    refuse_infinite(torch.arange(5), "x")
    refuse_infinite(torch.zeros(2, 0), "x")
    with pytest.raises(InputError) as refused:
        refuse_infinite(torch.tensor([[math.nan, 1.0], [math.inf, -math.inf]]), "rows")
    assert str(refused.value) == (
        "rows has 3 values that are NaN, infinite or too large for float32: drop, replace or "
        "scale them"
    )
    with pytest.raises(InputError, match=r"x has 1 values .* for float16"):
        refuse_infinite(torch.tensor([1.0, 1e30]).half(), "x")

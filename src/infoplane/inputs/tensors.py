"""What a user passes, as tensors."""

from typing import TYPE_CHECKING, Any

import numpy as np

from infoplane.errors import InputError
from infoplane.inputs.arrays import as_numbers
from infoplane.inputs.foreign import strided

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["as_tensor", "refuse_infinite"]


def as_tensor(values: Any, name: str) -> "Tensor":
    """Real numbers of any shape as a tensor; a tensor stays where it is, with its gradient.

    Raises InputError for complex tensors, those that
    :func:`~infoplane.inputs.foreign.strided` refuses, and for what is no array of numbers.

    >>> as_tensor([[1, 2.5]], "x")
    tensor([[1.0000, 2.5000]], dtype=torch.float64)
    """
    import torch  # takes seconds

    if isinstance(values, torch.Tensor):
        if values.is_complex():
            raise InputError(
                f"{name} has dtype {values.dtype}: pass real and imaginary parts as columns"
            )
        t = strided(values, name)
        narrow = t.is_floating_point() and t.element_size() < 2
        return t.float() if narrow else t  # PyTorch itself can do little with eight bits
    # torch would share what is read-only, and knows neither negative strides nor none
    return torch.from_numpy(np.require(as_numbers(values, name), requirements=["C", "W"]))


def refuse_infinite(t: "Tensor", name: str) -> None:
    """An InputError for values that are NaN or infinite, as numbers too large for a type are."""
    bad = int((~t.isfinite()).sum())
    if bad:
        kind = str(t.dtype).removeprefix("torch.")
        raise InputError(
            f"{name} has {bad} values that are NaN, infinite or too large for {kind}: drop, "
            "replace or scale them"
        )

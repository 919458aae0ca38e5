"""What other libraries keep values in, as NumPy reads it rightly, or refused: nothing is dropped.

NumPy reads a masked array without its mask, takes a sparse matrix for one object, and stops with
errors of its own at many a tensor.
"""

import numbers
import sys
from typing import TYPE_CHECKING, Any

import numpy as np

from infoplane.errors import InputError

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["is_masked", "readable", "strided"]

# What lists hold where there is nothing to look at: no masks, no tensors.
SCALARS = (numbers.Number, np.generic, str, bytes, type(None))


def readable(values: Any, name: str) -> Any:
    """`values` with tensors as arrays, in lists at any depth, too; whatever it is else as it is.

    Raises InputError for what has a mask or is sparse, and for tensors as :func:`strided` does.

    >>> readable([1.0, np.ma.masked], "x")
    Traceback (most recent call last):
    infoplane.errors.InputError: x[1] is a masked array: fill it, or drop the masked rows
    """
    if isinstance(values, list | tuple):
        if all(issubclass(kind, SCALARS) for kind in set(map(type, values))):
            return values
        return [readable(v, f"{name}[{i}]") for i, v in enumerate(values)]
    values = _unmasked(values)
    _refuse_masked(values, name)
    torch = sys.modules.get("torch")  # who has a tensor has it loaded; nobody else should wait
    if torch is not None and isinstance(values, torch.Tensor):
        return _of_tensor(values, name)
    # SciPy, CuPy; those of the package sparse lack toarray. A column of a table may be called nnz.
    if hasattr(type(values), "nnz"):
        dense = "toarray" if hasattr(values, "toarray") else "todense"
        raise InputError(
            f"{name} is sparse ({type(values).__name__}), and its zeros count: pass "
            f"{name}.{dense}()"
        )
    return values


def is_masked(kind: type) -> bool:
    """Whether values of this type have a mask, which :func:`numpy.asarray` forgets."""
    return issubclass(kind, np.ma.MaskedArray) or kind.__name__ == "MaskedTensor"


def strided(t: "Tensor", name: str) -> "Tensor":
    """A tensor whose values lie in memory as they are meant, conjugated and negated if need be.

    Raises InputError for masked, nested, sparse and quantised tensors and for those without values.
    """
    import torch

    _refuse_masked(t, name)
    if t.is_nested:
        raise InputError(f"{name} is a nested tensor: give all rows the same length in a plain one")
    if t.layout != torch.strided:
        raise InputError(f"{name} is a tensor of layout {t.layout}: pass {name}.to_dense()")
    if t.is_quantized:
        raise InputError(f"{name} is a quantised tensor ({t.dtype}): pass {name}.dequantize()")
    if t.is_meta:
        raise InputError(
            f"{name} is a tensor on the device meta, with a shape and no values: compute it on "
            "another device"
        )
    return t.resolve_conj().resolve_neg()


def _refuse_masked(values: Any, name: str) -> None:
    if is_masked(type(values)):
        raise InputError(f"{name} is a masked array: fill it, or drop the masked rows")


def _unmasked(values: Any) -> Any:
    """What is below a mask that masks nothing."""
    if isinstance(values, np.ma.MaskedArray) and values.dtype.names is None:
        return values.data if not np.ma.getmaskarray(values).any() else values
    return values


def _of_tensor(t: "Tensor", name: str) -> Any:
    import torch

    t = strided(t, name).detach().cpu()
    try:
        if t.is_complex():  # to be refused as such; NumPy has no complex numbers of two halves
            t = t.to(torch.complex128)
        elif t.is_floating_point() and t.dtype not in (torch.float64, torch.float16):
            t = t.float()  # nor bfloat16
        return t.numpy()
    except (TypeError, RuntimeError) as error:
        raise InputError(
            f"{name} is a {type(t).__name__} of {t.dtype} that NumPy cannot read ({error}): pass a "
            "plain tensor of torch.float32"
        ) from error

"""What a program may have set of torch before it calls the package, which is of no matter to it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
import torch

__all__ = ["around", "settings"]


@contextmanager
def _float64() -> Iterator[None]:
    kind = torch.get_default_dtype()
    torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(kind)


AROUND: dict[str, Callable[[], AbstractContextManager[object]]] = {
    "no_grad": torch.no_grad,
    "inference_mode": torch.inference_mode,
    "float64": _float64,
}

around = pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)


def settings() -> tuple[torch.dtype, bool, bool]:
    """What of torch the package may change for a while."""
    return torch.get_default_dtype(), torch.is_grad_enabled(), torch.is_inference_mode_enabled()

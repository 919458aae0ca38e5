"""Torch as a training here takes it for granted, whatever the program around it has set."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch

__all__ = ["torch_defaults"]


@contextmanager
def torch_defaults() -> Iterator[None]:
    """Numbers of float32 where no type is named, and gradients where they are asked for.

    Inside, whatever `torch.set_default_dtype`, `torch.no_grad` or `torch.inference_mode` say
    outside; afterwards as it was. Also a decorator. The default type is global to the process:
    another thread that makes tensors meanwhile sees it.

    >>> with torch.no_grad(), torch_defaults():
    ...     torch.ones(1, requires_grad=True).sum().requires_grad
    True
    """
    kind = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        with torch.inference_mode(mode=False), torch.enable_grad():
            yield
    finally:
        torch.set_default_dtype(kind)

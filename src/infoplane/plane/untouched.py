"""A look at a network that leaves no trace in it, nor in the random numbers of anybody."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

__all__ = ["untouched"]


@contextmanager
def untouched(model: nn.Module) -> Iterator[None]:
    """Evaluation mode without gradients; everything is put back at the end, or at an error.

    That is: each submodule's own training flag, buffers, the random states of torch (CPU and
    CUDA), NumPy and Python, and generators that are attributes of a submodule. What cannot be
    put back: other attributes that a forward pass changes, and what hooks of others do.
    """
    modules = list(model.modules())
    flags = [module.training for module in modules]
    buffers = [
        (module, name, buffer, buffer.clone())
        for module in modules
        for name, buffer in module._buffers.items()
        if buffer is not None
    ]
    restore = [_rewound(generator) for generator in _generators(modules)]
    restore += [_call(np.random.set_state, np.random.get_state())]
    restore += [_call(random.setstate, random.getstate())]
    cuda = range(torch.cuda.device_count()) if torch.cuda.is_initialized() else ()
    with torch.random.fork_rng(devices=cuda), torch.no_grad():
        try:
            for module in modules:  # not .eval(), which classes override to do more
                module.training = False
            yield
        finally:
            for module, flag in zip(modules, flags, strict=True):
                module.training = flag
            for module, name, buffer, copy in buffers:
                module._buffers[name] = buffer
                # only where needed: writing makes a graph that awaits its backward pass stale
                if not _same(buffer, copy):
                    buffer.copy_(copy)
            for step in restore:
                step()


def _same(a: Tensor, b: Tensor) -> bool:
    """Whether all entries are equal, NaN being equal to NaN."""
    if torch.equal(a, b) or a.shape != b.shape:
        return a.shape == b.shape
    return not bool(((a != b) & ((a == a) | (b == b))).any())


def _generators(modules: Sequence[nn.Module]) -> Iterator[torch.Generator | np.random.Generator]:
    for module in modules:
        for value in vars(module).values():
            inner = value.values() if isinstance(value, dict) else value
            for item in inner if isinstance(value, list | tuple | dict) else [value]:
                if isinstance(item, torch.Generator | np.random.Generator):
                    yield item


def _rewound(generator: torch.Generator | np.random.Generator) -> Callable[[], None]:
    """A call that puts the generator back to where it is now."""
    if isinstance(generator, torch.Generator):
        return _call(generator.set_state, generator.get_state())
    return _call(setattr, generator.bit_generator, "state", generator.bit_generator.state)


def _call(function: Callable[..., Any], *args: Any) -> Callable[[], None]:
    return lambda: function(*args) and None

"""The outputs of a network's layers, taken so that its training cannot tell."""

import itertools
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from infoplane.errors import InputError
from infoplane.inputs.arrays import Array
from infoplane.inputs.options import nearest
from infoplane.inputs.tensors import as_tensor
from infoplane.plane.batchwise import by_the_batch
from infoplane.plane.untouched import untouched

__all__ = [
    "answered",
    "check_layers",
    "check_model",
    "layer_rows",
    "outputs_of",
    "rows_of",
]

# Names of layers that an error lists; a large network has hundreds.
LISTED = 40


def outputs_of(model: nn.Module, layers: Sequence[str], x: Any) -> dict[str, Tensor]:
    """The outputs of the named layers for one forward pass of x, by name.

    model: any module that takes one tensor; layers: dotted names, those of
    `model.named_modules()`, "" being the model itself; x: tensor or array, moved to the model's
    device, floating point cast to the dtype of its weights. Copies, on the CPU, in the shapes
    and dtypes the layers give, in evaluation mode, without gradient.
    The model is left as it was: :func:`~infoplane.plane.untouched.untouched`. Where it normalises
    by the mean of its batch (BatchNorm without running statistics), rows depend on those beside.
    Raises InputError for a layer that does not exist, is not reached, is called twice in one
    pass (whose output would then be meant?), or gives no tensor; and for x of a dtype that the
    network does not take.

    >>> model = nn.Sequential(nn.Identity(), nn.ReLU(inplace=True))
    >>> outputs_of(model, ["0", "1"], torch.tensor([-1.0, 2.0]))
    {'0': tensor([-1.,  2.]), '1': tensor([0., 2.])}
    """
    layers = check_layers(model, layers)
    with untouched(model):
        return _forward(model, layers, as_tensor(x, "x"))


def layer_rows(
    model: nn.Module,
    layers: Sequence[str],
    x: Tensor,
    *,
    batch_size: int,
    members: int | None = None,
) -> dict[str, Array]:
    """The named layers for all rows of x, `batch_size` rows a pass: (members or 1, n, d) each.

    As :func:`outputs_of`, with the units of a row flattened. members: of a batched model, whose
    layers give (members, rows, …); None: layers give (rows, …). float32, or float64 where a
    layer gives float64 or integers. Raises InputError for other shapes.
    """
    layers = check_layers(model, layers)
    found: dict[str, Array] = {}
    n = len(x)
    with untouched(model):
        for start in range(0, n, batch_size):
            part = x[start : start + batch_size]
            try:
                outputs = _forward(model, layers, part)
            except InputError:
                raise
            except ValueError as error:
                if len(part) > 1 or not (norms := by_the_batch(model)):
                    raise
                raise InputError(
                    f"batch_size={batch_size} leaves a batch of one row of {n}, and layer "
                    f"{norms[0]!r} normalises by the mean of its batch ({error}): pass "
                    f"batch_size={n}"
                ) from error
            for name, out in outputs.items():
                rows = _flat(out, name, len(part), members)
                if name not in found:
                    found[name] = np.empty((rows.shape[0], n, rows.shape[2]), rows.dtype)
                if found[name].shape[2] != rows.shape[2]:
                    raise InputError(
                        f"layer {name!r} gives {found[name].shape[2]} units for some rows and "
                        f"{rows.shape[2]} for others: choose a layer of fixed width"
                    )
                found[name][:, start : start + len(part)] = rows
    return found


def check_layers(model: nn.Module, layers: Iterable[str]) -> tuple[str, ...]:
    """The names of layers, checked: those that do not exist are refused, listing those that do."""
    check_model(model)
    try:
        names = () if isinstance(layers, str) else tuple(layers)
    except TypeError:
        names = ()
    if not names:
        raise InputError(f"layers={layers!r} is not accepted: pass a list of names of layers")
    modules = dict(model.named_modules(remove_duplicate=False))
    known = list(modules)
    for name in names:
        if name not in known:
            told = ", ".join(name for name in known[1 : LISTED + 1])
            more = f" and {len(known) - 1 - LISTED} more" if len(known) - 1 > LISTED else ""
            raise InputError(
                f"layer {name!r} does not exist: there are {told}{more}"
                f"{nearest(str(name), known[1:])}"
            )
        if isinstance(modules[name], torch.jit.ScriptModule):
            raise InputError(
                f"layer {name!r} is compiled by TorchScript, which lets nobody look inside: pass "
                "the network that it was made from"
            )
    if len(set(names)) < len(names):
        raise InputError(f"layers={list(names)!r} has a name twice: give each layer once")
    return names


def check_model(model: nn.Module) -> None:
    """Refuse what is no network, and a network whose weights are not there yet."""
    if not isinstance(model, nn.Module):
        raise InputError(f"model={type(model).__name__} is no network: pass a torch.nn.Module")
    weights = itertools.chain(model.parameters(), model.buffers())
    if any(nn.parameter.is_lazy(weight) for weight in weights):
        # its initialisation would draw random numbers that training draws otherwise
        raise InputError("model has lazy layers without weights yet: run one batch through it")


def rows_of(x: Any) -> Tensor:
    """A copy of x (n, …) as a tensor that is nobody's gradient; finite numbers, or InputError."""
    rows = as_tensor(x, "x").detach().clone()
    if not rows.ndim:
        raise InputError("x has shape (): (n, …) numbers are accepted, one row a sample")
    if not rows.isfinite().all():
        raise InputError("x has values that are NaN or infinite: drop or replace them")
    return rows


def answered(model: nn.Module, x: Tensor, hooked: AbstractContextManager[Any] | None = None) -> Any:
    """What the model gives for x, moved to its weights and cast to their floating dtype.

    hooked: entered for this pass alone. Raises InputError where x has a dtype that the model does
    not take, and takes another: this is tried, as PyTorch's words differ from layer to layer.
    """
    try:
        with hooked or nullcontext():
            return model(_fed(model, x))
    except (InputError, torch.OutOfMemoryError):
        raise
    except (RuntimeError, ValueError) as error:
        told = f"x has dtype {x.dtype}, with which the network fails ({error})"
        if not x.is_floating_point() and _takes(model, x.float()):
            raise InputError(
                f"{told}: it takes floating point, pass x.float(), or x.astype('float32') of an "
                "array"
            ) from error
        if x.dtype != torch.int64 and _takes(model, x.long()):
            if x.is_floating_point() and not torch.equal(x, x.round()):
                raise InputError(f"{told}: it takes integers, and x has values between") from error
            raise InputError(
                f"{told}: it takes integers, pass x.long(), or x.astype('int64') of an array"
            ) from error
        raise


def _takes(model: nn.Module, x: Tensor) -> bool:
    try:
        model(_fed(model, x))
    except Exception:  # whatever a model says to what it was not made for
        return False
    return True


def _forward(model: nn.Module, layers: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    found: dict[str, Tensor] = {}
    modules = dict(model.named_modules(remove_duplicate=False))
    usable: list[str] = []  # children that gave a tensor in this pass

    def note(name: str) -> Callable[[nn.Module, Any, Any], None]:
        def keep(module: nn.Module, _: Any, output: Any) -> None:
            if _is_real(output) and name not in usable:
                usable.append(name)

        return keep

    def hook(name: str) -> Callable[[nn.Module, Any, Any], None]:
        def keep(module: nn.Module, _: Any, output: Any) -> None:
            if not _is_real(output):
                kind = "complex numbers" if isinstance(output, Tensor) else type(output).__name__
                inner = [child for child in _children(name, module) if child in usable]
                below = f"a sub-layer ({', '.join(inner)})" if inner else "another, or wrap it"
                raise InputError(
                    f"layer {name!r} gives {kind}, where one tensor of real numbers is needed: "
                    f"choose {below}"
                )
            if name in found:
                raise InputError(
                    f"layer {name!r} is called more than once in a forward pass: give each use a "
                    "module of its own, or choose another layer"
                )
            # a copy, because the next layer may work in place
            found[name] = output.detach().to("cpu", copy=True)

        return keep

    with ExitStack() as hooks:
        for name in layers:
            for child in _children(name, modules[name]):
                hooks.callback(modules[child].register_forward_hook(note(child)).remove)
            hooks.callback(modules[name].register_forward_hook(hook(name)).remove)
        answered(model, x, hooks.pop_all())
    missing = [name for name in layers if name not in found]
    if missing:
        raise InputError(
            f"layer {missing[0]!r} is not reached by the model's forward: choose one that is "
            "called as a module"
        )
    return {name: found[name] for name in layers}


def _is_real(output: object) -> bool:
    return isinstance(output, Tensor) and not output.is_complex()


def _children(name: str, module: nn.Module) -> list[str]:
    """Names of the children that take hooks."""
    children = module.named_children()
    return [
        f"{name}.{child}".strip(".")
        for child, inner in children
        if not isinstance(inner, torch.jit.ScriptModule)
    ]


def _fed(model: nn.Module, x: Tensor) -> Tensor:
    """x where the weights are, and of their dtype where both are floating point."""
    weights = list(itertools.chain(model.parameters(), model.buffers()))
    # a copy, because the first layer may work in place
    x = x.detach().to(weights[0].device if weights else x.device, copy=True)
    dtype = next((w.dtype for w in weights if w.is_floating_point()), x.dtype)
    return x.to(dtype) if x.is_floating_point() else x


def _flat(out: Tensor, name: str, rows: int, members: int | None) -> Array:
    """One layer's output as (members or 1, rows, d)."""
    lead = (rows,) if members is None else (members, rows)
    if tuple(out.shape[: len(lead)]) != lead or not out.numel():
        accepted = "(n, …)" if members is None else f"({members}, n, …)"
        advice = "; for a batched model of b networks pass members=b" if members is None else ""
        raise InputError(
            f"layer {name!r} gives shape {tuple(out.shape)} for n={rows} rows: {accepted} is "
            f"accepted, choose another layer{advice}"
        )
    if not out.is_floating_point():
        out = out.double()
    elif out.dtype != torch.float64:
        out = out.float()
    flat: Array = out.reshape(members or 1, rows, -1).numpy()
    return flat

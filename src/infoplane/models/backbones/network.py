"""A network that was trained on other images, cut before its classifier: images in, rows out."""

from functools import cached_property
from importlib.metadata import version
from typing import Any, Literal, final

import torch
from PIL import Image
from torch import Tensor, nn

from infoplane.errors import InputError
from infoplane.inputs.options import nearest, one_of, whole
from infoplane.models.backbones import origins
from infoplane.models.backbones.families import family
from infoplane.models.backbones.recipes import Recipe, recipe
from infoplane.models.backbones.weights import Found, find, fit, read
from infoplane.models.defaults import torch_defaults

__all__ = ["Backbone", "backbone"]

WEIGHTS = ("pretrained", "random")
HEADS = ("fc", "classifier", "head", "heads")  # what torchvision calls its classifiers


class _Reached(Exception):  # noqa: N818
    """The layer is computed: what comes behind it is not needed."""


@final
class Backbone:
    """An embedding function: `backbone(batch)` gives (n, dim) float32 of (n, 3, height, width).

    Made by :func:`backbone`. The network is in evaluation mode, without gradients; what comes
    behind the layer is not computed.

    name, library ("torchvision" or "timm"), family; layer: "penultimate" or the name given; size:
    of the images it was trained on, in pixels; classes and parameters: of the whole classifier,
    its head included (heads that only training uses are not); provenance: plain JSON, what was
    computed with, from where.
    """

    def __init__(
        self, made: Recipe, network: nn.Module, layer: str | None, provenance: dict[str, Any]
    ) -> None:
        self.name, self.library, self.family = made.name, made.library, family(made.name)
        self.layer = layer or "penultimate"
        self.preprocessing = made.preprocessing
        self.size = made.preprocessing.size
        self.parameters = sum(p.numel() for p in network.parameters())
        self._network = network.eval().requires_grad_(False)
        head, told = _head(made, network)
        self.classes = int(list(head.parameters())[-1].shape[0])
        inside = layer or made.last
        self._before = inside is None  # the classifier's input, not a layer's output
        self._layer = head if inside is None else _named(network, inside, made.name)
        cut = f"input of {told}" if inside is None else f"output of {inside}"
        self.provenance = {"network": made.name, "cut": cut, **provenance}

    def __call__(self, batch: Tensor) -> Tensor:
        """The embeddings (n, dim), float32, of a batch (n, 3, height, width) of `preprocess`.

        Maps (n, channels, height, width) are averaged over their places, sequences (n, tokens,
        dim) over their tokens. Heights and widths other than `size` are taken where the network
        takes them. Named layers that have channels last, as inside a Swin transformer, come out
        wrong.
        Raises InputError for another shape, and for layers that give something else.
        """
        given = f"shape {tuple(batch.shape)}" if isinstance(batch, Tensor) else type(batch).__name__
        if not isinstance(batch, Tensor) or batch.ndim != 4 or batch.shape[1] != 3:
            raise InputError(
                f"batch has {given}: a tensor (n, 3, height, width) is accepted, as torch.stack of "
                "preprocess(image) gives"
            )
        if not batch.is_floating_point():
            raise InputError(
                f"batch has dtype {batch.dtype}: numbers as preprocess(image) gives are accepted, "
                "not pixels"
            )
        channels_last = self._before and isinstance(self._layer, nn.Linear)
        return _averaged(self._reached(batch), self.layer, self.name, channels_last)

    def preprocess(self, image: Image.Image) -> Tensor:
        """What the network takes, (3, size, size) float32, of an image; see Preprocessing."""
        return self.preprocessing(image)

    @cached_property
    def dim(self) -> int:
        """The number of columns of the embeddings: found by embedding one grey image."""
        device = next(self._network.parameters()).device
        return int(self(torch.zeros(1, 3, self.size, self.size, device=device)).shape[1])

    def to(self, device: str) -> "Backbone":
        """Itself, its weights moved to a device."""
        self._network.to(device)
        return self

    def _reached(self, batch: Tensor) -> Any:
        found: list[Any] = []

        def before(_: nn.Module, given: tuple[Any, ...]) -> None:
            found.append(given[0])
            raise _Reached

        def behind(_: nn.Module, given: tuple[Any, ...], came: Any) -> None:
            found.append(came)
            raise _Reached

        layer = self._layer
        hook = (
            layer.register_forward_pre_hook(before)
            if self._before
            else layer.register_forward_hook(behind)
        )
        try:
            with torch.no_grad():
                self._network(batch)
        except _Reached:
            return found[0]
        finally:
            hook.remove()
        raise InputError(
            f"layer={self.layer!r} of {self.name} is not used in evaluation: choose another"
        )


def backbone(
    name: str,
    *,
    layer: str | None = None,
    weights: Literal["pretrained", "random"] = "pretrained",
    seed: int = 0,
) -> Backbone:
    """A network by name as an embedding function, cut before its classifier or at a layer.

    name: one of INFOPLANE_DATA/weights/networks.json, of torchvision or of timm, looked for in
    this order; SOURCE and TORCHVISION are tuples of some. layer: None for the pooled features
    that the classifier takes, or the name of a layer as in `dict(module.named_modules())`, whose
    output is averaged over its places.
    weights: "pretrained", on ImageNet (of torchvision the first of its kinds, of timm the
    default), from INFOPLANE_DATA/weights or the library's cache, fetched if missing; or "random",
    of the network's own initialisation from `seed`, which the global generator does not notice.
    The name stands for the same network, with the same preprocessing, either way.
    Raises InputError for a name or layer there is not (the nearest is named), for weights that
    are missing and not to be had, or do not fit, and where timm is needed and not installed.
    Source: https://docs.pytorch.org/vision/stable/models.html, https://huggingface.co/docs/timm

    >>> net = backbone("squeezenet1_1", weights="random")
    >>> net.library, net.family, net.layer, net.classes
    ('torchvision', 'squeezenet', 'penultimate', 1000)
    >>> net(torch.zeros(2, 3, 64, 64)).shape
    torch.Size([2, 512])
    """
    one_of("weights", weights, WEIGHTS)
    whole("seed", seed, at_least=0)
    made = recipe(name)
    told: dict[str, Any] = {
        "library": f"{made.library} {version(made.library)}",
        "constructor": made.constructor,
        "preprocessing": made.preprocessing.told(),
    }
    if weights == "random":
        network = _seeded(made.build, seed)
        told |= {"weights": f"random, seed {seed}", "origin": None, "file": None, "sha256": None}
        told["licence"] = None
        return Backbone(made, network, layer, told)
    found = find(made)
    network = _trained(made, found)
    known = origins.of_weights(made.name) if made.listed else None
    told |= {
        "weights": f"pretrained {made.weights_name}".strip(),
        "origin": known.origin if known else found.origin,
        "licence": known.licence if known else made.licence,
        "file": found.file.name,
        "sha256": found.sha256,
    }
    return Backbone(made, network, layer, told)


def _trained(made: Recipe, found: Found) -> nn.Module:
    if found.by_library and made.rebuild:  # timm converts some of its files
        try:
            return _seeded(lambda: made.rebuild(str(found.file)), 0)
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            raise InputError(
                f"{found.file} does not fit {made.name} ({' '.join(str(error).split())[:200]}): "
                "remove it, so that it is fetched again"
            ) from error
    state = read(found.file, made.name)
    network = _seeded(made.build, 0)
    fit(network, state, made, found.file)
    return network


@torch_defaults()
def _seeded(build: Any, seed: int) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)  # and no other device's
        network: nn.Module = build()
    return network


def _head(made: Recipe, network: nn.Module) -> tuple[nn.Module, str]:
    """The classifier, and what it is called."""
    if made.library == "timm":
        head: Any = network.get_classifier()  # type: ignore[operator]
        head = head[0] if isinstance(head, tuple | list) else head
        head = getattr(head, "fc", head)  # inside one that pools, too
        called = next((name for name, m in network.named_modules() if m is head), "")
        if isinstance(head, nn.Module) and list(head.parameters()):
            return head, called
    for called in HEADS:
        head = getattr(network, called, None)
        if isinstance(head, nn.Module) and list(head.parameters()):
            return head, called
    raise InputError(
        f"network {made.name!r} has no classifier to cut before: choose a network that has one"
    )


def _named(network: nn.Module, layer: str, name: str) -> nn.Module:
    known: dict[str, nn.Module] = {n: module for n, module in network.named_modules() if n}
    if layer not in known:
        parts = [called for called in known if "." not in called]
        raise InputError(
            f"layer={layer!r} is not in {name}: choose one of {', '.join(parts)} or of theirs"
            + nearest(layer, known)
        )
    return known[layer]


def _averaged(came: Any, layer: str, name: str, channels_last: bool) -> Tensor:
    if not isinstance(came, Tensor) or came.ndim not in (2, 3, 4):
        shape = tuple(came.shape) if isinstance(came, Tensor) else type(came).__name__
        raise InputError(
            f"layer={layer!r} of {name} gives {shape}: (n, dim), (n, tokens, dim) or (n, channels, "
            "height, width) is accepted; choose another layer"
        )
    if came.ndim == 4:
        came = came.mean(dim=(1, 2) if channels_last else (2, 3))
    elif came.ndim == 3:
        came = came.mean(dim=1)
    rows: Tensor = came.float()
    return rows

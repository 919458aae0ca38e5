"""What a network's name stands for: who builds it, what it sees, where its weights are told."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from torch import nn

from infoplane.errors import InputError
from infoplane.inputs.options import nearest
from infoplane.models.backbones.families import SOURCE
from infoplane.models.backbones.listed import Entry, entries
from infoplane.models.backbones.preprocessing import Preprocessing

__all__ = ["Recipe", "names", "recipe"]

ALIASES = {"xception": "legacy_xception"}
# As their pretrained weights want it: no heads beside the last, and inputs scaled once more.
BY_NAME = {
    "inception_v3": {"aux_logits": False, "transform_input": True, "init_weights": True},
    "googlenet": {"aux_logits": False, "transform_input": True, "init_weights": True},
}
# Modules that only training uses.
AUXILIARY = {"inception_v3": ("AuxLogits.",), "googlenet": ("aux1.", "aux2.")}
# Their classifiers take all places of the last map; the embedding is their mean.
LAST_MAP = {name: "features" for name in ("alexnet", "vgg")}


@dataclass(frozen=True)
class Recipe:
    """A network by name. `build` makes it with weights of its own initialisation.

    last: the layer that the embedding is, or None for what the classifier takes. unused:
    prefixes of weights that a file may have and the network has not. listed: its entry in
    networks.json, or None. url, hub: where the library fetches its weights; hash_prefix: how
    their sha256 begins, where that is told. rebuild: the network from that file, where the
    library has to convert it.
    """

    name: str
    library: str
    constructor: str
    build: Callable[[], nn.Module]
    preprocessing: Preprocessing
    last: str | None = None
    unused: tuple[str, ...] = ()
    listed: Entry | None = None
    url: str = ""
    hub: str = ""
    hub_file: str = ""
    hash_prefix: str = ""
    licence: str | None = None
    weights_name: str = ""
    rebuild: Callable[[str], nn.Module] | None = field(default=None, repr=False)


def recipe(name: str) -> Recipe:
    """The recipe of a network: of networks.json, else of torchvision, else of timm.

    Raises InputError for a name that none of them has, naming the nearest.
    """
    here = entries()
    if name in here:
        return _listed(name, here[name])
    taken = ALIASES.get(name, name)
    if taken in _torchvision_names():
        return _torchvision(taken)
    if name in SOURCE or taken in _timm_names():
        return _timm(name, taken)
    raise InputError(_unknown(name, bool(here)))


def names() -> list[str]:
    """All names that :func:`recipe` knows here, sorted."""
    return sorted({*entries(), *SOURCE, *_torchvision_names(), *_timm_names()})


def _listed(name: str, entry: Entry) -> Recipe:
    return Recipe(
        name=name,
        library=entry.library,
        constructor=entry.told,
        build=entry.build,
        preprocessing=entry.preprocessing,
        listed=entry,
    )


def _torchvision(name: str) -> Recipe:
    from torchvision import models

    # The first weights are those of the plain recipe, as in the papers. Smoothed labels, of which
    # later ones make use, serve ImageNet and not the features: https://arxiv.org/abs/2010.16402
    weights = next(iter(models.get_model_weights(name)))
    see = weights.transforms()
    options = BY_NAME.get(name, {})
    return Recipe(
        name=name,
        library="torchvision",
        constructor=_told(f"torchvision.models.{name}", [], options),
        build=lambda: models.get_model(name, weights=None, **options),
        preprocessing=Preprocessing(
            size=see.crop_size[0],
            resize=see.resize_size[0],
            mean=tuple(see.mean),
            std=tuple(see.std),
            interpolation=see.interpolation.value,
        ),
        last=next((last for start, last in LAST_MAP.items() if name.startswith(start)), None),
        unused=AUXILIARY.get(name, ()),
        url=weights.url,
        hash_prefix=_hash_prefix(weights.url),
        weights_name=weights.name,
    )


def _timm(name: str, taken: str) -> Recipe:
    timm = _import_timm(name)
    given = timm.get_pretrained_cfg(taken)
    see = timm.data.resolve_data_config(pretrained_cfg=given.to_dict())
    size = see["input_size"][1]
    return Recipe(
        name=name,
        library="timm",
        constructor=_told("timm.create_model", [taken], {}),
        build=lambda: timm.create_model(taken, pretrained=False),
        preprocessing=Preprocessing(
            size=size,
            resize=int(size / see["crop_pct"]),
            mean=tuple(see["mean"]),
            std=tuple(see["std"]),
            interpolation=see["interpolation"],
        ),
        url=given.url or "",
        hub=given.hf_hub_id or "",
        hub_file=given.hf_hub_filename or "",
        hash_prefix=_hash_prefix(given.url or ""),
        licence=given.license,
        weights_name=given.tag or "",
        rebuild=lambda file: timm.create_model(
            taken, pretrained=True, pretrained_cfg_overlay={"file": file}
        ),
    )


def _hash_prefix(url: str) -> str:
    """How the sha256 of a file begins, by the convention that its name ends in it."""
    found = re.search(r"-([0-9a-f]{8,})\.\w+$", url)
    return found.group(1) if found else ""


def _told(function: str, args: list[Any], options: Mapping[str, Any]) -> str:
    inside = [repr(a) for a in args] + [f"{key}={value!r}" for key, value in options.items()]
    return f"{function}({', '.join(inside)})"


def _torchvision_names() -> set[str]:
    from torchvision import models

    return set(models.list_models(module=models))


def _timm_names() -> set[str]:
    """timm's architectures, and those with the tag of one training; none without timm."""
    try:
        import timm
    except ImportError:
        return set()
    return {*timm.list_models(), *timm.list_models(pretrained=True)}


def _import_timm(name: str) -> Any:
    try:
        import timm
        import timm.data
    except ImportError as error:
        raise InputError(
            f"network {name!r} is built by timm, which is not installed: "
            "pip install 'infoplane[vision]'"
        ) from error
    return timm


def _unknown(name: str, is_listed: bool) -> str:
    said = [f"torchvision {version('torchvision')}"]
    more = " (pip install 'infoplane[vision]' adds those of timm)"
    if _timm_names():
        said.append(f"timm {version('timm')}")
        more = ""
    if is_listed:
        said.append("networks.json")
    return (
        f"network {name!r} is not in {' or '.join(said)}: choose one of {', '.join(SOURCE)} or "
        f"any of theirs{more}{nearest(name, names())}"
    )

"""Weights of a network: the file they lie in, what it holds, and whether it fits."""

import pickle
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from infoplane.errors import InputError
from infoplane.inputs.digests import of_file
from infoplane.models.backbones.listed import weights_folder
from infoplane.models.backbones.recipes import Recipe

__all__ = ["Found", "find", "fit", "read"]

SUFFIXES = (".pt", ".pth", ".safetensors")
# What damaged bytes lead to; safetensors has an error of its own.
DAMAGED = (OSError, RuntimeError, ValueError, EOFError, KeyError, pickle.UnpicklingError)
TOLD = 3  # keys of a file that does not fit
# Names in torchvision's oldest files, which no module may have any more.
DENSE = re.compile(r"^(.*denselayer\d+\.(?:norm|relu|conv))\.(\d\..*)$")


@dataclass(frozen=True)
class Found:
    """A file of weights, its sha256, where it is from in words; `by_library`: as it comes."""

    file: Path
    sha256: str
    origin: str
    by_library: bool = False


def find(recipe: Recipe) -> Found:
    """The file with a network's weights: listed, in INFOPLANE_DATA/weights, or the library's.

    Looked for in this order: the file that networks.json names for it; <name>.pt, .pth or
    .safetensors in INFOPLANE_DATA/weights; the cache of torchvision or timm, to which the library
    fetches it where it is missing.
    Raises InputError, naming file, sha256 where known, and place, for one that is missing and not
    to be had, or has another sha256 than it should.
    """
    if recipe.listed:
        file, expected = recipe.listed.file, recipe.listed.sha256
        if not file.is_file():
            raise InputError(
                f"the weights of {recipe.name} are missing: put {file.name} (sha256 {expected}) at "
                f"{file}, or remove its entry from networks.json"
            )
        found = of_file(file)
        if found != expected:
            raise InputError(
                f"{file} is corrupt or another file: its sha256 is {found}, and networks.json says "
                f"{expected}; replace the file, or correct the entry"
            )
        return Found(file, found, "networks.json of INFOPLANE_DATA/weights")
    for suffix in SUFFIXES:
        file = weights_folder() / f"{recipe.name}{suffix}"
        if file.is_file():
            return Found(file, of_file(file), "INFOPLANE_DATA/weights")
    return _of_library(recipe)


def _of_library(recipe: Recipe) -> Found:
    name = recipe.url.rpartition("/")[2] or recipe.hub_file or "model.safetensors"
    place = weights_folder() / recipe.name
    origin = f"https://huggingface.co/{recipe.hub}" if recipe.hub else recipe.url
    if not origin:
        raise InputError(
            f"{recipe.library} has no pre-trained weights of {recipe.name}: put a state dict at "
            f'{place}.pt, or pass weights="random"'
        )
    try:
        file = _from_hub(recipe) if recipe.hub else _from_url(origin, name, recipe.hash_prefix)
    except (OSError, RuntimeError) as error:
        told = f" (sha256 {recipe.hash_prefix}…)" if recipe.hash_prefix else ""
        suffix = Path(name).suffix if Path(name).suffix in SUFFIXES else ".pth"
        raise InputError(
            f"the weights of {recipe.name} are not here and cannot be fetched from {origin} "
            f"({_why(error)}): put {name}{told} at {place}{suffix}, or pass "
            'weights="random"'
        ) from error
    found = of_file(file)
    if not found.startswith(recipe.hash_prefix):
        raise InputError(
            f"{file} is corrupt: its sha256 is {found}, and that of the weights of {recipe.name} "
            f"begins with {recipe.hash_prefix}; remove it, so that it is fetched again"
        )
    return Found(file, found, origin, by_library=True)


def _from_url(url: str, name: str, prefix: str) -> Path:
    """The file in the cache of torch.hub, fetched if missing, its hash compared then."""
    folder = Path(torch.hub.get_dir()) / "checkpoints"
    file = folder / name
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        torch.hub.download_url_to_file(url, str(file), hash_prefix=prefix or None)
    return file


def _from_hub(recipe: Recipe) -> Path:
    """The file in the cache of the hub that timm's weights lie on, fetched if missing."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError, LocalEntryNotFoundError

    last: Exception | None = None
    for name in (
        [recipe.hub_file] if recipe.hub_file else ["model.safetensors", "pytorch_model.bin"]
    ):
        try:
            return Path(hf_hub_download(recipe.hub, name))
        except LocalEntryNotFoundError:  # neither in the cache nor reached: not the file's name
            raise
        except EntryNotFoundError as error:
            last = error
    raise OSError("it has no file of weights") from last


def _why(error: Exception) -> str:
    kind = type(error).__name__
    if kind in ("URLError", "ConnectError", "ConnectTimeout", "LocalEntryNotFoundError"):
        return "no connection"
    words = " ".join(str(error).split())
    return words if len(words) <= 200 else f"{words[:200]}…"


class State(dict[str, Tensor]):
    """A state dict with the versions of its layers, which some networks read it by."""

    _metadata: Any = None


def read(file: Path, what: str) -> State:
    """The state dict in a file, float32 where it has fractions; only tensors are unpickled.

    A checkpoint that holds it as "state_dict" or "model" is opened.
    Raises InputError for a file that is damaged, or holds something else.
    """
    try:
        if file.suffix == ".safetensors":
            from safetensors.torch import load_file

            found: Any = load_file(file)
        else:
            found = torch.load(file, map_location="cpu", weights_only=True)
    except ImportError as error:
        raise InputError(
            f"{file} needs safetensors: pip install 'infoplane[vision]', or give a .pt file"
        ) from error
    except Exception as error:
        if not isinstance(error, DAMAGED) and type(error).__name__ != "SafetensorError":
            raise
        reason = " ".join(str(error).split())[:120]
        raise InputError(
            f"{file}, the weights of {what}, cannot be read ({reason}): replace it by a state dict "
            "of tensors, saved with torch.save"
        ) from error
    for key in ("state_dict", "model"):
        if isinstance(found, Mapping) and isinstance(found.get(key), Mapping):
            found = found[key]
    if not isinstance(found, Mapping) or not all(isinstance(w, Tensor) for w in found.values()):
        raise InputError(
            f"{file}, the weights of {what}, holds {type(found).__name__} and no state dict: save "
            "torch.save(model.state_dict(), file)"
        )
    tensors: Mapping[str, Tensor] = found
    state = State((n, w.float() if w.is_floating_point() else w) for n, w in tensors.items())
    state._metadata = getattr(found, "_metadata", None)
    return state


def fit(network: nn.Module, state: Mapping[str, Tensor], recipe: Recipe, file: Path) -> None:
    """Put the weights into the network, all of them.

    Those of heads that only training uses are left out; counts of batches, which evaluation does
    not use and old files lack, may be missing.
    Raises InputError, naming a few and their number, for weights that are missing, not known, or
    of another shape.
    """
    own = network.state_dict()
    versions = getattr(state, "_metadata", None) or own._metadata  # type: ignore[attr-defined]
    state = State((DENSE.sub(r"\1\2", name), w) for name, w in state.items())
    state = State((n, w) for n, w in state.items() if not n.startswith(recipe.unused or ("\0",)))
    state._metadata = versions
    missing = [n for n in own if n not in state and not n.endswith("num_batches_tracked")]
    unknown = [n for n in state if n not in own]
    shapes = [
        f"{n} {tuple(w.shape)} instead of {tuple(own[n].shape)}"
        for n, w in state.items()
        if n in own and w.shape != own[n].shape
    ]
    wrong = [
        f"{len(names)} {words} ({_few(names)})"
        for names, words in (
            (missing, "missing"),
            (unknown, "not known"),
            (shapes, "of another shape"),
        )
        if names
    ]
    if wrong:
        raise InputError(
            f"{file} does not fit {recipe.name}: of its weights {', '.join(wrong)}; put a state "
            f"dict of {recipe.constructor} there"
        )
    network.load_state_dict(state, strict=False)


def _few(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(names[:TOLD]) + (", …" if len(names) > TOLD else "")

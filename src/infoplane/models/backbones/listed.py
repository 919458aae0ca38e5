"""networks.json: networks of this machine, with their weights and what they see."""

import importlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import nn

from infoplane import paths
from infoplane.errors import InputError
from infoplane.models.backbones.preprocessing import Preprocessing

__all__ = ["Entry", "entries", "weights_folder"]

# Only these may be called: networks of torchvision, timm.create_model, networks of timm's modules
# and the generators behind them (_gen_mobilenet_v1). What is no network is refused in build().
ALLOWED = re.compile(
    r"torchvision\.models\.[a-z][a-z0-9_]*"
    r"|timm\.create_model"
    r"|timm\.models\.[a-z][a-z0-9_]*\.(_gen_)?[a-z][a-z0-9_]*"
)
# Options that would fetch or read other weights than those of the entry.
FORBIDDEN = ("cache_dir", "checkpoint_path", "pretrained", "pretrained_cfg",
             "pretrained_cfg_overlay", "weights", "weights_backbone")  # fmt: skip
PLAIN = (str, int, float, bool, type(None))
FIELDS = ("library", "constructor", "args", "kwargs", "input_size", "mean", "std", "channels",
          "scale", "file", "sha256")  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One network: its constructor with its arguments, what it sees, its file and digest."""

    name: str
    library: str
    constructor: str
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]
    preprocessing: Preprocessing
    file: Path
    sha256: str

    @property
    def told(self) -> str:
        """The call that makes it."""
        inside = [repr(a) for a in self.args]
        inside += [f"{key}={value!r}" for key, value in self.kwargs.items()]
        return f"{self.constructor}({', '.join(inside)})"

    def build(self) -> nn.Module:
        """The network, with weights of its own initialisation.

        Raises InputError where its library is not installed, or has not that function.
        """
        module, _, function = self.constructor.rpartition(".")
        try:
            if not _builds_networks(self.library, function):
                raise TypeError("it is no network's function")
            found = getattr(importlib.import_module(module), function)
            made = found(*self.args, **self.kwargs)
        except ImportError as error:
            hint = "pip install 'infoplane[vision]'" if self.library == "timm" else "reinstall it"
            raise InputError(
                f"network {self.name!r} needs {module}, which cannot be imported ({error}): {hint}"
            ) from error
        except (AttributeError, TypeError, RuntimeError, ValueError) as error:
            raise InputError(
                f"network {self.name!r} of networks.json: {self.told} fails ({error}): correct "
                f"its entry, or install the version of {self.library} that it was written for"
            ) from error
        if not isinstance(made, nn.Module):
            raise InputError(
                f"network {self.name!r} of networks.json: {self.told} is no network: name a "
                "function that builds one"
            )
        return made


def _builds_networks(library: str, function: str) -> bool:
    """Whether the library has the function among its networks: timm.models holds tools, too."""
    if library == "torchvision":
        from torchvision import models

        return function in models.list_models(module=models)
    import timm

    is_network: bool = timm.is_model(function)
    return is_network or function == "create_model" or function.startswith("_gen_")


def weights_folder() -> Path:
    """Where weights lie: INFOPLANE_DATA/weights, which need not be there."""
    return paths.data_dir() / "weights"


def entries() -> dict[str, Entry]:
    """The networks of INFOPLANE_DATA/weights/networks.json by name; none without that file.

    An object of one object a network: library ("torchvision" or "timm"), constructor (a function
    of torchvision.models or timm, by its full name: nothing else is ever called), args, kwargs,
    input_size, mean, std, channels ("RGB" or "BGR"), scale ("0..1" or "0..255"), file (beside
    it), sha256. Images are resized to input_size and cut to a square.
    Raises InputError for a file that cannot be read and an entry that says something else.
    """
    place = weights_folder() / "networks.json"
    if not place.is_file():
        return {}
    try:
        given = json.loads(place.read_text(encoding="utf-8"))
        items = list(given.items())
    except (OSError, ValueError, AttributeError) as error:
        raise InputError(
            f"{place} cannot be read ({error}): write one JSON object of one object a network, or "
            "remove it"
        ) from error
    return {name: _entry(name, fields, place) for name, fields in items}


def _entry(name: str, fields: Any, place: Path) -> Entry:
    def refuse(why: str) -> InputError:
        return InputError(f"network {name!r} of {place}: {why}")

    missing = [key for key in FIELDS if key not in fields] if isinstance(fields, dict) else FIELDS
    if missing:
        raise refuse(f"it lacks {', '.join(missing)}: add them, or remove the entry")
    constructor, kwargs, args = fields["constructor"], fields["kwargs"], fields["args"]
    if not (isinstance(constructor, str) and ALLOWED.fullmatch(constructor)):
        raise refuse(
            f"constructor {constructor!r} is not called: name a function of torchvision.models, "
            "of a module of timm.models, or timm.create_model"
        )
    if not (isinstance(args, list) and isinstance(kwargs, dict)):
        raise refuse("args is to be a list, kwargs an object")
    if bad := [key for key in kwargs if key in FORBIDDEN]:
        raise refuse(f"kwargs {', '.join(bad)} is not accepted: its weights are those of `file`")
    plain = all(isinstance(value, PLAIN) for value in kwargs.values())
    if not plain or not all(isinstance(v, PLAIN) and not isinstance(v, bool) for v in args):
        raise refuse("args are to be words and numbers, kwargs those, true, false or null")
    if any(re.search(r"[:/\\]", value) for value in args if isinstance(value, str)):
        raise refuse(f"args {args} name a place, and only names of networks are accepted")
    file = fields["file"]
    if not (isinstance(file, str) and Path(file).name == file):
        raise refuse(f"file {file!r} is to be the name of a file beside networks.json")
    try:
        preprocessing = Preprocessing(
            size=int(fields["input_size"]),
            resize=int(fields["input_size"]),
            mean=tuple(float(v) for v in fields["mean"]),  # type: ignore[arg-type]
            std=tuple(float(v) for v in fields["std"]),  # type: ignore[arg-type]
            channels=fields["channels"],
            scale=fields["scale"],
        )
    except (TypeError, ValueError, InputError) as error:
        raise refuse(f"what it sees cannot be read ({error})") from error
    return Entry(
        name=name,
        library=constructor.partition(".")[0],
        constructor=constructor,
        args=tuple(args),
        kwargs=kwargs,
        preprocessing=preprocessing,
        file=place.parent / file,
        sha256=str(fields["sha256"]),
    )

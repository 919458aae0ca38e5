"""Weights that took long to find, kept on this machine and found again by what they came from."""

import hashlib
import json
import os
import pickle
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import ModuleType
from typing import Any

import torch
from filelock import FileLock
from torch import Tensor

from infoplane.paths import build_dir

__all__ = ["Kept", "alone", "put_together"]

State = Mapping[str, Tensor]


class Kept:
    """Weights of one network at several epochs: files in a folder of its own.

    made_from: what decides the weights, as plain JSON; sources: the modules whose code does. The
    folder's name is a hash of both and of the version of torch, so that weights of another
    setting, or of code since changed, are not found. What is lost is made again: a file that
    cannot be read counts as none.
    """

    def __init__(self, made_from: Mapping[str, Any], sources: Sequence[ModuleType]) -> None:
        digest = hashlib.sha256(json.dumps(made_from, sort_keys=True).encode())
        digest.update(str(torch.__version__).encode())
        for module in sources:
            digest.update(Path(str(module.__file__)).read_bytes())
        self.folder = build_dir() / "networks" / digest.hexdigest()[:16]

    def save(self, epoch: int, state: State) -> None:
        """Keep the weights of an epoch; a killed process leaves all of them or none."""
        self.folder.mkdir(parents=True, exist_ok=True)
        place = self._place(epoch)
        temporary = place.with_name(f".{place.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")
        try:
            torch.save({name: w.detach().cpu().clone() for name, w in state.items()}, temporary)
            os.replace(temporary, place)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)

    def load(self, epoch: int) -> dict[str, Tensor] | None:
        """The weights of an epoch, or None."""
        try:
            found: dict[str, Tensor] = torch.load(self._place(epoch), weights_only=True)
        except (OSError, RuntimeError, EOFError, ValueError, KeyError, pickle.UnpicklingError):
            return None
        return found

    def _place(self, epoch: int) -> Path:
        return self.folder / f"epoch{epoch:04d}.pt"


def put_together(states: Sequence[State | None]) -> dict[str, Tensor]:
    """The weights of a batched model from those of its members, (1, …) each, in their order.

    Raises RuntimeError where one is None, which was kept just now.
    """
    found = [state for state in states if state is not None]
    if len(found) < len(states):
        raise RuntimeError("weights that were kept just now are gone: is the disk full?")
    return {name: torch.cat([state[name] for state in found]) for name in found[0]}


@contextmanager
def alone(kept: Sequence[Kept]) -> Iterator[None]:
    """As the only process of this machine that makes these weights; others wait, and find them."""
    with ExitStack() as stack:
        for folder in sorted({each.folder for each in kept}):
            folder.mkdir(parents=True, exist_ok=True)
            stack.enter_context(FileLock(folder / ".lock"))
        yield

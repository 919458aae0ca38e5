"""Where recorded layers lie: in memory, and beyond that in one growing .npy file a layer."""

import json
import os
import re
import shutil
import tempfile
import weakref
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from infoplane.errors import InputError
from infoplane.inputs.arrays import Array
from infoplane.paths import write_atomically

__all__ = ["Checkpoints"]

INDEX = "checkpoints.json"


class Checkpoints:
    """Layers (networks, n, d) of one epoch after the other, none ever held twice.

    memory: bytes held; a recording that needs more lies in files, all of it, in a temporary
    directory that is gone when this object is closed or collected, or the interpreter ends.
    directory: where they go from the first epoch on, whatever the memory, and stay. expected:
    number of epochs, where it is known beforehand.

    Each layer is one file of shape (epochs, networks, n, d), so that it maps into memory as one
    array. An epoch is appended first, then counted: in the headers, then in checkpoints.json
    (epochs in the order of the axis, and which file is which layer). A process killed on the way
    leaves files of whole epochs.
    """

    def __init__(
        self,
        layers: Sequence[str],
        *,
        memory: int,
        directory: str | os.PathLike[str] | None,
        expected: int | None,
        seeds: Sequence[int],
    ) -> None:
        self.epochs: list[int] = []
        self._memory, self._expected, self._seeds = memory, expected, list(seeds)
        self._names = {
            layer: f"{i:02d}_{re.sub(r'[^A-Za-z0-9._-]', '_', layer) or 'model'}.npy"
            for i, layer in enumerate(layers)
        }
        if directory is not None and not isinstance(directory, str | os.PathLike):
            raise InputError(f"directory={directory!r} is no path: pass text or a pathlib.Path")
        self._directory = None if directory is None else Path(directory)
        for name in (INDEX, *self._names.values()):
            if self._directory is not None and (self._directory / name).exists():
                raise InputError(
                    f"directory={os.fspath(self._directory)!r} has a {name} already: give an empty "
                    "or a new one"
                )
        self._held: dict[str, Array] = {}  # (room, networks, n, d), the first of them in use
        self._folder: Path | None = None
        self._kinds: dict[str, tuple[tuple[int, ...], np.dtype[Any]]] = {}

    def append(self, epoch: int, layers: Mapping[str, Array]) -> None:
        """Keep one more epoch, or raise InputError and keep what there was."""
        kinds = {name: (rows.shape, rows.dtype) for name, rows in layers.items()}
        for name, kind in (self._kinds or kinds).items():
            if kind != kinds[name]:
                raise InputError(
                    f"layer {name!r} gave {kind[1]} {kind[0]} before and gives {kinds[name][1]} "
                    f"{kinds[name][0]} at epoch {epoch}: record each shape with its own Recorder"
                )
        each = sum(rows.nbytes for rows in layers.values())
        first = not self.epochs
        known = max(1, self._expected or 1) if first else len(self.epochs) + 1
        streams = self._directory is not None or known * each > self._memory
        if self._folder is None and streams:
            self._to_disk(known * each, each)
        if self._folder is None:
            self._hold(layers)
        else:
            self._require(self._folder, each, each)
            self._write(layers, self._folder)
            told = {"epochs": [*self.epochs, epoch], "seeds": self._seeds, "layers": self._names}
            write_atomically(self._folder / INDEX, json.dumps(told, indent=1) + "\n")
        self._kinds = kinds
        self.epochs.append(epoch)

    def array(self, layer: str) -> Array:
        """(networks, epochs, n, d), epochs in the order of recording; a view or a memory map."""
        count = len(self.epochs)
        if self._folder is None:
            view = self._held[layer][:count].swapaxes(0, 1)
            view.flags.writeable = False
            return view
        shape, dtype = self._kinds[layer]
        # copy-on-write: PyTorch warns of arrays that it may not write to
        mapped = np.memmap(
            self._folder / self._names[layer],
            dtype=dtype,
            mode="c",
            offset=len(_header(0, shape, dtype)),
            shape=(count, *shape),
        )
        return mapped.swapaxes(0, 1)

    def close(self) -> None:
        """Forget everything; a temporary directory is removed."""
        self._held.clear()
        if self._folder is not None and self._directory is None:
            self._remove()

    def _hold(self, layers: Mapping[str, Array]) -> None:
        count = len(self.epochs)
        for name, rows in layers.items():
            held = self._held.get(name)
            if held is None or len(held) == count:
                # pages that nothing was written to take no memory
                room = self._expected if self._expected and held is None else 2 * count or 8
                grown = np.empty((room, *rows.shape), rows.dtype)
                if held is not None:
                    grown[:count] = held
                held = self._held[name] = grown
            held[count] = rows

    def _to_disk(self, need: int, each: int) -> None:
        """From memory to files, or from the start; refuses what is known not to fit."""
        try:
            if self._directory is None:
                folder = Path(tempfile.mkdtemp(prefix="infoplane-"))
                self._remove = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
            else:
                folder = self._directory
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                f"directory={os.fspath(self._directory or tempfile.gettempdir())!r} cannot be "
                f"made: {error.strerror}; give one that you may write to"
            ) from error
        try:
            self._require(folder, need, each)
            for i in range(len(self.epochs)):
                self._write({name: held[i] for name, held in self._held.items()}, folder, i)
        except InputError:
            if self._directory is None:
                self._remove()
            raise
        self._folder = folder
        self._held.clear()

    def _require(self, folder: Path, need: int, each: int) -> None:
        free = shutil.disk_usage(folder).free
        if need > free:
            several = f" for {need // each} epochs of {_size(each)}" if need > each else ""
            raise InputError(
                f"{folder} has {_size(free)} free, and {_size(need)} are needed{several}: pass "
                "directory= on a larger disk, fewer epochs or layers, or fewer rows of x"
            )

    def _write(self, layers: Mapping[str, Array], folder: Path, count: int | None = None) -> None:
        """Append to the files after `count` epochs; headers last, and only if all was written."""
        count = len(self.epochs) if count is None else count
        headers = {n: _header(count + 1, rows.shape, rows.dtype) for n, rows in layers.items()}
        try:
            for name, rows in layers.items():
                path = folder / self._names[name]
                if not count:
                    path.write_bytes(_header(0, rows.shape, rows.dtype))
                with path.open("r+b") as file:
                    file.seek(len(headers[name]) + count * rows.nbytes)
                    file.write(np.ascontiguousarray(rows).data)
            for name, header in headers.items():
                with (folder / self._names[name]).open("r+b") as file:
                    file.write(header)
        except OSError as error:
            raise InputError(
                f"{folder} cannot be written to: {error.strerror or error}; what was recorded "
                "before is whole, pass directory= on another disk to record more"
            ) from error


def _header(count: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> bytes:
    """That of an .npy file of `count` epochs; NumPy pads it so that every count takes as much."""
    file = BytesIO()
    told = {"descr": dtype.str, "fortran_order": False, "shape": (count, *shape)}
    np.lib.format.write_array_header_1_0(file, told)
    return file.getvalue()


def _size(count: int) -> str:
    """Bytes in the unit that leaves few digits.

    >>> _size(123), _size(8_100_000_000)
    ('123 bytes', '8.1 GB')
    """
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"

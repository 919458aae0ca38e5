"""Embeddings that are kept: a file for some hundred images, found by network and images."""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from filelock import FileLock

from infoplane.errors import InputError
from infoplane.paths import build_dir, write_atomically

__all__ = ["Part", "Parts"]


@dataclass(frozen=True, eq=False)
class Part:
    """Embeddings float32 (k, d) of those images of a part, `kept` (k,), that could be read.

    unreadable: the others, by their place in the part, with the reason. seconds: what it took.
    """

    embedding: npt.NDArray[np.float32]
    kept: npt.NDArray[np.int64]
    unreadable: Mapping[int, str]
    seconds: float

    def digest(self) -> str:
        """The sha256 of all of it."""
        whole = hashlib.sha256(repr((self.embedding.shape, self.seconds)).encode())
        whole.update(np.ascontiguousarray(self.embedding).tobytes() + self.kept.tobytes())
        whole.update(json.dumps(sorted(self.unreadable.items())).encode())
        return whole.hexdigest()


class Parts:
    """The parts of one network: files in a folder of its own, one a list of images.

    made_from: what decides the embeddings, as plain JSON; the folder's name is its hash. A part
    is named by the digest of its images, so that the same images are found in another list, or at
    another place. What is lost is made again: a file that is damaged counts as none.
    """

    def __init__(self, name: str, made_from: Mapping[str, Any]) -> None:
        text = json.dumps(made_from, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        self.folder: Path = build_dir() / "embeddings" / f"{name}-{digest[:16]}"
        self._text = text

    @contextmanager
    def alone(self) -> Iterator[None]:
        """As the only process of this machine that works here; others wait.

        Raises InputError where the folder cannot be written to.
        """
        lock = FileLock(self.folder / ".lock")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except OSError as error:
            raise InputError(
                f"cannot write to {self.folder} ({error.strerror or error}): make it a folder that "
                "you may write to"
            ) from error
        try:
            yield
        finally:
            lock.release()

    def save(self, images: str, part: Part) -> None:
        """Keep the part of the images of that digest; a killed process leaves all of it or none.

        Raises InputError where it cannot be written.
        """
        content = io.BytesIO()
        np.savez(
            content,
            embedding=part.embedding,
            kept=part.kept,
            unreadable=json.dumps(sorted(part.unreadable.items())),
            seconds=part.seconds,
            sha256=part.digest(),
        )
        told = self.folder / "made_from.json"
        if not told.exists():
            write_atomically(told, self._text + "\n")
        write_atomically(self._place(images), content.getvalue())

    def load(self, images: str, count: int) -> Part | None:
        """The part of the images of that digest, `count` of them, or None."""
        try:
            with np.load(self._place(images), allow_pickle=False) as found:
                part = Part(
                    embedding=found["embedding"],
                    kept=found["kept"],
                    unreadable={
                        int(i): str(why) for i, why in json.loads(str(found["unreadable"]))
                    },
                    seconds=float(found["seconds"]),
                )
                whole = part.digest() == str(found["sha256"])
        except (OSError, ValueError, TypeError, KeyError, EOFError, AttributeError,
                NotImplementedError, zipfile.BadZipFile, zlib.error):  # fmt: skip
            return None
        rows = sorted([*part.kept.tolist(), *part.unreadable])
        return part if whole and rows == list(range(count)) else None

    def _place(self, images: str) -> Path:
        return self.folder / f"{images[:32]}.npz"

"""Embeddings that lie in INFOPLANE_DATA/embeddings, computed by others: read and checked."""

import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from infoplane import paths
from infoplane.errors import InputError
from infoplane.inputs.options import nearest
from infoplane.models.backbones.families import family

__all__ = ["StoredEmbeddings", "stored_embeddings", "stored_networks"]

FIELDS = ("embedding", "label", "split", "path", "layer", "size")


@dataclass(frozen=True, eq=False)
class StoredEmbeddings:
    """Embeddings of n images by one network.

    embedding float32 (n, d); labels int64 (n,); splits and paths (n,) of text, the paths below
    the folder of the images; layer: where the network was cut; size: of its input, in pixels.
    """

    name: str
    family: str
    embedding: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]
    splits: npt.NDArray[np.str_]
    paths: npt.NDArray[np.str_]
    layer: str
    size: int

    def __len__(self) -> int:
        return len(self.labels)


def stored_networks(folder: str | Path | None = None) -> tuple[str, ...]:
    """The names of the networks whose embeddings are stored, sorted.

    folder: None for INFOPLANE_DATA/embeddings, of files <network>.npz.
    Raises InputError for a folder that is missing or has none.
    """
    place = _folder(folder)
    found = tuple(sorted(file.stem for file in place.glob("*.npz"))) if place.is_dir() else ()
    if not found:
        raise InputError(
            f"no stored embeddings at {place}: put files <network>.npz there, set INFOPLANE_DATA "
            "to where they are, or compute embeddings with embed(backbone(name), files)"
        )
    return found


def stored_embeddings(name: str, folder: str | Path | None = None) -> StoredEmbeddings:
    """The stored embeddings of a network, checked.

    name: one of :func:`stored_networks`; folder as there. The file holds `embedding` (n, d) of
    floats (float16 is enough; it becomes float32), `label` and `split` and `path` (n,), `layer`
    and `size`. Two networks have the same rows where their `paths` are the same.
    Raises InputError for a network that is not there (the nearest is named), and for a file that
    is damaged, lacks a field, or has values that are not finite or of another number of rows.
    """
    known = stored_networks(folder)
    if name not in known:
        raise InputError(
            f"name={name!r} has no stored embeddings in {_folder(folder)}: choose one of "
            f"{', '.join(known)}{nearest(name, known)}"
        )
    file = _folder(folder) / f"{name}.npz"
    fields = _fields(file)
    embedding = fields["embedding"]
    n = len(embedding) if embedding.ndim else 0
    if embedding.ndim != 2 or not embedding.size or embedding.dtype.kind != "f":
        raise InputError(
            f"{file}: its embedding has shape {embedding.shape} and dtype {embedding.dtype}; "
            "(n, d) of floats is accepted: replace the file"
        )
    for key in ("label", "split", "path"):
        if fields[key].shape != (n,):
            raise InputError(
                f"{file}: its {key} has shape {fields[key].shape}, and embedding {n} rows: "
                "replace the file"
            )
    if not np.isfinite(embedding).all():
        raise InputError(f"{file}: its embedding has values that are not finite: replace the file")
    try:
        return StoredEmbeddings(
            name=name,
            family=family(name),
            embedding=embedding.astype(np.float32),
            labels=fields["label"].astype(np.int64),
            splits=fields["split"].astype(np.str_),
            paths=fields["path"].astype(np.str_),
            layer=str(fields["layer"][()]),
            size=int(fields["size"][()]),
        )
    except (TypeError, ValueError) as error:
        raise InputError(f"{file} has a field of another kind ({error}): replace it") from error


def _folder(folder: str | Path | None) -> Path:
    return paths.data_dir() / "embeddings" if folder is None else Path(folder)


def _fields(file: Path) -> dict[str, Any]:
    try:
        with np.load(file, allow_pickle=False) as found:
            missing = [key for key in FIELDS if key not in found.files]
            fields = {} if missing else {key: found[key] for key in FIELDS}
    except (OSError, ValueError, TypeError, KeyError, EOFError, AttributeError,
            NotImplementedError, zipfile.BadZipFile, zlib.error) as error:  # fmt: skip
        raise InputError(f"{file} cannot be read ({error}): replace it") from error
    if missing:
        raise InputError(f"{file} lacks {', '.join(missing)}: replace it by a file that has them")
    return fields

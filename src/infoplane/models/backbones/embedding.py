"""The embeddings of images in files by one network: computed once, kept part by part."""

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from tqdm import tqdm

from infoplane.errors import InputError
from infoplane.inputs.digests import of_all, of_file
from infoplane.inputs.options import check_device, flag, listed, whole
from infoplane.models.backbones.network import Backbone
from infoplane.models.backbones.parts import Part, Parts
from infoplane.models.backbones.preprocessing import decode, problem

__all__ = ["Embeddings", "embed"]

PART = 500  # images kept at once: what a killed process loses at most
FORMAT = 1  # raised when the same images, network and libraries no longer give the same
TOLD = 5  # files that cannot be read, by name


@dataclass(frozen=True, eq=False)
class Embeddings:
    """Embeddings float32 (k, d) of those files that could be read, in their order.

    kept: int64 (k,), which of the files these are; skipped: the others, with the reason.
    images_per_second: what reading, scaling and embedding took when it was done, on its machine.
    provenance: of the network, with the versions of the libraries and the digest of the files.
    """

    embedding: npt.NDArray[np.float32]
    kept: npt.NDArray[np.int64]
    skipped: tuple[tuple[Path, str], ...]
    images_per_second: float
    provenance: dict[str, Any]

    def __len__(self) -> int:
        return len(self.embedding)


def embed(
    backbone: Backbone,
    files: Sequence[str | Path],
    *,
    batch_size: int = 32,
    device: str = "cpu",
    skip_unreadable: bool = False,
    progress: bool = True,
) -> Embeddings:
    """The embeddings of images in files, (n, dim) float32, computed or found.

    files: images of any format that Pillow reads, of any mode and size, each turned as its EXIF
    orientation says. batch_size: images at once, which changes rounding only. device: "cpu",
    "cuda", …, where the network is left, too.
    Kept under build_dir()/embeddings, in parts of 500 images, by what decides them: network,
    sha256 of its weights (or seed), layer, preprocessing, contents of the images, versions of the
    libraries, kind of device. A second call finds them, one after a kill goes on behind the last
    whole part, damaged files are made again; of two processes one waits for the other.
    skip_unreadable: go on without files that are no image, or not all of one, and name them in
    `skipped`; else they are refused, all of them, before anything is computed.
    progress: a bar on standard error if that is a terminal.
    Raises InputError for options out of range, no files, a file that is missing, files that
    cannot be read as images (names and number), and where none can.
    """
    paths = [Path(file) for file in listed("files", files)]
    whole("batch_size", batch_size, at_least=1)
    flag("skip_unreadable", skip_unreadable)
    flag("progress", progress)
    check_device(device)
    if not paths:
        raise InputError("files=[] has no image: pass at least one")
    digests = [of_file(path) for path in paths]
    made_from = _made_from(backbone, device)
    parts = Parts(backbone.name, made_from)
    starts = range(0, len(paths), PART)
    images = [of_all(digests[start : start + PART]) for start in starts]
    with parts.alone():
        found = {
            start: part
            for start, each in zip(starts, images, strict=True)
            if (part := parts.load(each, len(paths[start : start + PART]))) is not None
        }
        bad = _unreadable(paths, found)
        if bad and not skip_unreadable:
            raise InputError(_refusal(bad, len(paths)))
        if len(bad) == len(set(paths)):
            raise InputError(f"none of the {len(paths)} files can be read: {_named(bad)}")
        quiet = not progress or not sys.stderr.isatty()
        with tqdm(total=len(paths), desc=backbone.name, unit="image", disable=quiet, delay=1,
                  file=sys.stderr) as bar:  # fmt: skip
            backbone.to(device)
            for start, each in zip(starts, images, strict=True):
                own = paths[start : start + PART]
                if start not in found:
                    reasons = {i: bad[path] for i, path in enumerate(own) if path in bad}
                    found[start] = _computed(backbone, own, reasons, batch_size, device, bar)
                    parts.save(each, found[start])
                else:
                    bar.update(len(own))
    return _together(found, paths, bad, {**made_from, "files": of_all(digests)})


def _made_from(backbone: Backbone, device: str) -> dict[str, Any]:
    libraries = {name: version(name) for name in ("torch", "pillow", backbone.library)}
    told = {k: v for k, v in backbone.provenance.items() if k not in ("origin", "licence", "file")}
    kind = torch.device(device).type
    return {**told, "format": FORMAT, "versions": libraries, "device": kind, "part": PART}


def _unreadable(paths: Sequence[Path], found: dict[int, Part]) -> dict[Path, str]:
    """Files that cannot be read, with the reason: of parts that are kept as it was then."""
    bad: dict[Path, str] = {}
    for start in range(0, len(paths), PART):
        own = paths[start : start + PART]
        if start in found:
            bad |= {own[i]: why for i, why in found[start].unreadable.items()}
        else:
            bad |= {path: why for path in own if (why := problem(path))}
    return bad


def _computed(
    backbone: Backbone,
    paths: Sequence[Path],
    bad: dict[int, str],
    batch_size: int,
    device: str,
    bar: Any,
) -> Part:
    begin = time.perf_counter()
    kept = [i for i in range(len(paths)) if i not in bad]
    rows = []
    for at in range(0, len(kept), batch_size):
        own = kept[at : at + batch_size]
        batch = torch.stack([backbone.preprocess(decode(paths[i])) for i in own])
        rows.append(backbone(batch.to(device)).cpu().numpy())
        bar.update(len(own))
    bar.update(len(bad))
    return Part(
        embedding=np.concatenate(rows) if rows else np.zeros((0, backbone.dim), np.float32),
        kept=np.array(kept, dtype=np.int64),
        unreadable=bad,
        seconds=time.perf_counter() - begin,
    )


def _together(
    found: dict[int, Part], paths: Sequence[Path], bad: dict[Path, str], provenance: dict[str, Any]
) -> Embeddings:
    starts = sorted(found)
    embedding = np.concatenate([found[start].embedding for start in starts])
    return Embeddings(
        embedding=embedding,
        kept=np.concatenate([start + found[start].kept for start in starts]),
        skipped=tuple((path, bad[path]) for path in paths if path in bad),
        images_per_second=len(embedding) / max(sum(p.seconds for p in found.values()), 1e-9),
        provenance=provenance,
    )


def _refusal(bad: dict[Path, str], n: int) -> str:
    return (
        f"{len(bad)} of {n} files cannot be read as images: {_named(bad)}; remove or replace them, "
        "or go on without them with skip_unreadable=True"
    )


def _named(bad: dict[Path, str]) -> str:
    told = [f"{path} ({why})" for path, why in list(bad.items())[:TOLD]]
    return ", ".join(told) + (f" and {len(bad) - TOLD} more" if len(bad) > TOLD else "")

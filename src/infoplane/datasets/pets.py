"""Cats against dogs: photographs as files, with labels. Nobody knows their information."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from infoplane import paths
from infoplane.errors import InputError
from infoplane.inputs.digests import of_all, of_file
from infoplane.inputs.options import flag, one_of, whole

__all__ = ["CLASSES", "NAMES", "SPLITS", "Pets", "load"]

NAMES = ("catsdogs", "oxford-pets")
SPLITS = ("train", "test")
CLASSES = ("cat", "dog")

Labels = npt.NDArray[np.int64]
Row = tuple[Path, int, str]  # file, label, split


@dataclass(frozen=True, eq=False)
class Pets:
    """`files` (n,), `labels` int64 (n,) with 0 cat and 1 dog, `splits` (n,) "train" or "test"."""

    name: str
    root: Path
    files: tuple[Path, ...]
    labels: Labels
    splits: npt.NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.files)

    @property
    def names(self) -> tuple[str, ...]:
        """The files as they are called below `root`, with slashes: "train/cat/cat.0.jpg"."""
        return tuple(file.relative_to(self.root).as_posix() for file in self.files)

    @cached_property
    def digest(self) -> str:
        """The sha256 of all names and contents in their order; every file is read once."""
        return of_all(map(of_file, self.files), self.names)


def load(
    name: str = "catsdogs",
    split: str | None = None,
    n: int | None = None,
    *,
    seed: int = 0,
    download: bool = False,
) -> Pets:
    """Photographs of cats and dogs as files, all of them or `n` of each class and split.

    name: "catsdogs", the files INFOPLANE_DATA/catsdogs/{train,test}/{cat,dog}/*.jpg, cats first,
    by their numbers (of the Dogs-vs-Cats set, whose images are not redistributable: they are not
    fetched); or "oxford-pets", 37 breeds, 3 680 files to train and 3 669 to test, in the order of
    its own lists, about twice as many dogs as cats; never one in place of the other.
    split: "train", "test", or None for both, those to train first. n: None for all; else the
    first n of the permutation that `seed` gives of each class and split, in the order of the
    files, so that fewer are a part of more. download: fetch oxford-pets (0.8 GB) if missing.
    No image is opened: those that cannot be read are found where they are embedded.
    Raises InputError for an unknown name or split, a folder that is missing, a class without
    files, and an n there is not.
    Source: https://www.robots.ox.ac.uk/~vgg/data/pets/ (CC BY-SA 4.0), as torchvision reads it.

    >>> load("cats")
    Traceback (most recent call last):
    infoplane.errors.InputError: name='cats' does not exist: choose one of catsdogs, oxford-pets;
    did you mean 'catsdogs'?
    """
    one_of("name", name, NAMES)
    one_of("split", split, SPLITS, or_none=True)
    whole("n", n, at_least=1, or_none=True)
    whole("seed", seed, at_least=0)
    flag("download", download)
    splits = SPLITS if split is None else (split,)
    root = paths.data_dir() / ("catsdogs" if name == "catsdogs" else "oxford-iiit-pet")
    if name == "catsdogs":
        if download:
            raise InputError(
                f"download=True, and catsdogs is not fetched: put its files at {root}, or choose "
                'name="oxford-pets"'
            )
        rows = [row for each in splits for row in _folders(root, each)]
    else:
        rows = [row for each in splits for row in _oxford(root, each, download)]
    chosen = range(len(rows)) if n is None else _drawn(rows, n, seed, name)
    return Pets(
        name=name,
        root=root,
        files=tuple(rows[i][0] for i in chosen),
        labels=np.array([rows[i][1] for i in chosen], dtype=np.int64),
        splits=np.array([rows[i][2] for i in chosen]),
    )


def _folders(root: Path, split: str) -> Iterator[Row]:
    for label, kind in enumerate(CLASSES):
        folder = root / split / kind
        if not folder.is_dir():
            raise InputError(
                f"catsdogs is not here: its images belong in {root}/{{train,test}}/{{cat,dog}}/, "
                f"and {folder} is missing; put them there, set INFOPLANE_DATA to where they are, "
                'or choose name="oxford-pets", which download=True fetches'
            )
        files = sorted(folder.glob("*.jpg"), key=_natural)
        if not files:
            raise InputError(
                f"{folder} has no .jpg file: put the images of its class there, or choose "
                'name="oxford-pets"'
            )
        yield from ((file, label, split) for file in files)


def _natural(file: Path) -> list[tuple[int, str]]:
    """cat.9.jpg before cat.10.jpg."""
    parts = re.split(r"(\d+)", file.name)
    return [(int(part), part) if part.isdigit() else (-1, part) for part in parts]


def _oxford(root: Path, split: str, download: bool) -> list[Row]:
    from torchvision.datasets import OxfordIIITPet  # takes seconds to import

    try:
        data = OxfordIIITPet(
            root=root.parent,
            split="trainval" if split == "train" else "test",
            target_types="binary-category",
            download=download,
        )
    except (OSError, RuntimeError, ValueError) as error:
        why = " ".join(str(error).split()) if download else "its images or lists are missing"
        raise InputError(
            f"oxford-pets is not at {root} ({why}): pass download=True, unpack images.tar.gz and "
            'annotations.tar.gz there, or choose name="catsdogs", which is not fetched'
        ) from error
    # The files and labels behind __getitem__, which would open every image.
    rows = [(Path(f), int(k), split) for f, k in zip(data._images, data._bin_labels, strict=True)]
    for label, kind in enumerate(CLASSES):
        if not any(row[1] == label for row in rows):
            raise InputError(
                f"oxford-pets at {root} lists no {kind} to {split}: remove its folder and pass "
                "download=True"
            )
    return rows


def _drawn(rows: list[Row], n: int, seed: int, name: str) -> list[int]:
    """The rows of n files of each class and split, in the order they have."""
    chosen: list[int] = []
    for split in dict.fromkeys(row[2] for row in rows):
        for label, kind in enumerate(CLASSES):
            own = [i for i, row in enumerate(rows) if row[1:] == (label, split)]
            if n > len(own):
                raise InputError(
                    f"n={n} files of each class, and the {split} split of {name} has {len(own)} of "
                    f"{kind}s: choose n up to that, or None for all"
                )
            order = np.random.default_rng((seed, label)).permutation(len(own))[:n]
            chosen += [own[i] for i in order]
    return sorted(chosen)

"""The rows of b problems as tensors: encoded, split in three, standardised."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimators.base import Samples
from infoplane.estimators.groups import ORDERS, shifts_apart, three_ways
from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import is_discrete, one_hot, scaled
from infoplane.inputs.margins import AFFINE, transformed

__all__ = ["Apart", "Rows", "Split", "columns", "prepare", "split_rows", "split_sizes"]

Ints = npt.NDArray[np.int64]

MAX_LABELS = 100


class Apart(NamedTuple):
    """The shifts that pair no two rows of one group, of a split's worth of training rows, of the
    validation and of the test rows: all there are, as far as they are wanted."""

    seen: Ints
    validation: Ints
    test: Ints


class Split(NamedTuple):
    """One member's row numbers for training, validation and test; `apart` where it has groups."""

    train: Tensor
    validation: Tensor
    test: Tensor
    apart: Apart | None = None

    @property
    def layout(self) -> tuple[object, ...]:
        """What members that train as one batch have in common."""
        shifts = () if self.apart is None else (a.tobytes() for a in self.apart)
        return len(self.train), len(self.validation), len(self.test), *shifts


@dataclass(frozen=True)
class Rows:
    """b problems of n rows, one below the other, and where each member's splits lie.

    x: (b·n, dx); z: (b·n, dz); train, validation, test: (b, ·) row numbers in x and z, disjoint.
    groups: (b·n,) codes of the groups of rows, and `apart` what follows from them, or None.
    """

    x: Tensor
    z: Tensor
    train: Tensor
    validation: Tensor
    test: Tensor
    groups: Ints | None = None
    apart: Apart | None = None

    def take(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """x and z at row numbers (…): (…, dx) and (…, dz)."""
        flat = rows.flatten()
        return (
            self.x.index_select(0, flat).unflatten(0, rows.shape),
            self.z.index_select(0, flat).unflatten(0, rows.shape),
        )

    def of(self, members: Tensor) -> "Rows":
        """The same rows with the splits of these members, which may come several times."""
        train, validation, test = (a[members] for a in (self.train, self.validation, self.test))
        return replace(self, train=train, validation=validation, test=test)


def prepare(
    samples: Sequence[Samples],
    splits: Sequence[Split],
    device: str,
    margins: str = "standardized",
) -> Rows:
    """Members of equal shape as :class:`Rows`, with their splits, which are of one layout.

    Columns of numbers are standardised with the mean and standard deviation of the member's
    training rows: an unstandardised layer can leave a critic dead, which looks converged. margins:
    a map of all rows' columns before that, or "raw" for neither; indicators have none.
    """
    n = samples[0].n
    xs, zs = [], []
    for member, split in zip(samples, splits, strict=True):
        seen = split.train.numpy()
        xs.append(_standardised(member.x, seen, margins))
        zs.append(_standardised(member.z, seen, margins))
    train, validation, test = (
        torch.stack([part + i * n for i, part in enumerate(parts)]).to(device)
        for parts in zip(*(split[:3] for split in splits), strict=True)
    )
    codes = [member.groups for member in samples if member.groups is not None]
    return Rows(
        torch.cat(xs).to(device),
        torch.cat(zs).to(device),
        train,
        validation,
        test,
        np.concatenate(codes) if codes else None,
        splits[0].apart,
    )


def split_rows(
    samples: Samples,
    sizes: tuple[int, int, int],
    generator: torch.Generator,
    *,
    shifts: tuple[int, int] = (1, 1),
) -> Split:
    """The rows of one member in three, at random: of these sizes, or as near as its groups allow.

    shifts: derangements wanted of the validation and of the test rows, of which there are fewer
    where groups leave no more. Raises InputError for groups that cannot be split.
    """
    groups = samples.groups
    if groups is None:
        parts = torch.randperm(samples.n, generator=generator).split(sizes)
        return Split(parts[0], parts[1], parts[2])
    last = int(groups.max()) + 1
    orders = (torch.randperm(last, generator=generator).numpy() for _ in range(ORDERS))
    train, validation, test = three_ways(groups, sizes, orders)
    check, most = shifts
    apart = Apart(
        shifts_apart(groups[train[: len(test)]], most),
        shifts_apart(groups[validation], check),
        shifts_apart(groups[test], most),
    )
    parts = [torch.from_numpy(part) for part in (train, validation, test)]
    return Split(parts[0], parts[1], parts[2], apart)


def split_sizes(n: int, train_fraction: float, validation_fraction: float) -> tuple[int, int, int]:
    """Rows for training, validation and test: whole numbers that add up to n.

    >>> split_sizes(10, 0.6, 0.2)
    (6, 2, 2)
    """
    # the sum, not the validation part, is rounded: 0.6 + 0.2 of 10 rows are 8 in any arithmetic
    n_train = round(train_fraction * n)
    n_seen = round((train_fraction + validation_fraction) * n)
    return n_train, n_seen - n_train, n - n_seen


def columns(a: Array, name: str, text: bool = False) -> Array:
    """What a critic sees: numbers as they are, one column of integers as indicators.

    text: whether the integers are codes of words. Raises InputError for more than 100 distinct
    integers, which are hardly labels, or words.
    """
    if not (is_discrete(a) and a.shape[1] == 1):
        return a.astype(np.float64)
    distinct = len(np.unique(a))
    if distinct > MAX_LABELS and text:
        raise InputError(
            f"{name} has {distinct} distinct words, taken for labels: at most {MAX_LABELS} are "
            "accepted; merge some, or use ross where the other side is numbers"
        )
    if distinct > MAX_LABELS:
        raise InputError(
            f"{name} has {distinct} distinct integers, taken for labels: at most {MAX_LABELS} are "
            f"accepted; pass {name}.astype(float) to treat them as numbers"
        )
    return one_hot(a).astype(np.int64)


def _standardised(a: Array, seen: Ints, margins: str) -> Tensor:
    """Float32 columns; indicators stay 0 and 1, where a rare label would become an outlier."""
    if not is_discrete(a) and margins != "raw":
        if margins not in AFFINE:
            a = transformed(a, margins)
        a, exponent = scaled(a)
        std = a[seen].std(axis=0)
        a = (a - a[seen].mean(axis=0)) / np.where(std > 0, std, 1.0)
        # a column may vary only outside the training rows: then it is left in its own unit, as
        # far as float32 goes
        a = np.ldexp(a, np.where(std > 0, 0, np.clip(exponent, -100, 100)))
    return torch.from_numpy(a.astype(np.float32))

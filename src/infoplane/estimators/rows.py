"""The rows of b problems as tensors: encoded, split in three, standardised."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from infoplane.errors import InputError
from infoplane.estimators.base import Samples
from infoplane.inputs.arrays import Array
from infoplane.inputs.columns import is_discrete, one_hot, scaled
from infoplane.inputs.margins import AFFINE, transformed

__all__ = ["Rows", "columns", "prepare", "split_sizes"]

MAX_LABELS = 100


@dataclass(frozen=True)
class Rows:
    """b problems of n rows, one below the other, and where each member's splits lie.

    x: (b·n, dx); z: (b·n, dz); train, validation, test: (b, ·) row numbers in x and z, disjoint.
    """

    x: Tensor
    z: Tensor
    train: Tensor
    validation: Tensor
    test: Tensor

    def take(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """x and z at row numbers (…): (…, dx) and (…, dz)."""
        flat = rows.flatten()
        return (
            self.x.index_select(0, flat).unflatten(0, rows.shape),
            self.z.index_select(0, flat).unflatten(0, rows.shape),
        )


def prepare(
    samples: Sequence[Samples],
    sizes: tuple[int, int, int],
    generators: Sequence[torch.Generator],
    device: str,
    margins: str = "standardized",
) -> Rows:
    """Members of equal shape as :class:`Rows`, each split by its own generator.

    Columns of numbers are standardised with the mean and standard deviation of the member's
    training rows: an unstandardised layer can leave a critic dead, which looks converged. margins:
    a map of all rows' columns before that, or "raw" for neither; indicators have none.
    """
    n = samples[0].n
    xs, zs, orders = [], [], []
    for i, (member, g) in enumerate(zip(samples, generators, strict=True)):
        order = torch.randperm(n, generator=g)
        seen = order[: sizes[0]].numpy()
        xs.append(_standardised(member.x, seen, margins))
        zs.append(_standardised(member.z, seen, margins))
        orders.append(order + i * n)
    train, validation, test = torch.stack(orders).to(device).split(sizes, dim=1)
    return Rows(torch.cat(xs).to(device), torch.cat(zs).to(device), train, validation, test)


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


def _standardised(a: Array, seen: npt.NDArray[np.int64], margins: str) -> Tensor:
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

"""Class separation: cosine distances within classes beside those between all images."""

from typing import Any

import numpy as np

from infoplane.errors import InputError
from infoplane.inputs.columns import Floats
from infoplane.rankers.checked import class_means, labelled

__all__ = ["class_separation", "unit_rows"]


def class_separation(embedding: Any, labels: Any) -> float:
    """Share of the mean cosine distance of images that is not within classes, R^2.

        R^2 = 1 - within / total
        within = mean_c   mean_{i, j in c}          (1 - cos(x_i, x_j))
        total  = mean_c,c' mean_{i in c, j in c'}   (1 - cos(x_i, x_j))

    over all pairs, that of an image with itself too, and with one weight for each class, whatever
    its size. Of unit vectors u a mean distance is a variance, and the sums take O(n d):
    total = mean_c mean_{i in c} |u_i - u|^2, within the same about the means of the classes.
    embedding: (n, d); labels: (n,), at least 2 classes. 0 <= R^2 <= 1, and 1 where classes are
    directions. Not centred: E and E + 1 differ. Rotations and factors of a row change nothing.

    Wrong when: read as a merit. On the images a network is trained with more separation goes with
    higher accuracy there, and with worse transfer. With few rows of a class R^2 is too large, by
    about the share (1 - R^2) / (rows of a class) of pairs of an image with itself.
    Raises InputError as :func:`~infoplane.rankers.checked.labelled` does, for a row of zeros, which
    has no direction, and where all rows have one direction.
    Source: Kornblith, Chen, Lee & Norouzi (2021), https://arxiv.org/abs/2010.16402

    >>> class_separation([[1, 0], [0, 2], [-1, 0], [0, -1]], [0, 0, 1, 1])  # 1 - (1/2) / 1
    0.5
    """
    found = labelled(embedding, labels)
    unit = unit_rows(found.rows)
    means = class_means(unit, found.classes, found.sizes)  # (C, d)
    weights = 1 / (len(found.sizes) * found.sizes[found.classes])  # (n,), with sum 1
    within = weights @ np.square(unit - means[found.classes]).sum(axis=1)
    between = np.square(means - means.mean(axis=0)).sum(axis=1).mean()
    total = within + between
    # Unit vectors are rounded to some eps, and squares of that are all that one direction leaves.
    if total <= np.square(8 * np.finfo(np.float64).eps):
        raise InputError(
            "embedding has rows of one direction only: no cosine tells them apart; centre its "
            "columns, or look whether the network has collapsed"
        )
    return float(between / total)


def unit_rows(rows: Floats) -> Floats:
    """Rows (n, d) divided by their lengths.

    Raises InputError for a row of zeros.

    >>> unit_rows(np.array([[3.0, 4.0]]))
    array([[0.6, 0.8]])
    """
    largest = np.abs(rows).max(axis=1, keepdims=True)
    if not largest.all():
        raise InputError(
            f"row {int(np.argmin(largest))} of embedding is 0 in all columns: it has no direction "
            "and no cosine; drop it, or use Euclidean distances"
        )
    rows = rows / largest  # so that no square vanishes
    unit: Floats = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit

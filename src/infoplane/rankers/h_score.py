"""The H-score: how much of an embedding's covariance the classes explain, with shrinkage."""

from typing import Any

import numpy as np

from infoplane.rankers.checked import class_means, labelled

__all__ = ["h_score"]


def h_score(embedding: Any, labels: Any) -> float:
    """Trace of the inverse shrunk covariance times the covariance of the class means.

        H = tr(S_a^-1 (1 - a) B),   S_a = (1 - a) S + a tr(S)/d I,   B = sum_c n_c/n m_c m_c^T

    with S the covariance of all rows and m_c the mean of class c less that of all, both over n;
    the shrinkage a is that of Ledoit and Wolf, from the data.
    embedding: (n, d); labels: (n,), at least 2 classes. 0 <= H <= min(C - 1, d), the upper end for
    classes that are points. Centred; rotations and a common factor change nothing, and with a = 0
    no linear map does. Time grows as n d^2 + d^3.

    A product of matrices: code in circulation multiplies S^-1 and B element by element, which is
    no invariant of rotations. Without shrinkage H is C - 1 for any embedding of d >= n - 1.
    Wrong when: C differs, as H is a sum over C - 1 directions: compare networks on one data set.
    n is no large multiple of d: H of labels that are noise is then high, and higher for the wider
    of two embeddings. Of 3 classes, in columns of variance 1/k for k = 1 ... d, it was

        d            50     400    2000
        n =  50    1.00    1.78    1.95   of at most 2
        n = 500     .19    1.16    1.88

    so that shuffled labels belong beside it, or a projection to few columns first. And where
    columns are uncorrelated and of one variance a nears 1, and H 0 with it, however well one column
    tells the classes apart.
    Raises InputError as :func:`~infoplane.rankers.checked.labelled` does.
    Source: Bao et al. (2019), https://doi.org/10.1109/ICIP.2019.8803726; Ibrahim,
    Ponomareva & Mazumder (2021), https://arxiv.org/abs/2110.06893; Ledoit & Wolf (2004),
    https://doi.org/10.1016/S0047-259X(03)00096-4

    >>> h_score([0.0, 2.0, 4.0, 6.0], [0, 0, 1, 1])  # 4 of the variance 5
    0.8
    """
    from sklearn.covariance import ledoit_wolf  # takes seconds

    found = labelled(embedding, labels)
    rows = found.rows - found.rows.mean(axis=0)
    means = class_means(rows, found.classes, found.sizes)  # (C, d)
    shrunk, shrinkage = ledoit_wolf(rows, assume_centered=True)
    if shrinkage > 0:
        weights = np.linalg.solve(shrunk, means.T)  # (d, C)
    else:  # means lie in the span of the rows, so that a lower rank than d is enough
        weights = np.linalg.pinv(shrunk, hermitian=True) @ means.T
    explained = (means * weights.T).sum(axis=1) @ found.sizes / len(rows)
    return float((1 - shrinkage) * explained)

"""The effective rank: over how many directions an embedding is spread."""

from typing import Any

import numpy as np

from infoplane.errors import InputError
from infoplane.inputs.options import whole
from infoplane.rankers.checked import as_embedding

__all__ = ["effective_rank"]


def effective_rank(
    embedding: Any, *, rows: int | None = None, columns: int | None = None, seed: int = 0
) -> float:
    """The exponential of the entropy of the singular values, as shares of their sum.

        exp(- sum_k p_k log p_k),   p_k = s_k / sum_l s_l

    embedding: (n, d), not all 0; the value is from 1, for rows along one line through 0, to
    min(n, d), for equal singular values. Not centred, as in RankMe: a mean far from 0 is one large
    singular value. Rotations and a common factor change nothing. RankMe adds 1e-7 to each share,
    which is left out here.
    rows, columns: take so many rows, drawn without repetition, and so many random directions, an
    orthonormal frame of them, both from `seed`, so that embeddings of several n and d have one
    bound; None takes all. A projection is not what a network of so many columns would have had: it
    flattens the spectrum, less so where it drops little.

    Wrong when: networks of several architectures or widths are compared, as the bound min(n, d)
    takes part, and at a common n and d still the way they were trained does: RankMe is about runs
    of one method. It asks for no label and cannot see which directions matter. Few rows
    give a value that is too low: 86, 320 and 395 for n = 100, 500 and 5000 Gaussian rows whose
    covariance has 400.
    Raises InputError for text, values that are not finite, an embedding of zeros, and rows or
    columns that are more than there are.
    Source: Roy & Vetterli (2007), https://doi.org/10.5281/zenodo.40623; Garrido et al.
    (2023), eq. 1, https://arxiv.org/abs/2210.02885

    >>> effective_rank([[1, 0], [0, 1]]), effective_rank([[1, 2], [2, 4]])
    (2.0..., 1.0...)
    """
    a, _ = as_embedding(embedding)
    n, d = a.shape
    whole("seed", seed, at_least=0)
    whole("rows", rows, at_least=1, at_most=n, or_none=True)
    whole("columns", columns, at_least=1, at_most=d, or_none=True)
    rng = np.random.default_rng(seed)
    if rows is not None:
        a = a[np.sort(rng.permutation(n)[:rows])]
    if columns is not None:
        a = a @ np.linalg.qr(rng.standard_normal((d, columns)))[0]
    singular = np.linalg.svd(a, compute_uv=False)
    if not singular[0]:
        raise InputError(
            f"embedding is 0 in all of {len(a)} rows: it has no directions; look whether the "
            "network is dead"
        )
    shares = singular / singular.sum()
    shares = shares[shares > 0]
    return float(np.exp(-shares @ np.log(shares)))

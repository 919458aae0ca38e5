"""Rows of problems: split, standardised, encoded."""

import numpy as np
import pytest
import torch

from infoplane.estimators.base import Samples
from infoplane.estimators.rows import Rows, prepare, split_rows, split_sizes
from infoplane.streams import stream
from tests.estimators.correlated import gaussian


def rows_of(n: int, seeds: list[int]) -> Rows:
    samples = [Samples(*gaussian(2, 0.8, n, seed)) for seed in seeds]
    sizes = split_sizes(n, 0.6, 0.2)
    splits = [split_rows(m, sizes, stream(s)) for m, s in zip(samples, seeds, strict=True)]
    return prepare(samples, splits, "cpu")


def test_splits_are_disjoint_cover_everything_and_follow_the_seed() -> None:
    rows = rows_of(50, [0, 1])
    assert rows.train.shape == (2, 30)
    assert rows.validation.shape == rows.test.shape == (2, 10)
    for i in range(2):
        parts = torch.cat([rows.train[i], rows.validation[i], rows.test[i]])
        assert sorted(parts.tolist()) == list(range(50 * i, 50 * i + 50))
    assert not torch.equal(rows.train[0], rows.train[1] - 50)
    seen = rows.take(rows.train)[0]
    torch.testing.assert_close(seen.mean(1), torch.zeros(2, 2), atol=1e-6, rtol=0)
    torch.testing.assert_close(seen.std(1, correction=0), torch.ones(2, 2))


@pytest.mark.filterwarnings("error")
def test_subnormal_columns_are_standardised() -> None:
    x = gaussian(1, 0.7, 50, 0)[0] * 1e-320
    rows = prepare([Samples(x, x)], [split_rows(Samples(x, x), (30, 10, 10), stream(0))], "cpu")
    seen = rows.take(rows.train)[0]
    torch.testing.assert_close(seen.std(1, correction=0), torch.ones(1, 1))


def test_a_column_that_varies_only_outside_training_keeps_its_unit() -> None:
    order = torch.randperm(50, generator=stream(0)).numpy()
    x = np.full((50, 1), 24.0)
    x[order[-1]] = 28.0
    rows = prepare([Samples(x, x)], [split_rows(Samples(x, x), (30, 10, 10), stream(0))], "cpu")
    assert rows.x.max() == 4

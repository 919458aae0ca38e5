"""A known number, and a sampler of one's own under the two protocols."""

import math
from dataclasses import dataclass

import numpy as np
import pytest
import torch

from infoplane.datasets.known import Known, PointSet, Problem, Sampler
from infoplane.errors import InputError
from infoplane.estimators import MINE


@dataclass(frozen=True)
class Copies(Sampler):
    """X uniform on k symbols, and Z = X: I = log k."""

    k: int
    name: str = "copies"

    @property
    def information(self):
        return Known(math.log(self.k))

    def _rows(self, n, generator):
        x = generator.integers(self.k, size=(n, 1))
        return x.astype(np.float64), x[:, 0]


class Segment(Sampler):
    name, dimension, entropy = "segment", Known(1.0), Known(0.0)

    def _rows(self, n, generator):
        return generator.random((n, 1))


def test_a_known_number_is_a_number_and_its_error():
    truth = Known(0.5, error=0.01)
    assert float(truth) == truth.value == 0.5
    assert Known(1.0).error == 0


@pytest.mark.parametrize("error", [-1e-9, math.nan, math.inf, "none"])
def test_an_error_is_no_less_than_zero(error):
    with pytest.raises(InputError, match=f"error={error!r} is not accepted"):
        Known(1.0, error)


def test_a_data_set_of_ones_own():
    copies, segment = Copies(4), Segment()
    assert isinstance(copies, Problem)
    assert not isinstance(copies, PointSet)
    assert isinstance(segment, PointSet)
    assert not isinstance(segment, Problem)
    x, z = copies.draw(9, np.random.default_rng(0))
    assert np.array_equal(x[:, 0], z)
    assert np.array_equal(x, copies.sample(9)[0])


def test_tensors_keep_whole_numbers_and_the_pairing():
    x, z = Copies(4).draw(50, torch.Generator().manual_seed(0))
    assert (x.dtype, z.dtype) == (torch.float32, torch.int64)
    assert torch.equal(x[:, 0].long(), z)
    points = Segment().draw(50, torch.Generator().manual_seed(0))
    assert points.shape == (50, 1)
    assert points.dtype == torch.float32


def test_any_problem_feeds_an_estimator_that_trains_on_fresh_draws():
    (found,) = MINE(steps=200, batch_size=128, hidden=(32, 32), restarts=1).estimate_fresh(
        [Copies(2).draw], seeds=[0], n=2000
    )
    # a bound from below, and a critic of two cells learns it: half of log 2 is far from noise
    assert 0.5 * math.log(2) < found.value < math.log(2) + 3 * found.std + 0.01


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda p: p.sample(0, 1), "n=0 is not accepted"),
        (lambda p: p.sample(3, -1), "seed=-1 is not accepted"),
        (lambda p: p.sample(3, 0.5), "seed=0.5 is not accepted"),
        (lambda p: p.draw(3, None), "generator=None is not accepted"),
        (lambda p: p.draw(3, np.random.RandomState(0)), "generator=RandomState.* is not accepted"),
    ],
)
def test_bad_input(call, sentence):
    for sampler in (Copies(3), Segment()):
        with pytest.raises(InputError, match=sentence):
            call(sampler)

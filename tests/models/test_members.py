"""Streams of random numbers of their own, and seeds that do not fit."""

import numpy as np
import pytest
import torch

from infoplane.errors import InputError
from infoplane.models.members import NOISE, ORDER, TRAINING_NOISE, WEIGHTS, check_seeds, stream

PURPOSES = (WEIGHTS, ORDER, TRAINING_NOISE, NOISE)


def numbers(*of, n=4000):
    return torch.randn(n, generator=stream(*of)).numpy()


def test_a_stream_is_its_seeds_and_purposes_own():
    for of in ((0, WEIGHTS), (7, NOISE), (2**40, ORDER), (3, ORDER, 2), (3,)):
        np.testing.assert_array_equal(numbers(*of), numbers(*of))
    purposes = [(), *((purpose,) for purpose in PURPOSES), (ORDER, 1)]
    streams = [numbers(seed, *purpose) for seed in (0, 1, 2**40) for purpose in purposes]
    off = np.corrcoef(streams)[np.triu_indices(len(streams), 1)]
    # correlations of independent normals have a standard deviation of 1 / sqrt(4000); of 153 of
    # them one is beyond 5 of these once in 10^4 choices of seeds
    assert abs(off).max() < 5 / np.sqrt(4000)


def test_purposes_differ():
    assert len(set(PURPOSES)) == len(PURPOSES)


def test_global_streams_are_left_alone():
    torch.manual_seed(0)
    before = torch.get_rng_state()
    stream(0, WEIGHTS)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("seeds", [[0], [5, 5, 2**40], (np.int64(3), 1)])
def test_seeds_that_fit_pass(seeds):
    check_seeds(seeds, len(seeds))


@pytest.mark.parametrize(
    ("seeds", "members", "told"),
    [
        ([0, 1], 3, r"seeds=\[0, 1\]: give one for each of the 3 members"),
        ([0, 1], 1, r"seeds=\[0, 1\]: give one for each of the 1 members"),
        ([], 0, r"seeds=\[\]: give one for each of the 1 members"),
        ([0, -1], 2, "seed=-1"),
        ([0, 0.5], 2, "seed=0.5"),
        ([None], 1, "seed=None"),
    ],
)
def test_seeds_that_do_not_fit_are_named(seeds, members, told):
    with pytest.raises(InputError, match=told):
        check_seeds(seeds, members)

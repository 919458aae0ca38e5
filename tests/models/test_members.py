"""Purposes that differ, and seeds that do not fit."""

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.models.autoencoders.networks import Autoencoders
from infoplane.models.heads import Heads
from infoplane.models.lenet import LeNets
from infoplane.models.members import NOISE, ORDER, TRAINING_NOISE, WEIGHTS, check_seeds
from infoplane.models.perceptrons import Perceptrons

PURPOSES = (WEIGHTS, ORDER, TRAINING_NOISE, NOISE)


def test_purposes_differ():
    assert len(set(PURPOSES)) == len(PURPOSES)


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


@pytest.mark.parametrize(
    "make",
    [
        lambda seeds: Heads(3, seeds),
        LeNets,
        lambda seeds: Perceptrons([3, 2, 2], seeds),
        lambda seeds: Autoencoders(3, codes=[1], seeds=seeds),
    ],
)
def test_seeds_that_are_no_list_are_refused_by_every_model(make):
    for seeds in (0, None, "0"):
        with pytest.raises(InputError, match=f"seeds={seeds!r} is not accepted: pass a list"):
            make(seeds)

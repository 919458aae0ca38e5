"""Epochs to look at: both ends, rising, evenly spaced on a logarithmic axis, and without torch."""

import itertools
import math
import subprocess
import sys

import pytest

from infoplane.plane.epochs import checkpoints


@pytest.mark.parametrize(("epochs", "count"), [(1, 3), (4, 4), (100, 6), (2000, 30), (10**4, 60)])
def test_they_rise_from_0_to_the_last_at_even_steps(epochs, count):
    found = checkpoints(epochs, count)
    assert found[:2] == [0, 1]
    assert found[-1] == epochs
    assert found == sorted(set(found))
    assert len(found) <= count
    step = math.log(epochs) / (count - 2)
    for before, after in itertools.pairwise(found[1:]):
        # to the nearest whole epoch, or the next where that is the same
        assert math.log((after - 0.5) / (before + 0.5)) <= step


def test_a_plan_can_name_them_without_torch():
    code = "import sys, infoplane.plane.epochs; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)

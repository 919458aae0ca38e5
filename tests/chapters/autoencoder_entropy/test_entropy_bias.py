"""The bias of entropies: closed forms that are right, and errors of the stated size and sign."""

import math
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from scipy import stats

from infoplane.chapters.autoencoder_entropy.entropy_bias import (
    DENSITIES,
    ESTIMATES,
    bias,
    entropy_of,
    sample,
)
from infoplane.errors import InputError


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Small problems gain nothing from a second thread, and wait for it where cores are shared."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def errors(density, d, n, seeds=5):
    runs = [bias({"density": density, "d": d, "n": n, "seed": s}) for s in range(seeds)]
    return {name: np.array([run[name] for run in runs]) for name in ESTIMATES}


@pytest.mark.parametrize("d", [1, 3])
def test_closed_forms(d):
    assert entropy_of("gaussian", d) == pytest.approx(
        float(stats.multivariate_normal(np.zeros(d)).entropy()), abs=1e-12
    )
    assert entropy_of("uniform", d) == 0.0


@pytest.mark.parametrize("d", [1, 2])
@pytest.mark.parametrize("density", DENSITIES)
def test_low_dimensions_are_nearly_unbiased(density, d):
    n, seeds = 800, 3
    found = errors(density, d, n, seeds)
    # The log density of a Gaussian has variance d/2, that of a uniform density 0.
    spread = math.sqrt(d / 2 / n / seeds)
    for name in ("loo", "shrunk"):
        # The largest bias stated for n = 500, where it is larger than here.
        assert abs(found[name].mean()) < 0.03 + 3.5 * spread


def test_a_gaussian_is_smoothed_counted_and_left_out_as_stated():
    found = errors("gaussian", 4, 500, 3)
    # In every sample: each row's own kernel lowers, the kernels' width raises, the latter being
    # what the shrunk density takes away again.
    assert (found["plug-in"] < found["loo"]).all()
    assert (found["loo"] < found["monte-carlo"]).all()
    assert (found["shrunk"] < found["monte-carlo"]).all()
    # Half to twice the bias that kde_entropy states for the plug-in, -.22.
    assert -0.44 < found["plug-in"].mean() < -0.11


def test_nothing_but_seed_and_config_decides():
    config = {"density": "uniform", "d": 2, "n": 100, "seed": 1}
    assert bias(config) == bias(dict(config))
    assert bias(config)["loo"] != bias({**config, "seed": 2})["loo"]
    assert (sample("gaussian", 9, 2, 1) == sample("gaussian", 9, 2, 1)).all()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"density": "cauchy"}, "density='cauchy' is not accepted: gaussian and uniform"),
        ({"d": 0}, "d=0"),
        ({"n": 8, "d": 8}, "n=8 is not accepted: at least 9 rows"),
        ({"n": 3}, "n=3 is not accepted: at least 4 rows"),
    ],
)
def test_configs_out_of_range(change, match):
    with pytest.raises(InputError, match=match):
        bias({"density": "gaussian", "d": 1, "n": 100, "seed": 0, **change})

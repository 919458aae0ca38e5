"""The options of variational estimators: named where they are out of range, and their limits."""

import math

import pytest

from infoplane.errors import InputError
from infoplane.estimators.neural.mine import MINE
from tests.estimators.correlated import gaussian


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"steps": -1}, "steps=-1"),
        ({"steps": 2.5}, "steps=2.5"),
        ({"hidden": ()}, r"hidden=\(\)"),
        ({"hidden": (8, 0)}, "hidden=0"),
        ({"hidden": 64}, r"hidden=64 .*\(64,\)"),
        ({"hidden": (8, 10**6)}, "hidden=1000000 .*<= 65536"),
        ({"bias_correction": 1}, "bias_correction=1 .*True or False"),
        ({"batch_size": 1}, "batch_size=1"),
        ({"learning_rate": 0.0}, "learning_rate=0.0"),
        ({"learning_rate": math.nan}, "learning_rate=nan"),
        ({"weight_decay": -1.0}, "weight_decay=-1.0"),
        ({"average_decay": 1.0}, "average_decay=1.0"),
        ({"clip": 0.0}, "clip=0.0"),
        ({"clip": 1e300}, "clip=1e[+]300"),
        ({"ema_rate": 1.5}, "ema_rate=1.5"),
        ({"patience": 0}, "patience=0"),
        ({"check_every": 0}, "check_every=0"),
        ({"test_shifts": 0}, "test_shifts=0"),
        ({"negatives": 0}, "negatives=0"),
        ({"negatives": 256}, "negatives=256 is more than the 255 other rows of a batch"),
        ({"critic": "deep"}, "critic 'deep' is unknown: concatenated, separable, bilinear"),
        ({"train_fraction": 0.8, "validation_fraction": 0.2}, "train_fraction=0.8"),
    ],
)
def test_bad_options_are_named(options: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        MINE(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize("options", [{"ema_rate": 1.0}, {"hidden": [8]}, {"average_decay": 0.0}])
def test_limits_of_the_options_work(options: dict[str, object]) -> None:
    x, z = gaussian(1, 0.9, 300, 0)
    mine = MINE(**{"batch_size": 64, "steps": 20, **options})  # type: ignore[arg-type]
    assert math.isfinite(mine.estimate(x[:, 0], z[:, 0]).value)
    assert hash(mine) == hash(mine)

"""What a critic's training and scores give to doubt."""

import math
from typing import Any

import numpy as np

from infoplane.estimators.neural.doubts import doubts_of_scores, doubts_of_training
from infoplane.estimators.neural.training import Run

FINE: dict[str, Any] = {
    "value": 1.0,
    "std": 0.01,
    "relative": 0.01,
    "on_train": 1.0,
    "ceiling": (math.inf, ""),
}


def run_of(*validation: float, every: int = 100) -> Run:
    run = Run()
    for i, value in enumerate(validation):
        run.note(i * every, value, 0.1, value, value)
    return run


def told(run: Run | None = None, scale: float = 1.0, **changed: Any) -> str:
    rng = np.random.default_rng(0)
    joint, marginal = scale * rng.standard_normal(20), scale * rng.standard_normal((32, 20))
    return " ".join(
        doubts_of_scores(run or run_of(0.0, 1.0, 0.9), joint, marginal, **(FINE | changed))
    )


def test_nothing_is_said_of_what_is_fine() -> None:
    assert told() == ""
    assert told(on_train=None) == ""
    assert doubts_of_training(run_of(0.0, 1.0, 0.9), steps=200) == []


def test_scores() -> None:
    assert "within 5 % of the ceiling log 16 = 2.77" in told(
        value=2.7, on_train=2.7, ceiling=(math.log(16), "log 16")
    )
    above = told(value=27.6, on_train=27.6, ceiling=(math.log(16), "log 16"))
    assert "above the ceiling log 16 = 2.77" in above
    assert "within" not in above
    assert "dead" in told(scale=0.0)
    assert "never raised" in told(run_of(0.0, -1.0))
    assert "differ by 0.8 nats" in told(on_train=1.8)
    assert "relative standard error of its mean: 0.5" in told(relative=0.5)


def test_training() -> None:
    assert "still rising at the last step (200)" in doubts_of_training(run_of(0, 1, 2), 200)[0]
    # the best checkpoint is old enough, or training ended before its last step
    assert doubts_of_training(run_of(0, 2, 1), 200) == []
    assert doubts_of_training(run_of(0, 1, 2), 1_000) == []
    broken = run_of(0, 1, math.nan, math.nan)
    assert broken.best == 1
    assert "not finite any more from step 200 on" in doubts_of_training(broken, 300)[0]

"""AA-MINE: beside the exact value, its three forms, and bad input."""

import math
from typing import Any, Literal

import numpy as np
import pytest
import torch

from infoplane.errors import InputError
from infoplane.estimators.neural.aware import AAMINE
from infoplane.estimators.noise.exact import information_with_noise
from tests.estimators.correlated import Floats

Form = Literal["input", "pair", "difference"]


def layer(n: int, d: int, seed: int) -> tuple[Floats, Floats]:
    """Gaussian inputs and tanh of a rotation of them."""
    rng = np.random.default_rng([seed, d])
    x = rng.standard_normal((n, d))
    return x, np.tanh(2 * x @ np.linalg.qr(rng.standard_normal((d, d)))[0])


# smaller networks than by default, and weights averaged over 50 of 400 steps
SEPARABLE: dict[str, Any] = {
    "hidden": (64,),
    "batch_size": 128,
    "steps": 400,
    "average_decay": 0.98,
}
# the options of MINE, for the critic of MINE, at a learning rate that suits as few steps
CONCATENATED: dict[str, Any] = {
    "critic": "concatenated",
    "hidden": (64, 64),
    "learning_rate": 2e-3,
    "weight_decay": 1.0,
    "bias_correction": True,
    "steps": 400,
    "average_decay": 0.98,
}


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("pair", SEPARABLE),
        ("input", SEPARABLE),
        ("pair", CONCATENATED),
        ("difference", CONCATENATED),
    ],
)
def test_near_the_exact_value(form: Form, options: dict[str, Any]) -> None:
    pairs = [layer(2_000, 2, seed) for seed in range(3)]
    exact = np.mean([information_with_noise(t, 0.5).value for _, t in pairs])
    aware = AAMINE(noise_std=0.5, restarts=1, form=form, **options)
    estimates = aware.estimate_batch(*zip(*pairs, strict=True), seeds=[0, 1, 2])
    error = math.sqrt(sum(e.std**2 for e in estimates)) / 3
    # the exact value is of the rows, the estimate of their population: at 1.2 nats and 2 000
    # rows they differ by less than the 0.1 nats that a critic may lack
    assert abs(np.mean([e.value for e in estimates]) - exact) < 3 * error + 0.1


def test_gaussian_noise_asks_for_squares_which_the_default_critic_has() -> None:
    """100 dimensions, a third of what the noise has: I = 50 log(1 + 1/9) = 5.27 nats."""
    x = np.random.default_rng(0).standard_normal((3_000, 100))
    e = AAMINE(noise_std=3.0, restarts=1, steps=400, average_decay=0.98).estimate(x, x)
    # a concatenated critic reached 3.2 in four times the steps, on twice the rows
    assert 4.3 < e.value < 5.27 + 3 * e.std


@pytest.mark.parametrize("form", ["input", "pair", "difference"])
def test_a_batch_is_its_members_alone(form: Form) -> None:
    critic = "concatenated" if form == "difference" else "separable"
    small = AAMINE(
        noise_std=0.5, restarts=1, form=form, critic=critic, hidden=(8, 8), batch_size=64, steps=15
    )
    pairs = [layer(400, 3, seed) for seed in range(3)]
    together = small.estimate_batch(*zip(*pairs, strict=True), seeds=[4, 5, 6])
    for (x, t), seed, member in zip(pairs, [4, 5, 6], together, strict=True):
        # float32 at ten times the learning rate of MINE: rounding of 1e-7 grew by 1e4 in 40 steps
        # on one processor and by 1.3e4 on another, a quarter more a step; in 15 by less than 1e2
        assert member.value == pytest.approx(small.estimate(x, t, seed=seed).value, abs=1e-3)


def test_only_the_form_input_looks_at_x() -> None:
    x, t = layer(400, 2, 0)
    pair = AAMINE(noise_std=0.5, restarts=1, batch_size=64, steps=20)
    assert pair.estimate(x, t).value == pair.estimate(np.roll(x, 1, axis=0), t).value
    plain = AAMINE(noise_std=0.5, restarts=1, form="input", batch_size=64, steps=20)
    assert plain.estimate(x, t).value != plain.estimate(np.roll(x, 1, axis=0), t).value


def test_units_of_the_layer_do_not_matter_beside_those_of_the_noise() -> None:
    x, t = layer(400, 2, 0)
    pair = AAMINE(noise_std=0.5, restarts=1, batch_size=64, steps=20)
    scaled = AAMINE(noise_std=0.5 * 1e6, restarts=1, batch_size=64, steps=20).estimate(
        x, 1e6 * t + 3
    )
    assert scaled.value == pytest.approx(pair.estimate(x, t).value, abs=1e-4)


def test_columns_without_spread_carry_only_noise() -> None:
    x, t = layer(400, 2, 0)
    t = np.stack([t[:, 0], np.zeros(400)], axis=1)
    e = AAMINE(noise_std=0.5, restarts=1, batch_size=64, steps=60).estimate(x, t)
    assert math.isfinite(e.value)
    silent = AAMINE(noise_std=0.5, restarts=1, batch_size=64, steps=60).estimate(x, 0 * t)
    assert abs(silent.value) < 3 * silent.std + 0.02


def test_integers_are_numbers_and_tensors_are_welcome() -> None:
    x = np.random.default_rng(0).integers(2, size=400)
    pair = AAMINE(noise_std=0.5, restarts=1, batch_size=64, steps=20)
    value = pair.estimate(x, x).value
    assert pair.estimate(torch.tensor(x), torch.tensor(x, dtype=torch.float32)).value == value


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"noise_std": 0}, "noise_std=0: I is infinite for deterministic T: give noise_std > 0"),
        ({"noise_std": -1.0}, "noise_std=-1.0: I is infinite .* give noise_std > 0"),
        ({"noise_std": math.nan}, "noise_std=nan is not accepted: pass a number"),
        ({"noise_std": math.inf}, "noise_std=inf is not accepted: pass a number"),
        ({"noise_std": "1"}, "noise_std='1' is not accepted: pass a number"),
        ({"noise_std": 1.0, "form": "both"}, "form='both' is unknown: input, pair, difference"),
        ({"noise_std": 1.0, "form": "difference"}, "pass critic='concatenated'"),
        ({"noise_std": 1.0, "critic": "deep"}, "critic 'deep' is unknown"),
        ({"noise_std": 1.0, "batch_size": 1}, "batch_size=1"),
    ],
)
def test_bad_options_are_named(options: dict[str, object], told: str) -> None:
    with pytest.raises(InputError, match=told):
        AAMINE(**options)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["input", "pair"])
def test_fresh_draws_get_their_noise(form: Form) -> None:
    def draw(n: int, g: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
        x = torch.randn(n, 1, generator=g)
        return x, x

    values = [
        AAMINE(noise_std=sigma, restarts=1, form=form, steps=400)
        .estimate_fresh([draw], seeds=[0])[0]
        .value
        for sigma in (0.5, 50.0)
    ]
    # log(1 + 4) / 2 = 0.80 and 0.0002 nats; 2 000 test rows scatter by about 0.02
    assert values == pytest.approx([0.805, 0.0], abs=0.08)
    difference = AAMINE(noise_std=1.0, form="difference", critic="concatenated")
    with pytest.raises(InputError, match="form='difference' needs a fixed sample"):
        difference.estimate_fresh([draw], seeds=[0])


def test_bad_input_is_named() -> None:
    x, t = layer(100, 2, 0)
    with pytest.raises(InputError, match="batch_size=256 is more than the 60 training rows"):
        AAMINE(noise_std=1.0).estimate(x, t)
    with pytest.raises(InputError, match="t holds text"):
        AAMINE(noise_std=1.0).estimate(x, np.array(["a", "b"] * 50))
    with pytest.raises(InputError, match="x has 99 rows and z has 100"):
        AAMINE(noise_std=1.0).estimate(x[1:], t)


@pytest.mark.parametrize("noise_std", [0.01, 1.0])
def test_more_than_the_rows_have_to_give_is_doubted(noise_std: float) -> None:
    """Rows apart from each other stand for an endless population: ten columns and little noise
    are worth 46 nats there, and 300 rows have log 300."""
    t = np.random.default_rng(0).standard_normal((300, 10))
    e = AAMINE(noise_std=noise_std, restarts=1, steps=400, batch_size=64).estimate(t, t, seed=0)
    above = [doubt for doubt in e.warnings if doubt.startswith("above log n = 5.7")]
    assert bool(above) == (e.value > math.log(300)) == (noise_std == 0.01)

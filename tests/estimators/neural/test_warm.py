"""An estimate carries its critics, and another one begins with them."""

import numpy as np
import pytest
import torch

from infoplane.errors import InputError
from infoplane.estimators import AAMINE, KSG, MINE, InfoNCE
from infoplane.estimators.neural.warm import KeptCritic
from tests.estimators.correlated import gaussian

QUICK = {"hidden": (16,), "check_every": 20, "batch_size": 64, "learning_rate": 5e-3}
SAMPLE = gaussian(1, 0.9, 600, 0)
OTHER = gaussian(1, 0.9, 600, 1)


def mine(steps, restarts=2, **options):
    return MINE(**QUICK | {"steps": steps, "restarts": restarts} | options)


def test_it_is_carried_where_asked_for_and_not_compared():
    one, kept = (mine(20).estimate(*SAMPLE, keep_critic=keep) for keep in (False, True))
    assert one.critic is None
    assert isinstance(kept.critic, KeptCritic)
    assert kept.critic.weights.shape == (2, (1 + 1 + 1) * 16 + 16 + 1)
    assert one == kept
    assert "critic" not in kept.to_dict()
    assert "KeptCritic(concatenated, 2 x 65 weights)" in repr(kept.critic)


def test_it_begins_where_the_other_one_was():
    """At the same rows and splits the first check is the other one's best."""
    before = mine(200).estimate(*SAMPLE, seed=3, keep_critic=True)
    after = mine(20).estimate(*SAMPLE, seed=3, init=before)
    assert after.history["validation"][0] == pytest.approx(
        before.history["validation"].max(), abs=1e-5
    )
    scratch = mine(20).estimate(*SAMPLE, seed=3)
    assert abs(scratch.history["validation"][0]) < 0.1 < after.history["validation"][0]


def test_what_it_began_with_is_left_as_it_was():
    before = mine(20).estimate(*SAMPLE, keep_critic=True)
    weights = before.critic.weights.clone()
    after = mine(20).estimate(*OTHER, init=before, keep_critic=True)
    assert torch.equal(before.critic.weights, weights)
    assert not torch.equal(after.critic.weights, weights)


@pytest.mark.parametrize("restarts", [1, 3])
def test_a_batch_goes_on_as_each_member_alone(restarts):
    estimator, seeds = mine(40, restarts), [5, 6]
    x, z = (np.stack(sides) for sides in zip(SAMPLE, OTHER, strict=True))
    alone = [
        estimator.estimate(*pair, seed=s, keep_critic=True)
        for pair, s in zip((SAMPLE, OTHER), seeds, strict=True)
    ]
    together = estimator.estimate_batch(x, z, seeds=seeds, keep_critic=True)
    for one, other in zip(alone, together, strict=True):
        # a gradient near 0 may have another sign, and Adam's step is as large as the rate
        torch.testing.assert_close(one.critic.weights, other.critic.weights, atol=2e-2, rtol=0)
        assert one.value == pytest.approx(other.value, abs=1e-3)
    on = estimator.estimate_batch(z, x, seeds=seeds, init=together)
    for i, found in enumerate(on):
        expected = estimator.estimate(z[i], x[i], seed=seeds[i], init=together[i])
        assert found.value == pytest.approx(expected.value, abs=1e-3)
        assert found.critic is None


def test_others_carry_theirs_too():
    for estimator in (
        InfoNCE(**QUICK, steps=20, restarts=1),
        AAMINE(**QUICK, noise_std=1.0, steps=20, restarts=1),
    ):
        kept = estimator.estimate(*SAMPLE, keep_critic=True)
        assert np.isfinite(estimator.estimate(*OTHER, init=kept).value)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"hidden": (8,)}, r"carries a critic with hidden \(16,\), and this one has \(8,\)"),
        ({"restarts": 1}, "restarts 2, and this one has 1"),
        ({"critic": "separable"}, "critic 'concatenated', and this one has 'separable'"),
        (
            {"critic": "convolutional", "shape_x": (1, 1, 1)},
            "critic 'concatenated', and this one has 'convolutional'",
        ),
    ],
)
def test_a_critic_of_another_kind_is_refused(options, told):
    kept = mine(2).estimate(*SAMPLE, keep_critic=True)
    with pytest.raises(InputError, match=told):
        mine(2, **options).estimate(*SAMPLE, init=kept)


def test_other_columns_and_what_carries_none_are_refused():
    kept = mine(2).estimate(*SAMPLE, keep_critic=True)
    x, z = SAMPLE
    with pytest.raises(InputError, match=r"columns of x and z \(1, 1\), and this one has \(2, 1\)"):
        mine(2).estimate(np.hstack([x, z]), z, init=kept)
    for nothing in (mine(2).estimate(*SAMPLE), KSG().estimate(*SAMPLE), 3.0):
        with pytest.raises(InputError, match=r"init=.* carries no critic: .* keep_critic=True"):
            mine(2).estimate(*SAMPLE, init=nothing)
    for wrong in ([kept], kept):
        with pytest.raises(InputError, match=r"init.* for each of the 2 members"):
            mine(2).estimate_batch([x, x], [z, z], seeds=[0, 1], init=wrong)
    with pytest.raises(InputError, match="keep_critic='yes'"):
        mine(2).estimate(*SAMPLE, keep_critic="yes")

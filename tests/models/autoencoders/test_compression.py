"""Codes that are learned: the right kind for flat and curved sets, members alone, and refusals."""

import numpy as np
import pytest
import torch

from infoplane.datasets.image_pairs import ImagePairs
from infoplane.errors import InputError
from infoplane.models.autoencoders.compression import Coder, learn

QUICK = Coder(steps=600, hidden=(64, 32), batch_size=32)


def flat(n=200, seed=0, noise=1e-3):
    """A plane in five columns, and a little noise off it."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 2)) @ rng.normal(size=(2, 5)) + noise * rng.normal(size=(n, 5)) + 3


def circle(n=400, seed=0):
    """A curve in a plane, which no single direction keeps: half of its variance is in each."""
    turn = 2 * np.pi * np.random.default_rng(seed).random(n)
    return np.column_stack([np.cos(turn), np.sin(turn), np.zeros(n)])


def test_flat_sets_are_compressed_by_principal_components():
    """Their loss is the share of the smaller singular values, by NumPy."""
    rows = flat()
    (code,) = learn([rows], [2], seeds=[0])
    assert code.kind == "pca"
    assert set(code.tried) == {"pca"}
    seen = rows[:180]
    centred = seen - seen.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    left = rows - seen.mean(axis=0)
    left = left - left @ axes[:2].T @ axes[:2]
    expected = np.square(left).sum() / np.square(rows - rows.mean(axis=0)).sum()
    assert code.lost(rows) == pytest.approx(expected, rel=1e-6)
    # what is left has its largest part along a line across the plane
    residual = code.residual(rows)
    assert residual.shape == (200, 1)
    assert code.residual(rows, 9).shape == (200, 5)
    assert np.square(residual).sum() == pytest.approx(
        np.linalg.norm(left - left.mean(axis=0), 2) ** 2, rel=1e-6
    )


def test_curved_sets_are_compressed_by_an_autoencoder():
    rows = circle()
    (code,) = learn([rows], [1], seeds=[0], coder=QUICK)
    assert code.kind == "autoencoder"
    # half of the variance is lost by one direction, to the chance of 40 rows
    assert 0.3 < code.tried["pca"] < 0.7
    assert code.lost(circle(seed=1)) < 0.15  # of others; a circle cannot be cut open for nothing


@pytest.mark.parametrize("kind", ["pca", "autoencoder"])
def test_a_kind_can_be_asked_for(kind):
    coder = Coder(kind, steps=50, hidden=(8,), batch_size=32)
    (code,) = learn([circle()], [1], seeds=[0], coder=coder)
    assert code.kind == kind


def test_pixels_stay_in_their_range():
    images, _ = ImagePairs("bumps", nats=0.0, side=8).sample(600)
    (code,) = learn([images], [2], seeds=[0], coder=QUICK)
    answer = code.decode(images[:50])
    assert code.kind == "autoencoder"
    assert 0 <= answer.min() <= answer.max() <= 1
    assert code.lost(images) < 0.1 < code.tried["pca"]


def test_members_of_a_batch_are_what_they_are_alone():
    sets, dims = [circle(seed=s) for s in (0, 1)], [1, 2]
    coder = Coder("autoencoder", steps=60, hidden=(16,), batch_size=64)
    together = learn(sets, dims, seeds=[3, 4], coder=coder)
    (alone,) = learn(sets[:1], dims[:1], seeds=[3], coder=coder)
    # sixty steps of float32, in another order of sums
    np.testing.assert_allclose(together[0].encode(sets[0]), alone.encode(sets[0]), atol=5e-3)
    assert [code.encode(rows).shape for code, rows in zip(together, sets, strict=True)] == [
        (400, 1), (400, 2),
    ]  # fmt: skip


def test_a_place_far_from_zero_costs_no_digits():
    rows = flat(noise=0.05)
    (near,), (far,) = (learn([r], [2], seeds=[0]) for r in (rows, rows + 1e9))
    assert far.lost(rows + 1e9) == pytest.approx(near.lost(rows), rel=1e-3)


def test_what_is_known_by_heart_is_lost_of_others():
    rows = np.random.default_rng(0).normal(size=(60, 20))
    coder = Coder("autoencoder", steps=4_000, hidden=(64,), batch_size=16, code_noise_std=0.0)
    (code,) = learn([rows], [3], seeds=[0], coder=coder)
    assert code.by_heart > 2
    coder = Coder("autoencoder", steps=400, hidden=(32,), batch_size=32)
    (other,) = learn([circle()], [2], seeds=[0], coder=coder)
    assert other.by_heart < 2


def test_a_small_rest_of_a_batch_spoils_nothing():
    """Scaled by the mean and variance of two rows, the codes of a last batch would be no codes."""
    images, _ = ImagePairs("bumps", nats=0.0, side=8).sample(1_000)
    lost = []
    for n in (142, 144):  # of which 128 and 130 are learned from
        coder = Coder("autoencoder", steps=1_000, hidden=(64, 32), batch_size=64)
        (code,) = learn([images[:n]], [2], seeds=[0], coder=coder)
        lost.append(code.lost(images[n:]))
    assert lost[1] < 1.5 * lost[0] + 0.02  # it was four times as much


def test_units_and_places_do_not_matter():
    rows = circle()
    coder = Coder("autoencoder", steps=40, hidden=(8,), batch_size=64)
    (code,), (same,) = (
        learn([r], [1], seeds=[0], coder=coder) for r in (rows * 2.0 + 3, rows * 2048.0 + 3072)
    )
    np.testing.assert_allclose(code.encode(rows * 2 + 3), same.encode(rows * 2048.0 + 3072),
                               atol=2e-3)  # fmt: skip


def test_global_random_numbers_are_left_alone():
    before = torch.get_rng_state()
    learn([circle(60)], [1], seeds=[0], coder=Coder("autoencoder", steps=3, hidden=(4,)))
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize(
    ("rows", "code_dim", "match"),
    [
        (np.ones((50, 4)), 1, "all equal"),
        (flat(19), 1, "19 rows are there to learn a code of 1 from, and 20 are needed"),
        (flat(), 5, "code_dim=5 is not accepted: pass an integer >= 1 and <= 4"),
        (flat(), 0, "code_dim=0"),
        (flat()[:, 0], 1, "a set has shape"),
        (np.full((50, 4), np.nan), 1, "NaN or infinite"),
        (np.array([["a", "b"]] * 50), 1, "pass numbers"),
    ],
)
def test_sets_that_cannot_be_compressed_are_refused(rows, code_dim, match):
    with pytest.raises(InputError, match=match):
        learn([rows], [code_dim], seeds=[0])


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"kind": "vae"}, "coder='vae' does not exist"),
        ({"hidden": (0,)}, "hidden=0"),
        ({"steps": 0}, "steps=0"),
        ({"batch_size": 15}, "batch_size=15"),
        ({"learning_rate": 0.0}, "learning_rate=0.0"),
        ({"code_noise_std": -1.0}, "code_noise_std=-1.0"),
    ],
)
def test_options_out_of_range_are_named(options, match):
    with pytest.raises(InputError, match=match):
        Coder(**options)

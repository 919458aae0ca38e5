"""The correlation layer: each closed form satisfies the condition that it is the answer of."""

import math

import numpy as np
import pytest
import torch
from torch.distributions import MultivariateNormal

from infoplane.errors import InputError
from infoplane.estimators import canonical_correlations
from infoplane.estimators.latents.correlation import correlation_layer, random_layer

N = 600
# Sums of 600 products near 1 in float64, over the least eigenvalue of a covariance, above 1/100:
# 600 * 2e-16 * 100 is 1e-11.
ROUNDING = 1e-9
# The most likely rho is where a sum of terms near 1 is flat in float64: within sqrt(2e-16), 1e-8.
FLAT = 1e-7

widths = pytest.mark.parametrize(("dx", "dz"), [(3, 3), (2, 4), (4, 2), (1, 1), (1, 3)])
forms = pytest.mark.parametrize(
    ("rho", "by"),
    [("shared", "covariance"), ("shared", "likelihood"), ("canonical", "likelihood")],
)


def mixed(rows, rng):
    """Columns stretched up to three times, turned and moved."""
    d = rows.shape[1]
    turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
    return rows * np.linspace(1, 3, d) @ turn + rng.normal(size=d)


def coupled(g, h, rho):
    k = min(g.shape[1], h.shape[1])
    h[:, :k] = rho * g[:, :k] + np.sqrt(1 - np.square(rho)) * h[:, :k]
    return h


def sides(dx, dz, seed=0):
    """Pairs of correlations .9, .6, .5 behind other columns: (n, dx) and (n, dz)."""
    rng = np.random.default_rng([seed, dx, dz])
    g, h = rng.normal(size=(N, dx)), rng.normal(size=(N, dz))
    h = coupled(g, h, 0.9 / np.arange(1, min(dx, dz) + 1) ** 0.6)
    return mixed(g, rng), mixed(h, rng)


def equal_sides(dx, dz, rho):
    """Sides whose canonical correlations in the sample are all rho, to rounding."""
    rng = np.random.default_rng([1, dx, dz])
    rows = rng.normal(size=(N, dx + dz))
    white = np.linalg.qr(rows - rows.mean(axis=0))[0] * math.sqrt(N)  # uncorrelated
    g, h = white[:, :dx], white[:, dx:]
    return mixed(g, rng), mixed(coupled(g, h, rho), rng)


def turned(layer, u, v):
    return (u - layer.mean_x) @ layer.on_x.T, (v - layer.mean_z) @ layer.on_z.T


def paired(rho, dx, dz):
    """The matrix (dx, dz) with rho_j at place (j, j) and 0 elsewhere."""
    expected = np.zeros((dx, dz))
    np.fill_diagonal(expected, rho)
    return expected


def near(found, expected, within=ROUNDING):
    np.testing.assert_allclose(found, expected, rtol=0, atol=within)


def log_likelihood(a, b, cross, *maps):
    """Mean log density of rows u and v of which these are the images, by torch's own Gaussian."""
    eyes = (torch.eye(side.shape[1], dtype=torch.float64) for side in (a, b))
    one, other = eyes
    r = torch.vstack([torch.hstack([one, cross]), torch.hstack([cross.mT, other])])
    density = MultivariateNormal(torch.zeros(len(r), dtype=torch.float64), r)
    sizes = sum(torch.linalg.slogdet(m)[1] for m in maps)
    return density.log_prob(torch.hstack([a, b])).mean() + sizes


def likelihood_of(layer, u, v):
    a, b, on_x, on_z = map(torch.from_numpy, (*turned(layer, u, v), layer.on_x, layer.on_z))
    cross = torch.from_numpy(paired(layer.rho, len(layer.on_x), len(layer.on_z)))
    return float(log_likelihood(a, b, cross, on_x, on_z))


@widths
@forms
def test_the_narrower_side_is_white_and_both_are_centred(dx, dz, rho, by):
    u, v = sides(dx, dz)
    layer = correlation_layer(u, v, rho=rho, by=by)
    a, b = turned(layer, u, v)
    near(np.hstack([a, b]).mean(axis=0), 0)
    narrow = a if dx <= dz else b
    near(narrow.T @ narrow / N, np.eye(min(dx, dz)))
    assert layer.rho.shape == (min(dx, dz),)


@widths
def test_of_covariance_the_cross_covariance_is_rho_and_the_mean_variance_one(dx, dz):
    u, v = sides(dx, dz)
    layer = correlation_layer(u, v, rho="shared", by="covariance")
    a, b = turned(layer, u, v)
    rho, k = layer.rho[0], min(dx, dz)
    assert 0 < rho < 1
    near(layer.rho, rho)
    near(a.T @ b / N, paired(rho, dx, dz))  # all of it, what is off the diagonal too
    wide = b if dx <= dz else a
    near(np.square(wide[:, :k]).mean(), 1)
    # the other directions of the wider side are white, and apart from those of the pairs
    near(wide.T @ wide[:, k:] / N, np.eye(max(dx, dz))[:, k:])


@widths
def test_of_likelihood_neither_map_nor_rho_can_be_bettered(dx, dz):
    """Its derivatives vanish, by torch's density of the same model, and steps away are worse."""
    u, v = sides(dx, dz)
    layer = correlation_layer(u, v, rho="shared", by="likelihood")
    images = turned(layer, u, v)
    white = torch.from_numpy(images[0] if dx <= dz else images[1])
    on_wide = layer.on_z if dx <= dz else layer.on_x
    wide = torch.from_numpy(v - layer.mean_z if dx <= dz else u - layer.mean_x)
    pattern = torch.from_numpy(paired(1.0, white.shape[1], wide.shape[1]))

    def likelihood(on_wide, theta):
        return log_likelihood(white, wide @ on_wide.mT, torch.tanh(theta) * pattern, on_wide)

    on_wide = torch.from_numpy(on_wide).requires_grad_()
    theta = torch.tensor(math.atanh(layer.rho[0]), dtype=torch.float64, requires_grad=True)
    best = likelihood(on_wide, theta)
    by_map, by_theta = torch.autograd.grad(best, [on_wide, theta])
    assert by_map.abs().max() < 1e-8
    assert abs(by_theta) < 10 * FLAT  # the curvature is below 10
    g = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for _ in range(20):
            step = 0.01 * torch.randn(on_wide.shape, generator=g, dtype=torch.float64)
            assert likelihood(on_wide + step, theta) < best
        assert max(likelihood(on_wide, theta + step) for step in (-0.01, 0.01)) < best


@widths
def test_canonical_pairs_are_hotellings(dx, dz):
    u, v = sides(dx, dz)
    layer = correlation_layer(u, v, rho="canonical", by="likelihood")
    a, b = turned(layer, u, v)
    near(a.T @ a / N, np.eye(dx))
    near(b.T @ b / N, np.eye(dz))
    near(a.T @ b / N, paired(layer.rho, dx, dz))
    near(layer.rho, canonical_correlations(u, v))  # by angles between spans
    near(layer.information, -0.5 * np.log(1 - layer.rho**2).sum())
    assert layer.rho.max() - layer.rho.min() > 0.2 or min(dx, dz) == 1


@widths
def test_the_three_are_one_where_all_correlations_are_equal(dx, dz):
    u, v = equal_sides(dx, dz, 0.7)
    canonical, covariance, likelihood = (
        correlation_layer(u, v, rho=rho, by=by)
        for rho, by in (
            ("canonical", "likelihood"), ("shared", "covariance"), ("shared", "likelihood"),
        )
    )  # fmt: skip
    near(canonical.rho, 0.7)
    near(covariance.rho, 0.7)
    near(likelihood.rho, 0.7, FLAT)
    near(likelihood.on_x, covariance.on_x, FLAT)
    near(likelihood.on_z, covariance.on_z, FLAT)
    # canonical pairs are turned, each with its partner, which what couples the sides does not see
    couplings = [one.on_x.T @ paired(one.rho, dx, dz) @ one.on_z for one in (canonical, covariance)]
    near(*couplings)


@widths
def test_of_two_forms_likelihood_has_the_higher_one(dx, dz):
    u, v = sides(dx, dz)
    canonical, likelihood, covariance = (
        likelihood_of(correlation_layer(u, v, rho=rho, by=by), u, v)
        for rho, by in (
            ("canonical", "likelihood"), ("shared", "likelihood"), ("shared", "covariance"),
        )
    )  # fmt: skip
    if min(dx, dz) == 1:  # there is one correlation, and one answer
        assert covariance == pytest.approx(likelihood, abs=ROUNDING)
        assert canonical == pytest.approx(likelihood, abs=ROUNDING)
    else:  # of correlations of .9 and .6, a tenth of a nat lies between any two
        assert canonical > likelihood + 0.05
        assert likelihood > covariance + 0.01


@widths
@forms
def test_the_sides_may_change_places(dx, dz, rho, by):
    """The same correlations; and where one is wider, the same maps."""
    u, v = sides(dx, dz)
    one, other = (correlation_layer(*pair, rho=rho, by=by) for pair in ((u, v), (v, u)))
    near(other.rho, one.rho, FLAT)
    if dx != dz:
        near(other.on_x, one.on_z)
        near(other.on_z, one.on_x)
        near(other.mean_x, one.mean_z)


@forms
def test_linear_maps_of_the_sides_change_no_correlation(rho, by):
    u, v = sides(3, 4)
    rng = np.random.default_rng(2)
    one = correlation_layer(u, v, rho=rho, by=by)
    other = correlation_layer(u, v @ rng.normal(size=(4, 4)) + 7, rho=rho, by=by)
    near(other.rho, one.rho, FLAT)


def test_a_singular_covariance_is_refused():
    u, v = sides(2, 3)
    twice = np.column_stack([u, u[:, 0] + u[:, 1]])
    for rho in ("canonical", "shared"):
        with pytest.raises(InputError, match=r"columns of x depend on each other: .* singular"):
            correlation_layer(twice, v, rho=rho, by="likelihood")
        with pytest.raises(InputError, match="columns of z depend on each other"):
            correlation_layer(v, twice, rho=rho, by="likelihood")


def test_without_any_correlation_one_form_has_an_answer():
    u, v = np.array([[1.0, 1, -1, -1]]).T, np.array([[1.0, -1, 1, -1]]).T
    with pytest.raises(InputError, match=r"start='covariance' needs .* start='likelihood'"):
        correlation_layer(u, v, rho="shared", by="covariance")
    found = correlation_layer(u, v, rho="shared", by="likelihood")
    assert found.information < 1e-9
    near(turned(found, u, v)[1], v)  # which is white


def test_a_pair_without_noise_has_as_much_as_can_be_told_apart_from_one():
    u = sides(2, 2)[0]
    for rho, by in (("canonical", "likelihood"), ("shared", "covariance")):
        layer = correlation_layer(u, 2 * u, rho=rho, by=by)
        assert np.isfinite(layer.information)
        assert (layer.rho < 1).all()


@widths
def test_a_random_layer_has_nothing_of_the_data_but_their_means(dx, dz):
    (u, v), others = sides(dx, dz), sides(dx, dz, seed=5)
    one, other = (random_layer(*pair, np.random.default_rng(3), rho="shared")
                  for pair in ((u, v), others))  # fmt: skip
    np.testing.assert_array_equal(one.on_x, other.on_x)
    np.testing.assert_array_equal(one.on_z, other.on_z)
    narrow, wide = (one.on_x, one.on_z) if dx <= dz else (one.on_z, one.on_x)
    np.testing.assert_array_equal(narrow, np.eye(min(dx, dz)))
    assert wide.shape == (max(dx, dz),) * 2
    again = random_layer(u, v, np.random.default_rng(4), rho="shared")
    assert not np.allclose(wide, again.on_z if dx <= dz else again.on_x)
    np.testing.assert_array_equal(one.rho, np.full(min(dx, dz), 0.5))
    near(np.hstack(turned(one, u, v)).mean(axis=0), 0)


def test_the_entries_of_a_random_layer_have_variance_one_over_d():
    d = 100
    drawn = random_layer(np.zeros((1, d)), np.zeros((1, d)), np.random.default_rng(0), rho="shared")
    # the mean square of 10 000 normal numbers, whose relative error is sqrt(2 / 10 000)
    assert abs(np.square(drawn.on_z).mean() * d - 1) < 4 * math.sqrt(2) / d

"""Densities of latents: SciPy's, the closed forms, and the digits that float32 has."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
import torch
from scipy.special import logsumexp
from scipy.stats import multivariate_normal

from infoplane.datasets.problems import problem
from infoplane.estimators.latents.bases import Normal, NormalMixture, by_shells, factor_of

RNG = np.random.default_rng(0)
WIDTHS = [(2, 2), (2, 4), (3, 1)]


def normal(rho, *, shared=False):
    """In float64, with these correlations to all their digits."""
    base = Normal(np.asarray(rho, dtype=float), shared=shared).double()
    base.set(np.asarray(rho, dtype=float))
    return base


def correlation_of(rho, dx, dz):
    r = np.eye(dx + dz)
    for j, value in enumerate(rho):
        r[j, dx + j] = r[dx + j, j] = value
    return r


def log_ratio(a, b, joint, dx):
    """log p(a, b) / (p(a) p(b)) by SciPy; joint: [(weight, mean, covariance)] of a mixture."""

    def log_density(rows, part):
        logs = [
            np.log(weight) + multivariate_normal(mean[part], cov[part, part]).logpdf(rows)
            for weight, mean, cov in joint
        ]
        return logsumexp(np.reshape(logs, (len(joint), -1)), axis=0)

    whole = log_density(np.hstack([a, b]), slice(None))
    return whole, whole - log_density(a, slice(dx)) - log_density(b, slice(dx, None))


def doubles(*arrays):
    return [torch.from_numpy(a) for a in arrays]


@pytest.mark.parametrize(("dx", "dz"), WIDTHS)
@pytest.mark.parametrize("shared", [True, False])
def test_normal_is_scipys(dx, dz, shared):
    """Columns of the wider side beyond the pairs tell nothing, and count in the density."""
    k = min(dx, dz)
    rho = np.full(k, 0.8) if shared else np.array([0.95, -0.3])[:k]
    base, (a, b) = normal(rho, shared=shared), (RNG.normal(size=(50, d)) for d in (dx, dz))
    joint = [(1.0, np.zeros(dx + dz), correlation_of(rho, dx, dz))]
    density, ratio = log_ratio(a, b, joint, dx)
    # quadratic forms of inverses whose condition is 40: some 1e-14
    np.testing.assert_allclose(base.log_density(*doubles(a, b)).detach(), density, atol=1e-11)
    np.testing.assert_allclose(base.log_ratio(*doubles(a, b)).detach(), ratio, atol=1e-11)


def test_the_mean_ratio_of_a_normal_is_its_information():
    """Exactly, over points whose second moments are R: the ratio is quadratic."""
    rho = np.array([0.9, 0.5, -0.2])
    base = normal(rho)
    points = math.sqrt(6) * np.linalg.cholesky(correlation_of(rho, 3, 3)).T  # of 6 with a sign
    mean = base.log_ratio(*doubles(points[:, :3], points[:, 3:])).mean().item()
    assert mean == pytest.approx(-0.5 * np.log(1 - rho**2).sum(), abs=1e-12)
    assert base.information() == pytest.approx(mean, abs=1e-12)
    np.testing.assert_allclose(base.rho(), rho, atol=1e-15)
    three = normal([0.9, 0.9, 0.9], shared=True)
    assert three.information() == pytest.approx(-1.5 * math.log(0.19), abs=1e-12)
    assert three.rho().tolist() == pytest.approx([0.9] * 3, abs=1e-15)
    assert len(three.theta) == 1


def exact(theta, a, b):
    """The ratio of one pair with all digits: decimal, with 50 of them."""
    with localcontext() as context:
        context.prec = 50
        e = (2 * Decimal(theta)).exp()
        rho = (e - 1) / (e + 1)
        a, b = Decimal(float(a)), Decimal(float(b))
        rest = 1 - rho * rho
        quadratic = (2 * rho * a * b - rho * rho * (a * a + b * b)) / (2 * rest)
        return float(-rest.ln() / 2 + quadratic)


def nearly_one(sign):
    """Rows of a pair of correlation 1 - 1e-7 or the opposite, and rows that are no such pair."""
    rho = sign * (1 - 1e-7)
    g, h = np.random.default_rng(1).normal(size=(2, 200, 1))
    pairs = rho * g + math.sqrt(1 - rho**2) * h
    return rho, g, np.where(np.arange(200)[:, None] % 2, pairs, h)


either = pytest.mark.parametrize("sign", [1, -1])


@either
def test_near_correlation_one_no_digit_is_lost_in_double_precision(sign):
    rho, a, b = nearly_one(sign)
    base = normal([rho])
    wanted = [exact(base.theta.item(), *row) for row in np.hstack([a, b])]
    found = base.log_ratio(*doubles(a, b)).detach().numpy()
    # (a - b)^2 is rounded to 2 eps |a| / |a - b|, at a typical distance of 4e-4, and exp(theta)
    np.testing.assert_allclose(found, wanted, rtol=1e-11, atol=1e-9)
    assert base.information() == pytest.approx(-0.5 * math.log(2e-7), abs=1e-6)


@either
def test_near_correlation_one_single_precision_is_finite_and_keeps_what_rows_have(sign):
    rho, a, b = nearly_one(sign)
    base = Normal(np.array([rho]), shared=False)
    one, other = (torch.from_numpy(side).float().requires_grad_() for side in (a, b))
    ratio = base.log_ratio(one, other)
    gradients = torch.autograd.grad(ratio.sum(), [one, other, base.theta])
    assert torch.isfinite(ratio).all()
    assert all(torch.isfinite(g).all() for g in gradients)
    rounded = [side.detach().double() for side in (one, other)]
    wanted = [exact(base.theta.item(), *row) for row in torch.hstack(rounded).numpy()]
    # the rows are given as they are rounded; from there a sum of squares, and theta times 2
    np.testing.assert_allclose(ratio.detach(), wanted, rtol=1e-4, atol=1e-4)


def test_beyond_what_single_precision_has_of_rho_its_information_is_still_there():
    """tanh(12) is 1 in float32."""
    base = Normal(np.tanh([12.0]), shared=False)
    assert torch.tanh(base.theta).item() == 1
    # 1 - rho^2 = 1 / cosh^2, and so log 2 less than theta
    assert base.information() == pytest.approx(12 - math.log(2), abs=1e-4)


def some_mixture(dx, dz, components=3, seed=2):
    rng, d = np.random.default_rng([seed, dx, dz]), dx + dz
    weights = rng.dirichlet(np.ones(components))
    means = rng.normal(size=(components, d))
    factors = np.tril(rng.normal(size=(components, d, d)), -1)
    factors += np.eye(d) * rng.uniform(0.5, 2, size=(components, 1, d))
    return weights, means, factors


@pytest.mark.parametrize(("dx", "dz"), WIDTHS)
def test_a_mixture_is_the_sum_of_scipys(dx, dz):
    weights, means, factors = some_mixture(dx, dz)
    base = NormalMixture(weights, means, factors).double()
    joint = [(w, m, f @ f.T) for w, m, f in zip(weights, means, factors, strict=True)]
    a, b = (RNG.normal(size=(50, d)) for d in (dx, dz))
    density, ratio = log_ratio(a, b, joint, dx)
    # parameters are kept in float32: 1e-7 of them, in squares of up to 10 / 0.5 in sums of ten
    found = [f(*doubles(a, b)).detach() for f in (base.log_density, base.log_ratio)]
    np.testing.assert_allclose(found[0], density, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(found[1], ratio, rtol=1e-4, atol=1e-4)


def test_a_mixture_of_one_is_a_normal():
    rho = np.array([0.8, 0.4])
    factor = np.linalg.cholesky(correlation_of(rho, 2, 2))
    base = NormalMixture(np.ones(1), np.zeros((1, 4)), factor[None]).double()
    rows = doubles(*RNG.normal(size=(2, 50, 2)))
    found, wanted = base.log_ratio(*rows), normal(rho).log_ratio(*rows)
    np.testing.assert_allclose(found.detach(), wanted.detach(), rtol=1e-5, atol=1e-5)


def student(seed, n=3_000):
    return problem("student", d=1, nats=1.0, dof=3.0).draw(n, np.random.default_rng(seed))


def test_shells_see_a_radius_that_one_gaussian_does_not():
    a, b = student(0)
    base = by_shells(a, b, 4).double()
    others = student(1)
    one = multivariate_normal(np.zeros(2), np.cov(np.hstack([a, b]).T))
    density = base.log_density(*doubles(*others)).detach().numpy()
    # at most 10 nats a row, below what it is, since the rest has no variance
    gained = np.minimum(density - one.logpdf(np.hstack(others)), 10)
    assert gained.mean() > 4 * gained.std() / math.sqrt(len(gained))


def test_shells_are_the_same_every_time_and_draw_no_global_number():
    rows = student(2, n=500)
    before = np.random.get_state()[1].copy(), torch.get_rng_state()
    one, other = (by_shells(*rows, 3).state_dict() for _ in range(2))
    assert all(torch.equal(one[name], other[name]) for name in one)
    np.testing.assert_array_equal(np.random.get_state()[1], before[0])
    assert torch.equal(torch.get_rng_state(), before[1])


def test_shells_are_those_of_the_rows_in_other_units_too():
    """Linear maps of either side change no ratio, as they change no information."""
    a, b = student(3, n=500)
    turn = np.linalg.qr(np.random.default_rng(4).normal(size=(2, 2)))[0]
    a, b = np.hstack([a, a**2 / 9]), np.hstack([b, np.abs(b)])
    found = []
    for one, other in ((a, b), (1e3 * a @ turn + 5, 1e-3 * b - 1)):
        base = by_shells(one, other, 2).double()
        found.append(base.log_ratio(*doubles(one, other)).detach())
    # sixteen parameters a component in float32, and a fit that ends at 1e-3 in the mean
    torch.testing.assert_close(found[0], found[1], rtol=1e-2, atol=1e-2)


@pytest.mark.parametrize("nats", [7.0, 11.0])
def test_shells_know_pairs_that_are_nearly_one(nats):
    """A ridge in units of the columns would end at 7 nats, and squares of them at 15."""
    g, noise = np.random.default_rng(5).normal(size=(2, 4_000, 1))
    h = math.sqrt(-math.expm1(-2 * nats)) * g + math.exp(-nats) * noise
    base = by_shells(g[:2_000], h[:2_000], 2).double()
    ratio = base.log_ratio(*doubles(g[2_000:], h[2_000:])).detach().numpy()
    # a normal pair has a ratio of variance rho^2; what ten more parameters fit is below .01
    assert abs(ratio.mean() - nats) < 4 / math.sqrt(2_000) + 0.01


def test_a_factor_of_rows_has_the_digits_of_the_rows():
    g, noise = np.random.default_rng(6).normal(size=(2, 300))
    rows = np.column_stack([g, g + 1e-9 * noise])
    factor = factor_of(rows)
    np.testing.assert_allclose(factor @ factor.T, rows.T @ rows / 300, rtol=1e-12)
    assert factor[0, 1] == 0
    assert (np.diag(factor) > 0).all()
    # what is left of the noise beside the first column, of 1e-9 rounded to 1e-16
    slope = (noise @ g) / (g @ g)
    assert factor[1, 1] == pytest.approx(
        1e-9 * np.sqrt(np.mean((noise - slope * g) ** 2)), rel=1e-6
    )


@pytest.mark.parametrize("of", ["log_density", "log_ratio"])
def test_every_parameter_gets_a_gradient(of):
    """Of a mixture too, where the upper triangles are no parameters of the density."""
    rows = [torch.from_numpy(RNG.normal(size=(40, d))).float() for d in (2, 3)]
    for base in (
        Normal(np.array([0.5, 0.2]), shared=False),
        Normal(np.array([0.5, 0.5]), shared=True),
        NormalMixture(*some_mixture(2, 3)),
    ):
        getattr(base, of)(*rows).mean().backward()
        for name, parameter in base.named_parameters():
            gradient = parameter.grad
            if name == "below":
                assert torch.equal(gradient, gradient.tril(-1))
                gradient = gradient[:, *torch.tril_indices(5, 5, -1)]
            assert torch.isfinite(gradient).all(), name
            assert (gradient != 0).all(), name


def test_other_correlations_are_taken_in_place():
    """An optimiser that holds the parameter goes on with it."""
    base = Normal(np.array([0.5, 0.2]), shared=False)
    held = base.theta.data
    base.set(np.array([0.1, 0.7]))
    np.testing.assert_allclose(held, np.arctanh([0.1, 0.7]), rtol=1e-6)


@pytest.mark.parametrize(("dx", "dz"), WIDTHS)
@pytest.mark.parametrize("kind", ["shared", "canonical", "near one", "mixture"])
def test_ratios_of_all_pairs_are_those_of_each(dx, dz, kind):
    """Also where 1 - rho is 1e-8: a product of matrices has then eight digits of twenty million."""
    k = min(dx, dz)
    a, b = doubles(RNG.normal(size=(60, dx)), RNG.normal(size=(7, dz)))
    if kind == "mixture":
        base = by_shells(RNG.normal(size=(300, dx)), RNG.normal(size=(300, dz)), 2).double()
    else:
        rho = {"shared": 0.8, "canonical": 0.3, "near one": 1 - 1e-8}[kind]
        base = normal(np.full(k, rho), shared=kind == "shared")
    with torch.no_grad():
        found = base.log_ratios(a, b)
        each = torch.stack([base.log_ratio(a, b[[j]].expand(60, -1)) for j in range(7)], dim=1)
    assert found.shape == (60, 7)
    torch.testing.assert_close(found, each, rtol=1e-6, atol=1e-9)

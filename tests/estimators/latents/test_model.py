"""Two flows, a layer and a base as one density: it integrates to 1, and so do its marginals."""

import numpy as np
import pytest
import torch

from infoplane.datasets.problems import problem
from infoplane.estimators.latents.bases import Normal, NormalMixture
from infoplane.estimators.latents.correlation import correlation_layer
from infoplane.estimators.latents.model import CHUNK, as_doubles
from tests.estimators.latents.models import bent_rows, model_of, tensors


def of_one_column(kind):
    x, z = bent_rows(1, 1)
    model = model_of(x, z, moved=0.2, dtype=torch.float64)
    if kind == "mixture":
        model.mix(model.at(*tensors(x, z, torch.float64)), 3)
    return model.double()


@pytest.mark.parametrize("kind", ["normal", "mixture"])
def test_it_is_a_density_and_the_ratio_is_that_of_its_marginals(kind):
    """By sums over a grid of 300 by 300 points, in the units of x and z."""
    model = of_one_column(kind)
    grid = torch.linspace(-9, 9, 300, dtype=torch.float64)
    step = (grid[1] - grid[0]).item()
    x, z = (a.reshape(-1, 1) for a in torch.meshgrid(grid, grid, indexing="ij"))
    with torch.no_grad():
        latents = model.latents(x, z)
        joint = model.log_density(latents).exp().reshape(300, 300)
        ratio = model.log_ratio(latents).reshape(300, 300)
    # a density bent at 14 knots, over steps of .06, and what lies beyond 9: below .2 %
    assert joint.sum().item() * step**2 == pytest.approx(1, abs=2e-3)
    of_x, of_z = (joint.sum(dim=d) * step for d in (1, 0))
    wanted = joint.log() - of_x.log()[:, None] - of_z.log()
    off = ((ratio - wanted).abs() * joint).nan_to_num().sum().item() * step**2
    assert off < 2e-3  # where the rows are, the same as above


@pytest.mark.parametrize(("dx", "dz"), [(2, 3), (3, 1)])
def test_rows_of_a_layer_have_mean_zero_and_the_correlations_of_the_base(dx, dz):
    x, z = bent_rows(dx, dz)
    model = model_of(x, z)
    a, b = (side.detach().double().numpy() for side in model.turned(model.at(*tensors(x, z))))
    # float32 of numbers near 1
    np.testing.assert_allclose(np.hstack([a, b]).mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(a.T @ a / len(a), np.eye(dx), atol=1e-4)
    k = min(dx, dz)
    np.testing.assert_allclose(np.diag(a.T @ b / len(a))[:k], model.base.rho(), atol=1e-4)


def test_many_rows_go_through_in_parts_and_come_out_in_order():
    x, z = bent_rows(2, 1, n=CHUNK + 7)
    model = model_of(x, z, blocks=1, moved=0.2)
    parts, whole = model.at(*tensors(x, z)), model.latents(*tensors(x, z))
    assert not parts.u.requires_grad
    for name in ("u", "v", "ladj"):
        # a product of matrices may be summed in another order in a part
        torch.testing.assert_close(getattr(parts, name), getattr(whole, name).detach(), atol=1e-5,
                                   rtol=1e-5)  # fmt: skip


def test_another_layer_is_taken_in_place():
    """As an optimiser holds the parameters; in their precision."""
    x, z = bent_rows(2, 3)
    model = model_of(x, z)
    held = {name: p.data for name, p in model.named_parameters()}
    u, v = as_doubles(model.at(*tensors(x, z)))
    other = correlation_layer(2 * u + 1, v - 3, rho="canonical", by="likelihood")
    model.set(other)
    assert {name: p.data_ptr() for name, p in model.named_parameters()} == {
        name: p.data_ptr() for name, p in held.items()
    }
    for name in ("on_x", "on_z", "mean_x", "mean_z"):
        np.testing.assert_allclose(held[f"layer.{name}"], getattr(other, name), atol=1e-6)
        assert held[f"layer.{name}"].is_contiguous()
    np.testing.assert_allclose(model.base.rho(), other.rho, atol=1e-6)


def test_a_mixture_is_fitted_to_the_latents_and_keeps_its_own_correlations():
    x, z = problem("student", d=1, nats=1.0, dof=2.0).draw(2_000, np.random.default_rng(0))
    x, z = np.arcsinh(x), np.arcsinh(z)
    model = model_of(x, z)
    latents = model.at(*tensors(x, z))
    before = model.log_density(latents).mean()
    assert isinstance(model.base, Normal)
    model.mix(latents, 4)
    assert isinstance(model.base, NormalMixture)
    assert model.log_density(latents).mean() > before + 0.05
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    weights = model.base.means.detach().clone()
    model.set(correlation_layer(*as_doubles(latents), rho="canonical", by="likelihood"))
    assert torch.equal(model.base.means, weights)


@pytest.mark.parametrize("shared", [True, False])
def test_every_parameter_gets_a_gradient(shared):
    x, z = bent_rows(2, 3)
    model = model_of(x, z, blocks=2, shared=shared, moved=0.1)
    model.log_density(model.latents(*tensors(x, z))).mean().backward()
    for name, parameter in model.named_parameters():
        assert torch.isfinite(parameter.grad).all(), name
        assert (parameter.grad != 0).any(), name


def test_gradients_of_the_density_are_its_differences():
    """Along a direction of all parameters at once, in float64."""
    x, z = bent_rows(2, 2, n=100)
    model = model_of(x, z, blocks=1, moved=0.2, dtype=torch.float64)
    rows = tensors(x, z, torch.float64)
    parameters = list(model.parameters())
    g = torch.Generator().manual_seed(1)
    direction = [torch.randn(p.shape, generator=g, dtype=torch.float64) for p in parameters]
    model.log_density(model.latents(*rows)).mean().backward()
    slope = sum((p.grad * d).sum() for p, d in zip(parameters, direction, strict=True)).item()
    values = []
    with torch.no_grad():
        for step in (-1e-6, 2e-6):  # to one side, then to the other
            for p, d in zip(parameters, direction, strict=True):
                p += step * d
            values.append(model.log_density(model.latents(*rows)).mean().item())
    # differences of numbers near 3 over 2e-6: rounding of 1e-9, and kinks of splines
    assert (values[1] - values[0]) / 2e-6 == pytest.approx(slope, rel=1e-4)

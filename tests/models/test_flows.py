"""A flow of splines: a bijection with its Jacobian, which begins where columns are about normal."""

import math

import numpy as np
import pytest
import torch
from scipy.special import ndtr, ndtri
from scipy.stats import kstest

from infoplane.models.flows import BOUND, SplineFlow

N = 2_000
# Columns of mean 0 and variance 1, none of which is normal.
COLUMNS = {
    "exponential": lambda rng, n: rng.exponential(size=n) - 1,
    "uniform": lambda rng, n: math.sqrt(12) * (rng.random(n) - 0.5),
    "two peaks": lambda rng, n: (np.sign(rng.random(n) - 0.5) + 0.2 * rng.normal(size=n)) / 1.02,
}


def rows_of(kinds, seed, n=N):
    rng = np.random.default_rng(seed)
    return np.column_stack([COLUMNS[kind](rng, n) for kind in kinds])


def flow_of(start, *, blocks=0, seed=0, bins=12, hidden=(16,)):
    generator = torch.Generator().manual_seed(seed)
    return SplineFlow(start, bins=bins, blocks=blocks, hidden=hidden, generator=generator)


def trained(start, blocks):
    """A flow whose parameters are no longer those of the start."""
    flow = flow_of(start, blocks=blocks).double()
    g = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in flow.parameters():
            noise = torch.randn(parameter.shape, generator=g, dtype=torch.float64)
            parameter += 0.3 * noise
    return flow


START = rows_of(["exponential", "two peaks", "uniform"], 0)


@pytest.mark.parametrize("d", [1, 3])
@pytest.mark.parametrize("blocks", [0, 1, 2])
def test_the_determinant_is_that_of_the_jacobian(d, blocks):
    """By autograd, one row at a time: block 1 is triangular, its successor the other way round."""
    flow = trained(START[:, :d], blocks)
    u = torch.from_numpy(rows_of(["uniform"] * d, 1, n=20) * 1.5)
    _, ladj = flow(u)
    for row, found in zip(u, ladj, strict=True):
        jacobian = torch.autograd.functional.jacobian(lambda r: flow(r[None])[0][0], row)
        sign, log_det = torch.linalg.slogdet(jacobian)
        assert sign == 1
        assert log_det.item() == pytest.approx(found.item(), abs=1e-10)
        if blocks == 0:
            assert torch.equal(jacobian, torch.diag(jacobian.diagonal()))
        elif blocks == 1:
            assert torch.equal(jacobian, jacobian.tril())
        elif d > 1:  # both triangles together: every column depends on every other
            assert (jacobian != 0).all()


@pytest.mark.parametrize("blocks", [0, 2])
def test_what_was_mapped_can_be_found_again(blocks):
    """The blocks and the splines backwards, by zuko's inverses, give the rows; none is lost."""
    flow = trained(START, blocks)
    u = torch.from_numpy(rows_of(["uniform"] * 3, 2, n=50) * 3)  # beyond the box, too
    latent = flow(u)[0].detach()
    # what is left then is the map of single columns, which keeps their order
    first = flow_of(START).double()
    first.load_state_dict({k: v for k, v in flow.state_dict().items() if "block" not in k})
    with torch.no_grad():
        for block in reversed(flow.blocks):
            latent = block(None).inv(latent)
        alone = first(u)[0]
    np.testing.assert_allclose(latent, alone, atol=1e-6)
    order = u.argsort(dim=0)
    assert (latent.gather(0, order).diff(dim=0) > 0).all()


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("n", [200, N])
def test_it_starts_with_columns_that_are_normal_at_the_knots(kind, n):
    """As far as quantiles of n rows say, of rows that it was not made from."""
    flow, new = flow_of(rows_of([kind], 3, n)), rows_of([kind], 4)
    latent = np.sort(flow(torch.from_numpy(new).float())[0].detach().numpy()[:, 0])
    knots = np.linspace(-2.57, 2.57, 11) if n == 200 else np.linspace(-2.6, 2.6, 11)
    below = np.searchsorted(latent, knots) / N
    # Smirnov's distance of two samples, which one in a thousand exceeds
    chance = 1.95 * math.sqrt(1 / n + 1 / N)
    assert np.abs(below - ndtr(knots)).max() < chance
    # a column as it is differs from a normal one by more, at the same points
    assert n == 200 or kstest(new[:, 0], "norm").statistic > 3 * abs(below - ndtr(knots)).max()


@pytest.mark.parametrize("kind", ["exponential", "uniform"])
def test_a_smooth_column_is_normal_between_the_knots_as_well(kind):
    latent = flow_of(rows_of([kind], 3))(torch.from_numpy(rows_of([kind], 4)).float())[0]
    latent = latent.detach().numpy()[:, 0]
    # chance as above, and .01 that straight bends between eleven knots leave
    assert kstest(latent, "norm").statistic < 1.95 * math.sqrt(2 / N) + 0.01


def test_few_rows_and_repeated_values_are_a_start_too():
    for start in (np.linspace(-1, 1, 5)[:, None], np.repeat([[-1.0], [1.0]], 50, axis=0)):
        flow = flow_of(start)
        latent, ladj = flow(torch.linspace(-2, 2, 41)[:, None])
        assert torch.isfinite(ladj).all()
        assert (latent.diff(dim=0) > 0).all()


def test_the_outermost_of_few_rows_go_where_so_few_would_be():
    """Twenty rows that are normal already stay where they are, and the last at 1.6, not 2.6."""
    start = ndtri((np.arange(20) + 0.5) / 20)[:, None]
    latent = flow_of(start)(torch.from_numpy(start).float())[0]
    # a row lies between its own quantile and that half a row farther in or out
    assert (latent[:, 0] - torch.from_numpy(start[:, 0])).abs().max() < ndtri(0.975) - ndtri(0.95)


def test_a_far_peak_takes_no_knots_from_the_bulk():
    """One row in five at 10^6: the others stay apart, as the lower four fifths of a normal."""
    start, new = (rows_of(["exponential"], seed) for seed in (0, 1))
    start[::5] = 1e6
    flow = flow_of(start)
    bulk = new[np.arange(N) % 5 > 0]
    latent = np.sort(flow(torch.from_numpy(bulk).float())[0].detach().numpy()[:, 0])
    knots = np.linspace(-2.6, 2.6, 11)
    between = np.diff(np.searchsorted(latent, knots)) / N
    # at most Phi(.52) - Phi(0), a fifth of all, lie between two knots; and half of that again
    # where the shares of a spline's bins, a 500th to a half, cannot follow
    assert between.max() < 0.3
    assert torch.isfinite(flow(torch.linspace(-BOUND, BOUND, 101)[:, None])[1]).all()


def test_a_column_of_one_narrow_peak_is_drawn_apart():
    """A 1000th of the unit wide: as far as bins go, ten of them, and to both sides alike."""
    start = 1e-3 * ndtri((np.arange(N) + 0.5) / N)[:, None]
    latent = flow_of(start)(torch.tensor([[-0.5], [-0.2], [0.0], [0.2], [0.5]]))[0][:, 0]
    assert (latent + latent.flip(0)).abs().max() < 1e-3
    assert latent[3] > 1  # five times as far
    assert latent[4] > 2.6  # beyond the outermost knot


@pytest.mark.parametrize("blocks", [0, 2])
def test_outside_the_box_it_is_the_identity(blocks):
    flow = trained(START[:, :2], blocks)
    u = torch.tensor([[-6.5, 7.0], [100.0, -1e6]], dtype=torch.float64)
    latent, ladj = flow(u)
    assert torch.equal(latent, u)
    assert torch.equal(ladj, torch.zeros(2, dtype=torch.float64))
    # just within it is not
    for part in (flow.blocks, [flow]) if blocks else ([flow],):
        for one in part:
            edge = torch.tensor([[-5.9, 5.5]], dtype=torch.float64)
            moved = (one(edge)[0] if one is flow else one(None)(edge)) - edge
            assert (moved != 0).all()
    # a column outside is left, and its neighbour bent
    latent, ladj = flow(torch.tensor([[50.0, 0.5]], dtype=torch.float64))
    assert latent[0, 0] == 50
    assert latent[0, 1] != 0.5
    assert ladj != 0


def test_blocks_begin_as_the_identity():
    u = torch.from_numpy(START[:50])
    with_blocks, without = (flow_of(START, blocks=blocks).double() for blocks in (2, 0))
    for found, wanted in zip(with_blocks(u), without(u), strict=True):
        torch.testing.assert_close(found, wanted, rtol=0, atol=1e-6)  # 1 / 8 eight times, as floats
    assert len(with_blocks.blocks) == 2
    assert not len(without.blocks)


def test_a_single_column_has_nothing_to_depend_on():
    assert not len(flow_of(START[:, :1], blocks=2).blocks)


def test_weights_come_from_the_generator_and_from_nowhere_else(monkeypatch):
    elsewhere = []
    monkeypatch.setattr(torch.cuda, "manual_seed_all", elsewhere.append)
    before = torch.get_rng_state()
    one, again, other = (flow_of(START, blocks=2, seed=seed).state_dict() for seed in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), before)
    assert elsewhere == []
    assert all(torch.equal(one[name], again[name]) for name in one)
    assert not all(torch.equal(one[name], other[name]) for name in one)
    torch.manual_seed(5)
    assert all(torch.equal(v, one[k]) for k, v in flow_of(START, blocks=2).state_dict().items())
    torch.set_rng_state(before)


def test_every_parameter_is_laid_out_in_rows_and_gets_a_gradient():
    """Of columns in Fortran's order as well; a fused optimiser takes memory as it comes."""
    flow = flow_of(np.asfortranarray(START), blocks=2)
    assert all(p.is_contiguous() for p in flow.parameters())
    u = torch.from_numpy(START[:200]).float()
    with torch.no_grad():  # blocks that are the identity hide the networks before their last layer
        for block in flow.blocks:
            block.hyper[-1].weight += 0.1
    latent, ladj = flow(u)
    (0.5 * latent.square().sum(dim=1) - ladj).mean().backward()
    for name, parameter in flow.named_parameters():
        assert torch.isfinite(parameter.grad).all(), name
        assert (parameter.grad != 0).any(), name


def test_double_is_the_same_map_to_more_digits():
    flow = flow_of(START, blocks=2)
    u = torch.from_numpy(START[:100])
    single = flow(u.float())
    double = flow.double()(u)
    for one, other in zip(single, double, strict=True):
        # positions of up to 6 in float32, slopes of up to 30 between knots that are close
        torch.testing.assert_close(one.double(), other, rtol=0, atol=1e-4)

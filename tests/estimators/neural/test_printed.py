"""Algorithm 1 as it is printed: each step is the formula, explosions and all."""

import collections
import itertools

import numpy as np
import pytest
import torch

from infoplane.errors import InputError
from infoplane.estimators.neural import cycles
from infoplane.estimators.neural.critics import ConcatenatedCritic
from infoplane.estimators.neural.printed import ascend
from infoplane.streams import stream
from tests.surroundings import around, settings

OPTIONS = {"steps": 30, "batch_size": 20, "learning_rate": 1e-2}


def pairs(b=2, n=100, dx=3, dz=2, seed=0):
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(b, n, dx, generator=g)
    return x, x[:, :, :dz] + 0.5 * torch.randn(b, n, dz, generator=g)


def permutation(drawn):
    """Foata's, one number after the other: cut before each that exceeds all before it."""
    cycles = []
    for i, number in enumerate(drawn):
        if i == 0 or number > max(drawn[:i]):
            cycles.append([])
        cycles[-1].append(number)
    to = [0] * len(drawn)
    for cycle in cycles:
        for i, number in enumerate(cycle):
            to[number] = cycle[(i + 1) % len(cycle)]
    return to


def test_a_step_is_the_formula():
    """A critic written plainly, its gradient by autograd, its step by torch.optim.Adam."""
    x, z = pairs(b=1)
    (found,) = ascend(x, z, seeds=[4], **OPTIONS | {"steps": 3})
    g = stream(4)
    w = ConcatenatedCritic.initial(3, 2, (10,), [g]).weights.clone().requires_grad_()
    adam = torch.optim.Adam([w], lr=1e-2, maximize=True)

    def f(a, b):
        first, c, second, last = w[0].split([50, 10, 10, 1])
        h = torch.cat([a, b], dim=1) @ first.view(5, 10) + c
        return (h.relu() @ second.view(10, 1) + last).squeeze(1)

    order = torch.randperm(100, generator=g)
    for step in range(3):
        rows = order[20 * step : 20 * step + 20]
        to = permutation(torch.randperm(20, generator=g).tolist())
        joint, other = f(x[0, rows], z[0, rows]), f(x[0, rows], z[0, rows][to])
        value = joint.mean() - other.exp().mean().log()
        adam.zero_grad()
        value.backward()
        assert found.values[step] == pytest.approx(float(value.detach()), abs=1e-5)
        assert found.norms[step] == pytest.approx(float(w.grad.norm()), rel=1e-4)
        adam.step()
    # the last bias cancels: its gradient is rounding, of which Adam makes whole steps
    torch.testing.assert_close(found.weights[:-1], w[0].detach()[:-1], rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("critic", ["concatenated", "convolutional"])
@around
def test_what_torch_is_set_to_around_it_is_of_no_matter(critic, around):
    x, z = pairs()
    options = {**OPTIONS, "seeds": [3, 5], "critic": critic, "noise_std": 0.1, "held_out": (x, z)}
    expected = ascend(x, z, **options)
    with around():
        before = settings()
        found = ascend(x, z, **options)
        assert settings() == before
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one.values, other.values, atol=1e-5)
        assert one.held_out == pytest.approx(other.held_out, abs=1e-5)


@pytest.mark.parametrize("critic", ["concatenated", "rectified", "convolutional", "separable"])
@pytest.mark.parametrize("marginals", ["permutation", "derangement"])
def test_a_member_of_a_batch_does_what_it_does_alone(critic, marginals):
    x, z = pairs()
    options = OPTIONS | {"critic": critic, "marginals": marginals, "hidden": (6,)}
    together = ascend(x, z, seeds=[1, 2], held_out=pairs(seed=9), **options)
    x_held, z_held = pairs(seed=9)
    for i, seed in enumerate([1, 2]):
        held = x_held[i : i + 1], z_held[i : i + 1]
        (alone,) = ascend(x[i : i + 1], z[i : i + 1], seeds=[seed], held_out=held, **options)
        # sums in another order, thirty steps long
        np.testing.assert_allclose(together[i].values, alone.values, atol=2e-2)
        assert together[i].held_out == pytest.approx(alone.held_out, abs=2e-2)


def test_batches_visit_every_row_once_and_marginals_are_theirs():
    x = torch.arange(60.0).view(2, 30, 1)
    for marginals in ("permutation", "derangement"):
        streams = [stream(0), stream(1)]
        batches = cycles.Batches([x, -x], 10, streams, marginals, [0.0, 0.0], "cpu")
        seen, stay = [], 0
        for _ in range(30):
            a, b, counts = batches.next()
            assert torch.equal(a, -b)
            assert torch.equal(counts.sum(1), torch.tensor([10, 10]))
            other = b.roll(-1, 1)
            for part in (a, -other):
                seen.append(part[counts].view(2, 10, 1))
            stay += int((other == b)[counts].sum())
        for side in (seen[::2], seen[1::2]):  # the joint, and the marginals
            for epoch in range(10):
                rows = torch.cat(side[3 * epoch : 3 * epoch + 3], dim=1).sort(1)[0]
                assert torch.equal(rows, x)
        # one of ten stays in its place on average: 60 +- 8 of 600 in 60 permutations
        assert 35 < stay < 85 if marginals == "permutation" else stay == 0


def test_every_permutation_has_the_same_chance():
    g = torch.Generator().manual_seed(0)
    found = collections.Counter()
    for _ in range(10):
        drawn = torch.stack([torch.randperm(4, generator=g) for _ in range(1200)])
        places, counts = cycles.in_cycles(drawn)
        behind = places.roll(-1, 1)
        for row in range(len(drawn)):
            to = dict(
                zip(
                    places[row, counts[row]].tolist(),
                    behind[row, counts[row]].tolist(),
                    strict=True,
                )
            )
            found[tuple(to[i] for i in range(4))] += 1
    # 24 permutations, 500 +- 22 each; the largest of 24 deviations is hardly ever 4 of these
    assert sorted(found) == list(itertools.permutations(range(4)))
    assert max(abs(count - 500) for count in found.values()) < 88


def test_a_permutation_of_more_cycles_than_there_is_room_for_is_whole():
    drawn = torch.arange(40)[None]  # every row a cycle of its own
    places, counts = cycles.in_cycles(drawn)
    assert torch.equal(places[counts], places.roll(-1, 1)[counts])
    assert torch.equal(places[counts], torch.arange(40))


def test_noise_is_of_its_size_new_in_each_batch_and_its_rows():
    x = torch.zeros(1, 400, 1)
    batches = cycles.Batches([x, x], 200, [stream(0)], "permutation", [0.5], "cpu")
    (_, first, counts), (_, second, others) = batches.next(), batches.next()
    values = [first[counts], second[others]]
    assert [float(v.std()) for v in values] == pytest.approx([0.5, 0.5], rel=0.2)
    assert not set(values[0].flatten().tolist()) & set(values[1].flatten().tolist())
    # a row of the marginals is one of the joint's, noise and all
    behind = first.roll(-1, 1)[counts]
    assert torch.equal(behind.sort(0)[0], values[0].sort(0)[0])


def test_noise_keeps_information_down():
    """x and its copy with noise of the same size share log 2 / 2."""
    x = torch.randn(1, 4000, 1, generator=torch.Generator().manual_seed(0))
    options = {"seeds": [0], "steps": 600, "batch_size": 200, "learning_rate": 1e-2}
    held = torch.randn(1, 4000, 1, generator=torch.Generator().manual_seed(1))
    (found,) = ascend(x, x, noise_std=1.0, held_out=(held, held), **options)
    # the bound of ten units falls short by some hundredths; three errors of 4 000 rows are .05
    assert 0.5 * np.log(2) - 0.1 < found.held_out < 0.5 * np.log(2) + 0.05


def test_the_size_of_the_noise_may_be_any_number_and_each_member_s_own():
    x, z = pairs(n=300)
    options = {"seeds": [1, 2]} | OPTIONS
    same = [ascend(x, z, noise_std=std, **options) for std in (0.5, np.float32(0.5), [0.5, 0.5])]
    for found in zip(*same, strict=True):
        np.testing.assert_array_equal(found[0].values, found[1].values)
        np.testing.assert_array_equal(found[0].values, found[2].values)
    quiet, noisy = ascend(x, z, noise_std=[0.0, 0.5], **options)
    np.testing.assert_allclose(noisy.values, same[0][1].values, atol=1e-4)
    # and who has none draws none, so that it is what it is beside any others
    (alone,) = ascend(x[:1], z[:1], **options | {"seeds": [1]})
    np.testing.assert_allclose(quiet.values, alone.values, atol=1e-4)
    assert abs(quiet.values - same[0][0].values).max() > 1e-3


@pytest.mark.parametrize("other", [{"hidden": (5,)}, {"hidden": (10, 10)}, {"critic": "rectified"}])
def test_a_critic_of_another_kind_is_not_gone_on_from(other):
    x, z = pairs()
    options = {"seeds": [1, 2]} | OPTIONS
    before = ascend(x, z, **options | other)
    with pytest.raises(InputError, match="init has a critic of another kind"):
        ascend(x, z, init=before, **options)


def test_what_explodes_is_shown_and_hurts_no_other_member():
    x, z = pairs()
    x[0] *= 1e4
    wild, tame = ascend(x, z, seeds=[1, 2], **OPTIONS)
    assert not np.isfinite(wild.values).all()
    assert not np.isfinite(wild.norms[-1])
    (alone,) = ascend(x[1:], z[1:], seeds=[2], **OPTIONS)
    np.testing.assert_allclose(tame.values, alone.values, atol=2e-2)


def test_it_goes_on_where_another_run_ended():
    x, z = pairs(n=400)
    held = pairs(n=400, seed=9)
    first = ascend(x, z, seeds=[1, 2], held_out=held, **OPTIONS | {"steps": 200})
    again = ascend(x, z, seeds=[1, 2], init=first, **OPTIONS)
    scratch = ascend(x, z, seeds=[1, 2], **OPTIONS)
    for before, after, new in zip(first, again, scratch, strict=True):
        assert after.values[:5].mean() > 0.5 > abs(new.values[:5].mean())
        assert before.held_out > 0.5
    assert np.isnan(again[0].held_out)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"marginals": "shuffled"}, "marginals='shuffled'"),
        ({"batch_size": 101}, "batch_size=101"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"noise_std": -1.0}, "noise_std=-1.0"),
        ({"noise_std": [1.0]}, r"noise_std=\[1.0\]: give one number, or one for each of 2 members"),
        ({"critic": "deep"}, "critic 'deep'"),
        *[({"hidden": wrong}, "hidden") for wrong in (10, (), (0,), (1.5,), None, "10")],
        ({"critic": "convolutional", "shapes": ((1, 2, 2), None)}, "shapes=.* 3 and 2 columns"),
        ({"critic": "convolutional", "shapes": None}, "shapes=None"),
        ({"held_out": pairs()[0]}, "held_out has the shapes"),
        ({"held_out": pairs(dx=4)}, r"held_out has the shapes \(2, 100, 4\)"),
        ({"held_out": pairs(n=1)}, "with n of 2 or more"),
        ({"init": [None]}, "init is not accepted: give a list of 2"),
        ({"init": "abc"}, "init is not accepted"),
        ({"x": pairs()[0][:, 0]}, r"x has shape \(2, 3\)"),
        ({"z": pairs(n=99)[1]}, r"z has shape \(2, 99, 2\)"),
    ],
)
def test_what_does_not_fit_is_refused(wrong, told):
    x, z = pairs()
    with pytest.raises(InputError, match=told):
        ascend(**{"x": x, "z": z, "seeds": [0, 1]} | OPTIONS | wrong)

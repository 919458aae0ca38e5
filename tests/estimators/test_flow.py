"""Information by flows: of Gaussians, bent and mixed ones, and of what no such model has."""

import math
import re

import numpy as np
import pytest
import torch

from infoplane.datasets.problems import problem
from infoplane.errors import InputError
from infoplane.estimators import CCA, KSG, Compressed, Flow, get_estimator
from tests.surroundings import around, settings

# Steps at which closed forms have settled; without blocks a quarter of a second.
COLUMNS = {"steps": 40, "blocks": 0}
BLOCKS = {"steps": 40, "hidden": (16,)}


def drawn(name, n, seed=0, **options):
    made = problem(name, **options)
    x, z = made.draw(n, np.random.default_rng(seed))
    return x, z, float(made.information)


def off(found, truth):
    """By how many standard errors the value less its bias lies above the truth."""
    return (found.value - found.bias - truth) / found.std


@pytest.mark.parametrize("options", [COLUMNS, BLOCKS, COLUMNS | {"rho": "shared"}])
@pytest.mark.parametrize("nats", [0.3, 1.5, 4.0])
def test_gaussians_have_the_information_that_they_have(nats, options):
    x, z, truth = drawn("bent", 2_000, d=3, nats=nats)
    found = Flow(**options).estimate(x, z)
    # chance of the held-out rows; and splines between quantiles of 1400 rows bend what is straight
    assert abs(found.value - found.bias - truth) < 3.5 * found.std + 0.02 * truth
    assert found.warnings == ()


def test_over_samples_it_is_off_by_its_standard_error():
    found = []
    for seed in range(12):
        x, z, truth = drawn("bent", 1_000, seed, d=2, nats=1.0)
        found.append(off(Flow(**COLUMNS).estimate(x, z, seed=seed), truth))
    # twelve squares of mean 1, and less than as much again for what 700 training rows make of it;
    # of a standard error half or twice as large they would be 4 or 1/4
    assert 0.3 < np.mean(np.square(found)) < 2.6
    assert abs(np.mean(found)) < 3.5 * math.sqrt(2 / 12)


def test_at_independence_it_is_zero_on_average_but_for_its_bias():
    sides = [np.random.default_rng([7, seed]).normal(size=(2, 1_000, 4)) for seed in range(6)]
    found = [Flow(**COLUMNS).estimate(x, z, seed=seed) for seed, (x, z) in enumerate(sides)]
    error = math.sqrt(np.mean([e.std**2 for e in found]) / 6)
    assert abs(np.mean([e.value - e.bias for e in found])) < 3.5 * error
    assert max(e.value for e in found) < 0.05
    assert not any(e.warnings for e in found)


@pytest.mark.parametrize("bend", ["sinh", "cubic", "asinh"])
def test_columns_that_were_bent_are_bent_back(bend):
    x, z, truth = drawn("bent", 2_000, d=2, nats=4.0, rotated=False, bend=bend)
    found = Flow(**COLUMNS).estimate(x, z)
    assert abs(found.value - found.bias - truth) < 3.5 * found.std + 0.02 * truth
    assert found.warnings == ()
    if bend != "asinh":  # which hardly bends where most rows are
        line = CCA().estimate(x, z)  # of the same rows
        assert line.value < truth - 5 * line.std


def test_columns_that_were_mixed_after_a_bend_take_blocks():
    """And say so where there are none, or where there were too few steps."""
    x, z, truth = drawn("bent", 3_000, d=2, nats=3.0, bend="cubic", mixed=True)
    alone = Flow(**COLUMNS).estimate(x, z)
    blocks = Flow(steps=100, hidden=(16,), learning_rate=1e-2).estimate(x, z)
    assert off(alone, truth) < -3
    assert any("the latents are not Gaussian together" in w for w in alone.warnings)
    assert abs(blocks.value - truth) < 0.5 * abs(alone.value - truth)
    assert blocks.history["loss"].min() < alone.history["loss"].min() - 0.3


@pytest.mark.parametrize("start", ["likelihood", "covariance"])
def test_one_rho_for_unequal_correlations_is_too_low_and_says_so(start):
    x, z, truth = drawn("bent", 2_000, d=3, nats=3.0, correlations="unequal")
    each = Flow(**COLUMNS, start=start).estimate(x, z)
    shared = Flow(**COLUMNS, start=start, rho="shared").estimate(x, z)
    assert abs(off(each, truth)) < 3.5
    assert each.warnings == ()
    assert off(shared, truth) < -3
    assert any("pass rho='canonical'" in w for w in shared.warnings)
    assert np.ptp(shared.history["rhos"]) == 0
    # the shares are 1, 4 and 9 of 14
    expected = np.sqrt(-np.expm1(-2 * truth * np.array([9, 4, 1]) / 14))
    np.testing.assert_allclose(each.history["rhos"], expected, atol=0.06)  # 4 (1 - rho^2) / sqrt(m)


def test_a_random_start_that_adam_alone_is_to_mend_stays_far_too_low_and_says_so():
    x, z, truth = drawn("bent", 1_500, d=3, nats=3.0)
    found = Flow(**COLUMNS, start="random", refit=None).estimate(x, z)
    assert off(found, truth) < -20
    assert any("rho says" in w and "pass refit='checks'" in w for w in found.warnings)
    assert any("the likelihood still rises" in w for w in found.warnings)
    # a closed form at any later time is as good as one at the start
    for refit in ("checks", "end"):
        late = Flow(**COLUMNS, start="random", refit=refit).estimate(x, z)
        assert abs(off(late, truth)) < 3.5


HEAVY = {"d": 2, "nats": 1.0, "dof": 1.0}


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_radius_that_both_sides_share_is_doubted_and_a_mixture_finds_more_of_it(seed):
    """Of a Cauchy vector: .43 of its 1.43 nats no map of single sides makes Gaussian."""
    x, z, truth = drawn("student", 3_000, seed, **HEAVY)
    plain = Flow(**COLUMNS).estimate(x, z, seed=seed)
    assert truth - plain.value > 0.25
    for name in "xz":
        (told,) = (w for w in plain.warnings if f"of {name} has tails of infinite variance" in w)
        index, std = map(float, re.search(r"tail index (\S+) ± (\S+)\)", told).groups())
        # of sixty rows, of the heavier of two columns
        assert abs(index - 1) < 4 * std
        assert told.endswith("pass base='mixture'")
    (told,) = (w for w in plain.warnings if w.startswith("the latents are not Gaussian together"))
    assert float(re.search(r"a mixture of 8 Gaussians finds (\S+) nats", told)[1]) > plain.value
    mixture = Flow(**COLUMNS, base="mixture", components=4).estimate(x, z, seed=seed)
    assert abs(mixture.value - truth) < abs(plain.value - truth) - 0.1
    assert not any("pass base='mixture'" in w for w in mixture.warnings)


@pytest.mark.parametrize("side", ["x", "z", "both"])
def test_linear_maps_of_a_side_change_less_than_its_error(side):
    """Of condition 5, in other units and places."""
    x, z, _ = drawn("bent", 1_500, d=3, nats=2.0)
    rng = np.random.default_rng(9)
    left, right = (np.linalg.qr(rng.normal(size=(3, 3)))[0] for _ in range(2))
    a, b = (m @ np.diag([1.0, 2.0, 5.0]) @ m.T for m in (left, right))
    one = Flow(**COLUMNS).estimate(x, z)
    moved = (100 * x @ a + 3 if side != "z" else x, z @ b - 1 if side != "x" else z)
    assert abs(Flow(**COLUMNS).estimate(*moved).value - one.value) < one.std


@pytest.mark.parametrize("near", ["columns", "sides"])
def test_what_is_nearly_a_function_of_something_else_is_doubted(near):
    """What splines miss of either column is as large as what tells them apart."""
    x, z, truth = drawn("bent", 1_500, d=3, nats=2.0 if near == "columns" else 12.0)
    if near == "columns":
        turn = np.linalg.qr(np.random.default_rng(5).normal(size=(3, 3)))[0]
        x = x @ np.diag([1, 1, 0.01]) @ turn
    found = Flow(**COLUMNS).estimate(x, z)
    assert off(found, truth) < -3
    assert any("latents are not Gaussian" in w or "still rises" in w for w in found.warnings)


@pytest.mark.parametrize("options", [COLUMNS, BLOCKS, COLUMNS | {"rho": "shared"}])
def test_either_side_may_come_first(options):
    """To the digits of float32 where the sides have nothing random; else within the error."""
    x, z, _ = drawn("bent", 1_000, d=3, nats=1.0, bend="sinh")
    z = z[:, :2]
    one, other = Flow(**options).estimate(x, z), Flow(**options).estimate(z, x)
    within = one.std if options is BLOCKS else 1e-3
    assert abs(one.value - other.value) < within
    assert one.bias == pytest.approx(other.bias, rel=1e-3)


def test_columns_may_come_in_any_order():
    x, z, _ = drawn("bent", 1_000, d=3, nats=1.0, bend="sinh")
    one = Flow(**COLUMNS).estimate(x, z).value
    # the same arithmetic on other places, in float32
    assert Flow(**COLUMNS).estimate(x[:, ::-1], z[:, [1, 2, 0]]).value == pytest.approx(
        one, abs=1e-3
    )


@pytest.mark.parametrize(("dx", "dz"), [(1, 1), (1, 3), (3, 2)])
def test_sides_may_have_different_widths(dx, dz):
    rng = np.random.default_rng([dx, dz])
    g, h = rng.normal(size=(1_500, dx)), rng.normal(size=(1_500, dz))
    k = min(dx, dz)
    h[:, :k] = 0.8 * g[:, :k] + 0.6 * h[:, :k]
    found = Flow(**BLOCKS).estimate(np.exp(g), h)
    assert abs(found.value - found.bias + k * math.log(0.6)) < 3.5 * found.std + 0.02
    assert found.history["rhos"].shape == (k,)


def test_what_is_given_in_another_dress_gives_the_same():
    x, z, _ = drawn("bent", 400, d=2, nats=1.0)
    x, z = x.astype(np.float32), z.astype(np.float32)
    value = Flow(**BLOCKS).estimate(x, z).value
    assert Flow(**BLOCKS).estimate(x.astype(float), z.tolist()).value == value
    tensors = torch.tensor(x, requires_grad=True), torch.tensor(z)
    assert Flow(**BLOCKS).estimate(*tensors, device="cpu").value == value
    # means over rows may be summed in another order
    turned = Flow(**BLOCKS).estimate(np.asfortranarray(x), z[::-1][::-1]).value
    assert turned == pytest.approx(value, abs=1e-5)


def test_units_are_irrelevant_and_of_normal_scores_every_increasing_map():
    x, z, _ = drawn("bent", 400, d=2, nats=1.0)
    for margins in ("raw", "standardized"):  # which are the same here
        found = Flow(**COLUMNS, margins=margins).estimate(2.0**20 * x, -z)
        assert found.value == pytest.approx(Flow(**COLUMNS, margins="raw").estimate(x, -z).value,
                                            abs=1e-9)  # fmt: skip
    scores = Flow(**COLUMNS, margins="normal-scores")
    assert scores.estimate(np.exp(x), z**3).value == scores.estimate(x, z).value


def test_seeds_are_all_that_is_random():
    x, z, _ = drawn("bent", 400, d=2, nats=1.0)
    before = torch.get_rng_state(), np.random.get_state()[1].copy()
    one, again, other = (Flow(**BLOCKS).estimate(x, z, seed=seed) for seed in (4, 4, 5))
    assert one == again
    assert one.history["loss"].tolist() == again.history["loss"].tolist()
    assert one.value != other.value
    assert torch.equal(torch.get_rng_state(), before[0])
    np.testing.assert_array_equal(np.random.get_state()[1], before[1])


FEW = {"steps": 4, "hidden": (8,)}


@around
@pytest.mark.parametrize("options", [FEW, FEW | {"base": "mixture", "components": 2}])
def test_what_torch_is_set_to_around_it_is_of_no_matter(around, options):
    x, z, _ = drawn("bent", 400, d=2, nats=1.0)
    expected = Flow(**options).estimate(x, z)
    with around():
        before = settings()
        found = Flow(**options).estimate(x, z)
        assert settings() == before
        tensors = Flow(**options).estimate(torch.tensor(x), torch.tensor(z))
    for one in (found, tensors):
        assert one.value == pytest.approx(expected.value, abs=1e-6)
        np.testing.assert_allclose(one.history["loss"], expected.history["loss"], atol=1e-5)


@around
def test_and_stays_as_it_was_where_rows_are_too_few(around):
    """Which is seen inside, once groups were dealt."""
    x, z, _ = drawn("bent", 250, d=2, nats=1.0)
    with around():
        before = settings()
        with pytest.raises(InputError, match="leave 26 rows to validate on"):
            Flow(train_fraction=0.85, validation_fraction=0.1, **FEW).estimate(x, z)
        assert settings() == before


def bimodal(seed, *, bent=True, d=10, rho=0.93):
    """Columns of two modes, g + 2 sign(g) of normal ones, mixed on both sides; I(X; Z)."""
    rng = np.random.default_rng([seed, 21])
    g, noise = rng.normal(size=(2, 2_000, d))
    h = rho * g + math.sqrt(1 - rho**2) * noise
    turns = [np.linalg.qr(rng.normal(size=(d, d)))[0] for _ in range(2)]
    x, z = ((a + 2 * bent * np.sign(a)) @ t for a, t in zip((g, h), turns, strict=True))
    # increasing maps of columns and rotations of sides can be undone: ten times that of a pair
    return x, z, -0.5 * d * math.log(1 - rho**2)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_wide_sides_that_were_mixed_after_they_were_bent_are_told(seed):
    """Ten columns of a side, each a sum of ten and nearly normal: nats too low, and it says so."""
    x, z, truth = bimodal(seed)
    found = Flow().estimate(x, z, seed=seed)
    assert off(found, truth) < -5
    for name in "xz":
        assert any(w.startswith(f"the latents of {name} are sums of") for w in found.warnings)
    x, z, same = bimodal(seed, bent=False)
    plain = Flow().estimate(x, z, seed=seed)
    assert same == truth
    assert abs(off(plain, truth)) < 4
    assert plain.warnings == ()


def test_blocks_and_steps_are_as_many_as_the_columns_call_for():
    assert [Flow().blocks_for(d) for d in (1, 2, 8, 9, 50)] == [0, 2, 2, 0, 0]
    assert [Flow(blocks=3).blocks_for(d) for d in (1, 9)] == [3, 3]
    assert Flow().steps_for(50, 50) == Flow().steps_for(1, 9) < Flow().steps_for(2, 50)
    assert Flow(base="mixture").steps_for(1, 1) == Flow().steps_for(2, 2)
    assert Flow(steps=7).steps_for(2, 2) == 7


def test_by_name_with_lists_as_on_the_command_line():
    assert get_estimator("flow", hidden=[8, 8], steps=5) == Flow(hidden=(8, 8), steps=5)
    assert hash(get_estimator("flow", hidden=[8, 8]))


def test_between_codes_of_wide_sides():
    """Six columns are a line each: half of the rows to learn them from, half for flows."""
    rng = np.random.default_rng(0)
    u, noise = rng.normal(size=(2, 1_600))
    v = 0.9 * u + math.sqrt(0.19) * noise
    x, z = (np.outer(a, rng.normal(size=6)) for a in (u, v))
    inner = Flow(**COLUMNS)
    found = Compressed(code_dim=1, coder="pca", estimator=inner).estimate(x, z)
    assert abs(found.value + 0.5 * math.log(0.19)) < 3.5 * found.std
    other = Compressed(code_dim=1, coder="pca", estimator=KSG(errors=None)).estimate(x, z)
    assert abs(found.value - other.value) < 4 * found.std

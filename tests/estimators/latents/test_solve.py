"""One estimate: what is kept of it, its error and its bias, and which rows are used for what."""

import math

import numpy as np
import pytest
import scipy.linalg

from infoplane.datasets.problems import problem
from infoplane.estimators import Flow
from infoplane.estimators.latents import solve
from infoplane.estimators.latents.correlation import correlation_layer
from infoplane.estimators.latents.solve import freedom
from infoplane.estimators.rows import split_rows

QUICK = {"steps": 20, "blocks": 0}


def gaussian(d=2, nats=1.0, n=1_000, seed=0):
    return problem("bent", d=d, nats=nats).draw(n, np.random.default_rng(seed))


@pytest.fixture
def splits(monkeypatch):
    """The rows of every split, as they are drawn."""
    drawn = []

    def spy(*given, **options):
        split = split_rows(*given, **options)
        drawn.append([part.numpy() for part in split[:3]])
        return split

    monkeypatch.setattr(solve, "split_rows", spy)
    return drawn


def ratio(rho, moments, dx):
    """Mean log ratio of pairs of correlations rho, by second moments of all columns."""
    x, z = np.arange(len(rho)), dx + np.arange(len(rho))
    squares = moments[x, x] + moments[z, z]
    terms = (2 * rho * moments[x, z] - rho**2 * squares) / (2 - 2 * rho**2)
    return (terms - 0.5 * np.log1p(-(rho**2))).sum()


@pytest.mark.parametrize("square", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("form", ["canonical", "likelihood", "covariance"])
@pytest.mark.parametrize(("dx", "dz"), [(1, 1), (4, 4), (5, 2)])
def test_freedom_is_what_a_layer_fits_that_is_not_there(form, dx, dz, square):
    """Too much in the rows that it was fitted to, and too little in others: both as said.

    By second moments S = L (1 + W / sqrt(m)) L': of a quadratic form of W, whose entries are
    normal, of variance 1 and 2 on the diagonal, the mean is its sum over W = E_ij + E_ji,
    sqrt(2) E_ii. Differences are taken at m = 10^6.
    """
    d, k, step, rho = dx + dz, min(dx, dz), 1e-3, math.sqrt(square)
    truth = np.full(k, rho)
    sigma = np.eye(d)
    sigma[np.arange(k), dx + np.arange(k)] = sigma[dx + np.arange(k), np.arange(k)] = rho
    root = np.linalg.cholesky(sigma)
    some = np.random.default_rng(0).normal(size=(40, d))
    white = math.sqrt(40) * np.linalg.qr(some - some.mean(axis=0))[0]  # forty rows, of any moments
    kinds = {"rho": "canonical" if form == "canonical" else "shared",
             "by": "covariance" if form == "covariance" else "likelihood"}  # fmt: skip
    excess = np.zeros(2)
    for i, j in zip(*np.triu_indices(d), strict=True):
        for sign in (step, -step):
            moved = np.eye(d)
            moved[i, j] += sign if i != j else math.sqrt(2) * sign
            moved[j, i] = moved[i, j]
            rows = white @ (root @ np.linalg.cholesky(moved)).T
            layer = correlation_layer(rows[:, :dx], rows[:, dx:], **kinds)
            maps = scipy.linalg.block_diag(layer.on_x, layer.on_z)
            own = rows.T @ rows / len(rows)
            # less what the truth has there
            excess += [
                ratio(layer.rho, maps @ own @ maps.T, dx) - ratio(truth, own, dx),
                ratio(truth, sigma, dx) - ratio(layer.rho, maps @ sigma @ maps.T, dx),
            ]
    # twice the mean of the two signs; the next order is the square of the step, and the most likely
    # rho is found to 1e-8, times a curvature of up to 800, the step, and over its square
    np.testing.assert_allclose(excess / step**2, freedom(dx, dz, form, rho), rtol=0, atol=0.03)


def test_at_independence_the_mean_is_the_bias_and_rho_without_it_says_nothing():
    sides = [np.random.default_rng([1, s]).normal(size=(2, 400, 6)) for s in range(20)]
    found = [Flow(steps=0, blocks=0).estimate(x, z, seed=s) for s, (x, z) in enumerate(sides)]
    values = np.array([e.value for e in found])
    error = values.std(ddof=1) / math.sqrt(20)
    assert {e.bias for e in found} == {-36 / (2 * 280)}
    assert {e.bias_std for e in found} == {0.0}
    assert abs(values.mean() - found[0].bias) < 3.5 * error
    assert values.mean() < -3.5 * error
    said = np.array([e.history["information_of_rho"][0] for e in found])
    # the next terms of the bias are its square
    assert abs(said.mean()) < 3.5 * said.std(ddof=1) / math.sqrt(20) + found[0].bias ** 2


def test_the_covariance_form_of_nothing_has_no_bias():
    """Its rho is a harmonic mean of what is chance, and says next to nothing."""
    form = Flow(steps=0, blocks=0, rho="shared", start="covariance")
    sides = [np.random.default_rng([3, s]).normal(size=(2, 400, 4)) for s in range(10)]
    found = [form.estimate(x, z, seed=s) for s, (x, z) in enumerate(sides)]
    assert max(abs(e.value - e.bias) for e in found) < 0.05  # of -dx dz / 2m .03 would be left
    off = np.array([e.value - e.bias for e in found])
    assert abs(off.mean()) < 3.5 * off.std(ddof=1) / math.sqrt(10)
    assert max(abs(e.history["information_of_rho"][0]) for e in found) < 0.05


def test_what_the_layer_is_free_to_fit_is_not_called_learned_by_heart():
    """Fourteen pairs of nothing in 300 rows: .33 nats too much there, and too little elsewhere."""
    x, z = np.random.default_rng(2).normal(size=(2, 1_000, 14))
    found = Flow(steps=0, blocks=0, train_fraction=0.3).estimate(x, z)
    train, held_out = found.history["ratios"]
    assert train - held_out > 0.33 + 4 * found.std  # more than one of them, beyond chance
    assert found.warnings == ()


def test_held_out_and_training_rows_lie_on_either_side_of_the_truth():
    """In the mean over samples."""
    below, above = [], []
    for seed in range(10):
        x, z = gaussian(d=4, nats=0.5, n=400, seed=seed)
        above_, below_ = Flow(steps=0, blocks=0).estimate(x, z, seed=seed).history["ratios"]
        above.append(above_ - 0.5)
        below.append(below_ - 0.5)
    # .029 away each; chance of 80 rows is .1 in each, and a third of it in ten
    assert np.mean(below) < np.mean(above)
    assert np.mean(below) < 2 * np.std(below, ddof=1) / math.sqrt(10)
    assert np.mean(above) > -2 * np.std(above, ddof=1) / math.sqrt(10)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"refit": "end"},
        {"rho": "shared"},
        {"rho": "shared", "start": "covariance"},
        {"base": "mixture", "components": 2},
    ],
)
def test_what_was_seen_is_in_the_history(options):
    x, z = gaussian(d=3, n=1_000)
    found = Flow(**QUICK, **options).estimate(x, z, seed=3)
    curves = {"step", "train", "validation", "loss"}
    final = {"ratios", "rows"}
    if options.get("base") != "mixture":
        curves |= {"from_rho", "rho"}
        final |= {"rhos", "information_of_rho"}
    h = found.history
    assert set(h) == curves | final
    assert {h[name].shape for name in curves} == {h["step"].shape}
    assert all(a.dtype == np.float64 for a in h.values())
    assert h["step"][0] == 0
    assert h["rows"].tolist() == [700, 100, 200]
    assert h["ratios"][1] == found.value
    best = h["loss"].argmin()  # the state that is kept, whose ratio of training rows is known
    late = "refit" in options  # a closed form that no check has seen
    assert late or h["ratios"][0] == pytest.approx(h["train"][best], abs=1e-4)
    if "rhos" not in h:
        assert math.isnan(found.bias)
        assert math.isnan(found.bias_std)
        return
    assert h["rhos"].shape == (3,)
    assert late or h["rhos"].mean() == pytest.approx(h["rho"][best], abs=1e-6)
    said = -0.5 * np.log1p(-(h["rhos"] ** 2)).sum()
    assert late or said == pytest.approx(h["from_rho"][best], abs=1e-5)
    form = options.get("start", "likelihood") if "rho" in options else "canonical"
    own, lost = freedom(3, 3, form, h["rhos"][0])
    assert found.bias == pytest.approx(-lost / 1_400)
    assert h["information_of_rho"] == pytest.approx([said - own / 1_400], abs=1e-9)
    # a closed form of the rows seen says of them what they say
    assert h["ratios"][0] == pytest.approx(said, abs=1e-4)


def test_the_loss_is_of_pairs_in_the_units_of_the_columns_that_the_flow_is_given():
    """Of normal columns, h(X, Z) = log 2 pi e - I for each pair."""
    x, z = gaussian(d=2, nats=1.5, n=20_000)
    found = Flow(steps=0, margins="standardized", blocks=0).estimate(x, z)
    # chance of 2000 rows, whose log density has the variance 4 / 2
    expected = 2 * math.log(2 * math.pi * math.e) - 1.5
    assert abs(found.history["loss"][0] - expected) < 4 * math.sqrt(2 / 2_000) + 0.02


def test_the_error_is_the_chance_of_the_held_out_rows():
    """Of Gaussians the log ratio of a row has the variance sum rho^2."""
    found = [Flow(**QUICK).estimate(*gaussian(nats=2.0, seed=s), seed=s) for s in range(8)]
    rho2 = -math.expm1(-2.0)
    # the spread of 200 rows is known to 1.5 / sqrt(200), of eight times as many to a third of it
    assert np.mean([e.std for e in found]) == pytest.approx(math.sqrt(2 * rho2 / 200), rel=0.12)
    off = np.array([(e.value - e.bias - 2) / e.std for e in found])
    assert math.sqrt(np.mean(off**2)) < 2  # training rows have a chance of their own, less
    assert {e.dof for e in found} == {math.inf}


def test_rows_of_a_group_are_on_one_side(splits):
    x, z = gaussian(n=980)
    groups = np.random.default_rng(0).permutation(np.arange(980) % 14)
    found = Flow(**QUICK).estimate(x, z, groups=groups)
    parts = [set(groups[part]) for part in splits[0]]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 14
    assert found.history["rows"].tolist() == [70 * len(part) for part in parts]
    assert found.dof == len(parts[2]) - 1


def test_the_error_of_groups_is_that_of_independent_ones():
    """Near-copies, two of each row: held-out rows tell half as much as they are."""
    x, z = (np.repeat(side, 2, axis=0) for side in gaussian(n=1_000))
    jitter = 1e-4 * np.random.default_rng(1).normal(size=(2, *x.shape))
    x, z = x + jitter[0], z + jitter[1]
    alone, together = (
        Flow(**QUICK).estimate(x, z, groups=groups)
        for groups in (None, np.repeat(np.arange(1_000), 2))
    )
    # sqrt 2, of 400 and of 200 different terms, whose spread is known to 1.2 / sqrt(400)
    assert together.std / alone.std == pytest.approx(math.sqrt(2), rel=4 * 1.2 / math.sqrt(200))
    assert together.dof == 199
    assert math.isinf(alone.dof)


@pytest.mark.parametrize("size", [1, 4])
def test_of_groups_of_one_size_it_is_the_error_of_their_means(size):
    rng = np.random.default_rng(2)
    terms, groups = rng.normal(size=60), np.repeat(np.arange(60 // size), size)
    order = rng.permutation(60)
    std, dof = solve._error(terms[order], groups[order])
    means = terms.reshape(-1, size).mean(axis=1)
    assert std == pytest.approx(means.std(ddof=1) / math.sqrt(len(means)), rel=1e-12)
    assert dof == len(means) - 1
    plain = solve._error(terms, None)
    assert size > 1 or plain == (pytest.approx(std, rel=1e-12), math.inf)


def test_held_out_rows_have_no_part_in_what_is_learned(splits):
    """Their values of z exchanged for others, nothing that is learned changes."""
    x, z = gaussian(n=600)
    one = Flow(**QUICK).estimate(x, z)
    held_out = splits[0][2]
    moved = z.copy()
    moved[held_out] = z[held_out[::-1]]  # the same values, which the units of columns come from
    other = Flow(**QUICK).estimate(x, moved)
    for name in ("train", "validation", "loss", "rhos"):
        # columns are divided by deviations that are summed in another order
        np.testing.assert_allclose(other.history[name], one.history[name], atol=1e-5)
    assert other.value < one.value - 0.5

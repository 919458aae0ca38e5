"""The laws of every named problem: what is drawn is what the stated information is of."""

import functools
import math

import numpy as np
import pytest
import torch
from scipy import stats

from infoplane.datasets import decisions
from infoplane.datasets.bent import mixing
from infoplane.datasets.gaussian import CorrelatedGaussian, rho_for
from infoplane.datasets.image_pairs import KINDS
from infoplane.datasets.known import Known, PointSet, Problem
from infoplane.datasets.mixture import separated_by
from infoplane.datasets.problems import POINT_SETS, PROBLEMS, point_set, problem
from infoplane.errors import InputError
from infoplane.estimators import CCA, Binning

# images, whose laws are those of the latents behind them, have a file of their own
EACH = pytest.mark.parametrize("name", [name for name in PROBLEMS if name not in KINDS])

# One instance each, as some integrals take seconds at the first look.
default = functools.cache(problem)

# log p(x, z) / (p(x) p(z)) at rows (x, z), from the definition: the mean over rows is I(X; Z).


def gaussian_ratio(p, x, z):
    rest = 1 - p.rho**2
    form = (p.rho**2 * (x**2 + z**2) - 2 * p.rho * x * z) / rest
    return (-(np.log(rest) + form) / 2).sum(axis=1)


def decision_ratio(p, x, y):
    # both labels are equally frequent
    one = p.probability(x)
    return np.log(2 * np.where(y == 1, one, 1 - one))


def label_ratio(p, x, y):
    # the label is known from the pattern: its surprise is all that is learnt
    return -np.log(np.bincount(p.y) / len(p.y))[y]


def cubed_ratio(p, x, z):
    return gaussian_ratio(p, np.cbrt(x), np.cbrt(z))


def rounded_ratio(p, x, z):
    """The probability of the cell, by the bivariate normal distribution function."""
    law = stats.multivariate_normal([0, 0], [[1, p.rho], [p.rho, 1]])
    cells, which = np.unique(np.round(np.hstack([x, z]) / p.step), axis=0, return_inverse=True)
    low, high = (cells - 0.5) * p.step, (cells + 0.5) * p.step
    both = [law.cdf(h, lower_limit=lo) for lo, h in zip(low, high, strict=True)]
    single = np.diff(stats.norm.cdf([low, high]), axis=0)[0]
    return np.log(both / single.prod(axis=1))[which.ravel()]


def student_ratio(p, x, z):
    one, rho = np.eye(p.d), rho_for(p.nats, p.d) * np.eye(p.d)
    law = stats.multivariate_t(shape=np.block([[one, rho], [rho, one]]), df=p.dof)
    sides = [stats.multivariate_t(shape=one, df=p.dof).logpdf(side) for side in (x, z)]
    return law.logpdf(np.hstack([x, z])) - sum(sides)


def bent_ratio(p, x, z):
    """As it stands, turned and not bent, of pairs that are equal."""
    pairs = CorrelatedGaussian(p.d, rho_for(p.nats, p.d))
    return gaussian_ratio(pairs, x @ mixing(p.d, 0).T, z @ mixing(p.d, 1).T)


def needle_ratio(p, x, z):
    return gaussian_ratio(p, x[:, :1], z[:, :1])


RATIOS = {
    "gaussian": gaussian_ratio,
    "separated": lambda p, x, z: p.log_ratio(x, z),
    "overlapping": lambda p, x, z: p.log_ratio(x, z),
    "separated-by": lambda p, x, z: p.log_ratio(x, z),
    "simple": decision_ratio,
    "complicated": decision_ratio,
    "tishby": label_ratio,
    "cubed": cubed_ratio,
    "rounded": rounded_ratio,
    "marks": lambda p, x, z: np.zeros(len(x)),
    "needle": needle_ratio,
    "needle-of-classes": lambda p, x, z: separated_by(p.separation, 0.5).log_ratio(x[:, :2], z),
    "student": student_ratio,
    "bent": bent_ratio,
}


@EACH
def test_the_contract(name):
    p = default(name)
    assert isinstance(p, Problem)
    assert p.name == name
    assert isinstance(p.information, Known)
    assert p.information.error >= 0
    assert 0 <= p.information.value < math.inf
    for n in (1, 2, 57):
        x, z = p.draw(n, np.random.default_rng(0))
        assert x.ndim == 2
        assert len(x) == len(z) == n
        assert z.ndim == 2 or (z.ndim == 1 and z.dtype == np.int64)
        assert np.isfinite(x).all()


@EACH
def test_the_information_is_the_mean_log_ratio_of_what_is_drawn(name):
    p = default(name)
    ratios = RATIOS[name](p, *p.draw(100_000, np.random.default_rng(1)))
    slack = 4 * ratios.std() / math.sqrt(len(ratios)) + p.information.error
    assert slack < max(0.03, 0.01 * p.information.value)  # or the law says nothing
    assert abs(ratios.mean() - p.information.value) <= slack


@EACH
def test_rows_are_independent_of_each_other(name):
    """Neighbours in the order of drawing are no more alike than others, in any column."""
    x, z = default(name).draw(20_000, np.random.default_rng(2))
    rows = np.column_stack([x, z]).astype(np.float64)
    scaled = (rows - rows.mean(axis=0)) / rows.std(axis=0)
    for lag in (1, 2, 10_000):
        correlations = scaled[:-lag].T @ scaled[lag:] / (len(scaled) - lag)
        # each a mean of products of variance 1 or so; the largest of at most 10^4
        assert np.abs(correlations).max() < 5 / math.sqrt(len(scaled) - lag)


@EACH
def test_a_generator_is_a_stream_and_a_seed_its_beginning(name):
    p = default(name)
    stream, same = np.random.default_rng(3), np.random.default_rng(3)
    first, second = p.draw(40, stream), p.draw(40, stream)
    again = p.draw(40, same)
    for a, b, c, d in zip(first, second, again, p.sample(40, seed=3), strict=True):
        assert np.array_equal(a, c)
        assert np.array_equal(a, d)
        assert a.dtype == d.dtype
        assert not np.array_equal(a, b)
    assert stream.random() != same.random()  # one draw behind


@EACH
def test_a_generator_of_torch_gives_tensors_of_the_same_law(name):
    p = default(name)
    streams = [torch.Generator().manual_seed(s) for s in (4, 4, 5)]
    (x, z), (x_again, z_again), (x_other, _) = (p.draw(20_000, s) for s in streams)
    assert torch.equal(x, x_again)
    assert torch.equal(z, z_again)
    assert not torch.equal(x, x_other)
    assert x.dtype == (torch.int64 if name == "marks" else torch.float32)
    assert z.dtype in (torch.float32, torch.int64)
    more = p.draw(20_000, streams[0])[0]
    assert not torch.equal(x, more)
    ratios = RATIOS[name](p, x.double().numpy(), z.numpy())
    slack = 4 * ratios.std() / math.sqrt(len(ratios)) + p.information.error
    assert abs(ratios.mean() - p.information.value) <= slack


def test_marks_are_independent_and_equally_frequent():
    x, z = problem("marks", d=2, levels=3).draw(9_000, np.random.default_rng(8))
    assert (x.min(), x.max()) == (z.min(), z.max()) == (1, 3)
    for pair in ((x[:, 0], x[:, 1]), (x[:, 0], z[:, 0]), (x[:, 1], z[:, 0])):
        counts = np.bincount((pair[0] - 1) * 3 + pair[1] - 1, minlength=9)
        # chi squared of 8 degrees of freedom is above 26 once in a thousand times
        assert ((counts - 1000) ** 2 / 1000).sum() < 26


@pytest.mark.parametrize(("d", "rho"), [(1, -0.9), (3, 0.4)])
def test_an_estimator_finds_the_gaussian(d, rho):
    p = problem("gaussian", d=d, rho=rho)
    found = CCA().estimate(*p.draw(20_000, np.random.default_rng(6)))
    assert abs(found.value - p.information.value) < 3 * found.std + p.information.error


def test_an_estimator_finds_the_patterns():
    """What is plugged in from all patterns is exact; from a sample it is high by 1 / 2n a class."""
    p = problem("tishby")
    x, y = p.draw(40_000, np.random.default_rng(7))
    pattern = (x @ 2.0 ** np.arange(11, -1, -1)).astype(int)
    found = Binning().estimate(pattern, y).value
    q = np.bincount(y) / len(y)
    surprise = -np.log(q)[y]
    assert found == pytest.approx(-(q * np.log(q)).sum(), abs=1e-12)  # a function of the pattern
    assert abs(found - p.information.value) < 4 * surprise.std() / math.sqrt(len(y)) + 1 / len(y)


def test_options_reach_the_problem():
    assert problem("gaussian", d=2, rho=0.9).information.value == pytest.approx(
        -math.log(1 - 0.81), rel=1e-12
    )
    assert problem("separated", prior=0.2).priors == (0.8, 0.2)
    assert problem("separated-by", separation=0.0).information.value < 1e-9
    quiet, loud = (problem("simple", noise_std=s) for s in (0.05, 1.0))
    assert quiet.information.value > decisions.SIMPLE.information.value > loud.information.value


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("gausian", {}, "problem='gausian' does not exist: .*did you mean 'gaussian'"),
        (7, {}, "problem=7 does not exist: choose one of gaussian, separated"),
        ("gaussian", {"Rho": 0.5}, "Rho=0.5 is no option of .*: d, rho .*did you mean 'rho'"),
        ("tishby", {"n": 5}, "n=5 is no option of problem 'tishby': none"),
        ("gaussian", {"rho": "high"}, "rho='high' "),
        ("gaussian", {"d": 0}, "d=0 "),
        ("separated", {"prior": 1}, "prior=1 "),
        ("separated-by", {"separation": -1}, "separation=-1 "),
        ("complicated", {"noise_std": None}, "noise_std=None "),
    ],
)
def test_bad_names_and_options(name, options, sentence):
    with pytest.raises(InputError, match=sentence):
        problem(name, **options)


@EACH
@pytest.mark.parametrize(
    ("n", "generator", "sentence"),
    [
        (0, np.random.default_rng(0), "n=0 is not accepted: pass an integer >= 1"),
        (2.0, np.random.default_rng(0), "n=2.0 "),
        (5, 0, r"generator=0 is not accepted: pass np.random.default_rng\(seed\)"),
        (5, np.random, "generator=<module 'numpy.random'.* is not accepted"),
        (0, torch.Generator(), "n=0 "),
    ],
)
def test_bad_draws(name, n, generator, sentence):
    with pytest.raises(InputError, match=sentence):
        default(name).draw(n, generator)


EACH_SET = pytest.mark.parametrize("name", list(POINT_SETS))


@EACH_SET
def test_the_contract_of_a_set_of_points(name):
    s = point_set(name)
    assert isinstance(s, PointSet)
    assert not isinstance(s, Problem)
    assert s.name == name
    points = s.draw(6, np.random.default_rng(0))
    assert points.dtype == np.float64
    assert len(points) == 6
    assert 0 < s.dimension.value <= points.shape[1]
    assert s.entropy is None or math.isfinite(s.entropy.value)
    stream = np.random.default_rng(0)
    assert np.array_equal(s.draw(6, stream), points)
    assert not np.array_equal(s.draw(6, stream), points)
    tensors = [s.draw(6, torch.Generator().manual_seed(seed)) for seed in (0, 0, 1)]
    assert tensors[0].shape == points.shape
    assert tensors[0].dtype == torch.float32
    assert torch.equal(tensors[0], tensors[1])
    assert not torch.equal(tensors[0], tensors[2])
    with pytest.raises(InputError, match="generator=0 "):
        s.draw(6, 0)


@pytest.mark.parametrize("name", ["linear-3", "linear-8", "torus-2", "curved-4", "bumps-2"])
def test_a_stream_and_a_seed_draw_from_one_law(name):
    """Moments of both ways to draw, noise included, differ by their own errors at most."""
    s, n = point_set(name, noise_std=0.5), 4000
    parts = s.draw(n, np.random.default_rng(1)), s.sample(n, seed=1)
    assert not np.array_equal(*parts)
    for power in (1, 2):
        (a, b), width = (part**power for part in parts), parts[0].shape[1]
        errors = np.sqrt((a.var(axis=0) + b.var(axis=0)) / n)
        assert np.abs((a.mean(axis=0) - b.mean(axis=0)) / errors).max() < 5 + width / 256


@pytest.mark.parametrize(
    ("name", "options", "nats"),
    [
        ("cube", {"d": 7}, 0.0),
        ("sphere", {"d": 1}, math.log(2 * math.pi)),
        ("sphere", {"d": 2}, math.log(4 * math.pi)),
        ("sphere", {"d": 3}, math.log(2 * math.pi**2)),
        ("swiss roll", {}, math.log(9 * math.pi**2 * 21)),
    ],
)
def test_a_uniform_set_has_the_log_of_its_volume(name, options, nats):
    assert point_set(name, **options).entropy.value == pytest.approx(nats, abs=1e-12)


def test_a_fractal_has_no_entropy():
    assert point_set("cantor", factors=3).entropy is None
    assert point_set("henon").entropy is None
    assert point_set("henon").dimension.error > 0
    assert point_set("cantor").dimension.error == 0


@pytest.mark.parametrize(
    ("name", "options", "sentence"),
    [
        ("sphre", {}, "point set='sphre' does not exist: .*did you mean 'sphere'"),
        ("cube", {"dim": 2}, "dim=2 is no option of point set 'cube': d accepted"),
        ("torus-2", {"noise": 0.1}, "noise=0.1 .*noise_std accepted; did you mean 'noise_std'"),
        ("henon", {"d": 2}, "d=2 .*none accepted"),
        ("cube", {"d": 0}, "d=0 "),
        ("spectrum", {"noise_std": "loud"}, "noise_std='loud' "),
    ],
)
def test_bad_sets(name, options, sentence):
    with pytest.raises(InputError, match=sentence):
        point_set(name, **options)

import ast
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from infoplane.errors import InputError
from infoplane.estimators import AAMINE, CCA, KSG, MINE, WKL, Binning, Ross, entropy, symbols
from infoplane.estimators.base import Estimator
from infoplane.estimators.noise.exact import Exact
from infoplane.plane import estimates as layer_estimates
from infoplane.plane.estimates import estimate_layers
from infoplane.plane.sides import Sides

N = 200
RNG = np.random.default_rng(0)
X = RNG.standard_normal((N, 3))
Y = (X[:, 0] > 0.4).astype(int)
T = np.stack([np.tanh(X @ RNG.standard_normal((3, 2))) for _ in range(3)]).astype(np.float32)
SMALL = MINE(steps=20, batch_size=64, check_every=10, hidden=(8,), restarts=1)


def values(estimates):
    return [e.value for e in estimates]


@pytest.mark.parametrize("estimator", [Binning(), Binning(mode="mass"), Exact(noise_std=1e-3)])
def test_layers_whose_answer_is_known(estimator):
    identity = np.arange(64.0)[:, None]  # 30 bins of width: rows 0 to 63 fall in pairs and threes
    if not isinstance(estimator, Exact):
        estimator = replace(estimator, bins=64)
    sign = np.sign(identity - 15.5)  # 16 rows below, 48 above
    labels = (np.arange(64) >= 32).astype(int)
    h = entropy(sign[:, 0].astype(int))
    # of the labels, the sign leaves open those of the 48 rows above: 16 and 32
    left = 0.75 * entropy([0] * 16 + [1] * 32)
    known = [
        (identity, math.log(64), math.log(2)),
        (np.zeros((64, 1)), 0, 0),
        (sign, h, math.log(2) - left),
    ]
    for t, of_x, of_y in known:
        (x,), (y,) = estimate_layers(estimator, identity, t[None], labels, seeds=[0])
        assert (x.value, y.value) == pytest.approx((of_x, of_y), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    distinct=st.integers(2, 60),
    bins=st.integers(2, 40),
    limits=st.sampled_from([None, (-1.0, 1.0), (-0.5, 0.25)]),
)
def test_binning_by_counting_is_binning_of_the_patterns(seed, distinct, bins, limits):
    """Rows of x that repeat with other rows of t, as in a noisy network, lower I(X;T)."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((distinct, 2))[rng.integers(distinct, size=60)]
    x[:2] = [[0.0, 1.0], [-0.0, 1.0]]  # equal, though not in every bit
    t = np.tanh(rng.standard_normal((2, 60, 2)))
    t[1, :, 1] = 0.5
    y = rng.integers(3, size=60)
    binning = Binning(bins=bins, limits=limits)
    of_x, of_y = estimate_layers(binning, x, t, y, seeds=[0, 1])
    codes = np.unique(x, axis=0, return_inverse=True)[1].reshape(-1)
    for i in range(2):
        cut = limits or (t[i].min(), t[i].max())
        patterns = symbols(t[i], bins=bins, limits=tuple(map(float, cut)))
        for found, other in ((of_x[i], codes), (of_y[i], y)):
            slow = Binning().estimate(other, patterns)
            assert found.value == pytest.approx(slow.value, abs=1e-12)
            assert found.std == pytest.approx(slow.std, abs=1e-12)
    if limits == (-0.5, 0.25):
        assert "outside limits" in of_x[0].warnings[0]
    assert values(binning._binned(t, codes, [0, 1])) == pytest.approx(values(of_x))


def test_a_correction_is_that_of_binning():
    # K patterns: -(K - 1) / 2n is taken from I(X;T) = H(T), whose x has a symbol a row
    plain, _ = estimate_layers(Binning(bins=4), X, T, None, seeds=[0] * 3)
    corrected, _ = estimate_layers(
        Binning(bins=4, correction="miller-madow"), X, T, None, seeds=[0] * 3
    )
    for t, a, b in zip(T, plain, corrected, strict=True):
        low, high = float(t.min()), float(t.max())
        occupied = len(np.unique(symbols(t, bins=4, limits=(low, high))))
        assert b.value - a.value == pytest.approx((occupied - 1) / (2 * N), abs=1e-12)


@pytest.mark.parametrize(
    ("estimator", "of_labels"),
    [
        (KSG(), lambda t: KSG().estimate(t, Y, seed=5)),
        (CCA(), lambda t: CCA().estimate(t, Y, seed=5)),
        (SMALL, lambda t: SMALL.estimate(t, Y, seed=5)),
        (Exact(0.1, samples=400), lambda t: Exact(0.1, samples=400).estimate(Y, t, seed=5)),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_any_estimator_gives_what_it_gives_alone(estimator, of_labels):
    seeds = [5, 6, 5]
    of_x, of_y = estimate_layers(estimator, X, T, Y, seeds=seeds)
    for i, seed in enumerate(seeds):
        alone = estimator.estimate(X, T[i], seed=seed)
        # one batched model and one alone round differently, and twenty steps amplify little
        assert of_x[i].value == pytest.approx(alone.value, abs=1e-4)
        assert of_x[i].seed == seed
    assert of_y[0].value == pytest.approx(of_labels(T[0]).value, abs=1e-4)


def test_aware_mine_is_given_the_labels():
    aware = AAMINE(noise_std=0.1, steps=300, batch_size=100, check_every=50, restarts=1)
    x = RNG.choice([-1.0, 1.0], size=(500, 2))
    of_x, of_y = estimate_layers(aware, x, 2 * x[None], x[:, 0] > 0, seeds=[0])
    # two fair bits and one of them; 100 test rows scatter by less than .1, and the bound is below
    assert of_x[0].value == pytest.approx(2 * math.log(2), abs=0.3)
    assert of_y[0].value == pytest.approx(math.log(2), abs=0.2)
    alone = replace(aware, form="input").estimate((x[:, 0] > 0).astype(int), 2 * x, seed=0)
    assert of_y[0].value == pytest.approx(alone.value, abs=1e-4)


@pytest.mark.parametrize("estimator", [KSG(), SMALL, Binning(), Exact(0.1, samples=400)])
def test_memory_bounds_the_batch_and_changes_nothing(estimator, monkeypatch):
    together = estimate_layers(estimator, X, T, Y, seeds=[0, 1, 2])
    monkeypatch.setattr(layer_estimates, "MEMORY", 1)
    apart = estimate_layers(estimator, X, T, Y, seeds=[0, 1, 2])
    for a, b in zip(together, apart, strict=True):
        assert values(a) == pytest.approx(values(b), abs=1e-4)


def test_what_is_constant_carries_nothing():
    x = np.hstack([X, np.full((N, 2), 7.0)])
    dead = np.concatenate([T, np.full((3, N, 1), 0.3, np.float32)], axis=2)
    dead[1] = 0
    for estimator in (KSG(), SMALL, CCA()):
        of_x, of_y = estimate_layers(estimator, x, dead, Y, seeds=[0, 1, 2])
        alone = estimator.estimate(X, T[0], seed=0)
        assert of_x[0].value == pytest.approx(alone.value, abs=1e-4)
        assert "1 of 3 units are constant and were left out" in of_x[0].warnings
        for estimate in (of_x[1], of_y[1]):
            assert (estimate.value, estimate.std) == (0, 0)
            assert "the layer is constant" in estimate.warnings[0]


def test_a_refused_layer_says_why_and_harms_no_other():
    tied = T.astype(float)
    tied[1, : N // 2] = tied[1, 0]
    wkl = WKL(errors=None)  # for which there is no density where rows have copies
    of_x, of_y = estimate_layers(wkl, X, tied, None, seeds=[0, 1, 2])
    assert of_y == []
    assert math.isnan(of_x[1].value)
    assert "copy" in of_x[1].warnings[0]
    assert of_x[0].value == wkl.estimate(X, tied[0]).value
    assert np.isfinite(of_x[2].value)
    # refused by the check, before any training: labels of a layer, too many of them
    codes = np.stack([np.arange(N), np.arange(N) % 3])[:, :, None]
    of_x, _ = estimate_layers(SMALL, X, codes, None, seeds=[0, 1])
    assert "distinct integers" in of_x[0].warnings[0]
    assert np.isfinite(of_x[1].value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"estimator": MINE(batch_size=256)}, "batch_size=256 is more than the 120"),
        ({"estimator": Ross()}, r"^I\(X;T\): .*no labels.* or leave it out, .*=\['I\(T;Y\)'\]$"),
        ({"estimator": Ross(), "y": None}, r"^I\(X;T\): .*no labels[^=]*$"),
        ({"estimator": "binning"}, "estimator='binning' is no estimator: pass one, such as"),
        ({"estimator": KSG(k=N)}, f"k={N} needs"),
        ({"device": "tpu"}, "device='tpu'"),
        ({"seeds": [0, 1]}, "seeds have 3, 3 and 2"),
        ({"seeds": [0, 1, -1]}, "seed=-1"),
        ({"quantities": ["I(X;Y)"]}, r"'I\(X;T\)' and 'I\(T;Y\)'"),
        ({"quantities": "I(X;T)"}, "pass a list"),
        ({"quantities": ["I(T;Y)"], "y": None}, "there is no y"),
        ({"t": T[0]}, r"\(b, 200, d\) is accepted"),
        ({"t": T[:, 1:]}, r"t has shape \(3, 199, 2\)"),
        ({"t": np.full_like(T, np.nan)}, "t has values that are NaN"),
        ({"x": np.full_like(X, np.inf)}, "x has values that are NaN"),
        ({"x": np.ones_like(X)}, "x has only equal rows"),
        ({"x": X.astype(str)}, "pass numbers"),
        ({"x": 3.0}, "n >= 2 rows"),
        ({"y": Y[:5]}, "one label a row"),
        ({"y": np.eye(2)[Y]}, "argmax"),
        ({"y": X[:, 0]}, "the first 0.125.* at row 0: .* number them"),
        ({"y": 1j * Y}, "y has dtype complex128"),
    ],
)
def test_what_lies_not_in_a_layer_is_refused_at_once(change, told):
    options = {"estimator": KSG(), "x": X, "t": T, "y": Y, "seeds": [0, 1, 2]} | change
    with pytest.raises(InputError, match=told):
        estimate_layers(**options)


def test_labels_may_be_text_or_truth_values():
    for y in (Y.astype(bool), np.where(Y, "cat", "dog"), Y.astype(float), Y[:, None], list(Y)):
        _, of_y = estimate_layers(Binning(), X, T, y, seeds=[0, 0, 0])
        _, of_codes = estimate_layers(Binning(), X, T, Y, seeds=[0, 0, 0])
        assert values(of_y) == pytest.approx(values(of_codes), abs=1e-12)


@dataclass(frozen=True)
class Toy(Estimator):
    """An estimator in one file, which no other file knows: it answers with shapes."""

    name: ClassVar[str] = "toy"

    def ceiling(self, n, *, units):
        return math.log(units)

    def _estimate(self, samples, seed, device):
        return samples.x.shape[1] + samples.z.shape[1] / 100, 0.0, (), {}


@dataclass(frozen=True)
class WholeToy(Toy):
    whole_layers: ClassVar[bool] = True


@dataclass(frozen=True)
class AtOnce(Toy):
    def estimate_layers(self, t, x, y, *, seeds, device):
        made = [self.unasked(float(len(t)), "at once", n=t.shape[1], seed=seed) for seed in seeds]
        return [] if x is None else made, [] if y is None else made


def test_an_estimator_is_one_file():
    """What the plane asks of it stands in its class, or in that which it is made from."""
    x = np.hstack([X, np.full((N, 1), 7.0)])
    t = np.concatenate([T, np.zeros((3, N, 2), np.float32)], axis=2)  # 2 units of 4 are dead
    of_x, of_y = estimate_layers(Toy(), x, t, Y, seeds=[0, 1, 2])
    assert values(of_x) == [3.02] * 3  # (x, t): columns that vary
    assert values(of_y) == [2.01] * 3  # (t, y)
    of_x, of_y = estimate_layers(WholeToy(), x, t, Y, seeds=[0, 1, 2])
    assert values(of_x) == values(of_y) == [1.04] * 3  # a code for each row, and the whole layer
    assert Sides.of(x, Y).ceiling(Toy(), "I(X;T)", units=4) == math.log(4)
    of_x, of_y = estimate_layers(AtOnce(), x, t, Y, seeds=[0, 1, 2])
    assert values(of_x) == values(of_y) == [3] * 3
    of_x, of_y = estimate_layers(AtOnce(), x, t, Y, seeds=[0, 1, 2], quantities=["I(T;Y)"])
    assert (of_x, len(of_y)) == ([], 3)


def test_the_plane_knows_no_estimator_by_name():
    folder = Path(layer_estimates.__file__).parent
    shared = ("base", "bins", "ceilings", "estimate", "sequence")
    of_all = {f"infoplane.estimators.{name}" for name in shared}
    for path in folder.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            module = getattr(node, "module", None) or ""
            if module.startswith("infoplane.estimators"):
                assert module in of_all, path

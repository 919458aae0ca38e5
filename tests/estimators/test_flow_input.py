"""What a flow refuses, each in a sentence with a way out, and what it doubts in a run."""

import math
import re

import numpy as np
import pytest
import torch
from scipy import stats

from infoplane.datasets.problems import problem
from infoplane.errors import InputError
from infoplane.estimators import Flow

N = 400
QUICK = Flow(steps=4, blocks=0)
X, Z = problem("bent", d=2, nats=1.0).draw(N, np.random.default_rng(0))
RNG = np.random.default_rng(1)
LABELS = RNG.integers(0, 5, N)
WIDE = RNG.normal(size=(N, 20))


def replaced(a, row, column, value):
    a = a.copy()
    a[row, column] = value
    return a


@pytest.mark.parametrize(
    ("x", "z", "match"),
    [
        (X, LABELS, r"z holds labels, one column of integers.*use ross.*binning.*z.astype"),
        (LABELS[:, None], Z, r"x holds labels.*pass x.astype\(float\)"),
        (X, LABELS > 2, "z holds labels"),
        (X, np.array(["a", "b"])[LABELS % 2], "z holds text, which flow cannot measure: use ross"),
        (X, LABELS.astype(float), r"column 0 of z has 9\d.* % of its values more than once .*ross"),
        (X, np.stack([LABELS, Z[:, 0]], axis=1), "column 0 of z has .* binning .* or add noise"),
        (np.round(X, 1), Z, r"column 0 of x has \d+ % of its values more than once \(a grid"),
        (np.maximum(X, 0), Z, r"column 0 of x has 5\d.* % of its values more than once"),
        (X * [1, 0] + [0, 3], Z, r"column 1 of x is constant \(3\): .* drop it"),
        (np.c_[X, X[:, 0] - 2 * X[:, 1]], Z, "column 2 of x is a linear comb.* singular: drop it"),
        (X, np.c_[Z, 3 * Z[:, 0] + 1], "column 2 of z is a linear combination"),
        (X, X[:, ::-1], "column 0 of x equals column 1 of z: .* infinite.*leave it out on one s"),
        (X, 2 * X[:, 1:] + 7, "column 1 of x equals column 0 of z but for its unit"),
        # asinh bends what is linear in columns, and the columns tell
        (X, np.c_[Z[:, 0], X @ [1.0, 2.0]], "linear function of x equals one of z: .* infinite"),
        (WIDE, Z, "A has 400 entries for 20 columns, and 280 of 400 rows .*at least 573 rows"),
        (X, WIDE, "A has 400 entries for 20 columns.* fewer columns, or use compressed"),
        # every column is a combination of the others then, and not to blame
        (RNG.normal(size=(N, N + 1)), Z, r"A has \d+ entries for 401 columns"),
        (replaced(X, 3, 1, math.nan), Z, "x has 1 values that are NaN .* row 3, column 1"),
        (X, replaced(Z, 9, 0, -math.inf), "z has 1 values that are NaN or infinite, .* row 9"),
        (X[:199], Z[:199], "x and z have 199 rows: at least 200"),
        (X[:-1], Z, "x has 399 rows and z has 400"),
    ],
)
def test_sides_that_have_no_answer_are_refused_with_a_way_out(x, z, match):
    with pytest.raises(InputError, match=match):
        QUICK.estimate(x, z)


def test_sides_that_are_one_after_a_map_are_refused_as_well():
    with pytest.raises(InputError, match=r"correlation 1\), so I is infinite"):
        Flow(margins="normal-scores", steps=4).estimate(X, np.exp(X))


def test_integers_that_do_not_repeat_are_numbers():
    """Times in microseconds, say: in several columns, or as floats."""
    counts = RNG.permutation(2 * N).reshape(N, 2)
    assert math.isfinite(QUICK.estimate(X, counts).value)
    assert math.isfinite(QUICK.estimate(X, counts[:, 0].astype(float)).value)


def test_a_few_equal_values_are_told_and_many_refused():
    some, many = X.copy(), X.copy()
    some[:8], many[:40] = X[0], X[0]
    (told,) = (w for w in QUICK.estimate(some, Z).warnings if "exact copy" in w)
    assert told.startswith("2 % of the rows of x have an exact copy")
    with pytest.raises(InputError, match=r"column 0 of x has 9.* % of its values more than once"):
        QUICK.estimate(many, Z)


@pytest.mark.parametrize("margins", ["standardized", "raw"])
@pytest.mark.parametrize("side", [0, 1])
def test_tails_of_infinite_variance_are_refused_where_no_map_draws_them_in(margins, side):
    sides = [RNG.normal(size=(2_000, 2)) for _ in range(2)]
    sides[side][:, 1] = stats.cauchy.rvs(size=2_000, random_state=np.random.default_rng(2))
    with pytest.raises(InputError) as refused:
        Flow(margins=margins, steps=2).estimate(*sides)
    told = str(refused.value)
    assert told.startswith(f"column 1 of {'xz'[side]} has tails of infinite variance (tail index ")
    assert told.endswith(f"margins={margins!r} leaves to splines: pass margins='asinh' or "
                         "'normal-scores'")  # fmt: skip
    index, std = map(float, re.search(r"index (\S+) ± (\S+)\)", told).groups())
    assert abs(index - 1) < 4 * std  # Hill's estimate of the Cauchy law's
    for way in ("asinh", "normal-scores"):
        found = Flow(margins=way, steps=2, blocks=0).estimate(*sides)
        assert abs(found.value) < 5 * found.std
        assert any("tails of infinite variance" in w for w in found.warnings)


@pytest.mark.parametrize("margins", ["asinh", "raw", "normal-scores"])
@pytest.mark.parametrize("side", ["x", "z"])
def test_columns_that_are_nearly_one_are_refused_by_the_name_of_their_side(side, margins):
    """Whichever the wider side is. Of 1e-10 float32, of 6e-8, sees one row in five hundred."""
    a = X[:, 0]
    wide, narrow = np.c_[a, a + 1e-10 * RNG.normal(size=N)], Z[:, 0]
    sides = (wide, narrow) if side == "x" else (narrow, wide)
    other = "z" if side == "x" else "x"
    with pytest.raises(InputError, match=f" of {side} .*drop") as refused:
        Flow(steps=2, blocks=0, margins=margins).estimate(*sides)
    assert f"of {other} " not in str(refused.value)


@pytest.mark.parametrize("fraction", [0.2, 0.247])
def test_a_share_that_leaves_few_rows_to_learn_from_is_refused(fraction):
    rows = round(fraction * N)
    with pytest.raises(InputError) as refused:
        Flow(train_fraction=fraction, steps=2).estimate(X, Z)
    assert str(refused.value) == (
        f"train_fraction={fraction} of 400 rows leaves {rows} to learn from, and 100 are needed: "
        "raise it, or give more rows"
    )
    enough = Flow(train_fraction=0.25, steps=2, blocks=0)
    assert math.isfinite(enough.estimate(X, Z).value)


def test_mixtures_of_more_parameters_than_rows_are_refused():
    with pytest.raises(InputError, match=r"components=30 .* in 4 columns have 449 param.* fewer c"):
        Flow(base="mixture", components=30).estimate(X, Z)
    with pytest.raises(
        InputError, match=r"components=8 .* 17 columns have 1367 parameters, and 28"
    ):
        Flow(base="mixture").estimate(X, WIDE[:, :15])
    assert math.isfinite(Flow(base="mixture", components=5, steps=2).estimate(X, Z).value)
    # which are of no matter elsewhere
    assert math.isfinite(Flow(components=30, steps=2).estimate(X, Z).value)


@pytest.mark.parametrize(
    ("train", "validation", "told"),
    [
        (0.85, 0.1, "leave 26 rows to validate on and 12 held-out ones"),
        (0.7, 0.02, "leave 5 rows to validate on and 70 held-out ones"),
    ],
)
def test_very_few_rows_to_judge_by_are_refused(train, validation, told):
    few = Flow(train_fraction=train, validation_fraction=validation, steps=2)
    with pytest.raises(
        InputError, match=f"train_fraction={train} and .*{told}, and 20 .* give more"
    ):
        few.estimate(X[:250], Z[:250])


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"rho": "one"}, "rho='one' does not exist: choose one of canonical, shared"),
        ({"base": "student"}, "base='student' .*gaussian, mixture"),
        ({"start": "zero"}, "start='zero' .*likelihood, covariance, random"),
        ({"refit": True}, "refit=True .*checks, end or None"),
        ({"margins": "ranks"}, "margins='ranks' .*raw, standardized, asinh, normal-scores"),
        ({"components": 1}, "components=1 .*integer >= 2"),
        ({"blocks": -1}, "blocks=-1 .*integer >= 0 or None"),
        ({"bins": 2}, "bins=2 .*>= 3 and <= 100"),
        ({"bins": 101}, "bins=101 "),
        ({"hidden": 64}, r"hidden=64 is not accepted: pass a list of .* such as \[32, 32\]"),
        ({"hidden": np.array([8, 8])}, r"hidden=array\(\[8, 8\]\) .* such as \[32, 32\]"),
        ({"hidden": "8,8"}, r"hidden='8,8' is not accepted: .* such as \[32, 32\]"),
        ({"hidden": None}, r"hidden=None .* such as \[32, 32\]"),
        ({"rho": np.array(["shared", "canonical"])}, r"rho=array\(.* canonical, shared"),
        ({"refit": np.array([1, 0])}, r"refit=array\(\[1, 0\]\) .*checks, end or None"),
        ({"hidden": ()}, r"hidden=\(\) is not accepted"),
        ({"hidden": {}}, "hidden={} is not accepted"),
        ({"hidden": (8, 0)}, "hidden=0 .*integer >= 1"),
        ({"steps": -1}, "steps=-1 .*integer >= 0 or None"),
        ({"batch_size": 1}, "batch_size=1 .*integer >= 2"),
        ({"learning_rate": 0.0}, r"learning_rate=0\.0 .*> 0 and < 1"),
        ({"learning_rate": 1.0}, r"learning_rate=1\.0 "),
        ({"train_fraction": 0}, "train_fraction=0 .*> 0 and < 1"),
        ({"train_fraction": 1}, "train_fraction=1 "),
        ({"validation_fraction": 0}, "validation_fraction=0 "),
        (
            {"train_fraction": 0.8, "validation_fraction": 0.16},
            r"train_fraction=0\.8 and validation_fraction=0\.16 leave less than 0\.05 .*: lower",
        ),
    ],
)
def test_options_out_of_range_are_named(options, match):
    with pytest.raises(InputError, match=match):
        Flow(**options)


def test_a_twentieth_is_enough_to_hold_out():
    """In floating point .9 + .05 is above .95."""
    assert Flow(train_fraction=0.9, validation_fraction=0.05).train_fraction == 0.9


def test_a_device_that_is_not_there_is_named():
    if torch.cuda.is_available():
        pytest.skip("it is there")
    with pytest.raises(InputError, match="device='cuda' is not on this machine: choose cpu"):
        QUICK.estimate(X, Z, device="cuda")


def test_groups_that_cannot_be_split_are_named():
    with pytest.raises(InputError, match="groups has 4 distinct values: at least 5"):
        QUICK.estimate(X, Z, groups=np.arange(N) % 4)


def doubts(flow, x, z, **options):
    return " | ".join(flow.estimate(x, z, **options).warnings)


def test_nothing_is_doubted_where_all_is_well():
    assert doubts(Flow(steps=40), X, Z) == ""


def test_too_few_steps_are_doubted():
    x, z = problem("bent", d=2, nats=2.0, bend="cubic", mixed=True).draw(
        1_000, np.random.default_rng(0)
    )
    for steps in (1, 5, 30):
        assert "the likelihood still rises" in doubts(Flow(steps=steps), x, z)
    # what was not to be learned does not rise
    assert "still rises" not in doubts(Flow(steps=0), x, z)


def test_rows_outside_the_box_of_the_splines_are_doubted():
    """13 of 990 rows, too few for a tail to be judged by, nine standard deviations away."""
    x, z = problem("bent", d=1, nats=1.0).draw(990, np.random.default_rng(0))
    x[np.random.default_rng(3).random(990) < 0.013] += 25
    told = doubts(Flow(steps=4, margins="standardized"), x, z)
    assert re.search(r"% of the rows of column 0 of x lie more than 6 standard deviations", told)
    assert re.search(r"column 0 of x has (heavy tails|outliers).*pass margins='(asinh|norm)", told)
    for way in ("asinh", "normal-scores"):
        assert "lie more than" not in doubts(Flow(steps=4, margins=way), x, z)


def test_flows_that_know_their_rows_by_heart_are_doubted():
    """Many blocks, 300 rows to learn from, and 600 to tell."""
    x, z = problem("bent", d=4, nats=1.0, bend="cubic", mixed=True).draw(
        1_000, np.random.default_rng(0)
    )
    flow = Flow(steps=100, blocks=4, learning_rate=1e-2, train_fraction=0.3)
    found = flow.estimate(x, z)
    train, held_out = found.history["ratios"]
    assert train - held_out > 4 * found.std + 2 * abs(found.bias)
    assert any(w.startswith("training rows show") and "by heart" in w for w in found.warnings)


@pytest.mark.parametrize("refit", ["checks", None])
@pytest.mark.parametrize("learning_rate", [0.5, 0.9])
def test_a_learning_rate_that_is_much_too_high_leaves_what_there_was_at_the_start(
    learning_rate, refit
):
    """Latents are sent far away or onto a line; no likelihood is better than the first."""
    flow = Flow(steps=40, learning_rate=learning_rate, hidden=(64, 64), refit=refit)
    start = Flow(steps=0).estimate(X, Z).value
    assert flow.estimate(X, Z).value == pytest.approx(start, abs=1e-6)

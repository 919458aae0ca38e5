import math
import subprocess
import sys
import warnings

import numpy as np
import pytest
from scipy import integrate, stats
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier

from infoplane.errors import InputError
from infoplane.estimators import KSG, Classifier, Ross, entropy
from infoplane.plane.estimates import estimate_layers

LOGISTIC = Classifier(model="logistic")
# One setting, and so a twentieth of the time.
PLAIN = Classifier(model=LogisticRegression())


def classes(seed, n, d, apart, share=0.5):
    """x (n, d): unit Gaussians, the first column `apart` between the labels; z (n,)."""
    rng = np.random.default_rng(seed)
    z = (rng.random(n) < share).astype(int)
    x = rng.normal(size=(n, d))
    x[:, 0] += apart * z
    return x, z


def information(apart):
    """I of two equal classes N(0, 1) and N(apart, 1): log 2 less the mean of log(1 + odds)."""

    def lost(t):
        return stats.norm.pdf(t) * np.logaddexp(0, apart * t - apart**2 / 2)

    return math.log(2) - integrate.quad(lost, -12, 12, epsabs=1e-10)[0]


# Of 10, 50 and 200 other columns Ross leaves .614 of .689, .095 (of 50) and .000.
@pytest.mark.parametrize(("noise", "n"), [(10, 1_000), (50, 1_000), (200, 2_000)])
def test_one_column_among_many(noise, n):
    e = Classifier().estimate(*classes(0, n, 1 + noise, 6.0))
    truth = information(6.0)
    # a lower bound up to chance, and little is lost by columns of noise
    assert 0.95 * truth < e.value < truth + 3 * e.std
    assert e.value <= math.log(2)


@pytest.mark.parametrize("model", ["both", "logistic"])
def test_two_gaussian_classes(model):
    e = Classifier(model=model).estimate(*classes(1, 2_000, 2, 1.5))
    truth = information(1.5)
    # logistic regression is the right model; of its three parameters each costs 1 / 2n
    assert 0.9 * truth - 3 * e.std < e.value < truth + 3 * e.std
    assert 0 < e.std < 0.1 * truth


@pytest.mark.parametrize(("model", "n", "d"), [("both", 200, 5), ("logistic", 300, 200)])
def test_independence_gives_about_zero(model, n, d):
    for seed in range(3):
        e = Classifier(model=model).estimate(*classes([2, seed], n, d, 0.0), seed=seed)
        # each model weighs one row in n at least, and is wrong by some nats there
        assert -20 / n < e.value < 3 * e.std + 1e-3


@pytest.mark.parametrize("model", [KNeighborsClassifier(1), DecisionTreeClassifier()])
def test_no_more_than_zero_on_average_at_independence(model):
    """By models that are always sure, of few rows in classes that no number of folds divides."""
    values = []
    for seed in range(60):
        rng = np.random.default_rng([3, seed])
        x, z = rng.normal(size=(42, 2)), rng.permutation(np.repeat([0, 1, 2], [8, 13, 21]))
        values.append(Classifier(model=model).estimate(x, z, seed=seed).value)
    error = np.std(values, ddof=1) / math.sqrt(len(values))
    assert np.mean(values) < 3 * error
    # 3 models of 14 rows wrong in 2 of 3: the weight of what is wrong is about 3 rows of 34
    assert np.mean(values) > -0.2


def test_the_mean_over_samples_is_below_the_truth():
    values = [PLAIN.estimate(*classes([4, s], 100, 3, 1.0), seed=s).value for s in range(60)]
    error = np.std(values, ddof=1) / math.sqrt(len(values))
    assert np.mean(values) < information(1.0) + 3 * error


def test_standard_error_is_near_the_spread():
    estimates = [PLAIN.estimate(*classes([5, s], 200, 5, 1.5), seed=s) for s in range(60)]
    spread = np.std([e.value for e in estimates], ddof=1)
    # 60 seeds tell the spread to 1 / sqrt(120) = 9 %, thrice
    ratio = np.mean([e.std for e in estimates]) / spread
    assert 0.7 * 0.75 < ratio < 1.1 * 1.25


def test_iris_stays_below_the_entropy_of_its_labels():
    iris = load_iris()
    e = Classifier().estimate(iris.data, iris.target)
    assert 0.85 * math.log(3) < e.value < math.log(3)
    other = np.random.default_rng(0).permutation(iris.target)
    e = LOGISTIC.estimate(iris.data, other)
    assert abs(e.value) < 3 * e.std + 0.01


def test_a_label_that_is_told_has_all_its_entropy():
    z = np.arange(300) % 3
    e = LOGISTIC.estimate(np.eye(3)[z], z)
    # the weight of the frequencies is about one row of 240, and they tell 1/3 of the truth
    assert math.log(3) - 0.02 < e.value < math.log(3)


def test_columns_without_a_density():
    rng = np.random.default_rng(6)
    x, z = rng.integers(0, 2, (500, 20)), rng.integers(0, 2, 500)
    assert abs(LOGISTIC.estimate(x, z).value) < 0.02
    flipped = np.where(rng.random(500) < 0.1, 1 - z, z)
    x[:, 0] = flipped
    x[:, 1] = 1  # a constant column is a column
    truth = math.log(2) + 0.1 * math.log(0.1) + 0.9 * math.log(0.9)
    e = LOGISTIC.estimate(x, z)
    assert 0.7 * truth < e.value < truth + 3 * e.std


def test_trees_see_what_lines_do_not():
    rng = np.random.default_rng(7)
    x = rng.normal(size=(1_000, 2))
    z = (x[:, 0] * x[:, 1] > 0).astype(int)  # XOR of two signs
    assert Classifier(model="boosting").estimate(x, z).value > 0.8 * math.log(2)
    assert Classifier().estimate(x, z).value > 0.8 * math.log(2)
    e = LOGISTIC.estimate(x, z)
    assert abs(e.value) < 0.01
    assert any("pass model='both'" in w for w in e.warnings)


def test_names_of_labels_do_not_matter():
    x, z = classes(8, 150, 2, 1.0)
    z += 2 * (x[:, 1] > 1)
    value = PLAIN.estimate(x, z).value
    for names in ([5, 1, -3, 2], ["d", "c", "b", "a"], [0.0, 3.0, 2.0, 9.0]):
        assert PLAIN.estimate(x, np.array(names)[z]).value == value
        assert PLAIN.estimate(np.array(names)[z], x).value == value
    for model in ("logistic", "boosting"):
        asked = Classifier(model=model)
        e, other = asked.estimate(x, z > 1), asked.estimate(x, z <= 1)
        assert (e.value, e.std) == (other.value, other.std)


def test_text_is_the_label_wherever_it_stands():
    x, z = classes(9, 200, 1, 3.0)
    counts = np.rint(10 * x[:, 0]).astype(int)
    words = np.array(["b", "a"])[z]
    assert PLAIN.estimate(words, counts).value == PLAIN.estimate(counts, words).value
    assert PLAIN.estimate(words, counts).value == PLAIN.estimate(counts, z).value
    assert Ross().estimate(words, x).value == Ross().estimate(x, z).value
    for estimator in (PLAIN, Ross()):
        with pytest.raises(InputError, match=r"x and z both hold text, .*use binning"):
            estimator.estimate(words, words[::-1])


def test_order_and_units_of_columns_do_not_matter():
    x, z = classes(10, 150, 4, 1.0)
    value = LOGISTIC.estimate(x, z).value
    # the sums of another order differ by rounding, and descent ends within its tolerance
    assert LOGISTIC.estimate(x[:, ::-1], z).value == pytest.approx(value, abs=1e-3)
    assert LOGISTIC.estimate(1e6 * x - 3, z).value == pytest.approx(value, abs=1e-3)
    trees = Classifier(model="boosting")
    assert trees.estimate(np.exp(x), z).value == pytest.approx(trees.estimate(x, z).value, abs=0.05)


def test_units_do_not_matter_where_rows_have_copies():
    x, z = classes(14, 150, 2, 1.0)
    x, z = np.r_[x, x[:50]], np.r_[z, z[:50]]
    value = LOGISTIC.estimate(x, z).value
    for unit in (-1.0, 1e-3, 3.0):  # whose bytes have another order; the folds are the same
        assert LOGISTIC.estimate(unit * x, z).value == pytest.approx(value, abs=1e-3)


def test_a_seed_decides_all_that_is_random():
    x, z = classes(11, 200, 3, 1.0)
    forest = Classifier(
        model=make_pipeline(StandardScaler(), DecisionTreeClassifier(max_features=1))
    )
    for asked in (forest, PLAIN):
        np.random.seed(1)
        e = asked.estimate(x, z, seed=3)
        np.random.seed(2)
        assert asked.estimate(x, z, seed=3) == e
        assert asked.estimate(x, z, seed=4).value != e.value
    assert not hasattr(forest.model[-1], "tree_")  # the user's own is not fitted


def test_history_has_each_fold():
    x, z = classes(12, 200, 3, 2.0)
    e = Classifier(model=LogisticRegression(), folds=4).estimate(x, z)
    assert e.history["folds"].shape == (4,)
    assert e.history["folds"].mean() == pytest.approx(e.value)  # folds of 50 rows each


def test_copies_stay_together():
    """Rows that occur twice, or four times: a classifier would know them by heart."""
    rng = np.random.default_rng(13)
    for copies, n in ((2, 500), (4, 150)):
        x, z = rng.normal(size=(n, 1)), rng.integers(0, 2, n)
        neighbour = Classifier(model=KNeighborsClassifier(1))
        e = neighbour.estimate(np.tile(x, (copies, 1)), np.tile(z, copies))
        assert abs(e.value) < 3 * e.std + 0.02
        assert any(
            "100 % of the rows of x have an exact copy: equal rows stay" in w for w in e.warnings
        )
    # as many rows say as much, and with the same error: the copies are no rows
    x, z = classes(13, 300, 1, 2.0)
    once = PLAIN.estimate(x, z)
    twice = PLAIN.estimate(np.r_[x, x], np.r_[z, z])
    assert abs(twice.value - once.value) < once.std
    assert twice.std == pytest.approx(once.std, rel=0.3)


def test_windows_of_one_recording_stay_together():
    """Recordings differ, and each has one label: what is known of one says nothing of others."""
    rng = np.random.default_rng(20)
    groups = np.repeat(np.arange(40), 10)
    recording, z = rng.normal(size=(40, 5)), rng.permutation(np.arange(40) % 2)
    x = recording[groups] + 0.1 * rng.normal(size=(400, 5))
    asked = Classifier(model=KNeighborsClassifier(5))
    assert asked.estimate(x, z[groups]).value > 0.5  # of 0.693, and false
    e = asked.estimate(x, z[groups], groups=groups)
    assert -0.1 < e.value < 3 * e.std + 0.01
    assert e.dof == 39
    # independent groups, not rows: as uncertain as 40 rows of their kind
    apart = 2 * z[:, None]
    e = PLAIN.estimate((recording + apart)[groups], z[groups], groups=groups)
    assert e.std > 0.3 * PLAIN.estimate(recording + apart, z).std


def test_groups_that_cannot_be_dealt():
    x, z = classes(21, 60, 2, 1.0)
    with pytest.raises(
        InputError, match=r"groups has 4 .* folds=5 .*: pass folds<=4, or give more"
    ):
        PLAIN.estimate(x, z, groups=np.arange(60) % 4)
    with pytest.raises(InputError, match=r"groups has 2 .* needs at least 5: give more groups"):
        PLAIN.estimate(x, z, groups=np.arange(60) % 2)
    z = np.r_[np.zeros(54, int), np.ones(6, int)]
    told = PLAIN.estimate(x, z, groups=np.arange(60) // 6).warnings
    assert any("class 1 of z occurs in one group alone" in w for w in told)


def test_values_that_come_back_are_no_copies():
    rng = np.random.default_rng(14)
    x = rng.integers(0, 4, 1_000)
    z = x % 2
    # cells without an order: one that is held out whole tells nothing of itself
    e = Classifier(model="boosting").estimate(x, z)
    assert e.value > 0.95 * math.log(2)
    assert e.warnings == ()


def test_warnings_of_python_become_doubts():
    x, z = classes(15, 100, 5, 1.0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        e = Classifier(model=LogisticRegression(max_iter=1)).estimate(x, z)
    assert any("5 warnings in 5 fits" in w and "converge" in w for w in e.warnings)


def test_doubts():
    x, z = classes(16, 150, 60, 2.0)
    told = PLAIN.estimate(x, z).warnings
    assert any("60 columns and 150 rows, fewer than 10 for each" in w for w in told)
    # near its ceiling a bound has no room to be low
    x, z = classes(16, 150, 60, 60.0)
    assert not any("columns" in w for w in PLAIN.estimate(x, z).warnings)
    x, z = classes(17, 1_000, 2, 2.0)
    assert PLAIN.estimate(x, z).warnings == ()
    x[0, 1] = 1e9
    told = LOGISTIC.estimate(x, z).warnings
    assert any("column 1 of x has outliers" in w and "model='boosting'" in w for w in told)
    assert Classifier(model="boosting").estimate(x, z).warnings == ()


LABELS = np.arange(30) % 2
X = np.random.default_rng(18).normal(size=(30, 2))


@pytest.mark.parametrize(
    ("x", "z", "options", "told"),
    [
        (X, X[:, 0], {}, r"z has shape \(30, 1\) and no labels, .*use ksg"),
        (X, np.zeros(30, int), {}, r"z has a single class \(0\): at least 2"),
        (X, np.arange(30), {}, "z has 30 labels for 30 rows, no two of them equal: .*ksg or mine"),
        (np.arange(30), X, {}, "x has 30 labels for 30 rows"),
        (
            X,
            np.r_[LABELS[:26], [2] * 4],
            {},
            r"folds=5 .*got 4 in class 2 of z: pass folds<=4, drop",
        ),
        (X, np.r_[LABELS[:28], [2] * 2], {}, r"folds=5 .*got 2 in class 2 of z: drop or merge"),
        (X, LABELS, {"folds": 16}, r"folds=16 .*got 15 in class 0 of z: pass folds<=15"),
        (np.ones((30, 2)), LABELS, {}, "column 0 of x is constant"),
        (LABELS, np.ones((30, 2)), {}, "column 0 of z is constant"),
        (X, LABELS, {"model": KNeighborsClassifier(60)}, "model=KNeigh.* does not take these rows"),
    ],
)
def test_what_has_no_answer_is_refused(x, z, options, told):
    with pytest.raises(InputError, match=told):
        Classifier(**({"model": LogisticRegression()} | options)).estimate(x, z)


@pytest.mark.parametrize("model", ["Logistic", "svm", LogisticRegression, SVC(), KSG(), None, 3])
def test_what_is_no_classifier_is_refused(model):
    with pytest.raises(
        InputError, match=r"model=.*pass 'both', 'logistic', 'boosting', or a scikit"
    ):
        Classifier(model=model)
    with pytest.raises(InputError, match="did you mean 'logistic'"):
        Classifier(model="logistics")


@pytest.mark.parametrize("folds", [2, 0, 5.0, True, None])
def test_folds_are_checked(folds):
    with pytest.raises(InputError, match=r"folds=.*>= 3"):
        Classifier(folds=folds)


class Broken(LogisticRegression):
    """Gives what is no distribution."""

    def __init__(self, what="scores"):
        super().__init__()
        self.what = what

    def predict_proba(self, x):
        p = super().predict_proba(x)
        return {"scores": 2 * p, "nan": np.nan * p, "column": p[:, 1]}[self.what]


@pytest.mark.parametrize(
    ("what", "told"), [("scores", "away from 1"), ("nan", "not finite"), ("column", "have shape")]
)
def test_what_is_no_probability_is_refused(what, told):
    with pytest.raises(InputError, match=f"probabilities .*{told}.*predict_proba"):
        Classifier(model=Broken(what)).estimate(X, LABELS)


def test_in_an_information_plane():
    rng = np.random.default_rng(19)
    x, y = classes(19, 200, 3, 2.0)
    t = rng.normal(size=(2, 200, 4)) + y[:, None]
    t[0, :, 3] = 0.5  # a dead unit
    with pytest.raises(
        InputError, match=r"^I\(X;T\): x has 200 labels for 200 rows, no two .*leave"
    ):
        estimate_layers(PLAIN, x, t, y, seeds=[0, 1])
    _, of_y = estimate_layers(PLAIN, x, t, y, seeds=[0, 1], quantities=["I(T;Y)"])
    assert of_y[0].value == PLAIN.estimate(t[0, :, :3], y).value
    assert of_y[1].value == PLAIN.estimate(t[1], y, seed=1).value
    # where inputs come back and layers are noisy, the input is a label
    patterns = np.eye(4)[np.arange(200) % 4]
    noisy = patterns @ rng.normal(size=(4, 2)) + 1e-3 * rng.normal(size=(1, 200, 2))
    of_x, _ = estimate_layers(PLAIN, patterns, noisy, None, seeds=[0])
    assert 0.5 * math.log(4) < of_x[0].value < entropy(np.arange(200) % 4)


def test_scikit_learn_is_imported_when_asked_for():
    code = "import sys, infoplane.estimators as e; e.Classifier(); print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"

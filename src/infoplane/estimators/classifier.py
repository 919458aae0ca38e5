"""A lower bound on the information about a label: what a classifier tells of unseen rows."""

import math
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from infoplane.errors import InputError
from infoplane.estimators.base import Answer, Estimator, Samples
from infoplane.estimators.bins import entropy
from infoplane.estimators.crossfit import CrossFit, cross_fit
from infoplane.estimators.families import Boosting, Family, Floats, Given, Ints, Logistic
from infoplane.estimators.labels import classes_of, label_side
from infoplane.estimators.repeats import recorded_twice
from infoplane.inputs.columns import MOST_COPIES, distinct_rows, refuse_constant, scaled
from infoplane.inputs.options import nearest, whole
from infoplane.inputs.shape import outliers

__all__ = ["Classifier"]

FAMILIES: dict[str, tuple[Family, ...]] = {
    "both": (Logistic(), Boosting()),
    "logistic": (Logistic(),),
    "boosting": (Boosting(),),
}
LEAST_FOLDS = 3  # with two, half of the rows would be all that a model sees
# Distinct rows, as a share of all, above which equal ones are taken for copies: values of a grid
# that come back more often than ten times each are values.
DISTINCT_SHARE = 0.1
# Distinct rows for each fold below which there is no telling the two apart.
DISTINCT_ROWS = 10
# And class: the rule of thumb of Peduzzi et al. (1996), who simulated logistic regressions,
# https://doi.org/10.1016/S0895-4356(96)00236-3
ROWS_PER_COLUMN = 10
CLEARLY = 3  # standard errors


@dataclass(frozen=True)
class Classifier(Estimator):
    """I(X; Z) from below, between any numbers and labels, by a trained classifier, in nats.

        I >= H(Z) - E[-log m(Z | X)] = E log m(Z | X) / p(Z)

    with m(z | x) the classifier's probability. It is cross-fitted: rows are dealt into folds with
    the same share of each class, and the terms of a fold come from models of the other folds. m is
    a mixture, w_0 p(z) + sum_k w_k q_k(z | x), of these models and of the frequencies p of the
    classes; weights and the models' own settings are chosen inside the training folds. So a model
    that is too sure of itself is believed less, independent columns give about 0, and no
    probability is 0.

    x: (n, d) numbers of any kind, with or without a density: measurements, counts, indicators,
    constant columns, any d. z: (n,) labels: integers, booleans, strings, or floats with integer
    values. The two may be swapped.
    model: "logistic", regression on standardised columns with an L2 penalty of seven strengths;
    "boosting", up to 100 trees of at most eight leaves (scikit-learn's HistGradientBoosting);
    "both", the default, a mixture of the two. The first tells more where log odds are nearly
    linear and rows few, the second sees all else (thresholds, XOR), and beside it the first costs
    nothing. Or a scikit-learn classifier with predict_proba: cloned for each fit, its
    random_state set from `seed`, and given the columns as they are.
    folds: at least 3; more leave more rows for training, and cost in proportion.
    groups (an argument of :meth:`estimate`): rows of one group stay in one fold, and `std` is that
    of independent groups. Without it, equal rows of x stay together where they look like copies.
    Range: at most the plug-in entropy H(Z); about 0 at independence.

    A lower bound on average, for rows that are independent: with p the frequencies in these n
    rows, and in each fold, the cross-entropy of a model that has not seen the fold is on average
    at least H_p(Z | X), that is with classes of frequencies p and x drawn as it is in each class.
    The plug-in H(Z) is the entropy of p itself, so that the value is on average at most I_p, and
    I_p, concave in p, is on average at most I. The frequencies of a model's training rows in place
    of p would make H too large: their cross-entropy is above H(Z). Folds that do not divide a
    class have other frequencies than p by rounding; what that does is of second order, and down.

    Wrong when: the classifier learns too little. The value is then too low, by an amount that no
    standard error shows, as with fewer than ten rows for each column and class, where
    `Estimate.warnings` says so; 0 is no proof of independence. Rows that depend on each other,
    such as windows of one recording, are as good as copies to a classifier, and lift the value:
    pass groups.
    Standard error: of the mean over the rows for the models as they are, and in quadrature that of
    the models, by leaving out each fold once (Efron's jackknife, of the cross-entropies inside the
    training rows). Simulated for two Gaussian classes, n = 300 to 2000, 2 and 20 columns and
    I = 0.11 and 0.34, it is 0.8 to 1.3 times the actual spread, and 1.3 to 2 times at independence,
    where both are below 0.01. It knows nothing of what is not learnt.
    history: "folds", the value of each fold.
    Time: 2000 rows of two classes take 4 s with 20 columns and 8 s with 200, on one core; 0.6 and
    1.1 s by "logistic". With more than two classes, trees take as many times more as there are.

    Raises InputError where neither side holds labels, for a single class, a class with fewer rows
    than folds, fewer groups than folds, and columns that are all constant.
    Source: Barber & Agakov (2003), section 2,
    https://proceedings.neurips.cc/paper/2003/hash/a6ea8471c120fe8cc35a2954c9b9c595-Abstract.html;
    the weights: Wolpert (1992), https://doi.org/10.1016/S0893-6080(05)80023-1

    >>> x, z = np.arange(60) % 2, ["a", "b"] * 30
    >>> 0.6 < Classifier(model="logistic").estimate(x, z).value < math.log(2)
    True
    """

    name: ClassVar[str] = "classifier"
    min_samples: ClassVar[int] = 10
    uses_groups: ClassVar[bool] = True

    model: Any = "both"
    folds: int = 5

    def __post_init__(self) -> None:
        whole("folds", self.folds, at_least=LEAST_FOLDS)
        if isinstance(self.model, str) and self.model in FAMILIES:
            return
        needed = ("fit", "predict_proba", "get_params", "set_params")
        if isinstance(self.model, type) or not all(hasattr(self.model, name) for name in needed):
            raise InputError(
                f"model={self.model!r} is not accepted: pass {', '.join(map(repr, FAMILIES))}, or "
                "a scikit-learn classifier with predict_proba, such as LogisticRegression()"
                f"{nearest(self.model, FAMILIES) if isinstance(self.model, str) else ''}"
            )

    @property
    def reads_inputs(self) -> bool:
        """A code for each row: I(X;T) is asked only where inputs repeat, and which one is told."""
        return False

    def check(self, x: Any, z: Any) -> Samples:
        samples = super().check(x, z)
        name, values, counts = classes_of(samples, self.name)
        smallest = counts.argmin()
        if counts[smallest] < self.folds:
            if counts.max() == 1:
                raise InputError(
                    f"{name} has {samples.n} labels for {samples.n} rows, no two of them equal: a "
                    "classifier needs several rows of each class; use an estimator of numbers, "
                    "ksg or mine"
                )
            fewer = f"pass folds<={counts[smallest]}, " if counts[smallest] >= LEAST_FOLDS else ""
            raise InputError(
                f"folds={self.folds} needs at least {self.folds} rows in each class, got "
                f"{counts[smallest]} in class {values[smallest]} of {name}: {fewer}drop or merge "
                "the class, or give more data"
            )
        numbers = samples.x if name == "z" else samples.z
        floats = numbers.astype(np.float64)
        if (floats == floats[0]).all():
            refuse_constant(numbers, "x" if name == "z" else "z")
        return samples

    def _estimate(self, samples: Samples, seed: int, device: str) -> Answer:
        name, labels = label_side(samples)
        numbers = (samples.x if name == "z" else samples.z).astype(np.float64)
        named = "x" if name == "z" else "z"
        families = FAMILIES[self.model] if isinstance(self.model, str) else (Given(self.model),)
        if samples.groups is None:
            groups, doubts = _copies(numbers, named, self.folds)
        else:
            groups, doubts = samples.groups, _few_groups(samples.groups, labels, name, self.folds)
        doubts += recorded_twice(samples.x, samples.z, groups)
        fit = cross_fit(
            # the units of a classifier of the user's own may mean something to it
            scaled(numbers)[0] if isinstance(self.model, str) else numbers,
            _by_appearance(labels),
            families,
            folds=self.folds,
            seed=seed,
            groups=groups,
        )
        value, std = float(fit.terms.mean()), _standard_error(fit, groups)
        doubts += _doubts(
            fit,
            value,
            std,
            most=entropy(labels),
            classes=len(np.unique(labels)),
            shape=numbers.shape,
            name=named,
        )
        if self.model == "logistic":
            doubts += outliers(numbers, named, "pass model='boosting', or transform it")
            if value < CLEARLY * std:
                doubts.append(
                    "no linear dependence is seen, and logistic regression sees no other: pass "
                    "model='both'"
                )
        of_fold = np.array([fit.terms[fit.fold == k].mean() for k in range(self.folds)])
        dof = math.inf if groups is None else float(groups.max())  # their number less one
        return Answer(value, std, doubts, {"folds": of_fold}, dof=dof)


def _by_appearance(labels: Ints) -> Ints:
    """Class numbers in the order in which classes first occur, so that names do not matter.

    >>> _by_appearance(np.array([7, 3, 7, 5]))
    array([0, 1, 0, 2])
    """
    _, first, codes = np.unique(labels, return_index=True, return_inverse=True)
    numbers: Ints = first.argsort().argsort()[codes.reshape(-1)]
    return numbers


def _copies(numbers: Floats, name: str, folds: int) -> tuple[Ints | None, list[str]]:
    """Groups (n,) of equal rows, None where they are values that come back, and what to doubt."""
    n = len(numbers)
    codes, counts = distinct_rows(numbers)
    share = float(counts[counts > 1].sum()) / n
    if share == 0 or len(counts) <= max(DISTINCT_SHARE * n, DISTINCT_ROWS * folds):
        return None, []
    if share <= MOST_COPIES:
        return codes, []
    return codes, [
        f"{100 * share:.3g} % of the rows of {name} have an exact copy: equal rows stay in one "
        "fold, so that the bound counts only what carries over to rows that differ; where "
        f"{name} has few values that come back, use binning"
    ]


def _few_groups(groups: Ints, labels: Ints, name: str, folds: int) -> list[str]:
    """A warning where one group has all rows of a class; InputError for fewer groups than folds."""
    count = int(groups.max()) + 1
    if count < folds:
        fewer = f"pass folds<={count}, or " if count >= LEAST_FOLDS else ""
        raise InputError(
            f"groups has {count} distinct values, and folds={folds} needs at least {folds}: {fewer}"
            "give more groups"
        )
    alone = [label for label in np.unique(labels) if np.ptp(groups[labels == label]) == 0]
    if not alone:
        return []
    return [
        f"class {alone[0]} of {name} occurs in one group alone: no classifier that has not seen "
        "the group can know of it"
    ]


def _standard_error(fit: CrossFit, groups: Ints | None) -> float:
    """Of the mean of the terms: the chance of rows, or of groups of them, and of models."""
    n, folds = len(fit.terms), len(fit.inner)
    apart = fit.terms - fit.terms.mean()
    if groups is not None:
        apart = np.bincount(groups, apart)
    rows = float(np.sum(apart**2)) / n**2 * len(apart) / (len(apart) - 1)
    # what is missing without a fold, for the same rows
    without = np.nanmean(fit.inner - np.nanmean(fit.inner, axis=0), axis=1)
    models = (folds - 1) / folds * float(np.sum((without - without.mean()) ** 2))
    return math.sqrt(rows + models)


def _doubts(
    fit: CrossFit,
    value: float,
    std: float,
    *,
    most: float,
    classes: int,
    shape: tuple[int, ...],
    name: str,
) -> list[str]:
    n, columns = shape
    doubts = []
    if fit.told:
        doubts.append(
            f"there were {len(fit.told)} warnings in {fit.fits} fits, and a model that is not "
            f"fitted well costs the bound; the first: {fit.told[0]}"
        )
    if n < ROWS_PER_COLUMN * columns * classes and value < 0.9 * most:
        doubts.append(
            f"{name} has {columns} columns and {n} rows, fewer than {ROWS_PER_COLUMN} for each "
            f"column and each of {classes} classes: what a classifier learns from so few may be "
            "far below the information"
        )
    if value < min(-CLEARLY * std, -0.01 * most):
        doubts.append(
            f"{value:.2g} nats is below 0 by more than chance: what is learnt on some folds is "
            "wrong on others, as when rows are no independent draws"
        )
    return doubts

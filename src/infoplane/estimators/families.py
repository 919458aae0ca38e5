"""Families of classifiers: each gives the true class of held-out rows a probability."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.estimators.prediction import no_distribution

__all__ = ["Boosting", "Family", "Given", "Logistic", "Part"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# Inverse weights of the squared coefficients, for columns of variance 1: from "none above 0.01 or
# so" to "no penalty to speak of".
INVERSE_PENALTIES = tuple(10.0**power for power in range(-4, 3))
ITERATIONS = 100
# "4 <= J <= 8 works well": Hastie, Tibshirani & Friedman (2009), section 10.11. Small trees need
# more rows to learn any by heart, and XOR needs no more than four.
LEAVES = 8
# Edges at quantiles: 1.6 % of the rows between two.
BINS = 64


class Part(NamedTuple):
    """Some rows: numbers (n, d), and class numbers (n,) from 0."""

    x: Floats
    classes: Ints


class Family(ABC):
    """Classifiers that differ in one setting, which is chosen by the one who fits them."""

    settings: ClassVar[int]  # how many

    @abstractmethod
    def probabilities(self, train: Part, held_out: Part, setting: int | None, seed: int) -> Floats:
        """Of the true class of each held-out row, (settings, rows), fitted on `train`.

        setting: the number of the only one that is wanted, and (1, rows) comes back.
        """


@dataclass(frozen=True)
class Logistic(Family):
    """Logistic regression on standardised columns; the setting is its penalty."""

    settings: ClassVar[int] = len(INVERSE_PENALTIES)

    def probabilities(self, train: Part, held_out: Part, setting: int | None, seed: int) -> Floats:
        from sklearn.linear_model import LogisticRegression
        from sklearn.preprocessing import StandardScaler

        scaler = StandardScaler().fit(train.x)
        x, others = scaler.transform(train.x), scaler.transform(held_out.x)
        model = LogisticRegression(max_iter=1_000, warm_start=True)  # from penalty to penalty
        found = []
        for c in INVERSE_PENALTIES if setting is None else INVERSE_PENALTIES[setting:][:1]:
            model.set_params(C=c).fit(x, train.classes)
            found.append(_of_true(model.predict_proba(others), model.classes_, held_out.classes))
        return np.array(found)


@dataclass(frozen=True)
class Boosting(Family):
    """Gradient-boosted trees of up to eight leaves; the setting is their number."""

    settings: ClassVar[int] = ITERATIONS

    def probabilities(self, train: Part, held_out: Part, setting: int | None, seed: int) -> Floats:
        from sklearn.ensemble import HistGradientBoostingClassifier

        model = HistGradientBoostingClassifier(
            max_iter=ITERATIONS if setting is None else setting + 1,
            max_leaf_nodes=LEAVES,
            max_bins=BINS,
            early_stopping=False,
            random_state=seed,
        ).fit(train.x, train.classes)
        stages = model.staged_predict_proba(held_out.x)
        found = [_of_true(stage, model.classes_, held_out.classes) for stage in stages]
        return np.array(found if setting is None else found[-1:])


@dataclass(frozen=True)
class Given(Family):
    """A scikit-learn classifier of the user's, cloned for each fit; it has one setting."""

    settings: ClassVar[int] = 1

    model: Any

    def probabilities(self, train: Part, held_out: Part, setting: int | None, seed: int) -> Floats:
        from sklearn.base import clone

        model = clone(self.model)
        seeds = [key for key in model.get_params() if key.split("__")[-1] == "random_state"]
        model.set_params(**dict.fromkeys(seeds, seed))
        try:
            model.fit(train.x, train.classes)
            predicted = np.asarray(model.predict_proba(held_out.x), dtype=np.float64)
        except ValueError as error:
            raise InputError(f"model={self.model!r} does not take these rows: {error}") from error
        shape = (len(held_out.x), len(model.classes_))
        told = "are not finite" if not np.isfinite(predicted).all() else ""
        if predicted.shape != shape:
            told = f"have shape {predicted.shape}, not {shape}"
        if told := told or no_distribution(predicted):
            raise InputError(
                f"model={self.model!r}: its probabilities {told}: pass a classifier whose "
                "predict_proba gives a distribution over its classes_"
            )
        return _of_true(predicted.clip(0, 1), model.classes_, held_out.classes)[None]


def _of_true(predicted: Floats, known: Ints, classes: Ints) -> Floats:
    """The probability (n,) of each row's class; 0 for a class that was not in training."""
    place = np.searchsorted(known, classes).clip(max=len(known) - 1)
    here: Floats = np.take_along_axis(predicted, place[:, None], axis=1)[:, 0]
    return np.where(known[place] == classes, here, 0.0)

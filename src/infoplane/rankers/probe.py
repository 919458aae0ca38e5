"""The linear probe: what a linear classifier on a frozen embedding gets right."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from infoplane.errors import InputError
from infoplane.inputs.arrays import as_labels, as_plain
from infoplane.inputs.columns import Floats, is_text
from infoplane.inputs.options import one_of
from infoplane.rankers.checked import as_embedding, labelled

__all__ = ["PROBES", "Probe", "linear_probe"]

Ints = npt.NDArray[np.int64]

PROBES = ("ridge", "logistic")
# Times the number of rows, for columns of variance 1: at 10^-6 nothing is held back, at 10^2
# everything.
RIDGE_PENALTIES = np.logspace(-6, 2, 17)
LOGISTIC_PENALTIES = np.logspace(-5, 1, 7)
FOLDS = 5
ITERATIONS = 2000


class Probe(NamedTuple):
    """How well a linear probe predicts the labels of rows it was not fitted to.

    accuracy: share of test rows, in [0, 1]; log_loss: mean -log p(label), in nats, None for a
    ridge, which has no probabilities; penalty: the one chosen, a row.
    """

    accuracy: float
    log_loss: float | None
    penalty: float


def linear_probe(
    embedding: Any, labels: Any, test_embedding: Any, test_labels: Any, *, kind: str = "ridge"
) -> Probe:
    """Accuracy on test rows of a linear classifier fitted to training rows, penalty included.

        ridge:    min_W   1/n sum_i |t_i - W x_i|^2 + penalty |W|^2
        logistic: min_W  -1/n sum_i log softmax(W x_i)[y_i] + penalty/2 |W|^2

    with t_i of 1 for the class of row i and -1 for others, and a constant for each class that is
    not penalised. Columns are centred and divided by their
    standard deviation over the training rows; one that is constant there is left out. The penalty
    is the best of a ladder, of a ridge (17 from 1e-6 to 1e2) by its squared error with each row
    left out, in closed form, of a logistic one (7 from 1e-5 to 10) by its log loss in 5 parts, or
    as many as the smallest class has rows. Test rows take no part in any choice.
    embedding: (n, d); test_embedding: (m, d); labels: (n,), (m,). Deterministic. A ridge of
    n = 1000, d = 2048 takes 1 s on one core, as does a logistic probe of n = 500, d = 256.

    Wrong when: the penalty chosen is the first or the last of the ladder; n is so small that
    embeddings of many columns are ranked by their penalty, not by what they know.
    Raises InputError as :func:`~infoplane.rankers.checked.labelled` does, for test rows of other
    columns, test labels that no training row has, a class of one row for "logistic", and a logistic
    fit that has not converged.
    Source: Alain & Bengio (2016), https://arxiv.org/abs/1610.01644; the ridge of Golub, Heath &
    Wahba (1979), https://doi.org/10.1080/00401706.1979.10489751, as scikit-learn has it

    >>> linear_probe([0.0, 1.0, 5.0, 6.0], [0, 0, 1, 1], [0.5, 9.0, 2.0], [0, 1, 1]).accuracy
    0.666...
    """
    one_of("kind", kind, PROBES)
    train, test = _together(labels, test_labels)
    found = labelled(embedding, train)
    rows = found.rows
    test_rows, exponent = as_embedding(test_embedding, "test_embedding")
    if test_rows.shape[1] != rows.shape[1]:
        raise InputError(
            f"test_embedding has {test_rows.shape[1]} columns and embedding {rows.shape[1]}: give "
            "both from one layer"
        )
    if len(test) != len(test_rows):
        raise InputError(
            f"test_labels has {len(test)} rows and test_embedding {len(test_rows)}: give one label "
            "for each row"
        )
    known = np.unique(train)
    if not np.isin(test, known).all():
        new = test[~np.isin(test, known)][0]
        raise InputError(
            f"test_labels has the label {new}, which no row of labels has: a probe cannot predict "
            "it; drop its rows, or train on some"
        )
    varies = rows.min(axis=0) < rows.max(axis=0)
    # In the unit of the training rows, a power of two.
    rows, test_rows = rows[:, varies], np.ldexp(test_rows[:, varies], exponent - found.exponent)
    mean, std = rows.mean(axis=0), rows.std(axis=0)
    fitted = _ridge if kind == "ridge" else _logistic
    return fitted((rows - mean) / std, train, (test_rows - mean) / std, test)


def _together(labels: Any, test_labels: Any) -> tuple[Ints, Ints]:
    """Both as integers, one for each label: codes of text are of both together."""
    plain = as_plain(labels, "labels"), as_plain(test_labels, "test_labels")
    texts = [is_text(a) for a in plain]
    if texts[0] != texts[1]:
        raise InputError(
            f"labels are {plain[0].dtype} and test_labels {plain[1].dtype}: text or numbers are "
            "accepted, and the same of both"
        )
    if not texts[0]:
        return as_labels(labels, "labels"), as_labels(test_labels, "test_labels")
    codes = as_labels(np.concatenate([a.reshape(-1) for a in plain]), "labels")
    return codes[: plain[0].size], codes[plain[0].size :]


def _ridge(x: Floats, y: Ints, x_test: Floats, y_test: Ints) -> Probe:
    from sklearn.linear_model import RidgeClassifierCV  # takes seconds

    fit = RidgeClassifierCV(alphas=RIDGE_PENALTIES * len(x)).fit(x, y)
    return Probe(float(np.mean(fit.predict(x_test) == y_test)), None, float(fit.alpha_) / len(x))


def _logistic(x: Floats, y: Ints, x_test: Floats, y_test: Ints) -> Probe:
    smallest = int(np.unique(y, return_counts=True)[1].min())
    if smallest < 2:
        raise InputError(
            "labels has a class of one row, which cannot be fitted and left out: give two, or take "
            "kind='ridge'"
        )
    from sklearn.model_selection import StratifiedKFold

    parts = list(StratifiedKFold(min(FOLDS, smallest)).split(x, y))
    losses = [
        np.mean([_losses(x[fit], y[fit], x[rest], y[rest], penalty)[0] for fit, rest in parts])
        for penalty in LOGISTIC_PENALTIES
    ]
    penalty = float(LOGISTIC_PENALTIES[np.argmin(losses)])
    loss, accuracy = _losses(x, y, x_test, y_test, penalty)
    return Probe(accuracy, loss, penalty)


def _losses(
    x: Floats, y: Ints, x_test: Floats, y_test: Ints, penalty: float
) -> tuple[float, float]:
    """Log loss and accuracy on test rows of a logistic fit."""
    from sklearn.linear_model import LogisticRegression

    fit = LogisticRegression(C=1 / (len(x) * penalty), max_iter=ITERATIONS).fit(x, y)
    if fit.n_iter_.max() >= ITERATIONS:
        raise InputError(
            f"kind='logistic' has not converged in {ITERATIONS} steps: take kind='ridge'"
        )
    logs = fit.predict_log_proba(x_test)
    own = np.searchsorted(fit.classes_, y_test)
    return (
        float(-logs[np.arange(len(x_test)), own].mean()),
        float(np.mean(fit.predict(x_test) == y_test)),
    )

"""Cross-fitting: every row's class is predicted by models that have not seen the row."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from infoplane.estimators.families import Family, Floats, Ints, Part

__all__ = ["CrossFit", "cross_fit", "deal", "mixed"]

INNER = 3  # folds inside the training rows
# Of weights between 0 and 1: beyond this they change no printed digit of a bound.
TOLERANCE = 1e-6
# Numbers in x up to which a second thread costs more than it brings: trees ask for it at every
# split, and wait for it where cores are shared (68 s in place of 1, for 1600 rows of 200 columns).
SMALL = 2**20


@dataclass(frozen=True)
class CrossFit:
    """What held-out rows tell of their classes, log m(z_i | x_i) / p(z_i), in nats.

    terms: (n,), m fitted on all folds but the row's. inner: (folds, n), each inside the training
    rows of a fold, where settings and weights were chosen, by models of two thirds of these rows;
    nan in the fold itself. fold: (n,), the fold of each row.
    fits, told: how many fits the terms are of, and what Python warned of in them.
    """

    terms: Floats
    inner: Floats
    fold: Ints
    fits: int
    told: tuple[str, ...]


def cross_fit(
    x: Floats,
    classes: Ints,
    families: Sequence[Family],
    *,
    folds: int,
    seed: int,
    groups: Ints | None = None,
) -> CrossFit:
    """Fit families of classifiers and their mixture on all folds but one, for each fold.

    x: (n, d); classes: (n,) numbers from 0. groups: (n,) numbers from 0, whose rows are never
    parted.
    The mixture m(z | x) = w_0 p(z) + sum_k w_k q_k(z | x) has p, the frequencies of the classes in
    all n rows, in it. Each family's setting, and then the weights, are those that serve best in
    three folds inside the training rows.
    """
    from threadpoolctl import threadpool_limits

    n = len(x)
    frequency = (np.bincount(classes) / n)[classes]  # of each row's own class
    dealt = deal(classes, groups, np.random.default_rng(seed))
    # the inner folds are parts of all the rows, too: those of two outer folds then differ by the
    # rows that are missing alone, which is what the standard error looks at
    fold = dealt % folds
    within = (fold + dealt // folds) % INNER  # other ones for neighbours, in fold and in place
    terms, inner = np.empty(n), np.full((folds, n), np.nan)
    told: list[str] = []
    with threadpool_limits(1 if x.size <= SMALL else None):
        for number in range(folds):
            seen, held_out = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
            train, others = (Part(x[rows], classes[rows]) for rows in (seen, held_out))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # what it warns of, it warns of again below
                chosen = _settings(train, within[seen], frequency[seen], families, seed)
            weights = mixed(chosen.ratios)
            inner[number, seen] = np.log(chosen.ratios @ weights)
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always")
                found = [
                    _ratios(family, train, others, frequency[held_out], setting, seed)[0]
                    for family, setting in zip(families, chosen.settings, strict=True)
                ]
            told += [str(warning.message).partition("\n")[0] for warning in caught]
            ratios = np.column_stack([np.ones(len(held_out)), *found])
            terms[held_out] = np.log(ratios @ weights)
    return CrossFit(terms, inner, fold, folds * len(families), tuple(told))


def deal(classes: Ints, groups: Ints | None, rng: np.random.Generator) -> Ints:
    """A place in a row of cards (n,): 0, 1, … through one class after the other, at random.

    Modulo any number of folds, each class has a like number of rows in all of them, to within
    one. groups: (n,) numbers from 0, whose rows share a place; each counts for the class of its
    first row, and large ones come first in their class, so that folds are alike in size, too.

    >>> deal(np.array([1, 0, 1, 0]), np.array([1, 0, 1, 0]), np.random.default_rng(0))
    array([1, 0, 1, 0])
    """
    if groups is not None:
        _, first, counts = np.unique(groups, return_index=True, return_counts=True)
        together: Ints = _placed(classes[first], counts, rng)[groups]
        return together
    return _placed(classes, np.ones(len(classes), dtype=np.int64), rng)


def _placed(classes: Ints, counts: Ints, rng: np.random.Generator) -> Ints:
    place = np.empty(len(classes), dtype=np.int64)
    place[np.lexsort((rng.random(len(classes)), -counts, classes))] = np.arange(len(classes))
    return place


def mixed(ratios: Floats) -> Floats:
    """The weights (m,) of a mixture of m densities, of which each row (n, m) has the values.

    Those that maximise sum_i log(ratios_i w) + sum_k log w_k, by expectation-maximisation: one
    more row for each density that it alone explains, so that no weight is 0.

    >>> mixed(np.array([[1.0, 0.0], [1.0, 2.0], [1.0, 2.0]])).round(3)  # and 1 / sqrt(5)
    array([0.553, 0.447])
    """
    n, m = ratios.shape
    weights = np.full(m, 1 / m)
    for _ in range(1_000):
        shares = ratios * weights
        shares /= shares.sum(axis=1, keepdims=True)
        better = (shares.sum(axis=0) + 1) / (n + m)
        moved = float(np.abs(better - weights).max())
        weights = better
        if moved < TOLERANCE:
            break
    return weights


@dataclass(frozen=True)
class _Chosen:
    """The best setting of each family, and q_k / p at it for each row, (n, 1 + families)."""

    settings: list[int]
    ratios: Floats


def _settings(
    train: Part, fold: Ints, frequency: Floats, families: Sequence[Family], seed: int
) -> _Chosen:
    n = len(train.x)
    found = [np.ones((family.settings, n)) for family in families]
    for number in range(INNER):
        seen, held_out = np.flatnonzero(fold != number), np.flatnonzero(fold == number)
        part, others = (Part(train.x[rows], train.classes[rows]) for rows in (seen, held_out))
        for family, ratios in zip(families, found, strict=True):
            ratios[:, held_out] = _ratios(family, part, others, frequency[held_out], None, seed)
    with np.errstate(divide="ignore"):  # a class that was thought impossible costs infinitely much
        settings = [int(np.log(ratios).mean(axis=1).argmax()) for ratios in found]
    best = [ratios[setting] for ratios, setting in zip(found, settings, strict=True)]
    return _Chosen(settings, np.column_stack([np.ones(n), *best]))


def _ratios(
    family: Family,
    train: Part,
    held_out: Part,
    frequency: Floats,
    setting: int | None,
    seed: int,
) -> Floats:
    """q / p at the true classes, (settings, rows); 1 where training has no second class."""
    if not len(held_out.x) or (train.classes == train.classes[0]).all():
        return np.ones((1, len(held_out.x)))
    return family.probabilities(train, held_out, setting, seed) / frequency

"""What holds for every ranker: what it refuses, and what changes nothing."""

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.rankers import (
    class_separation,
    effective_rank,
    h_score,
    linear_probe,
    logme,
    nearest_neighbours,
)
from infoplane.rankers.checked import as_embedding, labelled
from tests.rankers.clouds import cloud, rotation


def euclidean(embedding, labels):
    return nearest_neighbours(embedding, labels, metric="euclidean")


def probe(embedding, labels):
    return linear_probe(embedding, labels, embedding, labels).accuracy


RANKERS = [logme, h_score, class_separation, nearest_neighbours, euclidean, probe]
ROWS, LABELS = cloud()
ONE = np.zeros((60, 5), bool)
ONE[7, 2] = True
# Sums in another order: of 60 terms, of condition 100 at most, some 1e-12 of them.
CLOSE = {"rel": 1e-9, "abs": 1e-11}


@pytest.mark.parametrize("ranker", RANKERS)
@pytest.mark.parametrize(
    ("rows", "labels", "match"),
    [
        (np.where(ONE, np.nan, ROWS), LABELS, "NaN .* row 7, column 2 of embedding"),
        (np.where(ONE, np.inf, ROWS), LABELS, "NaN or infinite"),
        (ROWS.astype(str), LABELS, "embedding holds text"),
        (ROWS.reshape(60, 5, 1), LABELS, r"embedding has shape \(60, 5, 1\)"),
        (ROWS, 0 * LABELS, "labels has 1 class in 60 rows: at least 2"),
        (ROWS, LABELS + 0.5, "labels has values between integers"),
        (ROWS, LABELS[:-1], "labels has 59 rows and embedding 60"),
        (ROWS, np.eye(3)[LABELS], "labels has shape .* argmax"),
        (0 * ROWS + 3, LABELS, "embedding has 60 rows that are all equal"),
        (ROWS[:1], LABELS[:1], "labels has 1 class in 1 rows"),
        (ROWS[:0], LABELS[:0], r"embedding has shape \(0, 5\): no rows"),
        (ROWS[:, :0], LABELS, "at least one column"),
    ],
)
def test_bad_input(ranker, rows, labels, match):
    with pytest.raises(InputError, match=match):
        ranker(rows, labels)


@pytest.mark.parametrize("ranker", RANKERS)
def test_neither_order_nor_names_nor_units_matter(ranker):
    known = ranker(ROWS, LABELS)
    assert isinstance(known, float)
    order = np.random.default_rng(2).permutation(60)
    assert ranker(ROWS[order], LABELS[order]) == pytest.approx(known, **CLOSE)
    assert ranker(ROWS, 7 - 3 * LABELS) == pytest.approx(known, **CLOSE)
    assert ranker(ROWS, np.array(["ape", "cat", "dog"])[LABELS]) == pytest.approx(known, **CLOSE)
    assert ranker(3.7 * ROWS, LABELS) == pytest.approx(known, **CLOSE)
    for unit in (2.0**-900, 2.0**900):  # whose squares are no numbers
        assert ranker(unit * ROWS, LABELS) == known


@pytest.mark.parametrize(
    "ranker", [logme, h_score, class_separation, nearest_neighbours, euclidean]
)
@pytest.mark.parametrize("d", [5, 100])
def test_rotations_do_not_matter(ranker, d):
    rows, labels = cloud(d=d)
    assert ranker(rows @ rotation(d), labels) == pytest.approx(ranker(rows, labels), **CLOSE)


@pytest.mark.parametrize("ranker", [h_score, euclidean, probe])
def test_what_is_centred_may_be_anywhere(ranker):
    assert ranker(ROWS + np.array([5.0, -3.0, 0.0, 1.0, 9.0]), LABELS) == pytest.approx(
        ranker(ROWS, LABELS), **CLOSE
    )


@pytest.mark.parametrize("ranker", [logme, class_separation, nearest_neighbours])
def test_what_is_not_says_so_and_depends_on_where_0_is(ranker):
    # 0 far away along no direction of the classes: cosines see one direction, and a constant is
    # in the span of the columns.
    assert ranker(ROWS + 30.0, LABELS) != pytest.approx(ranker(ROWS, LABELS), abs=1e-3)
    assert "entred" in ranker.__doc__ or ranker is nearest_neighbours


@pytest.mark.parametrize("ranker", [*RANKERS, lambda rows, _: effective_rank(rows)])
def test_single_precision_is_the_number_it_holds(ranker):
    single = ROWS.astype(np.float32)
    assert ranker(single, LABELS) == ranker(single.astype(np.float64), LABELS)


@pytest.mark.parametrize("ranker", RANKERS)
def test_what_is_passed_is_left_as_it_is(ranker):
    rows, labels = ROWS.copy(), LABELS.copy()
    ranker(rows, labels)
    assert np.array_equal(rows, ROWS)
    assert np.array_equal(labels, LABELS)


@pytest.mark.parametrize("ranker", RANKERS)
def test_labels_that_say_nothing_rank_below_those_that_do(ranker):
    # Of 60 rows in 3 classes 3 standard errors above chance are .33 + .18; here it is above .6.
    shuffled = np.random.default_rng(3).permutation(LABELS)
    assert ranker(ROWS, LABELS) > ranker(ROWS, shuffled)


def test_one_unit_for_all_columns_and_it_is_exact():
    rows, exponent = as_embedding(1e-300 * ROWS)
    assert np.abs(rows).max() <= 1
    assert np.array_equal(np.ldexp(rows, exponent), 1e-300 * ROWS)
    zeros, exponent = as_embedding(np.zeros((2, 3)))
    assert (exponent, zeros.any()) == (0, False)


def test_classes_count_from_0_by_label():
    found = labelled([[1.0], [2.0], [3.0], [4.0]], [5, -2, 5, 9])
    assert found.classes.tolist() == [1, 0, 1, 2]
    assert found.sizes.tolist() == [1, 2, 1]

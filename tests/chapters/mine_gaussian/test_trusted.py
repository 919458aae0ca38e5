"""How far an estimator is trusted: from below, without a gap, by the mean of |error|."""

import pandas as pd
import pytest

from infoplane.chapters.mine_gaussian.trusted import mean_errors, reach


def table(errors):
    """An estimator with two seeds at each truth, one off by so much and one by its negative."""
    rows = [
        {"estimator": "ksg", "truth": nats, "seed": s, "error": sign * off}
        | {"relative": sign * off / nats if nats else float("nan")}
        for nats, off in errors.items()
        for s, sign in ((0, 1), (1, -1))
    ]
    return pd.DataFrame(rows)


def test_errors_of_either_sign_are_errors():
    (row,) = mean_errors(table({2.0: 0.2})).itertuples()
    assert (row.error, row.size, row.trusted) == (0.0, 0.2, False)
    assert mean_errors(table({2.0: 0.09}))["trusted"].all()  # 5 % of it


@pytest.mark.parametrize(
    ("errors", "far"),
    [
        ({0.0: 0.01, 0.5: 0.01, 2.0: 0.01}, 2.0),
        ({0.0: 0.01, 0.5: 0.2, 2.0: 0.01}, 0.0),  # what comes after a gap does not count
        ({2.0: 0.01, 0.5: 0.01, 9.0: 1.0}, 2.0),
        ({0.5: 0.2}, 0.0),
    ],
)
def test_it_is_trusted_up_to_the_first_gap(errors, far):
    assert reach(table(errors), "ksg") == far


def test_who_was_not_tried_is_not_trusted():
    assert reach(table({0.5: 0.0}), "mine") == 0.0

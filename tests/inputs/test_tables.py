"""Tables with names: sentences use them, and slips that only a table shows are refused."""

import warnings

import numpy as np
import pandas as pd
import pytest

from infoplane.dimension.correlation import correlation_dimension
from infoplane.errors import InputError
from infoplane.estimators import (
    CCA,
    KDE,
    KSG,
    WKL,
    Binning,
    InfoNCE,
    kde_entropy,
    wkl_entropy,
)
from infoplane.inputs.tables import check_tables, column_names, names_columns, naming

TABLE = pd.DataFrame(
    np.random.default_rng(0).normal(size=(300, 3)), columns=["age", "size", "dose"]
)
CONSTANT = TABLE.assign(size=7.0)
TINY = InfoNCE(steps=10, check_every=5, batch_size=16, restarts=1)


def test_names_of_columns():
    assert column_names(TABLE) == ["age", "size", "dose"]
    assert column_names(TABLE["age"]) == ["age"]
    assert column_names(TABLE[["dose"]].rename(columns={"dose": 2019})) == [2019]
    for nameless in (TABLE.to_numpy(), pd.DataFrame(TABLE.to_numpy()), pd.Series([1]), [1], None):
        assert column_names(nameless) == []
    assert column_names(pd.DataFrame([[1, 2]])[[1, 0]]) == [1, 0]  # places would mislead


@pytest.mark.parametrize(
    "estimator", [KSG(), CCA(), Binning(), KDE(), WKL(), TINY], ids=lambda e: e.name
)
def test_every_estimator_calls_columns_by_their_names(estimator):
    with pytest.raises(InputError, match=r"^column 'size' of z is constant"):
        estimator.estimate(TABLE["age"], CONSTANT)
    with pytest.raises(InputError, match=r"^column 1 of z is constant"):
        estimator.estimate(TABLE["age"], CONSTANT.to_numpy())
    gaps = TABLE["age"].where(TABLE.index != 4)
    with pytest.raises(InputError, match="the first at row 4, column 'age' of x"):
        estimator.estimate(gaps, TABLE["dose"])


def test_warnings_call_columns_by_their_names():
    far = TABLE.copy()
    far.loc[3, "dose"] = 1e6
    (told,) = [w for w in KSG().estimate(TABLE["age"], far).warnings if "outliers" in w]
    assert told.startswith("column 'dose' of z has outliers")


@pytest.mark.parametrize("entropy", [kde_entropy, wkl_entropy])
def test_functions_of_one_table_call_its_columns_by_their_names(entropy):
    with pytest.raises(InputError, match=r"^column 'size' of rows is constant"):
        entropy(CONSTANT)
    with pytest.raises(InputError, match=r"^column 'size' of rows is constant"):
        entropy(rows=CONSTANT)
    assert correlation_dimension(CONSTANT).warnings[0].startswith("column 'size' of rows is const")


def test_names_change_nothing_else():
    named, plain = KSG().estimate(TABLE["age"], TABLE), KSG().estimate(TABLE["age"], TABLE.values)
    assert (named.value, named.std) == (plain.value, plain.std)

    @names_columns
    def area(rows, unit=1):
        """What it is."""
        return unit * len(rows)

    assert (area(TABLE, unit=2), area(rows=[1]), area.__doc__) == (600, 1, "What it is.")


def test_only_places_that_a_table_has_are_renamed():
    with naming(x=TABLE, z=[1, 2]) as named:
        assert named("column 3 of x, column 0 of z, column 1 of rows") == (
            "column 3 of x, column 0 of z, column 1 of rows"
        )
        assert named("column 2 of x (and 1 more)") == "column 'dose' of x (and 1 more)"


def test_another_error_passes_as_it_is():
    with pytest.raises(KeyError, match="column 0 of x"), naming(x=TABLE):
        raise KeyError("column 0 of x")


@pytest.mark.parametrize("kind", [str, object, "category"])
def test_text_beside_other_columns_is_named(kind):
    words = pd.Series(["a", "b", "c"] * 100).astype(kind)
    with pytest.raises(InputError, match=r"^column 'color' of x holds text beside other columns"):
        KSG().estimate(TABLE.assign(color=words), TABLE["age"])
    check_tables(x=words, z=TABLE)
    check_tables(x=words.to_frame(), z=TABLE)
    check_tables(x=TABLE.assign(n=pd.array([1] * 300, dtype="Int64")), z=TABLE)


def test_row_numbers_that_pandas_wrote_and_read_are_refused():
    """Independent sides tell each other by their row numbers, 1.6 nats of them at n = 300."""
    read = TABLE.reset_index(names="Unnamed: 0")
    with pytest.raises(InputError, match=r"'Unnamed: 0' of x has no name in its file.*index_col=0"):
        KSG().estimate(read, TABLE["age"])


def test_the_same_index_in_another_order_is_refused():
    """Rows pair by place, which no longer is what the index says."""
    shuffled = TABLE.sample(frac=1, random_state=0)
    with pytest.raises(InputError, match=r"the same index in another order.*z\.loc\[x\.index\]"):
        KSG().estimate(TABLE["age"], shuffled)
    for x, z in (
        (TABLE, shuffled.loc[TABLE.index]),
        (TABLE, shuffled.reset_index(drop=True)),
        (TABLE[:100], TABLE[100:200]),  # other rows: only the user knows
        (TABLE, shuffled.to_numpy()),
    ):
        check_tables(x=x, z=z)


def test_no_warning_of_pandas():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_tables(x=TABLE, z=TABLE["age"])

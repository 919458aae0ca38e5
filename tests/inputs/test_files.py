"""Files as people have them: what is read is what was written, or is refused."""

import csv
import sys

import numpy as np
import pandas as pd
import pytest

from infoplane.errors import InputError
from infoplane.estimators import KSG, Binning, Ross
from infoplane.inputs.files import load, load_pair

N = 300
RHO = 0.8
INFORMATION = -np.log(1 - RHO**2) / 2
GAUSS = np.random.default_rng(0).normal(size=(3, N))
TABLE = pd.DataFrame(
    {
        "age": GAUSS[0],
        "size": GAUSS[1],
        "target": RHO * GAUSS[0] + np.sqrt(1 - RHO**2) * GAUSS[2],
        "label": np.arange(N) % 3,
        "color": np.array(["red", "blue"])[np.arange(N) % 2],
    }
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def values(found):
    return np.asarray(found.values)


def german(folder, columns, **options):
    TABLE[columns].to_csv(folder / "x.csv", sep=";", decimal=",", index=False, **options)


def english(folder, columns, **options):
    TABLE[columns].to_csv(folder / "x.csv", index=False, **options)


def tabbed(folder, columns, **options):
    TABLE[columns].to_csv(folder / "x.csv", sep="\t", index=False, **options)


def spaced(folder, columns, header=True):
    np.savetxt(folder / "x.csv", TABLE[columns], header=" ".join(columns) if header else "")


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("columns", [["age"], ["age", "size"], ["age", "size", "label"]])
@pytest.mark.parametrize("write", [english, german, tabbed, spaced])
def test_numbers_come_back_as_they_were_written(here, write, columns, header):
    """Or are refused: decimal commas of one column look like two, with and without a name."""
    write(here, columns, header=header)
    if write is german and len(columns) == 1:
        with pytest.raises(InputError, match=r"look like one number|if commas are decimal marks"):
            load(here / "x.csv", "X")
        return
    found = load(here / "x.csv", "X")
    np.testing.assert_array_equal(values(found), TABLE[columns].to_numpy().squeeze())
    assert found.doubts == ()
    if header and len(columns) > 1:
        assert found.values.columns.tolist() == columns


def a_column(rng):
    """Measurements, prices, grades, counts or words of any size, as many rows as fit a test."""
    size = 10.0 ** rng.integers(-3, 5)
    words = np.array(["red", "dark, green", "New York", "a;b", 'q"x'], dtype=object)
    return [
        size * rng.normal(size=100),
        (size * rng.normal(size=100)).round(1),
        abs(size * rng.normal(size=100)).round(2),
        rng.poisson(size, size=100),
        rng.integers(0, 2, size=100),
        words[rng.integers(0, rng.integers(2, 6), size=100)],
    ][rng.integers(6)]


def test_a_table_is_read_right_or_refused_or_doubted_however_it_was_written(here):
    """Any delimiter, decimal mark, format, quotes, with names and without: never silently wrong."""
    outcomes = []
    for seed in range(150):
        rng = np.random.default_rng([0, seed])
        table = pd.DataFrame({f"c{j}": a_column(rng) for j in range(rng.integers(1, 4))})
        table.to_csv(
            here / "x.csv",
            sep=rng.choice([",", ";", "\t", " ", "|"]),
            decimal=rng.choice([".", ","]),
            float_format=[None, "%.2f", "%.3f"][rng.integers(3)],
            quoting=[csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC][rng.integers(2)],
            header=bool(rng.integers(2)),
            index=False,
        )
        try:
            found = load(here / "x.csv", "X")
        except InputError:
            outcomes.append("refused")
            continue
        read = found.values.to_frame() if found.values.ndim == 1 else found.values
        right = read.shape == table.shape and all(
            np.allclose(read.iloc[:, j], table.iloc[:, j], rtol=1e-12, atol=0.0051)  # the format's
            if table.iloc[:, j].dtype.kind in "if"
            else read.iloc[:, j].tolist() == table.iloc[:, j].tolist()
            for j in range(table.shape[1])
        )
        outcomes.append("right" if right else "doubted" if found.doubts else "wrong")
    assert outcomes.count("wrong") == 0
    assert outcomes.count("right") > len(outcomes) / 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1\n2\n3\n", [1, 2, 3]),
        ("name\n1\n2\n\n\n", [1, 2]),
        ("red\nblue\nNA\nNone\n", ["red", "blue", "NA", "None"]),
        ("a,b\n1,2\n3,4.5\n", [[1, 2], [3, 4.5]]),
        ("1.5\nNA\n2.5\n", [1.5, np.nan, 2.5]),
        ("\ufeff1\n2\n", [1, 2]),
    ],
)
def test_each_line_is_a_sample_and_a_header_is_words_above_numbers(here, text, expected):
    (here / "x.csv").write_text(text, encoding="utf-8")
    found = values(load(here / "x.csv", "X"))
    assert np.array_equal(found, np.array(expected), equal_nan=found.dtype.kind == "f")
    if "." not in text and found.dtype != object:
        assert found.dtype.kind == "i"


def test_a_decimal_comma_never_costs_information(here):
    """Read as two columns of whole numbers, -0,13 loses its sign, and I a good part."""
    german(here, ["age", "size"])
    np.save(here / "z.npy", TABLE["target"])
    pair = load_pair(here / "x.csv", here / "z.npy", x_columns="age")
    found = KSG().estimate(pair.x, pair.z)
    assert found.value == KSG().estimate(TABLE["age"].to_numpy(), TABLE["target"].to_numpy()).value
    assert abs(found.value - INFORMATION) < 5 * found.std


def test_the_index_of_pandas_is_refused_unless_columns_are_chosen(here):
    """On both sides it would tell 1.6 nats (n = 300) of independent data."""
    TABLE[["age"]].to_csv(here / "x.csv")
    TABLE[["size"]].to_csv(here / "z.csv")
    with pytest.raises(InputError, match=r"^X='.*x\.csv' begins with a column that has no name"):
        load_pair(here / "x.csv", here / "z.csv")
    pair = load_pair(here / "x.csv", here / "z.csv", "age", "size")
    found = KSG().estimate(pair.x, pair.z)
    assert abs(found.value) < 5 * found.std
    assert pair.doubts == ()


def test_an_index_with_a_name_and_one_without_a_header_are_doubts(here):
    for options in ({"index_label": "id"}, {"header": False}):
        TABLE[["age"]].to_csv(here / "x.csv", **options)
        TABLE[["size"]].to_csv(here / "z.csv", **options)
        (told,) = load_pair(here / "x.csv", here / "z.csv").doubts
        assert "of z count the rows" in told


def test_names_above_words_in_both_files(here):
    """One row too many on both sides is a doubt; who knows a name is read rightly."""
    TABLE["color"].to_csv(here / "x.csv", index=False)
    TABLE["color"].str.upper().to_csv(here / "z.csv", index=False)
    pair = load_pair(here / "x.csv", here / "z.csv")
    assert (len(pair.x), len(pair.doubts)) == (N + 1, 2)
    pair = load_pair(here / "x.csv", here / "z.csv", "color", "color")
    assert (len(pair.x), pair.doubts) == (N, ())
    # two fair values that tell each other; the plug-in is exact where counts are
    assert Binning().estimate(pair.x, pair.z).value == pytest.approx(np.log(2))


def test_columns_of_one_file(here):
    english(here, list(TABLE))
    file = here / "x.csv"
    pair = load_pair(file, x_columns="age,size", z_columns="color")
    assert pair.x.columns.tolist() == ["age", "size"]
    assert pair.z.tolist() == TABLE["color"].tolist()
    assert Ross().estimate(pair.x, pair.z) == Ross().estimate(
        TABLE[["age", "size"]], TABLE["color"]
    )
    rest = load_pair(file, z_columns="target,color")  # the other side is all else
    assert rest.x.columns.tolist() == ["age", "size", "label"]
    assert load_pair(file, x_columns="0,1,2,3").z.tolist() == TABLE["color"].tolist()


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ((None, None), r"X='.*x\.csv' is one file: give Z as well, or choose .* 'age', 'size'"),
        (("age", "size,age"), "--x and --z both name column 'age'"),
        (("ages", "size"), "--x 'ages' is no column .* did you mean 'age'"),
        (("age", "color,tint"), "--z 'tint' is no column"),
        ((None, "0,1,2,3,4"), "has no column left beside --z"),
    ],
)
def test_columns_that_make_no_pair(here, columns, told):
    english(here, list(TABLE))
    with pytest.raises(InputError, match=told):
        load_pair(here / "x.csv", None, *columns)


@pytest.mark.parametrize("suffix", [".npy", ".NPY"])
def test_arrays(here, suffix):
    numbers = TABLE[["age", "size", "target"]].to_numpy()
    with open(here / f"x{suffix}", "wb") as file:
        np.save(file, numbers)
    file = here / f"x{suffix}"
    assert load(file, "X").values.tolist() == numbers.tolist()
    assert values(load(file, "X", "2,0")).tolist() == numbers[:, [2, 0]].tolist()
    pair = load_pair(file, z_columns="2")
    assert (pair.x.columns.tolist(), pair.z.name) == ([0, 1], 2)
    constant = load_pair(file, x_columns="1", z_columns="2")
    with pytest.raises(InputError, match="column 1 of x is constant"):  # its number in the file
        KSG().estimate(0 * constant.x, constant.z)


def test_arrays_by_name(here):
    numbers = TABLE[["age", "size"]].to_numpy()
    np.savez(here / "one.npz", numbers)
    assert load(here / "one.npz", "X").values.tolist() == numbers.tolist()
    np.savez(
        here / "x.npz", f=numbers, y=TABLE["label"], image=np.zeros((N, 2, 2)), meta=np.array({})
    )
    for sides in ({"x_columns": "f"}, {"x_columns": "f", "group_column": "y"}):
        with pytest.raises(
            InputError, match=r"--z does not say which are Z: give both --x and --z"
        ):
            load_pair(here / "x.npz", **sides)
    with pytest.raises(InputError, match=r"no column left beside --x: give Z too"):
        load_pair(here / "one.npz", x_columns="arr_0")
    pair = load_pair(here / "x.npz", x_columns="f", z_columns="y")
    assert pair.x.columns.tolist() == ["f[0]", "f[1]"]
    assert pair.z.tolist() == TABLE["label"].tolist()
    for columns, told in (
        (None, "has the arrays 'f', 'y', 'image', 'meta': choose with --x"),
        ("image", r"'image' of X.* has shape \(300, 2, 2\): \(n,\) or \(n, d\) is accepted"),
        ("meta", "'meta' of X.* cannot be read: Object arrays"),
        ("g", "--x 'g' is no column"),
    ):
        with pytest.raises(InputError, match=told):
            load(here / "x.npz", "X", columns)


def test_fields_of_a_structured_array_are_columns(here):
    rows = np.array([(0.5, 1), (0.25, 2)], dtype=[("a", float), ("b", int)])
    np.save(here / "x.npy", rows)
    assert load(here / "x.npy", "X", "b").values.tolist() == [1, 2]


@pytest.mark.parametrize("suffix", [".parquet", ".feather", ".PARQUET"])
def test_tables(here, suffix):
    pytest.importorskip("pyarrow")
    file = here / f"x{suffix}"
    (TABLE.to_feather if "feather" in suffix else TABLE.to_parquet)(file)
    pair = load_pair(file, x_columns="age,1", z_columns="color")
    assert pair.x.columns.tolist() == ["age", "size"]
    np.testing.assert_array_equal(pair.x, TABLE[["age", "size"]])
    assert pair.z.tolist() == TABLE["color"].tolist()
    with pytest.raises(InputError, match="column 'color' of x holds text beside other columns"):
        KSG().estimate(load(file, "X").values, TABLE["age"])


def test_an_index_of_a_table_is_no_column_but_to_who_names_it(here):
    pytest.importorskip("pyarrow")
    TABLE[["age", "size", "label"]].set_index("label").to_parquet(here / "x.parquet")
    assert load(here / "x.parquet", "X").values.columns.tolist() == ["age", "size"]
    assert load(here / "x.parquet", "X", "label").values.tolist() == TABLE["label"].tolist()
    TABLE[["age"]].sample(frac=1, random_state=0).to_parquet(here / "x.parquet")
    assert load(here / "x.parquet", "X").values.index.tolist() == list(range(N))


@pytest.mark.parametrize("suffix", [".parquet", ".feather"])
def test_without_pyarrow_one_sentence_says_what_to_install(here, suffix, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    (here / f"x{suffix}").touch()
    with pytest.raises(InputError, match=r"needs pyarrow to be read: pip install pyarrow"):
        load(here / f"x{suffix}", "X")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("x.xlsx", b"", r"has the suffix '\.xlsx': give \.npy, \.npz, \.csv, .* or \.feather"),
        ("x", b"", "has the suffix ''"),
        ("x.npy", b"text", "cannot be read"),
        ("x.npz", b"PK\x03\x04text", "cannot be read"),
        ("x.csv", None, r"cannot be read \(.*No such file"),
        ("x.csv", b"a" * 200_000, "cannot be read"),  # longer than a field may be
    ],
)
def test_what_is_no_file_of_samples_is_refused(here, name, content, told):
    if content is not None:
        (here / name).write_bytes(content)
    with pytest.raises(InputError, match=told):
        load(here / name, "X")


def test_an_archive_is_no_array_whatever_its_name(here):
    np.savez(here / "x.npz", a=GAUSS)
    (here / "x.npz").rename(here / "x.npy")
    with pytest.raises(InputError, match=r"its content is not that of a \.npy file"):
        load(here / "x.npy", "X")

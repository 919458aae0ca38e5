"""`infoplane estimate` as a user meets it."""

import json
import re

import numpy as np
import pytest

from tests.commands import refused


def test_estimate_as_json_has_the_promised_shape(call, pair):
    status, out, _ = call("estimate", *pair, "--estimator", "ksg", "--set", "k=4", "--json")
    assert status == 0
    found = json.loads(out)
    assert list(found) == ["estimator", "value", "std", "unit", "n", "seed", "seconds", "warnings"]
    # I = ln(2)/2 = .347; five standard errors of the estimate itself
    assert abs(found["value"] - np.log(2) / 2) < 5 * found["std"]


def test_a_known_bias_is_taken_out_of_the_interval(call, pair):
    status, out, _ = call("estimate", *pair, "--estimator", "ksg")
    assert status == 0
    told = out.splitlines()[1]
    assert told.startswith("95 % interval, a bias of ")
    low, high = map(float, told.partition(": ")[2].split(" to "))
    assert low < np.log(2) / 2 < high
    status, out, _ = call("estimate", *pair, "--estimator", "ksg", "--set", "errors=local")
    assert len(out.splitlines()) == 1


def test_csv_with_and_without_names_and_with_labels(call, tmp_path):
    rng = np.random.default_rng(0)
    z = np.repeat([0, 1], 100)
    x = rng.standard_normal(200) + 8 * z
    (tmp_path / "x.csv").write_text("value\n" + "\n".join(map(str, x)))
    (tmp_path / "z.csv").write_text("\n".join(map(str, z)))
    status, out, _ = call("estimate", tmp_path / "x.csv", tmp_path / "z.csv", "--estimator", "ross")
    assert status == 0
    assert abs(float(out.split("=")[1].split()[0]) - np.log(2)) < 0.01  # classes far apart


def test_labels_of_many_columns_by_a_classifier(call, tmp_path):
    rng = np.random.default_rng(1)
    z = np.repeat(["no", "yes"], 100)
    x = rng.standard_normal((200, 30))
    x[:, 7] += 8 * (z == "yes")
    np.save(tmp_path / "x.npy", x)
    (tmp_path / "z.csv").write_text("\n".join(z))
    asked = ["estimate", tmp_path / "x.npy", tmp_path / "z.csv", "--estimator", "classifier"]
    status, out, _ = call(*asked, "--set", "model=logistic", "--set", "folds=4", "--json")
    assert status == 0
    assert 0.9 * np.log(2) < json.loads(out)["value"] < np.log(2)
    refused(call(*asked, "--set", "model=forest"), "model='forest'", "'both', 'logistic'")


@pytest.mark.parametrize("turned", [False, True])
def test_a_line_of_names_above_words_is_guessed_from_the_row_too_many(call, tmp_path, turned):
    words, numbers = tmp_path / "words.csv", tmp_path / "numbers.csv"
    words.write_text("animal\n" + "cat\ndog\n" * 20)
    numbers.write_text("\n".join(map(str, np.random.default_rng(0).normal(size=40))))
    files = (words, numbers) if turned else (numbers, words)
    told = call("estimate", *files, "--estimator", "ross")
    refused(told, "41 rows", "has 40", "words.csv", "remove it if it is a line of names")
    words.write_text("cat\ndog\n" * 20)
    assert call("estimate", *files, "--estimator", "ross")[0] == 0
    words.write_text("cat\ndog\n" * 21)  # two too many are no header
    status, _, error = call("estimate", *files, "--estimator", "ross")
    assert status == 2
    assert "line of names" not in error


def test_columns_of_one_file_by_name_and_number(call, tmp_path):
    """I = ln(2)/2 of x and label is one of 0 and 1; five standard errors of the estimate."""
    rng = np.random.default_rng(0)
    x, noise = rng.standard_normal((2, 400))
    table = np.column_stack([x, noise, x + noise])
    file = tmp_path / "data.csv"
    lines = ["age,size,target", *(",".join(map(repr, row)) for row in table.tolist())]
    file.write_text("\n".join(lines))
    end = ["--estimator", "ksg", "--json"]
    found = [
        json.loads(call("estimate", file, "--x", x, "--z", z, *end)[1])
        for x, z in (("age", "target"), ("0", "2"), ("age", "2"))
    ]
    assert len({e["value"] for e in found}) == 1
    assert abs(found[0]["value"] - np.log(2) / 2) < 5 * found[0]["std"]
    refused(call("estimate", file, "--x", "agee", "--z", "2", *end), "did you mean 'age'?")
    refused(call("estimate", file, *end), "is one file", "'age', 'size', 'target'", "--x and --z")


def test_rows_of_one_group_by_a_column(call, tmp_path):
    """150 independent rows, each four times: nothing is there to find."""
    rng = np.random.default_rng(0)
    rows = np.repeat(rng.standard_normal((150, 2)), 4, axis=0).tolist()
    lines = [f"{x!r},{z!r},p{i // 4}" for i, (x, z) in enumerate(rows)]
    file, other = tmp_path / "data.csv", tmp_path / "z.csv"
    file.write_text("\n".join(["x,z,patient", *lines]))
    other.write_text("\n".join(repr(z) for _, z in rows))
    fast = ("batch_size=64", "steps=40", "check_every=10", "restarts=1", "hidden=[8]")
    end = ["--estimator", "mine", "--json", *(part for o in fast for part in ("--set", o))]
    asked = (
        (file, "--x", "x", "--groups", "patient"),  # and z is what is left
        (file, "--x", "0", "--z", "1", "--groups", "2"),
        (file, other, "--x", "x", "--groups", "patient"),
    )
    found = [json.loads(call("estimate", *some, *end)[1]) for some in asked]
    assert len({e["value"] for e in found}) == 1
    assert abs(found[0]["value"]) < 3 * found[0]["std"]
    assert not any("several times" in w for w in found[0]["warnings"])
    end = ["--estimator", "ksg"]
    refused(call("estimate", *asked[1], *end), "groups is not used by ksg", "mine")
    refused(call("estimate", file, "--x", "x", "--groups", "x,z", *end), "names several columns")
    told = call("estimate", file, "--x", "x", "--z", "z", "--groups", "z", *end)
    refused(told, "--z and --groups both name column 'z'")
    refused(call("estimate", file, "--groups", "patient", *end), "is one file")
    refused(call("estimate", file, "--x", "x,z", "--groups", "2", *end), "no column left")


def test_what_reading_doubts_is_among_the_warnings(call, tmp_path):
    """Rows numbered on both sides look dependent: it is said in both forms, and with an error."""
    rng = np.random.default_rng(0)
    sides = []
    for name in ("x", "z"):
        sides.append(tmp_path / f"{name}.csv")
        rows = [f"{i},{value}" for i, value in enumerate(rng.standard_normal(100))]
        sides[-1].write_text("\n".join([f"id,{name}", *rows]))
    told = "column 'id' of x and column 'id' of z count the rows"
    status, out, _ = call("estimate", *sides, "--estimator", "ksg", "--json")
    found = json.loads(out)
    assert status == 0
    assert found["value"] > 1
    assert found["warnings"][0].startswith(told)
    status, out, err = call("estimate", *sides, "--estimator", "ksg")
    assert f"warning: {told}" in err
    refused(call("estimate", *sides, "--estimator", "ross"), "no labels", told)
    chosen = call("estimate", *sides, "--x", "x", "--z", "z", "--estimator", "ksg", "--json")
    found = json.loads(chosen[1])
    assert abs(found["value"]) < 5 * found["std"]
    assert found["warnings"] == []


def test_options_are_decimal(call, pair):
    """010 is ten, and not the eight of YAML 1.1."""
    tens = [
        json.loads(call("estimate", *pair, "--estimator", "ksg", "--set", f"k={k}", "--json")[1])
        for k in ("010", "10", "8")
    ]
    assert tens[0]["value"] == tens[1]["value"] != tens[2]["value"]


def test_a_blank_line_that_would_shift_the_pairs_is_refused(call, pair, tmp_path):
    end = [pair[1], "--estimator", "ksg"]
    (tmp_path / "x.csv").write_text("1\n2\n\n4\n")
    refused(call("estimate", tmp_path / "x.csv", *end), "x.csv", "blank at line 3")
    for text in ("", "\n\n"):
        (tmp_path / "x.csv").write_text(text)
        refused(call("estimate", tmp_path / "x.csv", *end), "x.csv", "is empty")


def test_no_standard_error_is_no_number(call, pair):
    command = ("estimate", *pair, "--estimator", "ksg", "--set", "errors=null")
    status, out, _ = call(*command)
    assert status == 0
    assert re.fullmatch(r"I\(X; Z\) = -?\d+\.\d{4} nats  \(ksg, n = \d+\)", out.strip())
    assert json.loads(call(*command, "--json")[1])["std"] is None
    refused(call(*command[:-1], "errors=foo"), "errors='foo'", "half-samples, local or None")


def test_an_option_that_was_replaced_still_works(call, pair):
    command = ("estimate", *pair, "--estimator", "ksg", "--json", "--set")
    told = [call(*command, option) for option in ("standardize=false", "margins=raw")]
    assert [status for status, _, _ in told] == [0, 0]
    old, new = (json.loads(out) for _, out, _ in told)  # nothing else on standard output
    assert (old["value"], old["std"]) == (new["value"], new["std"])
    refused(call(*command, "standardize=true", "--set", "margins=raw"), "standardize", "margins")
    assert "standardize=" not in call("estimate", "--help")[1]


def bad_arrays():
    rng = np.random.default_rng(0)
    x = rng.standard_normal((50, 2))
    with_nan, with_inf, constant = x.copy(), x.copy(), x.copy()
    with_nan[3, 1], with_inf[4, 0], constant[:, 1] = np.nan, np.inf, 7.0
    few = np.r_[np.zeros(48, int), [1, 1]]
    yield "nan", with_nan, x, "ksg", ["x has", "NaN", "row 3"]
    yield "infinity", x, with_inf, "ksg", ["z has", "infinite", "row 4"]
    yield "lengths", x, x[:30], "ksg", ["50", "30"]
    yield "too few rows", x[:3], x[:3], "ksg", ["3"]
    yield "zero columns", x[:, :0], x, "ksg", ["(50, 0)"]
    yield "constant", constant, x, "ksg", ["column 1 of x", "constant"]
    yield "constant for cca", x, constant, "cca", ["column 1 of z", "constant"]
    yield "constant for mine", constant, x, "mine", ["column 1 of x", "constant"]
    yield "constant for binning", constant, x, "binning", ["column 1 of x", "constant"]
    yield "one class", x, np.zeros(50, int), "ross", ["class"]
    yield "small class", x, few, "ross", ["k=3"]
    yield "copies", np.round(x[:, :1]), x[:, 1:], "wkl", ["%"]


@pytest.mark.parametrize(
    ("x", "z", "estimator", "words"),
    [case[1:] for case in bad_arrays()],
    ids=[case[0] for case in bad_arrays()],
)
def test_bad_arrays_are_refused(call, tmp_path, x, z, estimator, words):
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "z.npy", z)
    files = (tmp_path / "x.npy", tmp_path / "z.npy")
    refused(call("estimate", *files, "--estimator", estimator), *words)


def test_files_that_are_no_arrays_are_refused(call, pair, tmp_path):
    x, z = pair
    (tmp_path / "words.csv").write_text("a,b\none,two\nthree,four\n")
    (tmp_path / "cut.npy").write_bytes(x.read_bytes()[:100])
    (tmp_path / "text.npy").write_text("hello")
    (tmp_path / "x.xlsx").write_text("1 2 3")
    np.save(tmp_path / "object.npy", np.array([{}, {}]), allow_pickle=True)
    end = ["--estimator", "ksg"]
    refused(call("estimate", tmp_path / "words.csv", z, *end), "x", "text")
    for name in ("cut.npy", "text.npy", "object.npy", "x.xlsx", "missing.npy"):
        refused(call("estimate", tmp_path / name, z, *end), name)

"""Records: whole or absent, found under the right conditions only."""

import json
import math

import numpy as np
import pytest

from infoplane.errors import InputError
from infoplane.records import store as results
from infoplane.records.store import (
    Record,
    Records,
    code_of,
    find,
    key,
    load,
    load_published,
    plain,
    publish,
    save,
)
from tests.toy import plan


def record(x=2, *, code=None, error=None):
    return Record(
        experiment="tests.toy.square",
        config={"x": x},
        values={"square": x * x},
        seconds=0.1,
        code=code or code_of(plan(x)),
        commit="c",
        device="cpu",
        versions={},
        machine="m",
        date="2026-01-01T00:00:00+00:00",
        error=error,
    )


def test_a_saved_record_is_found_again(stores):
    save(record())
    assert find(plan(2, 3)) == [record(), None]


def test_the_key_depends_on_the_content_not_on_the_order():
    assert key("e", {"a": 1, "b": [1.5]}) == key("e", {"b": [1.5], "a": 1})
    assert key("e", {"a": 1}) != key("e", {"a": 2})
    assert key("e", {"a": 1}) != key("f", {"a": 1})
    of_arrays = {"a": np.float64(1), "b": (np.int64(2), math.inf), "c": np.array([0.5])}
    assert key("e", of_arrays) == key("e", {"a": 1.0, "b": [2, None], "c": [0.5]})


def test_local_records_need_the_same_code_and_published_ones_do_not(stores):
    save(record(code="old"))
    assert find(plan(2)) == [None]
    publish([record(code="old")])
    assert find(plan(2)) == [record(code="old")]
    assert find(plan(2), stores=("local",)) == [None]


def test_failed_records_do_not_count(stores):
    save(record(error="Traceback …\nZeroDivisionError: x"))
    assert find(plan(2)) == [None]


@pytest.mark.parametrize("keep", [0, 1, 40])
def test_a_record_cut_short_is_named_with_what_to_do(stores, keep):
    path = save(record())
    path.write_text(path.read_text()[:keep])
    with pytest.raises(InputError, match=r"record .*\.json is not whole .*: delete the file"):
        find(plan(2))


def test_a_record_that_is_no_text_or_another_ones_or_a_folder_is_named(stores):
    path = save(record())
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"not whole .*: delete the file"):
        find(plan(2))
    path.write_text(save(record(3)).read_text())
    with pytest.raises(InputError, match=r"belongs into .*\.json\): delete the file"):
        find(plan(2))
    path.unlink()
    path.mkdir()
    with pytest.raises(InputError, match=r"\(Is a directory\)"):
        find(plan(2))


@pytest.mark.parametrize("damage", ["{}\n", "", "\xff", "{\n"])
def test_a_damaged_published_record_is_to_be_restored(stores, damage):
    publish([record()])
    path = stores / "published" / "tests.toy.square.jsonl"
    whole = path.read_text()
    path.write_text(damage + whole[: len(whole) // 2], encoding="latin-1")
    with pytest.raises(InputError, match=f"restore it with git checkout -- {path}"):
        find(plan(2))


def test_published_records_are_sorted_and_replaced_one_by_one(stores):
    assert publish([record(3), record(2, code="old"), record(1)]) == 3
    assert publish([record(2)]) == 1
    path = stores / "published" / "tests.toy.square.jsonl"
    assert list(load_published("tests.toy.square")) == sorted(
        key("tests.toy.square", {"x": x}) for x in (1, 2, 3)
    )
    assert find(plan(1, 2, 3), stores=("published",)) == [record(1), record(2), record(3)]
    text = path.read_text()
    publish([record(2)])
    assert path.read_text() == text


def test_a_killed_write_leaves_the_old_record(stores, monkeypatch):
    path = save(record())
    monkeypatch.setattr(
        results.paths.os, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt)
    )
    with pytest.raises(KeyboardInterrupt):
        save(record(error="new"))
    assert load(path) == record()
    assert [p.name for p in path.parent.iterdir()] == [path.name]


def test_records_are_strict_json(stores):
    values = {"a": np.float32(0.5), "b": np.array([1, 2]), "c": math.nan, "d": (math.inf, True)}
    assert plain(values) == {"a": 0.5, "b": [1, 2], "c": None, "d": [None, True]}
    json.dumps(plain(values), allow_nan=False)


def test_the_frame_leaves_failed_runs_out_and_the_text_names_them():
    both = Records(
        [record(), record(3, error="Traceback\nZeroDivisionError: thirteen")], computed=1
    )
    assert both.frame()["square"].to_list() == [4]
    assert "FAILED" in repr(both)
    assert "ZeroDivisionError: thirteen" in repr(both)


def test_when_every_run_failed_the_frame_says_why():
    failed = record(error="Traceback\nZeroDivisionError: thirteen")
    with pytest.raises(RuntimeError, match=r"all 1 runs of .* failed: ZeroDivision"):
        Records([failed]).frame()

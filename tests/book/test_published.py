"""The published records are those of the full profile, and are written as `publish` writes them."""

import json
from collections import defaultdict

import pytest

from infoplane import paths
from infoplane.book.published import plans, publish
from infoplane.records.store import Record, _text, key, load_published, save
from tests.records.test_store import record
from tests.toy import plan


@pytest.fixture(scope="module")
def wanted():
    """Experiment -> the keys of the configs of profile full."""
    found = defaultdict(set)
    for each in plans("full"):
        found[each.name] |= {key(each.name, config) for config in each.configs}
    return found


def test_published_records_are_the_configs_of_profile_full(wanted):
    files = {path.stem for path in paths.published_results().iterdir()}
    assert files == set(wanted)
    for experiment, keys in wanted.items():
        assert set(load_published(experiment)) == keys, experiment


def test_published_files_are_sorted_and_as_publish_writes_them():
    for path in paths.published_results().glob("*.jsonl"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        records = [Record(**json.loads(line)) for line in lines]
        keys = [key(made.experiment, made.config) for made in records]
        assert keys == sorted(set(keys)), path.name
        assert [_text(made) for made in records] == lines, path.name


def test_this_machines_records_of_a_profile_are_published_once(stores, monkeypatch):
    monkeypatch.setattr("infoplane.book.published.plans", lambda _: [plan(2, 3), plan(2)])
    save(record(2))
    save(record(4))  # of no plan
    save(record(3, code="old"))
    assert publish() == 1
    assert list(load_published("tests.toy.square").values()) == [record(2)]

"""Editions: which records count in each, and what is said before they are computed."""

from dataclasses import replace

import joblib
import pytest

from infoplane import paths
from infoplane.book import editions
from infoplane.book.editions import (
    Outlook,
    measure_seconds,
    measured_seconds,
    outlook,
    records,
    stores,
)
from infoplane.book.notebooks import chapter, chapters
from infoplane.errors import InputError
from infoplane.records.store import Record, code_of, publish, save


def record(plan, config, seconds):
    origin = {"commit": "c", "versions": {}, "device": "cpu", "machine": "m", "date": "2026-01-01"}
    return Record(plan.name, config, {}, seconds=seconds, code="older", **origin)


@pytest.fixture
def plan(stores, monkeypatch):
    """The plan of one part of one chapter, which is all that the book has."""
    mixture = chapter("02")
    one = mixture.plans({})["training"]
    monkeypatch.setattr(type(mixture), "plans", lambda self, given: {"training": one})
    monkeypatch.setattr(editions, "chapters", lambda: (mixture,))
    monkeypatch.setattr(paths, "seconds_yml", lambda: stores / "seconds.yml")
    return one


def test_the_quick_edition_counts_what_this_machine_computed(plan):
    """Published records of the same configs would leave nothing to compute."""
    publish(record(plan, config, 1.0) for config in plan.configs)
    assert stores("quick") == ("local",)
    assert set(records(plan, "quick")) == {None}
    assert None not in records(plan, "full")
    assert outlook("full").missing == 0
    assert outlook("quick").missing == len(plan.configs)


def test_missing_runs_are_reckoned_from_published_ones_of_the_experiment(plan):
    """Three of n are there, of 2, 4 and 9 s: each of the others takes their mean, 5 s."""
    configs = plan.configs
    publish(record(plan, c, s) for c, s in zip(configs, (2.0, 4.0, 9.0), strict=False))
    left = len(configs) - 3
    assert outlook("full") == Outlook(len(configs), left, 5.0 * left, 0, at_most=False)
    # a smaller run than those that are published takes less
    assert outlook("quick") == Outlook(len(configs), left + 3, 5.0 * (left + 3), 0, at_most=True)


def test_a_run_that_this_machine_made_with_older_code_tells_its_own_time(plan):
    """One of 7 s; nothing is published, so that it tells of the others too."""
    save(record(plan, plan.configs[0], 7.0))
    n = len(plan.configs)
    assert outlook("full") == Outlook(n, n, 7.0 * n, 0, at_most=False)


def test_a_profile_that_was_timed_is_reckoned_from_its_own_runs(plan):
    """Published runs of 9 s are of the full profile; quick ones took 2 and 4 s, 3 s in the mean."""
    publish(record(plan, config, 9.0) for config in plan.configs[:1])
    for config, seconds in zip(plan.configs, (2.0, 4.0), strict=False):
        save(replace(record(plan, config, seconds), code=code_of(plan)))
    assert measure_seconds("quick") == 1
    assert measured_seconds() == {"quick": {plan.name: 3.0}}
    for file in paths.local_results().rglob("*.json"):
        file.unlink()
    n = len(plan.configs)
    assert outlook("quick") == Outlook(n, n, 3.0 * n, 0, at_most=False)


def test_times_that_are_none_are_named(plan):
    with pytest.raises(InputError, match="profile='quick' has no record of this machine"):
        measure_seconds("quick")
    paths.seconds_yml().write_text("quick: [1, 2]")
    with pytest.raises(InputError, match=r"seconds.yml is not whole .* git checkout"):
        outlook("quick")


def test_a_failed_run_tells_nothing(plan):
    save(replace(record(plan, plan.configs[0], 7.0), error="Traceback"))
    n = len(plan.configs)
    assert outlook("full") == Outlook(n, n, 0.0, n, at_most=False)
    assert "how long is unknown" in str(outlook("full"))


def test_the_sentence(monkeypatch):
    monkeypatch.setattr(joblib, "cpu_count", lambda: 2)
    assert str(Outlook(9, 0, 0.0, 0, False)) == "all 9 records are there: nothing is to be computed"
    assert "3 of 9 records are missing and are computed now: about 5 min on 2 processes" in str(
        Outlook(9, 3, 600.0, 0, False)
    )
    assert "at most 2.5 h on 2" in str(Outlook(9, 3, 18000.0, 0, True))
    assert str(Outlook(9, 3, 4.0, 1, False)).endswith("how long 1 of them take is unknown")


def test_the_published_edition_has_nothing_to_compute():
    """Whatever processor this is: its records come with the repository."""
    found = outlook("full")
    assert found.missing == 0
    assert found.wanted > 0
    assert len(chapters()) > 0

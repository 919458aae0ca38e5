"""Publishing and auditing records."""

from dataclasses import replace

import pytest

from infoplane import paths
from infoplane.book import published
from infoplane.book.published import compare
from infoplane.records.store import save
from tests.records.test_store import record


@pytest.mark.parametrize(
    ("old", "new", "holds"),
    [
        ({"value": 1.0}, {"value": 1.0 + 1e-8}, True),
        ({"value": 1.0}, {"value": 1.001}, False),
        ({"value": 1.0, "std": 0.1}, {"value": 1.2, "std": 0.11}, True),
        ({"value": 1.0, "std": 0.1}, {"value": 1.4, "std": 0.1}, False),
        ({"value": 1.0, "std": 0.1}, {"value": 1.0, "std": 0.3}, False),
        ({"ross": 1.0, "ross_std": 0.1}, {"ross": 1.1, "ross_std": 0.1}, True),
        ({"value": 1.0}, {}, False),
        ({"value": None}, {"value": None}, True),
        ({"value": None}, {"value": 2.0}, False),
        ({"curve": [1.0]}, {"curve": [2.0]}, False),
        ({"curve": [1.0]}, {"curve": [1.0, 2.0]}, False),
        ({"curve": [1.0], "curve_std": [0.5]}, {"curve": [2.0], "curve_std": [0.5]}, True),
        ({"value": [1.0], "std": [0.1]}, {"value": [2.0], "std": [0.1]}, False),
        ({"curve": [1.0], "step": [0]}, {"curve": [2.0], "step": [0, 1]}, True),
        ({"value": 1.0, "stopped": 100}, {"value": 2.0, "stopped": 90}, True),
        ({"value": 1.0, "std": 0.1, "stopped": 100}, {"value": 2.0, "std": 0.1}, False),
    ],
)
def test_a_record_holds_within_rounding_or_its_own_error(old, new, holds):
    assert (not list(compare(replace(record(), values=old), new))) == holds


def test_a_training_is_known_by_its_config_too():
    made = replace(record(), config={"epochs": 3}, values={"lost": 0.1, "d": 1.0, "d_std": 0.1})
    assert not list(compare(made, {"lost": 0.2, "d": 1.2, "d_std": 0.1}))
    assert list(compare(made, {"lost": 0.2, "d": 1.4, "d_std": 0.1}))


@pytest.mark.parametrize(
    ("values", "able"),
    [
        ({"value": 1.0}, True),
        ({"value": 1.0, "std": 0.1, "step": [0, 1]}, True),
        ({"value": 1.0, "step": [0, 1]}, False),
        ({"binned_x": [[1.0, 2.0]], "epoch": [0]}, False),
        ({"text": "a"}, False),
    ],
)
def test_an_audit_does_not_spend_time_on_what_it_would_not_compare(
    values, able, tmp_path, monkeypatch
):
    made = replace(record(), values=values)
    save(made, tmp_path)
    monkeypatch.setattr(paths, "published_results", lambda: tmp_path)
    asked = []
    monkeypatch.setattr(published, "_recompute", lambda r: asked.append(r) or r.values)
    assert published.audit() == []
    assert bool(asked) == able
